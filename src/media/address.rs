//! Which addresses count as cameras: reading a camera's URL, resolving its name, checking the allowed networks.
//!
//! Here is the only way from text to a socket address of a camera. Every connection goes through [`resolve`] anew, and
//! the RTSP client is then given the checked IP literal, so that a name cannot change its mind between check and use
//! (DNS rebinding). Not here: connecting (`ingest`), which networks are allowed (the node file).

use crate::StreamFault;
use base::{PASSWORD_PLACE, Secret, limits};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::Url;

/// The port that `rtsp://` means when none is given (RFC 2326 §3.2).
pub const RTSP_PORT: u16 = 554;

/// The networks in which cameras may be. There is no other way to make the node connect anywhere.
#[derive(Clone, Debug, Default)]
pub struct AllowedNetworks(Vec<IpNet>);

impl AllowedNetworks {
    /// Exactly these.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }
    /// May the node connect there? IPv4-mapped IPv6 addresses count as IPv4; multicast, broadcast and unspecified
    /// addresses never do; link-local ones (169.254/16 carries the metadata services of clouds) only if a network names
    /// them, not by a wide one such as 0.0.0.0/0. IPv6 addresses that carry an IPv4 address through a translator (NAT64,
    /// 6to4) count as both.
    pub fn allows(&self, address: IpAddr) -> bool {
        let a = address.to_canonical();
        let never = a.is_multicast()
            || a.is_unspecified()
            || matches!(a, IpAddr::V4(v) if v.is_broadcast() || v.octets()[0] == 0);
        let inside = self.0.iter().any(|n| n.contains(&a) && (!is_link_local(a) || is_link_local(n.network())));
        !never && inside && carried_ipv4(a).is_none_or(|v4| self.allows(IpAddr::V4(v4)))
    }
}

fn is_link_local(a: IpAddr) -> bool {
    match a {
        IpAddr::V4(v) => v.is_link_local(),
        IpAddr::V6(v) => v.is_unicast_link_local(),
    }
}

/// The IPv4 address inside a NAT64 (RFC 6052) or 6to4 (RFC 3056) address.
fn carried_ipv4(a: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v) = a else { return None };
    match v.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, h, l] | [0x2002, h, l, ..] => {
            Some(Ipv4Addr::from(u32::from(h) << 16 | u32::from(l)))
        }
        _ => None,
    }
}

/// A camera's URL taken apart.
#[derive(Clone, Debug)]
pub struct CameraUrl {
    /// Without user and password.
    pub url: Url,
    /// Host as written: a name or an IP literal, without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// User name that stood in the URL.
    pub username: Option<String>,
    /// Password that stood in the URL.
    pub password: Option<Secret>,
}

impl CameraUrl {
    /// Reads `rtsp://[user[:password]@]host[:port]/path`.
    ///
    /// # Errors
    /// [`StreamFault::BadAddress`] or [`StreamFault::Tls`] (for `rtsps://`); neither repeats user or password.
    pub fn parse(text: &str) -> Result<Self, StreamFault> {
        let text = text.trim();
        let bad = |why: &str| StreamFault::BadAddress(why.to_owned());
        if text.len() > limits::URL_BYTES_MAX {
            return Err(bad("longer than 2048 bytes"));
        }
        if text.chars().any(char::is_control) {
            return Err(bad("control characters"));
        }
        let mut url = Url::parse(text).map_err(|e| StreamFault::BadAddress(e.to_string()))?;
        match url.scheme() {
            "rtsp" => {}
            "rtsps" | "rtspsu" => return Err(StreamFault::Tls),
            // Not repeated: of "admin:12345@10.0.0.1" the scheme would be the user name.
            _ => return Err(bad("it must begin with rtsp://")),
        }
        let port = url.port().unwrap_or(RTSP_PORT);
        if port == 0 {
            return Err(bad("port 0"));
        }
        let host = match url.host() {
            Some(url::Host::Domain(h)) => h.to_owned(),
            Some(url::Host::Ipv4(v)) => v.to_string(),
            Some(url::Host::Ipv6(v)) => v.to_string(),
            None => return Err(bad("no host")),
        };
        check_host(&host)?;
        let username = Some(unescape(url.username())).filter(|u| !u.is_empty());
        let password = url.password().map(unescape).filter(|p| !p.is_empty()).map(Secret::new);
        if url.set_username("").is_err() || url.set_password(None).is_err() {
            return Err(bad("no host"));
        }
        url.set_fragment(None);
        Ok(Self { url, host, port, username, password })
    }

    /// The same URL with a checked IP literal as its host, and the password in path or query where its place is
    /// ([`PASSWORD_PLACE`]). For connecting only: never shown, never logged.
    ///
    /// # Errors
    /// [`StreamFault::BadAddress`], should the URL not take it.
    pub fn at(&self, address: SocketAddr, password: Option<&Secret>) -> Result<Url, StreamFault> {
        let mut url = self.url.clone();
        let password = password.map_or("", Secret::expose);
        if let Some(path) = filled(url.path(), password) {
            url.set_path(&path);
        }
        if let Some(query) = url.query().and_then(|q| filled(q, password)) {
            url.set_query(Some(&query));
        }
        let bad = || StreamFault::BadAddress("host".to_owned());
        url.set_ip_host(address.ip()).map_err(|()| bad())?;
        url.set_port(Some(address.port())).map_err(|()| bad())?;
        Ok(url)
    }
}

/// The text with the password at its place; `None` if it has no such place. Everything but unreserved characters is
/// percent-encoded (RFC 3986 §2.1).
fn filled(text: &str, password: &str) -> Option<String> {
    if !text.contains(PASSWORD_PLACE) {
        return None;
    }
    let encode = |b: u8| match b {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
        other => format!("%{other:02X}"),
    };
    Some(text.replace(PASSWORD_PLACE, &password.bytes().map(encode).collect::<String>()))
}

/// Percent-decoding (RFC 3986 §2.1); what is not UTF-8 afterwards is replaced.
fn unescape(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let pair = tail.first_chunk::<2>().filter(|_| *first == b'%');
        let value = pair.and_then(|p| std::str::from_utf8(p).ok()).and_then(|p| u8::from_str_radix(p, 16).ok());
        out.push(value.unwrap_or(*first));
        rest = if value.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// An IP literal in its one usual form, or a host name of letters, digits, `-`, `_` and `.`. Refuses what other programs
/// read as an IPv4 address in disguise (`2130706433`, `0x7f.1`, `127.1`, `010.0.0.1`).
fn check_host(host: &str) -> Result<(), StreamFault> {
    if host.parse::<IpAddr>().is_ok() {
        return Ok(());
    }
    let bad = |why: &str| Err(StreamFault::BadAddress(why.to_owned()));
    let name = host.strip_suffix('.').unwrap_or(host);
    let label =
        |l: &str| (1..=63).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if name.len() > 253 || !name.split('.').all(label) {
        return bad("the host is neither an IP address nor a host name in ASCII");
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    if last.bytes().all(|b| b.is_ascii_digit()) || hex.is_some_and(|h| h.bytes().all(|b| b.is_ascii_hexdigit())) {
        return bad("an IPv4 address must be four decimal numbers, for example 192.168.1.64");
    }
    Ok(())
}

/// Resolves a host and checks what it resolves to. A name may have several addresses: the first allowed one is taken,
/// IPv4 before IPv6.
///
/// Names come from `/etc/hosts` and the servers of `/etc/resolv.conf`, read anew each time; the C library is not asked
/// (its resolver does not work in a static binary).
///
/// # Errors
/// [`StreamFault::BadAddress`], [`StreamFault::NameNotFound`], [`StreamFault::AddressNotAllowed`].
pub async fn resolve(host: &str, port: u16, networks: &AllowedNetworks) -> Result<SocketAddr, StreamFault> {
    let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    check_host(host)?;
    let found = match host.parse::<IpAddr>() {
        Ok(ip) => vec![ip],
        Err(_) => addresses_of(host).await,
    };
    choose(host, &found, networks).map(|ip| SocketAddr::new(ip, port))
}

fn choose(host: &str, found: &[IpAddr], networks: &AllowedNetworks) -> Result<IpAddr, StreamFault> {
    let mut found: Vec<IpAddr> = found.iter().map(|a| a.to_canonical()).collect();
    found.sort_by_key(IpAddr::is_ipv6);
    match (found.iter().find(|a| networks.allows(**a)), found.first()) {
        (Some(ip), _) => Ok(*ip),
        (None, Some(ip)) => Err(StreamFault::AddressNotAllowed(ip.to_string())),
        (None, None) => Err(StreamFault::NameNotFound(host.to_owned())),
    }
}

async fn addresses_of(name: &str) -> Vec<IpAddr> {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        // RFC 6761 §6.3: never asked of a server.
        return vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    }
    let hosts = tokio::task::spawn_blocking(|| std::fs::read_to_string("/etc/hosts")).await;
    let hosts = hosts.ok().and_then(Result::ok).unwrap_or_default();
    let listed = in_hosts_file(&hosts, &name);
    if !listed.is_empty() {
        return listed;
    }
    match ask_servers(&name).await {
        Ok(found) => found,
        Err(error) => {
            tracing::debug!(%name, %error, "name not resolved");
            Vec::new()
        }
    }
}

async fn ask_servers(name: &str) -> Result<Vec<IpAddr>, hickory_resolver::net::NetError> {
    let mut builder = hickory_resolver::TokioResolver::builder_tokio()?;
    builder.options_mut().use_hosts_file = hickory_resolver::config::ResolveHosts::Never;
    builder.options_mut().cache_size = 16;
    Ok(builder.build()?.lookup_ip(name).await?.iter().take(16).collect())
}

/// The addresses of a name in the text of a hosts file (hosts(5)).
fn in_hosts_file(text: &str, name: &str) -> Vec<IpAddr> {
    text.lines()
        .filter_map(|line| {
            let mut words = line.split('#').next()?.split_ascii_whitespace();
            let address = words.next()?.parse().ok()?;
            words.any(|w| w.eq_ignore_ascii_case(name)).then_some(address)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn networks(list: &[&str]) -> AllowedNetworks {
        AllowedNetworks::new(list.iter().map(|n| n.parse().expect("a network")).collect())
    }

    #[test]
    fn addresses_against_networks() {
        let private: &[&str] = &["10.0.0.0/8", "192.168.0.0/16", "fd00::/8"];
        let everything: &[&str] = &["0.0.0.0/0", "::/0"];
        let table: &[(&[&str], &str, bool)] = &[
            (private, "10.1.2.3", true),
            (private, "192.168.1.64", true),
            (private, "fd12::1", true),
            (private, "::ffff:10.1.2.3", true),
            (private, "::ffff:127.0.0.1", false),
            (private, "127.0.0.1", false),
            (private, "::1", false),
            (private, "172.16.0.1", false),
            (private, "8.8.8.8", false),
            (&["127.0.0.0/8"], "127.0.0.1", true),
            (&["127.0.0.0/8"], "::ffff:7f00:1", true),
            (everything, "8.8.8.8", true),
            (everything, "169.254.169.254", false),
            (everything, "::ffff:169.254.169.254", false),
            (everything, "64:ff9b::a9fe:a9fe", false),
            (everything, "2002:a9fe:a9fe::1", false),
            (everything, "fe80::1", false),
            (&["169.254.7.0/24"], "169.254.7.9", true),
            (&["169.254.7.0/24"], "169.254.169.254", false),
            (&["fe80::/10"], "fe80::1", true),
            (&["::/0"], "64:ff9b::a00:1", false),
            (everything, "0.0.0.0", false),
            (everything, "0.1.2.3", false),
            (everything, "::", false),
            (everything, "255.255.255.255", false),
            (everything, "239.1.2.3", false),
            (everything, "ff02::1", false),
            (&[], "10.1.2.3", false),
        ];
        for (list, address, want) in table {
            assert_eq!(networks(list).allows(address.parse().expect("an address")), *want, "{address} in {list:?}");
        }
    }

    #[test]
    fn urls_as_people_and_attackers_write_them() {
        let good = [
            ("rtsp://10.0.0.1/a", "10.0.0.1", 554),
            (" RTSP://10.0.0.1:8554/a?x=1 ", "10.0.0.1", 8554),
            ("rtsp://[fd00::1]:554/a", "fd00::1", 554),
            ("rtsp://cam-1.quan1.lan/a", "cam-1.quan1.lan", 554),
            ("rtsp://user:p%40ss@10.0.0.1/a", "10.0.0.1", 554),
            // The last @ ends the userinfo: the host is what stands behind it.
            ("rtsp://10.0.0.1@evil.lan/a", "evil.lan", 554),
            ("rtsp://10.0.0.1:554@evil.lan/a", "evil.lan", 554),
            ("rtsp://evil.lan#@10.0.0.1/a", "evil.lan", 554),
        ];
        for (text, host, port) in good {
            let u = CameraUrl::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!((u.host.as_str(), u.port), (host, port), "{text}");
            assert!(u.url.username().is_empty() && u.url.password().is_none(), "{text}");
        }
        let bad = [
            "",
            "camera",
            "10.0.0.1:554/a",
            "http://10.0.0.1/",
            "file:///etc/passwd",
            "rtsp:///a",
            "rtsp://",
            "rtsp:a",
            "rtsp://10.0.0.1:0/",
            "rtsp://10.0.0.1:99999/",
            "rtsp://2130706433/",
            "rtsp://0x7f000001/",
            "rtsp://127.1/",
            "rtsp://0177.0.0.1/",
            "rtsp://010.0.0.1/",
            "rtsp://1.2.3.4.5/",
            "rtsp://0x7f.0.0.1/",
            "rtsp://a.0x1/",
            "rtsp://１２７.0.0.1/",
            "rtsp://máy-quay.vn/",
            "rtsp://127。0。0。1/",
            "rtsp://%31%32%37.0.0.1/",
            "rtsp://a b/",
            "rtsp://10.0.0.1\r\nX: y/",
            "rtsp://a..b/",
            "rtsp://[fe80::1%25eth0]/",
            "rtsp://a,b/",
        ];
        for text in bad {
            assert!(matches!(CameraUrl::parse(text), Err(StreamFault::BadAddress(_))), "{text}");
        }
        assert_eq!(CameraUrl::parse("rtsps://10.0.0.1/").err(), Some(StreamFault::Tls));
        let long = format!("rtsp://10.0.0.1/{}", "a".repeat(limits::URL_BYTES_MAX));
        assert!(CameraUrl::parse(&long).is_err());
    }

    #[test]
    fn user_and_password_are_taken_out_and_unescaped() {
        let u = CameraUrl::parse("rtsp://qu%E1%BA%A3n:p%40s%3As%25@10.0.0.1/a").expect("good");
        assert_eq!(u.username.as_deref(), Some("quản"));
        assert_eq!(u.password.map(|p| p.expose().to_owned()).as_deref(), Some("p@s:s%"));
        assert_eq!(u.url.as_str(), "rtsp://10.0.0.1/a");
        let e = CameraUrl::parse("admin:s3cret@10.0.0.1/a").expect_err("no scheme");
        assert!(!format!("{e:?} {}", e.said()).contains("s3cret"));
    }

    #[test]
    fn the_client_gets_the_checked_literal() {
        let u = CameraUrl::parse("rtsp://cam.lan/Streaming/Channels/101?x=1").expect("good");
        let at = |a: &str| u.at(a.parse().expect("address"), None).map(|u| u.to_string());
        assert_eq!(at("10.0.0.1:554").as_deref(), Ok("rtsp://10.0.0.1:554/Streaming/Channels/101?x=1"));
        assert_eq!(at("[fd00::1]:8554").as_deref(), Ok("rtsp://[fd00::1]:8554/Streaming/Channels/101?x=1"));
    }

    #[test]
    fn the_password_is_put_where_its_place_is() {
        let at = |text: &str, password: &str| {
            let u = CameraUrl::parse(text).expect("good");
            let password = Secret::new(password.to_owned());
            u.at("10.0.0.1:554".parse().expect("address"), Some(&password)).map(|u| u.to_string())
        };
        assert_eq!(
            at("rtsp://c/user=a&password=$PASSWORD&channel=1?x", "p&s/ê").as_deref(),
            Ok("rtsp://10.0.0.1:554/user=a&password=p%26s%2F%C3%AA&channel=1?x")
        );
        assert_eq!(at("rtsp://c/live?pwd=$PASSWORD", "abc").as_deref(), Ok("rtsp://10.0.0.1:554/live?pwd=abc"));
        assert_eq!(at("rtsp://c/live", "abc").as_deref(), Ok("rtsp://10.0.0.1:554/live"));
    }

    #[test]
    fn every_address_behind_a_name_is_checked() {
        let n = networks(&["10.0.0.0/8", "fd00::/8"]);
        let ips = |list: &[&str]| list.iter().map(|a| a.parse().expect("address")).collect::<Vec<IpAddr>>();
        assert_eq!(choose("cam", &ips(&["fd00::1", "8.8.8.8", "10.0.0.9"]), &n), Ok(ips(&["10.0.0.9"])[0]));
        assert_eq!(choose("cam", &ips(&["127.0.0.1"]), &n), Err(StreamFault::AddressNotAllowed("127.0.0.1".into())));
        assert_eq!(choose("cam", &[], &n), Err(StreamFault::NameNotFound("cam".into())));
    }

    #[test]
    fn the_hosts_file_is_read_as_written() {
        let text = "127.0.0.1 localhost\n10.0.0.5\tcam1 Cam1.lan # old: cam2\nfd00::5 cam1\nrubbish\n";
        assert_eq!(in_hosts_file(text, "cam1").len(), 2);
        assert_eq!(in_hosts_file(text, "cam1.LAN").len(), 1);
        assert!(in_hosts_file(text, "cam2").is_empty());
    }

    #[tokio::test]
    async fn localhost_is_found_but_only_allowed_where_allowed() {
        let there = resolve("localhost", 554, &networks(&["127.0.0.0/8"])).await;
        assert_eq!(there, Ok("127.0.0.1:554".parse().expect("address")));
        let elsewhere = resolve("localhost", 554, &networks(&["10.0.0.0/8"])).await;
        assert_eq!(elsewhere, Err(StreamFault::AddressNotAllowed("127.0.0.1".into())));
        assert!(matches!(resolve("0x7f.1", 554, &networks(&["127.0.0.0/8"])).await, Err(StreamFault::BadAddress(_))));
    }

    proptest! {
        #[test]
        fn no_text_panics_or_smuggles_a_disallowed_literal(text in "rtsp://[a-z0-9@:.\\[\\]%/?#\\\\]{0,40}") {
            if let Ok(u) = CameraUrl::parse(&text) {
                prop_assert!(check_host(&u.host).is_ok());
                let url = u.at("10.9.8.7:99".parse().expect("address"), None);
                prop_assert!(url.is_ok_and(|u| u.host_str() == Some("10.9.8.7") && u.port() == Some(99)));
            }
        }
    }
}
