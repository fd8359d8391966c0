//! Cameras: adding, changing, removing, listing; and the streams that should be running.

use crate::catalogue::{CameraFilter, Page};
use crate::office::{entry, lock};
use crate::{Caller, Ops, OpsError, secrets};
use base::{CameraId, Said, Secret, limits};
use domain::{
    Act, AuditDraft, Camera, CameraDraft, CameraPatch, Extra, FieldFault, NodeRecord, PasswordChange, Registration,
    Subject, Transport, audit, camera, text,
};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use store::{ReadTx, SecretKey, caseless};
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
fn camera_password(id: CameraId) -> SecretKey {
    SecretKey::of::<Camera>(&id, "password")
}

fn on_camera(draft: AuditDraft, c: &Camera) -> AuditDraft {
    draft.on(Subject::new("camera", c.id, format!("{} {}", c.code, c.name)))
}

fn taken(other: &Camera) -> OpsError {
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
            for c in r.range::<Camera>(..)? {
                sources.insert(c.id, wanted(r, &c)?);
                catalogue.set(c.id, Some(c));
            }
            Ok(())
        })?;
        self.wanted.send_replace(Arc::new(sources.values().cloned().collect()));
        Ok(())
    }

    /// After a commit: memory says what the store says. Reading under the locks makes the last one right, whoever's
    /// commit came last.
    fn refresh_camera(&self, id: CameraId, streams: bool) -> Result<(), OpsError> {
        let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        let mut sources = lock(&self.sources);
        self.read(|r| {
            let found = r.find::<Camera>(&id)?;
            match &found {
                Some(c) => sources.insert(id, wanted(r, c)?),
                None => sources.remove(&id),
            };
            catalogue.set(id, found);
            Ok(())
        })?;
        drop(catalogue);
        if streams {
            self.wanted.send_replace(Arc::new(sources.values().cloned().collect()));
        }
        drop(sources);
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
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let found = match named.parse::<CameraId>() {
            Ok(id) => catalogue.by_id(id),
            Err(()) => catalogue.by_code(named),
        };
        found.ok_or(OpsError::NotFound("camera"))
    }

    /// A page of the catalogue.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] for a foreign cursor.
    pub fn list_cameras(&self, caller: &Caller, filter: &CameraFilter) -> Result<Page<Camera>, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.list(filter).map_err(|()| {
            let said = Said::new("cursor không phải của danh sách này.", "This cursor does not belong to this list.");
            FieldFault::new("cursor", said).into()
        })
    }

    /// Areas and units that occur.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn places(&self, caller: &Caller) -> Result<(Vec<String>, Vec<String>), OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        Ok(self.catalogue.read().unwrap_or_else(PoisonError::into_inner).places())
    }

    fn prefix(&self, area: Option<&str>) -> String {
        let policy = &self.policy.code_prefix;
        let of_area = NodeRecord { area: area.unwrap_or("").to_owned(), ..NodeRecord::default() }.code_prefix(policy);
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
        let registration = camera::decide_register(&draft)?;
        let prefix = self.prefix(registration.area.as_deref());
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
        let now = self.clock.now();
        let (ms, random) = secrets::id_parts(now)?;
        let camera = Camera {
            id: CameraId::from_parts(ms, random),
            code,
            name: reg.name,
            area: reg.area,
            unit: reg.unit,
            main_url: reg.main_url,
            sub_url: reg.sub_url,
            username: reg.username,
            has_password: reg.password.is_some(),
            transport: reg.transport,
            created_at: now,
            changed_at: now,
            revision: 1,
            extra: Extra::new(),
        };
        self.act(caller, Act::EditCameras, move |w, caller| {
            if let Some(other) = w.find_by::<Camera>("code", &caseless(&camera.code))? {
                return Err(taken(&other));
            }
            let mut e = on_camera(entry(&caller, audit::CAMERA_ADDED), &camera)
                .fact("main_url", camera.main_url.as_str())
                .fact("transport", camera.transport.as_str());
            let more = [
                ("sub_url", &camera.sub_url),
                ("area", &camera.area),
                ("unit", &camera.unit),
                ("username", &camera.username),
            ];
            for (field, value) in more {
                if let Some(value) = value {
                    e = e.fact(field, value.as_str());
                }
            }
            if camera.has_password {
                e = e.fact("password", "set");
            }
            w.audit(e)?;
            w.put(&camera.clone())?;
            if let Some(password) = &reg.password {
                w.seal(&camera_password(camera.id), password)?;
            }
            Ok(camera)
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
        let (camera, streams) = self.act(caller, Act::EditCameras, move |w, caller| {
            let Some(old) = w.find::<Camera>(&id)? else { return Err(OpsError::NotFound("camera")) };
            if old.revision != expected_revision {
                return Err(OpsError::Changed { expected: expected_revision, found: old.revision });
            }
            let change = camera::decide_change(&old, &patch)?;
            if change.facts.is_empty() {
                return Ok((old, false));
            }
            let mut new = change.camera;
            if let Some(other) = w.find_by::<Camera>("code", &caseless(&new.code))?
                && other.id != id
            {
                return Err(taken(&other));
            }
            new.revision = old.revision.saturating_add(1);
            new.changed_at = w.now();
            let mut e = on_camera(entry(&caller, audit::CAMERA_CHANGED), &new);
            for (field, fact) in change.facts {
                e = e.fact(field, fact);
            }
            w.audit(e)?;
            w.put(&new.clone())?;
            let mut streams = true;
            match change.password {
                PasswordChange::Set(p) => w.seal(&camera_password(id), &p)?,
                PasswordChange::Forget => w.unset_secret(&camera_password(id))?,
                PasswordChange::Keep => {
                    streams = (&old.main_url, &old.sub_url, &old.username, old.transport)
                        != (&new.main_url, &new.sub_url, &new.username, new.transport);
                }
            }
            Ok((new, streams))
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
        let camera = self.act(caller, Act::RemoveCameras, move |w, caller| {
            let Some(camera) = w.find::<Camera>(&id)? else { return Err(OpsError::NotFound("camera")) };
            if typed != camera.name {
                let said = Said::new(
                    "Để gỡ bỏ, hãy gõ đúng tên của camera này.",
                    "To remove it, type the name of this camera exactly.",
                );
                return Err(FieldFault::new("confirm_name", said).into());
            }
            w.remove::<Camera>(&id)?;
            w.audit(
                on_camera(entry(&caller, audit::CAMERA_REMOVED), &camera).fact("main_url", camera.main_url.as_str()),
            )?;
            Ok(camera)
        })?;
        lock(&self.leases).withdraw(|held| held.guard.camera == id);
        self.refresh_camera(id, true)?;
        Ok(camera)
    }
}
