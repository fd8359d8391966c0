//! The web's cookies: the sign-in, its forerunner before signing in, the flash, language and theme. Names, attributes,
//! and the form token that belongs to a sign-in.
//!
//! Over HTTPS the names carry the `__Host-` prefix (RFC 6265bis §4.1.3.2): `Secure`, no `Domain`, `Path=/`, so that
//! neither a sibling host nor plain HTTP can set them. The loopback demo speaks plain HTTP, where browsers do not agree
//! on `Secure`; it therefore does without both. Cookies do not tell ports apart: the suffix does.
//!
//! `SameSite=Lax`, not `Strict`: a link in a letter or a chat must open its page signed in. No GET changes anything, and
//! whatever does is guarded by the form token and the origin (`gate`).

use crate::state::WebConfig;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use sha2::{Digest, Sha256};

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The sign-in. Ends with the browser; the node ends it earlier when unused.
    SignIn,
    /// A random value that binds the sign-in and set-up forms to this browser.
    Before,
    /// Half of a sign-in: the password was right, the code is owed.
    Half,
    /// By which a browser is known from earlier sign-ins; it opens nothing.
    Browser,
    /// The result of the last act, shown once.
    Flash,
    /// Language chosen on this browser.
    Language,
    /// Theme chosen on this browser.
    Theme,
}

/// Its name on this node.
pub fn name(config: &WebConfig, kind: Kind) -> String {
    let prefix = if config.https { "__Host-" } else { "" };
    let part = match kind {
        Kind::SignIn => "",
        Kind::Before => "before-",
        Kind::Half => "half-",
        Kind::Browser => "browser-",
        Kind::Flash => "flash-",
        Kind::Language => "lang-",
        Kind::Theme => "theme-",
    };
    format!("{prefix}matluoi-{part}{}", config.cookie_suffix)
}

/// A cookie to set. `value` must be made of cookie characters (hex, base64url, percent-encoded).
pub fn set(config: &WebConfig, kind: Kind, value: String) -> Cookie<'static> {
    let mut cookie = Cookie::new(name(config, kind), value);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    if config.https {
        cookie.set_secure(true);
    }
    match kind {
        Kind::SignIn | Kind::Before => {}
        Kind::Flash => cookie.set_max_age(Duration::seconds(60)),
        Kind::Half => cookie.set_max_age(Duration::seconds(300)),
        Kind::Language | Kind::Theme | Kind::Browser => cookie.set_max_age(Duration::days(365)),
    }
    cookie
}

/// A cookie to take away.
pub fn clear(config: &WebConfig, kind: Kind) -> Cookie<'static> {
    let mut cookie = set(config, kind, String::new());
    cookie.set_max_age(Duration::ZERO);
    cookie
}

/// Its value in a request; bounded.
pub fn read(config: &WebConfig, req: &HttpRequest, kind: Kind) -> Option<String> {
    let cookie = req.cookie(&name(config, kind))?;
    let value = cookie.value();
    (!value.is_empty() && value.len() <= 1_024).then(|| value.to_owned())
}

/// The form token of a cookie value: whoever can read the page has it, whoever can only send the cookie has not.
/// One-way, so that the page never holds the sign-in itself.
pub fn form_token(kind: Kind, value: &str) -> String {
    let label: &[u8] =
        if kind == Kind::Before { b"matluoi form token, before sign-in\0" } else { b"matluoi form token\0" };
    let digest = Sha256::new().chain_update(label).chain_update(value.as_bytes()).finalize();
    hex(&digest[..16])
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Equal, in time that does not depend on where they differ: both are hashed first.
pub fn same_secret(a: &str, b: &str) -> bool {
    Sha256::digest(a.as_bytes()) == Sha256::digest(b.as_bytes())
}

/// A random value of 128 bits in hex; `None` if the system has no randomness.
pub fn random() -> Option<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}
