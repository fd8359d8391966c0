//! Ranked search among the cameras: code before name before the rest; and what was probably meant when nothing fits.

use super::list::Bits;
use super::texts::{Fit, Query, fit};
use super::{CameraFilter, Catalogue, WORD_LETTERS_MIN};
use crate::sight::Sight;
use domain::{Camera, Registers};
use std::collections::HashMap;
use std::sync::Arc;

/// A camera that was found.
#[derive(Clone, Debug)]
pub struct CameraHit {
    /// It.
    pub camera: Camera,
    /// How well it fits, higher is better; see [`score_text`].
    pub score: u16,
    /// The name of its area, as it is now.
    pub area: String,
    /// The name of its unit.
    pub unit: String,
}

/// How well a thing with this code, name and further text fits, if it does: the code itself, the code's beginning, the whole
/// name, the name's beginning, the words together in the name, each word at the beginning of a word of the name, anywhere
/// at the beginning of a word, inside a word.
pub(crate) fn score_text(q: &Query, code: &str, name: &str, rest: &str) -> Option<u16> {
    let whole = q.whole.as_str();
    if code == whole {
        return Some(900);
    }
    let phrase = || {
        name.match_indices(whole).any(|(at, _)| !name.get(..at).unwrap_or("").ends_with(|c: char| c.is_alphanumeric()))
    };
    let mut in_name = true;
    let mut least = Fit::Start;
    for word in &q.words {
        let (n, c) = (fit(name, word), fit(code, word));
        in_name &= n == Fit::Start;
        least = least.min(n.max(c).max(fit(rest, word)));
    }
    match () {
        () if code.starts_with(whole) => Some(800),
        () if name == whole => Some(700),
        () if name.starts_with(whole) => Some(600),
        () if phrase() => Some(500),
        () if in_name => Some(400),
        () if least == Fit::Start => Some(300),
        () if least == Fit::Inside => Some(100),
        () => None,
    }
}

/// For each word that no known word begins with: the known word that is nearest to it, if one is near enough. `None` if no
/// word changes.
pub(crate) fn nearest_words<'a>(
    q: &Query,
    known: impl Fn() -> Box<dyn Iterator<Item = (&'a str, u32)> + 'a>,
) -> Option<String> {
    let mut changed = false;
    let mut words = Vec::new();
    for word in q.whole.split(' ') {
        let letters = word.chars().count();
        let fixed = letters < WORD_LETTERS_MIN + 1 || !word.chars().all(char::is_alphabetic);
        if fixed || known().any(|(k, _)| k.starts_with(word)) {
            words.push(word.to_owned());
            continue;
        }
        let slips = if letters >= 8 { 2 } else { 1 };
        let near = known()
            .filter(|(k, _)| k.len().abs_diff(word.len()) <= slips)
            .filter_map(|(k, n)| {
                Some((strsim::osa_distance(k, word), std::cmp::Reverse(n), k)).filter(|d| d.0 <= slips)
            })
            .min();
        match near {
            Some((_, _, k)) => {
                changed = true;
                words.push(k.to_owned());
            }
            None => words.push(word.to_owned()),
        }
    }
    changed.then(|| words.join(" "))
}

impl Catalogue {
    /// The cameras that fit best, and how many fit in all.
    pub(crate) fn find(
        &self,
        q: &Query,
        book: &Arc<Registers>,
        sight: &Sight<'_>,
        limit: usize,
    ) -> (Vec<CameraHit>, usize) {
        if q.is_empty() {
            return (Vec::new(), 0);
        }
        let around = self.around(book);
        let filter = CameraFilter { q: Some(q.whole.clone()), ..CameraFilter::default() };
        let (matched, total, _) = self.matching(&filter, book, &around, sight);
        let mut scored = self.scored(q, &matched, total);
        let best = limit.min(scored.len());
        if best < scored.len() {
            scored.select_nth_unstable_by_key(best, |(score, place, _)| (std::cmp::Reverse(*score), *place));
            scored.truncate(best);
        }
        scored.sort_unstable_by_key(|(score, place, _)| (std::cmp::Reverse(*score), *place));
        let hit = |(score, _, slot): (u16, u32, u32)| {
            let (camera, col) = (self.camera_at(slot)?.clone(), self.col(slot)?);
            let (area, unit) = (around.areas.name(col.area).to_owned(), around.units.name(col.unit).to_owned());
            Some(CameraHit { camera, score, area, unit })
        };
        (scored.into_iter().filter_map(hit).collect(), total)
    }

    /// Score, place in the order of codes, slot.
    fn scored(&self, q: &Query, matched: &Bits, total: usize) -> Vec<(u16, u32, u32)> {
        let mut scored = Vec::with_capacity(total);
        for (place, slot) in (0u32..).zip(&self.orders().code) {
            if !matched.has(*slot) {
                continue;
            }
            let text = self.texts.of(*slot);
            let (code, rest) = text.split_once('\n').unwrap_or((text, ""));
            let (name, rest) = rest.split_once('\n').unwrap_or((rest, ""));
            // What fits only together with area or unit: 200.
            scored.push((score_text(q, code, name, rest).unwrap_or(200), place, *slot));
        }
        scored
    }

    /// What was probably meant.
    pub(crate) fn meant(&self, q: &Query, book: &Arc<Registers>) -> Option<String> {
        let around = self.around(book);
        let mut known: HashMap<&str, u32> = HashMap::new();
        let long = |w: &&str| w.chars().count() >= WORD_LETTERS_MIN;
        for word in around.areas.words().chain(around.units.words()).filter(long) {
            *known.entry(word).or_default() += 1;
        }
        nearest_words(q, || {
            let own = self.words.iter().map(|(w, n)| (w.as_str(), *n));
            Box::new(own.chain(known.iter().map(|(w, n)| (*w, *n))))
        })
    }
}
