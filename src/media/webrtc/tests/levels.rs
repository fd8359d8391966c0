//! Large and small stream in one view: on request, and by what the viewer's network carries.

use super::*;

/// Numbers of the small stream's pictures begin here.
const SMALL: u64 = 1_000_000;

struct Both {
    s: Stage,
    small: Arc<Track>,
    next: u64,
}

impl Both {
    fn new() -> Both {
        let s = Stage::new();
        let small = s.tracks.ensure(TrackKey { stream: StreamKind::Sub, ..KEY() });
        Both { s, small, next: 0 }
    }

    /// A second of both streams: 25 pictures each, the first one a key frame; the large stream has about 2 Mbit/s.
    fn second(&mut self) {
        for i in 0..25 {
            self.s.clock.skip(Duration::from_millis(40));
            let n = self.next;
            self.next += 1;
            self.s.push(n, i == 0, 10_000);
            let arrived = self.s.clock.monotonic();
            self.small.push(AccessUnit { arrived, ..unit(SMALL + n, i == 0, 1_000) });
        }
    }
}

fn is_small(p: &Picture) -> bool {
    number(p) >= SMALL
}

/// Do the pictures' times go forward, and by less than that many ticks of 90 kHz?
fn assert_forward(got: &[Picture], most: u32) {
    for w in got.windows(2) {
        let step = w[1].timestamp.wrapping_sub(w[0].timestamp);
        assert!((1..most).contains(&step), "{} ticks from {} to {}", step as i32, number(&w[0]), number(&w[1]));
    }
}

#[test]
fn a_view_goes_on_with_the_other_stream_when_asked() {
    let mut b = Both::new();
    b.second();
    let (mut v, answer, _guard) = b.s.join(Options::default());
    let mut got = pictures(&mut v, 25);
    assert!(!got.iter().any(is_small));
    let account = AccountId::from_parts(1, [3; 10]);
    b.s.outlet.choose(answer.id, account, StreamKind::Sub).expect("chosen");
    let after = pictures(&mut v, 25);
    assert!(after.iter().all(is_small) && after[0].is_key(), "at once, from the newest key frame");
    got.extend(after);
    b.second();
    let after = pictures(&mut v, 25);
    assert!(after.iter().all(is_small) && after.iter().all(|p| p.complete));
    got.extend(after);
    b.s.outlet.choose(answer.id, account, StreamKind::Main).expect("chosen");
    got.extend(pictures(&mut v, 25));
    assert!(!is_small(&got[99]));
    assert_forward(&got, 2 * 90_000);
    assert!(v.reception().lost == 0);
    let viewers = |t: &Track| t.counters.viewers.load(Ordering::Relaxed);
    assert_eq!((viewers(&b.s.track), viewers(&b.small)), (1, 0));
    // Lost packets of the stream now shown are sent again, none of the other's.
    b.second();
    pictures(&mut v, 25);

    let choose = |id, account| b.s.outlet.choose(id, account, StreamKind::Sub);
    assert_eq!(choose(answer.id, AccountId::from_parts(1, [9; 10])), Err(NotChosen::NoView), "somebody else's");
    assert_eq!(choose(WhepSessionId::from_parts(1, [9; 10]), account), Err(NotChosen::NoView));
    b.s.tracks.remove(b.small.key);
    assert_eq!(choose(answer.id, account), Err(NotChosen::NoStream));
}

/// Waits for a picture by its number, of whichever stream: the test's seconds are shorter than real ones, and a viewer that
/// is left behind is judged for that too.
fn caught_up(viewer: &mut Viewer, wanted: u64) {
    until(viewer, |_, p| p.iter().filter(|p| p.complete).any(|p| number(p) % SMALL == wanted).then_some(()));
}

/// Seconds of both streams, while the receiver's estimate lies far below what is sent and falls, until it is acted upon.
fn narrow(b: &mut Both, v: &mut Viewer, pictures: u64) {
    let mut estimate = 900_000;
    for _ in 0..60 {
        b.second();
        estimate -= estimate / 10;
        v.tell_bandwidth(estimate);
        caught_up(v, b.next - 25 + pictures - 1);
        if b.s.outlet.figures().slowed == 1 {
            return;
        }
    }
    panic!("never slowed: {:?}", b.s.outlet.figures());
}

#[test]
fn a_narrow_network_gets_the_small_stream_and_later_the_large_one_again() {
    let mut b = Both::new();
    b.second();
    let (mut v, _, _guard) = b.s.join(Options::default());
    pictures(&mut v, 25);
    narrow(&mut b, &mut v, 25);
    b.second();
    let last = SMALL + b.next - 1;
    let got = until(&mut v, |_, p| p.iter().any(|p| number(p) == last).then(|| p.to_vec()));
    assert_forward(&got, 3 * 90_000);
    // It says nothing more: after a while the large one is tried.
    for _ in 0..120 {
        b.second();
        caught_up(&mut v, b.next - 1);
        if b.s.outlet.figures().slowed == 0 {
            break;
        }
    }
    b.second();
    until(&mut v, |_, p| p.iter().any(|p| number(p) == b.next - 1).then_some(()));
    assert_eq!(b.s.outlet.figures().level_changes, 2);
}

#[test]
fn without_a_small_stream_a_narrow_network_gets_key_frames() {
    let mut b = Both::new();
    b.s.tracks.remove(b.small.key);
    b.second();
    let (mut v, _, _guard) = b.s.join(Options::default());
    pictures(&mut v, 25);
    // Once it is slowed only the first picture of each second comes.
    narrow(&mut b, &mut v, 1);
    let first = b.next;
    let mut got = Vec::new();
    for _ in 0..3 {
        let key = b.next;
        b.second();
        got.extend(until(&mut v, |_, p| p.iter().any(|p| number(p) == key).then(|| p.to_vec())));
    }
    let since: Vec<&Picture> = got.iter().filter(|p| number(p) >= first).collect();
    assert!(since.len() == 3 && since.iter().all(|p| p.is_key()), "{:?}", got.iter().map(number).collect::<Vec<_>>());
}
