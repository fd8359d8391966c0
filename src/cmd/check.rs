//! `matluoi check`: data folder, store, record, keys, clock, disk and ports — what is wrong and what to do.
#![allow(clippy::print_stdout)]

use super::{DataArguments, Failure, start_log};
use crate::{assemble, keys, tls};
use base::{Said, WallTime};
use clap::Args;
use std::net::{TcpListener, UdpSocket};
use std::path::Path;

/// Arguments of `check`.
#[derive(Args)]
pub struct CheckArguments {
    #[command(flatten)]
    data: DataArguments,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

struct Finding {
    what: &'static str,
    fault: Option<Said>,
}

/// No clock of a working machine is before this release.
const BUILT: &str = "2026-01-01T00:00:00Z";
const DISK_FREE_BYTES_MIN: u64 = 1 << 30;

/// Looks at everything; exit code 0 only if nothing is wrong.
pub fn run(arguments: CheckArguments) -> Result<(), Failure> {
    start_log("error");
    let file = arguments.data.node_file()?;
    let now = crate::clock::system().now();
    let mut findings = Vec::new();
    let mut look = |what, result: Result<(), Said>| findings.push(Finding { what, fault: result.err() });
    let dir = &file.data_dir;
    // Looking must not make anything: a mistyped folder would come to be a node.
    if dir.join("node.redb").exists() {
        look("data folder", assemble::data_folder(dir).map_err(|f| f.0));
        look("store and record", store_and_record(dir, now));
        look("node key", keys::NodeKey::of(dir).map(|_| ()).map_err(|e| Failure::from(e).0));
    } else {
        look("data folder", Err(no_node(dir)));
    }
    if let (Some(c), Some(k)) = (&file.tls_certificate, &file.tls_key) {
        look("certificate", tls::server_config(c, k).map(|_| ()).map_err(|e| Failure::from(e).0));
    }
    look("clock", clock(now));
    look("disk", disk(dir));
    for address in file.https.iter().chain(&file.http).chain(&file.rtsp).chain(&file.rtsps) {
        look("TCP port", TcpListener::bind(address).map(|_| ()).map_err(|e| port(&format!("{address}/tcp"), &e)));
    }
    if file.webrtc_tcp {
        let address = file.webrtc;
        look("TCP port", TcpListener::bind(address).map(|_| ()).map_err(|e| port(&format!("{address}/tcp"), &e)));
    }
    look("UDP port", UdpSocket::bind(file.webrtc).map(|_| ()).map_err(|e| port(&format!("{}/udp", file.webrtc), &e)));

    let wrong = findings.iter().filter(|f| f.fault.is_some()).count();
    if arguments.json {
        let list: Vec<_> = findings.iter().map(|f| serde_json::json!({"what": f.what, "fault": f.fault})).collect();
        println!("{}", serde_json::json!({ "findings": list }));
    } else {
        for f in &findings {
            match &f.fault {
                None => println!("  ✓ {}", f.what),
                Some(said) => println!("  ✗ {}\n      {}\n      {}", f.what, said.vi, said.en),
            }
        }
    }
    if wrong == 0 {
        Ok(())
    } else {
        Err(Failure::new(format!("có {wrong} điều cần xử lý"), format!("{wrong} things need attention")))
    }
}

fn no_node(dir: &Path) -> Said {
    Said::new(
        format!("thư mục {} không chứa nút nào; kiểm tra --data, hoặc chạy `matluoi run` để tạo nút", dir.display()),
        format!("the folder {} holds no node; check --data, or make one with `matluoi run`", dir.display()),
    )
}

fn store_and_record(dir: &Path, now: WallTime) -> Result<(), Said> {
    let said = |e: store::StoreError| base::Fault::said(&e);
    let store = store::Store::open_existing(dir, now).map_err(said)?;
    let node = keys::NodeKey::existing(dir).ok().flatten().map(|key| key.fingerprint());
    let signs = store.read(|r| r.last_checkpoint()).map_err(said)?.is_some_and(|c| c.signature.is_some());
    let node = node.as_deref().filter(|_| signs);
    let report = store.read(|r| store::verify_chain(r, node)).map_err(said)?;
    report.fault.map_or(Ok(()), |f| Err(f.said()))
}

fn clock(now: WallTime) -> Result<(), Said> {
    match WallTime::parse_rfc3339(BUILT) {
        Some(built) if now < built => Err(Said::new(
            format!("đồng hồ của máy sai ({}); hãy bật đồng bộ giờ (NTP)", now.office_text()),
            format!("the machine's clock is wrong ({}); switch on time synchronisation (NTP)", now.office_text()),
        )),
        _ => Ok(()),
    }
}

fn disk(dir: &Path) -> Result<(), Said> {
    use std::os::unix::ffi::OsStrExt;
    let Ok(path) = std::ffi::CString::new(dir.as_os_str().as_bytes()) else { return Ok(()) };
    let mut facts = std::mem::MaybeUninit::<libc::statvfs>::zeroed();
    // SAFETY: `path` is a C string and `facts` is room for one statvfs, which the call fills when it returns 0.
    let facts = unsafe {
        if libc::statvfs(path.as_ptr(), facts.as_mut_ptr()) != 0 {
            return Ok(());
        }
        facts.assume_init()
    };
    let free = facts.f_bavail.saturating_mul(facts.f_frsize);
    if free >= DISK_FREE_BYTES_MIN {
        return Ok(());
    }
    let mib = free >> 20;
    Err(Said::new(
        format!("đĩa chứa {} chỉ còn {mib} MiB trống; hãy giải phóng hoặc thêm dung lượng", dir.display()),
        format!("the disk of {} has only {mib} MiB free; free some or add more", dir.display()),
    ))
}

fn port(what: &str, e: &std::io::Error) -> Said {
    if e.kind() == std::io::ErrorKind::AddrInUse {
        Said::new(
            format!("cổng {what} đang được dùng: nút đang chạy, hoặc một chương trình khác giữ cổng"),
            format!("port {what} is in use: the node is running, or another program holds it"),
        )
    } else {
        Said::new(format!("không mở được cổng {what}: {e}"), format!("port {what} cannot be opened: {e}"))
    }
}
