//! Pages of the audit, newest first.
//!
//! Here: the choice of the way in (by person, by act, by time, by number) and the bounded walk. Not here: who may look,
//! whether an entry fits ([`AuditFilter::fits`]).

use super::chain::{by_text, by_time, read_entry};
use crate::encoding::{after_prefix, joined, table, u64_at};
use crate::overlay::{Rows, Span};
use crate::{ReadTx, StoreError};
use base::limits;
use domain::{AuditEntry, AuditFilter};
use std::iter::Peekable;
use std::ops::Bound;

/// Some entries, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Give this as [`AuditFilter::before`] for what follows; `None` at the end. A page may hold fewer entries than
    /// asked for, or none, and still have a next one: at most [`limits::AUDIT_SCAN_MAX`] entries are looked at.
    pub next: Option<u64>,
}

/// Runs of rows whose keys end in the entry's number; the next row is the one with the largest number of all.
struct Way<'a> {
    runs: Vec<Peekable<Rows<'a>>>,
}

impl<'a> Way<'a> {
    fn of(rows: Rows<'a>) -> Self {
        Self { runs: vec![rows.peekable()] }
    }
    fn next(&mut self) -> Result<Option<u64>, StoreError> {
        let place = |run: &mut Peekable<Rows<'a>>| match run.peek() {
            Some(Ok((key, _))) => key.len().checked_sub(8).and_then(|at| u64_at(key, at)),
            // An error comes first, so that it is not passed over.
            Some(Err(_)) => Some(u64::MAX),
            None => None,
        };
        let best = self.runs.iter_mut().filter_map(|run| Some((place(run)?, run))).max_by_key(|(seq, _)| *seq);
        match best.map(|(seq, run)| (seq, run.next())) {
            Some((seq, Some(Ok(_)))) => Ok(Some(seq)),
            Some((_, Some(Err(e)))) => Err(e),
            _ => Ok(None),
        }
    }
}

/// The different texts of a secondary table that fit; `None` if they are too many to be walked side by side.
fn texts(
    view: &ReadTx<'_>,
    table: &'static str,
    fits: &dyn Fn(&str) -> bool,
) -> Result<Option<Vec<String>>, StoreError> {
    let mut found = Vec::new();
    let mut from = Bound::Unbounded;
    for _ in 0..limits::AUDIT_TEXTS_MAX {
        let span = Span { from, to: Bound::Unbounded };
        let Some(row) = view.scan(table, &span, false)?.next() else { return Ok(Some(found)) };
        let (key, _) = row?;
        let Some(prefix) = key.len().checked_sub(8).and_then(|end| key.get(..end)) else { return Ok(None) };
        let text = prefix.get(2..).and_then(|t| std::str::from_utf8(t).ok());
        found.extend(text.filter(|t| fits(t)).map(str::to_owned));
        from = match after_prefix(prefix) {
            Some(next) => Bound::Included(next),
            None => return Ok(Some(found)),
        };
    }
    Ok(None)
}

fn way<'a>(view: &'a ReadTx<'_>, filter: &AuditFilter) -> Result<Way<'a>, StoreError> {
    let by = |table: &'static str, texts: Vec<String>| -> Result<Way<'a>, StoreError> {
        let mut runs = Vec::new();
        for text in texts {
            let mut span = Span::of_prefix(&joined(table, &[text.as_bytes()])?);
            if let Some(before) = filter.before {
                span.to = Bound::Excluded(by_text(table, &text, before)?);
            }
            runs.push(view.scan(table, &span, true)?.peekable());
        }
        Ok(Way { runs })
    };
    if let Some(who) = filter.who.as_deref().map(domain::text::fold).filter(|w| !w.is_empty()) {
        let fits = |name: &str| domain::text::fold(name).contains(&who);
        if let Some(names) = texts(view, table::AUDIT_BY_WHO, &fits)? {
            return by(table::AUDIT_BY_WHO, names);
        }
    }
    if let Some(act) = filter.act.as_deref().filter(|a| !a.is_empty()) {
        let fits = |name: &str| name == act || name.strip_prefix(act).is_some_and(|rest| rest.starts_with('.'));
        if let Some(acts) = texts(view, table::AUDIT_BY_ACT, &fits)? {
            return by(table::AUDIT_BY_ACT, acts);
        }
    }
    let cursor = filter.before.map(|seq| view.audit_entry(seq)).transpose()?.flatten();
    // By time, if there is a time; not if the cursor names an entry whose time is unknown.
    if (filter.from.is_some() || filter.to.is_some()) && filter.before.is_some() == cursor.is_some() {
        let from = filter.from.map_or(Bound::Unbounded, |from| Bound::Included(by_time(from, 0)));
        let to = [filter.to.map(|to| by_time(to, 0)), cursor.map(|c| by_time(c.at, c.seq))];
        let to = to.into_iter().flatten().min().map_or(Bound::Unbounded, Bound::Excluded);
        return Ok(Way::of(view.scan(table::AUDIT_BY_TIME, &Span { from, to }, true)?));
    }
    let to = filter.before.map_or(Bound::Unbounded, |seq| Bound::Excluded(seq.to_be_bytes().to_vec()));
    Ok(Way::of(view.scan(table::AUDIT, &Span { from: Bound::Unbounded, to }, true)?))
}

/// One page; see [`ReadTx::audit_page`].
pub(crate) fn page(view: &ReadTx<'_>, filter: &AuditFilter) -> Result<AuditPage, StoreError> {
    let limit = filter.limit.unwrap_or(limits::PAGE_ROWS_DEFAULT).clamp(1, limits::PAGE_ROWS_MAX);
    let mut way = way(view, filter)?;
    let mut entries = Vec::new();
    let (mut looked_at, mut last) = (0, None);
    while let Some(seq) = way.next()? {
        // Only now is it known that something follows.
        if entries.len() >= limit || looked_at >= limits::AUDIT_SCAN_MAX {
            return Ok(AuditPage { entries, next: last });
        }
        (looked_at, last) = (looked_at + 1, Some(seq));
        if let Some(stored) = view.value(table::AUDIT, &seq.to_be_bytes())? {
            entries.extend(Some(read_entry(seq, &stored)?).filter(|e| filter.fits(e)));
        }
    }
    Ok(AuditPage { entries, next: None })
}
