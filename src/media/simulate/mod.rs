//! Simulated cameras: real-time H.264 over real RTSP, for trying out, demonstrating and measuring.
//!
//! A simulated camera is a pair of [`Track`]s fed from a clip, above whose pictures a banner with the camera's name and
//! the true time is written ([`banner`]), served by [`crate::rtsp_out`]. One task paces them all. Nothing here is known to
//! the node: it takes these cameras in over the network like any others.

mod banner;
mod bits;
mod camera;
mod clip;
mod scenes;

use crate::Track;
use crate::rtsp_out::{
    Access, Denial, Presentation, Presentations, RtspListener, RtspOut, RtspTotals, Scheme, Wish, admits,
};
use base::{Clock, ErrorKind, Fault, Said, Secret, StreamKind, limits};
use camera::Feed;
use futures_util::future::BoxFuture;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant};

/// What to simulate.
#[derive(Clone, Debug)]
pub struct SimulateConfig {
    /// How many cameras: 1 to [`limits::SIMULATED_CAMERAS_MAX`]. There are eight scenes; further cameras show them again.
    pub cameras: usize,
    /// Where the RTSP server listens; port 0 takes any.
    pub bind: SocketAddr,
    /// Seconds between key frames, 0.25 to 60; without it 2, as the clips are. Beyond 2 s the scene stands still until the
    /// next key frame and only the clock runs: made for measuring.
    pub gop_s: Option<f64>,
    /// Mbit/s of the main streams, 0.1 to 50: filled up with messages that decoders skip. Without it, what the scene needs.
    pub mbit_s: Option<f64>,
    /// User name and password that the cameras ask for.
    pub credentials: Option<(String, Secret)>,
    /// The clock that the banners show.
    pub clock: Clock,
}

/// Why there is no simulation.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The number of cameras is out of range.
    #[error("{0} cameras")]
    Cameras(usize),
    /// The key-frame distance is out of range.
    #[error("key-frame distance {0} s")]
    Gop(f64),
    /// The bit rate is out of range.
    #[error("{0} Mbit/s")]
    MbitS(f64),
    /// A codec that cannot be simulated.
    #[error("codec {0}")]
    Codec(String),
    /// The address cannot be had.
    #[error("{addr}: {source}")]
    Bind {
        /// Which.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A clip compiled into this program is broken: a bug.
    #[error("{0}")]
    Clip(String),
}

impl Fault for SimulateError {
    fn kind(&self) -> ErrorKind {
        match self {
            SimulateError::Bind { .. } => ErrorKind::Unavailable,
            SimulateError::Clip(_) => ErrorKind::Internal,
            _ => ErrorKind::Invalid,
        }
    }
    fn said(&self) -> Said {
        match self {
            SimulateError::Cameras(n) => Said::new(
                format!("Không mô phỏng được {n} camera. Hãy chọn từ 1 đến {} camera.", limits::SIMULATED_CAMERAS_MAX),
                format!("Cannot simulate {n} cameras. Choose 1 to {} cameras.", limits::SIMULATED_CAMERAS_MAX),
            ),
            SimulateError::Gop(s) => Said::new(
                format!("Khoảng cách khung hình khóa {s} giây không dùng được. Hãy chọn từ 0,25 đến 60 giây."),
                format!("A key-frame distance of {s} s cannot be used. Choose 0.25 to 60 s."),
            ),
            SimulateError::MbitS(m) => Said::new(
                format!("Tốc độ {m} Mbit/s không dùng được. Hãy chọn từ 0,1 đến 50 Mbit/s."),
                format!("A bit rate of {m} Mbit/s cannot be used. Choose 0.1 to 50 Mbit/s."),
            ),
            SimulateError::Codec(c) if c.eq_ignore_ascii_case("h265") => Said::new(
                "Phiên bản này chưa mô phỏng camera H.265. Hãy dùng --codec h264.",
                "Simulating H.265 cameras is not in this version. Use --codec h264.",
            ),
            SimulateError::Codec(c) => Said::new(
                format!("Không có bộ mã hóa tên “{c}”. Hãy dùng --codec h264."),
                format!("There is no codec named “{c}”. Use --codec h264."),
            ),
            SimulateError::Bind { addr, source } => Said::new(
                format!("Không mở được địa chỉ {addr} cho camera mô phỏng ({source}). Hãy chọn cổng khác bằng --port."),
                format!("Cannot listen on {addr} for simulated cameras ({source}). Choose another port with --port."),
            ),
            SimulateError::Clip(what) => Said::new(
                format!("Đoạn hình mô phỏng trong chương trình bị hỏng ({what}). Hãy cài lại chương trình."),
                format!("A simulation clip inside the program is broken ({what}). Install the program again."),
            ),
        }
    }
    fn field(&self) -> Option<&str> {
        match self {
            SimulateError::Cameras(_) => Some("cameras"),
            SimulateError::Gop(_) => Some("gop"),
            SimulateError::MbitS(_) => Some("mbps"),
            SimulateError::Codec(_) => Some("codec"),
            SimulateError::Bind { .. } => Some("port"),
            SimulateError::Clip(_) => None,
        }
    }
}

/// Can cameras of that codec (`"h264"`, `"h265"`, …) be simulated?
///
/// # Errors
/// [`SimulateError::Codec`] for all but H.264.
pub fn check_codec(name: &str) -> Result<(), SimulateError> {
    if name.eq_ignore_ascii_case("h264") { Ok(()) } else { Err(SimulateError::Codec(name.chars().take(20).collect())) }
}

/// One simulated camera.
#[derive(Clone, Debug)]
pub struct SimulatedCamera {
    /// Its name.
    pub name: Said,
    /// 1920 × 1080.
    pub main_url: String,
    /// 640 × 360.
    pub sub_url: String,
}

/// Running simulated cameras. Dropping it ends them.
#[derive(Debug)]
pub struct Simulation {
    /// Where the RTSP server listens.
    pub addr: SocketAddr,
    /// The cameras, in order: `/cam1/main`, `/cam1/sub`, `/cam2/main` …
    pub cameras: Vec<SimulatedCamera>,
    server: RtspOut,
    pacing: JoinHandle<()>,
}

/// A track with the first picture of the first scene.
#[cfg(test)]
pub(crate) fn first_picture(kind: StreamKind, clock: &Clock) -> Arc<Track> {
    let mut feed = Feed::new(0, kind, None, None).expect("clips are sound");
    feed.next_picture(clock);
    feed.track
}

/// The paths of the simulation.
struct Paths(HashMap<String, Presentation>, Access);

impl Presentations for Paths {
    /// As cameras do it.
    fn schemes(&self, _: bool) -> &'static [Scheme] {
        &[Scheme::DigestMd5, Scheme::Basic]
    }
    fn find<'a>(&'a self, wish: &'a Wish<'a>) -> BoxFuture<'a, Result<Presentation, Denial>> {
        let found = match self.0.get(wish.path) {
            _ if !admits(&self.1, wish.shown) => Err(Denial::SignIn),
            None => Err(Denial::Missing(Said::new("Không có camera này.", "There is no such camera."))),
            Some(found) => Ok(found.clone()),
        };
        Box::pin(std::future::ready(found))
    }
    fn stands(&self, _: &Arc<Track>) -> bool {
        true
    }
}

impl Simulation {
    /// Starts the cameras; their first pictures are there when this returns.
    ///
    /// # Errors
    /// [`SimulateError`], with a sentence for people.
    pub async fn start(config: SimulateConfig) -> Result<Simulation, SimulateError> {
        if !(1..=limits::SIMULATED_CAMERAS_MAX).contains(&config.cameras) {
            return Err(SimulateError::Cameras(config.cameras));
        }
        if let Some(s) = config.gop_s.filter(|s| !(0.25..=60.0).contains(s)) {
            return Err(SimulateError::Gop(s));
        }
        if let Some(m) = config.mbit_s.filter(|m| !(0.1..=50.0).contains(m)) {
            return Err(SimulateError::MbitS(m));
        }
        let broken = |e: clip::BadClip| SimulateError::Clip(e.to_string());
        let access = match &config.credentials {
            None => Access::Open,
            Some((username, password)) => Access::Password { username: username.clone(), password: password.clone() },
        };
        let (mut paths, mut feeds, mut names) = (HashMap::new(), Vec::new(), Vec::new());
        for number in 0..config.cameras {
            let name = name_of(number);
            for kind in [StreamKind::Main, StreamKind::Sub] {
                let feed = Feed::new(number, kind, config.gop_s, config.mbit_s).map_err(broken)?;
                let presentation = Presentation { title: name.vi.clone(), tracks: vec![feed.track.clone()] };
                paths.insert(format!("cam{}/{}", number + 1, kind.as_str()), presentation);
                feeds.push(feed);
            }
            names.push(name);
        }
        let begin = Instant::now();
        for feed in &mut feeds {
            feed.next_picture(&config.clock);
        }
        let listener = std::net::TcpListener::bind(config.bind).map(|tcp| vec![RtspListener { tcp, tls: None }]);
        let paths = Arc::new(Paths(paths, access));
        let server =
            listener.and_then(|l| RtspOut::start(l, config.clock.clone(), paths, Arc::<RtspTotals>::default()));
        let server = server.map_err(|source| SimulateError::Bind { addr: config.bind, source })?;
        let addr = server.addresses.first().copied().unwrap_or(config.bind);
        let host = SocketAddr::new(reachable(addr.ip()), addr.port());
        let cameras = names
            .into_iter()
            .enumerate()
            .map(|(i, name)| SimulatedCamera {
                name,
                main_url: format!("rtsp://{host}/cam{}/main", i + 1),
                sub_url: format!("rtsp://{host}/cam{}/sub", i + 1),
            })
            .collect();
        let pacing = tokio::spawn(pace(feeds, begin, config.clock));
        Ok(Simulation { addr, cameras, server, pacing })
    }

    /// Ends the cameras and waits until their connections are gone.
    pub async fn stop(mut self) {
        self.pacing.abort();
        self.server.stop().await;
        let _ = (&mut self.pacing).await;
    }
}

/// An address that a client on this machine can use.
fn reachable(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(v) if v.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(v) if v.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}

/// The name of the camera with that number, from 0.
fn name_of(number: usize) -> Said {
    let scene = &scenes::SCENES[number % scenes::SCENES.len()];
    let again = again(number);
    Said::new(format!("{}{again}", scene.vi), format!("{}{again}", scene.en))
}

/// Nothing for the first camera of a scene, ` (2)` for the second, and so on.
fn again(number: usize) -> String {
    let round = number / scenes::SCENES.len() + 1;
    if round == 1 { String::new() } else { format!(" ({round})") }
}

/// Writes each feed's next picture when it is due. The feeds' pictures are spread over time, as real cameras' are.
async fn pace(mut feeds: Vec<Feed>, begin: Instant, clock: Clock) {
    let count = feeds.len().max(1) as u32;
    let mut due: BinaryHeap<Reverse<(Instant, usize)>> = (0..feeds.len())
        .map(|i| Reverse((begin + camera::PICTURE_INTERVAL + camera::PICTURE_INTERVAL * i as u32 / count, i)))
        .collect();
    while let Some(Reverse((when, i))) = due.pop() {
        if when > Instant::now() {
            tokio::time::sleep_until(when).await;
        }
        // After a long standstill of the machine, go on from now instead of sending all that was missed.
        let late = when.elapsed() > Duration::from_secs(2);
        if let Some(feed) = feeds.get_mut(i) {
            if late {
                feed.miss(when.elapsed());
            }
            feed.next_picture(&clock);
        }
        let from = if late { Instant::now() } else { when };
        due.push(Reverse((from + camera::PICTURE_INTERVAL, i)));
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        self.pacing.abort();
    }
}

#[cfg(test)]
mod tests;
