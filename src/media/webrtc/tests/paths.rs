//! Viewers by TCP, and viewers in more than one shard.

use super::*;
use std::io::{Read, Write};
use std::net::TcpStream;

fn by_tcp() -> Options {
    Options { tcp: true, ..Options::default() }
}

#[test]
fn a_viewer_whose_network_lets_no_udp_through_gets_the_same_pictures_by_tcp() {
    let mut s = Stage::new();
    s.group();
    let (mut v, answer, guard) = s.join(by_tcp());
    let got = pictures(&mut v, 100);
    assert_eq!(got.iter().map(number).collect::<Vec<_>>(), (0..100).collect::<Vec<_>>());
    assert!(got.iter().all(|p| p.complete));
    let span = got[99].timestamp.wrapping_sub(got[0].timestamp);
    assert!(span < 10_000, "at the live edge at once, as by UDP: {span} ticks");
    until(&mut v, |_, _| (s.outlet.figures().tcp_viewers == 1).then_some(()));
    // Its network changes: another connection, the same view.
    v.rebind(now()).expect("connected");
    let answers = v.answers();
    until(&mut v, |v, _| (v.answers() > answers).then_some(()));
    s.push(100, true, 100_000);
    assert_eq!(number(&pictures(&mut v, 1)[0]), 100);
    guard.withdraw();
    let end = s.end(&mut v);
    assert_eq!((end.id, end.reason), (answer.id, ViewEndReason::LeaseEnded));
    until(&mut v, |v, _| v.is_closed().then_some(()));
    until(&mut v, |_, _| (s.outlet.figures().tcp_connections == 0).then_some(()));
}

#[test]
fn a_slow_tcp_viewer_skips_to_newer_pictures_and_harms_nobody() {
    let s = Stage::new();
    s.group();
    let (mut slow, _, _g) = s.join(by_tcp());
    let (mut quick, _, _h) = s.join(Options::default());
    pictures(&mut slow, 100);
    pictures(&mut quick, 100);
    // Far more than the system holds for a connection, while the slow one reads nothing.
    for round in 1..=40u64 {
        s.clock.skip(Duration::from_millis(500));
        s.group();
        let last = round * 100 + 99;
        until(&mut quick, |_, p| p.iter().any(|p| number(p) == last).then_some(()));
    }
    assert!(quick.reception().lost == 0, "{:?}", quick.reception());
    // Now it reads on: old pictures that were on their way already, then the newest, and not all that was between.
    let mut got = Vec::new();
    until(&mut slow, |_, p| {
        // The one that was being sent when it was lapped has no end.
        got = p.iter().filter(|p| p.complete).map(number).collect();
        got.contains(&4_099).then_some(())
    });
    assert!(got.windows(2).all(|w| w[0] < w[1]) && got.len() < 3_000, "{} pictures", got.len());
    assert!(s.outlet.figures().lapped > 0);
    s.push(4_100, false, 1_000);
    assert_eq!(number(&pictures(&mut slow, 1)[0]), 4_100);
}

#[test]
fn connections_that_do_not_show_whose_they_are_are_sent_away() {
    let s = Stage::new();
    s.group();
    let to: SocketAddr = ([127, 0, 0, 1], s.outlet.local().port()).into();
    let mut silent = TcpStream::connect(to).expect("connected");
    let mut noisy = TcpStream::connect(to).expect("connected");
    let mut huge = TcpStream::connect(to).expect("connected");
    noisy.write_all(&[0, 20].into_iter().chain([1; 20]).collect::<Vec<_>>()).expect("written");
    huge.write_all(&[0xff; 64]).expect("written");
    assert_eq!(huge.read(&mut [0; 16]).unwrap_or(0), 0, "no packet is that large");
    let (mut v, _, _g) = s.join(by_tcp());
    pictures(&mut v, 100);
    s.clock.skip(limits::WEBRTC_TCP_STRANGER_MAX);
    for stranger in [&mut silent, &mut noisy] {
        stranger.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
        assert_eq!(stranger.read(&mut [0; 16]).unwrap_or(0), 0, "ended without a word");
    }
    s.push(100, true, 100);
    assert_eq!(number(&pictures(&mut v, 1)[0]), 100, "a viewer's connection stays");
}

#[test]
fn an_outlet_without_tcp_offers_none() {
    let clock = Clock::new(TestClock::new());
    let config = WebRtcConfig { bind: "[::]:0".parse().expect("address"), public_addresses: Vec::new(), tcp: false };
    let tracks = Arc::new(Tracks::default());
    tracks.ensure(KEY());
    let (outlet, _ends) = WebRtc::start(config, tracks, clock.clone()).expect("started");
    let identity = Identity::generate().expect("identity");
    let (_, offer) = Viewer::offer(&identity, Options::default()).expect("an offer");
    let until = clock.now().plus(Duration::from_secs(60));
    let (id, account) = (LeaseId::from_parts(1, [2; 10]), AccountId::from_parts(1, [3; 10]));
    let (lease, _g) = Lease::issue(id, account, KEY().camera, LeasePurpose::Live, until);
    let answer = outlet.open(lease, KEY(), &offer).expect("an answer");
    assert!(!answer.sdp.contains("tcptype"));
    assert!(TcpStream::connect(("127.0.0.1", outlet.local().port())).is_err());
}

/// All viewers run until each has the picture of that number.
fn all_have(viewers: &mut [(Viewer, WhepAnswer, LeaseGuard)], wanted: u64) {
    let mut waiting: Vec<usize> = (0..viewers.len()).collect();
    let start = now();
    while !waiting.is_empty() {
        waiting.retain(|i| {
            let events = viewers[*i].0.poll(now()).expect("polled");
            !events.iter().any(|e| matches!(e, Event::Picture(p) if number(p) == wanted && p.complete))
        });
        assert!(now() - start < Duration::from_secs(30), "viewers {waiting:?} have not got {wanted}");
        std::thread::yield_now();
    }
}

#[test]
fn viewers_live_where_their_packets_arrive_and_all_get_everything() {
    let mut s = Stage::with_shards(4);
    s.group();
    let mut viewers: Vec<_> = (0..32).map(|i| s.join(if i % 4 == 0 { by_tcp() } else { Options::default() })).collect();
    all_have(&mut viewers, 99);
    let shards: Vec<u64> = s.outlet.shard_figures().iter().map(|f| f.viewers).collect();
    assert_eq!(shards.iter().sum::<u64>(), 32);
    assert!(shards.iter().all(|n| *n > 0), "{shards:?}");
    assert_eq!(s.track.counters.viewers.load(Ordering::Relaxed), 32);
    let passed_on = s.outlet.figures().passed_on;
    s.push(100, true, 20_000);
    all_have(&mut viewers, 100);
    assert!(s.outlet.figures().passed_on <= passed_on + 32, "what a viewer says arrives where it lives");
    // Viewers that move about are found wherever their packets arrive.
    let mut n = 100;
    while s.outlet.figures().passed_on < passed_on + 40 {
        n += 1;
        for (v, ..) in &mut viewers {
            v.rebind(now()).expect("bound");
        }
        let answers: Vec<u64> = viewers.iter().map(|v| v.0.answers()).collect();
        for ((v, ..), before) in viewers.iter_mut().zip(answers) {
            until(v, |v, _| (v.answers() > before).then_some(()));
        }
        s.push(n, true, 20_000);
        all_have(&mut viewers, n);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(s.outlet.stop());
    let mut ended: Vec<WhepSessionId> = (0..32).map(|_| s.ends.blocking_recv().expect("an end").id).collect();
    ended.sort();
    ended.dedup();
    assert_eq!(ended.len(), 32, "each view ends once");
    assert_eq!(s.outlet.figures().viewers, 0);
}

#[test]
fn a_port_that_another_node_has_is_an_error() {
    let s = Stage::with_shards(2);
    let bind = s.outlet.local();
    for tcp in [false, true] {
        let config = WebRtcConfig { bind, public_addresses: Vec::new(), tcp };
        let again = WebRtc::start(config, Arc::default(), Clock::new(TestClock::new()));
        assert!(again.is_err(), "two nodes would steal each other's viewers");
    }
}
