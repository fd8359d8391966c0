//! Listening and stopping.

use crate::events;
use crate::outer;
use crate::routes;
use crate::state::WebState;
use crate::whep;
use actix_web::dev;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use base::limits;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

/// One place to listen. Already bound, so that the roof can say in a sentence why a port cannot be had.
#[derive(Debug)]
pub struct Listener {
    /// The bound socket.
    pub tcp: TcpListener,
    /// TLS; `None` is plain HTTP (loopback only). Certificates are renewed inside it, by its resolver.
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

/// The running server's switch. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ServerHandle {
    handle: dev::ServerHandle,
    state: WebState,
}

/// Requests under way have this long to finish when the node stops, in seconds.
const GRACE_S: u64 = 2;

impl ServerHandle {
    /// Stops listening, ends event streams, gives requests under way [`GRACE_S`], then cuts them off. Done within 3 s.
    pub async fn stop(&self) {
        self.state.stopping.send_replace(true);
        self.handle.stop(true).await;
    }
}

/// Starts to listen. The future runs the server until [`ServerHandle::stop`]; it must be polled on a tokio runtime.
///
/// # Errors
/// What the system says about a socket.
pub fn serve(
    state: WebState,
    listeners: Vec<Listener>,
) -> std::io::Result<(ServerHandle, impl Future<Output = std::io::Result<()>> + Send)> {
    let data = web::Data::new(state.clone());
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .wrap(from_fn(outer::around))
            .configure(routes::configure)
            .default_service(web::to(outer::nowhere))
    })
    .workers(2)
    .disable_signals()
    .shutdown_timeout(GRACE_S)
    .client_request_timeout(limits::REQUEST_HEAD_MAX)
    .client_disconnect_timeout(Duration::from_secs(1))
    .keep_alive(Duration::from_secs(75))
    .max_connections(limits::CONNECTIONS_PER_WORKER_MAX)
    .worker_max_blocking_threads(32)
    .tls_handshake_timeout(Duration::from_secs(5))
    .tcp_nodelay(true);
    for listener in listeners {
        server = match listener.tls {
            None => server.listen(listener.tcp)?,
            Some(config) => server.listen_rustls_0_23(listener.tcp, (*config).clone())?,
        };
    }
    let server = server.run();
    let handle = server.handle();
    let hub = events::run_hub(state.clone());
    let forgotten = whep::end_forgotten_views(state.clone());
    let rights = whep::keep_rights(state.clone());
    let running = async move {
        tokio::select! {
            result = server => result,
            () = hub => Ok(()),
            () = forgotten => Ok(()),
            () = rights => Ok(()),
        }
    };
    Ok((ServerHandle { handle, state }, running))
}
