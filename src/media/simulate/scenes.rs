//! The scenes that the simulated cameras look at: clips and name plates from `data/demo/`, compiled in.

use super::banner::{Ink, Title};
use super::clip::{BadClip, Clip};
use base::StreamKind;
use std::sync::{Arc, OnceLock};

/// Pictures per second of all clips.
pub(super) const FPS: u32 = 12;

/// One scene.
pub(super) struct Scene {
    pub vi: &'static str,
    pub en: &'static str,
    main: Part,
    sub: Part,
}

struct Part {
    clip: &'static [u8],
    name: &'static [u8],
    ready: OnceLock<Result<Arc<Clip>, BadClip>>,
}

macro_rules! scene {
    ($file:literal, $vi:literal, $en:literal) => {
        Scene { vi: $vi, en: $en, main: scene!(@part $file, "main"), sub: scene!(@part $file, "sub") }
    };
    (@part $file:literal, $size:literal) => {
        Part {
            clip: include_bytes!(concat!("../../../data/demo/", $file, "-", $size, ".h264")),
            name: include_bytes!(concat!("../../../data/demo/", $file, "-name-", $size, ".pgm")),
            ready: OnceLock::new(),
        }
    };
}

/// All scenes; cameras take them in this order.
pub(super) static SCENES: [Scene; 8] = [
    scene!("street", "Phố Trần Phú", "Tran Phu Street"),
    scene!("crossing", "Ngã tư Chợ Mới", "Cho Moi Crossing"),
    scene!("canal", "Kênh thủy lợi", "Irrigation Canal"),
    scene!("market", "Chợ Hoa Sen", "Hoa Sen Market"),
    scene!("bridge", "Cầu Sông Hoàng", "Song Hoang Bridge"),
    scene!("park", "Công viên Hòa Bình", "Hoa Binh Park"),
    scene!("school", "Trường tiểu học Hoa Mai", "Hoa Mai Primary School"),
    scene!("station", "Bến xe Trung tâm", "Central Bus Station"),
];

impl Scene {
    fn part(&self, kind: StreamKind) -> &Part {
        match kind {
            StreamKind::Main => &self.main,
            StreamKind::Sub => &self.sub,
        }
    }

    /// The clip, made ready once for all cameras that show it.
    pub fn clip(&self, kind: StreamKind) -> Result<Arc<Clip>, BadClip> {
        let part = self.part(kind);
        part.ready.get_or_init(|| Clip::read(part.clip, banner_rows(kind)).map(Arc::new)).clone()
    }

    /// The name plate, with `suffix` after it.
    pub fn title(&self, kind: StreamKind, suffix: String) -> Result<Title, BadClip> {
        Title::read(self.part(kind).name, suffix)
    }
}

/// Rows of macroblocks that the banner takes.
fn banner_rows(kind: StreamKind) -> u32 {
    match kind {
        StreamKind::Main => 4,
        StreamKind::Sub => 2,
    }
}

/// The digits for one size of picture.
pub(super) fn ink(kind: StreamKind) -> Result<Ink, BadClip> {
    Ink::read(match kind {
        StreamKind::Main => include_bytes!("../../../data/demo/glyphs-main.pgm"),
        StreamKind::Sub => include_bytes!("../../../data/demo/glyphs-sub.pgm"),
    })
}
