//! Looking at a camera address before it is added: what is there, or what is wrong, within 5 s.
//!
//! The main address is asked first; once it plays, the small stream is looked for beside it, one address after the other.
//! Every connection goes through [`crate::address`]. Not here: adding the camera (`ops`), whom the probe is for.

use crate::address::{AllowedNetworks, CameraUrl};
use crate::ingest::session::{Described, Event, Link};
use crate::ingest::{Fed, Feed, Measure};
use crate::{StreamFault, Transport};
use av::Codec;
use base::{Clock, Secret, limits};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// What to look at.
#[derive(Clone, Debug)]
pub struct ProbeRequest {
    /// `rtsp://…`; user and password may stand in it and are taken out.
    pub main_url: String,
    /// The small stream's address, if known. Without it, the usual neighbours of `main_url` are tried.
    pub sub_url: Option<String>,
    /// User name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// TCP or UDP.
    pub transport: Transport,
}

/// One stream as found.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbedStream {
    /// The address without user and password.
    pub url: String,
    /// For example `"H.264"`.
    pub codec: String,
    /// Can the node take it?
    pub supported: bool,
    /// For example `"640028"`.
    pub profile_level_id: Option<String>,
    /// Pixels; 0 if unknown.
    pub width: u32,
    /// Pixels; 0 if unknown.
    pub height: u32,
    /// Pictures per second, measured over the probe or stated by the stream.
    pub fps: Option<f64>,
    /// Seconds between key frames, if two were seen.
    pub gop_s: Option<f64>,
    /// When no second key frame came within the probe: the distance is at least this.
    pub gop_s_min: Option<f64>,
    /// kbit/s, measured.
    pub kbit_s: Option<f64>,
    /// Audio codecs offered beside it, for example `"PCMU"`.
    pub audio: Vec<String>,
    /// Camera clock minus node clock in milliseconds, if the camera sends RTCP sender reports with a real time.
    pub clock_difference_ms: Option<i64>,
}

/// Everything the probe found.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeReport {
    /// The large stream, or why there is none.
    pub main: Result<ProbedStream, StreamFault>,
    /// The small stream: `None` if not asked for and not found, otherwise what is there or what is wrong.
    pub sub: Option<Result<ProbedStream, StreamFault>>,
    /// What the server calls itself, if it says so.
    pub server: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// Kept back from the deadline for the answer itself.
const CLOSING_TIME: Duration = Duration::from_millis(250);
/// Measuring ends after two key frames and this much time.
const MEASURE_MIN: Duration = Duration::from_millis(1_200);
/// The first RTCP sender report, which tells the camera's time, is waited for so long.
const CLOCK_WAIT: Duration = Duration::from_secs(3);

/// Where makers put the small stream, given the address of the large one. The first column is what stands in the main
/// address, the second what stands there instead; compared without case.
const NEIGHBOURS: &[(&str, &str, &str)] = &[
    ("Hikvision, HiLook, Ezviz", "/Channels/101", "/Channels/102"),
    ("Hikvision, HiLook, Ezviz", "/Channels/1", "/Channels/2"),
    ("Hikvision (old)", "/h264/ch1/main/", "/h264/ch1/sub/"),
    ("Dahua, KBVision, Imou, Amcrest", "subtype=0", "subtype=1"),
    ("Uniview", "/media/video1", "/media/video2"),
    ("Uniview", "/unicast/c1/s0/", "/unicast/c1/s1/"),
    ("TP-Link Tapo, Vigi", "/stream1", "/stream2"),
    ("Hanwha, Samsung", "/profile1/", "/profile2/"),
    ("Axis", "streamprofile=Quality", "streamprofile=Bandwidth"),
    ("Foscam, Reolink (old)", "/videoMain", "/videoSub"),
    ("Reolink", "_main", "_sub"),
    ("Yi, Wyze (hacked)", "/ch0_0.h264", "/ch0_1.h264"),
    ("Xiongmai", "stream=0.sdp", "stream=1.sdp"),
    ("Vivotek", "/live.sdp", "/live2.sdp"),
    ("Bosch", "inst=1", "inst=2"),
    ("TVT, Milesight", "profile1", "profile2"),
    ("Mobotix, Milesight, this product", "/main", "/sub"),
    ("Tiandy", "/1/1", "/1/2"),
];

/// The addresses at which the small stream of `main` may be.
fn neighbours(main: &url::Url) -> Vec<url::Url> {
    let text = main.as_str();
    // Only what stands behind the host: it must not become another host.
    let path_at = main.path().is_empty().then_some(text.len()).or_else(|| text.find(main.path())).unwrap_or(text.len());
    let (head, tail) = text.split_at(path_at);
    let lower = tail.to_ascii_lowercase();
    let mut found: Vec<url::Url> = Vec::new();
    for (_maker, from, to) in NEIGHBOURS {
        let Some(at) = lower.find(&from.to_ascii_lowercase()) else { continue };
        let end = at + from.len();
        // "/Channels/1" must not match in "/Channels/101", nor "/1/1" in "/1/12".
        let digit_follows = lower.as_bytes().get(end).is_some_and(u8::is_ascii_digit);
        if from.ends_with(|c: char| c.is_ascii_digit()) && digit_follows {
            continue;
        }
        let (Some(before), Some(after)) = (tail.get(..at), tail.get(end..)) else { continue };
        if let Ok(url) = url::Url::parse(&format!("{head}{before}{to}{after}"))
            && url.host() == main.host()
            && url != *main
            && !found.contains(&url)
        {
            found.push(url);
        }
    }
    found.truncate(limits::PROBE_NEIGHBOURS_MAX);
    found
}

struct Probe<'a> {
    clock: &'a Clock,
    networks: &'a AllowedNetworks,
    deadline: Instant,
}

/// Looks at an address; see [`crate::Media::probe`], which limits how many do so at once.
pub(crate) async fn probe(request: ProbeRequest, clock: &Clock, networks: &AllowedNetworks) -> ProbeReport {
    let began = clock.monotonic();
    let deadline = Instant::now() + limits::PROBE_MAX.saturating_sub(CLOSING_TIME);
    let p = Probe { clock, networks, deadline };
    let (main, sub, server) = p.run(&request).await;
    let took_ms = u64::try_from(clock.monotonic().saturating_sub(began).as_millis()).unwrap_or(u64::MAX);
    ProbeReport { main, sub, server, took_ms }
}

type Looked = Result<ProbedStream, StreamFault>;

impl Probe<'_> {
    async fn run(&self, request: &ProbeRequest) -> (Looked, Option<Looked>, Option<String>) {
        let link = match self.link(&request.main_url, request) {
            Ok(link) => link,
            Err(fault) => return (Err(fault), None, None),
        };
        let described = match self.describe(&link).await {
            Ok(d) => d,
            Err(fault) => return (Err(fault), None, None),
        };
        let server = described.offer.server.clone();
        let sub = async {
            if let Some(url) = request.sub_url.as_deref().map(str::trim).filter(|u| !u.is_empty()) {
                // Its own credentials may stand in it; otherwise those of the main address count.
                return Some(match self.link(url, request) {
                    Ok(mut sub) => {
                        sub.username = sub.username.or_else(|| link.username.clone());
                        sub.password = sub.password.or_else(|| link.password.clone());
                        self.look(&sub).await
                    }
                    Err(fault) => Err(fault),
                });
            }
            for url in neighbours(&link.at.url) {
                let at = CameraUrl { url, ..link.at.clone() };
                let beside = Link {
                    at,
                    username: link.username.clone(),
                    password: link.password.clone(),
                    transport: link.transport,
                    unfinished: Arc::default(),
                };
                match self.look(&beside).await {
                    Ok(stream) => return Some(Ok(stream)),
                    // Neither tried further after a refusal of the password (accounts get locked) nor in an overload.
                    Err(StreamFault::NoSuchPath | StreamFault::Status { status: 400 | 454 | 455 }) => {}
                    Err(_) => return None,
                }
            }
            None
        };
        let (main, sub) = tokio::join!(self.measure(&link, described), sub);
        (main, sub, server)
    }

    fn link(&self, url: &str, request: &ProbeRequest) -> Result<Link, StreamFault> {
        let mut at = CameraUrl::parse(url)?;
        let filled = |s: &Option<String>| s.clone().filter(|s| !s.is_empty());
        let username = at.username.take().or_else(|| filled(&request.username));
        let password = at.password.take().or_else(|| request.password.clone().filter(|p| !p.is_empty()));
        Ok(Link { at, username, password, transport: request.transport, unfinished: Arc::default() })
    }

    async fn describe(&self, link: &Link) -> Result<Described, StreamFault> {
        let group = Arc::default();
        timeout_at(self.deadline, link.describe(self.networks, &group)).await.unwrap_or_else(|_| Err(link.late()))
    }

    async fn look(&self, link: &Link) -> Looked {
        let described = self.describe(link).await?;
        self.measure(link, described).await
    }

    async fn measure(&self, link: &Link, described: Described) -> Looked {
        let offer = described.offer.clone();
        let (width, height) = offer.size.unwrap_or_default();
        let mut seen = ProbedStream {
            url: link.at.url.to_string(),
            codec: offer.codec,
            supported: described.supported,
            profile_level_id: None,
            width,
            height,
            fps: offer.fps,
            gop_s: None,
            gop_s_min: None,
            kbit_s: None,
            audio: offer.audio,
            clock_difference_ms: None,
        };
        if !described.supported {
            return Ok(seen);
        }
        let mut feed = Feed::new(offer.parameter_sets);
        let mut measure = Measure::default();
        let mut pictures = 0u32;
        let watching = async {
            let mut playing = described.play(self.networks).await?;
            let began = self.clock.monotonic();
            loop {
                match playing.next().await? {
                    Event::CameraClock { pts_90k, at } => {
                        feed.camera_clock(pts_90k, at);
                        let difference = at.unix_us().saturating_sub(self.clock.now().unix_us());
                        seen.clock_difference_ms = Some(difference / 1_000);
                    }
                    Event::Picture(picture) => {
                        // What holds no whole slice is no picture, whatever the session description says.
                        if !picture.damaged && feed.codec().has_picture(&picture.data) {
                            pictures = pictures.saturating_add(1);
                        }
                        let now = self.clock.monotonic();
                        if let Fed::Unit(u) = feed.take(picture, now) {
                            measure.count(now, u.data.len(), u.pts_90k, u.random_access);
                        }
                        let watched = now.saturating_sub(began);
                        let clock_known = seen.clock_difference_ms.is_some() || watched >= CLOCK_WAIT;
                        if measure.gop_s().is_some() && watched >= MEASURE_MIN && clock_known {
                            return Ok::<(), StreamFault>(());
                        }
                    }
                }
            }
        };
        let ended = timeout_at(self.deadline, watching).await;
        match ended {
            // What was seen before the stream broke off is worth more than that it broke off.
            Ok(Err(fault)) if pictures == 0 => return Err(fault),
            Err(_) if pictures == 0 => return Err(StreamFault::NoPictures),
            _ => {}
        }
        let now = self.clock.monotonic();
        if let Some(p) = feed.parameters() {
            seen.codec = p.codec.name().to_owned();
            seen.profile_level_id = (p.codec == Codec::H264).then(|| p.profile_level_id_text());
            (seen.width, seen.height) = (p.width, p.height);
            seen.fps = measure.fps(now).or(p.fps).or(seen.fps);
        }
        seen.gop_s = measure.gop_s();
        seen.gop_s_min = measure.gop_s_min(now);
        seen.kbit_s = measure.kbit_s(now);
        Ok(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_streams_are_sought_where_makers_put_them() {
        let table = [
            ("rtsp://10.0.0.1/Streaming/Channels/101", Some("rtsp://10.0.0.1/Streaming/Channels/102")),
            ("rtsp://10.0.0.1/streaming/channels/1", Some("rtsp://10.0.0.1/streaming/Channels/2")),
            (
                "rtsp://10.0.0.1/cam/realmonitor?channel=1&subtype=0",
                Some("rtsp://10.0.0.1/cam/realmonitor?channel=1&subtype=1"),
            ),
            ("rtsp://10.0.0.1/stream1", Some("rtsp://10.0.0.1/stream2")),
            ("rtsp://10.0.0.1:8554/cam1/main", Some("rtsp://10.0.0.1:8554/cam1/sub")),
            ("rtsp://10.0.0.1/h264Preview_01_main", Some("rtsp://10.0.0.1/h264Preview_01_sub")),
            ("rtsp://10.0.0.1/ch0_0.h264", Some("rtsp://10.0.0.1/ch0_1.h264")),
            ("rtsp://10.0.0.1/profile1/media.smp", Some("rtsp://10.0.0.1/profile2/media.smp")),
            ("rtsp://stream1/live", None),
            ("rtsp://main.lan/other", None),
            ("rtsp://10.0.0.1/", None),
            ("rtsp://10.0.0.1", None),
        ];
        for (main, sub) in table {
            let found = neighbours(&url::Url::parse(main).expect("a URL"));
            assert_eq!(found.first().map(url::Url::as_str), sub, "{main}");
            assert!(found.len() <= limits::PROBE_NEIGHBOURS_MAX);
        }
    }
}
