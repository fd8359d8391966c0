//! Live pictures as fragmented MP4 over WebSocket, for players behind networks that let nothing through but the pages.
//!
//! The node sends: a text `{"type":"init","kind":"video/mp4; codecs=…","stream":"main"}` before each initialisation segment,
//! then binary messages, the segment and a fragment for each picture. What goes wrong is told as a text with the problem
//! (`{"type":"problem",…}`), then the connection is closed. The player sends nothing. Not here: the pictures (`media::mse`).

use crate::body::Asked;
use crate::office;
use crate::problem::{self, Failure};
use crate::state::WebState;
use crate::visitor::{SignedIn, TheCamera, Visitor};
use crate::whep;
use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{CloseCode, CloseReason, Message, MessageStream, Session};
use base::{CameraId, Said, StreamKind, limits};
use futures_util::StreamExt;
use media::mse::{Mse, Piece};
use tokio::time::{Instant, interval, timeout};

/// `GET /ws/mse/{camera}?stream=main|sub&purpose=`, as WebSocket.
pub async fn play(
    state: web::Data<WebState>,
    who: SignedIn,
    visitor: Visitor,
    camera: TheCamera,
    asked: Asked,
    req: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Failure> {
    let stream = whep::stream(&asked)?;
    let camera = camera.0;
    if stream == StreamKind::Sub && camera.sub_url.is_none() {
        return Err(whep::no_such_stream().at("stream"));
    }
    let purpose = asked.0.optional("purpose").unwrap_or_default();
    let (response, session, incoming) = actix_ws::handle(&req, payload).map_err(|_| {
        Failure::new(
            problem::INVALID,
            Said::new(
                "Địa chỉ này chỉ dùng cho WebSocket. Trình phát khác hãy dùng WHEP.",
                "This address is for WebSocket only. Other players use WHEP.",
            ),
        )
    })?;
    let state = state.get_ref().clone();
    actix_web::rt::spawn(async move {
        match begin(&state, &who, camera.id, stream, purpose).await {
            Ok(playback) => carry(playback, session, incoming).await,
            Err(failure) => refuse(session, &failure, &visitor).await,
        }
    });
    Ok(response)
}

/// From the right to the running view; a view that `media` refuses ends on record.
async fn begin(
    state: &WebState,
    who: &SignedIn,
    camera: CameraId,
    stream: StreamKind,
    purpose: String,
) -> Result<Mse, Failure> {
    let lease = office::lease(state, who, camera, stream, purpose).await?;
    match state.media.mse_open(lease.clone(), stream).await {
        Ok(playback) => Ok(playback),
        Err(error) => {
            office::view_refused(state, &lease, &error).await;
            Err(whep::failure_of(&error))
        }
    }
}

async fn refuse(mut session: Session, failure: &Failure, visitor: &Visitor) {
    let mut body = serde_json::to_value(failure.problem(visitor.language)).unwrap_or_default();
    if let Some(map) = body.as_object_mut() {
        let kind = map.insert("type".to_owned(), "problem".into());
        map.insert("problem".to_owned(), kind.unwrap_or_default());
        map.insert("retry_after".to_owned(), failure.retry_after_s().into());
    }
    let _ = session.text(body.to_string()).await;
    let _ = session.close(Some(CloseReason { code: CloseCode::Policy, description: None })).await;
}

/// Sends until one side ends. The system's buffers and a few messages are all that waits for a slow player.
async fn carry(mut playback: Mse, mut session: Session, mut incoming: MessageStream) {
    let mut pings = interval(limits::MSE_PING);
    let mut heard = Instant::now();
    loop {
        let alive = tokio::select! {
            message = incoming.next() => {
                heard = Instant::now();
                match message {
                    Some(Ok(Message::Ping(bytes))) => session.pong(&bytes).await.is_ok(),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => false,
                    Some(Ok(_)) => true,
                }
            }
            _ = pings.tick() => heard.elapsed() < limits::MSE_SILENCE_MAX && session.ping(b"").await.is_ok(),
            piece = playback.next() => match piece {
                Some(piece) => matches!(timeout(limits::MSE_SEND_MAX, send(&mut session, piece, playback.stream())).await, Ok(true)),
                None => false,
            },
        };
        if !alive {
            break;
        }
    }
    let _ = timeout(limits::MSE_PING, session.close(None)).await;
}

async fn send(session: &mut Session, piece: Piece, stream: StreamKind) -> bool {
    match piece {
        Piece::Fragment(bytes) => session.binary(bytes).await.is_ok(),
        Piece::Init { kind, segment } => {
            let told = serde_json::json!({ "type": "init", "kind": kind, "stream": stream.as_str() });
            session.text(told.to_string()).await.is_ok() && session.binary(segment).await.is_ok()
        }
    }
}
