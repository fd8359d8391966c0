//! `GET /api/v1/events`: server-sent events (HTML §9.2). One hub compares the states of all streams when they change and
//! tells every listener; a listener renders in its own language and ends with its sign-in.

use crate::office;
use crate::problem::{self, Failure};
use crate::state::WebState;
use crate::streams::{self, StreamBody};
use crate::visitor::SignedIn;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use base::{CameraId, Language, Said, StreamKind, WallTime, limits};
use futures_util::stream;
use media::{Phase, StreamFault, StreamState, TrackKey};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, sleep_until};
use utoipa::ToSchema;

/// Changes within this time are told together.
const GATHER: Duration = Duration::from_millis(150);
/// Cameras per piece of the first picture of all states.
const PIECE: usize = 100;

/// What listeners are told.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "always behind an Arc, one for all listeners")]
enum Event {
    /// A camera's streams stand differently.
    Camera { id: CameraId, code: String, main: Option<StreamState>, sub: Option<StreamState> },
    /// Cameras were added, changed or removed; or accounts, or the node.
    Catalogue(u64),
}

/// `event: camera`
#[derive(Debug, Serialize, ToSchema)]
pub struct CameraEvent {
    /// The camera's id.
    pub id: String,
    /// The camera's code.
    pub code: String,
    /// The main stream.
    pub main: StreamBody,
    /// The substream, if the camera has one.
    pub sub: Option<StreamBody>,
}

/// `event: catalogue`
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueEvent {
    /// A running number; read the catalogue anew when it changes.
    pub change: u64,
}

/// Tells all listeners.
#[derive(Debug)]
pub struct Hub {
    sender: broadcast::Sender<Arc<Event>>,
    listeners: Arc<AtomicUsize>,
    sign_ins: watch::Sender<u64>,
}

impl Hub {
    /// Without listeners.
    pub fn new() -> Self {
        Self {
            sender: broadcast::Sender::new(limits::EVENTS_BEHIND_MAX),
            listeners: Arc::default(),
            sign_ins: watch::Sender::new(0),
        }
    }
    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.listeners.load(Ordering::Relaxed)
    }
    /// A sign-in or token has ended: listeners look whether it was theirs.
    pub fn sign_in_ended(&self) {
        self.sign_ins.send_modify(|n| *n = n.wrapping_add(1));
    }
    fn place(&self) -> Option<Place> {
        let taken = self.listeners.fetch_add(1, Ordering::AcqRel);
        let place = Place(self.listeners.clone());
        (taken < limits::EVENT_LISTENERS_MAX).then_some(place)
    }
}

/// One listener's place; given back when dropped.
struct Place(Arc<AtomicUsize>);
impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What of a state makes it a different one for a person.
type Look = (Phase, WallTime, Option<StreamFault>);

fn looks(states: &HashMap<TrackKey, StreamState>) -> HashMap<TrackKey, Look> {
    states.iter().map(|(k, s)| (*k, (s.phase, s.since, s.fault.clone()))).collect()
}

/// Watches streams and office until the end of the server; never returns.
pub async fn run_hub(state: WebState) {
    let mut media = state.media.state_changes();
    let mut office = state.ops.changes();
    let mut last = looks(&streams::all(&state));
    loop {
        tokio::select! {
            rung = media.changed() => if rung.is_err() { break },
            rung = office.changed() => {
                if rung.is_err() { break }
                let change = *office.borrow_and_update();
                tell(&state, Event::Catalogue(change));
            }
        }
        sleep_until(Instant::now() + GATHER).await;
        media.borrow_and_update();
        let now = streams::all(&state);
        let look = looks(&now);
        let changed: BTreeSet<CameraId> =
            look.iter().filter(|(k, l)| last.get(*k) != Some(*l)).map(|(k, _)| k.camera).collect();
        last = look;
        if changed.is_empty() || state.hub.listeners() == 0 {
            continue;
        }
        let codes = office::codes(&state);
        for id in changed {
            if let Some(code) = codes.get(&id) {
                tell(&state, event_of(id, code, &now));
            }
        }
    }
    std::future::pending::<()>().await;
}

fn tell(state: &WebState, event: Event) {
    let _ = state.hub.sender.send(Arc::new(event)); // nobody listens: fine
}

fn event_of(id: CameraId, code: &str, states: &HashMap<TrackKey, StreamState>) -> Event {
    let one = |stream| states.get(&TrackKey { camera: id, stream }).cloned();
    Event::Camera { id, code: code.to_owned(), main: one(StreamKind::Main), sub: one(StreamKind::Sub) }
}

fn written(event: &Event, language: Language) -> String {
    let (name, data) = match event {
        Event::Camera { id, code, main, sub } => {
            let body = CameraEvent {
                id: id.to_string(),
                code: code.clone(),
                main: streams::body(main.as_ref(), language),
                sub: sub.as_ref().map(|s| streams::body(Some(s), language)),
            };
            ("camera", serde_json::to_string(&body))
        }
        Event::Catalogue(change) => ("catalogue", serde_json::to_string(&CatalogueEvent { change: *change })),
    };
    // JSON from serde_json holds no line ends, so that one `data:` line is enough.
    format!("event: {name}\ndata: {}\n\n", data.unwrap_or_default())
}

/// One listener.
struct Listener {
    state: WebState,
    who: SignedIn,
    events: broadcast::Receiver<Arc<Event>>,
    office: watch::Receiver<u64>,
    sign_ins: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    beat: Instant,
    recheck: Option<Instant>,
    first: VecDeque<(CameraId, String)>,
    begun: bool,
    _place: Place,
}

/// The states of streams and the catalogue as they change
///
/// `text/event-stream`. First the state of every camera (`event: camera`), then each change; `event: catalogue` when
/// cameras, accounts or the node change; a comment every 15 s as a sign of life. Ends when the sign-in or token ends.
/// A listener that falls behind gets all states again.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", operation_id = "listen",
    responses(
        (status = 200, description = "A stream of events; `data` is a CameraEvent or a CatalogueEvent",
            content_type = "text/event-stream", body = CameraEvent),
        (status = 401, description = "Not signed in", body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many listeners", body = crate::problem::Problem, content_type = "application/problem+json"),
    ))]
pub async fn listen(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let state = state.get_ref().clone();
    let place = state.hub.place().ok_or_else(|| {
        Failure::new(
            problem::UNAVAILABLE,
            Said::new(
                "Quá nhiều nơi đang theo dõi sự kiện của nút. Hãy thử lại sau.",
                "Too many listeners follow the events of this node. Try again later.",
            ),
        )
        .retry_after(30)
    })?;
    let events = state.hub.sender.subscribe();
    let listener = Listener {
        first: all_cameras(&state),
        office: state.ops.changes(),
        sign_ins: state.hub.sign_ins.subscribe(),
        stopping: state.stopping.subscribe(),
        beat: Instant::now() + limits::EVENT_HEARTBEAT,
        recheck: None,
        begun: false,
        events,
        who,
        state,
        _place: place,
    };
    let body = stream::unfold(listener, |mut l| async move {
        let text = l.next().await?;
        Some((Ok::<Bytes, Infallible>(Bytes::from(text)), l))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::HeaderName::from_static("x-accel-buffering"), "no"))
        .streaming(body))
}

fn all_cameras(state: &WebState) -> VecDeque<(CameraId, String)> {
    let sorted: BTreeMap<String, CameraId> = office::codes(state).into_iter().map(|(id, code)| (code, id)).collect();
    sorted.into_iter().map(|(code, id)| (id, code)).collect()
}

impl Listener {
    /// The next piece of text; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        let language = self.who.visitor.language;
        if !self.begun {
            self.begun = true;
            return Some("retry: 3000\n: mat luoi\n\n".to_owned());
        }
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            if !self.first.is_empty() {
                let states = streams::all(&self.state);
                let n = self.first.len().min(PIECE);
                return Some(
                    self.first.drain(..n).map(|(id, code)| written(&event_of(id, &code, &states), language)).collect(),
                );
            }
            let due = self.recheck.map_or(self.beat, |r| r.min(self.beat));
            tokio::select! {
                _ = self.stopping.changed() => return None,
                told = self.events.recv() => match told {
                    Ok(event) => return Some(written(&event, language)),
                    Err(RecvError::Lagged(_)) => self.first = all_cameras(&self.state),
                    Err(RecvError::Closed) => return None,
                },
                rung = async { tokio::select! { r = self.office.changed() => r, r = self.sign_ins.changed() => r } } => {
                    if rung.is_err() { return None }
                    if self.recheck.is_none() {
                        self.recheck = Some(Instant::now() + GATHER);
                    }
                }
                () = sleep_until(due) => {
                    if !office::still_signed_in(&self.state, &self.who.visitor).await {
                        return None;
                    }
                    self.recheck = None;
                    if Instant::now() >= self.beat {
                        self.beat = Instant::now() + limits::EVENT_HEARTBEAT;
                        return Some(": .\n\n".to_owned());
                    }
                }
            }
        }
    }
}
