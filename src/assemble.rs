//! The wiring: builds the rooms in order, from the bottom up, and takes them down again from the top.
//!
//! Background duties live here as plain loops that compare what is wanted with what is (the reconciler) or act on a
//! signal and a period (record of views, backups). They decide nothing.

use crate::cmd::Failure;
use crate::config::NodeFile;
use crate::{keys, record, tls};
use base::{Clock, StreamKind};
use media::rtsp_out::{RtspListener, RtspOut, RtspViewEnd};
use media::{AllowedNetworks, Media, MediaConfig, SourceSpec, TrackKey, ViewEnd, WebRtcConfig};
use ops::{Ops, OpsConfig};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use web::{Listener, RtspDoor, WebConfig, WebState};

/// A running node.
pub struct Node {
    /// Verbs, for the command that started it.
    pub ops: Ops,
    /// Running streams.
    pub media: Media,
    /// Where pages are served, one for each listener, with the port really bound; true: HTTPS. HTTPS first.
    pub addresses: Vec<(SocketAddr, bool)>,
    /// Where RTSP is served; true: in TLS.
    pub rtsp_addresses: Vec<(SocketAddr, bool)>,
    /// Fingerprint of the certificate, if HTTPS.
    pub fingerprint: Option<String>,
    server: web::ServerHandle,
    rtsp: RtspOut,
    stopping: watch::Sender<bool>,
    duties: Vec<JoinHandle<()>>,
    _certificates: Option<Box<dyn std::any::Any + Send>>,
}

/// Makes the data folder; says plainly when that cannot be.
pub fn data_folder(dir: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    let fault = |e: std::io::Error| {
        Failure::new(
            format!(
                "không ghi được vào thư mục dữ liệu {}: {e}; hãy cấp quyền ghi cho người dùng chạy nút, hoặc chọn thư mục \
                 khác bằng --data",
                dir.display()
            ),
            format!(
                "the data folder {} cannot be written: {e}; let the user that runs the node write there, or choose \
                 another folder with --data",
                dir.display()
            ),
        )
    };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(fault)?;
    if !dir.is_dir() {
        return Err(fault(std::io::Error::from(std::io::ErrorKind::NotADirectory)));
    }
    // Permission bits do not tell all (read-only mounts, quotas): try.
    let probe = dir.join(".writable");
    std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)).map_err(fault)
}

/// The shipped policy, with what `policy.toml` in the data folder says otherwise.
fn policy(dir: &Path) -> Result<ops::Policy, Failure> {
    let path = dir.join("policy.toml");
    let own = match std::fs::read_to_string(&path) {
        Ok(own) => own,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(ops::Policy::shipped()),
        Err(e) => {
            return Err(Failure::new(
                format!("không đọc được {}: {e}", path.display()),
                format!("{} cannot be read: {e}", path.display()),
            ));
        }
    };
    ops::Policy::with_own(&own).map_err(|e| {
        Failure::new(
            format!("tệp chính sách {} có lỗi, hãy sửa rồi khởi động lại: {e}", path.display()),
            format!("the policy file {} is wrong; mend it and start again: {e}", path.display()),
        )
    })
}

/// Store and verbs of the data folder, without anything that runs.
pub fn office(dir: &Path, clock: &Clock, demo: bool) -> Result<(Store, Ops), Failure> {
    data_folder(dir)?;
    let store = Store::open(dir, clock.now())?;
    let ops = Ops::open(store.clone(), clock.clone(), policy(dir)?, OpsConfig { demo })?;
    Ok((store, ops))
}

fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).or_else(|e| {
        // A machine without IPv6: the same port on all IPv4 addresses.
        if address.ip().is_unspecified() && address.is_ipv6() && e.kind() != std::io::ErrorKind::AddrInUse {
            TcpListener::bind((Ipv4Addr::UNSPECIFIED, address.port()))
        } else {
            Err(e)
        }
    });
    listener.map_err(|e| port_failure("TCP", address.port(), &address.to_string(), &e))
}

fn port_failure(protocol: &str, port: u16, address: &str, e: &std::io::Error) -> Failure {
    match e.kind() {
        std::io::ErrorKind::AddrInUse => Failure::new(
            format!(
                "cổng {port}/{protocol} ({address}) đang do chương trình khác dùng; hãy dừng chương trình đó hoặc chọn cổng khác"
            ),
            format!("port {port}/{protocol} ({address}) is in use by another program; stop it or choose another port"),
        ),
        std::io::ErrorKind::PermissionDenied => Failure::new(
            format!("hệ điều hành không cho mở cổng {port}/{protocol} ({address}); cổng dưới 1024 cần quyền quản trị"),
            format!("the system does not allow port {port}/{protocol} ({address}); ports below 1024 need privileges"),
        ),
        _ => Failure::new(
            format!("không mở được cổng {port}/{protocol} ({address}): {e}"),
            format!("cannot open port {port}/{protocol} ({address}): {e}"),
        ),
    }
}

/// Addresses of this machine under which people may reach it, for certificates and for showing.
pub fn own_addresses() -> Vec<IpAddr> {
    let mut all = media::webrtc::own_addresses();
    all.retain(|a| !a.is_loopback());
    all
}

fn certificate_names() -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if let Ok(host) = std::fs::read_to_string("/proc/sys/kernel/hostname") {
        let host = host.trim();
        if !host.is_empty() && host.is_ascii() {
            names.push(host.to_owned());
        }
    }
    names.extend(own_addresses().iter().map(IpAddr::to_string));
    names.sort();
    names.dedup();
    names
}

/// Builds and starts a node.
pub async fn start(file: &NodeFile, clock: Clock, config_file: Option<&Path>, demo: bool) -> Result<Node, Failure> {
    let dir = file.data_dir.clone();
    let (store, ops) = {
        let (dir, clock) = (dir.clone(), clock.clone());
        blocking(move || office(&dir, &clock, demo)).await?
    };
    let key = keys::NodeKey::of(&dir)?;
    let identity = key.fingerprint();
    ops.sign_with(Arc::new(key));

    let (media, ends) = Media::start(MediaConfig {
        clock: clock.clone(),
        networks: AllowedNetworks::new(file.camera_networks.clone()),
        webrtc: WebRtcConfig {
            bind: file.webrtc,
            public_addresses: file.public_addresses.clone(),
            tcp: file.webrtc_tcp,
        },
    })
    .await
    .map_err(|e| match e {
        media::MediaError::Bind { port, source } => port_failure("UDP/TCP", port, "WebRTC", &source),
        media::MediaError::Io(e) => {
            Failure::new(format!("không khởi động được phần hình ảnh: {e}"), format!("pictures cannot start: {e}"))
        }
    })?;

    let mut listeners = Vec::new();
    let mut addresses = Vec::new();
    for address in &file.http {
        let tcp = bind(*address)?;
        addresses.push((tcp.local_addr().unwrap_or(*address), false));
        listeners.push(Listener { tcp, tls: None });
    }
    let mut certificates: Option<Box<dyn std::any::Any + Send>> = None;
    let mut fingerprint = None;
    let (mut rtsp_listeners, mut rtsp_addresses) = (Vec::new(), Vec::new());
    for address in &file.rtsp {
        let tcp = bind(*address)?;
        rtsp_addresses.push((tcp.local_addr().unwrap_or(*address), false));
        rtsp_listeners.push(RtspListener { tcp, tls: None });
    }
    if !file.https.is_empty() || !file.rtsps.is_empty() {
        let (certificate, key) = match (&file.tls_certificate, &file.tls_key) {
            (Some(c), Some(k)) => (c.clone(), k.clone()),
            _ => keys::self_signed(&dir, &certificate_names(), clock.now())?,
        };
        let (config, watcher) = tls::server_config(&certificate, &key)?;
        fingerprint = keys::fingerprint(&certificate);
        certificates = watcher.map(|w| Box::new(w) as Box<dyn std::any::Any + Send>);
        for address in &file.https {
            let tcp = bind(*address)?;
            addresses.push((tcp.local_addr().unwrap_or(*address), true));
            listeners.push(Listener { tcp, tls: Some(config.clone()) });
        }
        for address in &file.rtsps {
            let tcp = bind(*address)?;
            rtsp_addresses.push((tcp.local_addr().unwrap_or(*address), true));
            rtsp_listeners.push(RtspListener { tcp, tls: Some(config.clone()) });
        }
    }

    addresses.sort_by_key(|(_, https)| !https);
    let state = WebState::new(
        ops.clone(),
        media.clone(),
        WebConfig {
            clock: clock.clone(),
            cookie_suffix: identity.chars().take(8).collect(),
            https: !file.https.is_empty(),
            public_host: file.public_host.clone(),
            metrics_token: file.metrics_token.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ready: store_ready(store.clone()),
            camera_networks: file.camera_networks.iter().map(ToString::to_string).collect(),
            maps: Some(dir.join("maps")),
            config_file: config_file.map(|p| p.display().to_string()),
        },
    );
    let (door, rtsp_ends) = RtspDoor::new(state.clone());
    let rtsp = RtspOut::start(rtsp_listeners, clock.clone(), Arc::new(door), state.rtsp.clone()).map_err(|e| {
        Failure::new(format!("không khởi động được máy chủ RTSP: {e}"), format!("the RTSP server cannot start: {e}"))
    })?;
    let (server, serving) = web::serve(state, listeners).map_err(|e| {
        Failure::new(format!("không khởi động được máy chủ trang: {e}"), format!("the page server cannot start: {e}"))
    })?;

    let stopping = watch::Sender::new(false);
    let duties = vec![
        tokio::spawn(async move {
            if let Err(e) = serving.await {
                tracing::error!("page server ended: {e}");
            }
        }),
        tokio::spawn(reconcile(ops.clone(), media.clone(), stopping.subscribe())),
        tokio::spawn(record_views(ops.clone(), ends, |end: ViewEnd| view_ended(&end))),
        tokio::spawn(record_views(ops.clone(), rtsp_ends, |end: RtspViewEnd| ops::ViewEnded {
            lease: end.lease,
            stream: end.stream,
            ended: end.ended,
            bytes: end.bytes,
            reason: reason(end.reason),
        })),
        tokio::spawn(back_up(store, clock.clone(), stopping.subscribe())),
        tokio::spawn(crate::inbox::keep(ops.clone(), dir.clone(), clock, stopping.subscribe())),
        tokio::spawn(record::keep(ops.clone(), stopping.subscribe())),
        tokio::spawn(remind(ops.clone(), stopping.subscribe())),
        tokio::spawn(clean_files(ops.clone(), stopping.subscribe())),
    ];
    {
        let ops = ops.clone();
        blocking(move || ops.record_started().map_err(Failure::from)).await?;
    }
    Ok(Node {
        ops,
        media,
        addresses,
        rtsp_addresses,
        fingerprint,
        server,
        rtsp,
        stopping,
        duties,
        _certificates: certificates,
    })
}

/// How long a long work may take to its next batch when the node stops.
const JOBS_END: Duration = Duration::from_secs(10);

impl Node {
    /// Ends everything in order: no new requests, no pictures, the last views on record, then the store.
    pub async fn stop(mut self) {
        self.stopping.send_replace(true);
        self.server.stop().await;
        self.rtsp.stop().await;
        let ops = self.ops.clone();
        let _ = tokio::task::spawn_blocking(move || ops.stop_jobs(JOBS_END)).await;
        self.media.stop().await;
        let media = self.media;
        drop(media);
        for duty in self.duties {
            if tokio::time::timeout(Duration::from_secs(5), duty).await.is_err() {
                tracing::warn!("a duty did not end in time");
            }
        }
        let ops = self.ops;
        let _ = tokio::task::spawn_blocking(move || {
            if let Err(e) = ops.record_stopped() {
                tracing::warn!("the stop could not be put on record: {e}");
            }
            if let Err(e) = ops.make_checkpoint() {
                tracing::warn!("the record's end could not be signed: {e}");
            }
        })
        .await;
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| {
        Err(Failure::new(format!("lỗi bên trong khi khởi động: {e}"), format!("inner fault at start: {e}")))
    })
}

/// The store takes no more changes after a commit that failed (the disk is full or dying): then the node is not ready.
fn store_ready(store: Store) -> web::ReadyProbe {
    Arc::new(move || match store.figures().failed {
        0 => Ok(()),
        _ => Err(base::Said::new(
            "kho dữ liệu không ghi được nữa (đĩa đầy hoặc hỏng); hãy xử lý đĩa rồi khởi động lại nút",
            "the store can no longer be written (disk full or failing); mend the disk, then start the node again",
        )),
    })
}

/// Duty: the running streams equal the catalogue.
async fn reconcile(ops: Ops, media: Media, mut stopping: watch::Receiver<bool>) {
    let mut wanted = ops.wanted_sources();
    loop {
        let specs = wanted.borrow_and_update().iter().flat_map(specs_of).collect();
        media.reconcile(specs);
        tokio::select! {
            changed = wanted.changed() => if changed.is_err() { return },
            _ = stopping.changed() => return,
        }
    }
}

/// The streams of one camera as `media` wants to hear of them.
fn specs_of(source: &ops::WantedSource) -> Vec<SourceSpec> {
    let transport = match source.transport {
        domain::Transport::Tcp => media::Transport::Tcp,
        domain::Transport::Udp => media::Transport::Udp,
    };
    [(StreamKind::Main, Some(&source.main_url)), (StreamKind::Sub, source.sub_url.as_ref())]
        .into_iter()
        .filter_map(|(stream, url)| {
            Some(SourceSpec {
                key: TrackKey { camera: source.camera, stream },
                url: url?.clone(),
                username: source.username.clone(),
                password: source.password.clone(),
                transport,
            })
        })
        .collect()
}

/// Duty: each view that ends is put on record.
async fn record_views<T: Send + 'static>(ops: Ops, mut ends: mpsc::Receiver<T>, told: fn(T) -> ops::ViewEnded) {
    while let Some(end) = ends.recv().await {
        let (ops, end) = (ops.clone(), told(end));
        let written = tokio::task::spawn_blocking(move || ops.record_view_end(end)).await;
        if let Ok(Err(e)) = written {
            tracing::error!("the end of a view could not be put on record: {e}");
        }
    }
}

fn view_ended(end: &ViewEnd) -> ops::ViewEnded {
    let (lease, stream, ended, bytes) = (end.lease, end.stream, end.ended, end.bytes);
    ops::ViewEnded { lease, stream, ended, bytes, reason: reason(end.reason) }
}

fn reason(reason: media::ViewEndReason) -> &'static str {
    use media::ViewEndReason as R;
    match reason {
        R::Closed => "closed",
        R::Silent => "silent",
        R::NeverConnected => "never_connected",
        R::LeaseEnded => "right_ended",
        R::Stopped => "stopped",
    }
}

/// Duty: reminders of reviews of accounts go on record on their days.
async fn remind(ops: Ops, mut stopping: watch::Receiver<bool>) {
    let mut period = tokio::time::interval(Duration::from_secs(15 * 60));
    loop {
        tokio::select! {
            _ = period.tick() => {}
            _ = stopping.changed() => return,
        }
        let ops = ops.clone();
        if let Ok(Err(e)) = tokio::task::spawn_blocking(move || ops.remind_reviewers()).await {
            tracing::error!("reminders of reviews could not be put on record: {e}");
        }
    }
}

/// Duty: files that no document names any more go, once they are old enough.
async fn clean_files(ops: Ops, mut stopping: watch::Receiver<bool>) {
    let mut period = tokio::time::interval(Duration::from_secs(15 * 60));
    loop {
        tokio::select! {
            _ = period.tick() => {}
            _ = stopping.changed() => return,
        }
        let ops = ops.clone();
        if let Ok(Err(e)) = tokio::task::spawn_blocking(move || ops.clean_files()).await {
            tracing::error!("files without a document could not be cleaned up: {e}");
        }
    }
}

/// Duty: one backup a day in `DIR/backups`, the newest few kept; the first soon after the start.
async fn back_up(store: Store, clock: Clock, mut stopping: watch::Receiver<bool>) {
    let mut period = tokio::time::interval(Duration::from_secs(15 * 60));
    loop {
        tokio::select! {
            _ = period.tick() => {}
            _ = stopping.changed() => return,
        }
        let (store, clock) = (store.clone(), clock.clone());
        let done = tokio::task::spawn_blocking(move || store.backup_daily(clock.now())).await;
        if let Ok(Err(e)) = done {
            tracing::error!("the daily backup failed: {e}");
        }
    }
}
