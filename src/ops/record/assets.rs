//! Mounting assets (trụ, tủ): poles and cabinets that cameras share (A15.2).
//!
//! Who may change one: its unit's people, who may edit every camera on it, and whoever keeps the whole node. All of this is
//! judged by the cameras that the caller sees, so that no answer tells of others: removing an asset only marks it. It is then
//! there for those alone who see a camera on it, as it must be for a police camera's people, and its code comes back to
//! life with it when it is added again. Not here: what an asset must have (`domain::asset`); which camera is on which stands
//! in the camera's record.

use crate::office::entry;
use crate::{Caller, Eyes, Ops, OpsError, secrets};
use base::{AssetId, Said, limits};
use domain::asset::decide_asset;
use domain::text::fold;
use domain::{Act, AssetDraft, Camera, Extra, FieldFault, MountingAsset, Reach, Refusal, Subject, audit, presets};
use std::collections::HashMap;
use std::sync::PoisonError;
use store::{ReadTx, WriteTx, caseless};

/// A mounting asset and how many cameras are on it.
#[derive(Clone, Debug)]
pub struct AssetInfo {
    /// It.
    pub asset: MountingAsset,
    /// Cameras on it that the caller sees.
    pub cameras: usize,
}

/// A page of mounting assets.
#[derive(Clone, Debug)]
pub struct AssetList {
    /// By code.
    pub items: Vec<AssetInfo>,
    /// Where to go on.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

fn subject(a: &MountingAsset) -> Subject {
    Subject::new("asset", a.id, a.code.as_str())
}

fn taken(other: &MountingAsset) -> OpsError {
    OpsError::Taken {
        field: "code",
        said: Said::new(
            format!("Mã “{}” đã được dùng cho trụ, tủ khác.", other.code),
            format!("The code “{}” belongs to another mounting asset.", other.code),
        ),
    }
}

fn free(w: &WriteTx<'_>, code: &str, id: Option<AssetId>) -> Result<(), OpsError> {
    match w.find_by::<MountingAsset>("code", &caseless(code))? {
        Some(other) if Some(other.id) != id => Err(taken(&other)),
        _ => Ok(()),
    }
}

/// The cameras on it that these eyes see.
fn seen_on(r: &ReadTx<'_>, eyes: &Eyes, id: AssetId) -> Result<Vec<Camera>, OpsError> {
    let mut cameras = r.all_by::<Camera>("asset", &id.to_bytes())?;
    cameras.retain(|c| eyes.sees(c));
    cameras.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(cameras)
}

/// The asset, if it is theirs to change, and the cameras on it that they see.
fn find(w: &WriteTx<'_>, eyes: &Eyes, id: AssetId, expected: u64) -> Result<(MountingAsset, Vec<Camera>), OpsError> {
    let asset = w.find::<MountingAsset>(&id)?.ok_or(OpsError::NotFound("asset"))?;
    let cameras = seen_on(w, eyes, id)?;
    if asset.removed_at.is_some() && cameras.is_empty() {
        return Err(OpsError::NotFound("asset"));
    }
    if !is_theirs(eyes, &asset, &cameras) {
        return Err(OpsError::Refused(not_theirs()));
    }
    if asset.revision != expected {
        return Err(OpsError::Changed { expected, found: asset.revision });
    }
    Ok((asset, cameras))
}

fn is_theirs(eyes: &Eyes, asset: &MountingAsset, seen: &[Camera]) -> bool {
    let caller = eyes.caller();
    let whole_node = eyes.see_the_whole_node() && presets::reach(caller.account.role, Act::EditCameras) == Reach::Own;
    let unlimited = caller.limit.as_ref().is_none_or(|l| l.scope.is_none());
    let of_their_unit = asset.unit_id.zip(caller.account.unit_id).filter(|_| unlimited);
    caller.is_machine()
        || whole_node
        || of_their_unit.is_some_and(|(of, own)| eyes.standing().trees().unit_within(of, own))
        || (!seen.is_empty() && seen.iter().all(|c| eyes.may(Act::EditCameras, c)))
}

fn not_theirs() -> Refusal {
    Refusal {
        article: Act::EditCameras.article(),
        said: Said::new(
            "Bạn chỉ sửa, gỡ bỏ được trụ, tủ do đơn vị mình lập, hoặc trụ, tủ mà mọi camera trên đó bạn đều được sửa.",
            "You may change or remove a mounting asset only if your unit has entered it, or if you may edit every camera on it.",
        ),
        who_can_help: Said::new(
            "Hãy nhờ đơn vị đã lập hồ sơ trụ, tủ này hoặc quản trị viên của nút.",
            "Ask the unit that has entered it or the node's administrator.",
        ),
    }
}

/// Where a pole stands on which they see no camera is not for those who have no cameras of their own.
fn told(caller: &Caller, mut asset: MountingAsset, seen: usize) -> MountingAsset {
    if seen == 0 && !caller.is_machine() && !domain::presets::learns_contacts(caller.account.role) {
        asset.position = None;
    }
    asset
}

impl Ops {
    /// Mounting assets whose code, name or owner has these words, by code.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn list_assets(
        &self,
        caller: &Caller,
        q: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<AssetList, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let q = fold(&domain::text::cut(q, limits::QUERY_BYTES_MAX));
        let words: Vec<&str> = q.split(' ').filter(|w| !w.is_empty()).collect();
        let (book, counts) = (self.assets_book(), self.asset_counts(caller));
        let mut all: Vec<(String, &MountingAsset)> = book
            .all
            .values()
            .filter(|a| a.removed_at.is_none() || counts.contains_key(&a.id))
            .filter(|a| {
                let text = fold(&format!("{} {} {}", a.code, a.name, a.owner));
                words.iter().all(|w| text.contains(w))
            })
            .map(|a| (fold(&a.code), a))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        let total = all.len();
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        let rest: Vec<_> = all.into_iter().filter(|(code, _)| cursor.is_none_or(|c| code.as_str() > c)).collect();
        let next = (rest.len() > limit).then(|| rest.get(limit - 1).map(|(code, _)| code.clone())).flatten();
        let items = rest
            .into_iter()
            .take(limit)
            .map(|(_, a)| {
                let cameras = counts.get(&a.id).copied().unwrap_or(0);
                AssetInfo { asset: told(caller, a.clone(), cameras), cameras }
            })
            .collect();
        Ok(AssetList { items, next, total })
    }

    fn asset_counts(&self, caller: &Caller) -> HashMap<AssetId, usize> {
        let eyes = self.eyes(caller);
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let mut counts = HashMap::new();
        for c in catalogue.cameras() {
            if let Some(asset) = c.facts.asset
                && eyes.sees(c)
            {
                *counts.entry(asset).or_insert(0) += 1;
            }
        }
        counts
    }

    /// A mounting asset by id or code, and the cameras on it that the caller sees.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn asset(&self, caller: &Caller, named: &str) -> Result<(MountingAsset, Vec<Camera>), OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let book = self.assets_book();
        let asset = book.find(named).ok_or(OpsError::NotFound("asset"))?.clone();
        let eyes = self.eyes(caller);
        let cameras = self.read(|r| seen_on(r, &eyes, asset.id))?;
        if asset.removed_at.is_some() && cameras.is_empty() {
            return Err(OpsError::NotFound("asset"));
        }
        Ok((told(caller, asset, cameras.len()), cameras))
    }

    /// May the caller change that asset, on which they see these cameras?
    pub fn may_change_asset(&self, caller: &Caller, asset: &MountingAsset, seen: &[Camera]) -> bool {
        caller.decide(Act::EditCameras).allowed() && is_theirs(&self.eyes(caller), asset, seen)
    }

    /// Adds a mounting asset.
    ///
    /// # Errors
    /// [`OpsError::Invalid`], [`OpsError::Taken`], [`OpsError::Full`].
    pub fn add_asset(&self, caller: &Caller, draft: &AssetDraft) -> Result<MountingAsset, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let facts = decide_asset(draft, &self.lexicon())?;
        if self.assets_book().all.len() >= limits::ASSETS_MAX {
            let max = limits::ASSETS_MAX;
            return Err(OpsError::Full(Said::new(
                format!("Nút đã có {max} trụ, tủ, là mức tối đa."),
                format!("The node has {max} mounting assets, which is the most it takes."),
            )));
        }
        let ops = self.clone();
        let asset = self.act(caller, Act::EditCameras, move |w, caller| {
            let eyes = ops.eyes(&caller);
            // One that was removed comes back to life, with whatever is still on it; one of these that they see is there.
            let removed = match w.find_by::<MountingAsset>("code", &caseless(&facts.code))? {
                Some(old) if old.removed_at.is_some() && seen_on(w, &eyes, old.id)?.is_empty() => Some(old),
                Some(other) => return Err(taken(&other)),
                None => None,
            };
            let (ms, random) = secrets::id_parts(w.now())?;
            let mut asset = MountingAsset {
                id: removed.as_ref().map_or(AssetId::from_parts(ms, random), |old| old.id),
                code: String::new(),
                kind: String::new(),
                name: String::new(),
                position: None,
                owner: String::new(),
                unit_id: caller.account.unit_id.filter(|_| !eyes.see_the_whole_node()),
                removed_at: None,
                created_at: w.now(),
                changed_at: w.now(),
                revision: removed.map_or(1, |old| old.revision.saturating_add(1)),
                extra: Extra::new(),
            };
            facts.put(&mut asset);
            w.audit(entry(&caller, audit::ASSET_ADDED).on(subject(&asset)).differences(None, Some(&asset)))?;
            w.put(&asset)?;
            Ok(asset)
        })?;
        self.refresh_assets()?;
        Ok(asset)
    }

    /// Changes a mounting asset, if nobody else has since `expected_revision`.
    ///
    /// # Errors
    /// [`OpsError::Changed`], [`OpsError::Invalid`], [`OpsError::Taken`], [`OpsError::NotFound`]; [`OpsError::Refused`] for one
    /// that is not theirs.
    pub fn change_asset(
        &self,
        caller: &Caller,
        id: AssetId,
        draft: &AssetDraft,
        expected_revision: u64,
    ) -> Result<MountingAsset, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let facts = decide_asset(draft, &self.lexicon())?;
        let ops = self.clone();
        let asset = self.act(caller, Act::EditCameras, move |w, caller| {
            let (old, _) = find(w, &ops.eyes(&caller), id, expected_revision)?;
            free(w, &facts.code, Some(id))?;
            let mut new = old.clone();
            facts.put(&mut new);
            if new == old {
                return Ok(old);
            }
            (new.revision, new.changed_at) = (old.revision.saturating_add(1), w.now());
            w.audit(entry(&caller, audit::ASSET_CHANGED).on(subject(&new)).differences(Some(&old), Some(&new)))?;
            w.put(&new)?;
            Ok(new)
        })?;
        self.refresh_assets()?;
        self.tell();
        Ok(asset)
    }

    /// Removes a mounting asset on which the caller sees no camera. If there are others, they keep it.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] if cameras are on it, [`OpsError::NotFound`], [`OpsError::Changed`]; [`OpsError::Refused`] for one
    /// that is not theirs.
    pub fn remove_asset(&self, caller: &Caller, id: AssetId, expected_revision: u64) -> Result<(), OpsError> {
        let ops = self.clone();
        self.act(caller, Act::EditCameras, move |w, caller| {
            let (asset, seen) = find(w, &ops.eyes(&caller), id, expected_revision)?;
            if !seen.is_empty() {
                let said = Said::new(
                    "Còn camera gắn trên trụ, tủ này. Hãy chuyển các camera đó sang vật gắn khác trước.",
                    "Cameras are still on this mounting asset. Move them to another one first.",
                );
                return Err(FieldFault::new("", said).into());
            }
            w.audit(entry(&caller, audit::ASSET_REMOVED).on(subject(&asset)).differences(Some(&asset), None))?;
            let revision = asset.revision.saturating_add(1);
            w.put(&MountingAsset { removed_at: Some(w.now()), changed_at: w.now(), revision, ..asset })?;
            Ok(())
        })?;
        self.refresh_assets()
    }
}
