//! Mounting assets (trụ, tủ): poles and cabinets that cameras share (A15.2).
//!
//! Not here: what an asset must have (`domain::asset`); which camera is on which stands in the camera's record.

use crate::office::entry;
use crate::{Caller, Ops, OpsError, secrets};
use base::{AssetId, Said, limits};
use domain::asset::decide_asset;
use domain::text::fold;
use domain::{Act, AssetDraft, Camera, Extra, FieldFault, MountingAsset, Subject, audit};
use std::collections::HashMap;
use std::sync::PoisonError;
use store::{WriteTx, caseless};

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

fn find(w: &WriteTx<'_>, id: AssetId, expected: u64) -> Result<MountingAsset, OpsError> {
    let asset = w.find::<MountingAsset>(&id)?.ok_or(OpsError::NotFound("asset"))?;
    if asset.revision != expected {
        return Err(OpsError::Changed { expected, found: asset.revision });
    }
    Ok(asset)
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
        let book = self.assets_book();
        let mut all: Vec<(String, &MountingAsset)> = book
            .all
            .values()
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
        let counts = self.asset_counts(caller);
        let items = rest
            .into_iter()
            .take(limit)
            .map(|(_, a)| AssetInfo { asset: a.clone(), cameras: counts.get(&a.id).copied().unwrap_or(0) })
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
        let mut cameras = self.read(|r| Ok(r.all_by::<Camera>("asset", &asset.id.to_bytes())?))?;
        cameras.retain(|c| eyes.sees(c));
        cameras.sort_by(|a, b| a.code.cmp(&b.code));
        Ok((asset, cameras))
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
        let asset = self.act(caller, Act::EditCameras, move |w, caller| {
            free(w, &facts.code, None)?;
            let (ms, random) = secrets::id_parts(w.now())?;
            let mut asset = MountingAsset {
                id: AssetId::from_parts(ms, random),
                code: String::new(),
                kind: String::new(),
                name: String::new(),
                position: None,
                owner: String::new(),
                created_at: w.now(),
                changed_at: w.now(),
                revision: 1,
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
    /// [`OpsError::Changed`], [`OpsError::Invalid`], [`OpsError::Taken`], [`OpsError::NotFound`].
    pub fn change_asset(
        &self,
        caller: &Caller,
        id: AssetId,
        draft: &AssetDraft,
        expected_revision: u64,
    ) -> Result<MountingAsset, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let facts = decide_asset(draft, &self.lexicon())?;
        let asset = self.act(caller, Act::EditCameras, move |w, caller| {
            let old = find(w, id, expected_revision)?;
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

    /// Removes a mounting asset that no camera is on.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] if cameras are on it, [`OpsError::NotFound`], [`OpsError::Changed`].
    pub fn remove_asset(&self, caller: &Caller, id: AssetId, expected_revision: u64) -> Result<(), OpsError> {
        self.act(caller, Act::EditCameras, move |w, caller| {
            let asset = find(w, id, expected_revision)?;
            if !w.all_by::<Camera>("asset", &id.to_bytes())?.is_empty() {
                let said = Said::new(
                    "Còn camera gắn trên trụ, tủ này. Hãy chuyển các camera đó sang vật gắn khác trước.",
                    "Cameras are still on this mounting asset. Move them to another one first.",
                );
                return Err(FieldFault::new("", said).into());
            }
            w.audit(entry(&caller, audit::ASSET_REMOVED).on(subject(&asset)).differences(Some(&asset), None))?;
            w.remove::<MountingAsset>(&id)?;
            Ok(())
        })?;
        self.refresh_assets()
    }
}
