//! RTSP out: who may play what from the node's RTSP server. The protocol is `media::rtsp_out`'s, the right is `ops`'s.
//!
//! A program shows a token of its account, under the account's name: by Digest anywhere, as it is (Basic, Bearer, `?token=`)
//! in TLS only. Passwords of people are not taken: a player knows no second factor. Before it is known, it is told nothing of
//! what is there; after that a camera that it does not see is not there, as everywhere.

use crate::rate::Brake;
use crate::state::WebState;
use base::{Lease, Said, StreamKind, limits};
use domain::{Act, Camera};
use futures_util::future::BoxFuture;
use media::rtsp_out::{Denial, Presentation, Presentations, RtspViewEnd, Scheme, Shown, Wish, camera_and_stream};
use media::{Phase, Track, TrackKey};
use ops::{Caller, Ops, OpsError};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::mpsc;

/// The node's own door for RTSP players.
pub struct RtspDoor {
    state: WebState,
    brake: Brake,
    ends: mpsc::Sender<RtspViewEnd>,
}

impl RtspDoor {
    /// The door, and the ends of views, which are to be put on record.
    pub fn new(state: WebState) -> (RtspDoor, mpsc::Receiver<RtspViewEnd>) {
        let (burst, every) = limits::RTSP_WRONG_SECRETS_RATE;
        let brake = Brake::new(state.config.clock.clone(), burst, every);
        let (ends, ended) = mpsc::channel(limits::RTSP_ENDS_QUEUED_MAX);
        (RtspDoor { state, brake, ends }, ended)
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ops) -> Result<T, OpsError> + Send + 'static,
    ) -> Result<T, Denial> {
        let ops = self.state.ops.clone();
        match tokio::task::spawn_blocking(move || question(&ops)).await {
            Ok(answer) => answer.map_err(denial),
            Err(error) => {
                tracing::error!(%error, "a question of the RTSP server came to no answer");
                Err(Denial::Unavailable(trouble(), 5))
            }
        }
    }

    /// Who it is, at its address.
    async fn known(&self, wish: &Wish<'_>) -> Result<Caller, Denial> {
        let found = match wish.shown {
            Shown::Digest(answer) => {
                let answer = answer.clone();
                let name = answer.username.clone();
                self.ask(move |ops| ops.caller_by_digest(&name, |k| answer.fits(k.md5.expose(), k.sha256.expose())))
                    .await?
            }
            Shown::Bearer(token) if wish.encrypted => {
                let token = token.clone();
                self.ask(move |ops| ops.caller_by_bearer(&token)).await?
            }
            Shown::Basic { username, password } if wish.encrypted => {
                let (token, name) = (password.clone(), username.trim().to_lowercase());
                self.ask(move |ops| ops.caller_by_bearer(&token)).await?.filter(|c| c.account.name == name)
            }
            _ => None,
        };
        let caller = found.ok_or(Denial::SignIn)?;
        Ok(self.state.ops.placed(caller, wish.peer))
    }

    /// Who it is, and what it may watch.
    async fn entitled(&self, wish: &Wish<'_>) -> Result<(Caller, Camera, StreamKind), Denial> {
        let caller = self.known(wish).await?;
        let (named, stream) = camera_and_stream(wish.path).ok_or_else(nowhere)?;
        let theirs = caller.clone();
        let camera = self.ask(move |ops| ops.camera_for(&theirs, Act::WatchLive, &named)).await?;
        if stream == StreamKind::Sub && camera.sub_url.is_none() {
            return Err(Denial::Missing(Said::new(
                "Camera này không có luồng phụ. Hãy dùng địa chỉ kết thúc bằng /main.",
                "This camera has no sub stream. Use the address that ends with /main.",
            )));
        }
        Ok((caller, camera, stream))
    }

    /// The track, if it has pictures or will have them soon.
    fn track(&self, key: TrackKey) -> Result<Arc<Track>, Denial> {
        let state = self.state.media.state(key);
        if let Some(fault) = state.as_ref().filter(|s| s.phase == Phase::Waiting).and_then(|s| s.fault.as_ref()) {
            return Err(Denial::Unavailable(fault.said(), 5));
        }
        self.state.media.tracks().find(key).ok_or_else(|| {
            Denial::Unavailable(Said::new("Camera đang được kết nối.", "The camera is being connected."), 2)
        })
    }
}

impl Presentations for RtspDoor {
    fn schemes(&self, encrypted: bool) -> &'static [Scheme] {
        // Players that know one kind of Digest only take the last that they are offered.
        if encrypted {
            &[Scheme::Basic, Scheme::DigestSha256, Scheme::DigestMd5]
        } else {
            &[Scheme::DigestSha256, Scheme::DigestMd5]
        }
    }

    fn find<'a>(&'a self, wish: &'a Wish<'a>) -> BoxFuture<'a, Result<Presentation, Denial>> {
        Box::pin(async move {
            let (_, camera, stream) = self.entitled(wish).await?;
            let track = self.track(TrackKey { camera: camera.id, stream })?;
            Ok(Presentation { title: format!("{} {}", camera.code, camera.name), tracks: vec![track] })
        })
    }

    fn begin<'a>(&'a self, wish: &'a Wish<'a>) -> BoxFuture<'a, Result<Option<Lease>, Denial>> {
        Box::pin(async move {
            let (caller, camera, stream) = self.entitled(wish).await?;
            self.track(TrackKey { camera: camera.id, stream })?;
            let purpose = wish.purpose.to_owned();
            let lease = self.ask(move |ops| ops.lease_live_for(&caller, camera.id, stream, &purpose)).await?;
            lease.map(Some).map_err(|refusal| Denial::Refused(refusal.said))
        })
    }

    fn stands(&self, track: &Arc<Track>) -> bool {
        self.state.media.tracks().find(track.key).is_some_and(|t| Arc::ptr_eq(&t, track))
    }

    fn ended(&self, end: RtspViewEnd) {
        // With a full queue the view's end goes on record in a minute, as that of one whose end nobody told.
        if self.ends.try_send(end).is_err() {
            tracing::warn!("the end of an RTSP view could not be told");
        }
    }

    fn wrong_secret(&self, peer: IpAddr) -> Option<u32> {
        self.brake.check(peer).err()
    }
}

fn nowhere() -> Denial {
    Denial::Missing(Said::new(
        "Không có camera này. Địa chỉ có dạng /{mã camera}/main hoặc /{mã camera}/sub.",
        "There is no such camera. Addresses are /{camera code}/main or /{camera code}/sub.",
    ))
}

fn trouble() -> Said {
    Said::new("Nút đang gặp trục trặc. Hãy thử lại sau.", "The node is in trouble. Try again later.")
}

fn denial(error: OpsError) -> Denial {
    match error {
        OpsError::Refused(refusal) => Denial::Refused(refusal.said),
        OpsError::NotFound(_) => nowhere(),
        OpsError::SignedOut => Denial::SignIn,
        OpsError::PurposeNeeded => Denial::Refused(Said::new(
            "Chính sách yêu cầu nêu mục đích xem camera này. Hãy thêm ?purpose=… vào cuối địa chỉ.",
            "Policy asks what this camera is watched for. Add ?purpose=... to the end of the address.",
        )),
        OpsError::Full(said) => Denial::Unavailable(said, 30),
        OpsError::Invalid(_) => Denial::Refused(Said::new(
            "Mục đích xem quá dài hoặc có ký tự không dùng được.",
            "The purpose is too long or has characters that cannot be used.",
        )),
        other => {
            tracing::error!(error = %other, "the RTSP server could not be answered");
            Denial::Unavailable(trouble(), 5)
        }
    }
}
