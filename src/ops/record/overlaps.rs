//! Which cameras see the same: of one camera, and the report of all pairs by unit and purpose (A5.4, A13.1).
//!
//! The report is made once for each state of the views and kept; what a caller may not see is left out when it is read.

use super::views::View;
use crate::office::lock;
use crate::{Caller, Ops, OpsError};
use base::{CameraId, Said, UnitId, limits};
use domain::{Act, Camera, FieldFault};
use std::sync::{Arc, PoisonError};

/// Two cameras and the share of the smaller view that both see.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair {
    pub(crate) one: CameraId,
    pub(crate) other: CameraId,
    pub(crate) share: f64,
}

/// A camera that sees the same as the one asked about.
#[derive(Clone, Debug)]
pub struct Overlap {
    /// It.
    pub camera: Camera,
    /// Share of the smaller view that both see, 0 to 1.
    pub share: f64,
    /// Purposes that both have.
    pub purposes: Vec<String>,
    /// Does it share so much that the agreement is needed?
    pub over_threshold: bool,
}

/// Which pairs are wanted.
#[derive(Clone, Debug, Default)]
pub struct OverlapFilter {
    /// One of the two belongs to this unit.
    pub unit: Option<UnitId>,
    /// Both have this purpose.
    pub purpose: Option<String>,
    /// At least this share; `None`: the policy's threshold.
    pub least: Option<f64>,
    /// Only pairs without an agreement.
    pub without_agreement: bool,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Rows; cut to [`limits::PAGE_ROWS_MAX`].
    pub limit: usize,
}

/// A pair of the report.
#[derive(Clone, Debug)]
pub struct OverlapPair {
    /// One.
    pub one: Camera,
    /// The other.
    pub other: Camera,
    /// Share of the smaller view.
    pub share: f64,
    /// Purposes that both have.
    pub purposes: Vec<String>,
    /// Has one of them the agreement?
    pub agreed: bool,
}

/// A page of the report.
#[derive(Clone, Debug)]
pub struct OverlapPage {
    /// Pairs, those that share most first.
    pub items: Vec<OverlapPair>,
    /// Where to go on.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

impl Ops {
    /// Cameras that see the same as this one, as far as the caller sees them.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn overlaps_of(&self, caller: &Caller, camera: &Camera) -> Result<Vec<Overlap>, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let Some(view) = View::of(camera) else { return Ok(Vec::new()) };
        let eyes = self.eyes(caller);
        // In this order, as everywhere: the catalogue, then the views.
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let views = self.shelf.views.read().unwrap_or_else(PoisonError::into_inner);
        let threshold = self.policy.duplicate_view.threshold;
        let one = |(id, share): (CameraId, f64)| {
            let other = catalogue.camera(id).filter(|c| eyes.sees(c))?;
            let purposes = view.alike(views.view(id)?).cloned().collect();
            Some(Overlap { camera: other.clone(), share, purposes, over_threshold: share >= threshold })
        };
        Ok(views
            .shared_with(Some(camera.id), &view, 0.01)
            .into_iter()
            .filter_map(one)
            .take(limits::PAGE_ROWS_MAX)
            .collect())
    }

    /// All pairs that share something, most first; made anew when views have changed.
    fn pairs(&self) -> Arc<Vec<Pair>> {
        let mut kept = lock(&self.shelf.pairs);
        let views = self.shelf.views.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((change, pairs)) = kept.as_ref()
            && *change == views.change
        {
            return pairs.clone();
        }
        let mut pairs = Vec::new();
        for one in views.ids() {
            let Some(view) = views.view(one) else { continue };
            let found = views.shared_with(Some(one), view, LEAST_KEPT).into_iter();
            pairs.extend(found.filter(|(other, _)| one < *other).map(|(other, share)| Pair { one, other, share }));
        }
        pairs.sort_by(|a, b| b.share.total_cmp(&a.share).then((a.one, a.other).cmp(&(b.one, b.other))));
        pairs.truncate(limits::OVERLAP_PAIRS_MAX);
        let pairs = Arc::new(pairs);
        *kept = Some((views.change, pairs.clone()));
        pairs
    }

    /// The report of pairs.
    ///
    /// # Errors
    /// [`OpsError::Refused`]; [`OpsError::Invalid`] for a foreign cursor.
    pub fn overlap_report(&self, caller: &Caller, filter: &OverlapFilter) -> Result<OverlapPage, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let start: usize = match filter.cursor.as_deref() {
            None => 0,
            Some(text) => text.parse().map_err(|_| {
                FieldFault::new(
                    "cursor",
                    Said::new("cursor không phải của danh sách này.", "This cursor does not belong to this list."),
                )
            })?,
        };
        let limit = filter.limit.clamp(1, limits::PAGE_ROWS_MAX);
        let least = filter.least.unwrap_or(self.policy.duplicate_view.threshold);
        let pairs = self.pairs();
        let eyes = self.eyes(caller);
        let registers = self.registers();
        let units = filter.unit.map(|u| registers.unit_subtree(u));
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let (mut items, mut total) = (Vec::new(), 0_usize);
        for pair in pairs.iter().take_while(|p| p.share >= least) {
            let (Some(one), Some(other)) = (catalogue.camera(pair.one), catalogue.camera(pair.other)) else { continue };
            let of_unit = |c: &Camera| units.is_none_or(|u| c.unit_id.is_some_and(|id| u.contains(&id)));
            if !(of_unit(one) || of_unit(other)) || one.facts.police || other.facts.police {
                continue;
            }
            let purposes: Vec<String> =
                one.facts.purposes.iter().filter(|p| other.facts.purposes.contains(p)).cloned().collect();
            if purposes.is_empty() || filter.purpose.as_ref().is_some_and(|p| !purposes.contains(p)) {
                continue;
            }
            if !(eyes.sees(one) && eyes.sees(other)) {
                continue;
            }
            let agreed = [one, other].into_iter().any(|c| self.document_kinds(c).iter().any(|k| self.is_agreement(k)));
            if agreed && filter.without_agreement {
                continue;
            }
            total += 1;
            if total > start && items.len() < limit {
                items.push(OverlapPair { one: one.clone(), other: other.clone(), share: pair.share, purposes, agreed });
            }
        }
        let end = start.saturating_add(items.len());
        Ok(OverlapPage { next: (end < total).then(|| end.to_string()), items, total })
    }
}

/// Pairs that share less are not kept for the report.
const LEAST_KEPT: f64 = 0.1;
