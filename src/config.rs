//! The node file (TOML): where to listen, where to write, which networks hold cameras.
//!
//! Every key can be overridden by `MATLUOI_SECTION__KEY`. An unknown key is an error that names the nearest known one.
//! Dated policy (deadlines, password rules) is not here but in the store; limits of the machine are in `base::limits`.

use base::{Said, Secret};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Everything a node needs to know of its machine.
#[derive(Clone, Debug)]
pub struct NodeFile {
    /// Data folder.
    pub data_dir: PathBuf,
    /// HTTPS listeners (UI, API, WHEP).
    pub https: Vec<SocketAddr>,
    /// Plain HTTP listeners: loopback only, for programs on the same machine; none by default.
    pub http: Vec<SocketAddr>,
    /// RTSP out, in the clear (Digest only); none: not served.
    pub rtsp: Vec<SocketAddr>,
    /// RTSP out in TLS (RTSPS).
    pub rtsps: Vec<SocketAddr>,
    /// WebRTC, UDP.
    pub webrtc: SocketAddr,
    /// Addresses told to viewers; empty: the machine's own.
    pub public_addresses: Vec<IpAddr>,
    /// Live pictures by TCP too, on the port number of `webrtc`.
    pub webrtc_tcp: bool,
    /// The node's name in addresses; none: every name is answered.
    pub public_host: Option<String>,
    /// A bearer token of its own for `/metrics`; none: tokens of accounts only.
    pub metrics_token: Option<Secret>,
    /// Networks in which cameras may be.
    pub camera_networks: Vec<ipnet::IpNet>,
    /// Own certificate chain (PEM); none: self-signed in the data folder.
    pub tls_certificate: Option<PathBuf>,
    /// Key of [`NodeFile::tls_certificate`] (PEM).
    pub tls_key: Option<PathBuf>,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub log_level: String,
}

/// The node file is wrong; says where and what to do.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("{0}")]
pub struct ConfigError(pub Said);

fn wrong(vi: impl Into<String>, en: impl Into<String>) -> ConfigError {
    ConfigError(Said::new(vi, en))
}

/// Private address space (RFC 1918, RFC 6598, RFC 4193): where a district's cameras are unless it says otherwise.
const DEFAULT_CAMERA_NETWORKS: &[&str] =
    &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/// A shorter token for `/metrics` could be guessed.
const METRICS_TOKEN_CHARS_MIN: usize = 20;

const KNOWN: &[(&str, &str)] = &[
    ("data", "dir"),
    ("listen", "https"),
    ("listen", "http"),
    ("listen", "webrtc"),
    ("rtsp", "enabled"),
    ("rtsp", "listen"),
    ("rtsp", "tls_listen"),
    ("webrtc", "public_addresses"),
    ("webrtc", "tcp"),
    ("web", "public_host"),
    ("metrics", "token"),
    ("cameras", "networks"),
    ("tls", "certificate"),
    ("tls", "key"),
    ("log", "level"),
];

impl NodeFile {
    /// Safe defaults with the data in `data_dir`.
    pub fn defaults(data_dir: PathBuf) -> NodeFile {
        NodeFile {
            data_dir,
            https: vec![SocketAddr::from((Ipv6Addr::UNSPECIFIED, 8443))],
            http: Vec::new(),
            rtsp: vec![SocketAddr::from((Ipv6Addr::UNSPECIFIED, 8554))],
            rtsps: vec![SocketAddr::from((Ipv6Addr::UNSPECIFIED, 8322))],
            webrtc: SocketAddr::from((Ipv6Addr::UNSPECIFIED, 8189)),
            public_addresses: Vec::new(),
            webrtc_tcp: true,
            public_host: None,
            metrics_token: None,
            camera_networks: DEFAULT_CAMERA_NETWORKS.iter().filter_map(|n| n.parse().ok()).collect(),
            tls_certificate: None,
            tls_key: None,
            log_level: "info".to_owned(),
        }
    }

    /// Reads `file` (if given) over the defaults, then the environment over both.
    pub fn load(
        file: Option<&Path>,
        default_data_dir: PathBuf,
        environment: &BTreeMap<String, String>,
    ) -> Result<NodeFile, ConfigError> {
        let mut table = match file {
            None => Table::new(),
            Some(path) => std::fs::read_to_string(path)
                .map_err(|e| {
                    wrong(
                        format!("không đọc được tệp cấu hình {}: {e}", path.display()),
                        format!("cannot read the configuration {}: {e}", path.display()),
                    )
                })?
                .parse::<Table>()
                .map_err(|e| {
                    wrong(
                        format!("{} không phải TOML hợp lệ: {e}", path.display()),
                        format!("{} is not valid TOML: {e}", path.display()),
                    )
                })?,
        };
        overlay(&mut table, environment)?;
        check_keys(&table)?;
        let mut node = NodeFile::defaults(default_data_dir);
        let mut values = Values(&table);
        if let Some(dir) = values.text("data", "dir")? {
            node.data_dir = PathBuf::from(dir);
        }
        if let Some(list) = values.list("listen", "https")? {
            node.https = parse_all("listen.https", &list, "0.0.0.0:8443")?;
        }
        if let Some(list) = values.list("listen", "http")? {
            node.http = parse_all("listen.http", &list, "127.0.0.1:8080")?;
            if let Some(open) = node.http.iter().find(|a| !a.ip().is_loopback()) {
                return Err(wrong(
                    format!(
                        "listen.http {open}: HTTP không mã hóa chỉ phục vụ trên địa chỉ nội máy (mật khẩu sẽ đi qua \
                         mạng ở dạng rõ); hãy dùng listen.https"
                    ),
                    format!(
                        "listen.http {open}: plain HTTP is served on loopback only (passwords would cross the network \
                         in clear); use listen.https"
                    ),
                ));
            }
        }
        if node.https.is_empty() && node.http.is_empty() {
            return Err(wrong(
                "listen.https và listen.http đều trống nên không ai mở được trang; hãy khai báo ít nhất một địa chỉ, \
                 ví dụ listen.https = [\"[::]:8443\"]",
                "listen.https and listen.http are both empty, so nobody could open a page; give at least one address, \
                 for example listen.https = [\"[::]:8443\"]",
            ));
        }
        if let Some(text) = values.text("listen", "webrtc")? {
            node.webrtc = parse_one("listen.webrtc", &text, "0.0.0.0:8189")?;
        }
        if let Some(list) = values.list("rtsp", "listen")? {
            node.rtsp = parse_all("rtsp.listen", &list, "0.0.0.0:8554")?;
        }
        if let Some(list) = values.list("rtsp", "tls_listen")? {
            node.rtsps = parse_all("rtsp.tls_listen", &list, "0.0.0.0:8322")?;
        }
        if values.flag("rtsp", "enabled")? == Some(false) {
            (node.rtsp, node.rtsps) = (Vec::new(), Vec::new());
        }
        if let Some(list) = values.list("webrtc", "public_addresses")? {
            node.public_addresses = parse_all("webrtc.public_addresses", &list, "203.0.113.7")?;
        }
        if let Some(tcp) = values.flag("webrtc", "tcp")? {
            node.webrtc_tcp = tcp;
        }
        if let Some(list) = values.list("cameras", "networks")? {
            node.camera_networks = parse_all("cameras.networks", &list, "10.20.0.0/16")?;
        }
        node.public_host = values.text("web", "public_host")?.filter(|h| !h.is_empty());
        node.metrics_token = match values.text("metrics", "token")? {
            Some(t) if t.len() < METRICS_TOKEN_CHARS_MIN => {
                return Err(wrong(
                    format!("metrics.token: cần ít nhất {METRICS_TOKEN_CHARS_MIN} ký tự ngẫu nhiên"),
                    format!("metrics.token: at least {METRICS_TOKEN_CHARS_MIN} random characters are needed"),
                ));
            }
            token => token.map(Secret::new),
        };
        node.tls_certificate = values.text("tls", "certificate")?.map(PathBuf::from);
        node.tls_key = values.text("tls", "key")?.map(PathBuf::from);
        if node.tls_certificate.is_some() != node.tls_key.is_some() {
            return Err(wrong(
                "tls.certificate và tls.key đi cùng nhau: khai báo cả hai hoặc không khai báo mục nào",
                "tls.certificate and tls.key belong together: give both or neither",
            ));
        }
        if let Some(level) = values.text("log", "level")? {
            if !["error", "warn", "info", "debug", "trace"].contains(&level.as_str()) {
                return Err(wrong(
                    format!("log.level \"{level}\": hãy dùng error, warn, info, debug hoặc trace"),
                    format!("log.level \"{level}\": use error, warn, info, debug or trace"),
                ));
            }
            node.log_level = level;
        }
        Ok(node)
    }
}

/// So far above the demo's pages is its RTSP server.
const DEMO_RTSP_ABOVE: u16 = 474;

/// Addresses of a demo: loopback only.
pub fn demo(data_dir: PathBuf, port: u16) -> NodeFile {
    NodeFile {
        https: Vec::new(),
        http: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))],
        // Beside its own: several demos need not fight for one. 8554 for the usual 8080.
        rtsp: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port.saturating_add(DEMO_RTSP_ABOVE)))],
        rtsps: Vec::new(),
        // Any free port: a demo beside a node, or two demos, must not fight for 8189.
        webrtc: SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
        camera_networks: DEFAULT_CAMERA_NETWORKS
            .iter()
            .chain(&["127.0.0.0/8", "::1/128"])
            .filter_map(|n| n.parse().ok())
            .collect(),
        log_level: "warn".to_owned(),
        ..NodeFile::defaults(data_dir)
    }
}

struct Values<'a>(&'a Table);

impl Values<'_> {
    fn value(&mut self, section: &str, key: &str) -> Option<&Value> {
        self.0.get(section)?.as_table()?.get(key)
    }
    fn text(&mut self, section: &str, key: &str) -> Result<Option<String>, ConfigError> {
        match self.value(section, key) {
            None => Ok(None),
            Some(Value::String(s)) => Ok(Some(s.clone())),
            Some(other) => Err(wrong(
                format!("{section}.{key}: cần chuỗi trong dấu ngoặc kép, nhưng là {}", other.type_str()),
                format!("{section}.{key}: expected text in quotes, found {}", other.type_str()),
            )),
        }
    }
    /// Yes or no; from the environment as a text.
    fn flag(&mut self, section: &str, key: &str) -> Result<Option<bool>, ConfigError> {
        match self.value(section, key) {
            None => Ok(None),
            Some(Value::Boolean(yes)) => Ok(Some(*yes)),
            Some(Value::String(s)) if s == "true" || s == "false" => Ok(Some(s == "true")),
            Some(other) => Err(wrong(
                format!("{section}.{key}: cần true hoặc false, nhưng là {other}"),
                format!("{section}.{key}: expected true or false, found {other}"),
            )),
        }
    }
    /// A list of texts; one text alone counts as a list, with commas between.
    fn list(&mut self, section: &str, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        let fault = || {
            wrong(
                format!("{section}.{key}: cần một danh sách chuỗi, ví dụ [\"…\", \"…\"]"),
                format!("{section}.{key}: expected a list of texts, such as [\"…\", \"…\"]"),
            )
        };
        match self.value(section, key) {
            None => Ok(None),
            Some(Value::String(s)) => {
                Ok(Some(s.split(',').map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect()))
            }
            Some(Value::Array(a)) => {
                a.iter().map(|v| v.as_str().map(str::to_owned).ok_or_else(fault)).collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(fault()),
        }
    }
}

fn parse_one<T: std::str::FromStr>(key: &str, text: &str, expected: &str) -> Result<T, ConfigError> {
    text.parse().map_err(|_| {
        wrong(
            format!("{key}: \"{text}\" không đúng dạng (ví dụ đúng: {expected})"),
            format!("{key}: \"{text}\" is not of the right form (for example: {expected})"),
        )
    })
}

fn parse_all<T: std::str::FromStr>(key: &str, list: &[String], expected: &str) -> Result<Vec<T>, ConfigError> {
    list.iter().map(|t| parse_one(key, t, expected)).collect()
}

/// `MATLUOI_SECTION__KEY=value` overrides `section.key`.
fn overlay(table: &mut Table, environment: &BTreeMap<String, String>) -> Result<(), ConfigError> {
    for (name, value) in environment {
        let Some((section, key)) = name.strip_prefix("MATLUOI_").and_then(|rest| rest.split_once("__")) else {
            continue;
        };
        let (section, key) = (section.to_lowercase(), key.to_lowercase());
        let entry = table.entry(section.clone()).or_insert_with(|| Value::Table(Table::new()));
        let Some(inner) = entry.as_table_mut() else {
            return Err(wrong(
                format!("`{section}` phải là một mục ([{section}]) của tệp cấu hình"),
                format!("`{section}` must be a section ([{section}]) of the configuration"),
            ));
        };
        inner.insert(key, Value::String(value.clone()));
    }
    Ok(())
}

fn check_keys(table: &Table) -> Result<(), ConfigError> {
    for (section, inner) in table {
        let Some(inner) = inner.as_table() else {
            return Err(wrong(
                format!("`{section}` nằm ngoài mọi mục; khóa gần nhất là `{}`", nearest(section)),
                format!("`{section}` stands outside a section; the nearest known key is `{}`", nearest(section)),
            ));
        };
        for key in inner.keys() {
            if !KNOWN.contains(&(section.as_str(), key.as_str())) {
                let dotted = format!("{section}.{key}");
                return Err(wrong(
                    format!("khóa không có: `{dotted}`; khóa gần nhất là `{}`", nearest(&dotted)),
                    format!("unknown key `{dotted}`; the nearest known key is `{}`", nearest(&dotted)),
                ));
            }
        }
        if inner.is_empty() && !KNOWN.iter().any(|(s, _)| s == section) {
            return Err(wrong(
                format!("mục không có: [{section}]; khóa gần nhất là `{}`", nearest(section)),
                format!("unknown section [{section}]; the nearest known key is `{}`", nearest(section)),
            ));
        }
    }
    Ok(())
}

fn nearest(wanted: &str) -> String {
    KNOWN
        .iter()
        .map(|(s, k)| format!("{s}.{k}"))
        .max_by(|a, b| strsim::jaro_winkler(a, wanted).total_cmp(&strsim::jaro_winkler(b, wanted)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, env: &[(&str, &str)]) -> Result<NodeFile, ConfigError> {
        let dir = tempfile::tempdir().expect("temp dir");
        let file = dir.path().join("node.toml");
        std::fs::write(&file, text).expect("write");
        let env = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        NodeFile::load(Some(&file), PathBuf::from("/d"), &env)
    }

    #[test]
    fn faults_say_what_to_do() {
        for (text, needle) in [
            ("[listen]\nhtps = \"0.0.0.0:1\"", "`listen.https`"),
            ("[camera]\nnetworks = []", "`cameras.networks`"),
            ("listen = 3", "outside a section"),
            ("[listen]\nhttps = [3]", "list of texts"),
            ("[listen]\nwebrtc = \"here\"", "right form"),
            ("[listen]\nhttp = \"0.0.0.0:80\"", "loopback only"),
            ("[cameras]\nnetworks = [\"10.0.0.0/40\"]", "right form"),
            ("[tls]\nkey = \"k\"", "belong together"),
            ("[log]\nlevel = \"loud\"", "use error, warn"),
            ("[listen]\nhttps = []", "both empty"),
            ("[metrics]\ntoken = \"short\"", "at least 20"),
            ("[rtsp]\nenabled = \"maybe\"", "true or false"),
            ("[rtsp]\nlisten = \"8554\"", "right form"),
            ("[rtsp]\ntls = []", "`rtsp."),
            ("[", "not valid TOML"),
        ] {
            let fault = load(text, &[]).expect_err(text);
            assert!(fault.0.en.contains(needle), "{text:?} gave {fault}");
        }
    }

    #[test]
    fn the_environment_wins() {
        let node = load(
            "[cameras]\nnetworks = [\"10.1.0.0/16\"]",
            &[
                ("MATLUOI_CAMERAS__NETWORKS", "10.2.0.0/16, 127.0.0.0/8"),
                ("MATLUOI_LISTEN__HTTPS", "127.0.0.1:0"),
                ("HOME", "/"),
            ],
        )
        .expect("valid");
        assert_eq!(node.camera_networks.len(), 2);
        assert_eq!(node.https, vec![SocketAddr::from(([127, 0, 0, 1], 0))]);
        assert!(load("", &[("MATLUOI_LISTN__HTTPS", "x")]).is_err());
        let quiet = load("[rtsp]\nlisten = \"0.0.0.0:1\"", &[("MATLUOI_RTSP__ENABLED", "false")]).expect("valid");
        assert!(quiet.rtsp.is_empty() && quiet.rtsps.is_empty());
        let plain = load("[rtsp]\ntls_listen = []", &[]).expect("valid");
        assert!(plain.rtsp[0].port() == 8554 && plain.rtsps.is_empty());
    }

    #[test]
    fn defaults_are_closed() {
        let node = load("", &[]).expect("valid");
        assert!(node.http.is_empty());
        assert!(!node.camera_networks.iter().any(|n| n.contains(&IpAddr::from([127, 0, 0, 1]))));
        assert!(!node.camera_networks.iter().any(|n| n.contains(&IpAddr::from([169, 254, 169, 254]))));
    }
}
