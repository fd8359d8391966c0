//! `matluoi simulate`: simulated RTSP cameras for trials and measurements.
#![allow(clippy::print_stdout)]

use super::{Failure, StopAsked, runtime, start_log};
use base::Fault;
use clap::Args;
use media::simulate::{SimulateConfig, Simulation};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Arguments of `simulate`.
#[derive(Args)]
pub struct SimulateArguments {
    /// How many cameras, each with a main (1080p) and a sub (360p) stream
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1000))]
    cameras: u16,
    /// TCP port of the RTSP server; 0 takes any free one
    #[arg(long, default_value_t = 8555)]
    port: u16,
    /// Address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// Codec of the pictures
    #[arg(long, default_value = "h264")]
    codec: String,
    /// Seconds between key frames (as the clips have it if not given)
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..=60))]
    gop: Option<u16>,
    /// Bit rate of the main stream in Mbit/s, reached with padding that decoders skip (as the clips have it if not given)
    #[arg(long, value_name = "M")]
    mbps: Option<f64>,
    /// Ask for this user name and the password in the environment variable MATLUOI_SIMULATE_PASSWORD (Digest)
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// Print one JSON line with the addresses
    #[arg(long)]
    json: bool,
}

/// Runs until Ctrl-C.
pub fn run(arguments: SimulateArguments) -> Result<(), Failure> {
    start_log("warn");
    media::simulate::check_codec(&arguments.codec).map_err(|e| Failure(e.said()))?;
    let credentials = match arguments.username {
        None => None,
        Some(name) => match std::env::var("MATLUOI_SIMULATE_PASSWORD") {
            Ok(password) => Some((name, base::Secret::new(password))),
            Err(_) => {
                return Err(Failure::new(
                    "đặt mật khẩu vào biến môi trường MATLUOI_SIMULATE_PASSWORD",
                    "put the password into the environment variable MATLUOI_SIMULATE_PASSWORD",
                ));
            }
        },
    };
    runtime()?.block_on(async move {
        let stop = StopAsked::listen()?;
        let bind = SocketAddr::new(arguments.bind, arguments.port);
        let simulation = Simulation::start(SimulateConfig {
            cameras: arguments.cameras.into(),
            bind,
            gop_s: arguments.gop.map(f64::from),
            mbit_s: arguments.mbps,
            credentials,
            clock: crate::clock::system(),
        })
        .await
        .map_err(|e| Failure(e.said()))?;
        if arguments.json {
            let list: Vec<_> = simulation
                .cameras
                .iter()
                .map(|c| serde_json::json!({"name": c.name.vi, "main_url": c.main_url, "sub_url": c.sub_url}))
                .collect();
            println!("{}", serde_json::json!({ "cameras": list }));
        } else {
            println!("{} camera RTSP: {}", simulation.cameras.len(), simulation.addr);
            for camera in &simulation.cameras {
                println!("  {}  ({})", camera.main_url, camera.name.vi);
            }
            println!("Ctrl-C để dừng / to stop");
        }
        stop.wait().await;
        Ok(())
    })
}
