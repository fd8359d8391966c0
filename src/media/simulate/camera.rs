//! One stream of one simulated camera: its place in the clip, its clock, its bit rate.

use super::banner::{self, Ink, PictureNumbers, Title};
use super::clip::{BadClip, Clip};
use super::scenes::{self, FPS, SCENES};
use crate::{Track, TrackKey};
use av::{AccessUnit, ParameterSets, h264, packetize};
use base::{CameraId, Clock, StreamKind};
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;

/// Time between two pictures.
pub(super) const PICTURE_INTERVAL: Duration = Duration::from_nanos(1_000_000_000 / FPS as u64);
/// The same in ticks of 90 kHz.
const PICTURE_90K: i64 = 90_000 / FPS as i64;
/// With a wanted bit rate, how many times larger than the other pictures a key frame is, as real cameras have it.
const KEY_FRAME_WEIGHT: f64 = 6.0;

/// A stream of a simulated camera.
pub(super) struct Feed {
    pub track: Arc<Track>,
    clip: Arc<Clip>,
    parameters: Arc<ParameterSets>,
    ink: Ink,
    title: Title,
    /// Pictures between key frames.
    group_pictures: u32,
    /// Pictures of the group being sent; the first one is cut short, so that key frames of many cameras spread out.
    this_group: u32,
    /// Which group of the clip.
    group: usize,
    /// Which picture of the group is next.
    since_idr: u32,
    idr_pic_id: u32,
    /// What the banner of the last picture showed.
    shown: String,
    pts_90k: i64,
    /// Bytes of a group, if a bit rate is wanted.
    group_bytes: Option<f64>,
    /// Bytes that may still be sent up to this picture.
    allowance: f64,
}

impl Feed {
    /// The stream of the camera with that number, from 0.
    pub fn new(number: usize, kind: StreamKind, gop_s: Option<f64>, mbit_s: Option<f64>) -> Result<Feed, BadClip> {
        let scene = &SCENES[number % SCENES.len()];
        let clip = scene.clip(kind)?;
        let group_pictures = gop_s.map_or(2 * FPS, |s| (s * f64::from(FPS)).round().max(1.0) as u32);
        // The golden ratio spreads any number of cameras evenly.
        let share = |n: usize| (n as f64 * 0.618_034).fract();
        let place = number * 2 + usize::from(kind == StreamKind::Sub);
        let mut random = [0; 10];
        random[..8].copy_from_slice(&(number as u64).to_be_bytes());
        Ok(Feed {
            track: Track::new(TrackKey { camera: CameraId::from_parts(0, random), stream: kind }),
            parameters: Arc::new(clip.parameters.clone()),
            ink: scenes::ink(kind)?,
            title: scene.title(kind, super::again(number))?,
            group_pictures,
            this_group: 1 + (share(place) * f64::from(group_pictures)) as u32,
            group: number % clip.groups.len(),
            since_idr: 0,
            idr_pic_id: 0,
            shown: String::new(),
            pts_90k: 0,
            group_bytes: mbit_s
                .filter(|_| kind == StreamKind::Main)
                .map(|m| m * 125_000.0 * f64::from(group_pictures) / f64::from(FPS)),
            allowance: 0.0,
            clip,
        })
    }

    /// Time went by without pictures.
    pub fn miss(&mut self, time: Duration) {
        self.pts_90k += (time.as_millis() as i64).saturating_mul(90);
        self.this_group = self.since_idr;
    }

    /// Writes the next picture to the track.
    pub fn next_picture(&mut self, clock: &Clock) {
        let now = clock.now();
        if self.since_idr >= self.this_group && self.since_idr > 0 {
            self.since_idr = 0;
            self.this_group = self.group_pictures;
            self.idr_pic_id ^= 1;
            let groups = (self.group_pictures.div_ceil(2 * FPS)).max(1) as usize;
            self.group = (self.group + groups) % self.clip.groups.len();
        }
        let time = now.office_text();
        let data = self.picture(&time);
        self.shown = time;
        let random_access = self.since_idr == 0;
        let payloads = packetize(av::Codec::H264, &data, random_access.then_some(&self.parameters));
        self.track.push(AccessUnit {
            pts_90k: self.pts_90k,
            captured: Some(now),
            arrived: clock.monotonic(),
            random_access,
            parameters: self.parameters.clone(),
            data,
            payloads,
        });
        self.since_idr += 1;
        self.pts_90k += PICTURE_90K;
    }

    /// The NAL units of the next picture: padding, banner, scene.
    fn picture(&mut self, time: &str) -> Bytes {
        let rules = self.clip.rules;
        let clip = self.clip.clone();
        let scene = clip.groups.get(self.group).and_then(|g| g.get(self.since_idr as usize));
        let numbers = PictureNumbers {
            since_idr: self.since_idr,
            idr_pic_id: self.idr_pic_id,
            // 0x41: a slice of a reference picture, where the clip has none for this moment.
            nal_header: scene.map_or(0x41, |p| p.nal_header),
        };
        let top = if self.since_idr == 0 {
            banner::intra_slice(rules, numbers, &self.ink, &self.title, time)
        } else {
            let times = (self.shown.as_str(), time);
            banner::following_slice(rules, numbers, &self.ink, &self.title, times, scene.is_none())
        };
        let below = scene.and_then(|p| p.slices.get(self.idr_pic_id as usize));
        let padding = self.padding(top.len() + 4 + below.map_or(0, |b| b.len() + 4));
        // A message stands before the slices, or it would begin the next picture (§7.4.1.2.3).
        let nals = [padding.as_deref(), Some(top.as_slice()), below.map(|b| &b[..])];
        Bytes::from(h264::length_prefixed(nals.into_iter().flatten()))
    }

    /// A message that decoders skip (user_data_unregistered, §D.1.7), up to the wanted bit rate beside `bytes` of
    /// picture. Filler data (§7.3.2.7) would not do: the node leaves it out, and its viewers would not get the bit rate.
    fn padding(&mut self, bytes: usize) -> Option<Vec<u8>> {
        let group_bytes = self.group_bytes?;
        let share = group_bytes / (f64::from(self.group_pictures - 1) + KEY_FRAME_WEIGHT);
        // What a group was short of, or had too much, is carried on.
        self.allowance += if self.since_idr == 0 { share * KEY_FRAME_WEIGHT } else { share };
        let room = self.allowance - bytes as f64;
        self.allowance -= bytes as f64;
        if room < 64.0 {
            return None;
        }
        // Length prefix, header, type, size (a byte for each 255), content, trailing bits.
        let content = room as usize - 8;
        let content = content - content / 255;
        let mut nal = vec![h264::SEI, 5];
        nal.resize(2 + content / 255, 0xff);
        nal.push((content % 255) as u8);
        nal.resize(nal.len() + content, 0xff);
        nal.push(0x80);
        self.allowance -= nal.len() as f64 + 4.0;
        Some(nal)
    }
}
