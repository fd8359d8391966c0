//! Why a camera stream is not there, in words that tell a person what to do.

use base::{Said, limits};

/// What went wrong between the node and a camera.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamFault {
    /// The address is not a usable `rtsp://` address.
    #[error("bad address: {0}")]
    BadAddress(String),
    /// The address lies outside the node's allowed camera networks.
    #[error("address {0} is outside the allowed camera networks")]
    AddressNotAllowed(String),
    /// The name could not be resolved.
    #[error("no such host: {0}")]
    NameNotFound(String),
    /// Nothing listens there.
    #[error("connection refused")]
    Refused,
    /// The network says there is no way there.
    #[error("network unreachable: {0}")]
    Unreachable(String),
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// Something answers there, but not in RTSP.
    #[error("not an RTSP server")]
    NotRtsp,
    /// Something answers there, but in TLS.
    #[error("the camera wants TLS")]
    Tls,
    /// User name or password is wrong or missing.
    #[error("user name or password refused")]
    WrongPassword {
        /// Whether any credentials were sent.
        sent: bool,
    },
    /// The camera knows no such path.
    #[error("no such path")]
    NoSuchPath,
    /// The camera answered with another error status.
    #[error("camera answered {status}")]
    Status {
        /// RTSP status code.
        status: u16,
    },
    /// The session holds no video.
    #[error("no video in the session")]
    NoVideo,
    /// A codec that the node cannot take.
    #[error("codec {0} is not supported")]
    UnsupportedCodec(String),
    /// Pictures stopped or never came.
    #[error("no pictures")]
    NoPictures,
    /// The camera closed or broke the connection.
    #[error("connection lost: {0}")]
    Lost(String),
    /// What the camera sends cannot be understood.
    #[error("the camera breaks the protocol: {0}")]
    Protocol(String),
    /// The camera sends without end or measure.
    #[error("the camera sends too much: {0}")]
    TooMuch(Excess),
    /// The camera has begun to answer and did not finish in time.
    #[error("{bytes} bytes of an unfinished answer in the time allowed")]
    TooSlow {
        /// What had come of it.
        bytes: u64,
    },
}

/// What there was too much of. Each is bounded in [`base::limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Excess {
    /// First line and header lines of a message.
    #[error("a message head without end")]
    Head,
    /// The body that a message announces.
    #[error("an answer of {0} bytes is announced")]
    Body(u64),
    /// Data on channels that were not set up, requests, empty lines.
    #[error("data that nobody asked for")]
    Unasked,
    /// One picture.
    #[error("a picture without end")]
    Picture,
    /// Bytes, or packets, per second.
    #[error("too many bytes a second")]
    Rate,
}

impl StreamFault {
    /// A stable name for programs (API, figures, tests); never changes once released.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::BadAddress(_) => "bad-address",
            Self::AddressNotAllowed(_) => "address-not-allowed",
            Self::NameNotFound(_) => "name-not-found",
            Self::Refused => "refused",
            Self::Unreachable(_) => "unreachable",
            Self::Timeout => "timeout",
            Self::NotRtsp => "not-rtsp",
            Self::Tls => "tls",
            Self::WrongPassword { .. } => "wrong-password",
            Self::NoSuchPath => "no-such-path",
            Self::Status { .. } => "status",
            Self::NoVideo => "no-video",
            Self::UnsupportedCodec(_) => "unsupported-codec",
            Self::NoPictures => "no-pictures",
            Self::Lost(_) => "lost",
            Self::Protocol(_) => "protocol",
            Self::TooMuch(_) => "too-much",
            Self::TooSlow { .. } => "too-slow",
        }
    }

    /// What is wrong and what to do.
    pub fn said(&self) -> Said {
        match self {
            Self::BadAddress(why) => Said::new(
                format!(
                    "Địa chỉ camera không dùng được ({why}). Hãy nhập theo mẫu rtsp://địa-chỉ-IP:554/đường-dẫn, như trong tài liệu của camera."
                ),
                format!(
                    "The camera address cannot be used ({why}). Enter it as rtsp://IP-address:554/path, as the camera's manual gives it."
                ),
            ),
            Self::AddressNotAllowed(address) => Said::new(
                format!(
                    "Địa chỉ {address} nằm ngoài các mạng camera được phép của nút này. Hãy kiểm tra lại địa chỉ, hoặc đề nghị quản trị viên thêm mạng đó vào cấu hình của nút."
                ),
                format!(
                    "The address {address} lies outside the camera networks allowed on this node. Check the address, or ask the administrator to add its network to the node's configuration."
                ),
            ),
            Self::NameNotFound(name) => Said::new(
                format!(
                    "Không tìm thấy máy có tên “{name}”. Hãy kiểm tra tên, máy chủ DNS của nút, hoặc dùng địa chỉ IP của camera."
                ),
                format!(
                    "No host named “{name}” was found. Check the name and the node's DNS servers, or use the camera's IP address."
                ),
            ),
            Self::Refused => Said::new(
                "Thiết bị từ chối kết nối ở cổng này. Hãy kiểm tra cổng (thường là 554), và RTSP đã được bật trong cấu hình camera chưa; camera vừa khởi động lại có thể cần thêm một phút.",
                "The device refuses connections on this port. Check the port (usually 554) and that RTSP is switched on in the camera's settings; a camera that has just restarted may need another minute.",
            ),
            Self::Unreachable(_) => Said::new(
                "Mạng báo không có đường tới địa chỉ này. Hãy kiểm tra nguồn điện và dây mạng của camera, bộ chuyển mạch, VLAN và định tuyến từ nút tới mạng camera.",
                "The network says there is no way to this address. Check the camera's power and cable, the switch, the VLAN and the route from the node to the camera network.",
            ),
            Self::Timeout => Said::new(
                "Không có trả lời trong thời gian chờ. Hãy kiểm tra địa chỉ IP và cổng, camera có đang bật không, và tường lửa có chặn kết nối từ nút tới camera không.",
                "No answer in time. Check the IP address and port, that the camera is switched on, and that no firewall blocks the node from the camera.",
            ),
            Self::NotRtsp => Said::new(
                "Có thiết bị trả lời ở cổng này nhưng không phải bằng RTSP (có thể là cổng trang web). Hãy dùng cổng RTSP của camera, thường là 554.",
                "Something answers on this port, but not in RTSP (perhaps it is the web port). Use the camera's RTSP port, usually 554.",
            ),
            Self::Tls => Said::new(
                "Camera đòi kết nối mã hóa (RTSPS/TLS). Phiên bản này chỉ nhận địa chỉ rtsp://. Hãy bật RTSP thường trên camera (thường là cổng 554), hoặc chọn chế độ cho phép cả hai.",
                "The camera wants an encrypted connection (RTSPS/TLS). This version takes rtsp:// addresses only. Switch on plain RTSP on the camera (usually port 554), or the mode that allows both.",
            ),
            Self::WrongPassword { sent: true } => Said::new(
                "Camera không chấp nhận tên người dùng hoặc mật khẩu. Hãy kiểm tra cả hai (phân biệt chữ hoa, chữ thường) và tài khoản có quyền xem RTSP/ONVIF. Nhiều camera khóa tài khoản sau vài lần sai: nếu vừa thử nhiều lần, hãy đợi hoặc mở khóa trên camera.",
                "The camera refuses the user name or the password. Check both (case matters) and that the account may view RTSP/ONVIF. Many cameras lock an account after several failures: after several attempts, wait or unlock it on the camera.",
            ),
            Self::WrongPassword { sent: false } => Said::new(
                "Camera yêu cầu đăng nhập nhưng chưa có tên người dùng và mật khẩu. Hãy nhập tài khoản của camera; nên tạo tài khoản riêng chỉ có quyền xem.",
                "The camera asks for a sign-in, but no user name and password were given. Enter an account of the camera; better create one for this purpose that may only view.",
            ),
            Self::NoSuchPath => Said::new(
                "Camera trả lời nhưng không có luồng ở đường dẫn này. Hãy kiểm tra phần sau địa chỉ IP, kể cả chữ hoa, chữ thường (ví dụ /Streaming/Channels/101 hoặc /cam/realmonitor?channel=1&subtype=0), và số kênh.",
                "The camera answers, but has no stream at this path. Check what follows the IP address, including case (for example /Streaming/Channels/101 or /cam/realmonitor?channel=1&subtype=0), and the channel number.",
            ),
            Self::Status { status } => said_status(*status),
            Self::NoVideo => Said::new(
                "Địa chỉ này không có hình, chỉ có âm thanh hoặc dữ liệu khác. Hãy chọn đường dẫn của luồng hình, và kiểm tra luồng hình đã bật trên camera.",
                "There is no video at this address, only sound or other data. Choose the path of a video stream, and check that video is switched on in the camera.",
            ),
            Self::UnsupportedCodec(codec) => Said::new(
                format!(
                    "Camera gửi hình theo chuẩn nén {codec}, phiên bản này chưa nhận. Hãy đặt chuẩn nén của luồng này thành H.264 hoặc H.265 trong cấu hình camera (tắt cả H.264+/H.265+, Smart Codec)."
                ),
                format!(
                    "The camera sends {codec} video, which this version does not take. Set this stream's encoding to H.264 or H.265 in the camera's settings (with H.264+/H.265+ and Smart Codec off)."
                ),
            ),
            Self::NoPictures => Said::new(
                "Đã kết nối với camera nhưng không có hình tới. Nếu dùng UDP, hãy thử TCP (tường lửa có thể chặn UDP); kiểm tra luồng hình trên camera và khởi động lại camera nếu cần.",
                "The camera is connected, but no pictures arrive. With UDP, try TCP (a firewall may block UDP); check the video stream on the camera and restart the camera if need be.",
            ),
            Self::Lost(_) => Said::new(
                "Camera đã ngắt kết nối. Nút tự kết nối lại; nếu việc này lặp lại, hãy kiểm tra nguồn điện, đường mạng và số người đang xem trực tiếp trên camera (nhiều camera giới hạn số kết nối).",
                "The camera cut the connection. The node connects again by itself; if this happens often, check power, network, and how many others watch the camera directly (many cameras limit connections).",
            ),
            Self::Protocol(what) => Said::new(
                format!(
                    "Camera gửi dữ liệu sai giao thức nên không đọc được ({what}). Hãy cập nhật phần mềm của camera, hoặc thử đổi cách truyền (TCP/UDP) hay chuẩn nén H.264 cơ bản."
                ),
                format!(
                    "What the camera sends breaks the protocol and cannot be read ({what}). Update the camera's firmware, or try the other transport (TCP/UDP) or a plainer H.264 profile."
                ),
            ),
            Self::TooMuch(excess) => {
                let Said { vi, en } = said_excess(*excess);
                Said::new(
                    format!(
                        "{vi} Nút đã ngắt kết nối để không ảnh hưởng tới camera khác, và sẽ thử lại thưa dần. Hãy kiểm tra địa chỉ có đúng là của camera không và cập nhật phần mềm của camera; nếu vẫn lặp lại, thiết bị có thể đã hỏng hoặc bị can thiệp: hãy tách khỏi mạng để kiểm tra."
                    ),
                    format!(
                        "{en} The node cut the connection so that no other camera suffers, and tries again at growing pauses. Check that the address is really the camera's and update its firmware; if this goes on, the device may be broken or tampered with: take it off the network and look at it."
                    ),
                )
            }
            Self::TooSlow { bytes } => Said::new(
                format!(
                    "Camera trả lời nhỏ giọt: mới có {bytes} byte của câu trả lời dở dang khi hết thời gian chờ. Hãy kiểm tra đường mạng tới camera (dây, Wi-Fi, 4G), khởi động lại camera; nếu vẫn vậy, hãy kiểm tra địa chỉ có đúng là của camera không."
                ),
                format!(
                    "The camera answers drop by drop: {bytes} bytes of an unfinished answer had come when the time was up. Check the network to the camera (cable, Wi-Fi, mobile) and restart the camera; if it stays so, check that the address is really the camera's."
                ),
            ),
        }
    }
}

/// What the camera does, before what to do.
fn said_excess(excess: Excess) -> Said {
    match excess {
        Excess::Head => Said::new(
            format!(
                "Camera gửi phần đầu thông điệp RTSP không có điểm dừng (quá {} KiB hoặc {} dòng).",
                limits::INGEST_HEAD_BYTES_MAX / 1024,
                limits::INGEST_HEADER_LINES_MAX
            ),
            format!(
                "The camera sends an RTSP message head that does not end (more than {} KiB or {} lines).",
                limits::INGEST_HEAD_BYTES_MAX / 1024,
                limits::INGEST_HEADER_LINES_MAX
            ),
        ),
        Excess::Body(bytes) => Said::new(
            format!(
                "Camera báo sẽ gửi bản mô tả luồng dài {bytes} byte (nhiều nhất được nhận: {} KiB).",
                limits::INGEST_BODY_BYTES_MAX / 1024
            ),
            format!(
                "The camera announces a session description of {bytes} bytes (at most {} KiB are taken).",
                limits::INGEST_BODY_BYTES_MAX / 1024
            ),
        ),
        Excess::Unasked => Said::new(
            "Camera gửi tràn dữ liệu không ai yêu cầu (kênh chưa đăng ký, lệnh lạ hoặc dòng trống).",
            "The camera floods the connection with data that nobody asked for (channels not set up, requests or empty lines).",
        ),
        Excess::Picture => Said::new(
            format!(
                "Camera gửi một khung hình không có điểm dừng (quá {} MiB).",
                limits::INGEST_PICTURE_BYTES_MAX / (1024 * 1024)
            ),
            format!(
                "The camera sends a picture that does not end (more than {} MiB).",
                limits::INGEST_PICTURE_BYTES_MAX / (1024 * 1024)
            ),
        ),
        Excess::Rate => Said::new(
            format!(
                "Camera gửi quá nhanh (hơn {} Mbit/s, hoặc quá nhiều gói tin nhỏ).",
                limits::INGEST_BYTES_PER_SECOND_MAX * 8 / 1_000_000
            ),
            format!(
                "The camera sends too fast (more than {} Mbit/s, or too many small packets).",
                limits::INGEST_BYTES_PER_SECOND_MAX * 8 / 1_000_000
            ),
        ),
    }
}

/// For the statuses of RFC 2326 §7.1.1 and §11 that tell a person something.
fn said_status(status: u16) -> Said {
    match status {
        403 => Said::new(
            "Camera từ chối quyền xem luồng này (403). Hãy kiểm tra quyền của tài khoản trên camera, danh sách IP được phép, và tài khoản có bị khóa không.",
            "The camera forbids viewing this stream (403). Check the account's rights on the camera, its list of allowed addresses, and whether the account is locked.",
        ),
        453 | 503 => Said::new(
            format!(
                "Camera đang quá tải hoặc đã hết số kết nối cho phép ({status}). Hãy giảm số thiết bị xem trực tiếp từ camera rồi thử lại."
            ),
            format!(
                "The camera is overloaded or out of connections ({status}). Let fewer others watch the camera directly and try again."
            ),
        ),
        461 => Said::new(
            "Camera không hỗ trợ cách truyền đã chọn (461). Hãy đổi giữa TCP và UDP trong phần cấu hình của camera trên nút này.",
            "The camera does not support the chosen transport (461). Switch between TCP and UDP in this camera's settings on the node.",
        ),
        500..=599 => Said::new(
            format!(
                "Camera báo lỗi bên trong ({status}). Hãy thử lại sau một phút; nếu vẫn lỗi, hãy khởi động lại camera."
            ),
            format!(
                "The camera reports an error of its own ({status}). Try again in a minute; if it stays, restart the camera."
            ),
        ),
        _ => Said::new(
            format!("Camera từ chối yêu cầu với mã {status}. Hãy kiểm tra đường dẫn và cấu hình RTSP của camera."),
            format!(
                "The camera refused the request with status {status}. Check the path and the camera's RTSP settings."
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_says_what_to_do_in_both_languages() {
        let text = || "xyz".to_owned();
        let mut all = vec![
            StreamFault::BadAddress(text()),
            StreamFault::AddressNotAllowed(text()),
            StreamFault::NameNotFound(text()),
            StreamFault::Refused,
            StreamFault::Unreachable(text()),
            StreamFault::Timeout,
            StreamFault::NotRtsp,
            StreamFault::Tls,
            StreamFault::WrongPassword { sent: true },
            StreamFault::WrongPassword { sent: false },
            StreamFault::NoSuchPath,
            StreamFault::NoVideo,
            StreamFault::UnsupportedCodec(text()),
            StreamFault::NoPictures,
            StreamFault::Lost(text()),
            StreamFault::Protocol(text()),
        ];
        all.extend([400, 403, 453, 461, 500].map(|status| StreamFault::Status { status }));
        all.push(StreamFault::TooSlow { bytes: 8 });
        let excesses = [Excess::Head, Excess::Body(4_000_000_000), Excess::Unasked, Excess::Picture, Excess::Rate];
        all.extend(excesses.map(StreamFault::TooMuch));
        let mut seen = std::collections::HashSet::new();
        for fault in all {
            let said = fault.said();
            assert!(said.vi.contains("Hãy") || said.vi.contains("hãy"), "what to do: {}", said.vi);
            assert!(said.en.len() > 60 && said.vi.len() > 60 && said.en != said.vi, "{said}");
            assert!(said.en.is_ascii() || said.en.contains('“'), "{}", said.en);
            assert!(seen.insert(said.vi.clone()), "said twice: {}", said.vi);
        }
        assert!(StreamFault::Refused.said().vi.contains("554"));
        assert!(StreamFault::WrongPassword { sent: true }.said().en.contains("lock"));
        assert!(StreamFault::Tls.said().en.contains("rtsp:// addresses only"));
    }
}
