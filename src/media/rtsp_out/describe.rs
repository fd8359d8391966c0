//! The description of a presentation (SDP, RFC 4566; parameters of H.264, RFC 6184 §8.2.1, and of H.265, RFC 7798 §7.2),
//! and transports asked for.

use super::access::base64;
use av::{Codec, ParameterSets};

/// The payload type of all tracks.
pub(super) const PAYLOAD_TYPE: u8 = 96;

/// SDP of a presentation: one `m=` line per track.
pub(super) fn sdp(title: &str, id: u64, tracks: &[std::sync::Arc<ParameterSets>]) -> String {
    let title: String = title.chars().filter(|c| !c.is_control()).take(200).collect();
    let title = if title.is_empty() { "-" } else { &title };
    let mut s = format!(
        "v=0\r\no=- {id} 1 IN IP4 0.0.0.0\r\ns={title}\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\na=range:npt=now-\r\n"
    );
    for (n, p) in tracks.iter().enumerate() {
        let (vps, sps, pps) = (base64(&p.vps), base64(&p.sps), base64(&p.pps));
        let parameters = match p.codec {
            Codec::H264 => {
                let id = p.profile_level_id_text();
                format!("packetization-mode=1;profile-level-id={id};sprop-parameter-sets={sps},{pps}")
            }
            Codec::H265 => format!("sprop-vps={vps};sprop-sps={sps};sprop-pps={pps}"),
        };
        s += &format!(
            "m=video 0 RTP/AVP {PAYLOAD_TYPE}\r\na=rtpmap:{PAYLOAD_TYPE} {}/90000\r\na=fmtp:{PAYLOAD_TYPE} {parameters}\r\n",
            p.codec.encoding_name()
        );
        if let Some(fps) = p.fps {
            s += &format!("a=framerate:{}\r\n", (fps * 1_000.0).round() / 1_000.0);
        }
        s += &format!("a=control:trackID={n}\r\n");
    }
    s
}

/// How a viewer wants its packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WantedTransport {
    /// Interleaved, on these channels if it names any.
    Tcp(Option<(u8, u8)>),
    /// To these UDP ports of the viewer's.
    Udp(u16, u16),
}

/// The first transport in the header that can be served: unicast RTP/AVP to play, over TCP or UDP (RFC 2326 §12.39).
pub(super) fn transport(header: &str) -> Option<WantedTransport> {
    header.split(',').find_map(|one| {
        let mut parts = one.split(';').map(str::trim);
        let profile = parts.next()?.to_ascii_uppercase();
        let mut ports = None;
        let mut channels = None;
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match name.to_ascii_lowercase().as_str() {
                "multicast" => return None,
                "mode" if !value.trim_matches('"').eq_ignore_ascii_case("play") => return None,
                "client_port" => ports = Some(pair::<u16>(value)?),
                "interleaved" => channels = Some(pair::<u8>(value)?),
                _ => {}
            }
        }
        match profile.as_str() {
            "RTP/AVP/TCP" => Some(WantedTransport::Tcp(channels)),
            "RTP/AVP" | "RTP/AVP/UDP" => {
                ports.filter(|p| p.0 != 0 && p.1 != 0).map(|(a, b)| WantedTransport::Udp(a, b))
            }
            _ => None,
        }
    })
}

/// `a-b`, or `a` alone with the next number as its partner.
fn pair<T: std::str::FromStr + Copy + TryFrom<u32> + Into<u32>>(text: &str) -> Option<(T, T)> {
    match text.split_once('-') {
        Some((a, b)) => Some((a.trim().parse().ok()?, b.trim().parse().ok()?)),
        None => {
            let a: T = text.trim().parse().ok()?;
            Some((a, T::try_from(a.into() + 1).ok()?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_transport_that_can_be_served_is_taken() {
        use WantedTransport::*;
        for (header, wanted) in [
            ("RTP/AVP/TCP;unicast;interleaved=2-3", Some(Tcp(Some((2, 3))))),
            ("RTP/AVP/TCP;unicast", Some(Tcp(None))),
            ("RTP/AVP;unicast;client_port=5000-5001", Some(Udp(5000, 5001))),
            ("RTP/AVP/UDP;unicast;client_port=5000;mode=\"PLAY\"", Some(Udp(5000, 5001))),
            ("RTP/AVP;multicast,RTP/AVP/TCP;interleaved=0-1", Some(Tcp(Some((0, 1))))),
            ("RTP/SAVP;unicast;client_port=5000-5001", None),
            ("RTP/AVP;unicast", None),
            ("RTP/AVP;unicast;client_port=0-1", None),
            ("RTP/AVP;unicast;client_port=65535", None),
            ("RTP/AVP/TCP;interleaved=0-1;mode=RECORD", None),
        ] {
            assert_eq!(transport(header), wanted, "{header}");
        }
    }

    proptest! {
        #[test]
        fn garbage_never_panics(text in "\\PC{0,80}") {
            let _ = (transport(&text), transport(&format!("RTP/AVP;client_port={text}")));
        }
    }
}
