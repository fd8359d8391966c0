//! SDP (RFC 8866) as WHEP uses it: what an offer asks for, and our answer (RFC 9429, offer/answer for WebRTC).
//!
//! The offer is a stranger's text: every line is looked at once, each defect has a name, and nothing of it that is not
//! checked comes back in the answer.

use super::WhepError;
use av::Codec;
use base::limits;
use std::fmt::Write;
use std::net::IpAddr;

/// What the sending path must know of a viewer's wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MediaNeeds {
    /// RTP payload type of the pictures.
    pub payload_type: u8,
    /// Payload type of retransmissions (RFC 4588), if the viewer can take them apart from the rest.
    pub rtx_payload_type: Option<u8>,
    /// Header extension id of the time of sending, if the viewer makes estimates of what its network carries of it (REMB).
    pub send_time: Option<u8>,
    /// Header extension id of the playout delay.
    pub playout_delay: Option<u8>,
    /// SHA-256 of the viewer's DTLS certificate.
    pub fingerprint: [u8; 32],
}

/// An offer as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needs {
    pub media: MediaNeeds,
    /// Of the pictures.
    codec: Codec,
    /// What stands after `a=fmtp:PT ` in the offer.
    fmtp: String,
    /// All m-lines in their order; the answer has the same number.
    lines: Vec<MLine>,
    /// Which of them is the picture.
    video: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct MLine {
    kind: String,
    protocol: String,
    format: String,
    mid: Option<String>,
    bundled: bool,
}

const SEND_TIME: &str = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
const PLAYOUT_DELAY: &str = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

/// Longest token (mid, protocol, format) that is taken from an offer.
const TOKEN_BYTES_MAX: usize = 64;

/// One section: the session's lines (`m` is empty) or an m-line's.
struct Section<'a> {
    m: &'a str,
    attributes: Vec<&'a str>,
}

impl<'a> Section<'a> {
    /// The value of `a=NAME:VALUE`, the first if there are several.
    fn value(&self, name: &str) -> Option<&'a str> {
        self.values(name).next()
    }
    fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a str> + 's {
        self.attributes.iter().filter_map(move |a| a.strip_prefix(name)?.strip_prefix(':').map(str::trim))
    }
    fn has(&self, name: &str) -> bool {
        self.attributes.contains(&name)
    }
}

fn bad<T>(what: &'static str) -> Result<T, WhepError> {
    Err(WhepError::BadOffer(what))
}

/// A word that may stand in our answer: visible ASCII, not too long.
fn token(s: &str) -> Option<&str> {
    (!s.is_empty() && s.len() <= TOKEN_BYTES_MAX && s.bytes().all(|b| b.is_ascii_graphic())).then_some(s)
}

fn sections(offer: &str) -> Result<Vec<Section<'_>>, WhepError> {
    let mut lines = offer.lines().map(str::trim_end).filter(|l| !l.is_empty());
    if lines.next() != Some("v=0") {
        return bad("v=0 is not the first line");
    }
    let mut out = vec![Section { m: "", attributes: Vec::new() }];
    for line in lines {
        let Some((kind, text)) = line.split_once('=') else { return bad("a line without =") };
        match kind {
            "m" if out.len() > limits::WHEP_MEDIA_LINES_MAX => return bad("too many m= lines"),
            "m" => out.push(Section { m: text, attributes: Vec::new() }),
            "a" => {
                if let Some(s) = out.last_mut() {
                    s.attributes.push(text);
                }
            }
            _ => {}
        }
    }
    Ok(out)
}

/// What the pictures are, as far as an offer must suit them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pictures {
    pub codec: Codec,
    /// [`av::ParameterSets::profile_level_id`], if known.
    pub profile: Option<[u8; 3]>,
}

/// Understands an offer. The payload type that says the same profile as the pictures have is preferred. Browsers decode
/// H.264 High profile under the name of constrained baseline too.
///
/// # Errors
/// [`WhepError::BadOffer`] with what is missing or wrong, [`WhepError::NoCommonCodec`] if the codec of the pictures is
/// not among what is offered.
pub(super) fn read_offer(offer: &str, pictures: Pictures) -> Result<Needs, WhepError> {
    if offer.len() > limits::SDP_BYTES_MAX {
        return bad("larger than 64 KiB");
    }
    let sections = sections(offer)?;
    let Some((session, media)) = sections.split_first() else { return bad("empty") };
    let bundle: Vec<&str> =
        session.values("group").filter_map(|g| g.strip_prefix("BUNDLE ")).flat_map(str::split_whitespace).collect();
    let lines = media.iter().map(|s| m_line(s, &bundle)).collect::<Result<Vec<_>, _>>()?;
    if lines.is_empty() {
        return bad("no m= line");
    }
    let videos: Vec<usize> = (0..lines.len()).filter(|i| lines[*i].kind == "video").collect();
    if videos.is_empty() {
        return bad("no m=video line");
    }
    let Some(video) = videos.iter().copied().find(|i| wants_pictures(&media[*i])) else {
        return bad("no m=video line with a=recvonly or a=sendrecv");
    };
    let section = &media[video];
    if !lines[video].protocol.ends_with("TLS/RTP/SAVPF") {
        return bad("m=video is not UDP/TLS/RTP/SAVPF");
    }
    if !section.has("rtcp-mux") {
        return bad("a=rtcp-mux is missing");
    }
    // In a bundle the transport's attributes may stand in the first section of the bundle only (RFC 9429 §5.2.1).
    let first_of_bundle = bundle.first().and_then(|mid| media.iter().find(|s| s.value("mid") == Some(mid)));
    let places = [Some(section), Some(session), first_of_bundle.filter(|_| lines[video].bundled)];
    let anywhere = |name: &str| places.iter().flatten().find_map(|s| s.value(name));
    if !anywhere("ice-ufrag").is_some_and(|u| (4..=256).contains(&u.len())) {
        return bad("a=ice-ufrag is missing");
    }
    if !anywhere("ice-pwd").is_some_and(|p| (22..=256).contains(&p.len())) {
        return bad("a=ice-pwd is missing");
    }
    match anywhere("setup") {
        Some("actpass" | "active") => {}
        Some(_) => return bad("a=setup is neither actpass nor active"),
        None => return bad("a=setup is missing"),
    }
    let Some(fingerprint) = places.iter().flatten().flat_map(|s| s.values("fingerprint")).find_map(sha_256) else {
        return bad("a=fingerprint with sha-256 is missing");
    };
    let codec = match pictures.codec {
        Codec::H264 => choose_h264(section, pictures.profile),
        Codec::H265 => choose_h265(section, pictures.profile),
    };
    let codec = codec.ok_or(WhepError::NoCommonCodec(pictures.codec))?;
    // Estimates by the receiver (REMB) rather than by us (transport-wide feedback): far fewer packets to open. Without RTX
    // the same packet is sealed again, and must be the same: no time of sending then.
    let estimates =
        by_payload_type(section, "rtcp-fb").any(|(pt, what)| pt == codec.payload_type && what == "goog-remb");
    let send_time = extension(section, SEND_TIME).filter(|_| codec.rtx.is_some() && estimates);
    let media = MediaNeeds {
        payload_type: codec.payload_type,
        rtx_payload_type: codec.rtx,
        send_time,
        playout_delay: extension(section, PLAYOUT_DELAY).filter(|id| Some(*id) != send_time),
        fingerprint,
    };
    Ok(Needs { media, codec: pictures.codec, fmtp: codec.fmtp, lines, video })
}

fn m_line(section: &Section<'_>, bundle: &[&str]) -> Result<MLine, WhepError> {
    let mut words = section.m.split_whitespace();
    let (kind, port, protocol) = (words.next(), words.next(), words.next());
    let (Some(kind), Some(_), Some(protocol)) = (kind.and_then(token), port, protocol.and_then(token)) else {
        return bad("an m= line is not complete");
    };
    let formats: Vec<&str> = words.collect();
    let Some(format) = formats.first().copied().and_then(token) else { return bad("an m= line names no format") };
    let mid = match section.value("mid") {
        Some(mid) => match token(mid) {
            Some(mid) => Some(mid.to_owned()),
            None => return bad("a=mid is not a token"),
        },
        None => None,
    };
    let bundled = mid.as_deref().is_some_and(|m| bundle.contains(&m));
    Ok(MLine { kind: kind.to_owned(), protocol: protocol.to_owned(), format: format.to_owned(), mid, bundled })
}

fn wants_pictures(section: &Section<'_>) -> bool {
    // A zero port means "not wanted", unless the line lives in a bundle only.
    let refused = section.m.split_whitespace().nth(1) == Some("0") && !section.has("bundle-only");
    !refused && !section.has("sendonly") && !section.has("inactive")
}

fn sha_256(value: &str) -> Option<[u8; 32]> {
    let (hash, hex) = value.split_once(char::is_whitespace)?;
    if !hash.eq_ignore_ascii_case("sha-256") {
        return None;
    }
    let mut out = [0u8; 32];
    let mut pairs = hex.trim().split(':');
    for byte in &mut out {
        let pair = pairs.next().filter(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    pairs.next().is_none().then_some(out)
}

fn extension(section: &Section<'_>, uri: &str) -> Option<u8> {
    section.values("extmap").find_map(|v| {
        let mut words = v.split_whitespace();
        let id: u8 = words.next()?.split('/').next()?.parse().ok()?;
        // The one-byte form (RFC 8285 §4.2) knows 1 to 14.
        (words.next() == Some(uri) && (1..=14).contains(&id)).then_some(id)
    })
}

struct Chosen {
    payload_type: u8,
    rtx: Option<u8>,
    fmtp: String,
}

/// `a=rtpmap:PT REST` and its like, with the payload type read.
fn by_payload_type<'a>(section: &'a Section<'_>, name: &'a str) -> impl Iterator<Item = (u8, &'a str)> + 'a {
    section.values(name).filter_map(|v| {
        let (pt, rest) = v.split_once(char::is_whitespace)?;
        Some((pt.parse::<u8>().ok().filter(|p| *p < 128)?, rest.trim()))
    })
}

fn parameter<'a>(fmtp: &'a str, name: &str) -> Option<&'a str> {
    fmtp.split(';')
        .filter_map(|p| p.split_once('='))
        .find(|(n, _)| n.trim().eq_ignore_ascii_case(name))
        .map(|p| p.1.trim())
}

fn profile_level(fmtp: &str) -> Option<[u8; 3]> {
    let hex = parameter(fmtp, "profile-level-id").filter(|h| h.len() == 6 && h.is_ascii())?;
    let n = u32::from_str_radix(hex, 16).ok()?;
    Some([(n >> 16) as u8, (n >> 8) as u8, n as u8])
}

/// Payload types in the order of the offer.
fn offered(section: &Section<'_>) -> Vec<u8> {
    section.m.split_whitespace().skip(3).filter_map(|f| f.parse().ok()).collect()
}

fn fmtp_of<'a>(section: &'a Section<'_>, pt: u8) -> Option<&'a str> {
    by_payload_type(section, "fmtp").find(|(p, _)| *p == pt).map(|(_, f)| f)
}

/// Is this the payload type of an encoding such as `h264/90000` (lower case)?
fn is_named(section: &Section<'_>, pt: u8, name: &str) -> bool {
    by_payload_type(section, "rtpmap")
        .find(|(p, _)| *p == pt)
        .is_some_and(|(_, n)| n.to_ascii_lowercase().starts_with(name))
}

/// The payload type of retransmissions of another one (RFC 4588 §8.1).
fn rtx_of(section: &Section<'_>, payload_type: u8) -> Option<u8> {
    offered(section).into_iter().find(|pt| {
        *pt != payload_type
            && is_named(section, *pt, "rtx/90000")
            && fmtp_of(section, *pt).and_then(|f| parameter(f, "apt")).and_then(|a| a.parse().ok())
                == Some(payload_type)
    })
}

/// RFC 7798 §7.1. The profile must be the pictures' own: decoders for Main do not play Main 10.
fn choose_h265(section: &Section<'_>, profile: Option<[u8; 3]>) -> Option<Chosen> {
    // Without a word, profile 1 (Main), tier 0, level 3.1 are meant.
    let number = |pt: u8, name: &str, silent: u8| -> u8 {
        fmtp_of(section, pt).and_then(|f| parameter(f, name)).and_then(|v| v.parse().ok()).unwrap_or(silent)
    };
    let own = profile.map(|[p, ..]| (p & 0x1f, p >> 5 & 1));
    let payload_type = offered(section).into_iter().find(|pt| {
        is_named(section, *pt, "h265/90000")
            && own.is_none_or(|(profile, tier)| {
                number(*pt, "profile-id", 1) == profile && number(*pt, "tier-flag", 0) >= tier
            })
    })?;
    let fmtp = format!(
        "level-id={};profile-id={};tier-flag={};tx-mode=SRST",
        number(payload_type, "level-id", 93),
        number(payload_type, "profile-id", 1),
        number(payload_type, "tier-flag", 0)
    );
    Some(Chosen { payload_type, rtx: rtx_of(section, payload_type), fmtp })
}

fn choose_h264(section: &Section<'_>, profile: Option<[u8; 3]>) -> Option<Chosen> {
    let offered = offered(section);
    let fmtp_of = |pt: u8| fmtp_of(section, pt);
    let h264 = offered.iter().copied().filter(|pt| {
        is_named(section, *pt, "h264/90000")
            && fmtp_of(*pt).is_some_and(|f| parameter(f, "packetization-mode") == Some("1"))
    });
    // Best first: the pictures' own profile, constrained baseline (what every browser knows), any; ties as offered.
    let payload_type = h264.min_by_key(|pt| {
        let own = fmtp_of(*pt).and_then(profile_level).unwrap_or([0x42, 0, 0x0a]);
        match profile {
            Some(p) if p[0] == own[0] && (p[0] != 0x42 || p[1] & 0x40 == own[1] & 0x40) => 0,
            _ if own[0] == 0x42 && own[1] & 0x40 != 0 => 1,
            _ => 2,
        }
    })?;
    let rtx = rtx_of(section, payload_type);
    let level = fmtp_of(payload_type).and_then(profile_level).unwrap_or([0x42, 0xe0, 0x1f]);
    let fmtp = format!(
        "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={:02x}{:02x}{:02x}",
        level[0], level[1], level[2]
    );
    Some(Chosen { payload_type, rtx, fmtp })
}

/// What we put into an answer.
pub(super) struct Ours<'a> {
    pub ufrag: &'a str,
    pub password: &'a str,
    /// `AB:CD:…`, SHA-256.
    pub fingerprint: &'a str,
    pub ssrc: u32,
    pub rtx_ssrc: u32,
    /// Best first.
    pub addresses: &'a [IpAddr],
    pub port: u16,
    /// Is the same port number open by TCP?
    pub tcp: bool,
}

/// Addresses that are offered by TCP too: a browser connects to every one of them.
const TCP_ADDRESSES_MAX: usize = 3;

/// Priority of a host candidate (RFC 8445 §5.1.2.1); earlier addresses are preferred.
fn priority(index: usize) -> u32 {
    let preference = 65_535u32.saturating_sub(u32::try_from(index).unwrap_or(u32::MAX));
    (126 << 24) | (preference << 8) | 255
}

/// Priority of a TCP candidate: below every one by UDP (RFC 6544 §4.2), where late packets delay no others.
fn tcp_priority(index: usize) -> u32 {
    let preference = 65_535u32.saturating_sub(u32::try_from(index).unwrap_or(u32::MAX));
    (90 << 24) | (preference << 8) | 255
}

/// The answer: the picture on one m-line, every other one refused.
pub(super) fn answer(needs: &Needs, ours: &Ours<'_>) -> String {
    let mut s = String::with_capacity(2_048);
    let first = ours.addresses.first().copied().unwrap_or(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));
    let family = if first.is_ipv6() { "IP6" } else { "IP4" };
    s.push_str("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
    if let Some(mid) = needs.lines.get(needs.video).filter(|l| l.bundled).and_then(|l| l.mid.as_deref()) {
        let _ = write!(s, "a=group:BUNDLE {mid}\r\n");
    }
    s.push_str("a=ice-lite\r\na=msid-semantic: WMS *\r\n");
    for (i, line) in needs.lines.iter().enumerate() {
        if i == needs.video {
            let _ = write!(s, "m=video {} {} {}", ours.port, line.protocol, needs.media.payload_type);
            if let Some(rtx) = needs.media.rtx_payload_type {
                let _ = write!(s, " {rtx}");
            }
            let _ = write!(s, "\r\nc=IN {family} {first}\r\n");
            video_attributes(&mut s, needs, line, ours);
        } else {
            let _ =
                write!(s, "m={} 0 {} {}\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n", line.kind, line.protocol, line.format);
            if let Some(mid) = &line.mid {
                let _ = write!(s, "a=mid:{mid}\r\n");
            }
        }
    }
    s
}

fn video_attributes(s: &mut String, needs: &Needs, line: &MLine, ours: &Ours<'_>) {
    let m = &needs.media;
    let pt = m.payload_type;
    if let Some(mid) = &line.mid {
        let _ = write!(s, "a=mid:{mid}\r\n");
    }
    let _ = write!(
        s,
        "a=sendonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=setup:passive\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\n\
         a=fingerprint:sha-256 {}\r\na=rtpmap:{pt} {}/90000\r\na=fmtp:{pt} {}\r\na=rtcp-fb:{pt} nack\r\n\
         a=rtcp-fb:{pt} nack pli\r\na=rtcp-fb:{pt} ccm fir\r\n",
        ours.ufrag,
        ours.password,
        ours.fingerprint,
        needs.codec.encoding_name(),
        needs.fmtp
    );
    if let Some(id) = m.send_time {
        let _ = write!(s, "a=rtcp-fb:{pt} goog-remb\r\na=extmap:{id} {SEND_TIME}\r\n");
    }
    if let Some(id) = m.playout_delay {
        let _ = write!(s, "a=extmap:{id} {PLAYOUT_DELAY}\r\n");
    }
    let _ = write!(s, "a=msid:matluoi video\r\n");
    if let Some(rtx) = m.rtx_payload_type {
        let (ssrc, rtx_ssrc) = (ours.ssrc, ours.rtx_ssrc);
        let _ = write!(
            s,
            "a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={pt}\r\na=ssrc-group:FID {ssrc} {rtx_ssrc}\r\n\
             a=ssrc:{ssrc} cname:matluoi\r\na=ssrc:{rtx_ssrc} cname:matluoi\r\n"
        );
    } else {
        let _ = write!(s, "a=ssrc:{} cname:matluoi\r\n", ours.ssrc);
    }
    for (i, ip) in ours.addresses.iter().enumerate() {
        let _ = write!(s, "a=candidate:{} 1 udp {} {ip} {} typ host\r\n", i + 1, priority(i), ours.port);
    }
    if ours.tcp {
        let n = ours.addresses.len();
        for (i, ip) in ours.addresses.iter().take(TCP_ADDRESSES_MAX).enumerate() {
            let (foundation, port) = (n + i + 1, ours.port);
            let _ = write!(
                s,
                "a=candidate:{foundation} 1 tcp {} {ip} {port} typ host tcptype passive\r\n",
                tcp_priority(i)
            );
        }
    }
    s.push_str("a=end-of-candidates\r\n");
}

#[cfg(test)]
mod tests;
