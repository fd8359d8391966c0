//! Saved lists of cameras (danh sách camera): making, changing and removing them.
//!
//! A list belongs to the unit of whoever made it; those who may give rights there, or above it, keep it. Coming onto a list
//! gives nobody a right ([`domain::camera_list`]); leaving it takes rights away at once, so that whoever takes a camera off
//! must be one who may end every grant that holds it through the list. Not here: giving by a list (`grants`), what a scope
//! holds (`domain::scope`).

use crate::catalogue::Page;
use crate::grants::{changed, may_end, named, named_by};
use crate::office::entry;
use crate::sharing::{GrantInfo, foreign_cursor};
use crate::{Caller, Eyes, GrantFilter, Ops, OpsError, secrets};
use base::{CameraId, CameraListId, Said, UnitId, limits};
use domain::{
    Act, AuditDraft, Camera, CameraList, CameraListChange, Changes, Extra, FieldFault, Grant, Refusal, Scope, Subject,
    audit, text,
};
use std::collections::HashMap;
use std::sync::Arc;
use store::{ReadTx, WriteTx};

/// A list with what is told of it.
#[derive(Clone, Debug)]
pub struct CameraListInfo {
    /// The record.
    pub list: Arc<CameraList>,
    /// The unit that keeps it.
    pub unit: Option<String>,
    /// Who made it.
    pub made_by: String,
    /// Its cameras as far as these eyes see them: id, code, name; by code.
    pub cameras: Vec<(CameraId, String, String)>,
    /// Grants that name it and have not ended.
    pub resting: usize,
}

/// May these eyes keep the list?
fn keeps(eyes: &Eyes, unit: Option<UnitId>) -> bool {
    let own = eyes.caller().account.unit_id;
    let below = |unit: UnitId| own.is_some_and(|own| eyes.standing().trees().unit_within(unit, own));
    eyes.see_the_whole_node() || unit.is_some_and(below)
}

/// An entry about a list.
fn told(caller: &Caller, act: &str, list: &CameraList) -> AuditDraft {
    entry(caller, act).on(Subject::new("camera_list", list.id, list.name.as_str()))
}

fn with_cameras(mut e: AuditDraft, fact: &str, cameras: &[Camera]) -> AuditDraft {
    for c in cameras.iter().take(limits::AUDIT_SUBJECTS_MAX) {
        e = e.also(Subject::new("camera", c.id, format!("{} {}", c.code, c.name)));
    }
    if cameras.is_empty() {
        return e;
    }
    e.fact(fact, cameras.iter().map(|c| c.code.as_str()).collect::<Vec<_>>().join(", "))
}

/// What differs, but for the cameras: these are told by their codes.
fn differences(old: Option<&CameraList>, new: Option<&CameraList>) -> Changes {
    Changes::between(old, new).without(&["cameras"])
}

/// The grants that name the list and have not ended.
fn resting(ops: &Ops, id: CameraListId) -> Vec<Arc<Grant>> {
    let now = ops.clock.now();
    let open = |g: &&Arc<Grant>| g.ended.is_none() && !g.times.over(now) && g.scope.lists.iter().any(|l| l.list == id);
    ops.rights.grants(|all| all.all().filter(open).cloned().collect())
}

/// The scope with its lists as they stand for these eyes: what they know of them is what is meant.
pub(crate) fn as_they_stand(ops: &Ops, eyes: &Eyes, mut scope: Scope) -> Result<Scope, FieldFault> {
    let fault = |vi: String, en: String| FieldFault::new("scope", Said::new(vi, en));
    for named in &mut scope.lists {
        let list = ops.rights.lists(|all| all.get(&named.list).cloned()).filter(|l| keeps(eyes, l.unit));
        let (Some(list), Some(on)) = (list, eyes.standing().trees().on_list(named.list)) else {
            return Err(fault(
                format!("Không tìm thấy danh sách camera “{}”, hoặc danh sách không thuộc đơn vị của bạn.", named.list),
                format!("There is no list of cameras “{}”, or your unit does not keep it.", named.list),
            ));
        };
        named.revision = on.iter().map(|c| c.since).max().unwrap_or(0);
        if on.is_empty() {
            return Err(fault(
                format!("Danh sách “{}” chưa có camera nào.", list.name),
                format!("There is no camera on the list “{}”.", list.name),
            ));
        }
    }
    Ok(scope)
}

/// A list of that name that the same unit keeps already.
fn free(r: &ReadTx<'_>, list: &CameraList) -> Result<(), OpsError> {
    let name = text::fold(&list.name);
    let taken = r
        .range::<CameraList>(..)?
        .into_iter()
        .any(|other| other.id != list.id && other.unit == list.unit && text::fold(&other.name) == name);
    if !taken {
        return Ok(());
    }
    let said = Said::new(
        format!("Đã có danh sách “{}”. Hãy chọn tên khác, hoặc thêm camera vào danh sách đó.", list.name),
        format!("There is a list “{}” already. Choose another name, or add the cameras to that list.", list.name),
    );
    Err(FieldFault::new("name", said).into())
}

fn not_yours_to_narrow() -> Refusal {
    Refusal {
        article: Some("7.5"),
        said: Said::new(
            "Bỏ camera khỏi danh sách này sẽ lấy bớt một quyền mà bạn không có thẩm quyền kết thúc.",
            "Taking cameras off this list would take from a right that is not yours to end.",
        ),
        who_can_help: Said::new(
            "Hãy đề nghị người đã cấp quyền đó hoặc quản trị viên của nút.",
            "Ask whoever gave that right, or the node's administrator.",
        ),
    }
}

impl Ops {
    /// The lists that the caller may keep, by name. `q`: words in the name or the unit's, without diacritics.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::Invalid`] for a foreign cursor.
    pub fn camera_lists(
        &self,
        caller: &Caller,
        q: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<CameraListInfo>, OpsError> {
        self.authorise(caller, Act::Share)?;
        let (eyes, book) = (self.eyes(caller), self.registers());
        let words: Vec<String> = text::fold(q).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        let fits = |l: &CameraList| {
            let text = text::fold(&format!("{} {}", l.name, l.unit.map(|u| book.unit_name(u)).unwrap_or_default()));
            words.iter().all(|w| text.contains(w.as_str()))
        };
        let mut all = self.rights.lists(|l| l.values().cloned().collect::<Vec<_>>());
        all.retain(|l| keeps(&eyes, l.unit) && fits(l));
        all.sort_by_cached_key(|l| (text::fold(&l.name), l.id));
        let total = all.len();
        let after = cursor.map(str::parse::<CameraListId>).transpose().map_err(|()| foreign_cursor())?;
        let start = match after {
            Some(id) => all.iter().position(|l| l.id == id).map(|n| n + 1).ok_or_else(foreign_cursor)?,
            None => 0,
        };
        let rows: Vec<_> = all.into_iter().skip(start).take(limit.clamp(1, limits::PAGE_ROWS_MAX)).collect();
        let next = rows.last().filter(|_| start + rows.len() < total).map(|l| l.id.to_string());
        let from = if rows.is_empty() { 0 } else { start + 1 };
        let items = rows.into_iter().map(|l| self.told_of_list(&eyes, l)).collect::<Result<_, _>>()?;
        Ok(Page { items, next, total, from, facets: None })
    }

    fn told_of_list(&self, eyes: &Eyes, list: Arc<CameraList>) -> Result<CameraListInfo, OpsError> {
        let catalogue = self.catalogue.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let seen = list.cameras.iter().filter_map(|c| catalogue.camera(c.camera)).filter(|c| eyes.sees(c));
        let mut cameras: Vec<_> = seen.map(|c| (c.id, c.code.clone(), c.name.clone())).collect();
        drop(catalogue);
        cameras.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(CameraListInfo {
            unit: list.unit.map(|u| self.registers().unit_name(u).to_owned()),
            made_by: self.account_name(list.made_by)?,
            cameras,
            resting: resting(self, list.id).len(),
            list,
        })
    }

    /// One list that the caller may keep.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn camera_list(&self, caller: &Caller, id: CameraListId) -> Result<CameraListInfo, OpsError> {
        self.authorise(caller, Act::Share)?;
        let eyes = self.eyes(caller);
        let list = self.rights.lists(|all| all.get(&id).cloned()).filter(|l| keeps(&eyes, l.unit));
        self.told_of_list(&eyes, list.ok_or(OpsError::NotFound("camera_list"))?)
    }

    /// The list of that id or name, as the caller would name it.
    ///
    /// # Errors
    /// A fault of `scope`: there is none, or several of that name.
    pub fn camera_list_named(&self, caller: &Caller, named: &str) -> Result<CameraListId, OpsError> {
        let (eyes, named) = (self.eyes(caller), named.trim());
        let shares = caller.decide(Act::Share).allowed();
        let mut theirs = self.rights.lists(|all| all.values().cloned().collect::<Vec<_>>());
        theirs.retain(|l| shares && keeps(&eyes, l.unit));
        let found: Vec<_> = match named.parse::<CameraListId>() {
            Ok(id) => theirs.iter().filter(|l| l.id == id).collect(),
            Err(()) => theirs.iter().filter(|l| text::fold(&l.name) == text::fold(named)).collect(),
        };
        let shown: String = named.chars().take(60).collect();
        let said = match found.as_slice() {
            [one] => return Ok(one.id),
            [] => Said::new(
                format!("Không có danh sách camera “{shown}”."),
                format!("There is no list of cameras “{shown}”."),
            ),
            _ => Said::new(
                format!("Có nhiều danh sách camera tên “{shown}”. Hãy chọn theo mã định danh."),
                format!("Several lists of cameras are called “{shown}”. Choose by id."),
            ),
        };
        Err(FieldFault::new("scope", said).into())
    }

    /// The grants that rest on a list and concern the caller, newest first.
    ///
    /// # Errors
    /// As [`Ops::camera_list`].
    pub fn grants_on_list(&self, caller: &Caller, id: CameraListId) -> Result<Vec<GrantInfo>, OpsError> {
        self.camera_list(caller, id)?;
        let filter = GrantFilter { list: Some(id), limit: limits::PAGE_ROWS_MAX, ..GrantFilter::default() };
        Ok(self.list_grants(caller, &filter)?.items)
    }

    /// Makes a list of these cameras, for the caller's unit.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] with faults of `name` and `cameras`; [`OpsError::Full`], [`OpsError::Refused`].
    pub fn make_camera_list(
        &self,
        caller: &Caller,
        name: &str,
        cameras: &[CameraId],
    ) -> Result<CameraListInfo, OpsError> {
        let (ops, change) = (self.clone(), wish(Some(name), cameras, &[]));
        let id = self.act(caller, Act::Share, move |w, caller| {
            let eyes = ops.eyes(&caller);
            if w.range::<CameraList>(..)?.len() >= limits::CAMERA_LISTS_MAX {
                return Err(OpsError::Full(Said::new(
                    "Nút đã có số danh sách camera tối đa. Hãy xóa những danh sách không còn dùng.",
                    "The node has as many lists of cameras as it can keep. Remove those that are no longer used.",
                )));
            }
            if caller.account.unit_id.is_none() && !eyes.see_the_whole_node() {
                let said = Said::new(
                    "Tài khoản của bạn chưa thuộc đơn vị nào trong danh mục, nên chưa lưu được danh sách.",
                    "Your account belongs to no unit of the register, so that no list can be kept for you.",
                );
                return Err(FieldFault::new("name", said).into());
            }
            let (ms, random) = secrets::id_parts(w.now())?;
            let empty = CameraList {
                id: CameraListId::from_parts(ms, random),
                name: String::new(),
                unit: caller.account.unit_id,
                cameras: Vec::new(),
                made_by: caller.account.id,
                made_at: w.now(),
                changed_at: w.now(),
                revision: 0,
                extra: Extra::new(),
            };
            let come = named(w, &eyes, &change.add)?;
            let list = empty.changed(&change, &come, w.now()).map_err(OpsError::Invalid)?;
            free(w, &list)?;
            let e = told(&caller, audit::CAMERA_LIST_ADDED, &list).changes(differences(None, Some(&list)));
            w.audit(with_cameras(e, "added", &come))?;
            w.put(&list)?;
            Ok(list.id)
        })?;
        self.refresh_lists(&[id])?;
        self.camera_list(caller, id)
    }

    /// Changes a list: its name, and what is on it.
    ///
    /// # Errors
    /// As [`Ops::make_camera_list`]; [`OpsError::NotFound`], [`OpsError::Changed`]; [`OpsError::Refused`] for taking a camera
    /// off that a right holds which the caller may not end.
    pub fn change_camera_list(
        &self,
        caller: &Caller,
        id: CameraListId,
        expected: Option<u64>,
        change: CameraListChange,
    ) -> Result<CameraListInfo, OpsError> {
        let ops = self.clone();
        self.act(caller, Act::Share, move |w, caller| {
            let eyes = ops.eyes(&caller);
            let before = w.find::<CameraList>(&id)?.filter(|l| keeps(&eyes, l.unit));
            let before = before.ok_or(OpsError::NotFound("camera_list"))?;
            self::changed(expected, before.revision)?;
            let change = CameraListChange {
                add: change.add.into_iter().filter(|c| !before.has(*c)).collect(),
                remove: change.remove.into_iter().filter(|c| before.has(*c)).collect(),
                ..change
            };
            let come = named(w, &eyes, &change.add)?;
            // A camera that these eyes do not see is not on the list for them: it stays.
            let gone = named(w, &eyes, &change.remove)?;
            let change = CameraListChange { remove: gone.iter().map(|c| c.id).collect(), ..change };
            let list = before.changed(&change, &come, w.now()).map_err(OpsError::Invalid)?;
            if list.revision == before.revision {
                return Ok(());
            }
            free(w, &list)?;
            may_narrow(&ops, w, &eyes, &before, &change.remove)?;
            let e = told(&caller, audit::CAMERA_LIST_CHANGED, &list).changes(differences(Some(&before), Some(&list)));
            w.audit(with_cameras(with_cameras(e, "added", &come), "removed", &gone))?;
            w.put(&list)?;
            Ok(())
        })?;
        self.refresh_lists(&[id])?;
        self.camera_list(caller, id)
    }

    /// Removes a list that no right in force or to come rests on.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Changed`]; [`OpsError::Invalid`] while rights rest on it.
    pub fn remove_camera_list(&self, caller: &Caller, id: CameraListId, expected: Option<u64>) -> Result<(), OpsError> {
        let ops = self.clone();
        self.act(caller, Act::Share, move |w, caller| {
            let eyes = ops.eyes(&caller);
            let list = w.find::<CameraList>(&id)?.filter(|l| keeps(&eyes, l.unit));
            let list = list.ok_or(OpsError::NotFound("camera_list"))?;
            self::changed(expected, list.revision)?;
            let n = resting(&ops, id).len();
            if n > 0 {
                let said = Said::new(
                    format!("Còn {n} quyền được cấp theo danh sách này. Hãy kết thúc các quyền đó trước khi xóa."),
                    format!("{n} rights rest on this list. End them before you remove it."),
                );
                return Err(FieldFault::new("camera_list", said).into());
            }
            let e = told(&caller, audit::CAMERA_LIST_REMOVED, &list).changes(differences(Some(&list), None));
            let ids: Vec<CameraId> = list.cameras.iter().map(|c| c.camera).collect();
            w.audit(with_cameras(e, "removed", &named(w, &eyes, &ids)?))?;
            w.remove::<CameraList>(&id)?;
            Ok(())
        })?;
        self.refresh_lists(&[id])
    }

    /// Names of lists, for telling of scopes.
    pub fn camera_list_names(&self) -> HashMap<CameraListId, String> {
        self.rights.lists(|all| all.iter().map(|(id, l)| (*id, l.name.clone())).collect())
    }

    /// When the office opens: all lists into memory.
    pub(crate) fn load_lists(&self) -> Result<(), OpsError> {
        let all = self.read(|r| Ok::<_, OpsError>(r.range::<CameraList>(..)?))?;
        self.rights.set_lists(all.into_iter().map(|l| (l.id, Some(l))));
        Ok(())
    }

    /// After a commit: memory says what the store says, rights that are lost are withdrawn, watchers hear of it.
    pub(crate) fn refresh_lists(&self, ids: &[CameraListId]) -> Result<(), OpsError> {
        let found = self.read(|r| {
            ids.iter().map(|id| Ok((*id, r.find::<CameraList>(id)?))).collect::<Result<Vec<_>, OpsError>>()
        })?;
        self.rights.set_lists(found);
        self.withdraw_lost_rights()?;
        self.tell();
        Ok(())
    }

    /// After cameras have changed: memory follows if one of them has left its lists.
    pub(crate) fn follow_lists(&self, left: &[CameraId]) -> Result<(), OpsError> {
        let trees = self.trees();
        let mut lists: Vec<CameraListId> =
            left.iter().flat_map(|id| trees.lists_of(*id)).map(|(list, _)| *list).collect();
        lists.sort_unstable();
        lists.dedup();
        if lists.is_empty() { Ok(()) } else { self.refresh_lists(&lists) }
    }
}

fn wish(name: Option<&str>, add: &[CameraId], remove: &[CameraId]) -> CameraListChange {
    CameraListChange { name: name.map(str::to_owned), add: add.to_vec(), remove: remove.to_vec() }
}

/// Taking these cameras off takes from nobody what the caller may not end.
fn may_narrow(ops: &Ops, r: &ReadTx<'_>, eyes: &Eyes, list: &CameraList, gone: &[CameraId]) -> Result<(), OpsError> {
    if gone.is_empty() {
        return Ok(());
    }
    for grant in resting(ops, list.id) {
        let held = |c: &&domain::ListedCamera| {
            let meant = |l: &domain::ListedAs| l.list == list.id && c.since <= l.revision;
            gone.contains(&c.camera) && grant.scope.lists.iter().any(meant)
        };
        if list.cameras.iter().any(|c| held(&c)) && !may_end(eyes, &grant, &named_by(r, eyes, &grant.scope)?) {
            return Err(OpsError::Refused(not_yours_to_narrow()));
        }
    }
    Ok(())
}

/// The camera is removed, or has become one of the police (A7.4): it leaves every list.
pub(crate) fn leave(w: &mut WriteTx<'_>, caller: &Caller, camera: &Camera) -> Result<(), OpsError> {
    for before in w.all_by::<CameraList>("camera", &camera.id.to_bytes())? {
        let Some(list) = before.without(camera.id, w.now()) else { continue };
        let e = told(caller, audit::CAMERA_LIST_CHANGED, &list);
        w.audit(with_cameras(e, "removed", std::slice::from_ref(camera)))?;
        w.put(&list)?;
    }
    Ok(())
}
