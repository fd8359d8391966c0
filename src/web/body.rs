//! Bodies: read by `gate` up to their bound and within their time, then taken apart here.

use crate::problem::{self, Failure};
use actix_web::dev::Payload;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use base::{Said, Secret, limits};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::future::{Ready, ready};

/// What a route takes as body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing; a body is refused.
    Nothing,
    /// A form (`application/x-www-form-urlencoded`).
    Form,
    /// JSON.
    Json,
    /// An SDP offer.
    Sdp,
    /// A form with a file (`multipart/form-data`).
    Parts,
    /// A file by itself, of any type.
    File,
    /// A WebSocket (RFC 6455): no body, but a connection that stays.
    Socket,
}

impl Takes {
    /// The bound.
    pub fn bytes_max(self) -> usize {
        match self {
            Takes::Nothing | Takes::Socket => 0,
            Takes::Form | Takes::Json => limits::BODY_BYTES_MAX,
            Takes::Sdp => limits::SDP_BYTES_MAX,
            Takes::Parts => limits::FILE_BYTES_MAX + limits::BODY_BYTES_MAX,
            Takes::File => limits::FILE_BYTES_MAX,
        }
    }

    /// May it be large? Then only a few come at once, and each has more time.
    pub fn is_upload(self) -> bool {
        matches!(self, Takes::Parts | Takes::File)
    }

    /// Refuses a body of another media type (415).
    pub fn check_type(self, req: &HttpRequest) -> Result<(), Failure> {
        let wanted: &[&str] = match self {
            Takes::Nothing | Takes::File | Takes::Socket => return Ok(()),
            Takes::Parts => &["multipart/form-data"],
            Takes::Form => &["application/x-www-form-urlencoded"],
            Takes::Json => &["application/json", "application/merge-patch+json"],
            Takes::Sdp => &["application/sdp"],
        };
        let is = req.content_type().trim().to_ascii_lowercase();
        if wanted.contains(&is.as_str()) {
            return Ok(());
        }
        let wanted = wanted.first().copied().unwrap_or_default();
        Err(Failure::new(
            problem::MEDIA_TYPE,
            Said::new(
                format!("Địa chỉ này chỉ nhận nội dung kiểu {wanted}. Hãy đặt Content-Type: {wanted}."),
                format!("This address takes {wanted} only. Set Content-Type: {wanted}."),
            ),
        ))
    }
}

/// Reads a body of at most `bytes_max`, within [`limits::REQUEST_BODY_MAX`].
pub async fn read(req: &HttpRequest, payload: &mut Payload, bytes_max: usize) -> Result<Bytes, Failure> {
    let too_large = || {
        Failure::new(
            problem::TOO_LARGE,
            Said::new(
                format!("Nội dung gửi lên quá lớn: tối đa {} KiB.", bytes_max.div_ceil(1024)),
                format!("The body is too large: at most {} KiB.", bytes_max.div_ceil(1024)),
            ),
        )
    };
    let said = req.headers().get("content-length").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    if said.is_some_and(|n| n > bytes_max as u64) {
        return Err(too_large());
    }
    let reading = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| {
                Failure::new(
                    problem::INVALID,
                    Said::new("Nội dung gửi lên bị đứt giữa chừng.", "The body ended before it was whole."),
                )
            })?;
            if body.len() + chunk.len() > bytes_max {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    let time = if bytes_max > limits::BODY_BYTES_MAX { limits::UPLOAD_BODY_MAX } else { limits::REQUEST_BODY_MAX };
    tokio::time::timeout(time, reading).await.unwrap_or_else(|_| {
        Err(Failure::new(
            problem::TOO_SLOW,
            Said::new("Nội dung gửi lên quá chậm. Hãy thử lại.", "The body came too slowly. Try again."),
        ))
    })
}

/// A body that `gate` has read.
#[derive(Clone, Debug, Default)]
pub struct Body(pub Bytes);

fn taken(req: &HttpRequest) -> Bytes {
    req.extensions().get::<Body>().map(|b| b.0.clone()).unwrap_or_default()
}

impl FromRequest for Body {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Body(taken(req))))
    }
}

/// Named values of a form or a query; the first of a name counts.
#[derive(Clone, Default)]
pub struct Fields(HashMap<String, String>);

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fields({})", self.0.len()) // values may be passwords
    }
}

impl Fields {
    /// Takes `a=b&c=d` apart; refuses more than [`limits::FORM_FIELDS_MAX`] names.
    pub fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        let mut fields = HashMap::new();
        for (n, (name, value)) in url::form_urlencoded::parse(bytes).enumerate() {
            if n >= limits::FORM_FIELDS_MAX {
                return Err(Failure::new(
                    problem::INVALID,
                    Said::new("Biểu mẫu có quá nhiều mục.", "The form has too many fields."),
                ));
            }
            fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        Ok(Self(fields))
    }
    /// The value of that name; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
    /// Trimmed, `None` when empty.
    pub fn optional(&self, name: &str) -> Option<String> {
        let text = self.text(name).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
    /// Was a field of that name sent, empty or not?
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
    /// As a secret, untrimmed; empty if there is none.
    pub fn secret(&self, name: &str) -> Secret {
        Secret::new(self.text(name).to_owned())
    }
    /// As a number, if it is one.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).trim().parse().ok()
    }
    /// As a number; none if nothing was sent.
    ///
    /// # Errors
    /// A fault of that field for what is none.
    pub fn whole<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Failure> {
        let parsed = self.optional(name).map(|text| text.parse().map_err(|_| text)).transpose();
        parsed.map_err(|_| {
            let said = Said::new(format!("{name} không phải số hợp lệ."), format!("{name} is not a number that fits."));
            Failure::invalid(name, said)
        })
    }
    /// Rows of a page, 1 to [`limits::PAGE_ROWS_MAX`]; more is that many.
    ///
    /// # Errors
    /// A fault of `limit`.
    pub fn page_rows(&self) -> Result<usize, Failure> {
        let Some(text) = self.optional("limit") else { return Ok(limits::PAGE_ROWS_DEFAULT) };
        text.parse::<usize>().ok().filter(|n| *n > 0).map(|n| n.min(limits::PAGE_ROWS_MAX)).ok_or_else(|| {
            Failure::invalid("limit", Said::new("limit là số nguyên từ 1.", "limit is a whole number from 1."))
        })
    }
    /// Fields whose name begins so: the rest of the name, and the value.
    pub fn starting_with(&self, prefix: &'static str) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
    }
    /// What stands after `prefix` in the names of ticked boxes, sorted.
    pub fn ticked_with(&self, prefix: &'static str) -> Vec<String> {
        let mut all: Vec<String> = self
            .starting_with(prefix)
            .filter(|(_, v)| matches!(*v, "1" | "on" | "true"))
            .map(|(n, _)| n.to_owned())
            .collect();
        all.sort();
        all
    }
    /// Is the box of that name ticked?
    pub fn ticked(&self, name: &str) -> bool {
        matches!(self.text(name), "1" | "on" | "true")
    }
}

/// A posted form.
#[derive(Clone, Debug)]
pub struct Form(pub Fields);

impl FromRequest for Form {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Fields::parse(&taken(req)).map(Form))
    }
}

/// The query of the address; never a reason to refuse a page.
#[derive(Clone, Debug)]
pub struct Asked(pub Fields);

impl FromRequest for Asked {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Asked(Fields::parse(req.query_string().as_bytes()).unwrap_or_default())))
    }
}

/// A form with a file, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Its other fields.
    pub fields: Fields,
    /// The file's given name and bytes; `None` if none was chosen.
    pub file: Option<(String, Bytes)>,
}

impl Parts {
    /// Takes a body apart. Of several files the first counts.
    pub async fn of(req: &HttpRequest, body: Bytes) -> Result<Parts, Failure> {
        let broken = |_| {
            Failure::new(
                problem::INVALID,
                Said::new(
                    "Biểu mẫu có tệp không đọc được. Hãy gửi lại.",
                    "The form with the file cannot be read. Send it again.",
                ),
            )
        };
        let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(kind).map_err(broken)?;
        let stream = futures_util::stream::once(std::future::ready(Ok::<_, std::convert::Infallible>(body)));
        let mut form = multer::Multipart::new(stream, boundary);
        let mut parts = Parts::default();
        let mut count = 0_usize;
        while let Some(field) = form.next_field().await.map_err(broken)? {
            count += 1;
            if count > limits::FORM_FIELDS_MAX {
                return Err(Failure::new(
                    problem::INVALID,
                    Said::new("Biểu mẫu có quá nhiều mục.", "The form has too many fields."),
                ));
            }
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(file) => {
                    let bytes = field.bytes().await.map_err(broken)?;
                    if !(file.is_empty() && bytes.is_empty()) && parts.file.is_none() {
                        parts.file = Some((file, bytes));
                    }
                }
                None => {
                    let value = field.text().await.map_err(broken)?;
                    parts.fields.0.entry(name).or_insert(value);
                }
            }
        }
        Ok(parts)
    }
}

impl FromRequest for Parts {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(req.extensions().get::<Parts>().cloned().unwrap_or_default()))
    }
}

/// A JSON body.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(serde_json::from_slice(&taken(req)).map(Json).map_err(|e| not_json(&e)))
    }
}

/// Says what of the JSON is wrong. Serde names fields and types, and quotes values of the wrong type: those it quotes
/// are cut away, since one may be a password.
fn not_json(error: &serde_json::Error) -> Failure {
    let text = error.to_string();
    let field = ["unknown field `", "missing field `"]
        .iter()
        .find_map(|p| text.split_once(p).and_then(|(_, rest)| rest.split_once('`')).map(|(name, _)| name.to_owned()))
        .filter(|f| f.len() <= 64 && f.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
    let at = format!("{}:{}", error.line(), error.column());
    let failure = match (&field, text.starts_with("unknown field"), text.starts_with("missing field")) {
        (Some(f), true, _) => Failure::new(
            problem::INVALID,
            Said::new(format!("Không có mục “{f}” ở đây."), format!("There is no field “{f}” here.")),
        ),
        (Some(f), _, true) => Failure::new(
            problem::INVALID,
            Said::new(format!("Thiếu mục “{f}”."), format!("The field “{f}” is missing.")),
        ),
        _ => Failure::new(
            problem::INVALID,
            Said::new(
                format!("Nội dung không phải JSON đúng dạng (dòng:cột {at})."),
                format!("The body is not JSON of the right shape (line:column {at})."),
            ),
        ),
    };
    match field {
        Some(f) => failure.at(&f),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Thing {
        #[allow(dead_code)]
        name: u32,
    }

    #[test]
    fn a_json_fault_names_the_field_and_never_the_value() {
        let fault = |s: &str| not_json(&serde_json::from_str::<Thing>(s).expect_err("wrong"));
        assert_eq!(fault(r#"{"nam": 1}"#).field(), Some("nam"));
        assert_eq!(fault("{}").field(), Some("name"));
        let quoted = fault(r#"{"name": "hunter2-secret"}"#);
        assert!(!quoted.detail().to_string().contains("hunter2"), "{}", quoted.detail());
        assert!(fault("{").detail().en.contains("JSON"));
    }

    #[test]
    fn forms_are_taken_apart_and_bounded() {
        let f = Fields::parse("a=1&a=2&t=%E1%BA%BF&box=on&empty=".as_bytes()).expect("form");
        assert_eq!((f.text("a"), f.text("t"), f.ticked("box")), ("1", "ế", true));
        assert_eq!((f.optional("empty"), f.number::<u32>("a")), (None, Some(1)));
        let many = "x=1&".repeat(limits::FORM_FIELDS_MAX + 1);
        assert!(Fields::parse(many.as_bytes()).is_err());
    }
}
