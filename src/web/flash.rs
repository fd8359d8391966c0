//! The result of the last act, carried over the redirect in a cookie and shown once.
//!
//! The cookie holds the name of a sentence and at most one word of text; the sentences stand here, so that a cookie put
//! there by someone else can say nothing new.

use base::Language;
use std::borrow::Cow;

macro_rules! notes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $good:literal, $vi:literal, $en:literal;)+) => {
        /// A sentence; `{}` stands for the word.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Note { $($(#[$doc])* $name),+ }
        impl Note {
            const ALL: &[Note] = &[$(Note::$name),+];
            fn parts(self) -> (&'static str, bool, &'static str, &'static str) {
                match self { $(Note::$name => ($code, $good, $vi, $en)),+ }
            }
        }
    };
}

notes! {
    /// A camera was added.
    CameraAdded = "camera-added", true, "Đã thêm camera {}.", "Camera {} has been added.";
    /// A camera was changed.
    CameraChanged = "camera-changed", true, "Đã lưu thay đổi của camera {}.", "The changes to camera {} are saved.";
    /// A camera's record was confirmed.
    CameraConfirmed = "camera-confirmed", true, "Đã xác nhận thông tin của camera {}.", "The record of camera {} is confirmed.";
    /// A device was replaced.
    DeviceReplaced = "device-replaced", true, "Đã ghi thiết bị mới của camera {}.", "The new device of camera {} is on record.";
    /// A document was added.
    DocumentAdded = "document-added", true, "Đã thêm văn bản cho camera {}.", "The document is added to camera {}.";
    /// A document was taken away.
    DocumentRemoved = "document-removed", true, "Đã gỡ văn bản khỏi camera {}.", "The document is taken away from camera {}.";
    /// A mounting asset was saved.
    AssetSaved = "asset-saved", true, "Đã lưu trụ, tủ {}.", "The mounting asset {} is saved.";
    /// A mounting asset was removed.
    AssetRemoved = "asset-removed", true, "Đã gỡ bỏ trụ, tủ {}.", "The mounting asset {} is removed.";
    /// A camera was removed.
    CameraRemoved = "camera-removed", true, "Đã gỡ camera {}.", "Camera {} has been removed.";
    /// A list of cameras was received.
    ListReceived = "list-received", true, "Đã nhận “{}”; đang kiểm tra thử từng dòng.", "“{}” has been received; its rows are being checked.";
    /// A list has changed meanwhile.
    ListChanged = "list-changed", false,
        "Danh sách đã thay đổi hoặc đang chạy; trang này cho thấy tình trạng hiện nay. Hãy xem lại rồi bấm lần nữa.",
        "The list has changed or is at work; this page shows how it stands now. Look again, then press once more.";
    /// A row was mended.
    RowMended = "row-mended", true, "Dòng {} đã hợp lệ.", "Row {} is good now.";
    /// A row has a fault still.
    RowStillBad = "row-still-bad", false, "Dòng {} vẫn còn lỗi.", "Row {} still has a fault.";
    /// A row was left out.
    RowLeft = "row-left", true, "Đã bỏ qua dòng {}.", "Row {} is left out.";
    /// A bulk change was prepared.
    BulkPrepared = "bulk-prepared", true,
        "Đây là xem trước; chưa có gì thay đổi cho đến khi bạn bấm thực hiện.",
        "This is a preview; nothing changes until you carry it out.";
    /// Preferences were saved.
    PreferencesSaved = "preferences-saved", true, "Đã lưu tùy chọn của bạn.", "Your preferences are saved.";
    /// The password was changed.
    PasswordChanged = "password-changed", true,
        "Đã đổi mật khẩu. Các phiên đăng nhập khác của bạn đã kết thúc.",
        "The password is changed. Your other sign-ins have ended.";
    /// A sign-in was ended.
    SignInEnded = "sign-in-ended", true, "Đã kết thúc phiên đăng nhập đó.", "That sign-in has ended.";
    /// A token was revoked.
    TokenRevoked = "token-revoked", true, "Đã thu hồi mã truy cập.", "The token is revoked.";
    /// An account's role was changed.
    RoleChanged = "role-changed", true, "Đã đổi vai trò của tài khoản {}.", "The role of account {} is changed.";
    /// An account was disabled.
    AccountDisabled = "account-disabled", true,
        "Đã khóa tài khoản {}; mọi phiên đăng nhập và luồng đang xem của tài khoản này đã kết thúc.",
        "Account {} is disabled; its sign-ins and views have ended.";
    /// An account was enabled.
    AccountEnabled = "account-enabled", true, "Đã mở lại tài khoản {}.", "Account {} is enabled again.";
    /// A right was given.
    GrantGiven = "grant-given", true, "Đã cấp quyền cho {}.", "The right has been given to {}.";
    /// A right was given that waits for the second person.
    GrantAwaitsSecond = "grant-awaits-second", true,
        "Đã ghi nhận; quyền có hiệu lực sau khi người thứ hai xác nhận.",
        "Noted; the right is in force once a second person has confirmed it.";
    /// The second person confirmed.
    GrantConfirmed = "grant-confirmed", true, "Đã xác nhận quyền của {}.", "The right of {} is confirmed.";
    /// A right was ended.
    GrantEnded = "grant-ended", true,
        "Đã kết thúc quyền của {}; hình đang xem nhờ quyền này đã dừng.",
        "The right of {} has ended; pictures watched by it have stopped.";
    /// A list of cameras was saved.
    ListSaved = "camera-list-saved", true, "Đã lưu danh sách “{}”.", "The list “{}” is saved.";
    /// A list of cameras was removed.
    ListRemoved = "camera-list-removed", true, "Đã xóa danh sách camera.", "The list of cameras is removed.";
    /// A request was sent.
    RequestSent = "request-sent", true,
        "Đã gửi đề nghị. Người có thẩm quyền sẽ xem xét; kết quả hiện ở đây.",
        "The request is sent. Those who may will decide; the answer appears here.";
    /// A request was taken back.
    RequestWithdrawn = "request-withdrawn", true, "Đã rút đề nghị.", "The request is withdrawn.";
    /// A request was approved.
    RequestApproved = "request-approved", true, "Đã duyệt và cấp quyền.", "Approved; the right has been given.";
    /// A request was refused.
    RequestRefused = "request-refused", true, "Đã từ chối đề nghị.", "The request is refused.";
    /// The node's settings were saved.
    NodeSaved = "node-saved", true, "Đã lưu thiết lập của nút.", "The node's settings are saved.";
    /// The node is set up.
    SetUpDone = "set-up-done", true,
        "Nút đã sẵn sàng. Hãy thêm camera đầu tiên.", "The node is ready. Add the first camera.";
    /// An area was added.
    AreaAdded = "area-added", true, "Đã thêm địa bàn {}.", "The area {} has been added.";
    /// An area was changed.
    AreaChanged = "area-changed", true, "Đã lưu địa bàn {}.", "The area {} is saved.";
    /// A handover was carried out.
    HandoverDone = "handover-done", true,
        "Đã bàn giao {} camera. Có thể hoàn tác cho đến khi xác nhận.",
        "{} cameras are handed over. This can be undone until it is confirmed.";
    /// A handover was undone.
    HandoverUndone = "handover-undone", true, "Đã hoàn tác “{}”.", "“{}” is undone.";
    /// A handover was undone but for what was changed since.
    HandoverUndoneInPart = "handover-undone-in-part", true,
        "Đã hoàn tác “{}”, trừ các mục đã đổi sau đó được nêu bên dưới.",
        "“{}” is undone, but for what was changed since: see below.";
    /// A handover is being undone in the background.
    HandoverUndoing = "handover-undoing", true,
        "Đang hoàn tác “{}”; phần còn lại được làm tiếp ngầm.",
        "“{}” is being undone; the rest follows in the background.";
    /// A handover was confirmed.
    HandoverConfirmed = "handover-confirmed", true, "Đã xác nhận “{}”.", "“{}” is confirmed.";
    /// A unit was added.
    UnitAdded = "unit-added", true, "Đã thêm đơn vị {}.", "The unit {} has been added.";
    /// A unit was changed.
    UnitChanged = "unit-changed", true, "Đã lưu đơn vị {}.", "The unit {} is saved.";
    /// An entry was added to a register.
    ItemAdded = "item-added", true, "Đã thêm mục “{}”.", "The entry “{}” has been added.";
    /// An entry of a register was changed.
    ItemChanged = "item-changed", true, "Đã lưu mục “{}”.", "The entry “{}” is saved.";
    /// Signed out.
    SignedOut = "signed-out", true, "Bạn đã đăng xuất.", "You have signed out.";
    /// The draft of a camera is gone.
    DraftGone = "draft-gone", false,
        "Kết quả dò không còn nữa (quá 15 phút hoặc nút đã khởi động lại). Hãy dò lại địa chỉ.",
        "The probe's result is gone (older than 15 minutes, or the node was restarted). Probe the address again.";
    /// An account was changed.
    AccountChanged = "account-changed", true, "Đã lưu thông tin của tài khoản {}.", "The details of account {} are saved.";
    /// A second factor was reset.
    SecondFactorReset = "second-factor-reset", true,
        "Đã đặt lại xác thực hai bước của tài khoản {}.", "The second factor of account {} is reset.";
    /// One's own second factor is off.
    SecondFactorRemoved = "second-factor-removed", true, "Đã tắt xác thực hai bước.", "The second factor is off.";
    /// A second factor must be set up first.
    SecondFactorDue = "second-factor-due", false,
        "Hãy thiết lập xác thực hai bước trước khi làm việc tiếp.", "Set up your second factor before going on.";
    /// The code came too late.
    CodeTooLate = "code-too-late", false,
        "Đã quá thời gian nhập mã hoặc sai quá nhiều lần. Hãy đăng nhập lại.",
        "The code came too late or was wrong too often. Sign in again.";
    /// The networks for signing in were set.
    NetworksSet = "networks-set", true,
        "Đã áp dụng danh sách mạng được phép đăng nhập.", "The networks for signing in are set.";
    /// A review was started.
    ReviewStarted = "review-started", true, "Đã mở đợt rà soát “{}”.", "The review “{}” has been started.";
    /// An account was confirmed in a review.
    ReviewKept = "review-kept", true, "Đã xác nhận giữ tài khoản {}.", "Account {} is confirmed.";
    /// An account was ended in a review.
    ReviewEnded = "review-ended", true, "Đã kết thúc tài khoản {}.", "Account {} has been ended.";
    /// A review was closed.
    ReviewClosed = "review-closed", true, "Đã đóng đợt rà soát “{}”.", "The review “{}” is closed.";
    /// The password must be changed first.
    PasswordDue = "password-due", false,
        "Hãy đổi mật khẩu trước khi làm việc tiếp.", "Change your password before going on.";
}

/// The cookie's value.
pub fn encode(note: Note, word: &str) -> String {
    let word: String = word.chars().take(120).collect();
    format!("{}.{}", note.parts().0, templates::routes::segment(&word))
}

/// What it says: did it work, and the sentence.
pub fn decode(value: &str, language: Language) -> Option<(bool, String)> {
    let (code, word) = value.split_once('.')?;
    let note = Note::ALL.iter().find(|n| n.parts().0 == code)?;
    let (_, good, vi, en) = note.parts();
    let word: Cow<'_, str> = percent_decoded(word);
    let text = if language == Language::Vi { vi } else { en };
    Some((good, text.replace("{}", &word)))
}

fn percent_decoded(text: &str) -> Cow<'_, str> {
    // A form pair without a name is a percent-decoder that the url crate already has; '+' never comes from `segment`.
    url::form_urlencoded::parse(text.as_bytes())
        .next()
        .map_or(Cow::Borrowed(""), |(name, _)| Cow::Owned(name.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_survives_and_strangers_say_nothing() {
        let value = encode(Note::CameraAdded, "Chợ Bến <Thành> & =;");
        assert!(value.bytes().all(|b| b.is_ascii_graphic() && !b"\",;\\".contains(&b)), "{value}");
        let (good, text) = decode(&value, Language::Vi).expect("decodes");
        assert!(good);
        assert_eq!(text, "Đã thêm camera Chợ Bến <Thành> & =;.");
        assert!(decode("anything.you-won", Language::Vi).is_none());
        assert!(decode("no dot", Language::En).is_none());
    }
}
