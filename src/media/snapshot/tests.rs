//! Snapshots of simulated cameras, asked for by many at once, and of what is no picture.

use super::*;
use crate::simulate::first_picture;
use av::ParameterSets;
use base::{ManualClock, StreamKind};
use proptest::prelude::*;

fn clock() -> ManualClock {
    ManualClock::at(WallTime::parse_rfc3339("2026-11-24T03:00:00Z").expect("a time"))
}

fn key_frame(kind: StreamKind) -> (Arc<Track>, AccessUnit) {
    let track = first_picture(kind, &clock().clock());
    let unit = newest(&track).expect("a key frame").1;
    (track, unit.as_ref().clone())
}

/// A track of that key with one picture in it.
fn showing(like: &Track, unit: AccessUnit) -> Arc<Track> {
    let track = Track::new(like.key);
    track.push(unit);
    track
}

#[tokio::test]
async fn many_askers_get_one_picture_that_was_decoded_once() {
    let (track, unit) = key_frame(StreamKind::Sub);
    let snapshots = Snapshots::new(clock().clock());
    let all = futures_util::future::join_all((0..20).map(|_| snapshots.take(&track, Some(320)))).await;
    let first = all[0].clone().expect("a picture");
    assert_eq!((first.width, first.height), (320, 180));
    assert!(first.jpeg.starts_with(&[0xff, 0xd8]) && first.jpeg.len() > 2_000, "{} bytes", first.jpeg.len());
    for other in &all {
        let other = other.as_ref().expect("a picture");
        assert_eq!((&other.tag, other.jpeg.as_ptr()), (&first.tag, first.jpeg.as_ptr()), "the very same");
    }
    let whole = snapshots.take(&track, None).await.expect("a picture");
    assert_eq!((whole.width, whole.height), (640, 360));
    assert_ne!(whole.tag, first.tag, "another size is another thing");
    {
        let shelf = snapshots.shelf.lock();
        assert_eq!((shelf.held.len(), shelf.held[0].sizes.len()), (1, 2));
    }
    track.push(unit);
    let newer = snapshots.take(&track, Some(320)).await.expect("a picture");
    assert_ne!(newer.tag, first.tag, "the camera has sent a newer one");
    assert_eq!(snapshots.shelf.lock().held.len(), 1, "which takes the older one's place");
}

#[tokio::test]
async fn a_large_picture_is_whole() {
    let (track, _) = key_frame(StreamKind::Main);
    let picture = Snapshots::new(clock().clock()).take(&track, None).await.expect("a picture");
    assert_eq!((picture.width, picture.height), (1920, 1080));
}

#[tokio::test]
async fn what_is_kept_is_bounded() {
    let (like, unit) = key_frame(StreamKind::Sub);
    let snapshots = Snapshots::new(clock().clock());
    let one = unit.parameters.width as usize * unit.parameters.height as usize * 3 / 2;
    for n in 0..limits::SNAPSHOT_HELD_BYTES_MAX / one + 5 {
        let mut key = like.key;
        key.camera = base::CameraId::from_parts(n as u64, [7; 10]);
        let track = Track::new(key);
        track.push(unit.clone());
        snapshots.take(&track, Some(160)).await.expect("a picture");
    }
    let held = snapshots.shelf.lock().held.iter().map(Held::bytes).sum::<usize>();
    assert!(held <= limits::SNAPSHOT_HELD_BYTES_MAX);
    for width in 100..120 {
        snapshots.take(&like, Some(width)).await.expect("a picture");
    }
    let mut shelf = snapshots.shelf.lock();
    let id = newest(&like).expect("there").0;
    assert_eq!(shelf.find(id).expect("kept").sizes.len(), limits::SNAPSHOT_SIZES_MAX);
}

/// A sequence parameter set of the Baseline profile (ISO/IEC 14496-10 §7.3.2.1.1) for so many macroblocks.
fn sps(columns: u32, rows: u32) -> Vec<u8> {
    let mut bits = String::new();
    let mut ue = |n: u32| {
        let binary = format!("{:b}", n + 1);
        bits += &"0".repeat(binary.len() - 1);
        bits += &binary;
    };
    // Number, frame numbers, order of output, references.
    [0, 0, 2, 1].into_iter().for_each(&mut ue);
    bits += "0";
    let mut ue = |n: u32| {
        let binary = format!("{:b}", n + 1);
        bits += &"0".repeat(binary.len() - 1);
        bits += &binary;
    };
    ue(columns - 1);
    ue(rows - 1);
    // Frames only, direct 8×8, no cropping, no VUI, end.
    bits += "11001";
    while !bits.len().is_multiple_of(8) {
        bits += "0";
    }
    let mut out = vec![0x67, 66, 0, 51];
    out.extend(bits.as_bytes().chunks(8).map(|b| b.iter().fold(0u8, |n, c| n << 1 | (c - b'0'))));
    out
}

#[tokio::test]
async fn a_picture_that_would_be_too_large_is_refused_before_it_is_decoded() {
    let (track, mut unit) = key_frame(StreamKind::Sub);
    let small = unit.parameters.as_ref().clone();
    unit.parameters = Arc::new(ParameterSets { sps: sps(2_000, 2_000).into(), ..small.clone() });
    let snapshots = Snapshots::new(clock().clock());
    let error = snapshots.take(&showing(&track, unit.clone()), None).await.expect_err("refused");
    assert_eq!(error, SnapshotError::TooLarge { width: 32_000, height: 32_000 });
    assert!(error.said().en.contains("32000 × 32000"));
    // The same, hidden in the picture itself.
    unit.parameters = Arc::new(small);
    let hidden = sps(4_000, 4_000);
    let mut data = (hidden.len() as u32).to_be_bytes().to_vec();
    data.extend(hidden);
    data.extend(&unit.data[..]);
    unit.data = data.into();
    let error = snapshots.take(&showing(&track, unit), None).await.expect_err("refused");
    assert!(matches!(error, SnapshotError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn what_is_no_picture_is_said_to_be_none() {
    let (track, mut unit) = key_frame(StreamKind::Sub);
    let snapshots = Snapshots::new(clock().clock());
    assert_eq!(snapshots.take(&Track::new(track.key), None).await.expect_err("empty"), SnapshotError::NoPicture);
    unit.data = Bytes::from_static(&[0, 0, 0, 2, 0x65, 0x88]);
    let error = snapshots.take(&showing(&track, unit), None).await.expect_err("broken");
    assert!(matches!(error, SnapshotError::Broken(_)), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// A damaged picture is a picture or none, within its size; it never takes anything down.
    #[test]
    fn hostile_bits_stay_in_their_place(flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40), in_sets in any::<bool>()) {
        let (_, mut unit) = key_frame(StreamKind::Sub);
        let hurt = |bytes: &Bytes| {
            let mut bytes = bytes.to_vec();
            for (at, value) in &flips {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            Bytes::from(bytes)
        };
        if in_sets {
            let sets = unit.parameters.as_ref().clone();
            unit.parameters = Arc::new(ParameterSets { sps: hurt(&sets.sps), pps: hurt(&sets.pps), ..sets });
        } else {
            unit.data = hurt(&unit.data);
        }
        let key = TrackKey { camera: base::CameraId::from_parts(1, [1; 10]), stream: StreamKind::Sub };
        let id = FrameId { key, number: 0, arrived: unit.arrived };
        if let Ok(made) = make(&Mutex::default(), &clock().clock(), id, &unit, 64) {
            prop_assert!(made.width <= 64 && made.jpeg.len() > 100);
        }
    }
}
