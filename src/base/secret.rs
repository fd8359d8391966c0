//! Secrets: camera passwords, keys, tokens. Without `Debug` contents and without `Serialize`, so that they cannot slip
//! into a log, a page, an API answer or a federation message (invariant 7); wiped from memory when dropped.

use zeroize::Zeroizing;

/// Stands in a camera's address where its password belongs (some makers have it in the path or query); `media` puts the
/// password there when it connects, nobody else does.
pub const PASSWORD_PLACE: &str = "$PASSWORD";

/// A secret text. Compare with care: use a constant-time comparison of [`Secret::expose`].
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of the text.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
    /// The text itself. Every caller is a place to look at in a review.
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// Nothing in it?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn debug_hides_it() {
        assert_eq!(format!("{:?}", super::Secret::new("mật khẩu".into())), "Secret(…)");
    }
}
