//! A decoded picture: scaled, its colours made those of a screen, written as JPEG.

use super::SnapshotError;
use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use jpeg_encoder::{ColorType, Encoder};

const QUALITY: u8 = 85;
/// From so many rows on, a stream that does not say otherwise is taken as HDTV (as players do).
const HD_ROWS: u32 = 720;

/// What the stream says of its colours (ISO/IEC 14496-10 §E.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Colours {
    /// 0–255 instead of 16–235.
    pub full_range: bool,
    /// `matrix_coefficients`; 0 and 2: not said.
    pub matrix: u8,
}

/// Planes of 8 bits: one of brightness, two of colour.
#[derive(Debug)]
pub(super) struct Picture {
    pub width: u32,
    pub height: u32,
    pub y: Vec<u8>,
    pub u: Vec<u8>,
    pub v: Vec<u8>,
    pub chroma_width: u32,
    pub chroma_height: u32,
    pub colours: Colours,
}

fn broken(what: impl std::fmt::Display) -> SnapshotError {
    SnapshotError::Broken(what.to_string())
}

impl Picture {
    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.y.len() + self.u.len() + self.v.len()
    }

    /// The picture `width` pixels across, but not larger than it is; with the size it has then.
    pub fn jpeg(&self, width: u32) -> Result<(Vec<u8>, u32, u32), SnapshotError> {
        let (width, height) = self.fitted(width);
        let y = scaled(&self.y, (self.width, self.height), (width, height))?;
        let u = scaled(&self.u, (self.chroma_width, self.chroma_height), (width, height))?;
        let v = scaled(&self.v, (self.chroma_width, self.chroma_height), (width, height))?;
        let rgb = self.rgb(&y, &u, &v);
        let (w, h) = (u16::try_from(width).map_err(broken)?, u16::try_from(height).map_err(broken)?);
        let mut out = Vec::with_capacity(rgb.len() / 8);
        Encoder::new(&mut out, QUALITY).encode(&rgb, w, h, ColorType::Rgb).map_err(broken)?;
        Ok((out, width, height))
    }

    /// Width and height for that width, in proportion.
    fn fitted(&self, width: u32) -> (u32, u32) {
        if width >= self.width {
            return (self.width, self.height);
        }
        let height = (u64::from(self.height) * u64::from(width) + u64::from(self.width) / 2) / u64::from(self.width);
        (width.max(1), u32::try_from(height).unwrap_or(u32::MAX).max(1))
    }

    /// Red, green and blue from planes of one size (ITU-R BT.601 and BT.709; BT.2020 is near enough to the latter).
    fn rgb(&self, y: &[u8], u: &[u8], v: &[u8]) -> Vec<u8> {
        let hd = match self.colours.matrix {
            0 | 2 => self.height >= HD_ROWS,
            5 | 6 => false,
            _ => true,
        };
        let (kr, kb) = if hd { (0.2126, 0.0722) } else { (0.299, 0.114) };
        let kg = 1.0 - kr - kb;
        let (offset, brightness, colour) =
            if self.colours.full_range { (0.0, 1.0, 1.0) } else { (16.0, 255.0 / 219.0, 255.0 / 224.0) };
        // 16 bits behind the point: whole numbers are quick.
        let fixed = |x: f64| (x * 65_536.0).round() as i32;
        let luma = fixed(brightness);
        let (r_v, b_u) = (fixed(2.0 * (1.0 - kr) * colour), fixed(2.0 * (1.0 - kb) * colour));
        let g_u = fixed(2.0 * (1.0 - kb) * kb / kg * colour);
        let g_v = fixed(2.0 * (1.0 - kr) * kr / kg * colour);
        let offset = offset as i32;
        let byte = |x: i32| (x >> 16).clamp(0, 255) as u8;
        let mut out = Vec::with_capacity(y.len() * 3);
        for ((y, u), v) in y.iter().zip(u).zip(v) {
            let l = (i32::from(*y) - offset) * luma + 32_768;
            let (u, v) = (i32::from(*u) - 128, i32::from(*v) - 128);
            out.extend_from_slice(&[byte(l + r_v * v), byte(l - g_u * u - g_v * v), byte(l + b_u * u)]);
        }
        out
    }
}

fn scaled(plane: &[u8], from: (u32, u32), to: (u32, u32)) -> Result<Vec<u8>, SnapshotError> {
    if from == to {
        return Ok(plane.to_vec());
    }
    let source = fast_image_resize::images::ImageRef::new(from.0, from.1, plane, PixelType::U8).map_err(broken)?;
    let mut target = Image::new(to.0, to.1, PixelType::U8);
    // Smaller: each pixel is the mean of those it covers, weighed; larger (the colours): straight between neighbours.
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    Resizer::new().resize(&source, &mut target, &options).map_err(broken)?;
    Ok(target.into_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(y: u8, u: u8, v: u8, width: u32, height: u32, colours: Colours) -> Picture {
        let (cw, ch) = (width / 2, height / 2);
        let plane = |value, w: u32, h: u32| vec![value; (w * h) as usize];
        Picture {
            width,
            height,
            y: plane(y, width, height),
            u: plane(u, cw, ch),
            v: plane(v, cw, ch),
            chroma_width: cw,
            chroma_height: ch,
            colours,
        }
    }

    #[test]
    fn colours_are_those_of_the_standards() {
        let sd = Colours { full_range: false, matrix: 6 };
        let hd = Colours { full_range: false, matrix: 1 };
        let full = Colours { full_range: true, matrix: 6 };
        for (yuv, colours, wanted) in [
            ((16, 128, 128), sd, [0, 0, 0]),
            ((235, 128, 128), sd, [255, 255, 255]),
            ((255, 128, 128), full, [255, 255, 255]),
            ((81, 90, 240), sd, [255, 0, 0]),
            ((63, 102, 240), hd, [255, 0, 0]),
            ((41, 240, 110), sd, [0, 0, 255]),
        ] {
            let p = flat(yuv.0, yuv.1, yuv.2, 4, 4, colours);
            let rgb = p.rgb(&p.y, &[p.u[0]; 16], &[p.v[0]; 16]);
            let near = rgb[..3].iter().zip(wanted).all(|(a, b): (&u8, i32)| (i32::from(*a) - b).abs() <= 2);
            assert!(near, "{yuv:?} {colours:?} gave {:?}", &rgb[..3]);
        }
    }

    #[test]
    fn it_keeps_its_proportions_and_grows_never() {
        let p = flat(100, 128, 128, 1920, 1080, Colours::default());
        assert_eq!(p.fitted(640), (640, 360));
        assert_eq!(p.fitted(16), (16, 9));
        assert_eq!(p.fitted(u32::MAX), (1920, 1080));
        let (jpeg, width, height) = p.jpeg(321).expect("made");
        assert_eq!((width, height), (321, 181));
        assert!(jpeg.starts_with(&[0xff, 0xd8]) && jpeg.ends_with(&[0xff, 0xd9]));
        let narrow = flat(100, 128, 128, 1024, 2, Colours::default());
        assert_eq!(narrow.fitted(16), (16, 1));
    }
}
