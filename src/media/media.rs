//! The face of the room: what the roof and `web` call.

use crate::address::AllowedNetworks;
use crate::ingest::Ingest;
use crate::mse::Mse;
use crate::snapshot::{Snapshot, SnapshotError, Snapshots};
use crate::source::{Phase, SourceSpec, StreamState};
use crate::track::{Track, TrackKey, Tracks};
use crate::webrtc::{NotChosen, ViewEnd, WebRtc, WebRtcConfig, WebRtcFigures, WhepAnswer, WhepError};
use crate::{ProbeReport, ProbeRequest};
use base::{AccountId, CameraId, Clock, Lease, StreamKind, WhepSessionId, limits};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Semaphore, mpsc, watch};

/// What the room needs to start.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    /// The node's clock.
    pub clock: Clock,
    /// Where cameras may be; checked after name resolution, at every connection.
    pub networks: AllowedNetworks,
    /// The WebRTC outlet.
    pub webrtc: WebRtcConfig,
}

/// Starting failed.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The port for WebRTC (UDP and, if wanted, TCP) cannot be had.
    #[error("UDP or TCP port {port}: {source}")]
    Bind {
        /// Which port.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// Anything else of the system's.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// The running media room. Cheap to clone.
#[derive(Clone)]
pub struct Media {
    tracks: Arc<Tracks>,
    ingest: Arc<Ingest>,
    webrtc: Arc<WebRtc>,
    probes: Arc<Semaphore>,
    snapshots: Arc<Snapshots>,
    clock: Clock,
    networks: AllowedNetworks,
}

/// What `/metrics` shows of the room.
#[derive(Clone, Debug)]
pub struct MediaFigures {
    /// One for each track.
    pub tracks: Vec<TrackFigures>,
    /// The WebRTC outlet.
    pub webrtc: WebRtcFigures,
    /// Each of its shards.
    pub shards: Vec<WebRtcFigures>,
}

/// Figures of one track; the counts since the node started.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackFigures {
    /// Which track.
    pub key: TrackKey,
    /// Where its source stands; `None` for a track without one.
    pub phase: Option<Phase>,
    /// Pictures per second now, 0 if there are none.
    pub fps: f64,
    /// kbit/s now, 0 if nothing comes.
    pub kbit_s: f64,
    /// Access units written.
    pub units: u64,
    /// Bytes of coded picture written.
    pub bytes: u64,
    /// RTP packets lost on the way from the camera.
    pub lost_packets: u64,
    /// Access units thrown away.
    pub dropped_units: u64,
    /// Times the source was connected anew.
    pub reconnects: u64,
    /// Viewers reading now.
    pub viewers: u64,
    /// Bytes held in memory.
    pub bytes_held: u64,
}

/// What a viewer can hope for.
enum Prospect {
    /// Pictures of this stream.
    Now(StreamKind),
    /// Pictures in a moment: the camera is being called.
    Soon,
    /// No pictures until the camera comes back.
    Away,
}

impl Media {
    /// Starts ingest supervision and the WebRTC outlet. No camera is waited for.
    ///
    /// # Errors
    /// [`MediaError`], if the port cannot be had.
    pub async fn start(config: MediaConfig) -> Result<(Media, mpsc::Receiver<ViewEnd>), MediaError> {
        let tracks = Arc::new(Tracks::default());
        let port = config.webrtc.bind.port();
        let (webrtc, ends) = WebRtc::start(config.webrtc, tracks.clone(), config.clock.clone())
            .map_err(|source| MediaError::Bind { port, source })?;
        let ingest = Ingest::new(config.clock.clone(), config.networks.clone(), tracks.clone());
        let media = Media {
            tracks,
            ingest: Arc::new(ingest),
            webrtc: Arc::new(webrtc),
            snapshots: Arc::new(Snapshots::new(config.clock.clone())),
            probes: Arc::new(Semaphore::new(limits::PROBES_AT_ONCE_MAX)),
            clock: config.clock,
            networks: config.networks,
        };
        Ok((media, ends))
    }
    /// Makes the running sources equal to `wanted`: starts, stops, restarts what differs, leaves equals alone. Viewers of
    /// a camera that lost a stream are ended (a player comes back to what is left).
    pub fn reconcile(&self, wanted: Vec<SourceSpec>) {
        let gone: BTreeSet<CameraId> = self.ingest.reconcile(wanted).into_iter().map(|k| k.camera).collect();
        for camera in gone {
            self.webrtc.stop_camera(camera);
        }
    }
    /// The state of one stream; `None` if it is not wanted.
    pub fn state(&self, key: TrackKey) -> Option<StreamState> {
        self.ingest.state(key)
    }
    /// The states of all streams.
    pub fn states(&self) -> Vec<StreamState> {
        self.ingest.states()
    }
    /// Rings whenever any stream's state changes; the value is a running number. New measurements alone do not ring.
    pub fn state_changes(&self) -> watch::Receiver<u64> {
        self.ingest.changes()
    }
    /// All tracks, for outlets and figures.
    pub fn tracks(&self) -> &Arc<Tracks> {
        &self.tracks
    }
    /// Looks at an address; takes at most [`base::limits::PROBE_MAX`], plus waiting for a turn.
    pub async fn probe(&self, request: ProbeRequest) -> ProbeReport {
        // The semaphore is never closed; were it, probing without a turn would still be right.
        let _turn = self.probes.acquire().await.ok();
        crate::probe::probe(request, &self.clock, &self.networks).await
    }
    /// Starts one WebRTC playback: SDP offer in, answer out. Where the camera has no small stream, or it is away while the
    /// large one is live, the large one is played; where the viewer does not know the codec of the one, the other.
    ///
    /// # Errors
    /// [`WhepError`].
    pub async fn whep_open(&self, lease: Lease, stream: StreamKind, offer: &str) -> Result<WhepAnswer, WhepError> {
        let camera = lease.camera;
        let chosen = self.first_picture(camera, stream).await.ok_or(WhepError::NoPicture)?;
        let open = |lease, stream| self.webrtc.open(lease, TrackKey { camera, stream }, offer);
        match open(lease.clone(), chosen) {
            // Many cameras send H.265 in the large stream and H.264 in the small one, and few browsers play H.265.
            Err(WhepError::NoCommonCodec(codec)) => {
                let other = if chosen == StreamKind::Main { StreamKind::Sub } else { StreamKind::Main };
                match self.prospect(camera, other) {
                    Prospect::Now(stream) if stream == other => open(lease, other),
                    _ => Err(WhepError::NoCommonCodec(codec)),
                }
            }
            opened => opened,
        }
    }
    /// The stream to play, once it has pictures. A camera that was added or called a moment ago is waited for, so that
    /// its first viewer need not ask twice; one that is known to be away is not. `None`: no picture.
    async fn first_picture(&self, camera: CameraId, wish: StreamKind) -> Option<StreamKind> {
        let mut changes = self.state_changes();
        let coming = async {
            loop {
                changes.borrow_and_update();
                match self.prospect(camera, wish) {
                    Prospect::Now(stream) => return Some(stream),
                    Prospect::Away => return None,
                    Prospect::Soon => changes.changed().await.ok()?,
                }
            }
        };
        tokio::time::timeout(limits::WHEP_FIRST_PICTURE_MAX, coming).await.ok().flatten()
    }
    fn prospect(&self, camera: CameraId, wish: StreamKind) -> Prospect {
        let of = |stream| {
            let key = TrackKey { camera, stream };
            match (self.tracks.find(key), self.state(key).map(|s| s.phase)) {
                // A track without a source (a clip) has no state and is always good.
                (Some(_), None | Some(Phase::Live)) => Prospect::Now(stream),
                (_, Some(Phase::Waiting)) => Prospect::Away,
                _ => Prospect::Soon,
            }
        };
        match (of(wish), of(StreamKind::Main)) {
            (now @ Prospect::Now(_), _) | (_, now @ Prospect::Now(_)) => now,
            (Prospect::Away, Prospect::Away) => Prospect::Away,
            // Either may still come; where both are to be had, the wish goes first.
            _ => Prospect::Soon,
        }
    }
    /// Starts one playback as fragmented MP4. As with WHEP, the large stream stands in for a small one that is away.
    ///
    /// # Errors
    /// [`WhepError`].
    pub async fn mse_open(&self, lease: Lease, stream: StreamKind) -> Result<Mse, WhepError> {
        let camera = lease.camera;
        let stream = self.first_picture(camera, stream).await.ok_or(WhepError::NoPicture)?;
        let key = TrackKey { camera, stream };
        let track = self.tracks.find(key).ok_or(WhepError::NoPicture)?;
        Ok(Mse::new(track, self.clock.clone(), self.webrtc.guest(lease, key)?))
    }
    /// Ends a playback of that account; false if there is none.
    pub fn whep_close(&self, id: WhepSessionId, account: AccountId) -> bool {
        self.webrtc.close(id, account)
    }
    /// Shows another stream in a playback of that account.
    ///
    /// # Errors
    /// See [`WebRtc::choose`].
    pub fn whep_choose(&self, id: WhepSessionId, account: AccountId, stream: StreamKind) -> Result<(), NotChosen> {
        self.webrtc.choose(id, account, stream)
    }
    /// The newest key frame as JPEG, `width` pixels across or as it is.
    ///
    /// # Errors
    /// [`SnapshotError`]; `NoPicture` also while the camera is away.
    pub async fn snapshot(&self, key: TrackKey, width: Option<u32>) -> Result<Snapshot, SnapshotError> {
        if self.state(key).is_some_and(|s| s.phase != Phase::Live) {
            return Err(SnapshotError::NoPicture);
        }
        let track = self.tracks.find(key).ok_or(SnapshotError::NoPicture)?;
        self.snapshots.take(&track, width).await
    }
    /// What is to be seen from outside, at this moment.
    pub fn figures(&self) -> MediaFigures {
        let mut tracks: Vec<TrackFigures> = self.tracks.all().iter().map(|t| self.track_figures(t)).collect();
        tracks.sort_by_key(|t| t.key);
        MediaFigures { tracks, webrtc: self.webrtc.figures(), shards: self.webrtc.shard_figures() }
    }
    fn track_figures(&self, track: &Track) -> TrackFigures {
        let state = self.state(track.key);
        // Facts outlive the stream; figures must not.
        let facts = state.as_ref().filter(|s| s.phase == Phase::Live).and_then(|s| s.facts.as_ref());
        let c = &track.counters;
        let count = |n: &AtomicU64| n.load(Ordering::Relaxed);
        TrackFigures {
            key: track.key,
            phase: state.as_ref().map(|s| s.phase),
            fps: facts.and_then(|f| f.fps).unwrap_or(0.0),
            kbit_s: facts.and_then(|f| f.kbit_s).unwrap_or(0.0),
            units: count(&c.units),
            bytes: count(&c.bytes),
            lost_packets: count(&c.lost_packets),
            dropped_units: count(&c.dropped_units),
            reconnects: count(&c.reconnects),
            viewers: count(&c.viewers),
            bytes_held: track.bytes_held() as u64,
        }
    }
    /// Stops everything: viewers are told, cameras get TEARDOWN, within 2 s.
    pub async fn stop(&self) {
        tokio::join!(self.webrtc.stop(), self.ingest.stop());
    }
}
