//! Listening: connections taken in, counted, put into TLS where that is asked, and ended with the server.

use super::view::RtspTotals;
use super::{Presentations, connection, message};
use base::{Clock, limits};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// One place to listen. Already bound, so that whoever starts can say in a sentence why a port cannot be had.
pub struct RtspListener {
    /// The bound socket.
    pub tcp: std::net::TcpListener,
    /// TLS (RTSPS); `None`: in the clear. Certificates are renewed inside it, by its resolver.
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

/// A running RTSP server. Dropping it ends it and all its connections.
#[derive(Debug)]
pub struct RtspOut {
    /// Where it listens, in the order asked for; with the real ports if port 0 was asked for.
    pub addresses: Vec<SocketAddr>,
    listening: Vec<JoinHandle<()>>,
}

impl RtspOut {
    /// Serves at these places.
    ///
    /// # Errors
    /// What the system says about a socket.
    pub fn start(
        listeners: Vec<RtspListener>,
        clock: Clock,
        what: Arc<dyn Presentations>,
        totals: Arc<RtspTotals>,
    ) -> std::io::Result<RtspOut> {
        let house = Arc::new(House {
            places: Arc::new(Semaphore::new(limits::RTSP_CONNECTIONS_MAX)),
            guests: Mutex::default(),
            clock,
            what,
            totals,
        });
        let (mut addresses, mut ready) = (Vec::new(), Vec::new());
        for listener in listeners {
            listener.tcp.set_nonblocking(true)?;
            let tcp = TcpListener::from_std(listener.tcp)?;
            addresses.push(tcp.local_addr()?);
            ready.push((tcp, listener.tls.map(TlsAcceptor::from)));
        }
        let listening = ready.into_iter().map(|(tcp, tls)| tokio::spawn(listen(tcp, tls, house.clone()))).collect();
        Ok(RtspOut { addresses, listening })
    }

    /// Ends the server and all its connections.
    pub async fn stop(&mut self) {
        for task in self.listening.drain(..) {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for RtspOut {
    fn drop(&mut self) {
        self.listening.iter().for_each(JoinHandle::abort);
    }
}

/// What all connections of a server share.
struct House {
    places: Arc<Semaphore>,
    /// Connections by address; one without any is not in it.
    guests: Mutex<HashMap<IpAddr, usize>>,
    clock: Clock,
    what: Arc<dyn Presentations>,
    totals: Arc<RtspTotals>,
}

/// A place taken by one connection.
struct Place {
    house: Arc<House>,
    peer: IpAddr,
    _turn: tokio::sync::OwnedSemaphorePermit,
}

impl Place {
    fn take(house: &Arc<House>, peer: IpAddr) -> Option<Place> {
        let turn = house.places.clone().try_acquire_owned().ok()?;
        let mut guests = house.guests.lock();
        let own = guests.entry(peer).or_default();
        if *own >= limits::RTSP_CONNECTIONS_PER_ADDRESS_MAX {
            return None;
        }
        *own += 1;
        house.totals.connections.fetch_add(1, Ordering::Relaxed);
        Some(Place { house: house.clone(), peer, _turn: turn })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.house.totals.connections.fetch_sub(1, Ordering::Relaxed);
        let mut guests = self.house.guests.lock();
        if let Some(own) = guests.get_mut(&self.peer) {
            *own -= 1;
            if *own == 0 {
                guests.remove(&self.peer);
            }
        }
    }
}

async fn listen(listener: TcpListener, tls: Option<TlsAcceptor>, house: Arc<House>) {
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
        match Place::take(&house, peer.ip().to_canonical()) {
            Some(place) => {
                let (tls, house) = (tls.clone(), house.clone());
                connections.spawn(async move {
                    welcome(socket, peer, tls, &house).await;
                    drop(place);
                });
            }
            None if tls.is_none() => {
                let answer = message::Response::new(503).to_bytes(None);
                let _ = socket.try_write(&answer);
            }
            None => {}
        }
    }
}

async fn welcome(socket: TcpStream, peer: SocketAddr, tls: Option<TlsAcceptor>, house: &House) {
    let _ = socket.set_nodelay(true);
    let Ok(local) = socket.local_addr() else { return };
    let ends = connection::Ends { peer, local, encrypted: tls.is_some() };
    let (clock, what, totals) = (house.clock.clone(), house.what.clone(), house.totals.clone());
    match tls {
        None => {
            let (reader, writer) = socket.into_split();
            connection::serve(Box::new(reader), Box::new(writer), ends, clock, what, totals).await;
        }
        Some(tls) => match tokio::time::timeout(limits::RTSP_SIGN_IN_MAX, tls.accept(socket)).await {
            Ok(Ok(stream)) => {
                let (reader, writer) = tokio::io::split(stream);
                connection::serve(Box::new(reader), Box::new(writer), ends, clock, what, totals).await;
            }
            Ok(Err(error)) => tracing::debug!(%peer, %error, "RTSPS handshake failed"),
            Err(_) => tracing::debug!(%peer, "RTSPS handshake not finished in time"),
        },
    }
}
