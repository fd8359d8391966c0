//! The RTSP client's errors into [`StreamFault`]s. The only place that reads what retina 0.4.21 says in words.
//!
//! `retina::Error` shows a status code and otherwise only text. Its `Debug` text begins with the name of the variant of
//! its inner error (`ConnectError(`, `RtspReadError {`, `RtspFramingError {`, …), which is steadier than the sentences of
//! its `Display`; both are read here, and tests/… with real sockets hold them to it.

use crate::{Excess, StreamFault};
use retina::client::ExceededLimit;

/// Longest text of a camera that goes on into a fault.
const TEXT_CHARS_MAX: usize = 120;

/// How far a connection had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Up to the answer to DESCRIBE.
    Describe,
    /// SETUP and PLAY.
    Setup,
    /// Receiving.
    Playing,
}

/// What an error means. `sent`: credentials were there to be sent.
pub(crate) fn fault(error: &retina::Error, step: Step, sent: bool) -> StreamFault {
    if let Some(limit) = error.exceeded_limit() {
        return StreamFault::TooMuch(match limit {
            ExceededLimit::HeadBytes(_) | ExceededLimit::HeaderLines(_) => Excess::Head,
            ExceededLimit::BodyBytes { announced, .. } => Excess::Body(announced),
            ExceededLimit::IdleBytes(_) => Excess::Unasked,
            ExceededLimit::BytesPerSec(_) => Excess::Rate,
        });
    }
    match error.status_code() {
        Some(401) => return StreamFault::WrongPassword { sent },
        Some(404) => return StreamFault::NoSuchPath,
        // "No parseable streams (and 0 unparseable streams)": a session description without any medium.
        Some(200..=299) if format!("{error}").contains("No parseable streams") => return StreamFault::NoVideo,
        Some(200..=299) => return StreamFault::Protocol(brief(&description(error))),
        Some(status) => return StreamFault::Status { status },
        None => {}
    }
    let debug = format!("{error:?}");
    let variant = debug.split([' ', '(', '{']).next().unwrap_or_default();
    match variant {
        "Timeout" => StreamFault::Timeout,
        "ConnectError" => io(&debug, step),
        "RtspReadError" | "WriteError" | "UdpRecvError" => io(&debug, step),
        // "Invalid RTSP message: byte 0: …; buffered:" with a hex dump, or "Expected response to …, got … request".
        "RtspFramingError" if step == Step::Describe => match first_bytes(&format!("{error}")) {
            // A TLS record: alert or handshake (RFC 8446 §5.1), version 3.x.
            Some([0x15 | 0x16, 0x03]) => StreamFault::Tls,
            _ => StreamFault::NotRtsp,
        },
        "Unsupported" => StreamFault::UnsupportedCodec(brief(&description(error))),
        _ => StreamFault::Protocol(brief(&description(error))),
    }
}

/// Is it about one packet, so that the next one may be good again?
pub(crate) fn is_about_one_packet(error: &retina::Error) -> bool {
    let debug = format!("{error:?}");
    debug.starts_with("RtpPacketError") || debug.starts_with("PacketError")
}

/// By the kind of the system's error, as its `Debug` text shows it (`kind: ConnectionRefused`).
fn io(debug: &str, step: Step) -> StreamFault {
    let kind = debug.rsplit("kind: ").next().filter(|_| debug.contains("kind: ")).unwrap_or_default();
    let kind = kind.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    match kind {
        "ConnectionRefused" => StreamFault::Refused,
        "TimedOut" if step != Step::Playing => StreamFault::Timeout,
        "TimedOut" => StreamFault::Lost("no answer to the keep-alive".to_owned()),
        "NetworkUnreachable" | "HostUnreachable" | "NetworkDown" | "AddrNotAvailable" | "PermissionDenied" => {
            StreamFault::Unreachable(kind.to_owned())
        }
        "UnexpectedEof" => StreamFault::Lost("closed by the camera".to_owned()),
        "ConnectionReset" | "ConnectionAborted" | "BrokenPipe" => StreamFault::Lost("reset by the camera".to_owned()),
        _ => StreamFault::Lost(brief(kind)),
    }
}

/// The sentence without the connection and message positions that retina puts behind it.
fn description(error: &retina::Error) -> String {
    let text = format!("{error}");
    text.split("\n").next().unwrap_or_default().to_owned()
}

/// One short line of printable characters: text from outside is shown to people.
pub(crate) fn brief(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(TEXT_CHARS_MAX).collect();
    clean.trim().to_owned()
}

/// The first two bytes of the hex dump behind "buffered:" (`0000:   15 03 03 …`).
fn first_bytes(text: &str) -> Option<[u8; 2]> {
    let (_, dump) = text.split_once("0000:")?;
    let mut bytes = dump.split_ascii_whitespace().map(|b| u8::from_str_radix(b, 16).ok());
    Some([bytes.next()??, bytes.next()??])
}
