//! `matluoi run`: one node, in the foreground, until Ctrl-C or SIGTERM.
#![allow(clippy::print_stdout)]

use super::{DataArguments, Failure, StopAsked, runtime, start_log};
use crate::assemble;
use clap::Args;
use std::net::SocketAddr;

/// Arguments of `run`.
#[derive(Args)]
pub struct RunArguments {
    #[command(flatten)]
    data: DataArguments,
    /// Print one JSON line once ready
    #[arg(long)]
    json: bool,
}

/// Runs until asked to stop.
pub fn run(arguments: RunArguments) -> Result<(), Failure> {
    let file = arguments.data.node_file()?;
    start_log(&file.log_level);
    let clock = crate::clock::system();
    runtime()?.block_on(async move {
        let stop = StopAsked::listen()?;
        let node = assemble::start(&file, clock, arguments.data.config.as_deref(), false).await?;
        let ops = node.ops.clone();
        let token = tokio::task::spawn_blocking(move || -> Result<_, Failure> {
            Ok(if ops.setup_pending() { Some(ops.issue_setup_token()?) } else { None })
        })
        .await
        .map_err(|e| Failure::new(format!("lỗi bên trong: {e}"), format!("inner fault: {e}")))??;
        let addresses: Vec<String> = node.addresses.iter().flat_map(|(a, https)| shown(*a, *https)).collect();
        let rtsp: Vec<String> =
            node.rtsp_addresses.iter().flat_map(|(a, tls)| shown_as(*a, rtsp_scheme(*tls))).collect();
        let setup: Vec<String> = token
            .iter()
            .flat_map(|t| addresses.iter().map(move |a| format!("{a}/setup?token={}", t.expose())))
            .collect();
        if arguments.json {
            let name = node.ops.node_info().name;
            let line = serde_json::json!({
                "nodes": [{
                    "name": name, "role": "node", "url": addresses.first(), "urls": addresses,
                    "setup_url": setup.first(), "setup_urls": setup, "fingerprint": node.fingerprint,
                    "rtsp_urls": rtsp,
                }]
            });
            println!("{line}");
        } else {
            println!("Mắt Lưới {}", env!("CARGO_PKG_VERSION"));
            for address in &addresses {
                println!("  {address}");
            }
            for address in &rtsp {
                println!("  {address}/{{camera}}/main");
            }
            if let Some(fingerprint) = &node.fingerprint {
                println!("  SHA-256 {fingerprint}");
            }
            if !setup.is_empty() {
                println!();
                println!("Nút chưa được thiết lập. Mở địa chỉ dùng một lần sau trong 60 phút:");
                println!("The node is not set up yet. Open this one-time address within 60 minutes:");
                for address in &setup {
                    println!("  {address}");
                }
            }
        }
        stop.wait().await;
        node.stop().await;
        Ok(())
    })
}

/// How people reach a listener: each address of the machine when it listens on all.
pub fn shown(address: SocketAddr, https: bool) -> Vec<String> {
    shown_as(address, if https { "https" } else { "http" })
}

/// The scheme of an RTSP listener.
pub fn rtsp_scheme(tls: bool) -> &'static str {
    if tls { "rtsps" } else { "rtsp" }
}

fn shown_as(address: SocketAddr, scheme: &str) -> Vec<String> {
    if !address.ip().is_unspecified() {
        return vec![format!("{scheme}://{address}")];
    }
    let mut all: Vec<String> = assemble::own_addresses()
        .into_iter()
        .map(|ip| format!("{scheme}://{}", SocketAddr::new(ip, address.port())))
        .collect();
    all.push(format!("{scheme}://localhost:{}", address.port()));
    all
}
