//! What the simulated cameras send: pictures that decode, the clock in them, the wanted bit rate and key-frame distance.

use super::bits::{BitReader, rbsp};
use super::*;
use av::{AccessUnit, Read, h264};
use base::{ManualClock, WallTime};

fn clock() -> ManualClock {
    ManualClock::at(WallTime::parse_rfc3339("2026-11-24T03:00:00Z").expect("a time"))
}

/// The first pictures of a stream, one every interval.
fn pictures(kind: StreamKind, gop_s: Option<f64>, mbit_s: Option<f64>, count: u64) -> Vec<Arc<AccessUnit>> {
    let (hand, mut feed) = (clock(), Feed::new(0, kind, gop_s, mbit_s).expect("clips are sound"));
    let mut out = Vec::new();
    for n in 0..count {
        feed.next_picture(&hand.clock());
        hand.advance(camera::PICTURE_INTERVAL);
        match feed.track.read(n) {
            Read::Unit(u) => out.push(u),
            other => panic!("{other:?}"),
        }
    }
    out
}

#[test]
fn every_scene_is_whole_and_of_the_promised_size() {
    for scene in &scenes::SCENES {
        for (kind, size) in [(StreamKind::Main, (1920, 1080)), (StreamKind::Sub, (640, 360))] {
            let clip = scene.clip(kind).expect(scene.en);
            assert_eq!((clip.parameters.width, clip.parameters.height), size, "{}", scene.en);
            assert_eq!(clip.parameters.fps, Some(f64::from(scenes::FPS)));
            assert!(clip.groups.len() >= 5 && clip.groups.iter().all(|g| g.len() == 24), "a key frame every 2 s");
        }
    }
}

#[test]
fn each_picture_is_a_banner_and_a_scene_below_it() {
    for (kind, below) in [(StreamKind::Main, 120 * 4), (StreamKind::Sub, 40 * 2)] {
        for unit in pictures(kind, None, None, 100) {
            let firsts: Vec<_> = h264::nal_units(&unit.data).map(|n| BitReader::new(&rbsp(n)).ue()).collect();
            assert_eq!(firsts, [Some(0), Some(below)]);
            assert_eq!(unit.random_access, h264::is_idr(&unit.data));
            assert!(h264::is_whole(&unit.data));
        }
    }
}

#[test]
fn key_frames_are_as_far_apart_as_asked() {
    for (gop_s, pictures_between) in [(None, 24), (Some(1.0), 12), (Some(4.0), 48), (Some(7.5), 90)] {
        let keys: Vec<_> = pictures(StreamKind::Sub, gop_s, None, 400)
            .iter()
            .enumerate()
            .filter(|(_, u)| u.random_access)
            .map(|(i, _)| i)
            .collect();
        assert_eq!(keys.first(), Some(&0));
        // The first distance is cut short, so that many cameras' key frames do not coincide.
        assert!(keys.windows(2).skip(1).all(|w| w[1] - w[0] == pictures_between), "{gop_s:?}: {keys:?}");
        assert!(keys[1] <= pictures_between && keys.len() > 3);
    }
}

#[test]
fn the_bit_rate_is_as_asked() {
    for wanted in [1.0, 4.0, 8.0] {
        let seen = pictures(StreamKind::Main, Some(2.0), Some(wanted), 24 * 20);
        let bits = seen.iter().skip(24).map(|u| u.data.len() * 8).sum::<usize>() as f64;
        let mbit_s = bits / (seen.len() - 24) as f64 * f64::from(scenes::FPS) / 1e6;
        assert!((mbit_s / wanted - 1.0).abs() < 0.05, "{mbit_s} instead of {wanted}");
    }
}

#[test]
fn only_the_digits_that_change_are_sent() {
    let seen = pictures(StreamKind::Main, None, None, 200);
    let tops: Vec<usize> = seen
        .iter()
        .filter(|u| !u.random_access)
        .filter_map(|u| h264::nal_units(&u.data).next().map(<[u8]>::len))
        .collect();
    assert!(tops.iter().filter(|n| **n < 20).count() > 150, "most pictures skip the banner");
    assert!(tops.iter().all(|n| *n < 12_000), "a digit or two, not the whole banner");
    assert!(tops.iter().any(|n| *n > 384), "but the seconds do change");
}

#[test]
fn the_ninth_camera_is_named_apart_from_the_first() {
    assert_eq!(name_of(0).vi, "Phố Trần Phú");
    assert_eq!(name_of(8).vi, "Phố Trần Phú (2)");
    assert_eq!(name_of(17).en, "Cho Moi Crossing (3)");
}

#[tokio::test]
async fn wishes_out_of_range_are_refused_with_a_sentence() {
    let config = |cameras, gop_s, mbit_s| SimulateConfig {
        cameras,
        bind: ([127, 0, 0, 1], 0).into(),
        gop_s,
        mbit_s,
        credentials: None,
        clock: clock().clock(),
    };
    for (c, field) in [
        (config(0, None, None), "cameras"),
        (config(limits::SIMULATED_CAMERAS_MAX + 1, None, None), "cameras"),
        (config(1, Some(f64::NAN), None), "gop"),
        (config(1, Some(0.0), None), "gop"),
        (config(1, None, Some(1e9)), "mbps"),
    ] {
        let refused = Simulation::start(c).await.expect_err("refused");
        assert_eq!(refused.field(), Some(field));
        assert!(!refused.said().vi.is_empty());
    }
    assert!(check_codec("H264").is_ok());
    assert!(check_codec("h265").expect_err("refused").said().en.contains("not in this version"));
    let first = Simulation::start(config(1, None, None)).await.expect("starts");
    let again = Simulation::start(SimulateConfig { bind: first.addr, ..config(1, None, None) }).await;
    assert!(matches!(again, Err(SimulateError::Bind { .. })));
    first.stop().await;
}
