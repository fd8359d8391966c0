//! Just enough HTTP/1.1 for the node's plain listener on loopback.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use viewer::Failure;

/// Sends a request and hands back status and body.
pub fn request(
    method: &str,
    base: &str,
    path: &str,
    token: &str,
    kind: &str,
    body: &str,
) -> Result<(u16, String), Failure> {
    let host = base.strip_prefix("http://").ok_or("not plain HTTP")?;
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.set_nodelay(true)?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").ok_or("no HTTP answer")?;
    let status = head.split_whitespace().nth(1).and_then(|s| s.parse().ok()).ok_or("no HTTP status")?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    Ok((status, if chunked { unchunk(body) } else { body.to_owned() }))
}

fn unchunk(mut body: &str) -> String {
    let mut out = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let Ok(n) = usize::from_str_radix(size.trim(), 16) else { break };
        let (Some(chunk), true) = (rest.get(..n), n > 0) else { break };
        out += chunk;
        body = rest.get(n + 2..).unwrap_or_default();
    }
    out
}
