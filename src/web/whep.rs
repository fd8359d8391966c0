//! WHEP (draft-ietf-wish-whep): a player posts an SDP offer and gets the answer; `DELETE` ends the playback.
//!
//! Not here: the offer's inside (`media::webrtc`), the right (`ops` gives a lease or a refusal). No header opens these
//! addresses to pages of other origins.

use crate::body::{Asked, Body};
use crate::office;
use crate::problem::{self, Failure};
use crate::state::WebState;
use crate::visitor::{self, SignedIn, TheCamera};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use base::{CameraId, Said, StreamKind, WhepSessionId, limits};
use media::{NotChosen, WhepAnswer, WhepError};
use ops::Ops;

const ACCEPT_POST: (header::HeaderName, &str) = (header::HeaderName::from_static("accept-post"), "application/sdp");

/// `OPTIONS /whep/{camera}`: says what a POST takes.
pub async fn options() -> HttpResponse {
    HttpResponse::NoContent().insert_header(ACCEPT_POST).insert_header((header::ALLOW, "OPTIONS, POST")).finish()
}

/// `OPTIONS` on a playback.
pub async fn options_of_playback() -> HttpResponse {
    HttpResponse::NoContent().insert_header((header::ALLOW, "DELETE, OPTIONS")).finish()
}

/// `PATCH` on a playback: trickle ICE and ICE restarts are not needed, the answer holds all candidates.
pub async fn patch() -> Result<HttpResponse, Failure> {
    Err(Failure::new(
        problem::METHOD,
        Said::new(
            "Nút không nhận thêm ứng viên ICE: câu trả lời SDP đã có đủ. Để bắt đầu lại, hãy gửi POST mới.",
            "This node takes no further ICE candidates: the SDP answer has them all. To start over, POST again.",
        ),
    )
    .allow("DELETE, OPTIONS".to_owned()))
}

/// `POST /whep/{camera}?stream=main|sub&purpose=`: offer in, answer out. What it is for (where policy asks: problem
/// `purpose-needed`) stands in `purpose` or, percent-encoded, in the header `X-Purpose`.
pub async fn open(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: TheCamera,
    asked: Asked,
    offer: Body,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let stream = stream(&asked)?;
    let offer = String::from_utf8(offer.0.to_vec()).map_err(|_| {
        Failure::new(problem::INVALID, Said::new("Lời mời SDP không phải UTF-8.", "The SDP offer is not UTF-8."))
    })?;
    let camera = camera.0;
    let purpose = purpose(&asked, &req);
    if stream == StreamKind::Sub && camera.sub_url.is_none() {
        return Err(no_such_stream().at("stream"));
    }
    // In a task of its own: a requester that goes away takes its handler along, but a view that is on record as begun
    // must come to its end. If the answer finds nobody, the view ends because nobody connects.
    let opening = tokio::spawn(begin(state.get_ref().clone(), who, camera.id, stream, purpose, offer));
    opening.await.map_err(Failure::internal)?.map(|answer| created(&camera.code, answer))
}

/// Which stream is asked for: the large one, if nothing is said.
pub(crate) fn stream(asked: &Asked) -> Result<StreamKind, Failure> {
    match asked.0.text("stream") {
        "" => Ok(StreamKind::Main),
        text => StreamKind::parse(text).ok_or_else(|| {
            Failure::invalid("stream", Said::new("stream là “main” hoặc “sub”.", "stream is “main” or “sub”."))
        }),
    }
}

/// What it is for, as the player says.
fn purpose(asked: &Asked, req: &HttpRequest) -> String {
    let header = visitor::header_text(req, header::HeaderName::from_static("x-purpose")).unwrap_or_default();
    let decoded =
        url::form_urlencoded::parse(format!("purpose={header}").as_bytes()).next().map(|(_, v)| v.into_owned());
    asked.0.optional("purpose").or(decoded).unwrap_or_default()
}

/// From the right to the running view; a view that `media` refuses ends on record.
async fn begin(
    state: WebState,
    who: SignedIn,
    camera: CameraId,
    stream: StreamKind,
    purpose: String,
    offer: String,
) -> Result<WhepAnswer, Failure> {
    let lease = office::lease(&state, &who, camera, stream, purpose).await?;
    match state.media.whep_open(lease.clone(), stream, &offer).await {
        Ok(answer) => Ok(answer),
        Err(error) => {
            office::view_refused(&state, &lease, &error).await;
            Err(failure_of(&error))
        }
    }
}

/// Now and then: leases that no view uses come to their end. Never returns.
pub async fn end_forgotten_views(state: WebState) {
    let mut period = tokio::time::interval(limits::LEASE_UNHELD_MAX / 4);
    loop {
        period.tick().await;
        if let Err(failure) = office::ask(&state, Ops::end_forgotten_views).await {
            tracing::error!(error = %failure, "the end of forgotten views is not on record");
        }
    }
}

/// Duty: pictures stop with the right behind them, and what ends is on record. Never returns.
pub async fn keep_rights(state: WebState) {
    let mut period = tokio::time::interval(limits::RIGHTS_SWEEP);
    let mut noted = None;
    loop {
        period.tick().await;
        if let Err(failure) = office::ask(&state, Ops::sweep_rights).await {
            tracing::error!(error = %failure, "rights that have ended could not be withdrawn");
        }
        let now = state.config.clock.now();
        if noted.is_none_or(|at| now.since(at) >= limits::GRANT_NOTES_PERIOD) {
            noted = Some(now);
            if let Err(failure) = office::ask(&state, Ops::note_grants_ending).await {
                tracing::error!(error = %failure, "the ends of grants are not on record");
            }
        }
    }
}

fn created(camera: &str, answer: WhepAnswer) -> HttpResponse {
    let place = format!("/whep/{}/{}", templates::routes::segment(camera), answer.id);
    HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .insert_header((header::ETAG, format!("\"{}\"", answer.id)))
        .content_type("application/sdp")
        .body(answer.sdp)
}

pub(crate) fn failure_of(error: &WhepError) -> Failure {
    let (sort, retry_after_s) = match error {
        WhepError::BadOffer(_) => (problem::INVALID, None),
        WhepError::NoCommonCodec(_) => (problem::NOT_ACCEPTABLE, None),
        WhepError::NoPicture => (problem::UNAVAILABLE, Some(2)),
        WhepError::TooManyViewers => (problem::UNAVAILABLE, Some(30)),
        WhepError::LeaseEnded => (problem::REFUSED, None),
        WhepError::Stopping => (problem::UNAVAILABLE, Some(10)),
    };
    let failure = Failure::new(sort, error.said());
    match retry_after_s {
        Some(seconds) => failure.retry_after(seconds),
        None => failure,
    }
}

/// `DELETE /whep/{camera}/{playback}`: ends it. Only its own account may.
pub async fn close(
    state: web::Data<WebState>,
    who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (_, playback) = path.into_inner();
    let id: WhepSessionId = playback.parse().map_err(|()| gone())?;
    if state.media.whep_close(id, office::account_id(&who.caller)) {
        Ok(HttpResponse::new(StatusCode::OK))
    } else {
        Err(gone())
    }
}

/// `PUT /whep/{camera}/{playback}/stream?to=main|sub`: shows the other stream in the same playback, without a new offer.
/// Where the camera has no such stream of the same codec, what is shown goes on. Only its own account may.
pub async fn choose(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Asked,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let stream = StreamKind::parse(asked.0.text("to"))
        .ok_or_else(|| Failure::invalid("to", Said::new("to là “main” hoặc “sub”.", "to is “main” or “sub”.")))?;
    let (_, playback) = path.into_inner();
    let id: WhepSessionId = playback.parse().map_err(|()| gone())?;
    match state.media.whep_choose(id, office::account_id(&who.caller), stream) {
        Ok(()) => Ok(HttpResponse::NoContent().finish()),
        Err(NotChosen::NoView) => Err(gone()),
        Err(NotChosen::NoStream) => Err(no_such_stream()),
    }
}

pub(crate) fn no_such_stream() -> Failure {
    Failure::new(
        problem::CONFLICT,
        Said::new(
            "Camera này không có luồng phụ. Hãy xem luồng chính (stream=main).",
            "This camera has no substream. Watch the main stream (stream=main).",
        ),
    )
}

fn gone() -> Failure {
    Failure::new(
        problem::NOT_FOUND,
        Said::new("Không có lượt xem này, hoặc nó đã kết thúc.", "There is no such playback, or it has ended."),
    )
}
