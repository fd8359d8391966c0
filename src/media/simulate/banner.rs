//! The banner above a simulated camera's picture: its name and the true time, written as an H.264 slice of our own.
//!
//! In an IDR picture the banner is an I slice: text as I_PCM macroblocks, the plain ground as predicted macroblocks
//! without residual. In the others it is a P slice that skips all but the macroblocks whose text has changed. The slice
//! is not deblocked, and the scene's slice below it is deblocked only inside itself.

use super::bits::BitWriter;
use super::clip::{BadClip, SliceRules};
use av::h264;

/// Dark blue-grey.
const GROUND: [u8; 3] = [40, 136, 122];
/// Brightness of the text.
const INK: u8 = 228;
/// What the glyph picture holds, in this order, in cells of equal width.
const GLYPHS: &str = "0123456789/: ()";

/// A greyscale picture: how much ink is where.
#[derive(Clone, Copy, Debug)]
struct Coverage {
    width: usize,
    height: usize,
    pixels: &'static [u8],
}

impl Coverage {
    /// Reads a PGM file (P5, 8 bits) as `make.py` writes it.
    fn read(file: &'static [u8]) -> Result<Self, BadClip> {
        let bad = BadClip("PGM");
        let mut lines = file.splitn(4, |b| *b == b'\n');
        let (Some(b"P5"), Some(size), Some(b"255"), Some(pixels)) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(bad);
        };
        let (w, h) = std::str::from_utf8(size).ok().and_then(|s| s.split_once(' ')).ok_or(bad)?;
        let (width, height) = (w.parse().map_err(|_| bad)?, h.parse().map_err(|_| bad)?);
        if pixels.len() != width * height { Err(bad) } else { Ok(Self { width, height, pixels }) }
    }
}

/// The ink for one size of picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink {
    glyphs: Coverage,
    cell: usize,
}

/// What a camera's banner says besides the time.
#[derive(Clone, Debug)]
pub(super) struct Title {
    name: Coverage,
    /// After the name, in glyphs: which repetition of a scene it is.
    suffix: String,
}

impl Ink {
    pub fn read(file: &'static [u8]) -> Result<Self, BadClip> {
        let glyphs = Coverage::read(file)?;
        Ok(Self { glyphs, cell: glyphs.width / GLYPHS.len() })
    }
}

impl Title {
    pub fn read(file: &'static [u8], suffix: String) -> Result<Self, BadClip> {
        Ok(Self { name: Coverage::read(file)?, suffix })
    }
}

/// The brightness of a banner's pixels, row by row.
struct Canvas {
    width: usize,
    height: usize,
    luma: Vec<u8>,
}

impl Canvas {
    fn draw(rules: SliceRules, ink: &Ink, title: &Title, time: &str) -> Canvas {
        let (width, height) = (rules.columns as usize * 16, rules.banner_rows as usize * 16);
        let mut c = Canvas { width, height, luma: vec![GROUND[0]; width * height] };
        let margin = height / 2;
        c.blit(title.name, 0, title.name.width, margin);
        c.text(ink, &title.suffix, margin + title.name.width);
        let time_width = time.chars().count() * ink.cell;
        c.text(ink, time, width.saturating_sub(margin + time_width));
        c
    }

    fn text(&mut self, ink: &Ink, text: &str, mut x: usize) {
        for ch in text.chars() {
            if let Some(i) = GLYPHS.chars().position(|g| g == ch) {
                self.blit(ink.glyphs, i * ink.cell, ink.cell, x);
            }
            x += ink.cell;
        }
    }

    /// Puts columns `from..from + columns` of `ink` at `x`; what does not fit is left out.
    fn blit(&mut self, ink: Coverage, from: usize, columns: usize, x: usize) {
        for (y, row) in ink.pixels.chunks_exact(ink.width.max(1)).enumerate().take(self.height.min(ink.height)) {
            let cells = row.iter().skip(from).take(columns);
            let line = self.luma.get_mut(y * self.width..(y + 1) * self.width).unwrap_or_default();
            for (pixel, cover) in line.iter_mut().skip(x).zip(cells) {
                let (g, i) = (u32::from(GROUND[0]), u32::from(INK));
                *pixel = ((g * (255 - u32::from(*cover)) + i * u32::from(*cover)) / 255) as u8;
            }
        }
    }

    /// The 256 pixels of a macroblock.
    fn block(&self, column: usize, row: usize) -> [u8; 256] {
        let mut out = [0; 256];
        for (y, line) in out.chunks_exact_mut(16).enumerate() {
            let at = (row * 16 + y) * self.width + column * 16;
            if let Some(pixels) = self.luma.get(at..at + 16) {
                line.copy_from_slice(pixels);
            }
        }
        out
    }
}

/// What stands in a slice header beside what [`SliceRules`] know.
#[derive(Clone, Copy, Debug)]
pub(super) struct PictureNumbers {
    /// Pictures since the IDR picture.
    pub since_idr: u32,
    /// 0 or 1, differs between neighbouring IDR pictures.
    pub idr_pic_id: u32,
    /// The NAL header of the picture's other slice.
    pub nal_header: u8,
}

fn slice_header(rules: SliceRules, n: PictureNumbers) -> BitWriter {
    let idr = n.nal_header & 0x1f == h264::IDR_SLICE;
    let mut w = BitWriter::default();
    w.ue(0); // first_mb_in_slice
    w.ue(if idr { 7 } else { 5 }); // slice_type
    w.ue(0); // pic_parameter_set_id
    w.bits(n.since_idr & ((1 << rules.frame_num_bits) - 1), rules.frame_num_bits);
    if idr {
        w.ue(n.idr_pic_id);
        w.bits(0, 2); // no_output_of_prior_pics_flag, long_term_reference_flag
    } else {
        w.bits(0, 3); // no override, no list modification, sliding window
    }
    w.ue(0); // slice_qp_delta
    w.ue(1); // disable_deblocking_filter_idc
    w
}

/// I_PCM (§7.3.5): after its type, which the caller has written.
fn pcm(w: &mut BitWriter, luma: &[u8; 256]) {
    w.align();
    w.aligned_bytes(luma);
    w.aligned_bytes(&[GROUND[1]; 64]);
    w.aligned_bytes(&[GROUND[2]; 64]);
}

fn is_ground<'a>(mut pixels: impl Iterator<Item = &'a u8>) -> bool {
    pixels.all(|p| *p == GROUND[0])
}

/// The banner of an IDR picture.
pub(super) fn intra_slice(rules: SliceRules, n: PictureNumbers, ink: &Ink, title: &Title, time: &str) -> Vec<u8> {
    let canvas = Canvas::draw(rules, ink, title, time);
    let (columns, rows) = (rules.columns as usize, rules.banner_rows as usize);
    let mut w = slice_header(rules, n);
    // Of the row above and of this one: is it I_PCM, and is its lower edge plain ground?
    let mut above: Vec<Option<(bool, bool)>> = vec![None; columns];
    for row in 0..rows {
        let mut left: Option<(bool, bool)> = None;
        for (column, up) in above.iter_mut().enumerate() {
            let block = canvas.block(column, row);
            let neighbours = [left.map(|l| l.1), up.map(|u| u.1)];
            // With neighbours of plain ground, their mean predicts plain ground (§8.3.3.3).
            let predictable =
                neighbours.iter().flatten().all(|plain| *plain) && neighbours.iter().flatten().count() > 0;
            let raw = !(predictable && is_ground(block.iter()));
            if raw {
                w.ue(25); // I_PCM
                pcm(&mut w, &block);
            } else {
                w.ue(3); // I_16x16_2_0_0: mean prediction, nothing coded
                w.ue(0); // intra_chroma_pred_mode: mean
                w.ue(0); // mb_qp_delta
                // coeff_token of no coefficients (table 9-5): I_PCM neighbours count 16, others 0, their mean decides.
                let counts: Vec<u32> = [left, *up].iter().flatten().map(|b| if b.0 { 16 } else { 0 }).collect();
                let n_c = if counts.len() == 2 { counts.iter().sum::<u32>().div_ceil(2) } else { counts.iter().sum() };
                if n_c >= 8 { w.bits(0b00_0011, 6) } else { w.bits(1, 1) }
            }
            let right = is_ground(block.iter().skip(15).step_by(16));
            let lower = is_ground(block.iter().skip(240));
            left = Some((raw, right));
            *up = Some((raw, lower));
        }
    }
    w.into_nal(n.nal_header)
}

/// The banner of a picture that follows. `was` is the time that the picture before showed. With `whole`, the slice covers
/// the whole picture, and everything below the banner stays as it was.
pub(super) fn following_slice(
    rules: SliceRules,
    n: PictureNumbers,
    ink: &Ink,
    title: &Title,
    (was, now): (&str, &str),
    whole: bool,
) -> Vec<u8> {
    let mut w = slice_header(rules, n);
    let mut skipped = 0;
    if was != now {
        let (before, after) = (Canvas::draw(rules, ink, title, was), Canvas::draw(rules, ink, title, now));
        for row in 0..rules.banner_rows as usize {
            for column in 0..rules.columns as usize {
                let block = after.block(column, row);
                if block == before.block(column, row) {
                    skipped += 1;
                } else {
                    w.ue(skipped); // mb_skip_run
                    w.ue(30); // I_PCM in a P slice
                    pcm(&mut w, &block);
                    skipped = 0;
                }
            }
        }
    } else {
        skipped = rules.columns * rules.banner_rows;
    }
    if whole {
        skipped += rules.columns * (rules.rows - rules.banner_rows);
    }
    if skipped > 0 {
        w.ue(skipped);
    }
    w.into_nal(n.nal_header)
}
