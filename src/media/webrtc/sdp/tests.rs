//! Offers of real browsers, offers with every defect, and offers of strangers.

use super::*;
use proptest::prelude::*;

const FP: &str = "7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08";

/// Chromium 156, one recvonly transceiver for sound and one for the picture (shortened to what matters here).
fn chromium() -> String {
    format!(
        "v=0\r\no=- 8066 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=extmap-allow-mixed\r\n\
         a=msid-semantic: WMS\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
         a=ice-ufrag:JW9s\r\na=ice-pwd:hQJsQ8bQBKzQk1nCYnVZQyvZ\r\na=ice-options:trickle\r\na=fingerprint:sha-256 {FP}\r\n\
         a=setup:actpass\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n\
         m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 109 114 35 36\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:JW9s\r\n\
         a=ice-pwd:hQJsQ8bQBKzQk1nCYnVZQyvZ\r\na=fingerprint:sha-256 {FP}\r\na=setup:actpass\r\na=mid:1\r\n\
         a=extmap:14 urn:ietf:params:rtp-hdrext:toffset\r\n\
         a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n\
         a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\na=recvonly\r\na=rtcp-mux\r\n\
         a=rtcp-rsize\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n\
         a=rtpmap:103 H264/90000\r\na=rtcp-fb:103 goog-remb\r\na=rtcp-fb:103 transport-cc\r\na=rtcp-fb:109 goog-remb\r\n\
         a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f\r\na=rtpmap:104 rtx/90000\r\n\
         a=fmtp:104 apt=103\r\na=rtpmap:109 H264/90000\r\n\
         a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\na=rtpmap:114 rtx/90000\r\n\
         a=fmtp:114 apt=109\r\na=rtpmap:35 H264/90000\r\n\
         a=fmtp:35 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=64001f\r\na=rtpmap:36 rtx/90000\r\n\
         a=fmtp:36 apt=35\r\n"
    )
}

/// Firefox: session-level fingerprint, formats in its own order, `sendrecv` left unsaid.
fn firefox() -> String {
    format!(
        "v=0\r\no=mozilla...THIS_IS_SDPARTA-99.0 4607 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 {FP}\r\n\
         a=group:BUNDLE 0\r\na=ice-options:trickle\r\na=msid-semantic:WMS *\r\n\
         m=video 9 UDP/TLS/RTP/SAVPF 120 124 126 127 97 98\r\nc=IN IP4 0.0.0.0\r\na=recvonly\r\n\
         a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\na=rtcp-fb:126 goog-remb\r\n\
         a=extmap:8/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\n\
         a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1\r\n\
         a=fmtp:97 profile-level-id=42e01f;level-asymmetry-allowed=1\r\na=fmtp:124 apt=120\r\na=fmtp:127 apt=126\r\n\
         a=fmtp:98 apt=97\r\na=ice-pwd:a5b4e4b6d3f02b4c1a17b9a8e1c9fd74\r\na=ice-ufrag:ab5b0e2f\r\na=mid:0\r\n\
         a=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:120 VP8/90000\r\na=rtpmap:124 rtx/90000\r\na=rtpmap:126 H264/90000\r\n\
         a=rtpmap:127 rtx/90000\r\na=rtpmap:97 H264/90000\r\na=rtpmap:98 rtx/90000\r\na=setup:actpass\r\n\
         a=ssrc:1563 cname:{{6c}}\r\n"
    )
}

/// aiortc: no playout delay, no times of sending, several fingerprints.
fn aiortc() -> String {
    format!(
        "v=0\r\no=- 3973 3973 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=msid-semantic:WMS *\r\n\
         m=video 58347 UDP/TLS/RTP/SAVPF 97 98 99 100 101 102\r\nc=IN IP4 10.0.0.5\r\na=recvonly\r\n\
         a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=mid:0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=rtcp-mux\r\n\
         a=rtpmap:97 VP8/90000\r\na=rtpmap:98 rtx/90000\r\na=fmtp:98 apt=97\r\na=rtpmap:99 H264/90000\r\n\
         a=fmtp:99 packetization-mode=1;level-asymmetry-allowed=1;profile-level-id=42001f\r\na=rtpmap:100 rtx/90000\r\n\
         a=fmtp:100 apt=99\r\na=rtpmap:101 H264/90000\r\n\
         a=fmtp:101 packetization-mode=1;level-asymmetry-allowed=1;profile-level-id=42e01f\r\na=rtpmap:102 rtx/90000\r\n\
         a=fmtp:102 apt=101\r\na=candidate:5a 1 udp 2130706431 10.0.0.5 58347 typ host\r\na=end-of-candidates\r\n\
         a=ice-ufrag:Zx8g\r\na=ice-pwd:VsRQVhVvKBLEwSgqSmgKiU\r\n\
         a=fingerprint:sha-512 00:11\r\na=fingerprint:SHA-256 {}\r\na=setup:actpass\r\n",
        FP.to_lowercase()
    )
}

fn h264(profile: Option<[u8; 3]>) -> Pictures {
    Pictures { codec: Codec::H264, profile }
}

fn h265(profile: u8) -> Pictures {
    Pictures { codec: Codec::H265, profile: Some([profile, 0, 120]) }
}

/// Chromium with a hardware decoder for H.265: Main and Main 10.
fn chromium_with_h265() -> String {
    chromium().replace(" 35 36\r\n", " 35 36 49 50 51\r\n")
        + "a=rtpmap:49 H265/90000\r\na=fmtp:49 level-id=180;profile-id=1;tier-flag=0;tx-mode=SRST\r\n\
           a=rtpmap:50 rtx/90000\r\na=fmtp:50 apt=49\r\n\
           a=rtpmap:51 H265/90000\r\na=fmtp:51 level-id=180;profile-id=2;tier-flag=0;tx-mode=SRST\r\n"
}

#[test]
fn h265_is_answered_where_the_browser_offers_the_very_profile() {
    let needs = read_offer(&chromium_with_h265(), h265(1)).expect("a good offer");
    assert_eq!((needs.media.payload_type, needs.media.rtx_payload_type), (49, Some(50)));
    let a = answer_to(&needs);
    assert!(a.contains("\r\nm=video 8189 UDP/TLS/RTP/SAVPF 49 50\r\n"), "{a}");
    assert!(a.contains("\r\na=rtpmap:49 H265/90000\r\n"), "{a}");
    assert!(a.contains("\r\na=fmtp:49 level-id=180;profile-id=1;tier-flag=0;tx-mode=SRST\r\n"), "{a}");
    assert_eq!(read_offer(&chromium_with_h265(), h265(2)).expect("Main 10").media.payload_type, 51);
    assert_eq!(
        read_offer(&chromium_with_h265(), h265(4)),
        Err(WhepError::NoCommonCodec(Codec::H265)),
        "range extensions"
    );
    assert_eq!(read_offer(&chromium(), h265(1)), Err(WhepError::NoCommonCodec(Codec::H265)));
    assert_eq!(read_offer(&chromium_with_h265(), h264(None)).expect("as before").media.payload_type, 109);
}

fn answer_to(needs: &Needs) -> String {
    answer(
        needs,
        &Ours {
            ufrag: "0a0b0c",
            password: "secretsecretsecretsecret",
            fingerprint: FP,
            ssrc: 11,
            rtx_ssrc: 12,
            addresses: &["10.0.0.5".parse().expect("address"), "::1".parse().expect("address")],
            port: 8189,
            tcp: true,
        },
    )
}

#[test]
fn real_offers_are_understood() {
    let high = Some([0x64, 0, 0x28]);
    let baseline = Some([0x42, 0, 0x1f]);
    // offer, profile of the pictures → payload type, RTX, time of sending, playout delay
    let table = [
        (chromium(), high, (109, Some(114), Some(2), Some(5))),
        (chromium(), baseline, (103, Some(104), Some(2), Some(5))),
        (chromium(), None, (109, Some(114), Some(2), Some(5))),
        (firefox(), high, (126, Some(127), Some(7), Some(8))),
        (aiortc(), high, (101, Some(102), None, None)),
    ];
    for (offer, profile, (pt, rtx, cc, delay)) in table {
        let m = read_offer(&offer, h264(profile)).expect("a good offer").media;
        assert_eq!((m.payload_type, m.rtx_payload_type, m.send_time, m.playout_delay), (pt, rtx, cc, delay), "{offer}");
        assert_eq!(m.fingerprint[..3], [0x7b, 0x8b, 0xf0]);
    }
}

#[test]
fn the_answer_has_the_offers_lines_and_refuses_all_but_the_picture() {
    let needs = read_offer(&chromium(), h264(None)).expect("a good offer");
    let a = answer_to(&needs);
    let m: Vec<&str> = a.lines().filter(|l| l.starts_with("m=")).collect();
    assert_eq!(m, ["m=audio 0 UDP/TLS/RTP/SAVPF 111", "m=video 8189 UDP/TLS/RTP/SAVPF 109 114"]);
    for line in [
        "a=group:BUNDLE 1",
        "a=ice-lite",
        "a=setup:passive",
        "a=sendonly",
        "a=inactive",
        "a=mid:0",
        "a=mid:1",
        "a=rtcp-mux",
        "a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        "a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
        "a=ssrc-group:FID 11 12",
        "a=candidate:1 1 udp 2130706431 10.0.0.5 8189 typ host",
        "a=candidate:2 1 udp 2130706175 ::1 8189 typ host",
        "a=candidate:3 1 tcp 1526726655 10.0.0.5 8189 typ host tcptype passive",
        "a=end-of-candidates",
    ] {
        assert_eq!(a.lines().filter(|l| *l == line).count(), 1, "{line} in\n{a}");
    }
    assert_eq!(a.matches("a=msid:").count(), 1);
    let parsed = rtc_sdp::description::session::SessionDescription::unmarshal(&mut std::io::Cursor::new(&a));
    assert_eq!(parsed.expect("SDP").media_descriptions.len(), 2);
}

#[test]
fn each_defect_has_a_name() {
    let ok = firefox();
    let without = |what: &str| ok.lines().filter(|l| !l.starts_with(what)).collect::<Vec<_>>().join("\r\n");
    let table = [
        ("hello".to_owned(), "v=0 is not the first line"),
        (String::new(), "v=0 is not the first line"),
        ("v=0\r\nnonsense".to_owned(), "a line without ="),
        ("v=0\r\ns=-\r\n".to_owned(), "no m= line"),
        ("v=0\r\nm=video\r\n".to_owned(), "an m= line is not complete"),
        ("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF\r\n".to_owned(), "an m= line names no format"),
        ("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n".to_owned(), "no m=video line"),
        (ok.replace("a=recvonly", "a=sendonly"), "no m=video line with a=recvonly or a=sendrecv"),
        (ok.replace("m=video 9 ", "m=video 0 "), "no m=video line with a=recvonly or a=sendrecv"),
        (ok.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "m=video is not UDP/TLS/RTP/SAVPF"),
        (without("a=rtcp-mux"), "a=rtcp-mux is missing"),
        (without("a=ice-ufrag"), "a=ice-ufrag is missing"),
        (without("a=ice-pwd"), "a=ice-pwd is missing"),
        (without("a=setup"), "a=setup is missing"),
        (ok.replace("a=setup:actpass", "a=setup:passive"), "a=setup is neither actpass nor active"),
        (without("a=fingerprint"), "a=fingerprint with sha-256 is missing"),
        (ok.replace(FP, "7B:8B"), "a=fingerprint with sha-256 is missing"),
        (format!("v=0\r\n{}", "m=video 9 X 1\r\n".repeat(100)), "too many m= lines"),
        (format!("v=0\r\n{}", "a=x\r\n".repeat(20_000)), "larger than 64 KiB"),
    ];
    for (offer, what) in table {
        assert_eq!(read_offer(&offer, h264(None)), Err(WhepError::BadOffer(what)));
    }
    assert_eq!(
        read_offer(&ok.replace("packetization-mode=1", "packetization-mode=0"), h264(None)),
        Err(WhepError::NoCommonCodec(Codec::H264))
    );
    assert_eq!(read_offer(&ok.replace("H264", "AV1"), h264(None)), Err(WhepError::NoCommonCodec(Codec::H264)));
}

#[test]
fn a_stranger_cannot_write_lines_into_the_answer() {
    let offer = chromium().replace("a=mid:1", &format!("a=mid:{}", "x".repeat(500)));
    assert_eq!(read_offer(&offer, h264(None)), Err(WhepError::BadOffer("a=mid is not a token")));
    let offer = chromium().replace("a=mid:0", "a=mid:\u{1F600}");
    assert_eq!(read_offer(&offer, h264(None)), Err(WhepError::BadOffer("a=mid is not a token")));
}

proptest! {
    #[test]
    fn mangled_offers_never_panic(at in 0usize..2_000, to in any::<char>(), cut in 0usize..2_500, which in 0..3) {
        let mut offer: Vec<char> = match which { 0 => chromium(), 1 => firefox(), _ => aiortc() }.chars().collect();
        let n = offer.len();
        offer[at % n] = to;
        let offer: String = offer.into_iter().take(cut).collect();
        if let Ok(needs) = read_offer(&offer, h264(None)) {
            let a = answer_to(&needs);
            prop_assert_eq!(a.matches("m=").count() , a.lines().filter(|l| l.starts_with("m=")).count());
        }
    }
    #[test]
    fn shuffled_lines_never_panic(order in proptest::collection::vec(0usize..60, 0..80)) {
        let all = [chromium(), firefox(), aiortc()].concat();
        let lines: Vec<&str> = all.lines().collect();
        let text: String = std::iter::once("v=0\n").chain(order.iter().flat_map(|i| [lines[*i % lines.len()], "\n"])).collect();
        if let Ok(needs) = read_offer(&text, h264(Some([0x64, 0, 0x1f]))) {
            answer_to(&needs);
        }
    }
    #[test]
    fn garbage_never_panics(text in "\\PC{0,300}") {
        let _ = read_offer(&text, h264(None));
        let _ = read_offer(&text, h265(1));
        let _ = read_offer(&format!("v=0\nm=video 9 UDP/TLS/RTP/SAVPF {text}\na=rtpmap:{text}\na=fmtp:{text}\na=mid:{text}"), h264(None));
    }
}
