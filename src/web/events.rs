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
use base::{AccountId, CameraId, Language, Said, StreamKind, WallTime, limits};
use futures_util::stream;
use media::{Phase, StreamFault, StreamState, TrackKey};
use ops::Caller;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    /// Cameras were added, changed or removed; or the node.
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

/// How many listen, by account. Bounded by [`limits::EVENT_LISTENERS_MAX`], beyond which nobody gets a place.
#[derive(Debug, Default)]
struct Counts {
    all: usize,
    of: HashMap<AccountId, usize>,
}

/// Tells all listeners.
#[derive(Debug)]
pub struct Hub {
    sender: broadcast::Sender<Arc<Event>>,
    listeners: Arc<Mutex<Counts>>,
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
        counts(&self.listeners).all
    }
    /// A sign-in or token has ended: listeners look whether it was theirs.
    pub fn sign_in_ended(&self) {
        self.sign_ins.send_modify(|n| *n = n.wrapping_add(1));
    }
    /// A place for a listener of that account, or the sentence why there is none.
    fn place(&self, account: AccountId) -> Result<Place, Said> {
        let mut counts = counts(&self.listeners);
        if counts.all >= limits::EVENT_LISTENERS_MAX {
            return Err(Said::new(
                "Quá nhiều nơi đang theo dõi sự kiện của nút. Hãy thử lại sau.",
                "Too many listeners follow the events of this node. Try again later.",
            ));
        }
        let own = counts.of.entry(account).or_default();
        if *own >= limits::EVENT_LISTENERS_PER_ACCOUNT_MAX {
            return Err(Said::new(
                format!("Tài khoản này đang mở {own} luồng sự kiện, là mức tối đa. Hãy đóng bớt trang rồi thử lại."),
                format!(
                    "This account has {own} event streams open, the most it may. Close some pages, then try again."
                ),
            ));
        }
        *own += 1;
        counts.all += 1;
        Ok(Place { counts: self.listeners.clone(), account })
    }
}

/// Takes the lock; a panic elsewhere must not end the events.
fn counts(of: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One listener's place; given back when dropped.
#[derive(Debug)]
struct Place {
    counts: Arc<Mutex<Counts>>,
    account: AccountId,
}
impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = counts(&self.counts);
        counts.all = counts.all.saturating_sub(1);
        let left = counts.of.get(&self.account).map_or(0, |n| n.saturating_sub(1));
        if left == 0 {
            counts.of.remove(&self.account);
        } else {
            counts.of.insert(self.account, left);
        }
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
        // For all eyes: each listener is told only of the cameras that it sees.
        let codes = state.ops.camera_codes();
        for id in changed {
            if let Some(code) = codes.get(&id) {
                tell(&state, event_of(id, code, |key| now.get(&key).cloned()));
            }
        }
    }
    std::future::pending::<()>().await;
}

fn tell(state: &WebState, event: Event) {
    let _ = state.hub.sender.send(Arc::new(event)); // nobody listens: fine
}

fn event_of(id: CameraId, code: &str, mut state_of: impl FnMut(TrackKey) -> Option<StreamState>) -> Event {
    let mut one = |stream| state_of(TrackKey { camera: id, stream });
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

/// The next piece of the first picture. Asks for the states of its own cameras only: with all states for each piece, the
/// work would grow with the square of the cameras.
fn piece(
    first: &mut VecDeque<(CameraId, String)>,
    language: Language,
    mut state_of: impl FnMut(TrackKey) -> Option<StreamState>,
) -> String {
    let n = first.len().min(PIECE);
    first.drain(..n).map(|(id, code)| written(&event_of(id, &code, &mut state_of), language)).collect()
}

/// One listener.
struct Listener {
    state: WebState,
    who: SignedIn,
    events: broadcast::Receiver<Arc<Event>>,
    office: watch::Receiver<u64>,
    accounts: watch::Receiver<u64>,
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
/// `text/event-stream`. First the state of every camera that the caller sees (`event: camera`), then each change;
/// `event: catalogue` when cameras, rights or the node change; a comment every 15 s as a sign of life. Ends when the sign-in or token ends.
/// A listener that falls behind gets all states again.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", operation_id = "listen",
    responses(
        (status = 200, description = "A stream of events; `data` is a CameraEvent or a CatalogueEvent",
            content_type = "text/event-stream", body = CameraEvent),
        (status = 401, description = "Not signed in", body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many listeners, on the node or of this account", body = crate::problem::Problem, content_type = "application/problem+json"),
    ))]
pub async fn listen(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let state = state.get_ref().clone();
    let place = state
        .hub
        .place(office::account_id(&who.caller))
        .map_err(|said| Failure::new(problem::UNAVAILABLE, said).retry_after(30))?;
    let events = state.hub.sender.subscribe();
    let listener = Listener {
        first: all_cameras(&state, &who.caller),
        office: state.ops.changes(),
        accounts: state.ops.account_changes(),
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

fn all_cameras(state: &WebState, caller: &Caller) -> VecDeque<(CameraId, String)> {
    let sorted: BTreeMap<String, CameraId> =
        office::codes_for(state, caller).into_iter().map(|(id, code)| (code, id)).collect();
    sorted.into_iter().map(|(code, id)| (id, code)).collect()
}

impl Listener {
    /// Is that for these eyes?
    fn may_hear(&self, event: &Event) -> bool {
        match event {
            Event::Camera { id, .. } => self.state.ops.sees(&self.who.caller, *id),
            Event::Catalogue(_) => true,
        }
    }

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
                let media = &self.state.media;
                return Some(piece(&mut self.first, language, |key| media.state(key)));
            }
            let due = self.recheck.map_or(self.beat, |r| r.min(self.beat));
            tokio::select! {
                _ = self.stopping.changed() => return None,
                told = self.events.recv() => match told {
                    Ok(event) => {
                        if self.may_hear(&event) {
                            return Some(written(&event, language));
                        }
                    }
                    Err(RecvError::Lagged(_)) => self.first = all_cameras(&self.state, &self.who.caller),
                    Err(RecvError::Closed) => return None,
                },
                rung = async { tokio::select! {
                    r = self.office.changed() => r,
                    r = self.accounts.changed() => r,
                    r = self.sign_ins.changed() => r,
                } } => {
                    if rung.is_err() { return None }
                    if self.recheck.is_none() {
                        self.recheck = Some(Instant::now() + GATHER);
                    }
                }
                () = sleep_until(due) => {
                    if !office::still_signed_in(&self.state, &self.who.visitor).await {
                        return None;
                    }
                    // Preset and unit may be other ones now.
                    self.who.caller = office::caller_again(&self.state, &self.who.caller).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn account(n: u8) -> AccountId {
        AccountId::from_parts(1, [n; 10])
    }

    #[test]
    fn a_piece_asks_for_its_own_cameras_only() {
        let all: Vec<CameraId> = (0..250).map(|n| CameraId::from_parts(n, [7; 10])).collect();
        let mut first: VecDeque<_> = all.iter().map(|id| (*id, format!("79-{id}"))).collect();
        let mut asked = Vec::new();
        let mut text = piece(&mut first, Language::Vi, |key| {
            asked.push(key.camera);
            None
        });
        asked.dedup();
        assert_eq!(asked, all[..PIECE], "in order, and no others");
        while !first.is_empty() {
            text.push_str(&piece(&mut first, Language::Vi, |_| None));
        }
        assert_eq!(text.matches("event: camera").count(), 250, "each camera once");
    }

    #[test]
    fn one_account_cannot_take_every_place_and_places_are_given_back() {
        let hub = Hub::new();
        let own: Vec<Place> =
            (0..limits::EVENT_LISTENERS_PER_ACCOUNT_MAX).map(|_| hub.place(account(1)).expect("a place")).collect();
        let said = hub.place(account(1)).expect_err("full");
        assert!(said.vi.contains("đóng bớt trang") && said.en.contains("Close some pages"));
        assert!(hub.place(account(2)).is_ok(), "others still get one");
        assert_eq!(hub.listeners(), own.len());
        drop(own);
        assert_eq!(hub.listeners(), 0);
        assert!(hub.place(account(1)).is_ok());

        let mut many = Vec::new();
        while let Ok(place) = hub.place(account(u8::try_from(many.len() / 50).expect("few"))) {
            many.push(place);
        }
        assert_eq!(many.len(), limits::EVENT_LISTENERS_MAX, "the bound of the node");
    }
}
