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
    /// A camera was removed.
    CameraRemoved = "camera-removed", true, "Đã gỡ camera {}.", "Camera {} has been removed.";
    /// Preferences were saved.
    PreferencesSaved = "preferences-saved", true, "Đã lưu tuỳ chọn của bạn.", "Your preferences are saved.";
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
        "Đã khoá tài khoản {}; mọi phiên đăng nhập và luồng đang xem của tài khoản này đã kết thúc.",
        "Account {} is disabled; its sign-ins and views have ended.";
    /// An account was enabled.
    AccountEnabled = "account-enabled", true, "Đã mở lại tài khoản {}.", "Account {} is enabled again.";
    /// The node's settings were saved.
    NodeSaved = "node-saved", true, "Đã lưu thiết lập của nút.", "The node's settings are saved.";
    /// The node is set up.
    SetUpDone = "set-up-done", true,
        "Nút đã sẵn sàng. Hãy thêm camera đầu tiên.", "The node is ready. Add the first camera.";
    /// Signed out.
    SignedOut = "signed-out", true, "Bạn đã đăng xuất.", "You have signed out.";
    /// The draft of a camera is gone.
    DraftGone = "draft-gone", false,
        "Kết quả dò không còn nữa (quá 15 phút hoặc nút đã khởi động lại). Hãy dò lại địa chỉ.",
        "The probe's result is gone (older than 15 minutes, or the node was restarted). Probe the address again.";
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
