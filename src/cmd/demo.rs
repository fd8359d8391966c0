//! `matluoi demo`: a node with eight simulated cameras on this machine, ready in seconds, kept between starts.
//!
//! The cameras are real RTSP over loopback and are really ingested. The sign-in is made at the first start and kept in
//! `DIR/demo.json` (readable by its owner only); there is no default password.
#![allow(clippy::print_stdout)]

use super::{Failure, StopAsked, demo_world, runtime, start_log, usual_data_dir};
use crate::{assemble, config, keys};
use base::{Secret, WallTime};
use clap::Args;
use domain::{CameraDraft, CameraPatch};
use media::simulate::{SimulateConfig, Simulation};
use ops::{Caller, Ops};
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Arguments of `demo`.
#[derive(Args)]
pub struct DemoArguments {
    /// Folder for the demo's data (kept between starts)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// TCP port of the pages, on loopback; the cameras' RTSP port is 500 above it
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65_000))]
    port: u16,
    /// Print one JSON line once ready, with password and token
    #[arg(long)]
    json: bool,
}

const CAMERAS: usize = 8;
const ACCOUNT: &str = "quantri";
const TOKEN_DAYS: u32 = 30;

/// What a second start must know of the first.
#[derive(Serialize, Deserialize)]
struct Kept {
    account: String,
    /// None once somebody has changed it.
    password: Option<String>,
    token: String,
    /// All eight are in the catalogue; what is missing later was taken out on purpose.
    #[serde(default)]
    cameras_made: bool,
    /// Further people to sign in as; made once.
    #[serde(default)]
    others: Vec<demo_world::Kept>,
}

/// Runs until Ctrl-C.
pub fn run(arguments: DemoArguments) -> Result<(), Failure> {
    let dir = arguments.data.unwrap_or_else(|| usual_data_dir("demo"));
    let mut file = config::demo(dir.clone(), arguments.port);
    free_rtsp_port(&mut file.rtsp);
    start_log(&file.log_level);
    let clock = crate::clock::system();
    runtime()?.block_on(async move {
        let stop = StopAsked::listen()?;
        assemble::data_folder(&dir)?;
        let simulation = simulate(arguments.port, &clock).await?;
        let today = clock.clone();
        let node = assemble::start(&file, clock, None, true).await?;
        let (ops, now) = (node.ops.clone(), today.now());
        let cameras: Vec<DemoCamera> = simulation.cameras.iter().enumerate().map(DemoCamera::from).collect();
        let kept = tokio::task::spawn_blocking(move || prepare(&ops, &dir, &cameras, now))
            .await
            .map_err(|e| Failure::new(format!("lỗi bên trong: {e}"), format!("inner fault: {e}")))??;
        let url = format!("http://127.0.0.1:{}", arguments.port);
        let rtsp: Vec<String> =
            node.rtsp_addresses.iter().map(|(a, tls)| format!("{}://{a}", super::run::rtsp_scheme(*tls))).collect();
        if arguments.json {
            let line = serde_json::json!({ "nodes": [{
                "name": node.ops.node_info().name, "role": "district", "url": url,
                "rtsp_urls": rtsp, "account": kept.account, "password": kept.password, "token": kept.token,
                "others": kept.others.iter().map(|o| serde_json::json!({"account": o.account, "password": o.password})).collect::<Vec<_>>(),
            }]});
            println!("{line}");
        } else {
            println!("Mắt Lưới {}: {}", env!("CARGO_PKG_VERSION"), node.ops.node_info().name);
            println!();
            println!("  Địa chỉ / address     {url}");
            println!("  Tài khoản / account   {}", kept.account);
            println!(
                "  Mật khẩu / password   {}",
                kept.password.as_deref().unwrap_or("(đã đổi, như bạn đặt / changed, as you set it)")
            );
            for other in &kept.others {
                if let Some(password) = &other.password {
                    println!("  {:<21} {password}   {}", other.account, other.says);
                }
            }
            println!();
            for address in &rtsp {
                println!("  RTSP cho VLC, NVR / out    {address}/79.760-0001/main   ({} + mã truy cập / token)", kept.account);
            }
            println!("  {CAMERAS} camera mô phỏng / simulated cameras: rtsp://{}", simulation.addr);
            println!("  Ctrl-C để dừng / to stop");
        }
        stop.wait().await;
        node.stop().await;
        drop(simulation);
        Ok(())
    })
}

/// The usual port for RTSP out, or any where another program has it.
fn free_rtsp_port(addresses: &mut [SocketAddr]) {
    for address in addresses {
        if std::net::TcpListener::bind(*address).is_err() {
            address.set_port(0);
        }
    }
}

async fn simulate(port: u16, clock: &base::Clock) -> Result<Simulation, Failure> {
    let config = |port| SimulateConfig {
        cameras: CAMERAS,
        bind: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        gop_s: None,
        mbit_s: None,
        credentials: None,
        clock: clock.clone(),
    };
    // The usual port keeps the cameras' addresses from start to start; any other will do, they are changed then.
    if let Ok(simulation) = Simulation::start(config(port.saturating_add(500))).await {
        return Ok(simulation);
    }
    Simulation::start(config(0)).await.map_err(|e| Failure(base::Fault::said(&e)))
}

struct DemoCamera {
    place: &'static demo_world::Place,
    code: String,
    name: String,
    main_url: String,
    sub_url: String,
}

impl From<(usize, &media::simulate::SimulatedCamera)> for DemoCamera {
    fn from((i, c): (usize, &media::simulate::SimulatedCamera)) -> Self {
        DemoCamera {
            place: &demo_world::PLACES[i % CAMERAS],
            code: format!("79.760-{:04}", i + 1),
            name: c.name.vi.clone(),
            main_url: c.main_url.clone(),
            sub_url: c.sub_url.clone(),
        }
    }
}

/// Account, token, node name and cameras: made at the first start, mended at later ones. Each step may be the last before
/// a kill: the next start goes on where this one stopped.
fn prepare(ops: &Ops, dir: &Path, cameras: &[DemoCamera], now: WallTime) -> Result<Kept, Failure> {
    let path = dir.join("demo.json");
    let write = |kept: &Kept| keys::write_private(&path, &serde_json::to_vec_pretty(kept).unwrap_or_default());
    let found: Option<Kept> = std::fs::read(&path).ok().and_then(|b| serde_json::from_slice(&b).ok());
    let first = ops.setup_pending();
    let mut kept = match found {
        Some(kept) => kept,
        None if !first => {
            return Err(Failure::new(
                format!("thiếu {} nên không còn mật khẩu dùng thử; hãy chọn thư mục khác bằng --data", path.display()),
                format!(
                    "{} is missing, and with it the demo's password; choose another folder with --data",
                    path.display()
                ),
            ));
        }
        None => {
            let password = Some(random_text(16)?);
            Kept {
                account: ACCOUNT.to_owned(),
                password,
                token: String::new(),
                cameras_made: false,
                others: Vec::new(),
            }
        }
    };
    if first {
        let password = match kept.password.clone() {
            Some(password) => password,
            None => random_text(16)?,
        };
        kept.password = Some(password.clone());
        write(&kept)?;
        ops.bootstrap_account(
            &kept.account,
            "Quản trị viên dùng thử",
            domain::Role::Administrator,
            &Secret::new(password),
        )?;
        ops.set_node_as(&Caller::system(), "Quận Bến Nghé (dùng thử)", "760")?;
    }
    let me = ops.accounts_from_machine()?.into_iter().find(|a| a.name == kept.account);
    if kept.password.is_some() && me.is_some_and(|a| a.password_changed_at > a.created_at) {
        // Somebody has chosen a password of their own: ours is good for nothing now.
        kept.password = None;
        write(&kept)?;
    }
    if ops.caller_by_bearer(&Secret::new(kept.token.clone()))?.is_none() {
        kept.token = ops.issue_token_for(&kept.account, "demo", TOKEN_DAYS)?.expose().to_owned();
        write(&kept)?;
    }
    if !kept.cameras_made {
        demo_world::units(ops)?;
    }
    for camera in cameras {
        match ops.camera(&Caller::system(), &camera.code) {
            Ok(old) => {
                let moved = CameraPatch {
                    main_url: Some(camera.main_url.clone()),
                    sub_url: Some(Some(camera.sub_url.clone())),
                    ..CameraPatch::default()
                };
                ops.change_camera(&Caller::system(), old.id, moved, old.revision)?;
            }
            // What somebody took out of the catalogue stays out.
            Err(_) if kept.cameras_made => {}
            Err(_) => {
                let draft = CameraDraft {
                    name: camera.name.clone(),
                    code: Some(camera.code.clone()),
                    area: Some(camera.place.area.to_owned()),
                    unit: Some(camera.place.unit.to_owned()),
                    facts: camera.place.facts()?,
                    main_url: camera.main_url.clone(),
                    sub_url: Some(camera.sub_url.clone()),
                    ..CameraDraft::default()
                };
                ops.register_camera(&Caller::system(), draft)?;
            }
        }
    }
    if !kept.cameras_made {
        kept.others = demo_world::people(ops, now)?;
        kept.cameras_made = true;
        write(&kept)?;
    }
    let (accounts, mut lost) = (ops.accounts_from_machine()?, false);
    for other in &mut kept.others {
        let changed = accounts
            .iter()
            .find(|a| a.name == other.account)
            .is_none_or(|a| !a.enabled() || a.password_changed_at > a.created_at);
        if changed && other.password.take().is_some() {
            lost = true;
        }
    }
    if lost {
        write(&kept)?;
    }
    Ok(kept)
}

/// Letters and digits without look-alikes.
fn random_text(n: usize) -> Result<String, Failure> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
    let mut bytes = vec![0u8; n];
    getrandom::fill(&mut bytes).map_err(|e| {
        Failure::new(
            format!("hệ điều hành không cấp số ngẫu nhiên: {e}"),
            format!("no random numbers from the system: {e}"),
        )
    })?;
    Ok(bytes.iter().map(|b| char::from(LETTERS[usize::from(b & 31)])).collect())
}
