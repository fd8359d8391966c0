//! What a caller may do with which camera: the question that every verb, list and outlet asks.
//!
//! [`Eyes`] is a caller's standing within the limit of its token, at one moment. A camera that they do not see does not
//! exist for the caller ([`OpsError::NotFound`]); a right that is missing on one they see is a refusal that names its rule.
//! Not here: the rule (`domain::standing`), the grants in memory (`rights_book`).

use crate::caller::By;
use crate::catalogue::Catalogue;
use crate::office::still_good;
use crate::sight::Sight;
use crate::{Caller, Ops, OpsError};
use base::{CameraId, Said, UnitId, WallTime};
use domain::standing::Own;
use domain::{Act, Camera, Refusal, Right, Standing, TokenLimit, giving};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use store::WriteTx;

/// What a caller sees and may do, at one moment.
#[derive(Clone, Debug)]
pub struct Eyes {
    caller: Caller,
    standing: Arc<Standing>,
    limit: Option<Arc<TokenLimit>>,
    now: WallTime,
    /// The node's own eyes for work whose result people read: police cameras are not there for them.
    plain: bool,
}

impl Eyes {
    /// Is there that camera, for these eyes?
    pub fn sees(&self, camera: &Camera) -> bool {
        if self.plain && camera.facts.police {
            return false;
        }
        self.caller.is_machine()
            || (self.within_limit(camera) && self.caller.barred.is_none() && self.standing.sees(camera, self.now))
    }

    /// The right to that act on that camera, if there is one.
    pub fn right(&self, act: Act, camera: &Camera) -> Option<Right> {
        if self.plain && camera.facts.police {
            return None;
        }
        if self.caller.is_machine() {
            return Some(Right { until: None, grant: None });
        }
        if self.caller.hindrance(act).is_some() || !self.within_limit(camera) {
            return None;
        }
        self.standing.right(act, camera, self.now)
    }

    /// May they do that to that camera?
    pub fn may(&self, act: Act, camera: &Camera) -> bool {
        self.right(act, camera).is_some()
    }

    /// Is the camera in their own scope?
    pub fn at_home(&self, camera: &Camera) -> bool {
        self.caller.is_machine() || self.standing.at_home(camera)
    }

    /// Do they see every camera that is not one of the police?
    pub fn see_the_whole_node(&self) -> bool {
        self.caller.is_machine()
            || (*self.standing.own() == Own::All && self.limit.as_ref().is_none_or(|l| l.scope.is_none()))
    }

    /// What it was put together from.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }
    /// At which moment.
    pub fn now(&self) -> WallTime {
        self.now
    }

    /// The right to that act on that camera.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] if they do not see it, [`OpsError::Refused`]; not yet on record.
    pub(crate) fn must(&self, act: Act, camera: &Camera) -> Result<Right, OpsError> {
        match self.right(act, camera) {
            Some(right) => Ok(right),
            None if self.sees(camera) => Err(OpsError::Refused(self.refusal(act))),
            None => Err(OpsError::NotFound("camera")),
        }
    }

    /// May they make that a camera's record? It must lie where they may edit. Recording it as one of the police does not
    /// need a grant that names it: nobody could have one yet.
    pub(crate) fn may_make(&self, camera: &Camera) -> Result<(), OpsError> {
        let mut plain = camera.clone();
        plain.facts.police = false;
        if self.may(Act::EditCameras, &plain) {
            return Ok(());
        }
        Err(OpsError::Refused(self.caller.hindrance(Act::EditCameras).unwrap_or_else(|| Refusal {
            article: Some("7"),
            said: Said::new(
                "Camera phải thuộc đơn vị hoặc địa bàn trong phạm vi của bạn.",
                "The camera must belong to a unit or area within your own scope.",
            ),
            who_can_help: Said::new(
                "Hãy chọn đơn vị của mình, hoặc đề nghị quản trị viên của nút điều chuyển camera.",
                "Choose your own unit, or ask the node's administrator to hand the camera over.",
            ),
        })))
    }

    /// A change of a camera's record must not give whoever makes it a right on the camera that they had not, or had for a
    /// time only: nobody moves a camera into their own scope.
    pub(crate) fn may_not_widen(&self, old: &Camera, new: &Camera) -> Result<(), OpsError> {
        let place = |c: &Camera| (c.unit_id, c.area_id, c.facts.police);
        if self.caller.is_machine() || (place(old) == place(new) && old.facts.purposes == new.facts.purposes) {
            return Ok(());
        }
        let gained = Act::ON_CAMERAS.iter().find(|act| match (self.right(**act, old), self.right(**act, new)) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(before), Some(after)) => after.lasts_longer_than(before),
        });
        let Some(act) = gained.map(|act| act.said()) else { return Ok(()) };
        Err(OpsError::Refused(Refusal {
            article: Some("12.3"),
            said: Said::new(
                format!("Thay đổi này sẽ cho chính bạn thêm quyền {} đối với camera, hoặc giữ quyền lâu hơn.", act.vi),
                format!("This change would give yourself the right to {} on the camera, or for longer.", act.en),
            ),
            who_can_help: Said::new(
                "Hãy nhờ đơn vị đang quản lý camera hoặc quản trị viên của nút thực hiện thay đổi này.",
                "Ask the unit that keeps the camera or the node's administrator to make this change.",
            ),
        }))
    }

    /// The unit whose cameras are their own scope, if it is a unit's.
    pub(crate) fn own_unit(&self) -> Option<UnitId> {
        let of_unit = domain::presets::of(self.caller.account.role).home == domain::Home::Units;
        self.caller.account.unit_id.filter(|_| of_unit && !self.caller.is_machine())
    }

    /// As they are, but the node's own do not see police cameras: for what an administrator will read (A7.4).
    pub(crate) fn for_people(self) -> Self {
        Self { plain: self.caller.is_machine(), ..self }
    }

    /// Whose they are.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    fn within_limit(&self, camera: &Camera) -> bool {
        let scope = self.limit.as_ref().and_then(|l| l.scope.as_ref());
        scope.is_none_or(|scope| scope.holds(camera, self.standing.trees()))
    }

    /// The refusal of that act on a camera that they see.
    pub fn refusal(&self, act: Act) -> Refusal {
        self.caller.hindrance(act).unwrap_or_else(|| giving::not_on_this_camera(self.caller.account.role, act))
    }
}

impl Ops {
    /// The caller's eyes at this moment.
    pub fn eyes(&self, caller: &Caller) -> Eyes {
        let now = self.clock.now();
        let standing = self.rights.standing(&caller.account, self.registers(), now);
        Eyes { caller: caller.clone(), standing, limit: caller.limit.clone(), now, plain: false }
    }

    /// What the caller sees of the catalogue: for lists.
    pub(crate) fn sight(&self, caller: &Caller, catalogue: &Catalogue) -> Sight<'static> {
        if caller.is_machine() {
            return Sight::All;
        }
        let eyes = self.eyes(caller);
        let limited = eyes.limit.as_ref().is_some_and(|l| l.scope.is_some());
        let token = if let (By::Token(id), true) = (caller.by, limited) { Some(id) } else { None };
        let beholder = (caller.account.id, token);
        Sight::Kept(self.rights.sight(beholder, &eyes.standing, catalogue, eyes.now, |c| eyes.sees(c)))
    }

    /// May the caller do that to that camera? A refusal is put on record.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] if these eyes do not see it, [`OpsError::Refused`].
    pub fn authorise_on(&self, caller: &Caller, act: Act, camera: &Camera) -> Result<Right, OpsError> {
        let eyes = self.eyes(caller);
        match eyes.right(act, camera) {
            Some(right) => Ok(right),
            None if eyes.sees(camera) => Err(self.refuse(caller, act, eyes.refusal(act))),
            None => Err(OpsError::NotFound("camera")),
        }
    }

    /// The camera of that code or id, if the caller may do that to it.
    ///
    /// # Errors
    /// As [`Ops::authorise_on`]; a camera that is not there and one that these eyes do not see are the same.
    pub fn camera_for(&self, caller: &Caller, act: Act, named: &str) -> Result<Camera, OpsError> {
        if let Some(refusal) = caller.hindrance(act) {
            return Err(self.refuse(caller, act, refusal));
        }
        let camera = self.camera_named(named).ok_or(OpsError::NotFound("camera"))?;
        let any_right_lets_it_be_seen = act == Act::SeeCatalogue && self.eyes(caller).sees(&camera);
        if !any_right_lets_it_be_seen {
            self.authorise_on(caller, act, &camera)?;
        }
        Ok(camera)
    }

    /// From memory, for all eyes: the caller of this decides who may know.
    pub(crate) fn camera_named(&self, named: &str) -> Option<Camera> {
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        match named.parse::<CameraId>() {
            Ok(id) => catalogue.by_id(id),
            Err(()) => catalogue.by_code(named),
        }
    }

    /// Does the caller see that camera now? For what is told as it happens.
    pub fn sees(&self, caller: &Caller, id: CameraId) -> bool {
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let Some(camera) = catalogue.camera(id) else { return false };
        self.eyes(caller).sees(camera)
    }

    /// Codes of the cameras that the caller sees.
    pub fn visible_codes(&self, caller: &Caller) -> HashMap<CameraId, String> {
        let eyes = self.eyes(caller);
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.cameras().filter(|c| eyes.sees(c)).map(|c| (c.id, c.code.clone())).collect()
    }

    /// Codes of all cameras but those of the police: for the node's own figures, which a monitoring program reads.
    pub fn figure_codes(&self) -> HashMap<CameraId, String> {
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.cameras().filter(|c| !c.facts.police).map(|c| (c.id, c.code.clone())).collect()
    }

    /// The caller as it stands now, without counting as a use; `None` if its sign-in or token has ended.
    ///
    /// # Errors
    /// The store fails.
    pub fn caller_again(&self, caller: &Caller) -> Result<Option<Caller>, OpsError> {
        let (theirs, now) = (caller.clone(), self.clock.now());
        match self.read(|r| still_good(r, now, theirs)) {
            Ok(caller) => Ok(Some(caller)),
            Err(OpsError::SignedOut) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// As [`Ops::act`], on a camera: it is found and the right decided within the transaction.
    pub(crate) fn act_on<T: Send + 'static>(
        &self,
        caller: &Caller,
        act: Act,
        id: CameraId,
        f: impl FnOnce(&mut WriteTx<'_>, Eyes, Camera) -> Result<T, OpsError> + Send + 'static,
    ) -> Result<T, OpsError> {
        let (ops, theirs) = (self.clone(), caller.clone());
        self.authorise(caller, act)?;
        let done = self.write(move |w| {
            let fresh = still_good(w, w.now(), theirs)?;
            let Some(camera) = w.find::<Camera>(&id)? else { return Err(OpsError::NotFound("camera")) };
            let eyes = ops.eyes(&fresh);
            eyes.must(act, &camera)?;
            f(w, eyes, camera)
        });
        self.on_record(caller, act, done)
    }
}
