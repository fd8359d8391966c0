//! A small HTTP/1.1 client over a real socket that keeps cookies as a browser does.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    pub fn cookies(&self) -> Vec<&str> {
        self.headers.iter().filter(|(n, _)| n == "set-cookie").map(|(_, v)| v.as_str()).collect()
    }
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
    fn parse(raw: &[u8]) -> Reply {
        let end = raw.windows(4).position(|w| w == b"\r\n\r\n").expect("a whole head");
        let head = String::from_utf8_lossy(&raw[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).expect("a status");
        let headers: Vec<(String, String)> = lines
            .filter_map(|l| l.split_once(':'))
            .map(|(n, v)| (n.to_ascii_lowercase(), v.trim().to_owned()))
            .collect();
        let chunked = headers.iter().any(|(n, v)| n == "transfer-encoding" && v == "chunked");
        let rest = &raw[end + 4..];
        let body = if chunked { unchunked(rest) } else { rest.to_vec() };
        Reply { status, headers, body }
    }
}

fn unchunked(mut raw: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = raw.windows(2).position(|w| w == b"\r\n") {
        let size = usize::from_str_radix(String::from_utf8_lossy(&raw[..at]).trim(), 16).unwrap_or(0);
        let data = &raw[at + 2..];
        if size == 0 || data.len() < size {
            break;
        }
        body.extend_from_slice(&data[..size]);
        raw = data.get(size + 2..).unwrap_or_default();
    }
    body
}

/// A browser or a program.
#[derive(Clone, Debug)]
pub struct Client {
    pub at: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    pub csrf: String,
    pub bearer: Option<String>,
    /// Sent with every request; a later one of the same name replaces nothing.
    pub extra: Vec<(String, String)>,
    pub host: String,
}

impl Client {
    pub fn new(at: SocketAddr) -> Self {
        Self {
            at,
            cookies: BTreeMap::new(),
            csrf: String::new(),
            bearer: None,
            extra: Vec::new(),
            host: at.to_string(),
        }
    }
    pub fn with_bearer(at: SocketAddr, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..Self::new(at) }
    }

    /// The bytes of a request.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.host);
        if !self.cookies.is_empty() {
            let all: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            head.push_str(&format!("Cookie: {}\r\n", all.join("; ")));
        }
        if let Some(token) = &self.bearer {
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        for (n, v) in self.extra.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain(headers.iter().copied()) {
            head.push_str(&format!("{n}: {v}\r\n"));
        }
        if !body.is_empty() || method != "GET" {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// Sends and waits for the whole answer; keeps its cookies.
    pub async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let bytes = self.request(method, path, headers, body);
        let mut socket = TcpStream::connect(self.at).await.expect("connects");
        let (mut read, mut write) = socket.split();
        let mut raw = Vec::new();
        let both = async {
            // A server that refuses early may close before it has read everything.
            let _ = write.write_all(&bytes).await;
            let _ = read.read_to_end(&mut raw).await;
        };
        tokio::time::timeout(Duration::from_secs(60), both).await.expect("an answer in time");
        let reply = Reply::parse(&raw);
        for cookie in reply.cookies() {
            let pair = cookie.split(';').next().unwrap_or("");
            let (name, value) = pair.split_once('=').expect("a cookie pair");
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], b"").await
    }

    /// Posts a form with the form token known so far.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let csrf = self.csrf.clone();
        self.post_with(
            path,
            &[("csrf", csrf.as_str())].iter().copied().chain(fields.iter().copied()).collect::<Vec<_>>(),
        )
        .await
    }

    /// Posts exactly these fields.
    pub async fn post_with(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, &[("Content-Type", "application/x-www-form-urlencoded")], body.as_bytes()).await
    }

    /// Sends JSON, with the form token in the header.
    pub async fn json(&mut self, method: &str, path: &str, body: &serde_json::Value) -> Reply {
        let csrf = self.csrf.clone();
        let headers = [("Content-Type", "application/json"), ("X-CSRF-Token", csrf.as_str())];
        self.send(method, path, &headers, body.to_string().as_bytes()).await
    }
}
