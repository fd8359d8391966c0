//! How complete records are: of one camera, and of many.
//!
//! Not here: the rule (`domain::completeness`).

use crate::{Caller, Ops, OpsError};
use base::WallTime;
use domain::layer::{self, HeightAdvice};
use domain::{Act, Camera, Completeness, Register, RegisterItem};
use std::sync::Arc;

/// What stands out about a camera's record.
#[derive(Clone, Debug)]
pub struct CameraStanding {
    /// How complete it is.
    pub completeness: Completeness,
    /// Has nobody confirmed it for too long?
    pub stale: bool,
    /// The height layer that it is in.
    pub layer: Option<RegisterItem>,
    /// What is odd about its height and purposes.
    pub advice: Option<HeightAdvice>,
}

impl Ops {
    /// How complete a camera's record is; asks no right.
    pub fn completeness_of(&self, camera: &Camera) -> Completeness {
        let kinds = self.document_kinds(camera);
        let kinds: Vec<&str> = kinds.iter().map(Arc::as_ref).collect();
        self.policy.completeness.assess(camera, &kinds, &self.registers())
    }

    /// Has nobody confirmed the record for too long?
    pub fn is_stale(&self, camera: &Camera, now: WallTime) -> bool {
        self.policy.completeness.is_stale(camera, now)
    }

    /// What stands out about a camera's record.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::NotFound`].
    pub fn camera_standing(&self, caller: &Caller, camera: &Camera) -> Result<CameraStanding, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        if !self.eyes(caller).sees(camera) {
            return Err(OpsError::NotFound("camera"));
        }
        let registers = self.registers();
        let layers: Vec<RegisterItem> = registers.items(Register::Layer, registers.day()).cloned().collect();
        Ok(CameraStanding {
            completeness: self.completeness_of(camera),
            stale: self.is_stale(camera, self.clock.now()),
            layer: camera.facts.height_m.and_then(|h| layer::layer_of(h, &layers)).cloned(),
            advice: layer::advice(&camera.facts, &layers),
        })
    }
}
