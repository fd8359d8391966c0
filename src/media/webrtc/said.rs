//! What the outlet's errors say to people.

use super::WhepError;
use base::Said;

impl WhepError {
    /// What is wrong and what to do.
    pub fn said(&self) -> Said {
        match self {
            WhepError::BadOffer(what) => Said::new(
                format!(
                    "Trình phát gửi lời mời kết nối (SDP) không dùng được: {what}. Hãy tải lại trang; nếu dùng trình \
                     phát khác, hãy kiểm tra trình phát đó có hỗ trợ WHEP không."
                ),
                format!(
                    "The player's connection offer (SDP) cannot be used: {what}. Reload the page; if this is another \
                     player, check that it supports WHEP."
                ),
            ),
            WhepError::NoCommonCodec(av::Codec::H264) => Said::new(
                "Trình duyệt này không phát được hình H.264. Hãy dùng Chrome, Edge, Firefox hoặc Safari bản mới.",
                "This browser cannot play H.264 video. Use a recent Chrome, Edge, Firefox or Safari.",
            ),
            WhepError::NoCommonCodec(codec) => Said::new(
                format!(
                    "Camera gửi hình {0}, trình duyệt này không phát được {0} trực tiếp. Hãy đặt luồng phụ của camera \
                     thành H.264, hoặc xem trên máy có bộ giải mã {0} bằng Safari hay Chrome bản mới.",
                    codec.name()
                ),
                format!(
                    "The camera sends {0}, which this browser cannot play live. Set the camera's substream to H.264, or \
                     watch on a machine with a decoder for {0} in Safari or a recent Chrome.",
                    codec.name()
                ),
            ),
            WhepError::NoPicture => Said::new(
                "Camera hiện chưa có hình. Hình sẽ tự hiện khi camera kết nối lại; lý do mất kết nối có ở trang camera.",
                "The camera gives no picture now. It will appear by itself once the camera is back; the camera's page \
                 says why it is away.",
            ),
            WhepError::TooManyViewers => Said::new(
                "Đã đạt số lượt xem tối đa cùng lúc. Hãy đóng bớt hình đang xem rồi thử lại.",
                "The largest number of simultaneous views has been reached. Close some pictures and try again.",
            ),
            WhepError::LeaseEnded => Said::new(
                "Quyền xem camera này đã kết thúc. Hãy đăng nhập lại hoặc liên hệ người quản trị để được cấp quyền.",
                "The right to watch this camera has ended. Sign in again or ask the administrator for access.",
            ),
            WhepError::Stopping => Said::new(
                "Hệ thống đang dừng hoặc khởi động lại. Hãy thử lại sau ít phút.",
                "The system is stopping or restarting. Try again in a few minutes.",
            ),
        }
    }
}
