//! Simulated cameras and a node that takes them in, as people would start them.

use crate::http;
use crate::process::{Running, once};
use crate::watch::{now, pause};
use serde_json::{Value, json};
use std::net::{TcpListener, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;
use viewer::Failure;

/// A port that nobody uses now.
fn free_port() -> Result<u16, Failure> {
    loop {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        if UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
}

/// Simulated cameras.
pub struct Cameras {
    _running: Running,
    /// Addresses of their main streams.
    pub main_urls: Vec<String>,
}

impl Cameras {
    /// Starts `count` cameras with 4 Mbit/s and a key frame every 4 s.
    pub fn start(count: usize, folder: &std::path::Path) -> Result<Cameras, Failure> {
        let (count, port) = (count.to_string(), free_port()?.to_string());
        let arguments = ["simulate", "--cameras", &count, "--port", &port, "--gop", "4", "--mbps", "4", "--json"];
        let (running, line) = Running::start(&arguments, &folder.join("simulate.log"))?;
        let said: Value = serde_json::from_str(&line)?;
        let list = said["cameras"].as_array().ok_or("simulate says no cameras")?;
        let main_urls = list.iter().filter_map(|c| c["main_url"].as_str().map(str::to_owned)).collect();
        Ok(Cameras { _running: running, main_urls })
    }
}

/// A node.
pub struct Node {
    /// The process.
    pub running: Running,
    /// `http://…`.
    pub url: String,
    token: String,
}

/// A data folder with an administrator.
pub struct Home {
    folder: tempfile::TempDir,
    config: String,
    token: String,
}

impl Home {
    /// Sets one up: plain HTTP on loopback, cameras allowed on loopback.
    pub fn new() -> Result<Home, Failure> {
        let folder = tempfile::tempdir()?;
        let config = folder.path().join("node.toml");
        let data = folder.path().join("data");
        std::fs::write(
            &config,
            format!(
                "[data]\ndir = {data:?}\n[listen]\nhttps = []\nhttp = [\"127.0.0.1:{}\"]\nwebrtc = \"127.0.0.1:{}\"\n\
                 [cameras]\nnetworks = [\"127.0.0.0/8\"]\n[log]\nlevel = \"warn\"\n",
                free_port()?,
                free_port()?
            ),
        )?;
        let config = config.to_str().ok_or("a folder name that is not UTF-8")?.to_owned();
        let mut random = [0u8; 12];
        getrandom::fill(&mut random).map_err(|e| e.to_string())?;
        let password: String = random.iter().map(|b| format!("{b:02x}")).collect();
        once(
            &["account", "add", "quantri", "--role", "administrator", "--password-stdin", "--config", &config],
            &format!("{password}\n"),
        )?;
        let said = once(&["token", "issue", "quantri", "--config", &config], "")?;
        let token = said.split_whitespace().last().ok_or("no token")?.to_owned();
        Ok(Home { folder, config, token })
    }

    /// Where logs go.
    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Starts the node and waits until it says that it is ready.
    pub fn start(&self) -> Result<Node, Failure> {
        let (running, line) =
            Running::start(&["run", "--config", &self.config, "--json"], &self.folder.path().join("node.log"))?;
        let said: Value = serde_json::from_str(&line)?;
        let url = said["nodes"][0]["url"].as_str().ok_or("the node says no address")?.to_owned();
        Ok(Node { running, url, token: self.token.clone() })
    }
}

impl Node {
    /// Starts a demo node.
    pub fn demo(folder: &std::path::Path) -> Result<Node, Failure> {
        let (data, port) = (folder.join("demo"), free_port()?.clamp(1_024, 64_000).to_string());
        let data = data.to_str().ok_or("a folder name that is not UTF-8")?;
        let (running, line) =
            Running::start(&["demo", "--data", data, "--port", &port, "--json"], &folder.join("demo.log"))?;
        let said: Value = serde_json::from_str(&line)?;
        let node = &said["nodes"][0];
        let text = |name: &str| node[name].as_str().map(str::to_owned).ok_or("the demo says too little");
        Ok(Node { running, url: text("url")?, token: text("token")? })
    }

    /// Adds a camera and hands back its id.
    pub fn add_camera(&self, name: &str, main_url: &str) -> Result<String, Failure> {
        let body = json!({"name": name, "main_url": main_url}).to_string();
        let (status, answer) =
            http::request("POST", &self.url, "/api/v1/cameras", &self.token, "application/json", &body)?;
        if status != 201 {
            return Err(format!("a camera was not added: {status} {answer}").into());
        }
        let said: Value = serde_json::from_str(&answer)?;
        Ok(said["id"].as_str().ok_or("no id")?.to_owned())
    }

    /// Posts an offer and hands back the answer; 503 while the camera has no picture is waited for.
    pub fn whep(&self, camera: &str, offer: &str) -> Result<String, Failure> {
        let begun = now();
        loop {
            let path = format!("/whep/{camera}?stream=main");
            let (status, answer) = http::request("POST", &self.url, &path, &self.token, "application/sdp", offer)?;
            match status {
                201 => return Ok(answer),
                503 if now() - begun < Duration::from_secs(15) => pause(Duration::from_millis(100)),
                _ => return Err(format!("WHEP: {status} {answer}").into()),
            }
        }
    }

    /// Is `/readyz` content?
    pub fn is_ready(&self) -> bool {
        matches!(http::request("GET", &self.url, "/readyz", &self.token, "text/plain", ""), Ok((200, _)))
    }

    /// Waits until so many cameras deliver pictures.
    pub fn wait_live(&self, cameras: usize) -> Result<(), Failure> {
        let begun = now();
        loop {
            let path = "/api/v1/cameras?state=live&limit=1";
            let (status, answer) = http::request("GET", &self.url, path, &self.token, "application/json", "")?;
            let live = serde_json::from_str::<Value>(&answer).ok().and_then(|v| v["total"].as_u64()).unwrap_or(0);
            if status == 200 && live >= cameras as u64 {
                return Ok(());
            }
            if now() - begun > Duration::from_secs(60) {
                return Err(format!("only {live} of {cameras} cameras live after 60 s: {status} {answer}").into());
            }
            pause(Duration::from_millis(200));
        }
    }
}
