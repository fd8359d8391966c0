//! Who may play: Basic and Digest authentication (RFC 2617, MD5), as cameras do it.

use super::message::Request;
use base::Secret;
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

/// What a presentation asks of its viewers.
#[derive(Clone, Debug)]
pub enum Access {
    /// Nothing.
    Open,
    /// This user name and password.
    Password {
        /// User name.
        username: String,
        /// Password.
        password: Secret,
    },
}

/// The realm that clients show.
pub(super) const REALM: &str = "Mat Luoi";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn md5_hex(text: &str) -> String {
    hex(&Md5::digest(text.as_bytes()))
}

/// Base64 (RFC 4648 §4), with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let n = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            let digit = DIGITS[(n >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// Does the request show what `access` asks for? `nonce` is the one that this connection was given.
pub(super) fn admits(access: &Access, request: &Request, nonce: &str) -> bool {
    let Access::Password { username, password } = access else { return true };
    let Some((scheme, rest)) = request.header("Authorization").and_then(|a| a.split_once(' ')) else { return false };
    let same = |a: &str, b: &str| bool::from(a.as_bytes().ct_eq(b.as_bytes()));
    if scheme.eq_ignore_ascii_case("Basic") {
        return same(rest.trim(), &base64(format!("{username}:{}", password.expose()).as_bytes()));
    }
    if !scheme.eq_ignore_ascii_case("Digest") {
        return false;
    }
    let fields = parameters(rest);
    let field = |name: &str| fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map_or("", |(_, v)| v.as_str());
    if !same(field("username"), username) || field("realm") != REALM || !same(field("nonce"), nonce) {
        return false;
    }
    // The digest covers the address: one made for another presentation does not open this one.
    if field("uri") != request.uri {
        return false;
    }
    let ha1 = md5_hex(&format!("{username}:{REALM}:{}", password.expose()));
    let ha2 = md5_hex(&format!("{}:{}", request.method, field("uri")));
    let wanted = if field("qop").is_empty() {
        md5_hex(&format!("{ha1}:{nonce}:{ha2}"))
    } else {
        md5_hex(&format!("{ha1}:{nonce}:{}:{}:{}:{ha2}", field("nc"), field("cnonce"), field("qop")))
    };
    same(&field("response").to_ascii_lowercase(), &wanted)
}

/// `name="value", name=value …`.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        out.push((name.trim_matches([' ', ',', '\t']).to_owned(), value.trim().to_owned()));
        rest = next;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(authorization: &str) -> Request {
        Request {
            method: "DESCRIBE".into(),
            uri: "rtsp://10.0.0.1/cam1/main".into(),
            headers: vec![("Authorization".into(), authorization.into())],
        }
    }
    fn locked() -> Access {
        Access::Password { username: "admin".into(), password: Secret::new("mật khẩu".to_owned()) }
    }

    #[test]
    fn base64_pads_as_it_should() {
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|s| base64(s.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
    }

    #[test]
    fn the_right_password_opens_and_nothing_else_does() {
        assert!(admits(&Access::Open, &asked(""), "n"));
        let basic = |p: &str| format!("Basic {}", base64(format!("admin:{p}").as_bytes()));
        assert!(admits(&locked(), &asked(&basic("mật khẩu")), "n"));
        assert!(!admits(&locked(), &asked(&basic("mat khau")), "n"));
        let digest = |p: &str, uri: &str, nonce: &str| {
            let ha1 = md5_hex(&format!("admin:{REALM}:{p}"));
            let response = md5_hex(&format!("{ha1}:{nonce}:{}", md5_hex(&format!("DESCRIBE:{uri}"))));
            format!(r#"Digest username="admin", realm="{REALM}", nonce="{nonce}", uri="{uri}", response="{response}""#)
        };
        let here = "rtsp://10.0.0.1/cam1/main";
        assert!(admits(&locked(), &asked(&digest("mật khẩu", here, "n")), "n"));
        assert!(!admits(&locked(), &asked(&digest("sai", here, "n")), "n"));
        assert!(!admits(&locked(), &asked(&digest("mật khẩu", here, "old")), "n"), "another nonce");
        assert!(
            !admits(&locked(), &asked(&digest("mật khẩu", "rtsp://10.0.0.1/cam2/main", "n")), "n"),
            "another address"
        );
        assert!(!admits(&locked(), &asked("Bearer x"), "n") && !admits(&locked(), &asked(""), "n"));
    }

    proptest! {
        #[test]
        fn garbage_opens_nothing(text in "\\PC{0,80}") {
            prop_assert!(!admits(&locked(), &asked(&text), "n"));
            let digest = format!("Digest {text}");
            prop_assert!(!admits(&locked(), &asked(&digest), "n"));
        }
    }
}
