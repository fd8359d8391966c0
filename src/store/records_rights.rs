//! How grants, requests, lists of cameras, layouts and the papers that they rest on are stored.
//!
//! As `records`: one [`Record`] each; their fields stand in `domain`.

use crate::record::{IndexKey, Record};
use base::{CameraListId, DocumentId, GrantId, LayoutId, RequestId};
use domain::{AccessRequest, CameraList, Document, Grant, Layout};

impl Record for Grant {
    const TABLE: &'static str = "grant";
    type Key = GrantId;
    fn key(&self) -> GrantId {
        self.id
    }
}

/// By `account` (its id's bytes).
impl Record for AccessRequest {
    const TABLE: &'static str = "access_request";
    type Key = RequestId;
    fn key(&self) -> RequestId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![IndexKey::shared("account", self.account.to_bytes())]
    }
}

/// By `camera` (the id's bytes of each on it).
impl Record for CameraList {
    const TABLE: &'static str = "camera_list";
    type Key = CameraListId;
    fn key(&self) -> CameraListId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        self.cameras.iter().map(|c| IndexKey::shared("camera", c.camera.to_bytes())).collect()
    }
}

impl Record for Document {
    const TABLE: &'static str = "document";
    type Key = DocumentId;
    fn key(&self) -> DocumentId {
        self.id
    }
}

/// By `owner` ([`domain::LayoutOwner::key`]).
impl Record for Layout {
    const TABLE: &'static str = "layout";
    type Key = LayoutId;
    fn key(&self) -> LayoutId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![IndexKey::shared("owner", self.owner.key())]
    }
}
