//! The camera's record beyond its address: documents and their files, mounting assets, the device, completeness, history,
//! and what cameras see together.
//!
//! Here: [`Shelf`], what of it is kept in memory, and how it follows the store. Not here: adding and changing a camera
//! (`cameras`, `camera_writes`), the rules (`domain`).

mod assets;
mod completeness;
mod device;
pub(crate) mod documents;
mod files;
mod history;
mod overlaps;
mod papers;
pub(crate) mod second_view;
pub(crate) mod views;

pub use assets::{AssetInfo, AssetList};
pub use completeness::CameraStanding;
pub use device::Replacement;
pub use documents::{Upload, document_mark};
pub use history::{HistoryPage, HistoryRow};
pub use overlaps::{Overlap, OverlapFilter, OverlapPage, OverlapPair};

use crate::{Ops, OpsError};
use base::{AssetId, DocumentId};
use domain::{Camera, Document, MountingAsset};
pub(crate) use papers::Paper;
use papers::Papers;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use store::ReadTx;
use views::ViewIndex;

/// What of records is kept in memory. Derived from the store; never a source of truth.
#[derive(Default)]
pub(crate) struct Shelf {
    assets: RwLock<Arc<Assets>>,
    /// Types of documents.
    kinds: RwLock<HashMap<DocumentId, Arc<str>>>,
    views: RwLock<ViewIndex>,
    /// Documents of cameras, for search.
    papers: RwLock<Papers>,
    /// The last report of common views and the state of the catalogue that it is of.
    pairs: Mutex<Option<(u64, Arc<Vec<overlaps::Pair>>)>>,
}

/// Mounting assets by id and by folded code.
#[derive(Debug, Default)]
pub(crate) struct Assets {
    all: HashMap<AssetId, MountingAsset>,
    codes: HashMap<String, AssetId>,
}

impl Assets {
    /// By id or code.
    pub(crate) fn find(&self, text: &str) -> Option<&MountingAsset> {
        let id = text.parse().ok().filter(|id| self.all.contains_key(id));
        let id = id.or_else(|| self.codes.get(&domain::text::fold(text)).copied())?;
        self.all.get(&id)
    }
    /// How many of that kind stand.
    pub(crate) fn of_kind(&self, kind: &str) -> usize {
        self.all.values().filter(|a| a.kind == kind && a.removed_at.is_none()).count()
    }
    /// By id.
    pub(crate) fn get(&self, id: AssetId) -> Option<&MountingAsset> {
        self.all.get(&id)
    }
}

impl Ops {
    /// When the office opens.
    pub(crate) fn load_shelf(&self) -> Result<(), OpsError> {
        self.refresh_assets()?;
        let kinds = self.read(|r| {
            let mut kinds = HashMap::new();
            let mut names: HashMap<String, Arc<str>> = HashMap::new();
            for d in r.range::<Document>(..)?.into_iter().filter(|d| d.withdrawn.is_none()) {
                let name = names.entry(d.kind.clone()).or_insert_with(|| d.kind.as_str().into());
                kinds.insert(d.id, name.clone());
            }
            Ok(kinds)
        })?;
        *self.shelf.kinds.write().unwrap_or_else(PoisonError::into_inner) = kinds;
        Ok(())
    }

    /// How many documents of that type are not withdrawn.
    pub(crate) fn documents_of_kind(&self, kind: &str) -> usize {
        let kinds = self.shelf.kinds.read().unwrap_or_else(PoisonError::into_inner);
        kinds.values().filter(|k| k.as_ref() == kind).count()
    }

    pub(crate) fn refresh_assets(&self) -> Result<(), OpsError> {
        let mut shelf = self.shelf.assets.write().unwrap_or_else(PoisonError::into_inner);
        let all: HashMap<AssetId, MountingAsset> =
            self.read(|r| Ok(r.range::<MountingAsset>(..)?.into_iter().map(|a| (a.id, a)).collect()))?;
        let codes = all.values().map(|a| (domain::text::fold(&a.code), a.id)).collect();
        *shelf = Arc::new(Assets { all, codes });
        Ok(())
    }

    /// Notes a document's type, or forgets it.
    pub(crate) fn note_document(&self, id: DocumentId, kind: Option<&str>) {
        let mut kinds = self.shelf.kinds.write().unwrap_or_else(PoisonError::into_inner);
        match kind {
            Some(kind) => kinds.insert(id, kind.into()),
            None => kinds.remove(&id),
        };
    }

    /// Mounting assets as they stand.
    pub(crate) fn assets_book(&self) -> Arc<Assets> {
        self.shelf.assets.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A mounting asset's code, for showing.
    pub fn asset_code(&self, id: AssetId) -> Option<String> {
        self.assets_book().get(id).map(|a| a.code.clone())
    }

    /// Types of a camera's documents.
    pub(crate) fn document_kinds(&self, camera: &Camera) -> Vec<Arc<str>> {
        let kinds = self.shelf.kinds.read().unwrap_or_else(PoisonError::into_inner);
        camera.facts.documents.iter().filter_map(|d| kinds.get(d).cloned()).collect()
    }

    /// All cameras' views and documents, when the office opens.
    pub(crate) fn load_records(&self, r: &ReadTx<'_>, cameras: &[Camera]) -> Result<(), OpsError> {
        *self.shelf.views.write().unwrap_or_else(PoisonError::into_inner) = ViewIndex::of(cameras);
        let all: HashMap<DocumentId, Document> = r.range::<Document>(..)?.into_iter().map(|d| (d.id, d)).collect();
        let mut papers = Papers::default();
        for camera in cameras.iter().filter(|c| !c.facts.documents.is_empty()) {
            papers.follow(camera.id, camera.facts.documents.iter().filter_map(|d| all.get(d).cloned()).collect());
        }
        *self.shelf.papers.write().unwrap_or_else(PoisonError::into_inner) = papers;
        Ok(())
    }

    /// The documents of cameras, for search. To be locked after the catalogue, as everywhere.
    pub(crate) fn papers(&self) -> RwLockReadGuard<'_, Papers> {
        self.shelf.papers.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept of a camera follows its record.
    pub(crate) fn follow_record(
        &self,
        r: &ReadTx<'_>,
        id: base::CameraId,
        camera: Option<&Camera>,
    ) -> Result<(), OpsError> {
        let mut named = Vec::new();
        for document in camera.into_iter().flat_map(|c| &c.facts.documents) {
            named.extend(r.find::<Document>(document)?);
        }
        for d in named.iter().filter(|d| d.withdrawn.is_none()) {
            self.note_document(d.id, Some(&d.kind));
        }
        self.shelf.papers.write().unwrap_or_else(PoisonError::into_inner).follow(id, named);
        self.shelf.views.write().unwrap_or_else(PoisonError::into_inner).set(id, camera);
        Ok(())
    }
}
