//! `POST /api/v1/cameras/probe`

use crate::body::Json;
use crate::drafts::Address;
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::{Language, Secret};
use media::{ProbedStream, StreamFault};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cameras::Transport;

/// An address to look at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeAsked {
    /// `rtsp://…`; user and password may stand in it.
    pub main_url: String,
    /// The substream's address, if known; otherwise the usual neighbours are tried.
    pub sub_url: Option<String>,
    /// The camera's user name.
    pub username: Option<String>,
    /// The camera's password; used for the probe only.
    #[schema(write_only)]
    pub password: Option<String>,
    /// `tcp` (default) or `udp`.
    pub transport: Option<Transport>,
}

/// What a probe found. A camera that cannot be reached is a finding, not an error: `ok` is false and `said` says why.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProbeBody {
    /// The main stream.
    pub main: ProbedBody,
    /// The substream, if one was named or found.
    pub sub: Option<ProbedBody>,
    /// What the device calls itself.
    pub server: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// One stream as found.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ProbedBody {
    /// Are there pictures?
    pub ok: bool,
    /// What is wrong, as a stable name: `refused`, `timeout`, `wrong-password`, `not-rtsp` …
    pub fault: Option<&'static str>,
    /// What is wrong and what to do, in the caller's language.
    pub said: Option<String>,
    /// Its address, without user and password.
    pub url: Option<String>,
    /// For example `H.264`.
    pub codec: Option<String>,
    /// Can the node take it?
    pub supported: bool,
    /// RFC 6184 §8.1, for example `640028`.
    pub profile_level_id: Option<String>,
    /// Pixels; 0 if unknown.
    pub width: u32,
    /// Pixels; 0 if unknown.
    pub height: u32,
    /// Pictures per second.
    pub fps: Option<f64>,
    /// Seconds between key frames, if two were seen.
    pub gop_s: Option<f64>,
    /// Otherwise: they are at least so many seconds apart.
    pub gop_s_min: Option<f64>,
    /// kbit/s.
    pub kbit_s: Option<f64>,
    /// Audio codecs beside it.
    pub audio: Vec<String>,
    /// Camera clock minus node clock in milliseconds, if known.
    pub clock_difference_ms: Option<i64>,
}

fn body(found: &Result<ProbedStream, StreamFault>, language: Language) -> ProbedBody {
    match found {
        Err(fault) => ProbedBody {
            fault: Some(fault.slug()),
            said: Some(fault.said().of(language).to_owned()),
            ..ProbedBody::default()
        },
        Ok(s) => ProbedBody {
            ok: true,
            fault: None,
            said: None,
            url: Some(s.url.clone()),
            codec: Some(s.codec.clone()),
            supported: s.supported,
            profile_level_id: s.profile_level_id.clone(),
            width: s.width,
            height: s.height,
            fps: s.fps,
            gop_s: s.gop_s,
            gop_s_min: s.gop_s_min,
            kbit_s: s.kbit_s,
            audio: s.audio.clone(),
            clock_difference_ms: s.clock_difference_ms,
        },
    }
}

/// Looks at a camera address, within 5 s
#[utoipa::path(post, path = "/api/v1/cameras/probe", tag = "cameras", operation_id = "camera_probe",
    request_body = ProbeAsked,
    responses((status = 200, body = ProbeBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json")))]
pub async fn probe(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Json<ProbeAsked>,
) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let address = Address {
        main_url: asked.main_url.trim().to_owned(),
        sub_url: asked.sub_url.filter(|s| !s.is_empty()),
        username: asked.username.filter(|s| !s.is_empty()),
        password: asked.password.filter(|s| !s.is_empty()).map(Secret::new),
        udp: asked.transport == Some(Transport::Udp),
    };
    let (_, report) = office::probe(&state, &who, address).await?;
    let language = who.visitor.language;
    Ok(HttpResponse::Ok().json(ProbeBody {
        main: body(&report.main, language),
        sub: report.sub.as_ref().map(|s| body(s, language)),
        server: report.server,
        took_ms: report.took_ms,
    }))
}
