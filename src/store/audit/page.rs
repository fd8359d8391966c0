//! Pages of the audit, newest first.
//!
//! Here: which ways in a filter means, the bounded walk along them. Not here: who may look, how ways are walked side by
//! side (`join`).
//!
//! Person, act, subject and time are ways of their own, and only entries on all of them are read. Words in the text have
//! no way: the entries that the others leave are read one by one, at most [`limits::AUDIT_SCAN_MAX`] for one page.

use super::chain::{floor, read_entry};
use super::index::{self, Place, place, seq_of};
use super::join::{Found, Join, Union};
use super::veil::Veil;
use crate::encoding::{after_prefix, table, u64_at};
use crate::overlay::Span;
use crate::{ReadTx, StoreError};
use base::{WallTime, limits};
use domain::{AuditEntry, AuditFilter};
use std::collections::BTreeSet;
use std::ops::Bound;

/// Some entries, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Give this as [`AuditFilter::before`] for what follows; `None` at the end. A page may hold fewer entries than
    /// asked for, or none, and still have a next one: at most [`limits::AUDIT_SCAN_MAX`] entries are looked at.
    pub next: Option<u64>,
    /// How many entries were looked at, if the page has ended there and not because it was full: say so to people.
    pub looked_at: Option<usize>,
    /// How far back in time that was.
    pub reached: Option<WallTime>,
}

/// The ways that a filter means, and what of it they leave to be checked on each entry.
struct Plan<'v> {
    join: Join<'v>,
    rest: AuditFilter,
}

/// The different texts of a table by text; `None` if they are too many to be walked side by side.
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
        let Some(prefix) = key.len().checked_sub(index::PLACE_BYTES).and_then(|end| key.get(..end)) else {
            return Ok(None);
        };
        let text = prefix.get(2..).and_then(|t| std::str::from_utf8(t).ok());
        found.extend(text.filter(|t| fits(t)).map(str::to_owned));
        from = match after_prefix(prefix) {
            Some(next) => Bound::Included(next),
            None => return Ok(Some(found)),
        };
    }
    Ok(None)
}

/// Where the rows of all persons are whose names hold the text; `None` if they are too many.
fn persons(view: &ReadTx<'_>, wanted: &str) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
    let mut prefixes = Vec::new();
    let rows = view.scan(table::AUDIT_NAMES, &Span::of_prefix(&index::person_prefix()), false)?;
    for row in rows {
        let (key, _) = row?;
        if let Some((_, name)) = index::person_of(&key).filter(|(folded, _)| folded.contains(wanted)) {
            prefixes.push(index::text_prefix(table::AUDIT_WHO, name)?);
            if prefixes.len() > limits::AUDIT_RUNS_MAX {
                return Ok(None);
            }
        }
    }
    Ok(Some(prefixes))
}

/// Where the rows of all subjects are that are meant: by id, or by how a name begins that they had once. A name that is
/// meant whole (a camera's code) leaves out those that only begin so. `None` if they are too many.
fn subjects(
    view: &ReadTx<'_>,
    wanted: &str,
    kind: Option<&str>,
    veil: &dyn Veil,
) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
    let mut by_id = BTreeSet::from([index::subject_prefix(wanted, kind)?]);
    let folded = domain::text::fold(wanted);
    let (mut whole, mut begun) = (BTreeSet::new(), BTreeSet::new());
    for row in view.scan(table::AUDIT_NAMES, &Span::of_prefix(&index::subject_name_prefix(wanted)), false)? {
        let (key, _) = row?;
        let Some((name, of_kind, id)) = index::subject_of(&key) else { continue };
        if kind.is_some_and(|k| k != of_kind) || veil.hides(of_kind, id) {
            continue;
        }
        let rest = name.strip_prefix(folded.as_str());
        let set = if rest.is_some_and(|r| r.is_empty() || r.starts_with(' ')) { &mut whole } else { &mut begun };
        set.insert(index::subject_prefix(id, Some(of_kind))?);
        if whole.len() > limits::AUDIT_RUNS_MAX || (whole.is_empty() && begun.len() > limits::AUDIT_RUNS_MAX) {
            return Ok(None);
        }
    }
    by_id.extend(if whole.is_empty() { begun } else { whole });
    Ok(Some(by_id.into_iter().collect()))
}

fn plan<'v>(view: &'v ReadTx<'v>, filter: &AuditFilter, veil: &dyn Veil) -> Result<Plan<'v>, StoreError> {
    let mut rest = AuditFilter { text: filter.text.clone(), ..AuditFilter::default() };
    let oldest = filter.from.map_or(0, |from| place(from, 0));
    let mut newest = filter.to.map_or(Place::MAX, |to| place(to, 0).saturating_sub(1));
    if let Some(before) = filter.before {
        match view.audit_entry(before)? {
            Some(cursor) => newest = newest.min(place(cursor.at, cursor.seq).saturating_sub(1)),
            // All older entries are in the archive.
            None if before <= floor(view)?.0 => newest = 0,
            None => {}
        }
    }
    let mut ways = Vec::new();
    let mut way = |table, prefixes| -> Result<(), StoreError> {
        ways.push(Union::of(view, table, prefixes, oldest, newest)?);
        Ok(())
    };
    if let Some(who) = filter.who.as_deref().map(domain::text::fold).filter(|w| !w.is_empty()) {
        match persons(view, &who)? {
            Some(prefixes) => way(table::AUDIT_WHO, prefixes)?,
            None => rest.who.clone_from(&filter.who),
        }
    }
    if let Some(act) = filter.act.as_deref().filter(|a| !a.is_empty()) {
        let fits = |name: &str| name == act || name.strip_prefix(act).is_some_and(|rest| rest.starts_with('.'));
        match texts(view, table::AUDIT_ACT, &fits)? {
            Some(acts) => {
                let prefixes = acts.iter().map(|a| index::text_prefix(table::AUDIT_ACT, a));
                way(table::AUDIT_ACT, prefixes.collect::<Result<_, _>>()?)?;
            }
            None => rest.act.clone_from(&filter.act),
        }
    }
    if let Some(subject) = filter.subject.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
        match subjects(view, subject, filter.kind.as_deref(), veil)? {
            Some(prefixes) => way(table::AUDIT_SUBJECT, prefixes)?,
            None => (rest.subject, rest.kind) = (Some(subject.to_owned()), filter.kind.clone()),
        }
    }
    if ways.is_empty() {
        ways.push(Union::of(view, table::AUDIT_BY_TIME, vec![Vec::new()], oldest, newest)?);
    }
    Ok(Plan { join: Join::of(ways, newest), rest })
}

/// One page; see [`ReadTx::audit_page_for`]. What is veiled neither finds an entry nor shows in where a page ends.
pub(crate) fn page(view: &ReadTx<'_>, filter: &AuditFilter, veil: &dyn Veil) -> Result<AuditPage, StoreError> {
    let limit = filter.limit.unwrap_or(limits::PAGE_ROWS_DEFAULT).clamp(1, limits::PAGE_ROWS_MAX);
    let all = AuditFilter { before: filter.before, limit: filter.limit, ..AuditFilter::default() };
    if *filter == all {
        return newest(view, filter.before, limit, veil);
    }
    let Plan { mut join, rest } = plan(view, filter, veil)?;
    let shown = AuditFilter { before: None, ..filter.clone() };
    let mut page = AuditPage::default();
    let (mut looked_at, mut last) = (0, None);
    loop {
        match join.next(&mut looked_at, limits::AUDIT_SCAN_MAX)? {
            Found::End => return Ok(page),
            Found::Bound(passed) => {
                let seq = seq_of(passed);
                page.next = Some(seq);
                page.looked_at = Some(looked_at);
                page.reached = view.audit_entry(seq)?.map(|e| e.at);
                return Ok(page);
            }
            Found::At(at) => {
                let seq = seq_of(at);
                let Some(mut entry) = view.audit_entry(seq)? else { continue };
                let veiled = veil.veil(&mut entry);
                if veiled && !shown.fits(&entry) {
                    continue;
                }
                // Only now is it known that something follows.
                if page.entries.len() >= limit {
                    page.next = last;
                    return Ok(page);
                }
                last = Some(seq);
                if rest.fits(&entry) {
                    page.entries.push(entry);
                }
            }
        }
    }
}

/// All entries, by their numbers.
fn newest(view: &ReadTx<'_>, before: Option<u64>, limit: usize, veil: &dyn Veil) -> Result<AuditPage, StoreError> {
    let to = before.map_or(Bound::Unbounded, |seq| Bound::Excluded(seq.to_be_bytes().to_vec()));
    let mut page = AuditPage::default();
    let mut last = None;
    for row in view.scan(table::AUDIT, &Span { from: Bound::Unbounded, to }, true)? {
        if page.entries.len() >= limit {
            page.next = last;
            break;
        }
        let (key, stored) = row?;
        let seq = u64_at(&key, 0).unwrap_or_default();
        let mut entry = read_entry(seq, &stored)?;
        veil.veil(&mut entry);
        page.entries.push(entry);
        last = Some(seq);
    }
    Ok(page)
}
