//! Addresses that come back from outside (`next=`): only places on this node, so that no sign-in ends elsewhere.

/// Longest way back.
const LOCAL_BYTES_MAX: usize = 2_048;

/// `text` if it is a path (with query) on this node, as browsers read it; otherwise `None`.
pub fn local(text: &str) -> Option<String> {
    // Browsers read "\" as "/", drop tabs and line ends, and take "//host" for another host.
    let plain = text.len() <= LOCAL_BYTES_MAX
        && text.starts_with('/')
        && !text.starts_with("//")
        && !text.bytes().any(|b| b == b'\\' || b.is_ascii_control());
    if !plain {
        return None;
    }
    let base = url::Url::parse("http://node.invalid/").ok()?;
    let joined = base.join(text).ok()?;
    if joined.origin() != base.origin() || joined.path().starts_with("//") {
        return None;
    }
    Some(match joined.query() {
        Some(query) => format!("{}?{query}", joined.path()),
        None => joined.path().to_owned(),
    })
}

/// Where to go after signing in: a page of this node, `/` otherwise.
pub fn after_sign_in(next: &str) -> String {
    let no_page = ["/api/", "/whep/", "/ws/", "/assets/", "/sign-", "/setup", "/language", "/theme"];
    local(next).filter(|n| !no_page.iter().any(|p| n.starts_with(p))).unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elsewhere_is_refused() {
        for bad in [
            "",
            "live",
            "//evil.example/",
            "/\\evil.example",
            "\\\\evil",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            "/.//evil.example",
            "/x/..//evil.example",
            "/\u{0}",
        ] {
            assert_eq!(local(bad), None, "{bad:?}");
        }
        assert_eq!(local("/cameras?q=a b&c=ế").as_deref(), Some("/cameras?q=a%20b&c=%E1%BA%BF"));
        assert_eq!(after_sign_in("/sign-out"), "/");
        assert_eq!(after_sign_in("/live?grid=4"), "/live?grid=4");
        assert_eq!(after_sign_in("/api/v1/cameras"), "/");
    }

    proptest! {
        #[test]
        fn whatever_is_kept_stays_on_this_node(text in "[/\\\\.:a-z@?#\\t %]{0,40}") {
            if let Some(kept) = local(&text) {
                let base = url::Url::parse("https://node.invalid/x").expect("URL");
                let there = base.join(&kept).expect("joins");
                prop_assert_eq!(there.host_str(), Some("node.invalid"));
                prop_assert!(kept.bytes().all(|b| b.is_ascii_graphic()), "fit for a header");
            }
        }
    }
}
