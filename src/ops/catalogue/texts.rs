//! Folded texts behind each other in one string, and how well a word fits one.

use domain::Camera;
use domain::text::{cut, fold};
use memchr::memmem::Finder;

/// Texts that nobody needs any more are swept out when they are more than this many bytes and more than half of all.
const WASTE_BYTES_MIN: usize = 1 << 20;
/// Inside a word, only pieces of so many bytes are looked for: shorter ones are everywhere.
const PIECE_BYTES_MIN: usize = 3;

/// The texts of all slots.
#[derive(Default)]
pub(crate) struct Texts {
    all: String,
    spans: Vec<(u32, u32)>,
    waste: usize,
}

impl Texts {
    /// Gives a slot its text.
    pub(crate) fn set(&mut self, slot: u32, text: &str) {
        let at = slot as usize;
        if at >= self.spans.len() {
            self.spans.resize(at + 1, (0, 0));
        }
        let start = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let end = u32::try_from(self.all.len().saturating_add(text.len())).unwrap_or(start);
        if let Some(span) = self.spans.get_mut(at) {
            self.waste += (span.1 - span.0) as usize;
            *span = (start, end);
        }
        if end > start {
            self.all.push_str(text);
        }
        if self.waste > WASTE_BYTES_MIN && self.waste > self.all.len() / 2 {
            self.sweep();
        }
    }

    /// The text of a slot.
    pub(crate) fn of(&self, slot: u32) -> &str {
        let (start, end) = self.spans.get(slot as usize).copied().unwrap_or_default();
        self.all.get(start as usize..end as usize).unwrap_or_default()
    }

    fn sweep(&mut self) {
        let mut all = String::with_capacity(self.all.len() - self.waste);
        for span in &mut self.spans {
            let start = u32::try_from(all.len()).unwrap_or(u32::MAX);
            all.push_str(self.all.get(span.0 as usize..span.1 as usize).unwrap_or_default());
            *span = (start, u32::try_from(all.len()).unwrap_or(u32::MAX));
        }
        self.all = all;
        self.waste = 0;
    }
}

/// What a camera is found by: code, name, and the rest, each on a line of its own.
pub(crate) fn text_of(code: &str, name: &str, camera: &Camera) -> String {
    let facts = &camera.facts;
    let mut text = format!("{code}\n{name}\n");
    let mut add = |part: &str| {
        text.push_str(&fold(part));
        text.push(' ');
    };
    facts.other_names.iter().for_each(|n| add(n));
    [&facts.address].into_iter().flatten().for_each(|t| add(t));
    // Names of the register are looked up there: they change without the camera.
    if camera.area_id.is_none() {
        camera.area.iter().for_each(|t| add(t));
    }
    if camera.unit_id.is_none() {
        camera.unit.iter().for_each(|t| add(t));
    }
    if let Some(d) = &facts.device {
        [&d.maker, &d.model, &d.serial].into_iter().filter(|t| !t.is_empty()).for_each(|t| add(t));
    }
    text
}

/// How a word fits a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// Not at all.
    No,
    /// Somewhere inside a word.
    Inside,
    /// A word begins with it.
    Start,
}

/// A search text, taken apart.
pub(crate) struct Query {
    /// Folded, as one text.
    pub(crate) whole: String,
    /// Its words.
    pub(crate) words: Vec<Finder<'static>>,
}

impl Query {
    /// Reads what a person typed; the rest beyond the bounds is ignored.
    pub(crate) fn new(text: &str) -> Self {
        let folded = fold(&cut(text, base::limits::QUERY_BYTES_MAX));
        let edge = |c: char| !c.is_alphanumeric();
        let words = folded.split(' ').map(|w| w.trim_matches(edge)).filter(|w| !w.is_empty());
        let words: Vec<&str> = words.take(base::limits::QUERY_WORDS_MAX).collect();
        Self { whole: words.join(" "), words: words.iter().map(|w| Finder::new(w).into_owned()).collect() }
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
    /// All bits of the words.
    pub(crate) fn all(&self) -> u16 {
        self.words.iter().enumerate().fold(0, |bits, (n, _)| bits | 1 << n)
    }
    /// The words that fit the text, as bits.
    pub(crate) fn hits(&self, text: &str) -> u16 {
        let fits = |w: &Finder<'_>| fit(text, w) != Fit::No;
        self.words.iter().enumerate().fold(0, |bits, (n, w)| if fits(w) { bits | 1 << n } else { bits })
    }
}

/// How well a word fits the text.
pub(crate) fn fit(text: &str, word: &Finder<'_>) -> Fit {
    let bytes = text.as_bytes();
    // One or two digits are a number: "quận 1" is not "quận 11".
    let number = word.needle().len() < PIECE_BYTES_MIN && word.needle().iter().all(u8::is_ascii_digit);
    let mut found = Fit::No;
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| word.find(rest)).map(|n| from + n) {
        // Folded text is nearly all ASCII; a byte of another letter counts as a letter.
        let before = at.checked_sub(1).and_then(|n| bytes.get(n)).copied().unwrap_or(b' ');
        let goes_on = number && bytes.get(at + word.needle().len()).is_some_and(u8::is_ascii_digit);
        if !(before.is_ascii_alphanumeric() || before >= 0x80 || goes_on) {
            return Fit::Start;
        }
        if word.needle().len() >= PIECE_BYTES_MIN {
            found = Fit::Inside;
        }
        from = at + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_begin_or_stand_inside() {
        let f = |text: &str, word: &str| fit(text, &Finder::new(word));
        let cases = [
            ("79.760-0012\nnguyen hue 3", "ngu", Fit::Start),
            ("79.760-0012\nnguyen hue 3", "0012", Fit::Start),
            ("79.760-0012\nnguyen hue 3", "uyen", Fit::Inside),
            ("79.760-0012\nnguyen hue 3", "ue", Fit::No),
            ("79.760-0012\nnguyen hue 3", "3", Fit::Start),
            ("79.760-0012", "60", Fit::No),
            ("quan 11", "1", Fit::No),
            ("quan 11, phuong 1", "1", Fit::Start),
            ("79.760-0012", "79", Fit::Start),
            ("79.760-0012", "7", Fit::No),
            ("79.760-0012", "760", Fit::Start),
            ("", "x", Fit::No),
            ("aab aab", "ab", Fit::No),
            ("xx ab", "ab", Fit::Start),
        ];
        for (text, word, fits) in cases {
            assert_eq!(f(text, word), fits, "{word} in {text:?}");
        }
    }

    #[test]
    fn queries_are_taken_apart_and_bounded() {
        let q = Query::new("  Nguyễn HUỆ, (79.760-0001) - ");
        assert_eq!((q.whole.as_str(), q.words.len(), q.all()), ("nguyen hue 79.760-0001", 3, 0b111));
        assert_eq!(Query::new(&"a ".repeat(500)).words.len(), base::limits::QUERY_WORDS_MAX);
        assert!(Query::new(" -- ").is_empty());
    }

    proptest! {
        #[test]
        fn texts_are_kept_through_changes(changes in prop::collection::vec((0u32..20, "[a-z ]{0,30}"), 0..200)) {
            let mut texts = Texts::default();
            let mut known = std::collections::HashMap::new();
            for (slot, text) in changes {
                texts.set(slot, &text);
                known.insert(slot, text);
                if texts.waste > 200 { texts.sweep(); }
            }
            for (slot, text) in known { prop_assert_eq!(texts.of(slot), text); }
        }
    }
}
