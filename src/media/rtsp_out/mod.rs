//! The RTSP outlet: tracks served to RTSP players (RFC 2326), over TCP and UDP unicast.
//!
//! Here: the protocol and its bounds. Which path shows which track, and to whom, is told by whoever starts the server
//! ([`Presentations`]): simulated cameras today ([`crate::simulate`]), the node's own outlet later. There is no queue per
//! viewer: a slow one is lapped by the ring and goes on at the newest random access point.

mod access;
mod connection;
mod describe;
mod message;
mod outlet;

pub use access::Access;

use crate::Track;
use base::{Clock, limits};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

/// What is shown at a path.
#[derive(Clone, Debug)]
pub struct Presentation {
    /// A name for people; the session name in the description.
    pub title: String,
    /// What it consists of, in this order; each is a video track. At most [`limits::RTSP_TRACKS_MAX`] are served.
    pub tracks: Vec<Arc<Track>>,
    /// What it asks of its viewers.
    pub access: Access,
}

/// Who knows what is shown where.
pub trait Presentations: Send + Sync + 'static {
    /// The presentation at a path (without `/` in front and at the end, without query); `None` answers 404. Asked at each
    /// request that names a path, and once a second while playing: a viewer of what is no longer there is let go.
    fn find(&self, path: &str) -> Option<Presentation>;
}

/// A running RTSP server. Dropping it ends it and all its connections.
#[derive(Debug)]
pub struct RtspOut {
    /// Where it listens; with the real port if port 0 was asked for.
    pub addr: SocketAddr,
    listening: JoinHandle<()>,
}

impl RtspOut {
    /// Binds and serves.
    ///
    /// # Errors
    /// What the system says when the address cannot be had.
    pub async fn start(bind: SocketAddr, clock: Clock, what: Arc<dyn Presentations>) -> std::io::Result<RtspOut> {
        let listener = TcpListener::bind(bind).await?;
        let addr = listener.local_addr()?;
        let listening = tokio::spawn(listen(listener, clock, what));
        Ok(RtspOut { addr, listening })
    }

    /// Ends the server and all its connections, and waits until they are gone.
    pub async fn stop(&mut self) {
        self.listening.abort();
        let _ = (&mut self.listening).await;
    }
}

impl Drop for RtspOut {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, clock: Clock, what: Arc<dyn Presentations>) {
    let places = Arc::new(Semaphore::new(limits::RTSP_CONNECTIONS_MAX));
    // Held here, so that the connections end with the server.
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            a = listener.accept() => a,
            Some(_) = connections.join_next() => continue,
        };
        let (socket, peer) = match accepted {
            Ok(a) => a,
            Err(error) => {
                // Out of file descriptors, most likely: wait for connections to end instead of spinning.
                tracing::warn!(%error, "RTSP connection could not be accepted");
                tokio::time::sleep_until(tokio::time::Instant::now() + tokio::time::Duration::from_millis(200)).await;
                continue;
            }
        };
        match places.clone().try_acquire_owned() {
            Ok(place) => {
                let (clock, what) = (clock.clone(), what.clone());
                connections.spawn(async move {
                    connection::serve(socket, peer, clock, what).await;
                    drop(place);
                });
            }
            Err(_) => {
                let answer = message::Response::new(503).to_bytes(None);
                let _ = socket.try_write(&answer);
            }
        }
    }
}

#[cfg(test)]
mod tests;
