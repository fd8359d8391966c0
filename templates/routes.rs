//! Addresses of pages and forms, and the names of the forms' fields: what the pages link to and `web` must answer.
//!
//! Every form also sends `csrf`. Every POST answers 303 to a page (with a flash) or the same page again with faults
//! (422). `{code}` is a camera's code, `{id}` an id from the view.
//!
//! | method | address | fields |
//! |---|---|---|
//! | GET/POST | `/setup` | `?token=`; `token account display_name password password_again node_name area language` |
//! | GET/POST | `/sign-in` | `?next=`; `name password next` |
//! | POST | `/sign-out` | |
//! | POST | `/language` | `language next` (also before signing in: a cookie) |
//! | POST | `/theme` | `theme next` |
//! | GET | `/live` | `?grid=1\|4\|9\|16&tiles=CODE,CODE,,CODE` |
//! | GET | `/cameras` | `?q=&area=&unit=&state=&sort=` and what paging needs |
//! | GET | `/cameras/add` | optional `?main_url=&sub_url=&username=&udp=1` to go back from step 2 |
//! | POST | `/cameras/probe` | `main_url sub_url username password transport=tcp\|udp` |
//! | POST | `/cameras/add` | `draft name code area unit` |
//! | GET/POST | `/cameras/{code}` | `revision name code area unit main_url sub_url username password password_clear=1 transport` |
//! | POST | `/cameras/{code}/remove` | `confirm_name` |
//! | GET | `/audit` | `?who=&act=&from=yyyy-mm-dd&to=yyyy-mm-dd&q=` and what paging needs |
//! | POST | `/audit/verify` | the filter again, hidden |
//! | GET | `/account` | |
//! | POST | `/account/preferences` | `display_name language theme` |
//! | POST | `/account/password` | `password_old password password_again` |
//! | POST | `/account/sign-ins/{id}/end` | |
//! | POST | `/account/tokens` | `label days` |
//! | POST | `/account/tokens/{id}/revoke` | |
//! | GET/POST | `/accounts` | `?q=`; `name display_name role unit` (the node makes a one-time password) |
//! | POST | `/accounts/{id}/role` | `role` |
//! | POST | `/accounts/{id}/disable`, `/enable`, `/password` | |
//! | GET/POST | `/node` | `name area language` |
//!
//! Scripts use `GET /api/v1/cameras`, `GET /api/v1/events`, `POST /whep/{code}?stream=` and `DELETE` on its `Location`,
//! each with the sign-in cookie and, when it changes something, the header `X-CSRF-Token`.

/// One-time set-up.
pub const SETUP: &str = "/setup";
/// Sign-in.
pub const SIGN_IN: &str = "/sign-in";
/// Sign-out (POST).
pub const SIGN_OUT: &str = "/sign-out";
/// Switching the language (POST).
pub const LANGUAGE: &str = "/language";
/// Switching the theme (POST).
pub const THEME: &str = "/theme";
/// Live.
pub const LIVE: &str = "/live";
/// Cameras.
pub const CAMERAS: &str = "/cameras";
/// Adding a camera (GET step 1, POST step 2).
pub const CAMERA_ADD: &str = "/cameras/add";
/// Probing an address (POST).
pub const CAMERA_PROBE: &str = "/cameras/probe";
/// Audit.
pub const AUDIT: &str = "/audit";
/// Checking the chain (POST).
pub const AUDIT_VERIFY: &str = "/audit/verify";
/// My account.
pub const ACCOUNT: &str = "/account";
/// Display name, language, theme (POST).
pub const ACCOUNT_PREFERENCES: &str = "/account/preferences";
/// Changing the password (POST).
pub const ACCOUNT_PASSWORD: &str = "/account/password";
/// Issuing a token (POST).
pub const ACCOUNT_TOKENS: &str = "/account/tokens";
/// Accounts.
pub const ACCOUNTS: &str = "/accounts";
/// Node settings.
pub const NODE: &str = "/node";

/// One segment of a path, percent-encoded (RFC 3986 §3.3): everything but unreserved characters.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for &b in text.as_bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(b));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(b >> 4)]));
            out.push(char::from(HEX[usize::from(b & 15)]));
        }
    }
    out
}

/// The page of a camera.
pub fn camera(code: &str) -> String {
    format!("{CAMERAS}/{}", segment(code))
}

/// An address with a query; empty values are left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (i, (name, value)) in pairs.iter().filter(|(_, v)| !v.is_empty()).enumerate() {
        out.push(if i == 0 { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        out.push_str(&segment(value));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_any_text() {
        assert_eq!(camera("79.760-0001"), "/cameras/79.760-0001");
        assert_eq!(camera("a/b?c"), "/cameras/a%2Fb%3Fc");
        assert_eq!(
            with_query("/cameras", &[("q", "chợ & bến"), ("area", "")]),
            "/cameras?q=ch%E1%BB%A3%20%26%20b%E1%BA%BFn"
        );
    }
}
