//! RTSP 1.0 requests read and responses written (RFC 2326 §6, §7). Pure: bytes in, values out.

use base::limits;

/// What stands at the front of the bytes received.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Front {
    /// Not enough yet.
    Incomplete,
    /// A packet between the requests (§10.12): so many bytes of it, with its four in front. Its content is RTCP.
    Interleaved(usize),
    /// Line ends before a request, to be skipped: so many bytes.
    Blank(usize),
    /// A request, and how many bytes it took.
    Request(Request, usize),
}

/// The bytes are not RTSP, or too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadRequest;

/// A request; its body is not kept, for no method served here needs one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub method: String,
    pub uri: String,
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The path of the address without leading `/`, without query, without `/trackID=N` at its end; and that N.
    pub fn path(&self) -> (&str, Option<usize>) {
        let after_scheme = self.uri.split_once("://").map_or(self.uri.as_str(), |(_, r)| r);
        let whole = after_scheme.split_once('/').map_or("", |(_, p)| p);
        let path = whole.split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
        // Some players append the track to the whole address, query and all.
        let track = whole.rsplit_once("trackID=").and_then(|(_, n)| n.trim_end_matches('/').parse().ok());
        match path.rsplit_once("trackID=") {
            Some((before, _)) => (before.trim_end_matches('/'), track),
            None => (path, track),
        }
    }

    /// The address without query and `/trackID=N`: the base of the controls in the description. Without name and password
    /// before the host, should a player send them.
    pub fn base_uri(&self) -> String {
        let uri = self.uri.split(['?', '#']).next().unwrap_or("");
        let uri = uri.rsplit_once("/trackID=").map_or(uri, |(b, _)| b).trim_end_matches('/');
        match uri.split_once("://") {
            Some((scheme, rest)) => {
                let (authority, path) = rest.split_once('/').map_or((rest, ""), |(a, p)| (a, p));
                let host = authority.rsplit_once('@').map_or(authority, |(_, h)| h);
                format!("{scheme}://{host}/{path}{}", if path.is_empty() { "" } else { "/" })
            }
            None => format!("{uri}/"),
        }
    }

    /// The first value of that name in the query, decoded, unless it is empty.
    pub fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.uri.split_once('?')?;
        // Some players append `/trackID=N` to the whole address.
        let query = query.split('#').next().unwrap_or("");
        let query = query.rsplit_once("/trackID=").map_or(query, |(b, _)| b);
        let (_, value) = url::form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name)?;
        let value = value.trim_end_matches('/').to_owned();
        (!value.is_empty()).then_some(value)
    }
}

/// Reads what stands at the front of `bytes`.
pub(super) fn front(bytes: &[u8]) -> Result<Front, BadRequest> {
    match bytes {
        [] => return Ok(Front::Incomplete),
        [b'$', rest @ ..] => {
            let Some(&[_, a, b]) = rest.first_chunk::<3>() else { return Ok(Front::Incomplete) };
            let length = 4 + usize::from(u16::from_be_bytes([a, b]));
            return Ok(if bytes.len() < length { Front::Incomplete } else { Front::Interleaved(length) });
        }
        [b'\r' | b'\n', ..] => {
            return Ok(Front::Blank(bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count()));
        }
        _ => {}
    }
    let Some(head_bytes) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
        return if bytes.len() > limits::RTSP_HEAD_BYTES_MAX { Err(BadRequest) } else { Ok(Front::Incomplete) };
    };
    if head_bytes > limits::RTSP_HEAD_BYTES_MAX {
        return Err(BadRequest);
    }
    let head = std::str::from_utf8(bytes.get(..head_bytes).ok_or(BadRequest)?).map_err(|_| BadRequest)?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next().ok_or(BadRequest)?.split(' ');
    let (Some(method), Some(uri), Some("RTSP/1.0"), None) = (first.next(), first.next(), first.next(), first.next())
    else {
        return Err(BadRequest);
    };
    let token = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !token(method)
        || uri.is_empty()
        || uri.len() > limits::URL_BYTES_MAX
        || uri.bytes().any(|b| b.is_ascii_control())
    {
        return Err(BadRequest);
    }
    let mut headers = Vec::new();
    for line in lines {
        let (name, value) = line.split_once(':').ok_or(BadRequest)?;
        if !token(name.trim()) || value.bytes().any(|b| b.is_ascii_control() && b != b'\t') {
            return Err(BadRequest);
        }
        headers.push((name.trim().to_owned(), value.trim().to_owned()));
        if headers.len() > limits::RTSP_HEADERS_MAX {
            return Err(BadRequest);
        }
    }
    let request = Request { method: method.to_owned(), uri: uri.to_owned(), headers };
    let body: usize = match request.header("Content-Length") {
        Some(n) => n.parse().map_err(|_| BadRequest)?,
        None => 0,
    };
    if body > limits::RTSP_HEAD_BYTES_MAX {
        return Err(BadRequest);
    }
    let whole = head_bytes + 4 + body;
    Ok(if bytes.len() < whole { Front::Incomplete } else { Front::Request(request, whole) })
}

/// A response in the making.
pub(super) struct Response {
    status: u16,
    /// Instead of the usual words beside the status: what players show to people.
    reason: Option<String>,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Response {
    pub fn new(status: u16) -> Self {
        Self { status, reason: None, headers: Vec::new(), body: String::new() }
    }
    /// With a sentence: one line of it beside the status, the whole of it in both languages as body.
    pub fn saying(self, said: &base::Said) -> Self {
        let line: String = said.en.chars().filter(|c| !c.is_control()).take(160).collect();
        let body = format!("{}\r\n{}\r\n", said.vi, said.en);
        Self { reason: Some(line), ..self.body("text/plain; charset=utf-8", body) }
    }
    /// Adds a header; line ends in the value are taken out.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value: String = value.into().chars().filter(|c| !c.is_control()).collect();
        self.headers.push((name, value));
        self
    }
    pub fn body(mut self, kind: &str, body: String) -> Self {
        self.body = body;
        self.with("Content-Type", kind)
    }
    /// As it travels; `cseq` is what the request said (§12.17).
    pub fn to_bytes(&self, cseq: Option<&str>) -> Vec<u8> {
        let mut out = format!("RTSP/1.0 {} {}\r\n", self.status, self.reason.as_deref().unwrap_or(reason(self.status)));
        let mut put = |n: &str, v: &str| {
            out.push_str(n);
            out.push_str(": ");
            out.push_str(v);
            out.push_str("\r\n");
        };
        if let Some(c) = cseq {
            put("CSeq", c);
        }
        put("Server", "MatLuoi");
        self.headers.iter().for_each(|(n, v)| put(n, v));
        if !self.body.is_empty() {
            put("Content-Length", &self.body.len().to_string());
        }
        out.push_str("\r\n");
        out.push_str(&self.body);
        out.into_bytes()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        454 => "Session Not Found",
        455 => "Method Not Valid in This State",
        459 => "Aggregate Operation Not Allowed",
        461 => "Unsupported Transport",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(text: &str) -> Request {
        match front(text.as_bytes()) {
            Ok(Front::Request(r, n)) if n == text.len() => r,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_request_is_read_with_its_path_and_track() {
        let r =
            request("SETUP rtsp://10.0.0.1:554/cam1/main/trackID=0 RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP\r\n\r\n");
        assert_eq!((r.method.as_str(), r.path()), ("SETUP", ("cam1/main", Some(0))));
        assert_eq!(r.header("cseq"), Some("3"));
        assert_eq!(r.base_uri(), "rtsp://10.0.0.1:554/cam1/main/");
        let r = request("DESCRIBE rtsp://h/cam1/sub/?x=1 RTSP/1.0\r\nCSeq: 3\r\n\r\n");
        assert_eq!((r.path(), r.base_uri().as_str()), (("cam1/sub", None), "rtsp://h/cam1/sub/"));
        assert_eq!(request("OPTIONS * RTSP/1.0\r\n\r\n").path(), ("", None));
        assert_eq!(request("OPTIONS rtsp://h RTSP/1.0\r\n\r\n").base_uri(), "rtsp://h/");
        let r = request("SETUP rtsps://an:mlt_1@h:8322/79-1/main?token=a%20b&purpose=x/trackID=0 RTSP/1.0\r\n\r\n");
        assert_eq!((r.path(), r.base_uri().as_str()), (("79-1/main", Some(0)), "rtsps://h:8322/79-1/main/"));
        assert_eq!((r.query("token").as_deref(), r.query("purpose").as_deref()), (Some("a b"), Some("x")));
        assert_eq!(r.query("other"), None);
    }

    #[test]
    fn a_body_and_packets_between_requests_are_counted_in_full() {
        let text = "GET_PARAMETER rtsp://h/a RTSP/1.0\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(request(text).method, "GET_PARAMETER");
        assert_eq!(front(&text.as_bytes()[..text.len() - 1]), Ok(Front::Incomplete));
        assert_eq!(front(b"$\x01\x00\x02ab rest"), Ok(Front::Interleaved(6)));
        assert_eq!(front(b"$\x01\x00\x02a"), Ok(Front::Incomplete));
        assert_eq!(front(b"\r\n\r\nOPTIONS"), Ok(Front::Blank(4)));
    }

    #[test]
    fn what_is_not_rtsp_is_refused() {
        for bad in [
            "GET / HTTP/1.1\r\n\r\n",
            "OPTIONS * RTSP/1.0\r\nno colon\r\n\r\n",
            "\u{16}\u{3}\u{1}x y z\r\n\r\n",
            "A b RTSP/1.0\r\nContent-Length: -1\r\n\r\n",
            "A b RTSP/1.0\r\nContent-Length: 99999999999\r\n\r\n",
        ] {
            assert_eq!(front(bad.as_bytes()), Err(BadRequest), "{bad:?}");
        }
        assert_eq!(front(&vec![b'A'; limits::RTSP_HEAD_BYTES_MAX + 1]), Err(BadRequest));
        let many = format!("OPTIONS * RTSP/1.0\r\n{}\r\n", "A: b\r\n".repeat(limits::RTSP_HEADERS_MAX + 1));
        assert_eq!(front(many.as_bytes()), Err(BadRequest));
    }

    #[test]
    fn a_header_value_cannot_smuggle_a_line() {
        let out = Response::new(200).with("X", "a\r\nEvil: 1").to_bytes(Some("1"));
        assert!(!String::from_utf8_lossy(&out).contains("\r\nEvil"));
        let said = base::Said::new("Không", "No\r\nEvil: 1");
        let out = Response::new(404).saying(&said).to_bytes(None);
        let text = String::from_utf8_lossy(&out);
        assert!(text.starts_with("RTSP/1.0 404 NoEvil: 1\r\n") && text.ends_with("Không\r\nNo\r\nEvil: 1\r\n"));
    }

    proptest! {
        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,60}") {
            let _ = front(&bytes);
            if let Ok(Front::Request(r, _)) = front(format!("PLAY {text} RTSP/1.0\r\n{text}:{text}\r\n\r\n").as_bytes()) {
                let _ = (r.path(), r.base_uri(), r.query("token"));
            }
        }
    }
}
