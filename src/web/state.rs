//! What every handler may ask: the rooms below, the configuration, and the few bounded tables that only the web has.
//!
//! Not here: anything durable (`ops`).

use crate::drafts::Drafts;
use crate::events::Hub;
use crate::rate::Brakes;
use base::{Clock, Said, Secret, WallTime, limits};
use media::Media;
use media::rtsp_out::RtspTotals;
use ops::Ops;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Asks whether the node is ready; `Err` says what is not.
pub type ReadyProbe = Arc<dyn Fn() -> Result<(), Said> + Send + Sync>;

/// How the web is set up; a value, made by the roof.
#[derive(Clone)]
pub struct WebConfig {
    /// The node's clock.
    pub clock: Clock,
    /// Unique per node (short, letters and digits), so that two nodes on one host keep their own sign-ins.
    pub cookie_suffix: String,
    /// Do browsers reach the node over HTTPS? Then cookies are `Secure` with the `__Host-` prefix and HSTS is sent.
    /// False only for the loopback demo.
    pub https: bool,
    /// The node's name in addresses (`camera.example.vn`), if it has one: with it, requests for other names are refused.
    pub public_host: Option<String>,
    /// A bearer token of its own for `/metrics`, beside those of accounts.
    pub metrics_token: Option<Secret>,
    /// Version of the program, for pages, `/api/v1/node` and `/metrics`.
    pub version: String,
    /// Asked by `/readyz`, besides the store.
    pub ready: ReadyProbe,
    /// Networks in which cameras may be, for showing.
    pub camera_networks: Vec<String>,
    /// The folder of base maps, if there may be one.
    pub maps: Option<std::path::PathBuf>,
    /// The configuration file, for showing; `None` if there is none.
    pub config_file: Option<String>,
}

impl std::fmt::Debug for WebConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebConfig").field("https", &self.https).field("public_host", &self.public_host).finish()
    }
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct WebState(Arc<Inner>);

/// The inside of [`WebState`].
pub struct Inner {
    /// Verbs of the office.
    pub ops: Ops,
    /// Running streams.
    pub media: Media,
    /// How the web is set up.
    pub config: WebConfig,
    /// Brakes per address.
    pub brakes: Brakes,
    /// Cameras probed but not yet added.
    pub drafts: Drafts,
    /// Turns for requests that hash a password.
    pub password_turns: Arc<Semaphore>,
    /// Turns for requests with a file.
    pub upload_turns: Arc<Semaphore>,
    /// Events for listeners.
    pub hub: Hub,
    /// Figures of the RTSP server.
    pub rtsp: Arc<RtspTotals>,
    /// Turns true once, when the server stops.
    pub stopping: watch::Sender<bool>,
    /// When the node started.
    pub started: WallTime,
}

impl WebState {
    /// Puts the rooms together for the web.
    pub fn new(ops: Ops, media: Media, config: WebConfig) -> Self {
        Self(Arc::new(Inner {
            brakes: Brakes::new(&config.clock),
            drafts: Drafts::default(),
            password_turns: Arc::new(Semaphore::new(limits::PASSWORD_REQUESTS_AT_ONCE_MAX)),
            upload_turns: Arc::new(Semaphore::new(limits::UPLOADS_AT_ONCE_MAX)),
            hub: Hub::new(),
            rtsp: Arc::default(),
            stopping: watch::Sender::new(false),
            started: config.clock.now(),
            ops,
            media,
            config,
        }))
    }
}

impl std::ops::Deref for WebState {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for WebState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WebState({:?})", self.config)
    }
}
