//! A whole node for tests: a store in a temporary folder, media on port 0, the web on a port of its own.

use super::client::Client;
use crate::{Listener, ServerHandle, WebConfig, WebState, serve};
use base::{Clock, ManualClock, Secret, WallTime};
use domain::Role;
use media::{AllowedNetworks, Media, MediaConfig, WebRtcConfig};
use ops::{Ops, OpsConfig, Policy};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::task::JoinHandle;

pub const PASSWORD: &str = "bến-thành-7-ghe-xuồng";

pub struct Node {
    pub at: SocketAddr,
    pub state: WebState,
    pub time: ManualClock,
    pub server: ServerHandle,
    pub serving: JoinHandle<std::io::Result<()>>,
    _dir: tempfile::TempDir,
}

pub fn config(clock: &Clock) -> WebConfig {
    WebConfig {
        clock: clock.clone(),
        cookie_suffix: "test1".to_owned(),
        https: false,
        public_host: None,
        metrics_token: Some(Secret::new("figures-only".to_owned())),
        version: "0.0.0-test".to_owned(),
        ready: Arc::new(|| Ok(())),
        camera_networks: vec!["192.0.2.0/24".to_owned()],
        maps: None,
        config_file: None,
    }
}

impl Node {
    /// Three accounts (`administrator`, `operator`, `viewer`), no cameras.
    pub async fn start() -> Node {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut WebConfig)) -> Node {
        let node = Self::bare(change).await;
        let ops = node.state.ops.clone();
        tokio::task::spawn_blocking(move || {
            for role in [Role::Administrator, Role::Operator, Role::Viewer] {
                ops.bootstrap_account(role.as_str(), "Người thử", role, &Secret::new(PASSWORD.to_owned())).unwrap();
            }
        })
        .await
        .unwrap();
        node
    }

    /// Not set up yet.
    pub async fn bare(change: impl FnOnce(&mut WebConfig)) -> Node {
        let dir = tempfile::tempdir().unwrap();
        let time = ManualClock::at(WallTime::parse_rfc3339("2026-11-24T03:00:00Z").unwrap());
        let clock = time.clock();
        let (folder, now) = (dir.path().to_owned(), clock.clone());
        let ops = tokio::task::spawn_blocking(move || {
            let store = store::Store::open(&folder, now.now()).unwrap();
            Ops::open(store, now, Policy::shipped(), OpsConfig { demo: false }).unwrap()
        })
        .await
        .unwrap();
        let webrtc = WebRtcConfig { bind: "127.0.0.1:0".parse().unwrap(), public_addresses: Vec::new(), tcp: true };
        let (media, mut ends) =
            Media::start(MediaConfig { clock: clock.clone(), networks: AllowedNetworks::default(), webrtc })
                .await
                .unwrap();
        tokio::spawn(async move { while ends.recv().await.is_some() {} });
        let mut config = config(&clock);
        change(&mut config);
        let state = WebState::new(ops, media, config);
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = tcp.local_addr().unwrap();
        let (server, running) = serve(state.clone(), vec![Listener { tcp, tls: None }]).unwrap();
        let serving = tokio::spawn(running);
        Node { at, state, time, server, serving, _dir: dir }
    }

    pub fn stranger(&self) -> Client {
        Client::new(self.at)
    }

    /// A browser in which that account has signed in through the page.
    pub async fn browser(&self, account: &str) -> Client {
        let mut browser = self.stranger();
        browser.read_form("/sign-in").await;
        let reply = browser.post("/sign-in", &[("name", account), ("password", PASSWORD), ("next", "")]).await;
        assert_eq!(reply.status, 303, "{}", reply.text());
        browser.read_form("/account").await;
        browser
    }

    /// A program with a fresh bearer token of that account.
    pub async fn program(&self, account: &str) -> Client {
        let (ops, account) = (self.state.ops.clone(), account.to_owned());
        let token =
            tokio::task::spawn_blocking(move || ops.issue_token_for(&account, "test", 5).unwrap()).await.unwrap();
        Client::with_bearer(self.at, token.expose())
    }
}

impl Client {
    /// Opens a page and takes the form token from it.
    pub async fn read_form(&mut self, path: &str) {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        let text = page.text();
        let at = text.find("name=\"csrf\"").unwrap_or_else(|| panic!("{path} has no form: {text}"));
        let value = text[at..].split("value=\"").nth(1).and_then(|v| v.split('"').next()).unwrap();
        self.csrf = value.to_owned();
    }
}
