//! `GET /api/v1/streams`

use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::streams::{self, StreamBody};
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use media::StreamState;
use serde::Serialize;
use std::sync::atomic::Ordering;
use utoipa::ToSchema;

/// A running stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunningStream {
    /// The camera's id.
    pub camera: String,
    /// The camera's code.
    pub code: String,
    /// `main` or `sub`.
    pub stream: &'static str,
    /// Its state.
    pub state: StreamBody,
    /// Viewers now.
    pub viewers: u64,
    /// RTP packets that did not arrive, since the node's start.
    pub lost_packets: u64,
    /// Times the camera was connected anew.
    pub reconnects: u64,
}

/// All running streams.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamsBody {
    /// The streams, by camera code.
    pub items: Vec<RunningStream>,
}

/// The streams that the node takes in, with their states
///
/// Only those of cameras that the caller sees.
#[utoipa::path(get, path = "/api/v1/streams", tag = "streams", operation_id = "streams_list",
    responses((status = 200, body = StreamsBody),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let codes = office::codes_for(&state, &who.caller);
    let tracks = state.media.tracks();
    let one = |s: StreamState| {
        let code = codes.get(&s.key.camera)?.clone();
        let track = tracks.find(s.key);
        let count = |pick: fn(&media::TrackCounters) -> &std::sync::atomic::AtomicU64| {
            track.as_ref().map_or(0, |t| pick(&t.counters).load(Ordering::Relaxed))
        };
        Some(RunningStream {
            camera: s.key.camera.to_string(),
            code,
            stream: s.key.stream.as_str(),
            viewers: count(|c| &c.viewers),
            lost_packets: count(|c| &c.lost_packets),
            reconnects: count(|c| &c.reconnects),
            state: streams::body(Some(&s), who.visitor.language),
        })
    };
    let mut items: Vec<_> = state.media.states().into_iter().filter_map(one).collect();
    items.sort_by(|a, b| (&a.code, a.stream).cmp(&(&b.code, b.stream)));
    Ok(HttpResponse::Ok().json(StreamsBody { items }))
}
