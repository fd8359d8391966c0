//! Passwords that some makers have in the path or query of an RTSP address: found, taken out, a place left for them.
//!
//! `rtsp://10.0.0.5/user=admin&password=geheim&channel=1` is kept as `…&password=$PASSWORD&channel=1`, the password sealed
//! as any other; `media` puts it back when it connects. Not here: user and password before the host (`address`).

use base::{PASSWORD_PLACE, Secret};

/// Names under which makers carry a password.
const NAMES: [&str; 6] = ["password", "passwd", "passwort", "pwd", "pass", "psw"];

/// An address's path and query with every password replaced by [`PASSWORD_PLACE`], and what stood there.
pub(crate) fn without_passwords(rest: &str) -> (String, Vec<Secret>) {
    let (mut out, mut found, mut at) = (String::with_capacity(rest.len()), Vec::new(), 0);
    while let Some(value) = next_value(rest, at) {
        let (start, end) = value;
        out.push_str(rest.get(at..start).unwrap_or(""));
        let text = rest.get(start..end).unwrap_or("");
        if text == PASSWORD_PLACE || text.is_empty() {
            out.push_str(text);
        } else {
            found.push(Secret::new(super::percent_decoded(text).unwrap_or_else(|| text.to_owned())));
            out.push_str(PASSWORD_PLACE);
        }
        at = end;
    }
    out.push_str(rest.get(at..).unwrap_or(""));
    (out, found)
}

/// Where the next password stands: from behind its `=` to the next separator.
fn next_value(rest: &str, from: usize) -> Option<(usize, usize)> {
    let lower = rest.to_ascii_lowercase();
    let mut at = from;
    while let Some(found) = lower.get(at..)?.find('=') {
        let equals = at + found;
        let name_start = lower.get(..equals)?.rfind(['/', '?', '&', ';', '_', ',']).map_or(0, |i| i + 1);
        let start = equals + 1;
        if name_start >= from.min(equals) && NAMES.contains(&lower.get(name_start..equals)?) {
            return Some((start, start + value_length(lower.get(start..)?)));
        }
        at = start;
    }
    None
}

/// Up to `&`, `;`, `?`, `/`, or to a `_name=` (as in `user=admin_password=x_channel=1`): a `_` alone may be part of the
/// password.
fn value_length(text: &str) -> usize {
    let hard = text.find(['&', ';', '?', '/']).unwrap_or(text.len());
    let inside = text.get(..hard).unwrap_or("");
    let is_name = |t: &str| {
        let name = t.split('=').next().unwrap_or("");
        t.contains('=') && !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic())
    };
    inside.match_indices('_').find(|(i, _)| inside.get(i + 1..).is_some_and(is_name)).map_or(hard, |(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn makers_ways() {
        let p = PASSWORD_PLACE;
        let table = [
            ("/user=admin&password=tlJwpbo6&channel=1&stream=0.sdp?real_stream", "tlJwpbo6"),
            ("/user=admin_password=tl_Jwpbo6_channel=1_stream=0.sdp?real_stream", "tl_Jwpbo6"),
            ("/live?username=admin&pwd=a%40b", "a@b"),
            ("/cam/realmonitor?channel=1;passwd=x1", "x1"),
            ("/LIVE?PASSWORD=Abc", "Abc"),
        ];
        for (text, password) in table {
            let (kept, found) = without_passwords(text);
            assert_eq!(found.iter().map(Secret::expose).collect::<Vec<_>>(), [password], "{text}");
            assert!(kept.contains(p) && !kept.contains(password), "{kept}");
            // What is kept is read again as it stands.
            assert_eq!(without_passwords(&kept).0, kept);
            assert!(without_passwords(&kept).1.is_empty());
        }
    }

    #[test]
    fn what_is_no_password_stays() {
        for text in
            ["/Streaming/Channels/101", "/compass=north", "/x?bypass=1", "/a?user=admin&channel=2", "/p?pass=", "=", ""]
        {
            assert_eq!(without_passwords(text).0, text);
            assert!(without_passwords(text).1.is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_else_is_touched(text in "[a-z/?&;_=é%$0-9]{0,60}") {
            let (kept, found) = without_passwords(&text);
            if found.is_empty() {
                prop_assert_eq!(&kept, &text);
            }
            prop_assert!(without_passwords(&kept).1.is_empty());
        }
    }
}
