//! A viewer of our own (`tests/bench/viewer`) against the outlet, over loopback, fed by a synthetic track.

mod levels;
mod paths;

use super::*;
use crate::track::{Track, TrackKey, Tracks};
use ::viewer::{Event, Identity, Options, Picture, SrtpProtectionProfile, Viewer};
use av::{AccessUnit, ParameterSets, packetize};
use base::{ClockSource, LeaseGuard};
use bytes::{BufMut, Bytes, BytesMut};
use std::time::Instant;

/// Real time, plus what a test adds to it.
#[derive(Clone)]
struct TestClock(Instant, Arc<std::sync::atomic::AtomicU64>);

impl TestClock {
    fn new() -> Self {
        TestClock(now(), Arc::default())
    }
    fn skip(&self, d: Duration) {
        self.1.fetch_add(d.as_millis() as u64, Ordering::SeqCst);
    }
}

impl ClockSource for TestClock {
    fn now(&self) -> WallTime {
        WallTime::parse_rfc3339("2026-11-24T00:00:00Z").expect("a time").plus(self.monotonic())
    }
    fn monotonic(&self) -> Duration {
        now() - self.0 + Duration::from_millis(self.1.load(Ordering::SeqCst))
    }
}

fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

fn parameters() -> Arc<ParameterSets> {
    Arc::new(ParameterSets {
        codec: av::Codec::H264,
        vps: Bytes::new(),
        hevc: None,
        sps: Bytes::from_static(&[0x67, 0x64, 0, 0x28, 1, 2, 3]),
        pps: Bytes::from_static(&[0x68, 4, 5, 6]),
        width: 1_920,
        height: 1_080,
        profile_level_id: [0x64, 0, 0x28],
        fps: None,
    })
}

/// Picture `n`: its slice holds `n`, then noise of that size.
fn unit(n: u64, key: bool, bytes: usize) -> AccessUnit {
    let mut nal = vec![if key { 0x65 } else { 0x41 }];
    nal.extend(n.to_be_bytes());
    nal.extend((0..bytes).map(|i| (i as u64 * 31 + n) as u8));
    let mut data = BytesMut::new();
    data.put_u32(nal.len() as u32);
    data.put_slice(&nal);
    let data = data.freeze();
    let p = parameters();
    let payloads = packetize(av::Codec::H264, &data, key.then_some(&*p));
    AccessUnit {
        pts_90k: n as i64 * 3_600,
        captured: None,
        arrived: Duration::ZERO,
        random_access: key,
        parameters: p,
        data,
        payloads,
    }
}

/// The number in a picture's slice.
fn number(p: &Picture) -> u64 {
    let slice = p.nals.iter().find(|n| matches!(n[0] & 0x1f, 1 | 5)).expect("a slice");
    u64::from_be_bytes(slice[1..9].try_into().expect("eight bytes"))
}

struct Stage {
    clock: TestClock,
    outlet: WebRtc,
    ends: mpsc::Receiver<ViewEnd>,
    tracks: Arc<Tracks>,
    track: Arc<Track>,
    identity: Identity,
}

const KEY: fn() -> TrackKey = || TrackKey { camera: CameraId::from_parts(1, [1; 10]), stream: StreamKind::Main };

impl Stage {
    fn new() -> Stage {
        Stage::with_shards(2)
    }

    fn with_shards(shards: usize) -> Stage {
        let clock = TestClock::new();
        let tracks = Arc::new(Tracks::default());
        let track = tracks.ensure(KEY());
        let config = WebRtcConfig { bind: "[::]:0".parse().expect("address"), public_addresses: Vec::new(), tcp: true };
        let clock_of_node = Clock::new(clock.clone());
        let (outlet, ends) = WebRtc::start_with(config, tracks.clone(), clock_of_node, shards).expect("started");
        Stage { clock, outlet, ends, tracks, track, identity: Identity::generate().expect("identity") }
    }

    /// A group of pictures of 100: a large key frame and small ones.
    fn group(&self) {
        let first = self.track.next();
        (first..first + 100).for_each(|n| self.push(n, n == first, if n == first { 90_000 } else { 9_000 }));
    }

    /// A picture that arrives now.
    fn push(&self, n: u64, key: bool, bytes: usize) {
        self.track.push(AccessUnit { arrived: self.clock.monotonic(), ..unit(n, key, bytes) });
    }

    fn lease(&self, account: u8) -> (Lease, LeaseGuard) {
        Lease::issue(
            LeaseId::from_parts(1, [2; 10]),
            AccountId::from_parts(1, [account; 10]),
            KEY().camera,
            LeasePurpose::Live,
            self.clock.now().plus(Duration::from_secs(3_600)),
        )
    }

    fn join(&self, options: Options) -> (Viewer, WhepAnswer, LeaseGuard) {
        let (lease, guard) = self.lease(3);
        let (mut viewer, offer) = Viewer::offer(&self.identity, options).expect("an offer");
        let answer = self.outlet.open(lease, KEY(), &offer).expect("an answer");
        viewer.accept(&answer.sdp, now()).expect("accepted");
        (viewer, answer, guard)
    }

    /// The next ended view, while the viewer goes on.
    fn end(&mut self, viewer: &mut Viewer) -> ViewEnd {
        until(viewer, |_, _| self.ends.try_recv().ok())
    }
}

/// Lets the viewer run until `done` has an answer; the pictures so far are handed in.
fn until<T>(viewer: &mut Viewer, mut done: impl FnMut(&mut Viewer, &[Picture]) -> Option<T>) -> T {
    let start = now();
    let mut pictures = Vec::new();
    loop {
        for event in viewer.poll(now()).expect("polled") {
            if let Event::Picture(p) = event {
                pictures.push(p);
            }
        }
        if let Some(t) = done(viewer, &pictures) {
            return t;
        }
        assert!(now() - start < Duration::from_secs(20), "nothing after 20 s; {:?}", viewer.reception());
        let wait = viewer.poll_timeout(now()).min(Duration::from_millis(20));
        let mut fd = libc::pollfd { fd: viewer.fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one live pollfd.
        unsafe { libc::poll(&mut fd, 1, wait.as_millis() as i32) };
    }
}

/// As many pictures as said.
fn pictures(viewer: &mut Viewer, count: usize) -> Vec<Picture> {
    until(viewer, |_, p| (p.len() >= count).then(|| p.to_vec()))
}

#[test]
fn a_new_viewer_gets_the_whole_group_at_once_and_is_at_the_live_edge() {
    let s = Stage::new();
    s.group();
    s.group();
    let (mut v, _, _guard) = s.join(Options::default());
    let got = pictures(&mut v, 100);
    assert!(got[0].is_key() && got[0].nals.len() == 3, "parameter sets come with the key frame");
    assert_eq!(got.iter().map(number).collect::<Vec<_>>(), (100..200).collect::<Vec<_>>());
    assert!(got.iter().all(|p| p.complete));
    assert_eq!(number(&got[0]), 100, "the newest key frame, not the oldest");
    let span = got[99].timestamp.wrapping_sub(got[0].timestamp);
    assert!(span < 10_000, "4 s of pictures are shown within {span} ticks of 90 kHz");
    s.push(200, true, 5_000);
    let live = pictures(&mut v, 1);
    assert_eq!(live[0].timestamp.wrapping_sub(got[99].timestamp), 3_600, "live pictures keep their distance");
    let slice = &live[0].nals[2];
    assert_eq!(slice[1..], unit(200, true, 5_000).data[5..], "bit for bit");
    assert!(v.reception().gcm && v.reception().lost == 0);
    // The shard counts after it has sent.
    until(&mut v, |v, _| (s.outlet.figures().packets == v.reception().packets).then_some(()));
    let f = s.outlet.figures();
    assert!(f.viewers == 1 && f.send_errors == 0 && f.bytes > 900_000, "{f:?}");
    assert_eq!(s.track.counters.viewers.load(Ordering::Relaxed), 1);
}

#[test]
fn viewers_that_refuse_gcm_and_rtx_are_served_too() {
    let s = Stage::new();
    s.group();
    let profiles = vec![SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80];
    let (mut v, _, _guard) = s.join(Options { profiles, resend: false, ..Options::default() });
    assert!(pictures(&mut v, 100).iter().all(|p| p.complete));
    assert!(!v.reception().gcm);
}

#[test]
fn lost_packets_are_sent_again() {
    let s = Stage::new();
    s.group();
    let (mut v, _, _guard) = s.join(Options { lose_percent: 5, ..Options::default() });
    let got = pictures(&mut v, 99);
    let r = v.reception();
    assert!(got.iter().all(|p| p.complete) && r.lost == 0, "{r:?}");
    assert!(r.resent > 10, "{r:?}");
    let resent = r.resent;
    until(&mut v, |_, _| (s.outlet.figures().retransmitted >= resent).then_some(()));
    let f = s.outlet.figures();
    assert!(f.nacked >= f.retransmitted, "{f:?}");
}

#[test]
fn a_viewer_before_the_first_picture_waits_for_it() {
    let s = Stage::new();
    let (mut v, _, _guard) = s.join(Options::default());
    until(&mut v, |v, _| v.is_connected().then_some(()));
    s.push(0, false, 100);
    s.push(1, true, 100);
    let got = pictures(&mut v, 1);
    assert!(got[0].is_key() && number(&got[0]) == 1);
}

#[test]
fn a_key_frame_asked_for_is_sent_at_once_and_time_goes_on() {
    let s = Stage::new();
    s.group();
    let (mut v, _, _guard) = s.join(Options::default());
    let first = pictures(&mut v, 100);
    s.clock.skip(Duration::from_secs(2));
    v.ask_for_key_frame();
    let again = pictures(&mut v, 100);
    assert!(again[0].is_key() && number(&again[0]) == 0);
    let since = |a: &Picture, b: &Picture| b.timestamp.wrapping_sub(a.timestamp);
    assert!((1..3_600).contains(&since(&first[99], &again[0])) && since(&first[99], &again[99]) < 3_600);
    // Asking all the time is no way to make the node work.
    (0..50).for_each(|_| v.ask_for_key_frame());
    s.push(100, false, 100);
    assert_eq!(number(&pictures(&mut v, 1)[0]), 100);
    until(&mut v, |_, p| {
        assert!(p.is_empty(), "no further burst");
        (s.outlet.figures().key_frame_requests == 51).then_some(())
    });
}

#[test]
fn the_picture_stops_when_the_right_ends() {
    let mut s = Stage::new();
    s.group();
    let (mut v, answer, guard) = s.join(Options::default());
    pictures(&mut v, 100);
    guard.withdraw();
    let end = s.end(&mut v);
    assert_eq!((end.id, end.reason, end.stream), (answer.id, ViewEndReason::LeaseEnded, StreamKind::Main));
    assert!(end.bytes > 900_000 && end.ended >= end.began);
    until(&mut v, |v, _| v.is_closed().then_some(()));
    assert_eq!(v.goodbyes(), 1);
    assert_eq!(s.outlet.figures().viewers, 0);
    assert_eq!(s.track.counters.viewers.load(Ordering::Relaxed), 0);
    let before = v.reception().packets;
    s.push(100, true, 100);
    assert!(!s.outlet.close(answer.id, end.account), "it is over already");
    assert_eq!(v.reception().packets, before);
}

#[test]
fn a_viewer_that_vanishes_is_given_up_and_one_that_checks_is_not() {
    let mut s = Stage::new();
    s.group();
    let (mut gone, answer, _guard) = s.join(Options::default());
    let (mut stays, other, _guard) = s.join(Options::default());
    pictures(&mut gone, 100);
    pictures(&mut stays, 100);
    s.clock.skip(limits::WHEP_SILENCE_MAX - Duration::from_secs(5));
    let answers = stays.answers();
    stays.check(now());
    until(&mut stays, |v, _| (v.answers() > answers).then_some(()));
    s.clock.skip(Duration::from_secs(5));
    let end = s.end(&mut stays);
    assert_eq!((end.id, end.reason), (answer.id, ViewEndReason::Silent));
    drop(gone);
    assert!(s.outlet.close(other.id, AccountId::from_parts(1, [3; 10])));
    let end = s.end(&mut stays);
    assert_eq!((end.id, end.reason), (other.id, ViewEndReason::Closed));
}

#[test]
fn a_viewer_that_never_connects_is_given_up() {
    let mut s = Stage::new();
    let (lease, _guard) = s.lease(3);
    let (_, offer) = Viewer::offer(&s.identity, Options::default()).expect("an offer");
    let answer = s.outlet.open(lease, KEY(), &offer).expect("an answer");
    while s.outlet.figures().viewers == 0 {
        std::thread::yield_now();
    }
    s.clock.skip(limits::WHEP_CONNECT_MAX);
    let end = s.ends.blocking_recv().expect("an end");
    assert_eq!((end.id, end.reason, end.bytes), (answer.id, ViewEndReason::NeverConnected, 0));
}

#[test]
fn leaving_removing_the_camera_and_stopping_end_the_view() {
    let mut s = Stage::new();
    s.group();
    let account = AccountId::from_parts(1, [3; 10]);
    let (mut v, answer, _g) = s.join(Options::default());
    pictures(&mut v, 1);
    v.close(now());
    assert_eq!(s.ends.blocking_recv().expect("an end").reason, ViewEndReason::Closed, "by DTLS");
    assert!(!s.outlet.close(answer.id, account));

    let (mut v, answer, _g) = s.join(Options::default());
    pictures(&mut v, 1);
    assert!(!s.outlet.close(answer.id, AccountId::from_parts(1, [9; 10])), "not somebody else's");
    assert!(s.outlet.close(answer.id, account));
    assert_eq!(s.end(&mut v).reason, ViewEndReason::Closed);

    let (mut v, _, _g) = s.join(Options::default());
    pictures(&mut v, 1);
    s.outlet.stop_camera(CameraId::from_parts(9, [9; 10]));
    s.outlet.stop_camera(KEY().camera);
    assert_eq!(s.end(&mut v).reason, ViewEndReason::Stopped);

    let (mut v, _, _g) = s.join(Options::default());
    pictures(&mut v, 1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(s.outlet.stop());
    assert_eq!(s.ends.blocking_recv().expect("an end").reason, ViewEndReason::Stopped);
    until(&mut v, |v, _| v.is_closed().then_some(()));
    let (lease, _g) = s.lease(3);
    assert_eq!(s.outlet.open(lease, KEY(), "").err(), Some(WhepError::Stopping));
    assert!(s.ends.blocking_recv().is_none(), "the shard is gone");
}

#[test]
fn an_outlet_that_nobody_holds_ends_with_its_views() {
    let s = Stage::new();
    s.group();
    let (mut v, _, _g) = s.join(Options::default());
    pictures(&mut v, 1);
    let Stage { outlet, mut ends, .. } = s;
    drop(outlet);
    assert_eq!(ends.blocking_recv().expect("an end").reason, ViewEndReason::Stopped);
    assert!(ends.blocking_recv().is_none());
    let mut idle = Stage::new();
    drop(idle.outlet);
    assert!(idle.ends.blocking_recv().is_none(), "also without a viewer");
}

#[test]
fn a_viewer_may_change_its_address() {
    let s = Stage::new();
    s.group();
    let (mut v, _, _g) = s.join(Options::default());
    pictures(&mut v, 100);
    v.rebind(now()).expect("bound");
    let answers = v.answers();
    until(&mut v, |v, _| (v.answers() > answers).then_some(()));
    s.push(100, true, 100);
    assert_eq!(number(&pictures(&mut v, 1)[0]), 100);
}

#[test]
fn bounds_and_rights_hold() {
    let s = Stage::new();
    let offer = || Viewer::offer(&s.identity, Options::default()).expect("an offer").1;
    let other = TrackKey { camera: CameraId::from_parts(2, [2; 10]), stream: StreamKind::Main };
    let (lease, guard) = s.lease(3);
    assert_eq!(s.outlet.open(lease.clone(), other, &offer()).err(), Some(WhepError::LeaseEnded), "of another camera");
    assert!(matches!(s.outlet.open(lease.clone(), KEY(), "v=0").err(), Some(WhepError::BadOffer(_))));
    let mut sub = KEY();
    sub.stream = StreamKind::Sub;
    assert_eq!(s.outlet.open(lease.clone(), sub, &offer()).err(), Some(WhepError::NoPicture));
    guard.withdraw();
    assert_eq!(s.outlet.open(lease, KEY(), &offer()).err(), Some(WhepError::LeaseEnded));
    let text = offer();
    for _ in 0..limits::WHEP_VIEWERS_PER_ACCOUNT_MAX {
        s.outlet.open(s.lease(4).0, KEY(), &text).expect("an answer");
    }
    assert_eq!(s.outlet.open(s.lease(4).0, KEY(), &text).err(), Some(WhepError::TooManyViewers));
    s.outlet.open(s.lease(5).0, KEY(), &text).expect("another account's is not affected");
    assert!(s.tracks.find(KEY()).is_some());
}

#[test]
fn garbage_is_neither_answered_nor_felt() {
    let s = Stage::new();
    s.group();
    let (mut v, _, _g) = s.join(Options::default());
    pictures(&mut v, 100);
    let stranger = std::net::UdpSocket::bind("127.0.0.1:0").expect("bound");
    let to: SocketAddr = ([127, 0, 0, 1], s.outlet.local().port()).into();
    let mut seed = 1u64;
    for i in 0..3_000usize {
        let noise: Vec<u8> = (0..i % 200)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (seed >> 33) as u8
            })
            .collect();
        stranger.send_to(&noise, to).expect("sent");
        let mut d = vec![[0, 1, 20, 22, 63, 128, 144, 191, 255][i % 9]];
        d.extend(&noise);
        stranger.send_to(&d, to).expect("sent");
        v.send(&d);
        if i % 100 == 0 {
            // Leaves the outlet time to read: the kernel drops what does not fit.
            until(&mut v, |_, _| Some(()));
        }
    }
    s.push(100, true, 3_000);
    assert_eq!(number(&pictures(&mut v, 1)[0]), 100, "the viewer whose address sent garbage goes on too");
    stranger.set_nonblocking(true).expect("set");
    assert!(stranger.recv(&mut [0; 100]).is_err(), "no answer");
    assert!(s.outlet.figures().stray_datagrams > 100);
}

#[test]
fn many_ends_wait_for_a_slow_receiver_and_none_is_lost() {
    let mut s = Stage::new();
    let text = Viewer::offer(&s.identity, Options::default()).expect("an offer").1;
    let mut expected = std::collections::HashSet::new();
    for account in 0..10 {
        for _ in 0..limits::WHEP_VIEWERS_PER_ACCOUNT_MAX - 1 {
            // The queue of commands is bounded too.
            let answer = loop {
                match s.outlet.open(s.lease(account).0, KEY(), &text) {
                    Err(WhepError::TooManyViewers) => std::thread::yield_now(),
                    other => break other.expect("an answer"),
                }
            };
            expected.insert(answer.id);
        }
    }
    assert!(expected.len() > limits::WHEP_ENDS_QUEUED_MAX);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(s.outlet.stop());
    while !expected.is_empty() {
        let end = s.ends.blocking_recv().expect("an end");
        assert!(expected.remove(&end.id), "each once");
        assert_eq!(end.reason, ViewEndReason::Stopped);
    }
}
