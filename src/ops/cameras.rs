//! Cameras: adding, changing, removing, listing; and the streams that should be running.

use crate::office::lock;
use crate::{Caller, Eyes, Ops, OpsError, camera_writes, secrets};
use base::{CameraId, Said, Secret, limits};
use domain::{
    Act, AuditDraft, Camera, CameraDraft, CameraPatch, FieldFault, NodeRecord, Registration, Subject, Transport,
    camera_edit, text,
};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use store::{ReadTx, SecretKey};
use tokio::sync::watch;

/// A camera whose streams should be running.
#[derive(Clone, Debug)]
pub struct WantedSource {
    /// Which.
    pub camera: CameraId,
    /// Address of the main stream, without user and password.
    pub main_url: String,
    /// Address of the substream.
    pub sub_url: Option<String>,
    /// User name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// TCP or UDP.
    pub transport: Transport,
}

/// Where a camera's password is sealed.
pub(crate) fn camera_password(id: CameraId) -> SecretKey {
    SecretKey::of::<Camera>(&id, "password")
}

pub(crate) fn on_camera(draft: AuditDraft, c: &Camera) -> AuditDraft {
    draft.on(Subject::new("camera", c.id, format!("{} {}", c.code, c.name)))
}

/// The code is another camera's. Which one, only those learn who see it.
pub(crate) fn taken(eyes: &Eyes, other: &Camera) -> OpsError {
    if !eyes.sees(other) {
        return domain::camera::unusable_code().into();
    }
    OpsError::Taken {
        field: "code",
        said: Said::new(
            format!("Mã “{}” đã là của camera “{}”. Hãy chọn mã khác hoặc để trống.", other.code, other.name),
            format!(
                "The code “{}” belongs to the camera “{}”. Choose another or leave it empty.",
                other.code, other.name
            ),
        ),
    }
}

fn wanted(r: &ReadTx<'_>, c: &Camera) -> Result<WantedSource, OpsError> {
    let password = match c.has_password.then(|| r.unseal(&camera_password(c.id))).transpose() {
        Ok(p) => p.flatten(),
        Err(e) => {
            // One broken seal must not keep the other cameras away; this one will say "wrong password".
            tracing::error!(camera = %c.code, error = %e, "a camera's password cannot be opened");
            None
        }
    };
    Ok(WantedSource {
        camera: c.id,
        main_url: c.main_url.clone(),
        sub_url: c.sub_url.clone(),
        username: c.username.clone(),
        password,
        transport: c.transport,
    })
}

/// How often an automatic code is tried again when somebody was quicker.
const CODE_ATTEMPTS: usize = 5;

impl Ops {
    /// Reads all cameras into memory, when the office opens.
    pub(crate) fn load_cameras(&self) -> Result<(), OpsError> {
        let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        let mut sources = lock(&self.sources);
        self.read(|r| {
            let mut all = Vec::new();
            for c in r.range::<Camera>(..)? {
                sources.insert(c.id, wanted(r, &c)?);
                all.push((c.id, Some(c)));
            }
            self.load_records(r, &all.iter().filter_map(|(_, c)| c.clone()).collect::<Vec<_>>())?;
            catalogue.set_many(all);
            Ok(())
        })?;
        self.wanted.send_replace(Arc::new(sources.values().cloned().collect()));
        Ok(())
    }

    /// After a commit: memory says what the store says. Reading under the locks makes the last one right, whoever's
    /// commit came last.
    pub(crate) fn refresh_camera(&self, id: CameraId, streams: bool) -> Result<(), OpsError> {
        self.refresh_cameras(&[id], streams)
    }

    /// As [`Ops::refresh_camera`], for many at once.
    pub(crate) fn refresh_cameras(&self, ids: &[CameraId], streams: bool) -> Result<(), OpsError> {
        let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        let mut sources = lock(&self.sources);
        let mut found = Vec::with_capacity(ids.len());
        let (mut founding, mut left) = (Vec::new(), Vec::new());
        self.read(|r| {
            for id in ids {
                let camera = r.find::<Camera>(id)?;
                match &camera {
                    Some(c) => sources.insert(*id, wanted(r, c)?),
                    None => sources.remove(id),
                };
                self.follow_record(r, *id, camera.as_ref())?;
                founding.extend(self.grants_of(*id, camera.as_ref()));
                left.extend(camera.as_ref().is_none_or(|c| c.facts.police).then_some(*id));
                found.push((*id, camera));
            }
            Ok(())
        })?;
        match found.len() {
            0 | 1 => found.into_iter().for_each(|(id, camera)| catalogue.set(id, camera)),
            _ => catalogue.set_many(found),
        }
        drop(catalogue);
        if streams {
            self.wanted.send_replace(Arc::new(sources.values().cloned().collect()));
        }
        drop(sources);
        if !founding.is_empty() {
            self.refresh_grants(&founding)?;
        }
        self.follow_lists(&left)?;
        self.tell();
        Ok(())
    }

    /// What should be running. For the roof's reconciler only: it holds passwords.
    pub fn wanted_sources(&self) -> watch::Receiver<Arc<Vec<WantedSource>>> {
        self.wanted.subscribe()
    }

    /// Codes of all cameras, for the node's own use (events, figures).
    pub fn camera_codes(&self) -> HashMap<CameraId, String> {
        self.catalogue.read().unwrap_or_else(PoisonError::into_inner).codes()
    }

    /// The camera of that code (any case) or id.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn camera(&self, caller: &Caller, named: &str) -> Result<Camera, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let eyes = self.eyes(caller);
        self.camera_named(named).filter(|c| eyes.sees(c)).ok_or(OpsError::NotFound("camera"))
    }

    pub(crate) fn prefix(&self, area: Option<&str>) -> String {
        let (policy, book) = (&self.policy.code_prefix, self.registers());
        // An area of the register counts by its code, however it was written.
        let known = area.and_then(|text| book.area_by(text).ok()).and_then(|id| book.area(id));
        let area = known.map_or_else(|| area.unwrap_or("").to_owned(), |a| a.code.clone());
        let of_area = NodeRecord { area, ..NodeRecord::default() }.code_prefix(policy);
        if of_area == *policy { self.node_record().code_prefix(policy) } else { of_area }
    }

    /// The code that a new camera of that area would get.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn next_code(&self, caller: &Caller, area: Option<&str>) -> Result<String, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let prefix = self.prefix(area);
        Ok(self.catalogue.read().unwrap_or_else(PoisonError::into_inner).next_code(&prefix))
    }

    /// Adds a camera; without a code it gets the next free one.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] with every field at fault, [`OpsError::Taken`] naming the camera that has the code,
    /// [`OpsError::Full`].
    pub fn register_camera(&self, caller: &Caller, draft: CameraDraft) -> Result<Camera, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let registration = camera_edit::decide_register(&draft, &self.lexicon())?;
        let area = registration.area_id.map(|id| id.to_string()).or_else(|| registration.area.clone());
        let prefix = self.prefix(area.as_deref());
        for attempt in 1.. {
            let code = match &registration.code {
                Some(code) => code.clone(),
                None => self.catalogue.write().unwrap_or_else(PoisonError::into_inner).take_code(&prefix),
            };
            match self.register_as(caller, registration.clone(), code) {
                Err(OpsError::Taken { .. }) if registration.code.is_none() && attempt < CODE_ATTEMPTS => {}
                Err(e) => return Err(e),
                Ok(camera) => {
                    self.refresh_camera(camera.id, true)?;
                    return Ok(camera);
                }
            }
        }
        Err(OpsError::Inner("no free code".to_owned()))
    }

    fn register_as(&self, caller: &Caller, reg: Registration, code: String) -> Result<Camera, OpsError> {
        if self.catalogue.read().unwrap_or_else(PoisonError::into_inner).len() >= limits::CAMERAS_MAX {
            let max = limits::CAMERAS_MAX;
            return Err(OpsError::Full(Said::new(
                format!("Nút đã có {max} camera, là mức tối đa."),
                format!("The node has {max} cameras, which is the most it takes."),
            )));
        }
        let (ms, random) = secrets::id_parts(self.clock.now())?;
        let id = CameraId::from_parts(ms, random);
        let ops = self.clone();
        self.act(caller, Act::EditCameras, move |w, caller| {
            camera_writes::add(&ops, w, &ops.eyes(&caller), reg, (id, code), None)
        })
    }

    /// Changes a camera, if nobody else has since `expected_revision`.
    ///
    /// # Errors
    /// [`OpsError::Changed`], [`OpsError::Invalid`], [`OpsError::Taken`], [`OpsError::NotFound`].
    pub fn change_camera(
        &self,
        caller: &Caller,
        id: CameraId,
        patch: CameraPatch,
        expected_revision: u64,
    ) -> Result<Camera, OpsError> {
        let (lexicon, ops) = (self.lexicon(), self.clone());
        let (camera, streams) = self.act_on(caller, Act::EditCameras, id, move |w, eyes, old| {
            if old.revision != expected_revision {
                return Err(OpsError::Changed { expected: expected_revision, found: old.revision });
            }
            let change = camera_edit::decide_change(&old, &patch, &lexicon)?;
            if change.changes.is_empty() {
                return Ok((old, false));
            }
            camera_writes::change(&ops, w, &eyes, &old, change, None)
        })?;
        self.refresh_camera(id, streams)?;
        Ok(camera)
    }

    /// Removes a camera, its password and every view of it. `confirm_name` must be its name.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] for another name, [`OpsError::NotFound`].
    pub fn remove_camera(&self, caller: &Caller, id: CameraId, confirm_name: &str) -> Result<Camera, OpsError> {
        let typed = text::optional_name("confirm_name", confirm_name)?.unwrap_or_default();
        let camera = self.act_on(caller, Act::RemoveCameras, id, move |w, eyes, camera| {
            if typed != camera.name {
                let said = Said::new(
                    "Để gỡ bỏ, hãy gõ đúng tên của camera này.",
                    "To remove it, type the name of this camera exactly.",
                );
                return Err(FieldFault::new("confirm_name", said).into());
            }
            camera_writes::remove(w, &eyes, &camera, None)?;
            Ok(camera)
        })?;
        lock(&self.leases).withdraw(|held| held.guard.camera == id);
        self.refresh_camera(id, true)?;
        Ok(camera)
    }
}
