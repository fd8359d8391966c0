//! What players show to be let in: Basic, Digest (RFC 7616 with MD5 and SHA-256, and as RFC 2617 and 2069 had it), bearer
//! tokens (RFC 6750). Read here, judged by whoever knows the secrets ([`super::Presentations`]).

use super::message::Request;
use base::{Secret, limits};
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;
use tokio::time::{Duration, Instant};

/// What a presentation of the simulation asks of its viewers.
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

/// A way to sign in that a server offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 7616 with SHA-256.
    DigestSha256,
    /// RFC 7616 with MD5, which is what most players know.
    DigestMd5,
    /// RFC 7617.
    Basic,
}

/// What a player has shown with a request.
#[derive(Clone, Debug)]
pub enum Shown {
    /// Nothing at all.
    Nothing,
    /// A name and a secret, as they are.
    Basic {
        /// User name.
        username: String,
        /// Password or token.
        password: Secret,
    },
    /// A token: in the header, or as `token` in the address.
    Bearer(Secret),
    /// An answer to this connection's nonce.
    Digest(Box<DigestAnswer>),
    /// Something that cannot be read, or an answer to another question.
    Unreadable,
}

/// An answer by Digest, already held against nonce, realm and address.
#[derive(Clone)]
pub struct DigestAnswer {
    /// User name, as the player gave it.
    pub username: String,
    sha256: bool,
    /// Between H(A1) and H(A2), with its colons.
    middle: String,
    /// H(A2).
    ha2: String,
    response: String,
}

impl std::fmt::Debug for DigestAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DigestAnswer({})", self.username)
    }
}

impl DigestAnswer {
    /// Was it made with these keys (H(A1), hex, by MD5 and by SHA-256)?
    pub fn fits(&self, md5: &str, sha256: &str) -> bool {
        let ha1 = if self.sha256 { sha256 } else { md5 };
        // An absent key makes as much work and fits nothing.
        let whole = format!("{ha1}:{}:{}", self.middle, self.ha2);
        same(&self.response, &hash(self.sha256, &whole)) & !ha1.is_empty()
    }
}

fn same(a: &str, b: &str) -> bool {
    bool::from(a.as_bytes().ct_eq(b.as_bytes()))
}

fn hash(sha256: bool, text: &str) -> String {
    if sha256 { hex(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref()) } else { md5_hex(text) }
}

/// The challenge of one connection (RFC 7616 §3.3): of no use on any other, and for a while only.
pub(super) struct Nonce {
    now: String,
    before: String,
    since: Instant,
}

impl Nonce {
    pub fn new(random: String) -> Self {
        Self { now: random, before: String::new(), since: Instant::now() }
    }
    /// Is it too old for another answer?
    pub fn is_old(&self, age: Duration) -> bool {
        age >= limits::RTSP_NONCE_LIFE
    }
    /// How long it has been in use.
    pub fn age(&self) -> Duration {
        self.since.elapsed()
    }
    /// The next one.
    pub fn renew(&mut self, random: String) {
        let before = std::mem::replace(&mut self.now, random);
        (self.before, self.since) = (before, Instant::now());
    }
    /// The challenge's header values, the one preferred first (players that know one only take the last they know).
    pub fn challenges(&self, schemes: &[Scheme], stale: bool) -> Vec<String> {
        let stale = if stale { ", stale=true" } else { "" };
        let digest = |algorithm: &str, more: &str| {
            format!(r#"Digest realm="{REALM}", nonce="{}", algorithm={algorithm}{more}{stale}"#, self.now)
        };
        schemes
            .iter()
            .map(|s| match s {
                Scheme::DigestSha256 => digest("SHA-256", r#", qop="auth""#),
                Scheme::DigestMd5 => digest("MD5", ""),
                Scheme::Basic => format!(r#"Basic realm="{REALM}""#),
            })
            .collect()
    }
}

/// What the request shows; true: it answers a nonce that has been renewed, and may try again.
pub(super) fn shown(request: &Request, nonce: &Nonce) -> (Shown, bool) {
    let Some(header) = request.header("Authorization") else { return (Shown::Nothing, false) };
    let unreadable = (Shown::Unreadable, false);
    let Some((scheme, rest)) = header.split_once(' ') else { return unreadable };
    if scheme.eq_ignore_ascii_case("Bearer") {
        return (Shown::Bearer(Secret::new(rest.trim().to_owned())), false);
    }
    if scheme.eq_ignore_ascii_case("Basic") {
        let pair = unbase64(rest.trim()).and_then(|b| String::from_utf8(b).ok());
        let pair = pair.as_deref().and_then(|p| p.split_once(':'));
        return pair.map_or(unreadable, |(name, password)| {
            (Shown::Basic { username: name.to_owned(), password: Secret::new(password.to_owned()) }, false)
        });
    }
    if !scheme.eq_ignore_ascii_case("Digest") {
        return unreadable;
    }
    let fields = parameters(rest);
    let field = |name: &str| fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map_or("", |(_, v)| v.as_str());
    let sha256 = match field("algorithm").to_ascii_uppercase().as_str() {
        "" | "MD5" => false,
        "SHA-256" => true,
        _ => return unreadable,
    };
    // The digest covers the address: one made for another presentation does not open this one.
    let address = |text: &str| text.trim_end_matches('/').to_owned();
    if field("realm") != REALM || address(field("uri")) != address(&request.uri) {
        return unreadable;
    }
    let theirs = field("nonce");
    if !same(theirs, &nonce.now) {
        return (Shown::Unreadable, !nonce.before.is_empty() && same(theirs, &nonce.before));
    }
    let middle = match field("qop") {
        "" if sha256 => return unreadable,
        "" => theirs.to_owned(),
        "auth" => format!("{theirs}:{}:{}:auth", field("nc"), field("cnonce")),
        _ => return unreadable,
    };
    let answer = DigestAnswer {
        username: field("username").to_owned(),
        sha256,
        middle,
        ha2: hash(sha256, &format!("{}:{}", request.method, field("uri"))),
        response: field("response").to_ascii_lowercase(),
    };
    (Shown::Digest(Box::new(answer)), false)
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

/// Bytes of Base64, padded or not; `None` if it is none.
fn unbase64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0u32, 0u32);
    for c in text.bytes() {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(digit)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
        }
    }
    Some(out)
}

/// Does it show what `access` asks for?
pub(crate) fn admits(access: &Access, shown: &Shown) -> bool {
    let Access::Password { username, password } = access else { return true };
    match shown {
        Shown::Basic { username: name, password: sent } => {
            same(name, username) & same(sent.expose(), password.expose())
        }
        Shown::Digest(answer) => {
            let a1 = format!("{username}:{REALM}:{}", password.expose());
            same(&answer.username, username) & answer.fits(&md5_hex(&a1), &hash(true, &a1))
        }
        Shown::Nothing | Shown::Bearer(_) | Shown::Unreadable => false,
    }
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

    /// Digest as a player makes it.
    fn answer(algorithm: &str, qop: &str, password: &str, uri: &str, nonce: &str) -> String {
        let sha256 = algorithm == "SHA-256";
        let ha1 = hash(sha256, &format!("admin:{REALM}:{password}"));
        let ha2 = hash(sha256, &format!("DESCRIBE:{uri}"));
        let middle = if qop.is_empty() { nonce.to_owned() } else { format!("{nonce}:00000001:c1:{qop}") };
        let response = hash(sha256, &format!("{ha1}:{middle}:{ha2}"));
        let more = if qop.is_empty() { String::new() } else { format!(r#", qop={qop}, nc=00000001, cnonce="c1""#) };
        format!(
            r#"Digest username="admin", realm="{REALM}", nonce="{nonce}", uri="{uri}", algorithm={algorithm}, response="{response}"{more}"#
        )
    }
    fn opens(authorization: &str) -> bool {
        admits(&locked(), &shown(&asked(authorization), &Nonce::new("n".into())).0)
    }

    #[test]
    fn the_right_password_opens_and_nothing_else_does() {
        assert!(admits(&Access::Open, &Shown::Nothing));
        let basic = |p: &str| format!("Basic {}", base64(format!("admin:{p}").as_bytes()));
        assert!(opens(&basic("mật khẩu")) && !opens(&basic("mat khau")));
        let here = "rtsp://10.0.0.1/cam1/main";
        for (algorithm, qop) in [("MD5", ""), ("MD5", "auth"), ("SHA-256", "auth")] {
            assert!(opens(&answer(algorithm, qop, "mật khẩu", here, "n")), "{algorithm} {qop}");
            assert!(!opens(&answer(algorithm, qop, "sai", here, "n")));
            assert!(!opens(&answer(algorithm, qop, "mật khẩu", here, "old")), "another nonce");
            let other = "rtsp://10.0.0.1/cam2/main";
            assert!(!opens(&answer(algorithm, qop, "mật khẩu", other, "n")), "another address");
        }
        assert!(!opens(&answer("SHA-256", "", "mật khẩu", here, "n")), "RFC 7616 wants a qop");
        assert!(!opens(&answer("MD5-sess", "auth", "mật khẩu", here, "n")));
        assert!(!opens("Bearer x") && !opens(""));
    }

    #[test]
    fn absent_keys_fit_no_answer() {
        let here = "rtsp://10.0.0.1/cam1/main";
        let (given, _) = shown(&asked(&answer("MD5", "", "x", here, "n")), &Nonce::new("n".into()));
        let Shown::Digest(mut given) = given else { panic!("a digest") };
        assert!(!given.fits("", ""));
        given.response = hash(false, &format!(":{}:{}", given.middle, given.ha2));
        assert!(!given.fits("", ""), "not even one that was made without a key");
    }

    #[test]
    fn an_old_nonce_is_renewed_and_only_the_last_one_may_try_again() {
        let mut nonce = Nonce::new("n".into());
        assert!(!nonce.is_old(Duration::from_secs(10)) && nonce.is_old(limits::RTSP_NONCE_LIFE));
        nonce.renew("m".into());
        let here = "rtsp://10.0.0.1/cam1/main";
        let stale = |n: &str, nonce: &Nonce| shown(&asked(&answer("MD5", "", "mật khẩu", here, n)), nonce).1;
        assert!(stale("n", &nonce) && !stale("x", &nonce) && !stale("m", &nonce));
        let texts = nonce.challenges(&[Scheme::DigestSha256, Scheme::DigestMd5, Scheme::Basic], true);
        assert!(texts[0].contains("SHA-256") && texts[1].contains(r#"nonce="m""#) && texts[1].contains("stale=true"));
        assert_eq!(texts[2], r#"Basic realm="Mat Luoi""#);
        nonce.renew("o".into());
        assert!(!stale("n", &nonce));
    }

    proptest! {
        #[test]
        fn base64_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            prop_assert_eq!(unbase64(&base64(&bytes)), Some(bytes));
        }
        #[test]
        fn garbage_opens_nothing(text in "\\PC{0,80}") {
            for scheme in ["", "Digest ", "Basic ", "Bearer "] {
                let header = format!("{scheme}{text}");
                prop_assert!(!opens(&header));
            }
        }
    }
}
