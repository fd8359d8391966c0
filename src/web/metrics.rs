//! `/healthz`, `/readyz`, and `/metrics` in the Prometheus text format (version 0.0.4).

use crate::outer::for_programs;
use crate::problem::{self, Failure};
use crate::state::WebState;
use crate::streams;
use crate::visitor::Visitor;
use actix_web::{HttpRequest, HttpResponse, web};
use base::{Clock, StreamKind};
use media::{Phase, Track, TrackKey};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// `GET /healthz`: the process answers.
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `GET /readyz`: store and listeners are up.
pub async fn ready(state: web::Data<WebState>, req: HttpRequest) -> Result<HttpResponse, Failure> {
    debug_assert!(for_programs(req.path()));
    let probe = state.config.ready.clone();
    let ready = web::block(move || probe()).await.map_err(Failure::internal)?;
    match ready {
        Ok(()) if !*state.stopping.borrow() => {
            Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"))
        }
        Ok(()) => Err(Failure::new(problem::UNAVAILABLE, base::Said::new("Nút đang dừng.", "The node is stopping."))),
        Err(said) => Err(Failure::new(problem::UNAVAILABLE, said).retry_after(5)),
    }
}

/// A text in the making.
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}"); // writing to a String cannot fail
    }
    fn value(&mut self, name: &str, labels: &str, value: f64) {
        let _ = if labels.is_empty() {
            writeln!(self.0, "{name} {value}")
        } else {
            writeln!(self.0, "{name}{{{labels}}} {value}")
        };
    }
    fn one(&mut self, name: &str, kind: &str, help: &str, value: f64) {
        self.family(name, kind, help);
        self.value(name, "", value);
    }
}

/// A label's value with what must be escaped (backslash, quote, line end).
pub fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// `GET /metrics`.
///
/// Figures of single cameras are those that the account sees; with the token of the configuration, all but those of the
/// police. Sums over all cameras are the node's own.
pub async fn figures(state: web::Data<WebState>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let state = state.get_ref().clone();
    let text = web::block(move || write(&state, visitor.caller.as_ref())).await.map_err(Failure::internal)?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

type Counter = fn(&Track) -> &AtomicU64;

fn write(state: &WebState, caller: Option<&ops::Caller>) -> String {
    let mut page = Page(String::with_capacity(16 * 1024));
    node(state, &mut page);
    process(&mut page);
    let codes = match caller {
        Some(caller) => crate::office::codes_for(state, caller),
        None => crate::office::figure_codes(state),
    };
    tracks(state, &codes, &mut page);
    page.0
}

fn node(state: &WebState, page: &mut Page) {
    page.family("matluoi_build_info", "gauge", "Version of the program; always 1.");
    page.value("matluoi_build_info", &format!("version=\"{}\"", label(&state.config.version)), 1.0);
    page.one(
        "process_start_time_seconds",
        "gauge",
        "When the node started, seconds since 1970.",
        state.started.unix_ms() as f64 / 1_000.0,
    );
    page.one("matluoi_event_listeners", "gauge", "Open event streams.", state.hub.listeners() as f64);
}

fn process(page: &mut Page) {
    let own = Process::read();
    if let Some(bytes) = own.resident_bytes {
        page.one("process_resident_memory_bytes", "gauge", "Resident memory.", bytes as f64);
    }
    if let Some(seconds) = own.cpu_s {
        page.one("process_cpu_seconds_total", "counter", "CPU time, user and system.", seconds);
    }
    if let Some(n) = own.open_files {
        page.one("process_open_fds", "gauge", "Open file descriptors.", n as f64);
    }
    if let Some(n) = own.threads {
        page.one("process_threads", "gauge", "Threads.", n as f64);
    }
}

fn tracks(state: &WebState, codes: &HashMap<base::CameraId, String>, page: &mut Page) {
    let everyone = state.media.tracks().all();
    let mut tracks: Vec<_> = everyone.iter().filter(|t| codes.contains_key(&t.key.camera)).collect();
    tracks.sort_by_key(|t| t.key);
    let mut states = streams::all(state);
    states.retain(|key, _| codes.contains_key(&key.camera));
    let of = |key: TrackKey| {
        let camera = codes.get(&key.camera).map_or_else(|| key.camera.to_string(), Clone::clone);
        format!("camera=\"{}\",stream=\"{}\"", label(&camera), key.stream.as_str())
    };
    let counters: &[(&str, &str, &str, Counter)] = &[
        ("matluoi_track_units_total", "counter", "Access units received.", |t| &t.counters.units),
        ("matluoi_track_random_access_total", "counter", "Random access points received.", |t| {
            &t.counters.random_access
        }),
        ("matluoi_track_bytes_total", "counter", "Bytes of coded picture received.", |t| &t.counters.bytes),
        ("matluoi_track_lost_packets_total", "counter", "RTP packets that did not arrive.", |t| {
            &t.counters.lost_packets
        }),
        ("matluoi_track_dropped_units_total", "counter", "Access units thrown away as damaged.", |t| {
            &t.counters.dropped_units
        }),
        ("matluoi_track_reconnects_total", "counter", "Times the camera was connected anew.", |t| {
            &t.counters.reconnects
        }),
        ("matluoi_track_viewers", "gauge", "Viewers reading now.", |t| &t.counters.viewers),
    ];
    for (name, kind, help, counter) in counters {
        page.family(name, kind, help);
        for t in &tracks {
            page.value(name, &of(t.key), counter(t).load(Ordering::Relaxed) as f64);
        }
    }
    page.family("matluoi_track_held_bytes", "gauge", "Bytes held in memory for new viewers.");
    for t in &tracks {
        page.value("matluoi_track_held_bytes", &of(t.key), t.bytes_held() as f64);
    }
    let mut listed: Vec<_> = states.values().collect();
    listed.sort_by_key(|s| s.key);
    page.family("matluoi_track_fps", "gauge", "Pictures per second, measured; absent while not live.");
    for s in &listed {
        if let Some(fps) = s.facts.as_ref().and_then(|f| f.fps).filter(|_| s.phase == Phase::Live) {
            page.value("matluoi_track_fps", &of(s.key), fps);
        }
    }
    page.family("matluoi_track_kbit_per_second", "gauge", "kbit/s, measured; absent while not live.");
    for s in &listed {
        if let Some(rate) = s.facts.as_ref().and_then(|f| f.kbit_s).filter(|_| s.phase == Phase::Live) {
            page.value("matluoi_track_kbit_per_second", &of(s.key), rate);
        }
    }
    page.family("matluoi_track_phase", "gauge", "1 for the phase in which the stream stands.");
    for s in &listed {
        page.value("matluoi_track_phase", &format!("{},phase=\"{}\"", of(s.key), streams::word(s.phase).as_str()), 1.0);
    }
    webrtc(state, page);
    rtsp(state, page);
    let viewers = |kind: StreamKind| -> u64 {
        everyone.iter().filter(|t| t.key.stream == kind).map(|t| t.counters.viewers.load(Ordering::Relaxed)).sum()
    };
    page.family("matluoi_viewers", "gauge", "Viewers now, over all cameras.");
    for kind in [StreamKind::Main, StreamKind::Sub] {
        page.value("matluoi_viewers", &format!("stream=\"{}\"", kind.as_str()), viewers(kind) as f64);
    }
}

fn webrtc(state: &WebState, page: &mut Page) {
    let figures = state.media.figures();
    let w = figures.webrtc;
    let all = [
        ("matluoi_webrtc_viewers", "gauge", "WebRTC viewers, connected or connecting.", w.viewers),
        ("matluoi_webrtc_bytes_total", "counter", "Bytes sent as pictures, retransmissions included.", w.bytes),
        ("matluoi_webrtc_packets_total", "counter", "RTP packets sent, retransmissions included.", w.packets),
        ("matluoi_webrtc_nacked_total", "counter", "Packets that viewers reported as lost.", w.nacked),
        ("matluoi_webrtc_retransmitted_total", "counter", "Packets sent again.", w.retransmitted),
        ("matluoi_webrtc_key_frame_requests_total", "counter", "Requests for a key frame.", w.key_frame_requests),
        ("matluoi_webrtc_send_errors_total", "counter", "Packets that the system did not take.", w.send_errors),
        ("matluoi_webrtc_handshakes_failed_total", "counter", "DTLS handshakes never finished.", w.handshakes_failed),
        ("matluoi_webrtc_lapped_total", "counter", "Times a slow viewer jumped to a newer key frame.", w.lapped),
        ("matluoi_webrtc_stray_datagrams_total", "counter", "Datagrams of no viewer.", w.stray_datagrams),
        ("matluoi_webrtc_passed_on_total", "counter", "Datagrams passed on to another shard.", w.passed_on),
        ("matluoi_webrtc_slowed_viewers", "gauge", "Viewers sent less than asked for: narrow networks.", w.slowed),
        (
            "matluoi_webrtc_level_changes_total",
            "counter",
            "Times that a viewer was sent less or more.",
            w.level_changes,
        ),
        ("matluoi_webrtc_tcp_connections", "gauge", "TCP connections of viewers.", w.tcp_connections),
    ];
    for (name, kind, help, value) in all {
        page.one(name, kind, help, value as f64);
    }
    page.family("matluoi_webrtc_viewers_by_path", "gauge", "WebRTC viewers by the way their pictures take.");
    for (path, n) in [("udp", w.viewers.saturating_sub(w.tcp_viewers)), ("tcp", w.tcp_viewers)] {
        page.value("matluoi_webrtc_viewers_by_path", &format!("path=\"{path}\""), n as f64);
    }
    page.family("matluoi_webrtc_shard_cpu_seconds_total", "counter", "CPU time of each sending thread.");
    for (n, shard) in figures.shards.iter().enumerate() {
        let seconds = shard.cpu_us as f64 / 1e6;
        page.value("matluoi_webrtc_shard_cpu_seconds_total", &format!("shard=\"{n}\""), seconds);
    }
    page.family("matluoi_webrtc_shard_viewers", "gauge", "Viewers of each sending thread.");
    for (n, shard) in figures.shards.iter().enumerate() {
        page.value("matluoi_webrtc_shard_viewers", &format!("shard=\"{n}\""), shard.viewers as f64);
    }
}

fn rtsp(state: &WebState, page: &mut Page) {
    let r = state.rtsp.figures();
    let all = [
        ("matluoi_rtsp_connections", "gauge", "Connections to the RTSP server.", r.connections),
        ("matluoi_rtsp_viewers", "gauge", "RTSP viewers playing.", r.viewers),
        ("matluoi_rtsp_views_total", "counter", "RTSP views begun.", r.views),
        ("matluoi_rtsp_bytes_total", "counter", "Bytes sent as pictures over RTSP.", r.bytes),
        ("matluoi_rtsp_packets_total", "counter", "RTP packets sent over RTSP.", r.packets),
        ("matluoi_rtsp_lapped_total", "counter", "Times a slow RTSP viewer jumped to a newer key frame.", r.lapped),
        ("matluoi_rtsp_wrong_secrets_total", "counter", "RTSP sign-ins with what was no good.", r.wrong_secrets),
    ];
    for (name, kind, help, value) in all {
        page.one(name, kind, help, value as f64);
    }
}

/// What the system says of this process (Linux; elsewhere the figures are absent).
#[derive(Debug, Default)]
pub struct Process {
    /// Resident memory.
    pub resident_bytes: Option<u64>,
    /// CPU time, user and system, in seconds.
    pub cpu_s: Option<f64>,
    /// Open file descriptors.
    pub open_files: Option<u64>,
    /// Threads.
    pub threads: Option<u64>,
}

/// Clock ticks per second in `/proc/self/stat`: fixed at 100 for user space on every Linux (`USER_HZ`).
const USER_HZ: f64 = 100.0;

impl Process {
    /// Reads `/proc/self`.
    pub fn read() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let number = |name: &str| -> Option<u64> {
            status.lines().find_map(|l| l.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
        };
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // The second field is the program's name in brackets and may hold anything: count from the last bracket.
        let ticks = stat.rsplit_once(')').and_then(|(_, rest)| {
            let fields: Vec<&str> = rest.split_whitespace().collect();
            Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
        });
        Self {
            resident_bytes: number("VmRSS:").map(|kib| kib * 1024),
            cpu_s: ticks.map(|t| t as f64 / USER_HZ),
            open_files: std::fs::read_dir("/proc/self/fd").ok().map(|d| d.count() as u64),
            threads: number("Threads:"),
        }
    }
}

/// Seconds that the node has been up.
pub fn up_s(state: &WebState, clock: &Clock) -> u64 {
    clock.now().since(state.started).as_secs()
}
