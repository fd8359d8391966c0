//! Tests of the room as a whole, on real files.

mod audit;
mod checkpoints;
mod copies;
mod crash;
mod damage;
mod disk_failure;
mod golden;
mod golden_access;
mod golden_camera;
mod golden_jobs;
mod golden_registers;
mod golden_rights;
mod opening;
mod retention;
mod writes;

use crate::{Store, StoreError};
use base::{CameraId, WallTime};
use domain::{Actor, AuditDraft, Camera};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

pub(crate) const NOW: WallTime = WallTime::from_unix_us(1_795_500_000_000_000);

pub(crate) fn camera(n: u64) -> Camera {
    Camera {
        id: CameraId::from_parts(n, [7; 10]),
        code: format!("79.760-{n:04}"),
        name: format!("Ngã tư Nguyễn Huệ {n}"),
        area: Some("760".into()),
        unit: None,
        area_id: None,
        unit_id: None,
        facts: Default::default(),
        main_url: format!("rtsp://10.0.0.1/{n}"),
        sub_url: None,
        username: None,
        has_password: false,
        transport: Default::default(),
        created_at: NOW,
        changed_at: NOW,
        revision: 1,
        extra: Default::default(),
    }
}

pub(crate) fn draft(act: &str) -> AuditDraft {
    AuditDraft::new(Actor::System, act)
}

/// Adds camera `n` with its audit entry; durable when it returns.
pub(crate) fn add(store: &Store, n: u64) -> Result<(), StoreError> {
    store.write(NOW, move |w| {
        w.put(&camera(n))?;
        w.audit(draft("camera.added")).map(|_| ())
    })
}

pub(crate) fn file(dir: &Path) -> PathBuf {
    dir.join("node.redb")
}

pub(crate) fn fingerprint(path: &Path) -> [u8; 32] {
    Sha256::digest(std::fs::read(path).expect("readable")).into()
}
