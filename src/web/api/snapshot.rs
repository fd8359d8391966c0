//! `GET /api/v1/cameras/{camera}/snapshot.jpg`

use crate::body::Asked;
use crate::office;
use crate::problem::{self, Failure, Problem};
use crate::state::WebState;
use crate::visitor::{SignedIn, TheCamera, header_text};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base::{Language, Said, StreamKind, limits};
use media::snapshot::SnapshotError;
use media::{Phase, TrackKey};

/// When the picture was taken, RFC 3339 UTC.
const PICTURE_TIME: &str = "X-Picture-Time";

/// The newest key frame as JPEG
///
/// Not a picture of this very moment: cameras send a key frame every one to ten seconds; `X-Picture-Time` says when it was
/// taken. Taking pictures is on record, those of one stream by the same sign-in or token within five minutes as one entry.
#[utoipa::path(get, path = "/api/v1/cameras/{camera}/snapshot.jpg", tag = "cameras", operation_id = "camera_snapshot",
    params(("camera" = String, Path, description = "Code or id"),
        ("width" = Option<u32>, Query, description = "Pixels across, 16 to 4096; as it is if left out. Never larger than it is"),
        ("stream" = Option<String>, Query, description = "`main` (default) or `sub`"),
        ("purpose" = Option<String>, Query, description = "What for, where policy asks for it (problem `purpose-needed`)"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag that is there already")),
    responses((status = 200, description = "JPEG", content_type = "image/jpeg",
            headers(("ETag" = String, description = "Names this very picture in this size"),
                ("X-Picture-Time" = String, description = "When it was taken, RFC 3339 UTC"))),
        (status = 304, description = "There is no newer one"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 501, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub async fn take(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: TheCamera,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let camera = camera.0;
    let width = width(asked.0.text("width"))?;
    let stream = StreamKind::parse(asked.0.optional("stream").as_deref().unwrap_or("main"))
        .filter(|s| *s == StreamKind::Main || camera.sub_url.is_some())
        .ok_or_else(|| {
            Failure::invalid(
                "stream",
                Said::new(
                    "stream là “main”, hoặc “sub” nếu camera có luồng phụ.",
                    "stream is “main”, or “sub” if the camera has a sub stream.",
                ),
            )
        })?;
    let key = TrackKey { camera: camera.id, stream };
    let purpose = asked.0.optional("purpose").unwrap_or_default();
    let caller = who.caller.clone();
    office::ask(&state, move |ops| ops.allow_snapshot(&caller, key.camera, key.stream, &purpose)).await?;
    let picture = state.media.snapshot(key, width).await.map_err(|e| failure(&state, key, &e))?;
    let tag = format!("\"{}\"", picture.tag);
    let known = header_text(&req, header::IF_NONE_MATCH).is_some_and(|t| t.split(',').any(|t| t.trim() == tag));
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((PICTURE_TIME, picture.taken.rfc3339()));
    if known {
        return Ok(answer.finish());
    }
    let name: String =
        camera.code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
    let time: String = picture.taken.office_text().chars().map(|c| if c.is_ascii_digit() { c } else { '-' }).collect();
    let file = format!("inline; filename=\"{name}_{}.jpg\"", time.trim_matches('-'));
    Ok(answer.insert_header((header::CONTENT_DISPOSITION, file)).content_type("image/jpeg").body(picture.jpeg))
}

fn width(text: &str) -> Result<Option<u32>, Failure> {
    let (least, most) = limits::SNAPSHOT_WIDTH;
    match text.parse::<u32>() {
        _ if text.is_empty() => Ok(None),
        Ok(n) if (least..=most).contains(&n) => Ok(Some(n)),
        _ => Err(Failure::invalid(
            "width",
            Said::new(
                format!("width là số điểm ảnh, từ {least} đến {most}."),
                format!("width is a number of pixels, from {least} to {most}."),
            ),
        )),
    }
}

fn failure(state: &WebState, key: TrackKey, error: &SnapshotError) -> Failure {
    let said = error.said();
    match error {
        SnapshotError::NoPicture => {
            // In the words of its state, which say why.
            let now = state.media.state(key).filter(|s| s.phase != Phase::Live);
            let why = now.and_then(|s| s.fault).map(|f| f.said());
            let said = why.map_or(said.clone(), |why| {
                let both = |language| format!("{} {}", said.of(language), why.of(language));
                Said::new(both(Language::Vi), both(Language::En))
            });
            Failure::new(problem::UNAVAILABLE, said).retry_after(5)
        }
        SnapshotError::Busy => Failure::new(problem::UNAVAILABLE, said).retry_after(2),
        SnapshotError::Broken(_) => Failure::new(problem::UNAVAILABLE, said).retry_after(10),
        SnapshotError::TooLarge { .. } => Failure::new(problem::CONFLICT, said),
        SnapshotError::Unsupported(_) => Failure::new(problem::NOT_OFFERED, said),
    }
}
