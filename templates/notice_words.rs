//! Sentences of the notices above pages, for `web`, which knows what is to be seen to.

use crate::words::{AccessWords, fill};
use base::{Language, WallTime};

/// The sentences in one language.
#[derive(Clone, Copy, Debug)]
pub struct NoticeWords(&'static AccessWords);

impl NoticeWords {
    /// In that language.
    pub fn of(language: Language) -> Self {
        Self(AccessWords::of(language))
    }
    /// A sign-in from a network that is new.
    pub fn strange(&self, address: &str, at: WallTime) -> String {
        fill(self.0.notice_strange, &[("address", address), ("t", &at.office_text())])
    }
    /// "That was me".
    pub fn seen(&self) -> &'static str {
        self.0.notice_strange_seen
    }
    /// A second factor will be needed from then on.
    pub fn factor(&self, from: WallTime) -> String {
        fill(self.0.notice_factor, &[("t", &from.office_text())])
    }
    /// "Set up".
    pub fn set_up(&self) -> &'static str {
        self.0.factor_manage
    }
    /// So many accounts wait for an answer in that review.
    pub fn review(&self, name: &str, waiting: u32, days_left: i64, due: &str) -> String {
        let text = match days_left {
            0 => self.0.notice_review_today,
            d if d < 0 => self.0.notice_review_late,
            _ => self.0.notice_review,
        };
        let (n, days) = (waiting.to_string(), days_left.unsigned_abs().to_string());
        fill(text, &[("name", name), ("n", &n), ("days", &days), ("due", due)])
    }
    /// "Review".
    pub fn review_link(&self) -> &'static str {
        self.0.notice_review_link
    }
}
