//! One source kept running: connect, feed its track, notice silence, try again with patience.
//!
//! Life of a source: *wait a little* (so that many do not stampede) → *connect* (a turn among the handshakes, one
//! deadline) → *live* from the first key frame → *lost* (silence, error, panic) → *wait* (back-off with full jitter) → …
//! until told to stop. Each attempt is a task of its own: a panic ends the attempt, not the node.

use super::session::{Event, Link, Playing};
use super::states::States;
use super::{Fed, Feed, Measure, Picture};
use crate::StreamFault;
use crate::address::{AllowedNetworks, CameraUrl};
use crate::source::{SourceSpec, StreamFacts};
use crate::track::{Track, Tracks};
use av::Codec;
use base::{Clock, limits};
use retina::client::SessionGroup;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

/// First pause after a loss, at most; doubles from try to try.
const BACKOFF_FIRST: Duration = Duration::from_millis(500);
/// A stream that lived shorter than this did not recover: the pauses go on growing.
const STABLE_MIN: Duration = Duration::from_secs(5);
/// Pictures come but no key frame for this long: nobody can decode that.
const FIRST_KEY_MAX: Duration = Duration::from_secs(60);
/// How often the measured figures are told.
const FIGURES_EVERY: Duration = Duration::from_secs(1);
/// How long an ended source waits for the camera's answer to TEARDOWN.
const TEARDOWN_MAX: Duration = Duration::from_millis(1_500);

/// What all sources share.
#[derive(Debug)]
pub(super) struct Shared {
    pub clock: Clock,
    pub networks: AllowedNetworks,
    pub tracks: Arc<Tracks>,
    pub states: States,
    pub handshakes: Semaphore,
    pub doubtful_handshakes: Semaphore,
}

/// A running source.
#[derive(Debug)]
pub(super) struct Keeper {
    pub spec: Arc<SourceSpec>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Keeper {
    /// Starts it, after `previous` of the same key has ended and after `delay`.
    pub fn start(
        runtime: &tokio::runtime::Handle,
        shared: Arc<Shared>,
        track: Arc<Track>,
        spec: SourceSpec,
        previous: Option<Keeper>,
        delay: Duration,
    ) -> Keeper {
        let (stop, mut stopped) = watch::channel(false);
        let spec = Arc::new(spec);
        if let Some(p) = &previous {
            p.tell_to_stop();
        }
        let source = Source {
            shared,
            track,
            spec: spec.clone(),
            group: Arc::default(),
            lived: Arc::default(),
            settled: Arc::default(),
            dawdled: Arc::default(),
        };
        let task = runtime.spawn(async move {
            if let Some(p) = previous {
                p.ended().await;
            }
            let group = source.group.clone();
            source.keep(delay, &mut stopped).await;
            // The attempt's task has ended by now; its session's TEARDOWN is under way.
            if timeout(TEARDOWN_MAX, group.await_teardown()).await.is_err() {
                tracing::debug!("camera did not answer TEARDOWN");
            }
        });
        Keeper { spec, stop, task }
    }

    /// It ends soon.
    pub fn tell_to_stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits for its end.
    pub async fn ended(self) {
        self.tell_to_stop();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "a source's keeper failed");
        }
    }
}

/// Ends the task with its owner.
struct Attempt(JoinHandle<StreamFault>);

impl Drop for Attempt {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Clone, Debug)]
struct Source {
    shared: Arc<Shared>,
    track: Arc<Track>,
    spec: Arc<SourceSpec>,
    group: Arc<SessionGroupOf>,
    /// Went live in the current attempt.
    lived: Arc<AtomicBool>,
    /// Stayed so for [`STABLE_MIN`].
    settled: Arc<AtomicBool>,
    /// Its handshake failed after [`limits::INGEST_HANDSHAKE_SLOW`].
    dawdled: Arc<AtomicBool>,
}

/// `SessionGroup` without `Debug`.
#[derive(Default)]
struct SessionGroupOf(Arc<SessionGroup>);

impl std::fmt::Debug for SessionGroupOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionGroup")
    }
}

impl std::ops::Deref for SessionGroupOf {
    type Target = Arc<SessionGroup>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Source {
    async fn keep(self, delay: Duration, stopped: &mut watch::Receiver<bool>) {
        let (key, states) = (self.spec.key, &self.shared.states);
        let mut tries = 0u32;
        let mut last_live: Option<Duration> = None;
        let mut doubtful = false;
        let mut pause_now = delay;
        loop {
            tokio::select! {
                _ = stopped.wait_for(|s| *s) => return,
                () = sleep_until(Instant::now() + pause_now) => {}
            }
            states.connecting(key);
            self.lived.store(false, Relaxed);
            self.settled.store(false, Relaxed);
            self.dawdled.store(false, Relaxed);
            let mut attempt = Attempt(tokio::spawn(self.clone().attempt(doubtful)));
            let ended = tokio::select! {
                _ = stopped.wait_for(|s| *s) => None,
                ended = &mut attempt.0 => Some(ended),
            };
            let Some(ended) = ended else {
                attempt.0.abort();
                // Its session is dropped, and so its TEARDOWN begun, before this returns.
                let _ = (&mut attempt.0).await;
                return;
            };
            let fault = match ended {
                Ok(fault) => fault,
                Err(error) => {
                    tracing::error!(camera = %key.camera, stream = key.stream.as_str(), %error, "ingest of a stream panicked: a bug");
                    StreamFault::Protocol("internal error of the node".to_owned())
                }
            };
            let now = self.shared.clock.monotonic();
            if self.lived.load(Relaxed) {
                last_live = Some(now);
            }
            if self.settled.load(Relaxed) {
                tries = 0;
            }
            doubtful = matches!(fault, StreamFault::Unreachable(_)) || self.dawdled.load(Relaxed);
            // One that misbehaves is not one that restarts.
            let restarting = !matches!(fault, StreamFault::TooMuch(_) | StreamFault::TooSlow { .. });
            let recent = restarting && last_live.is_some_and(|t| now.saturating_sub(t) < limits::INGEST_RECENT_MAX);
            let pause = pause(&fault, tries, recent, jitter);
            tries = tries.saturating_add(1);
            tracing::info!(camera = %key.camera, stream = key.stream.as_str(), %fault, pause_ms = pause.as_millis() as u64, "no stream");
            states.waiting(key, fault, self.shared.clock.now().plus(pause));
            pause_now = pause;
            self.track.counters.reconnects.fetch_add(1, Relaxed);
        }
    }

    /// One connection, until it fails.
    async fn attempt(self, doubtful: bool) -> StreamFault {
        let clock = &self.shared.clock;
        let connect = async {
            let lane = if doubtful { &self.shared.doubtful_handshakes } else { &self.shared.handshakes };
            let _turn = lane.acquire().await.map_err(|_| StreamFault::Timeout)?;
            let began = clock.monotonic();
            let link = self.link()?;
            let connected = timeout(limits::INGEST_HANDSHAKE_MAX, self.connect(&link)).await;
            let connected = connected.unwrap_or_else(|_| Err(link.late()));
            let took = clock.monotonic().saturating_sub(began);
            self.dawdled.store(connected.is_err() && took > limits::INGEST_HANDSHAKE_SLOW, Relaxed);
            connected
        };
        let (mut playing, mut feed) = match connect.await {
            Ok(c) => c,
            Err(fault) => return fault,
        };
        let mut measure = Measure::default();
        let began = clock.monotonic();
        let mut live_since: Option<Duration> = None;
        let mut last_unit = began;
        let mut figures_at = Duration::ZERO;
        loop {
            let event = match timeout(limits::INGEST_SILENCE_MAX, self.next_picture(&mut playing, &mut feed)).await {
                Ok(Ok(picture)) => picture,
                Ok(Err(fault)) => return fault,
                Err(_) => return StreamFault::NoPictures,
            };
            let counters = &self.track.counters;
            let lost = playing.take_lost_packets();
            if lost > 0 {
                counters.lost_packets.fetch_add(lost, Relaxed);
            }
            let now = clock.monotonic();
            if event.gap || event.damaged {
                measure.interrupted();
            }
            match feed.take(event, now) {
                Fed::Unit(unit) => {
                    measure.count(now, unit.data.len(), unit.pts_90k, unit.random_access);
                    self.track.push(unit);
                    last_unit = now;
                    if live_since.is_none() {
                        live_since = Some(now);
                        self.lived.store(true, Relaxed);
                        tell_facts(&self, &feed, &measure, now);
                        self.shared.states.live(self.spec.key);
                        tracing::info!(camera = %self.spec.key.camera, stream = self.spec.key.stream.as_str(), "live");
                    }
                }
                Fed::Dropped => {
                    counters.dropped_units.fetch_add(1, Relaxed);
                }
                Fed::BeforeFirstKey => {}
            }
            // Data that never makes a picture is silence too: nobody should call such a stream live.
            if live_since.is_some() && now.saturating_sub(last_unit) > limits::INGEST_SILENCE_MAX {
                return StreamFault::NoPictures;
            }
            match live_since {
                Some(since) if now.saturating_sub(since) >= STABLE_MIN => self.settled.store(true, Relaxed),
                Some(_) => {}
                None if now.saturating_sub(began) > FIRST_KEY_MAX => {
                    return StreamFault::Protocol("no key frame within 60 s".to_owned());
                }
                None => {}
            }
            if live_since.is_some() && now.saturating_sub(figures_at) >= FIGURES_EVERY {
                figures_at = now;
                tell_facts(&self, &feed, &measure, now);
            }
        }
    }

    fn link(&self) -> Result<Link, StreamFault> {
        let mut at = CameraUrl::parse(&self.spec.url)?;
        let (in_url, in_url_password) = (at.username.take(), at.password.take());
        Ok(Link {
            at,
            username: self.spec.username.clone().or(in_url),
            password: self.spec.password.clone().or(in_url_password),
            transport: self.spec.transport,
            unfinished: Arc::default(),
        })
    }

    async fn connect(&self, link: &Link) -> Result<(Playing, Feed), StreamFault> {
        let described = link.describe(&self.shared.networks, &self.group).await?;
        let feed = Feed::new(described.offer.parameter_sets.clone());
        Ok((described.play(&self.shared.networks).await?, feed))
    }

    async fn next_picture(&self, playing: &mut Playing, feed: &mut Feed) -> Result<Picture, StreamFault> {
        loop {
            match playing.next().await? {
                Event::Picture(p) => return Ok(p),
                Event::CameraClock { pts_90k, at } => feed.camera_clock(pts_90k, at),
            }
        }
    }
}

fn tell_facts(source: &Source, feed: &Feed, measure: &Measure, now: Duration) {
    let Some(p) = feed.parameters() else { return };
    let facts = StreamFacts {
        codec: p.codec.name().to_owned(),
        profile_level_id: (p.codec == Codec::H264).then(|| p.profile_level_id_text()),
        width: p.width,
        height: p.height,
        fps: measure.fps(now),
        gop_s: measure.gop_s(),
        kbit_s: measure.kbit_s(now),
    };
    source.shared.states.facts(source.spec.key, facts);
}

/// How long to wait: exponential with full jitter, so that a thousand cameras behind one broken switch do not come back in
/// one beat. A camera that was live lately is looked for at short pauses, for it is probably restarting. One that refuses
/// the password is asked rarely from the beginning: many cameras lock the account after several failures.
fn pause(fault: &StreamFault, tries: u32, recent: bool, random: impl Fn(Duration) -> Duration) -> Duration {
    if matches!(fault, StreamFault::WrongPassword { .. }) {
        return limits::INGEST_BACKOFF_MAX / 2 + random(limits::INGEST_BACKOFF_MAX / 2);
    }
    let most = if recent { limits::INGEST_BACKOFF_RECENT_MAX } else { limits::INGEST_BACKOFF_MAX };
    let reach = BACKOFF_FIRST.saturating_mul(1 << tries.min(16)).min(most);
    random(reach).max(BACKOFF_FIRST / 5)
}

/// A random time below `most`.
pub(super) fn jitter(most: Duration) -> Duration {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    most.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_bound_and_stay_short_for_a_camera_that_restarts() {
        let longest = |fault: &StreamFault, tries, recent| pause(fault, tries, recent, |d| d);
        let refused = StreamFault::Refused;
        assert_eq!(longest(&refused, 0, false), Duration::from_millis(500));
        assert_eq!(longest(&refused, 3, false), Duration::from_secs(4));
        assert_eq!(longest(&refused, 1_000, false), limits::INGEST_BACKOFF_MAX);
        assert!(longest(&refused, 1_000, true) <= Duration::from_secs(2));
        assert!(pause(&refused, 0, true, |_| Duration::ZERO) > Duration::ZERO, "never a tight loop");
        let wrong = StreamFault::WrongPassword { sent: true };
        assert!(pause(&wrong, 0, true, |_| Duration::ZERO) >= Duration::from_secs(15), "cameras lock accounts");
    }
}
