//! The sending threads allocate nothing per packet and viewer: counted by the allocator, in a process of its own.

use av::{AccessUnit, Codec, ParameterSets, packetize};
use base::{AccountId, CameraId, Clock, ClockSource, Lease, LeaseGuard, LeaseId, LeasePurpose, StreamKind, WallTime};
use bytes::Bytes;
use media::webrtc::{WebRtc, WebRtcConfig};
use media::{Track, TrackKey, Tracks};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use viewer::{Event, Identity, Options, Viewer};

struct Counting;

/// Allocations by threads whose name begins with `webrtc-`.
static BY_SHARDS: AtomicU64 = AtomicU64::new(0);

fn is_shard() -> bool {
    let mut name = [0u8; 16];
    // SAFETY: PR_GET_NAME writes at most 16 bytes, with the zero; asks the system only, so it allocates nothing.
    unsafe { libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr()) };
    name.starts_with(b"webrtc-")
}

// SAFETY: everything is the system allocator's; counting touches no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_shard() {
            BY_SHARDS.fetch_add(1, Ordering::Relaxed);
        }
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if is_shard() {
            BY_SHARDS.fetch_add(1, Ordering::Relaxed);
        }
        // SAFETY: as the caller promised.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

struct RealTime(Instant);

impl ClockSource for RealTime {
    fn now(&self) -> WallTime {
        WallTime::parse_rfc3339("2026-12-01T00:00:00Z").expect("a time").plus(self.monotonic())
    }
    fn monotonic(&self) -> Duration {
        now() - self.0
    }
}

const KEY: fn() -> TrackKey = || TrackKey { camera: CameraId::from_parts(1, [1; 10]), stream: StreamKind::Main };
const VIEWERS: u64 = 8;

/// A picture of about 20 packets.
fn push(track: &Track, clock: &Clock, n: u64, parameters: &Arc<ParameterSets>) {
    let random_access = n.is_multiple_of(50);
    let nal = [&[if random_access { 0x65 } else { 0x41 }, 0x88][..], &[n as u8; 22_000]].concat();
    let data = Bytes::from(av::h264::length_prefixed([&nal[..]]));
    let payloads = packetize(Codec::H264, &data, random_access.then_some(parameters));
    track.push(AccessUnit {
        pts_90k: n as i64 * 3_600,
        captured: None,
        arrived: clock.monotonic(),
        random_access,
        parameters: parameters.clone(),
        data,
        payloads,
    });
}

/// Lets all viewers run until each has had so many pictures.
fn run(viewers: &mut [(Viewer, LeaseGuard, u64)], pictures: u64) {
    let start = now();
    while viewers.iter().any(|(_, _, had)| *had < pictures) {
        for (viewer, _, had) in viewers.iter_mut() {
            *had +=
                viewer.poll(now()).expect("polled").iter().filter(|e| matches!(e, Event::Picture(_))).count() as u64;
        }
        assert!(now() - start < Duration::from_secs(60), "pictures are missing");
        std::thread::yield_now();
    }
}

#[test]
fn nothing_is_allocated_per_packet_and_viewer() {
    let clock = Clock::new(RealTime(now()));
    let tracks = Arc::new(Tracks::default());
    let track = tracks.ensure(KEY());
    let config = WebRtcConfig { bind: "[::]:0".parse().expect("address"), public_addresses: Vec::new(), tcp: true };
    let (outlet, _ends) = WebRtc::start(config, tracks, clock.clone()).expect("started");
    let parameters = Arc::new(ParameterSets {
        codec: Codec::H264,
        vps: Bytes::new(),
        sps: Bytes::from_static(&[0x67, 0x64, 0, 0x28, 1, 2, 3]),
        pps: Bytes::from_static(&[0x68, 4, 5, 6]),
        width: 1_920,
        height: 1_080,
        profile_level_id: [0x64, 0, 0x28],
        hevc: None,
        fps: None,
    });
    push(&track, &clock, 0, &parameters);
    let identity = Identity::generate().expect("identity");
    let mut viewers: Vec<_> = (0..VIEWERS)
        .map(|i| {
            let until = clock.now().plus(Duration::from_secs(3_600));
            let (id, account) = (LeaseId::from_parts(i, [2; 10]), AccountId::from_parts(1, [3; 10]));
            let (lease, guard) = Lease::issue(id, account, KEY().camera, LeasePurpose::Live, until);
            // Half of them by TCP, which has a queue of its own.
            let options = Options { tcp: i % 2 == 0, ..Options::default() };
            let (mut viewer, offer) = Viewer::offer(&identity, options).expect("an offer");
            viewer.accept(&outlet.open(lease, KEY(), &offer).expect("an answer").sdp, now()).expect("accepted");
            (viewer, guard, 0)
        })
        .collect();
    // Warm: buffers have their size, the list of what can be sent again is full.
    let warm = 400;
    run(&mut viewers, 1);
    for n in 1..warm {
        push(&track, &clock, n, &parameters);
        run(&mut viewers, n + 1);
    }
    let (packets, allocations) = (outlet.figures().packets, BY_SHARDS.load(Ordering::SeqCst));
    for n in warm..warm + 200 {
        push(&track, &clock, n, &parameters);
        run(&mut viewers, n + 1);
    }
    let packets = outlet.figures().packets - packets;
    let allocations = BY_SHARDS.load(Ordering::SeqCst) - allocations;
    assert!(packets > 200 * 18 * VIEWERS, "{packets} packets");
    // What remains are reports and checks, some a second and viewer.
    assert!(allocations * 20 < packets, "{allocations} allocations for {packets} packets");
}
