//! One RTSP session with a camera (RFC 2326): resolve, DESCRIBE, SETUP, PLAY, then packets. The driver of retina 0.4.21.
//!
//! Where the camera could lead the node elsewhere, it is not followed: the host is an IP literal checked just before;
//! redirects are faults; a media address (`source=`) outside the allowed networks is a fault; and since retina repeats
//! TEARDOWN on fresh connections to the address in `Content-Base`, it may do so only if that is the camera's own.

use super::assemble::{Assembler, Picture};
use super::classify::{self, Step};
use crate::address::{AllowedNetworks, CameraUrl, resolve};
use crate::{Excess, StreamFault, Transport};
use av::{Codec, RawSets};
use base::{Secret, WallTime, limits};
use futures_util::StreamExt;
use retina::client::{self, PacketItem, SessionGroup, TeardownPolicy};
use retina::codec::{ParametersRef, VideoParametersCodec};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::time::timeout;

/// Damaged packets in a row that are put up with.
const BAD_PACKETS_MAX: u32 = 100;
/// How long an earlier session's TEARDOWN is waited for before a new one begins.
const TEARDOWN_WAIT_MAX: Duration = Duration::from_millis(1_500);

/// Whom to call, and as whom.
#[derive(Debug)]
pub(crate) struct Link {
    pub at: CameraUrl,
    pub username: Option<String>,
    pub password: Option<Secret>,
    pub transport: Transport,
    /// Bytes of an answer that has not ended yet.
    pub unfinished: Arc<AtomicU64>,
}

/// What a camera offers.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// Name for people, for example `H.264`.
    pub codec: String,
    /// Audio codecs beside it.
    pub audio: Vec<String>,
    /// What the server calls itself in the SDP.
    pub server: Option<String>,
    /// Pictures per second as the SDP states it.
    pub fps: Option<f64>,
    /// Pixels, if the SDP's parameter sets tell.
    pub size: Option<(u32, u32)>,
    /// Parameter sets of the SDP, as far as it has any; and the codec that they are of.
    pub parameter_sets: RawSets,
}

/// A session after DESCRIBE.
pub(crate) struct Described {
    session: client::Session<client::Described>,
    video: usize,
    /// Can the node take it?
    pub supported: bool,
    pub offer: Offer,
    sent: bool,
    transport: Transport,
}

/// What comes from a playing session.
#[derive(Debug)]
pub(crate) enum Event {
    /// A picture, whole or damaged.
    Picture(Picture),
    /// An RTCP sender report with a real time: the camera's clock at a media time.
    CameraClock { pts_90k: i64, at: WallTime },
}

/// A playing session.
pub(crate) struct Playing {
    session: client::Session<client::Playing>,
    assembler: Assembler,
    ready: VecDeque<Picture>,
    sent: bool,
    bad_in_a_row: u32,
    lost_packets: u64,
}

impl Link {
    fn options(&self, group: &Arc<SessionGroup>, teardown: TeardownPolicy) -> client::SessionOptions {
        let creds = self.username.as_ref().map(|username| client::Credentials {
            username: username.clone(),
            password: self.password.as_ref().map(|p| p.expose().to_owned()).unwrap_or_default(),
        });
        client::SessionOptions::default()
            .creds(creds)
            .user_agent("MatLuoi".to_owned())
            .session_group(group.clone())
            .session_id(client::SessionIdPolicy::UseFirst)
            .teardown(teardown)
            .limits(client::Limits {
                head_bytes_max: limits::INGEST_HEAD_BYTES_MAX,
                header_lines_max: limits::INGEST_HEADER_LINES_MAX,
                body_bytes_max: limits::INGEST_BODY_BYTES_MAX,
                idle_bytes_max: limits::INGEST_UNASKED_BYTES_MAX,
                bytes_per_sec_max: limits::INGEST_BYTES_PER_SECOND_MAX,
                streams_max: limits::SDP_MEDIA_MAX,
                teardown_secs_max: u32::try_from(limits::INGEST_TEARDOWN_MAX.as_secs()).unwrap_or(u32::MAX),
            })
            .unfinished_bytes(self.unfinished.clone())
            .connect_timeout(limits::INGEST_CONNECT_MAX)
    }

    /// The fault of a camera whose time was up before it had answered.
    pub fn late(&self) -> StreamFault {
        match self.unfinished.load(Relaxed) {
            0 => StreamFault::Timeout,
            bytes => StreamFault::TooSlow { bytes },
        }
    }

    /// Resolves, connects and asks what there is. The caller sets the deadline.
    pub async fn describe(
        &self,
        networks: &AllowedNetworks,
        group: &Arc<SessionGroup>,
    ) -> Result<Described, StreamFault> {
        // An earlier session that the camera still holds may make it refuse or mix up a new one (live555).
        if timeout(TEARDOWN_WAIT_MAX, group.await_teardown()).await.is_err() {
            tracing::debug!("earlier session not yet torn down");
        }
        let address = resolve(&self.at.host, self.at.port, networks).await?;
        let url = self.at.at(address, self.password.as_ref())?;
        let sent = self.username.is_some();
        let ask = async |policy| {
            client::Session::describe(url.clone(), self.options(group, policy))
                .await
                .map_err(|e| classify::fault(&e, Step::Describe, sent))
        };
        let crowded = group.num_tracked() >= limits::INGEST_TEARDOWNS_MAX;
        let mut session = ask(if crowded { TeardownPolicy::Never } else { TeardownPolicy::Auto }).await?;
        let repeats = self.transport == Transport::Udp || session.tool().is_some_and(|t| t.has_live555_tcp_bug());
        if repeats && !crowded && !base_is(&session, address) {
            session = ask(TeardownPolicy::Never).await?;
        }
        let streams = || session.streams().iter().enumerate();
        let video = || streams().filter(|(_, s)| s.media() == "video");
        // Every browser plays H.264: where a camera offers both, that is taken.
        let codecs = [Codec::H264, Codec::H265];
        let known = codecs.into_iter().find_map(|codec| {
            let named = |s: &client::Stream| s.encoding_name().eq_ignore_ascii_case(codec.encoding_name());
            video().find(|(_, s)| named(s)).map(|found| (codec, found))
        });
        let supported = known.is_some();
        let codec = known.as_ref().map(|(codec, _)| *codec).unwrap_or_default();
        let (video, stream) = known.map(|(_, found)| found).or_else(|| video().next()).ok_or(StreamFault::NoVideo)?;
        let mut size = None;
        let mut parameter_sets = RawSets { codec, ..RawSets::default() };
        if let Some(ParametersRef::Video(p)) = stream.parameters() {
            size = Some(p.pixel_dimensions());
            match p.codec_params() {
                VideoParametersCodec::H264 { sps, pps } if codec == Codec::H264 => {
                    (parameter_sets.sps, parameter_sets.pps) = (Some(sps.clone()), Some(pps.clone()));
                }
                VideoParametersCodec::H265 { vps, sps, pps } if codec == Codec::H265 => {
                    parameter_sets.vps = Some(vps.clone());
                    (parameter_sets.sps, parameter_sets.pps) = (Some(sps.clone()), Some(pps.clone()));
                }
                _ => {}
            }
        }
        let offer = Offer {
            codec: codec_name(stream.encoding_name()),
            audio: streams()
                .filter(|(_, s)| s.media() == "audio")
                .map(|(_, s)| codec_name(s.encoding_name()))
                .collect(),
            server: session.tool().map(|t| classify::brief(t)).filter(|t| !t.is_empty()),
            fps: stream.framerate().map(f64::from).filter(|f| f.is_finite() && *f > 0.0 && *f < 1_000.0),
            size,
            parameter_sets,
        };
        Ok(Described { video, supported, offer, sent, transport: self.transport, session })
    }
}

impl Described {
    /// SETUP and PLAY of the video. The caller sets the deadline.
    pub async fn play(mut self, networks: &AllowedNetworks) -> Result<Playing, StreamFault> {
        if !self.supported {
            return Err(StreamFault::UnsupportedCodec(self.offer.codec));
        }
        let sent = self.sent;
        let fault = |e: retina::Error| classify::fault(&e, Step::Setup, sent);
        let transport = match self.transport {
            Transport::Tcp => client::Transport::Tcp(client::TcpTransportOptions::default()),
            Transport::Udp => client::Transport::Udp(client::UdpTransportOptions::default()),
        };
        self.session.setup(self.video, client::SetupOptions::default().transport(transport)).await.map_err(fault)?;
        if self.transport == Transport::Udp {
            let context = self.session.streams().get(self.video).and_then(|s| s.ctx()).map(ToString::to_string);
            let peer = context.as_deref().and_then(media_address);
            if !peer.is_some_and(|ip| networks.allows(ip)) {
                return Err(StreamFault::AddressNotAllowed(peer.map_or("UDP".to_owned(), |ip| ip.to_string())));
            }
        }
        let session = self.session.play(client::PlayOptions::default()).await.map_err(fault)?;
        Ok(Playing {
            session,
            assembler: Assembler::new(self.offer.parameter_sets.codec),
            ready: VecDeque::new(),
            sent,
            bad_in_a_row: 0,
            lost_packets: 0,
        })
    }
}

impl Playing {
    /// Waits for the next picture or clock report. The caller watches over silence.
    pub async fn next(&mut self) -> Result<Event, StreamFault> {
        loop {
            if let Some(picture) = self.ready.pop_front() {
                return Ok(Event::Picture(picture));
            }
            match self.session.next().await {
                Some(Ok(PacketItem::Rtp(packet))) => {
                    self.bad_in_a_row = 0;
                    self.lost_packets += u64::from(packet.loss());
                    let pts = packet.timestamp().timestamp();
                    let done = self.assembler.push(packet.payload(), pts, packet.mark(), packet.loss() > 0);
                    self.ready.extend(done.into_iter().flatten());
                    if self.assembler.is_endless() {
                        return Err(StreamFault::TooMuch(Excess::Picture));
                    }
                }
                Some(Ok(PacketItem::Rtcp(packet))) => {
                    let report = packet.pkts().next().and_then(|p| p.as_sender_report().ok().flatten());
                    if let (Some(report), Some(t)) = (report, packet.rtp_timestamp())
                        && let Some(at) = real_time(report.ntp_timestamp().0)
                    {
                        return Ok(Event::CameraClock { pts_90k: t.timestamp(), at });
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(e)) if classify::is_about_one_packet(&e) && self.bad_in_a_row < BAD_PACKETS_MAX => {
                    self.bad_in_a_row += 1;
                    self.lost_packets += 1;
                    self.assembler.lost();
                }
                Some(Err(e)) => return Err(classify::fault(&e, Step::Playing, self.sent)),
                None => return Err(StreamFault::Lost("closed by the camera".to_owned())),
            }
        }
    }

    /// Packets lost since it was asked last.
    pub fn take_lost_packets(&mut self) -> u64 {
        std::mem::take(&mut self.lost_packets)
    }
}

/// Is the address that requests go to (`Content-Base`, RFC 2326 §C.1.1) the one that was connected to? It shows only in
/// the control addresses of media whose `a=control` is relative; if it does not show, the answer is no.
fn base_is(session: &client::Session<client::Described>, address: SocketAddr) -> bool {
    let sdp = String::from_utf8_lossy(session.sdp());
    let absolute =
        sdp.lines().filter_map(|l| l.trim().strip_prefix("a=control:")).any(|c| url::Url::parse(c.trim()).is_ok());
    let mut shown = session.streams().iter().filter_map(|s| s.control()).peekable();
    let own = |u: &url::Url| {
        u.scheme() == "rtsp"
            && u.host_str().map(|h| h.trim_matches(['[', ']'])).and_then(|h| h.parse::<IpAddr>().ok())
                == Some(address.ip())
            && u.port().unwrap_or(crate::address::RTSP_PORT) == address.port()
    };
    !absolute && shown.peek().is_some() && shown.all(own)
}

/// From retina's description of a UDP stream: `10.0.0.1:5000-5001(me) -> 10.0.0.9:6970-6971`.
fn media_address(context: &str) -> Option<IpAddr> {
    let (_, peer) = context.split_once("-> ")?;
    peer.rsplit_once(':')?.0.trim_matches(['[', ']']).parse().ok()
}

/// An NTP timestamp (RFC 5905 §6) as a time, if it is between 2010 and 2100: many cameras report seconds since they were
/// switched on.
fn real_time(ntp: u64) -> Option<WallTime> {
    const UNIX_EPOCH_S: i64 = 2_208_988_800;
    let seconds = i64::try_from(ntp >> 32).ok()?;
    let micros = i64::try_from(((ntp & 0xffff_ffff) * 1_000_000) >> 32).ok()?;
    // Era 1 begins in 2036.
    let era = if seconds < UNIX_EPOCH_S { 1 << 32 } else { 0 };
    let unix_s = seconds + era - UNIX_EPOCH_S;
    (1_262_304_000..4_102_444_800).contains(&unix_s).then(|| WallTime::from_unix_us(unix_s * 1_000_000 + micros))
}

fn codec_name(encoding: &str) -> String {
    match encoding {
        "h264" => "H.264".to_owned(),
        "h265" => "H.265".to_owned(),
        "jpeg" => "MJPEG".to_owned(),
        "mp4v-es" => "MPEG-4".to_owned(),
        "mpeg4-generic" | "mp4a-latm" => "AAC".to_owned(),
        other => other.chars().filter(char::is_ascii_graphic).take(24).collect::<String>().to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_are_none_are_not_taken_for_one() {
        let unix = |s: u64| real_time((s + 2_208_988_800) << 32);
        assert_eq!(unix(1_700_000_000), Some(WallTime::from_unix_us(1_700_000_000_000_000)));
        assert_eq!(
            real_time(3_600 << 32),
            None.or(real_time(3_600 << 32)).filter(|t| t.unix_us() > 2_085_000_000_000_000)
        );
        assert_eq!(unix(1_000_000_000), None);
        let half = real_time(((1_700_000_000 + 2_208_988_800) << 32) | 0x8000_0000).expect("a time");
        assert_eq!(half.unix_us() % 1_000_000, 500_000);
    }

    #[test]
    fn media_addresses_are_read_from_the_context() {
        let v4 = media_address("10.0.0.1:5000-5001(me) -> 10.0.0.9:6970-6971");
        assert_eq!(v4, Some("10.0.0.9".parse().expect("address")));
        let v6 = media_address("fd00::1:5000-5001(me) -> fd00::9:6970-6971");
        assert_eq!(v6, Some("fd00::9".parse().expect("address")));
        assert_eq!(media_address("TCP, interleaved channel ids 0-1"), None);
    }
}
