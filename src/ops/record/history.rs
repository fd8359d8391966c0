//! A camera's history, field by field: from the record of acts, where it stands once.
//!
//! Whoever may not edit the camera is not told its addresses and user name here either.

use crate::{Caller, Ops, OpsError};
use base::{DocumentId, Said, WallTime, limits};
use domain::{Act, AuditFilter, Camera, Changed, audit};

/// A change of a camera's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// Number of the entry in the record of acts.
    pub seq: u64,
    /// When it was entered.
    pub at: WallTime,
    /// Who: a sign-in name, or `system`, `cli` …
    pub who: String,
    /// The same for people.
    pub who_said: Said,
    /// The act.
    pub act: String,
    /// Fields with old and new values, by their names in forms.
    pub changes: Vec<(String, Changed)>,
    /// Why.
    pub reason: Option<String>,
    /// The day on which it happened outside.
    pub happened_on: Option<String>,
}

/// A page of a history.
#[derive(Clone, Debug, Default)]
pub struct HistoryPage {
    /// Newest first.
    pub items: Vec<HistoryRow>,
    /// Where to go on: the number before which the next page begins.
    pub next: Option<u64>,
}

/// Fields that only those who may edit the camera are told.
const ADDRESSES: &[&str] = &["main_url", "sub_url", "username"];

/// Fields that are one number.
const NUMBERS: &[&str] = &["height_m", "direction_deg", "angle_deg", "range_m"];

/// A field's name in forms: without the record's inner structure.
fn bare(name: &str) -> &str {
    let name = name.strip_prefix("facts.").unwrap_or(name);
    match name.strip_prefix("device.").unwrap_or(name) {
        "from" => "device_from",
        "position.lat" | "position.lon" => "position",
        "area_id" => "area",
        "unit_id" => "unit",
        other => other,
    }
}

impl Ops {
    /// A camera's history, newest first; of one field, if it is named.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::NotFound`].
    pub fn camera_history(
        &self,
        caller: &Caller,
        camera: &Camera,
        field: Option<&str>,
        before: Option<u64>,
        limit: usize,
    ) -> Result<HistoryPage, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let eyes = self.eyes(caller);
        if !eyes.sees(camera) {
            return Err(OpsError::NotFound("camera"));
        }
        let (edits, veil) = (eyes.may(Act::EditCameras, camera), self.veil(caller));
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        let mut filter = AuditFilter {
            subject: Some(camera.id.to_string()),
            kind: Some("camera".to_owned()),
            act: Some("camera".to_owned()),
            before,
            limit: Some(limits::PAGE_ROWS_MAX),
            ..AuditFilter::default()
        };
        let mut page = HistoryPage::default();
        // Bounded: what one page of the record looks at, a few times over.
        for _ in 0..PAGES_LOOKED_AT_MAX {
            let found = self.read(|r| Ok(r.audit_page_for(&filter, &veil)?))?;
            for e in found.entries {
                let mut changes: Vec<(String, Changed)> = Vec::new();
                for (name, mut change) in e.changes.0 {
                    let name = bare(&name);
                    // A whole number of metres or degrees, as it was typed.
                    for value in [&mut change.old, &mut change.new].into_iter().flatten() {
                        if NUMBERS.contains(&name)
                            && let Some(whole) = value.strip_suffix(".0")
                        {
                            *value = whole.to_owned();
                        }
                    }
                    let known = name != "happenings" && (edits || !ADDRESSES.contains(&name));
                    if !known || field.is_some_and(|f| f != name) {
                        continue;
                    }
                    match changes.iter_mut().find(|(n, _)| n == name) {
                        // Latitude and longitude are one place; an area's id says no more than its name.
                        Some((_, first)) if name == "position" => join(first, &change),
                        Some((_, first)) if is_id(first) => *first = change,
                        Some(_) => {}
                        None => changes.push((name.to_owned(), change)),
                    }
                }
                if field.is_some() && changes.is_empty() {
                    continue;
                }
                if page.items.len() >= limit {
                    page.next = page.items.last().map(|r: &HistoryRow| r.seq);
                    return Ok(page);
                }
                let fact = |name: &str| e.facts.get(name).cloned();
                page.items.push(HistoryRow {
                    seq: e.seq,
                    at: e.at,
                    who: e.actor.name().to_owned(),
                    who_said: e.actor.said(),
                    act: e.act,
                    changes,
                    reason: fact("reason"),
                    happened_on: fact("happened_on"),
                });
            }
            match found.next {
                Some(next) => filter.before = Some(next),
                None => return Ok(page),
            }
        }
        page.next = filter.before;
        Ok(page)
    }
}

const PAGES_LOOKED_AT_MAX: usize = 4;

/// What happens to a document; that its file was taken out is in the record of acts alone.
const DOCUMENT_ACTS: &[&str] =
    &[audit::DOCUMENT_ADDED, audit::DOCUMENT_CHANGED, audit::DOCUMENT_REMOVED, audit::DOCUMENT_WITHDRAWN];

impl Ops {
    /// A document's history, newest first.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn document_history(
        &self,
        caller: &Caller,
        id: DocumentId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<HistoryPage, OpsError> {
        self.document(caller, id)?;
        let veil = self.veil(caller);
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        let mut filter = AuditFilter {
            subject: Some(id.to_string()),
            kind: Some("document".to_owned()),
            act: Some("document".to_owned()),
            before,
            limit: Some(limits::PAGE_ROWS_MAX),
            ..AuditFilter::default()
        };
        let mut page = HistoryPage::default();
        for _ in 0..PAGES_LOOKED_AT_MAX {
            let found = self.read(|r| Ok(r.audit_page_for(&filter, &veil)?))?;
            for e in found.entries.into_iter().filter(|e| DOCUMENT_ACTS.contains(&e.act.as_str())) {
                if page.items.len() >= limit {
                    page.next = page.items.last().map(|r: &HistoryRow| r.seq);
                    return Ok(page);
                }
                let fact = |name: &str| e.facts.get(name).cloned();
                page.items.push(HistoryRow {
                    seq: e.seq,
                    at: e.at,
                    who: e.actor.name().to_owned(),
                    who_said: e.actor.said(),
                    reason: fact("reason"),
                    happened_on: None,
                    act: e.act,
                    changes: e.changes.0.into_iter().collect(),
                });
            }
            match found.next {
                Some(next) => filter.before = Some(next),
                None => return Ok(page),
            }
        }
        page.next = filter.before;
        Ok(page)
    }
}

fn is_id(c: &Changed) -> bool {
    [&c.old, &c.new].into_iter().flatten().all(|t| t.parse::<base::AreaId>().is_ok())
}

fn join(first: &mut Changed, more: &Changed) {
    let both = |a: &mut Option<String>, b: &Option<String>| {
        if let Some(b) = b {
            *a = Some(a.take().map_or_else(|| b.clone(), |a| format!("{a}, {b}")));
        }
    };
    both(&mut first.old, &more.old);
    both(&mut first.new, &more.new);
}
