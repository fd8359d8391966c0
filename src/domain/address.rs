//! The rule for a camera's address: `rtsp://host[:port]/path`, user and password moved out of it.
//!
//! Not here: which networks are allowed and what a name resolves to (`media` checks at every connection).

#[path = "address_secret.rs"]
mod secret;

use crate::text::FieldFault;
use base::{Said, Secret, limits};
use url::Url;

/// A camera's address taken apart.
#[derive(Clone, Debug)]
pub struct CameraAddress {
    /// `rtsp://host[:port]/path?query`, without user and password; [`base::PASSWORD_PLACE`] where a password stood in path
    /// or query.
    pub url: String,
    /// User name that stood before the host.
    pub username: Option<String>,
    /// Password that stood in it.
    pub password: Option<Secret>,
}

fn fault(field: &'static str, vi: impl Into<String>, en: impl Into<String>) -> FieldFault {
    FieldFault::new(field, Said::new(vi, en))
}

/// Reads an address as a person types it.
///
/// # Errors
/// A fault of `field`; it repeats neither user nor password.
pub fn camera_address(field: &'static str, text: &str) -> Result<CameraAddress, FieldFault> {
    let text = text.trim();
    let max = limits::URL_BYTES_MAX;
    if text.is_empty() {
        return Err(fault(field, "Hãy điền địa chỉ RTSP của camera.", "Fill in the camera's RTSP address."));
    }
    if text.len() > max {
        return Err(fault(
            field,
            format!("Địa chỉ dài quá {max} byte."),
            format!("The address is longer than {max} bytes."),
        ));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(fault(
            field,
            "Địa chỉ có khoảng trắng hoặc ký tự điều khiển; hãy xóa chúng.",
            "The address contains spaces or control characters; remove them.",
        ));
    }
    let form = || {
        fault(
            field,
            "Địa chỉ phải có dạng rtsp://máy[:cổng]/đường-dẫn, ví dụ rtsp://10.0.0.5/stream1.",
            "The address must look like rtsp://host[:port]/path, for example rtsp://10.0.0.5/stream1.",
        )
    };
    let mut url = Url::parse(text).map_err(|_| form())?;
    match url.scheme() {
        "rtsp" => {}
        "rtsps" => {
            return Err(fault(
                field,
                "RTSP qua TLS (rtsps://) chưa được hỗ trợ; hãy dùng rtsp:// trong mạng riêng.",
                "RTSP over TLS (rtsps://) is not supported yet; use rtsp:// within a private network.",
            ));
        }
        _ => return Err(form()),
    }
    let host = url.host_str().unwrap_or("");
    let literal = host.starts_with('[');
    let plain = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if host.is_empty() || host.len() > 253 || !(literal || plain) || url.port() == Some(0) {
        return Err(form());
    }
    if url.fragment().is_some() {
        return Err(fault(
            field,
            "Địa chỉ không được có phần sau dấu #. Nếu mật khẩu có dấu #, hãy điền nó vào ô mật khẩu.",
            "The address must not have a part after #. If the password contains #, enter it in the password field.",
        ));
    }
    let credential = |text: &str| {
        let decoded = percent_decoded(text).filter(|t| !t.chars().any(char::is_control));
        decoded.filter(|t| t.len() <= limits::CREDENTIAL_BYTES_MAX).ok_or_else(|| {
            fault(
                field,
                "Tên hoặc mật khẩu trong địa chỉ không đọc được; hãy điền chúng vào ô riêng.",
                "User name or password within the address cannot be read; enter them in their own fields.",
            )
        })
    };
    let username = Some(url.username()).filter(|u| !u.is_empty()).map(credential).transpose()?;
    let password = url.password().filter(|p| !p.is_empty()).map(credential).transpose()?.map(Secret::new);
    // Both can only fail for addresses without a host, which were refused above.
    if url.set_username("").is_err() || url.set_password(None).is_err() {
        return Err(form());
    }
    // `url` leaves the host of a scheme that it does not know as written; names are compared in small letters.
    if plain {
        let small = host_of(url.as_str()).to_ascii_lowercase();
        let host = small.split(':').next().unwrap_or("").to_owned();
        if url.set_host(Some(&host)).is_err() {
            return Err(form());
        }
    }
    let url = String::from(url);
    let begin = url.len() - rest_of(&url).len();
    let (rest, found) = secret::without_passwords(rest_of(&url));
    let url = format!("{}{rest}", url.get(..begin).unwrap_or(""));
    let mut all = password.into_iter().chain(found);
    let password = all.next();
    if all.any(|other| password.as_ref().is_none_or(|p| p.expose() != other.expose())) {
        return Err(fault(
            field,
            "Địa chỉ mang hai mật khẩu khác nhau; camera chỉ có một. Hãy điền mật khẩu vào ô riêng.",
            "The address carries two different passwords; a camera has one. Enter the password in its own field.",
        ));
    }
    Ok(CameraAddress { url, username, password })
}

/// What follows host and port.
fn rest_of(url: &str) -> &str {
    let authority = url.strip_prefix("rtsp://").unwrap_or(url);
    authority.find(['/', '?', '#']).and_then(|at| authority.get(at..)).unwrap_or("")
}

/// Host and port of an address as it came out of [`camera_address`]: where a password would be sent to.
pub fn host_of(url: &str) -> &str {
    let rest = url.strip_prefix("rtsp://").unwrap_or(url);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or("");
    authority.strip_suffix(":554").unwrap_or(authority)
}

/// `%41` → `A`; `None` if the result is not UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&b, after)) = rest.split_first() {
        let hex = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
        match (b, after) {
            (b'%', [high, low, tail @ ..]) => match (hex(*high), hex(*low)) {
                (Some(h), Some(l)) => {
                    out.push(h << 4 | l);
                    rest = tail;
                    continue;
                }
                _ => out.push(b),
            },
            _ => out.push(b),
        }
        rest = after;
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn good_ones() {
        let table = [
            ("rtsp://10.0.0.5/s1", "rtsp://10.0.0.5/s1", None, None),
            (" RTSP://Cam-1.Quan1.VN:8554/a?b=c ", "rtsp://cam-1.quan1.vn:8554/a?b=c", None, None),
            ("rtsp://admin:p%40ss:w%C3%A9@10.0.0.5/s", "rtsp://10.0.0.5/s", Some("admin"), Some("p@ss:wé")),
            ("rtsp://admin:p@ss@10.0.0.5", "rtsp://10.0.0.5", Some("admin"), Some("p@ss")),
            ("rtsp://[fd00::1]:554/s", "rtsp://[fd00::1]:554/s", None, None),
            ("rtsp://admin:100%@10.0.0.5/", "rtsp://10.0.0.5/", Some("admin"), Some("100%")),
            ("rtsp://h/user=a&password=p%40s&x=1", "rtsp://h/user=a&password=$PASSWORD&x=1", None, Some("p@s")),
            ("rtsp://a:s@h/live?pwd=s", "rtsp://h/live?pwd=$PASSWORD", Some("a"), Some("s")),
            ("rtsp://h/live?pwd=$PASSWORD", "rtsp://h/live?pwd=$PASSWORD", None, None),
        ];
        for (text, url, user, password) in table {
            let a = camera_address("main_url", text).unwrap_or_else(|f| panic!("{text}: {}", f.said));
            assert_eq!((a.url.as_str(), a.username.as_deref()), (url, user), "{text}");
            assert_eq!(a.password.as_ref().map(Secret::expose), password, "{text}");
        }
    }

    #[test]
    fn bad_ones_say_why_without_the_password() {
        let long = format!("rtsp://h/{}", "a".repeat(limits::URL_BYTES_MAX));
        let bad = [
            "",
            "10.0.0.5",
            "http://10.0.0.5/",
            "rtsps://10.0.0.5/",
            "file:///etc/passwd",
            "rtsp:///x",
            "rtsp://",
            "rtsp://u:geheim@h/x#y",
            "rtsp://h h/",
            "rtsp://h\0/",
            "rtsp://h:99999/",
            "rtsp://h:0/",
            "rtsp:h/x",
            "rtsp://u:geheim%ff@h/",
            "rtsp://geheim%00@h/",
            "javascript:alert(1)",
            &long,
            "rtsp://a%00b/",
            "rtsp://a:other@h/?pwd=geheim",
        ];
        for text in bad {
            let fault = camera_address("main_url", text).expect_err(text);
            assert_eq!(fault.field, "main_url");
            assert!(!fault.said.to_string().contains("geheim"), "{text}");
        }
    }

    #[test]
    fn where_a_password_would_go() {
        assert_eq!(host_of("rtsp://h:554/x"), host_of("rtsp://h/y?z"));
        assert_ne!(host_of("rtsp://h:8554/x"), host_of("rtsp://h/x"));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(rtsp://)?[ -~é\u{0}]{0,60}") {
            if let Ok(a) = camera_address("main_url", &text) {
                prop_assert!(a.url.starts_with("rtsp://") && !host_of(&a.url).contains('@'));
                let again = camera_address("main_url", &a.url).map(|b| b.url);
                prop_assert_eq!(again.ok(), Some(a.url));
            }
        }
        #[test]
        fn never_panics_on_anything(text in any::<String>()) {
            let _ = camera_address("main_url", &text);
        }
    }
}
