//! The RTSP outlet: tracks served to RTSP players (RFC 2326), over TCP and UDP unicast, in TLS where asked.
//!
//! Here: the protocol and its bounds. Which path shows which track, and to whom, is told by whoever starts the server
//! ([`Presentations`]): the simulated cameras ([`crate::simulate`]), and the node itself (`web`). There is no queue per
//! viewer: a slow one is lapped by the ring and goes on at the newest random access point.

mod access;
mod connection;
mod describe;
mod listen;
mod message;
mod outlet;
mod view;

pub use access::{Access, DigestAnswer, Scheme, Shown};
pub use listen::{RtspListener, RtspOut};
pub use view::{RtspFigures, RtspTotals, RtspViewEnd};

pub(crate) use access::admits;

use crate::Track;
use base::{Lease, Said, StreamKind};
use futures_util::future::BoxFuture;
use std::net::IpAddr;
use std::sync::Arc;

/// What is shown at a path.
#[derive(Clone, Debug)]
pub struct Presentation {
    /// A name for people; the session name in the description.
    pub title: String,
    /// What it consists of, in this order; each is a video track. At most [`base::limits::RTSP_TRACKS_MAX`] are served.
    pub tracks: Vec<Arc<Track>>,
}

/// What a player asks for, and what it shows for it.
#[derive(Debug)]
pub struct Wish<'a> {
    /// The path of the address, without `/` in front and at the end, without query; as it was sent, escapes and all.
    pub path: &'a str,
    /// By what it wants to be let in.
    pub shown: &'a Shown,
    /// What for, if it says so; empty if not.
    pub purpose: &'a str,
    /// From where it comes.
    pub peer: IpAddr,
    /// Does it come in TLS? Otherwise what it has shown as it is has been read by others on the way.
    pub encrypted: bool,
}

/// Why a player is not let in.
#[derive(Clone, Debug)]
pub enum Denial {
    /// It must sign in, or has shown what is no good: 401. Says nothing of what is there.
    SignIn,
    /// There is no such thing for these eyes: 404.
    Missing(Said),
    /// It is known and may not: 403.
    Refused(Said),
    /// Not now: 503, with seconds to wait.
    Unavailable(Said, u32),
}

/// Who knows what is shown where, and to whom.
pub trait Presentations: Send + Sync + 'static {
    /// The ways to sign in that are offered.
    fn schemes(&self, encrypted: bool) -> &'static [Scheme];
    /// The presentation, if this player may have it. Asked at each request that describes or sets up.
    fn find<'a>(&'a self, wish: &'a Wish<'a>) -> BoxFuture<'a, Result<Presentation, Denial>>;
    /// A view of it is about to begin. With a lease it goes on while that is in force, and its end is told
    /// ([`Presentations::ended`]).
    fn begin<'a>(&'a self, wish: &'a Wish<'a>) -> BoxFuture<'a, Result<Option<Lease>, Denial>> {
        Box::pin(async move { self.find(wish).await.map(|_| None) })
    }
    /// Is that track still what is shown there? Asked four times a second while it plays: a viewer of what is no longer
    /// there is let go.
    fn stands(&self, track: &Arc<Track>) -> bool;
    /// A view has ended. Must not block.
    fn ended(&self, _: RtspViewEnd) {}
    /// Somebody at that address has shown what is no good; how many seconds it must wait, if it must.
    fn wrong_secret(&self, _: IpAddr) -> Option<u32> {
        None
    }
}

/// `79.760-0001/main` cut in two, with escapes (RFC 3986 §2.1) resolved.
pub fn camera_and_stream(path: &str) -> Option<(String, StreamKind)> {
    let (camera, stream) = path.rsplit_once('/')?;
    let stream = StreamKind::parse(stream)?;
    if camera.is_empty() || camera.contains('/') {
        return None;
    }
    // A form's escapes are those of an address, but for the plus sign.
    let escaped = format!("c={}", camera.replace('+', "%2B").replace('&', "%26"));
    let (_, camera) = url::form_urlencoded::parse(escaped.as_bytes()).next()?;
    Some((camera.into_owned(), stream))
}

#[cfg(test)]
mod tests;
