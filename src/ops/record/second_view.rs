//! A further camera where others of like purpose see the same: only with the agreement (A5.4, A13.1).
//!
//! Asked by what writes cameras (`camera_writes`), so that no way of adding or changing one gets past it. Not here: the
//! report of all pairs (`overlaps`).

use super::views::View;
use crate::{Eyes, Ops, OpsError};
use base::Said;
use domain::{Camera, FieldFault, Register};
use std::sync::PoisonError;

/// The article that asks for the agreement.
pub(crate) const ARTICLE: &str = "5.4";
/// Cameras that a refusal names; the rest is counted.
const NAMED_MAX: usize = 5;

impl Ops {
    /// Is a type of document the agreement to a second camera?
    pub(crate) fn is_agreement(&self, kind: &str) -> bool {
        self.registers().item(Register::DocumentType, kind).is_some_and(|i| i.traits.second_view)
    }

    /// May that become a camera's record, as far as its view goes? `old` is what it was: a view that stays as it is needs no
    /// agreement anew. `agreed`: the agreement comes with it.
    ///
    /// # Errors
    /// [`OpsError::Rule`] that names the cameras which see the same, as far as these eyes may know of them.
    pub(crate) fn may_view(
        &self,
        eyes: &Eyes,
        old: Option<&Camera>,
        new: &Camera,
        agreed: bool,
    ) -> Result<(), OpsError> {
        let Some(view) = View::of(new) else { return Ok(()) };
        if agreed || old.and_then(View::of).is_some_and(|before| before == view) {
            return Ok(());
        }
        if self.document_kinds(new).iter().any(|k| self.is_agreement(k)) {
            return Ok(());
        }
        let least = self.policy.duplicate_view.threshold;
        let found = {
            let views = self.shelf.views.read().unwrap_or_else(PoisonError::into_inner);
            views.shared_with(Some(new.id), &view, least)
        };
        if found.is_empty() {
            return Ok(());
        }
        let (mut named, mut hidden) = (Vec::new(), 0_usize);
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        for (id, share) in &found {
            match catalogue.camera(*id).filter(|c| eyes.sees(c)) {
                Some(c) if named.len() < NAMED_MAX => {
                    named.push(format!("{} {} ({:.0} %)", c.code, c.name, share * 100.0));
                }
                _ => hidden += 1,
            }
        }
        let mut list = named.join("; ");
        let (mut vi, mut en) = (list.clone(), std::mem::take(&mut list));
        if hidden > 0 {
            let and = |and: &str| if named.is_empty() { String::new() } else { format!(" {and} ") };
            vi.push_str(&format!("{}{hidden} camera khác", and("và")));
            en.push_str(&format!("{}{hidden} further cameras", and("and")));
        }
        let fault = FieldFault::new(
            "agreement_number",
            Said::new(
                format!(
                    "Nơi này đã có camera cùng mục đích quan sát: {vi}. Theo Điều 5.4 và 13.1, chỉ lắp thêm khi có văn bản \
                     thống nhất; hãy ghi số, ngày và cơ quan ban hành."
                ),
                format!(
                    "Cameras of like purpose see this place already: {en}. By articles 5.4 and 13.1 a further one needs an \
                     agreement in writing; give its number, date and issuer."
                ),
            ),
        );
        Err(OpsError::Rule { article: ARTICLE, faults: vec![fault] })
    }
}
