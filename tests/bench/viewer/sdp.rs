//! The viewer's offer, and what it needs of the answer.

use super::Failure;
use std::net::{IpAddr, SocketAddr};

/// What an answer says.
#[derive(Clone, Debug)]
pub struct Server {
    pub address: SocketAddr,
    pub ufrag: String,
    pub password: String,
    pub fingerprint: Vec<u8>,
    pub ssrc: u32,
    pub rtx_ssrc: Option<u32>,
}

/// An offer as Chromium words it: a bundle of one picture.
pub fn offer(ufrag: &str, password: &str, fingerprint: &str, resend: bool) -> String {
    let (formats, rtx) =
        if resend { ("102 103", "a=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n") } else { ("102", "") };
    format!(
        "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
         a=extmap-allow-mixed\r\na=msid-semantic: WMS\r\nm=video 9 UDP/TLS/RTP/SAVPF {formats}\r\n\
         c=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}\r\n\
         a=ice-options:trickle\r\na=fingerprint:sha-256 {fingerprint}\r\na=setup:actpass\r\na=mid:0\r\n\
         a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\na=rtcp-fb:102 goog-remb\r\n\
         a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\n\
         a=recvonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:102 H264/90000\r\na=rtcp-fb:102 nack\r\n\
         a=rtcp-fb:102 nack pli\r\na=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n\
         {rtx}"
    )
}

/// Reads an answer; takes the candidate of the viewer's family and transport that comes last (loopback, on one machine).
pub fn read_answer(answer: &str, v4: bool, tcp: bool) -> Result<Server, Failure> {
    let lines = || answer.lines().map(str::trim);
    let value = |name: &str| lines().find_map(|l| l.strip_prefix(name)).map(str::to_owned);
    let candidate = |l: &str| -> Option<SocketAddr> {
        let words: Vec<&str> = l.strip_prefix("a=candidate:")?.split(' ').collect();
        if words.get(2) != Some(&if tcp { "tcp" } else { "udp" }) {
            return None;
        }
        let ip: IpAddr = words.get(4)?.parse().ok()?;
        Some(SocketAddr::new(ip, words.get(5)?.parse().ok()?))
    };
    let candidates: Vec<SocketAddr> = lines().filter_map(candidate).filter(|a| a.is_ipv4() == v4).collect();
    let address = candidates.iter().rev().find(|a| a.ip().is_loopback()).or(candidates.first());
    let hex = value("a=fingerprint:sha-256 ").ok_or("the answer has no fingerprint")?;
    let fingerprint = hex.split(':').map(|b| u8::from_str_radix(b, 16)).collect::<Result<_, _>>()?;
    let group = value("a=ssrc-group:FID ");
    let mut pair = group.iter().flat_map(|g| g.split(' ')).filter_map(|s| s.parse().ok());
    let ssrc = match pair.next() {
        Some(s) => s,
        None => value("a=ssrc:").and_then(|s| s.split(' ').next()?.parse().ok()).ok_or("the answer has no SSRC")?,
    };
    Ok(Server {
        address: *address.ok_or("the answer has no candidate of our family")?,
        ufrag: value("a=ice-ufrag:").ok_or("the answer has no ice-ufrag")?,
        password: value("a=ice-pwd:").ok_or("the answer has no ice-pwd")?,
        fingerprint,
        ssrc,
        rtx_ssrc: pair.next(),
    })
}
