//! What has been given, as far as it concerns a caller: the register of rights (A7.5), and why somebody may or may not.
//!
//! Not here: the verbs (`grants`), what has been asked for (`request_list`).

use crate::catalogue::Page;
use crate::grants::{concerns, may_end, named_by, paper_text};
use crate::{Caller, Eyes, Ops, OpsError};
use base::{AreaId, CameraId, CameraListId, DocumentId, GrantId, Said, limits};
use domain::grant::Touched;
use domain::standing::{Given, stands};
use domain::{
    Account, Act, Camera, FieldFault, Grant, Holder, ListedAs, Reach, Right, Role, Scope, StoredFile, giving, presets,
};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use store::ReadTx;

/// Where a grant stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantState {
    /// In force, but for shifts.
    Current,
    /// In force, and ends within the days of the policy.
    Expiring,
    /// Not yet begun.
    Coming,
    /// Waits for the second person.
    AwaitsSecond,
    /// Ended by somebody, or with what it rested on.
    Ended,
    /// Has run out.
    Expired,
}

impl GrantState {
    /// All, in the order of the filter.
    pub const ALL: [GrantState; 6] = [
        GrantState::Current,
        GrantState::Expiring,
        GrantState::Coming,
        GrantState::AwaitsSecond,
        GrantState::Ended,
        GrantState::Expired,
    ];
    /// Stable name, in addresses and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            GrantState::Current => "current",
            GrantState::Expiring => "expiring",
            GrantState::Coming => "coming",
            GrantState::AwaitsSecond => "awaits_second",
            GrantState::Ended => "ended",
            GrantState::Expired => "expired",
        }
    }
    /// Reads [`GrantState::as_str`].
    pub fn parse(s: &str) -> Option<GrantState> {
        GrantState::ALL.into_iter().find(|g| g.as_str() == s)
    }
}

/// Which grants are wanted. What is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct GrantFilter {
    /// Words in the holder's name or in the purpose, without diacritics.
    pub q: Option<String>,
    /// Of this holder.
    pub holder: Option<Holder>,
    /// That hold this camera: code or id.
    pub camera: Option<String>,
    /// With this act.
    pub act: Option<Act>,
    /// In this state; `None`: all that have not ended.
    pub state: Option<GrantState>,
    /// Ended ones too, if no state is asked for.
    pub ended_too: bool,
    /// That name this list of cameras.
    pub list: Option<CameraListId>,
    /// Only those that handovers of areas have touched since they were given.
    pub handed_over: bool,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Rows.
    pub limit: usize,
}

/// A grant with what is told of it.
#[derive(Clone, Debug)]
pub struct GrantInfo {
    /// The record.
    pub grant: Arc<Grant>,
    /// Where it stands.
    pub state: GrantState,
    /// The holder's name.
    pub holder: String,
    /// The giver's name.
    pub given_by: String,
    /// The second person's name.
    pub confirmed_by: Option<String>,
    /// Who ended it, if somebody did.
    pub ended_by: Option<String>,
    /// The paper, in one line.
    pub document: Option<String>,
    /// The paper's file, if the caller may open it: `DocumentId` and what it is.
    pub file: Option<(DocumentId, StoredFile)>,
    /// Cameras that it names, as far as these eyes see them: id, code, name.
    pub cameras: Vec<(CameraId, String, String)>,
    /// Named cameras that these eyes do not see.
    pub unseen: usize,
    /// Cameras that it held and that a handover of areas has taken to another area since.
    pub lost: usize,
    /// Cameras that a handover has brought into its areas since, and that it does not hold.
    pub withheld: usize,
    /// The lists of cameras that it names, and how many cameras of each it holds.
    pub lists: Vec<GrantList>,
    /// Areas of its scope as they are called now, and those to which its cameras have gone: for giving it anew.
    pub areas_now: Vec<AreaId>,
    /// May the caller end it?
    pub may_end: bool,
    /// May the caller confirm it as the second person?
    pub may_confirm: bool,
}

/// A list of cameras that a grant names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantList {
    /// Which.
    pub id: CameraListId,
    /// Its name; its id if it is gone.
    pub name: String,
    /// Cameras on it that the grant holds, as far as these eyes see them.
    pub cameras: usize,
    /// Cameras that came onto it after the grant was given and that the grant does not hold, as far as these eyes see
    /// them: it must be given anew for them.
    pub later: usize,
}

/// Why somebody may do what to a camera, and what they may not.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The preset.
    pub role: Role,
    /// The own scope, in words.
    pub own_scope: Said,
    /// Is the camera in it?
    pub at_home: bool,
    /// For each act on cameras: how far the preset reaches, and the right there is now.
    pub acts: Vec<(Act, Reach, Option<Right>)>,
    /// The grants that hold the camera, in force or not.
    pub grants: Vec<GrantInfo>,
}

/// What handovers of areas have changed for a grant.
#[derive(Default)]
struct TouchedBy {
    lost: usize,
    withheld: usize,
    gone_to: Vec<AreaId>,
}

/// What is on these lists, as far as some eyes see it.
type ByLists = HashMap<Vec<ListedAs>, Vec<Camera>>;

/// As [`named_by`], for many scopes: many name the same few lists, and what is on them is looked up once.
fn named_once(r: &ReadTx<'_>, eyes: &Eyes, scope: &Scope, known: &mut ByLists) -> Result<Vec<Camera>, OpsError> {
    if scope.lists.is_empty() || !scope.cameras.is_empty() {
        return named_by(r, eyes, scope);
    }
    if let Some(cameras) = known.get(&scope.lists) {
        return Ok(cameras.clone());
    }
    let cameras = named_by(r, eyes, scope)?;
    known.insert(scope.lists.clone(), cameras.clone());
    Ok(cameras)
}

impl TouchedBy {
    fn any(&self) -> bool {
        self.lost + self.withheld > 0
    }
}

impl Ops {
    /// Where a grant stands now.
    pub fn grant_state(&self, grant: &Grant) -> GrantState {
        let now = self.clock.now();
        let soon = now.plus(Duration::from_secs(u64::from(self.policy.sharing.warn_days) * 86_400));
        match (&grant.ended, grant.times.until) {
            (Some(end), Some(until)) if end.at >= until => GrantState::Expired,
            (Some(_), _) => GrantState::Ended,
            (None, Some(until)) if until <= now => GrantState::Expired,
            (None, _) if grant.awaits_second => GrantState::AwaitsSecond,
            (None, _) if grant.times.from.is_some_and(|from| now < from) => GrantState::Coming,
            (None, Some(until)) if until <= soon => GrantState::Expiring,
            (None, _) => GrantState::Current,
        }
    }

    /// The grants that concern the caller, newest first.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::Invalid`] for a foreign cursor.
    pub fn list_grants(&self, caller: &Caller, filter: &GrantFilter) -> Result<Page<GrantInfo>, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        let eyes = self.eyes(caller);
        let camera = match filter.camera.as_deref().map(str::trim).filter(|c| !c.is_empty()) {
            Some(named) => match self.camera_named(named).filter(|c| eyes.sees(c)) {
                Some(camera) => Some(camera),
                None => return Ok(Page { items: Vec::new(), next: None, total: 0, from: 0, facets: None }),
            },
            None => None,
        };
        let after = filter.cursor.as_deref().map(str::parse::<GrantId>).transpose().map_err(|()| foreign_cursor())?;
        let mut all: Vec<Arc<Grant>> = self.rights.grants(|g| match filter.holder {
            Some(holder) => g.of(holder).cloned().collect(),
            None => g.all().cloned().collect(),
        });
        let wanted_state = |g: &Grant| match (filter.state, self.grant_state(g)) {
            (Some(wanted), state) => wanted == state,
            (None, GrantState::Ended | GrantState::Expired) => filter.ended_too,
            (None, _) => true,
        };
        let trees = eyes.standing().trees();
        all.retain(|g| {
            filter.act.is_none_or(|act| g.acts.contains(&act))
                && filter.list.is_none_or(|id| g.scope.lists.iter().any(|l| l.list == id))
                && camera.as_ref().is_none_or(|c| g.holds(c, trees))
                && wanted_state(g)
        });
        if filter.handed_over {
            let touched = self.touched_by_handovers(&all, &eyes);
            let mut keep = touched.iter().map(|t| t.any());
            all.retain(|g| keep.next().unwrap_or(false) && g.ended.is_none());
        }
        let fits = self.words_of_grants(filter.q.as_deref().unwrap_or_default())?;
        all.sort_by_key(|g| std::cmp::Reverse((g.given_at, g.id)));
        let seen: Vec<Arc<Grant>> = self.read(|r| {
            let (mut seen, mut known) = (Vec::new(), ByLists::new());
            for g in all.into_iter().filter(|g| fits(g)) {
                if concerns(&eyes, &g, &named_once(r, &eyes, &g.scope, &mut known)?) {
                    seen.push(g);
                }
            }
            Ok::<_, OpsError>(seen)
        })?;
        let total = seen.len();
        let start = match after {
            Some(id) => seen.iter().position(|g| g.id == id).map(|n| n + 1).ok_or_else(foreign_cursor)?,
            None => 0,
        };
        let limit = filter.limit.clamp(1, limits::PAGE_ROWS_MAX);
        let rows: Vec<_> = seen.into_iter().skip(start).take(limit).collect();
        let next = rows.last().filter(|_| start + rows.len() < total).map(|g| g.id.to_string());
        let from = if rows.is_empty() { 0 } else { start + 1 };
        let items = self.told_of_all(&eyes, rows)?;
        Ok(Page { items, next, total, from, facets: None })
    }

    /// Does a grant have all these words in its holder's name or purpose?
    fn words_of_grants(&self, q: &str) -> Result<impl Fn(&Grant) -> bool + use<>, OpsError> {
        let words: Vec<String> =
            domain::text::fold(q).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        let (book, ops) = (self.registers(), self.clone());
        Ok(move |grant: &Grant| {
            if words.is_empty() {
                return true;
            }
            let holder = match grant.holder {
                Holder::Unit(unit) => book.unit_name(unit).to_owned(),
                Holder::Account(id) => ops.account_name(id).unwrap_or_default(),
            };
            let text = domain::text::fold(&format!("{holder} {}", grant.purpose));
            words.iter().all(|w| text.contains(w.as_str()))
        })
    }

    pub(crate) fn account_name(&self, id: base::AccountId) -> Result<String, OpsError> {
        if id == Caller::system().account.id {
            return Ok("system".to_owned());
        }
        let account = self.read(|r| Ok::<_, OpsError>(r.find::<Account>(&id)?))?;
        Ok(account
            .map(|a| if a.display_name.is_empty() { a.name } else { a.display_name })
            .unwrap_or_else(|| id.to_string()))
    }

    /// The account of that sign-in name or id, for naming a holder.
    pub fn account_named(&self, text: &str) -> Option<base::AccountId> {
        let found = self.read(|r| {
            Ok::<_, OpsError>(match text.parse::<base::AccountId>() {
                Ok(id) => r.find::<Account>(&id)?,
                Err(()) => r.find_by::<Account>("name", &store::caseless(text))?,
            })
        });
        found.ok().flatten().map(|a| a.id)
    }

    /// Names of units and, for who manages accounts, of people, to suggest as holders; at most
    /// [`limits::PAGE_ROWS_MAX`] of each.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn holder_suggestions(&self, caller: &Caller) -> Result<Vec<String>, OpsError> {
        self.authorise(caller, Act::Share)?;
        let book = self.registers();
        let units = book.units().filter(|u| u.active(book.day())).map(|u| format!("{} ({})", u.name, u.code));
        let mut all: Vec<String> = units.take(limits::PAGE_ROWS_MAX).collect();
        if caller.decide(Act::ManageAccounts).allowed() {
            let filter = crate::AccountFilter { limit: limits::PAGE_ROWS_MAX, ..Default::default() };
            let people = self.list_accounts(caller, &filter)?.items;
            all.extend(people.into_iter().map(|i| format!("{} ({})", i.account.display_name, i.account.name)));
        }
        Ok(all)
    }

    /// For people.
    pub fn holder_name(&self, holder: Holder) -> Result<String, OpsError> {
        match holder {
            Holder::Account(id) => self.account_name(id),
            Holder::Unit(id) => Ok(self.registers().unit_name(id).to_owned()),
        }
    }

    /// What handovers of areas have changed for each of these grants.
    fn touched_by_handovers(&self, grants: &[Arc<Grant>], eyes: &Eyes) -> Vec<TouchedBy> {
        let mut all: Vec<TouchedBy> = grants.iter().map(|_| TouchedBy::default()).collect();
        let by_area = |g: &Grant| !g.scope.areas.is_empty() || g.within.as_ref().is_some_and(|w| !w.areas.is_empty());
        let trees = eyes.standing().trees();
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        for camera in catalogue.cameras().filter(|c| !c.facts.handed_over.is_empty()) {
            for (grant, touched) in grants.iter().zip(&mut all).filter(|(g, _)| by_area(g)) {
                match grant.touched(camera, trees) {
                    Some(Touched::Lost) => {
                        touched.lost += 1;
                        touched.gone_to.extend(camera.area_id.filter(|to| !touched.gone_to.contains(to)));
                    }
                    Some(Touched::Withheld) => touched.withheld += 1,
                    None => {}
                }
            }
        }
        all
    }

    fn told_of_all(&self, eyes: &Eyes, grants: Vec<Arc<Grant>>) -> Result<Vec<GrantInfo>, OpsError> {
        let touched = self.touched_by_handovers(&grants, eyes);
        grants.into_iter().zip(touched).map(|(grant, touched)| self.told_of(eyes, grant, touched)).collect()
    }

    fn told_of(&self, eyes: &Eyes, grant: Arc<Grant>, touched: TouchedBy) -> Result<GrantInfo, OpsError> {
        let cameras = self.read(|r| named_by(r, eyes, &grant.scope))?;
        let me = eyes.caller();
        let state = self.grant_state(&grant);
        let open = !matches!(state, GrantState::Ended | GrantState::Expired);
        let may_confirm = state == GrantState::AwaitsSecond
            && me.decide(Act::Share).allowed()
            && giving::decide_confirm(
                &grant,
                (me.account.id, me.account.unit_id),
                eyes.standing(),
                &cameras,
                eyes.now(),
            )
            .is_ok();
        let (document, file) = self.paper_told(eyes, grant.document)?;
        let may_end = open && !grant.founding && may_end(eyes, &grant, &cameras);
        let own = cameras.into_iter().filter(|c| grant.scope.cameras.contains(&c.id));
        let own: Vec<_> = own.map(|c| (c.id, c.code, c.name)).collect();
        let by_hand = grant.ended.as_ref().filter(|_| state == GrantState::Ended);
        Ok(GrantInfo {
            state,
            holder: self.holder_name(grant.holder)?,
            given_by: self.account_name(grant.given_by)?,
            confirmed_by: grant.confirmed_by.map(|id| self.account_name(id)).transpose()?,
            ended_by: by_hand.map(|end| self.account_name(end.by)).transpose()?,
            document,
            file,
            unseen: grant.scope.cameras.len().saturating_sub(own.len()),
            lists: self.lists_told(eyes, &grant),
            areas_now: self.areas_now(&grant, &touched),
            lost: if open { touched.lost } else { 0 },
            withheld: if open { touched.withheld } else { 0 },
            may_end,
            may_confirm,
            cameras: own,
            grant,
        })
    }

    /// One grant that concerns the caller.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn grant(&self, caller: &Caller, id: GrantId) -> Result<GrantInfo, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        let eyes = self.eyes(caller);
        let (grant, _) = self.read(|r| self.grant_for(r, &eyes, id))?;
        self.told_of_all(&eyes, vec![Arc::new(grant)])?.pop().ok_or(OpsError::NotFound("grant"))
    }

    /// The lists of cameras that a grant names, with how much of them it holds.
    fn lists_told(&self, eyes: &Eyes, grant: &Grant) -> Vec<GrantList> {
        let trees = eyes.standing().trees();
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let of_list = |l: &ListedAs| {
            let (mut cameras, mut later) = (0, 0);
            for on in trees.on_list(l.list).unwrap_or_default() {
                match catalogue.camera(on.camera) {
                    Some(c) if !eyes.sees(c) => {}
                    Some(c) if grant.holds(c, trees) => cameras += 1,
                    Some(_) if grant.scope.listed_later(on.camera, trees) => later += 1,
                    _ => {}
                }
            }
            let name = self.rights.lists(|all| all.get(&l.list).map(|l| l.name.clone()));
            GrantList { id: l.list, name: name.unwrap_or_else(|| l.list.to_string()), cameras, later }
        };
        grant.scope.lists.iter().map(of_list).collect()
    }

    /// The areas by which a grant would be given today.
    fn areas_now(&self, grant: &Grant, touched: &TouchedBy) -> Vec<AreaId> {
        let book = self.registers();
        let mut now: Vec<AreaId> = Vec::new();
        for area in grant.scope.areas.iter().flat_map(|a| book.area_now(*a)).chain(touched.gone_to.iter().copied()) {
            if !now.contains(&area) {
                now.push(area);
            }
        }
        now
    }

    /// A holder as a form takes it: `Lan Trần (lan)`, `UBND Quận 1 (Q1)`.
    ///
    /// # Errors
    /// The store fails.
    pub fn holder_text(&self, holder: Holder) -> Result<String, OpsError> {
        Ok(match holder {
            Holder::Unit(id) => {
                self.registers().unit(id).map(|u| format!("{} ({})", u.name, u.code)).unwrap_or_default()
            }
            Holder::Account(id) => {
                let account = self.read(|r| Ok::<_, OpsError>(r.find::<Account>(&id)?))?;
                account.map(|a| format!("{} ({})", a.display_name, a.name)).unwrap_or_default()
            }
        })
    }

    /// What the caller may do to that camera, and why.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn explain(&self, caller: &Caller, camera: &Camera) -> Result<Explained, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        let eyes = self.eyes(caller);
        if !eyes.sees(camera) {
            return Err(OpsError::NotFound("camera"));
        }
        let role = caller.account.role;
        let about: Vec<Given> = eyes.standing().about(camera).cloned().collect();
        Ok(Explained {
            role,
            own_scope: presets::of(role).home.said(),
            at_home: eyes.at_home(camera),
            acts: Act::ON_CAMERAS.map(|act| (act, presets::reach(role, act), eyes.right(act, camera))).to_vec(),
            grants: self.told_of_all(&eyes, about.into_iter().map(|g| g.grant).collect())?,
        })
    }

    /// Who has been given rights on that camera, now or to come: for those who may share it.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn grants_on(&self, caller: &Caller, camera: &Camera) -> Result<Vec<GrantInfo>, OpsError> {
        self.authorise_on(caller, Act::Share, camera)?;
        let eyes = self.eyes(caller);
        let (now, trees) = (eyes.now(), eyes.standing().trees());
        let holds = |g: &Grant| {
            (stands(g) || (g.awaits_second && g.ended.is_none())) && !g.times.over(now) && g.holds(camera, trees)
        };
        let mut all: Vec<_> = self.rights.grants(|g| g.all().filter(|g| holds(g)).cloned().collect());
        all.sort_by_key(|g| std::cmp::Reverse((g.given_at, g.id)));
        all.truncate(limits::PAGE_ROWS_MAX);
        self.told_of_all(&eyes, all)
    }

    /// The papers that could be a written consent (A10.3) and that the caller may read, newest first, at most
    /// [`limits::PAGE_ROWS_MAX`].
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn consents(&self, caller: &Caller) -> Result<Vec<(DocumentId, String)>, OpsError> {
        self.authorise(caller, Act::Share)?;
        let book = self.registers();
        let mut all = self.read(|r| Ok::<_, OpsError>(r.range::<domain::Document>(..)?))?;
        all.retain(|d| crate::grants::is_consent(&book, d));
        all.sort_by_key(|d| std::cmp::Reverse((d.added_at, d.id)));
        let (eyes, mut requests, mut theirs) = (self.eyes(caller), None, Vec::new());
        self.read(|r| {
            for d in all {
                if theirs.len() >= limits::PAGE_ROWS_MAX {
                    break;
                }
                if self.readable(r, &eyes, &d, &mut requests)? {
                    theirs.push((d.id, paper_text(&d)));
                }
            }
            Ok::<_, OpsError>(theirs)
        })
    }
}

pub(crate) fn foreign_cursor() -> FieldFault {
    FieldFault::new(
        "cursor",
        Said::new("cursor không phải của danh sách này.", "This cursor does not belong to this list."),
    )
}
