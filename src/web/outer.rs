//! Around everything: which host names are ours, how failures look, and the headers that every answer carries.
//!
//! Not here: who may do what (`gate`).

use crate::problem::{self, Failure};
use crate::shell;
use crate::state::WebState;
use crate::visitor::{self, Visitor};
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};
use base::Said;
use std::net::IpAddr;

/// The outermost layer.
pub async fn around(req: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(state) = req.app_data::<web::Data<WebState>>().map(|d| d.get_ref().clone()) else {
        return next.call(req).await;
    };
    let res =
        if own_host(&state, req.request()) { next.call(req).await? } else { req.error_response(wrong_host(&state)) };
    let mut res = dressed(&state, res);
    let https = state.config.https;
    put_headers(res.headers_mut(), https);
    Ok(res)
}

/// Writes a failure in the form its asker understands.
fn dressed(state: &WebState, res: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let Some(error) = res.response().error() else { return res };
    let made;
    let failure = match error.as_error::<Failure>() {
        Some(failure) => failure,
        None => {
            made = of_status(res.status(), error);
            &made
        }
    };
    let req = res.request().clone();
    let visitor = req.extensions().get::<Visitor>().cloned();
    let mut response = if for_programs(req.path()) {
        problem_response(state, &req, visitor.as_ref(), failure)
    } else {
        shell::failure_page(state, &req, visitor.as_ref(), failure)
    };
    let headers = response.headers_mut();
    if let Some(seconds) = failure.retry_after_s() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(value) = failure.allowed_methods().and_then(|m| HeaderValue::from_str(m).ok()) {
        headers.insert(header::ALLOW, value);
    }
    drop(res);
    ServiceResponse::new(req, response)
}

fn problem_response(state: &WebState, req: &HttpRequest, visitor: Option<&Visitor>, failure: &Failure) -> HttpResponse {
    let language = visitor.map_or_else(|| visitor::language(state, req, None, false), |v| v.language);
    let mut response = HttpResponse::build(failure.status());
    response.content_type("application/problem+json");
    response.insert_header((header::CONTENT_LANGUAGE, language.as_str()));
    if failure.sort() == problem::UNAUTHENTICATED {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"matluoi\""));
    }
    response.body(serde_json::to_vec(&failure.problem(language)).unwrap_or_default())
}

/// An error of the framework's own (it refuses before a handler is asked).
fn of_status(status: StatusCode, error: &Error) -> Failure {
    match status {
        StatusCode::NOT_FOUND => Failure::not_found(),
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::new(problem::TOO_LARGE, Said::new("Nội dung gửi lên quá lớn.", "The body is too large."))
        }
        s if s.is_client_error() => Failure::new(
            problem::INVALID,
            Said::new("Yêu cầu không đúng dạng. Hãy kiểm tra địa chỉ.", "The request is malformed. Check the address."),
        ),
        _ => Failure::internal(error),
    }
}

/// Addresses that programs call: they get problem bodies instead of pages.
pub fn for_programs(path: &str) -> bool {
    ["/api/", "/whep", "/ws/", "/maps/", "/metrics", "/healthz", "/readyz", "/assets/"]
        .iter()
        .any(|p| path.starts_with(p))
}

/// The host that the request names: `Host`, or the authority of HTTP/2.
pub fn host(req: &HttpRequest) -> Option<&str> {
    visitor::header_text(req, header::HOST).or_else(|| req.uri().authority().map(|a| a.as_str()))
}

/// A host without its port.
fn bare_host(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split(']').next().unwrap_or("");
    }
    authority.split(':').next().unwrap_or("")
}

/// Against DNS rebinding: a foreign name that suddenly points here is not ours. Addresses and `localhost` cannot be
/// rebound. Over HTTPS without a configured name, the certificate answers that question.
fn own_host(state: &WebState, req: &HttpRequest) -> bool {
    let Some(authority) = host(req) else { return req.version() < actix_web::http::Version::HTTP_11 };
    let name = bare_host(authority).trim_end_matches('.').to_ascii_lowercase();
    let public = state.config.public_host.as_deref().map(|h| bare_host(h).to_ascii_lowercase());
    name.parse::<IpAddr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
        || public.as_deref() == Some(name.as_str())
        || (state.config.https && public.is_none())
}

fn wrong_host(state: &WebState) -> Failure {
    let own = state.config.public_host.clone().unwrap_or_else(|| "localhost".to_owned());
    Failure::new(
        problem::WRONG_HOST,
        Said::new(
            format!("Tên máy chủ trong địa chỉ không phải của nút này. Hãy dùng {own} hoặc địa chỉ IP của nút."),
            format!("The host name in the address is not this node's. Use {own} or the node's IP address."),
        ),
    )
}

const FEATURES_OFF: &str = "accelerometer=(), autoplay=(self), camera=(), display-capture=(), fullscreen=(self), \
     geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(self), \
     publickey-credentials-get=(), screen-wake-lock=(self), usb=()";

/// The headers of every answer. A handler that says how long it may be kept (assets) is left to it.
fn put_headers(headers: &mut HeaderMap, https: bool) {
    // A file that is given out brings a stricter policy of its own.
    let own = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    let mut put = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    if !own {
        put(header::CONTENT_SECURITY_POLICY, templates::CONTENT_SECURITY_POLICY);
    }
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: with it, browsers send `Origin: null` from our own forms (Fetch §4.7) and the gate could not
    // tell them from foreign ones. To other sites nothing is sent either way.
    put(header::REFERRER_POLICY, "same-origin");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(HeaderName::from_static("permissions-policy"), FEATURES_OFF);
    if https {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=15552000");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The answer to an address that is in no row of the table.
pub async fn nowhere(req: HttpRequest) -> Result<HttpResponse, Failure> {
    tracing::debug!(path = req.path(), "no such address");
    Err(Failure::not_found())
}

/// 303 to a place on this node (the way from a POST to its page).
pub fn see_other(place: &str) -> HttpResponse {
    let place = crate::links::local(place).unwrap_or_else(|| "/".to_owned());
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}

/// Sends a visitor of a page who is not signed in to the sign-in page, and back afterwards.
pub fn to_sign_in(req: &HttpRequest, here: &str) -> HttpResponse {
    let next = if req.method() == Method::GET && here != "/" { here } else { "" };
    see_other(&templates::routes::with_query(templates::routes::SIGN_IN, &[("next", next)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_without_its_port() {
        assert_eq!(bare_host("localhost:8080"), "localhost");
        assert_eq!(bare_host("[::1]:8080"), "::1");
        assert_eq!(bare_host("192.0.2.1"), "192.0.2.1");
        assert_eq!(bare_host(""), "");
    }
}
