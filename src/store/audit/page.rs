//! Pages of the audit, newest first.
//!
//! Here: the choice of the way in (by person, by act, by time, by number) and the bounded walk. Not here: who may look.

use super::chain::{by_text, by_time, read_entry};
use super::entry::AuditEntry;
use crate::encoding::{joined, table, u64_at};
use crate::overlay::Span;
use crate::{ReadTx, StoreError};
use base::{WallTime, limits};
use std::ops::Bound;

/// Which entries are wanted; what is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who did it, as [`crate::Actor::who`] gives it.
    pub who: Option<String>,
    /// The act; with a dot at the end (`camera.`) all acts that begin so.
    pub act: Option<String>,
    /// Not before.
    pub from: Option<WallTime>,
    /// Before (not at) this moment.
    pub to: Option<WallTime>,
}

impl AuditFilter {
    fn lets_through(&self, entry: &AuditEntry) -> bool {
        self.who.as_ref().is_none_or(|who| entry.actor.who() == *who)
            && self.act.as_ref().is_none_or(|act| match act.ends_with('.') {
                true => entry.act.starts_with(act),
                false => entry.act == *act,
            })
            && self.from.is_none_or(|from| entry.at >= from)
            && self.to.is_none_or(|to| entry.at < to)
    }
}

/// Some entries, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Give this as `before_seq` for what follows; `None` at the end. A page may hold fewer entries than asked for, or
    /// none, and still have a next one: at most [`limits::AUDIT_SCAN_MAX`] entries are looked at for one page.
    pub next: Option<u64>,
}

/// A way in: a table whose keys end in the entry's number, in the order of the answer.
struct Way {
    table: &'static str,
    span: Span,
}

fn way(view: &ReadTx<'_>, filter: &AuditFilter, before: Option<u64>) -> Result<Way, StoreError> {
    let by = |table: &'static str, text: &str| -> Result<Way, StoreError> {
        let mut span = Span::of_prefix(&joined(table, &[text.as_bytes()])?);
        if let Some(before) = before {
            span.to = Bound::Excluded(by_text(table, text, before)?);
        }
        Ok(Way { table, span })
    };
    let exact_act = filter.act.as_ref().filter(|act| !act.ends_with('.'));
    if let Some(who) = &filter.who {
        return by(table::AUDIT_BY_WHO, who);
    }
    if let Some(act) = exact_act {
        return by(table::AUDIT_BY_ACT, act);
    }
    let cursor = before.map(|seq| view.audit_entry(seq)).transpose()?.flatten();
    // By time, if there is a time; not if the cursor names an entry whose time is unknown.
    if (filter.from.is_some() || filter.to.is_some()) && before.is_some() == cursor.is_some() {
        let from = filter.from.map_or(Bound::Unbounded, |from| Bound::Included(by_time(from, 0)));
        let to = [filter.to.map(|to| by_time(to, 0)), cursor.map(|c| by_time(c.at, c.seq))];
        let to = to.into_iter().flatten().min().map_or(Bound::Unbounded, Bound::Excluded);
        return Ok(Way { table: table::AUDIT_BY_TIME, span: Span { from, to } });
    }
    let to = before.map_or(Bound::Unbounded, |seq| Bound::Excluded(seq.to_be_bytes().to_vec()));
    Ok(Way { table: table::AUDIT, span: Span { from: Bound::Unbounded, to } })
}

/// One page; see [`ReadTx::audit_page`].
pub(crate) fn page(
    view: &ReadTx<'_>,
    filter: &AuditFilter,
    before: Option<u64>,
    limit: usize,
    keep: &dyn Fn(&AuditEntry) -> bool,
) -> Result<AuditPage, StoreError> {
    let Way { table, span } = way(view, filter, before)?;
    let mut entries = Vec::new();
    let mut last = None;
    for (looked_at, row) in view.scan(table, &span, true)?.enumerate() {
        let (key, value) = row?;
        // Only now is it known that something follows.
        if entries.len() >= limit || looked_at >= limits::AUDIT_SCAN_MAX {
            return Ok(AuditPage { entries, next: last });
        }
        let Some(seq) = key.len().checked_sub(8).and_then(|at| u64_at(&key, at)) else { continue };
        last = Some(seq);
        let entry = if table == table::AUDIT { Some(read_entry(seq, &value)?) } else { view.audit_entry(seq)? };
        entries.extend(entry.filter(|e| filter.lets_through(e) && keep(e)));
    }
    Ok(AuditPage { entries, next: None })
}
