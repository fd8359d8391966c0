//! Adding and changing a camera's record: what a person typed, read by the rules.
//!
//! What is typed in words (an area, a purpose, a pole) is found by a [`Lexicon`]: the registers as they stand. Not here: the
//! single facts (`facts_patch`), whether a code is taken (`ops` asks the store within the transaction).

use crate::address::{self, CameraAddress};
use crate::camera::{Camera, Transport, code};
use crate::document::{AGREEMENT, DocumentFacts, decide_document};
use crate::facts_patch::{FactsPatch, take};
use crate::text::{self, FieldFault};
use crate::{CameraFacts, Changes, DocumentDraft, Lexicon};
use base::{AreaId, CivilDate, Said, Secret, UnitId, limits};

/// What a person wants to add, as typed.
#[derive(Clone, Debug, Default)]
pub struct CameraDraft {
    /// Name.
    pub name: String,
    /// Code; the next free one if empty.
    pub code: Option<String>,
    /// Area: name, code or id. One that the register does not know is a fault.
    pub area: Option<String>,
    /// Unit, likewise.
    pub unit: Option<String>,
    /// Everything else of the record.
    pub facts: FactsPatch,
    /// Address of the main stream; may carry user and password.
    pub main_url: String,
    /// Address of the substream.
    pub sub_url: Option<String>,
    /// User name; stronger than one in the address.
    pub username: Option<String>,
    /// Password; stronger than one in the address.
    pub password: Option<Secret>,
    /// TCP or UDP.
    pub transport: Transport,
    /// The agreement to a further camera where others see the same (A5.4, A13.1).
    pub agreement: Option<DocumentDraft>,
    /// Why, for the record.
    pub reason: Option<String>,
}

/// What a person wants to change: `None` leaves a field; empty text (or `Some(None)`) empties an optional one.
#[derive(Clone, Debug, Default)]
pub struct CameraPatch {
    /// Name.
    pub name: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// Area: name, code or id. What stands in the record already is kept, also if the register does not know it.
    pub area: Option<Option<String>>,
    /// Unit, likewise.
    pub unit: Option<Option<String>>,
    /// Everything else of the record.
    pub facts: FactsPatch,
    /// Address of the main stream.
    pub main_url: Option<String>,
    /// Address of the substream.
    pub sub_url: Option<Option<String>>,
    /// User name.
    pub username: Option<Option<String>>,
    /// Password: `Some(None)` forgets it.
    pub password: Option<Option<Secret>>,
    /// TCP or UDP.
    pub transport: Option<Transport>,
    /// The agreement to a further camera where others see the same (A5.4, A13.1).
    pub agreement: Option<DocumentDraft>,
    /// The day on which what is entered now has happened outside (A9.1); `None`: today.
    pub happened_on: Option<CivilDate>,
    /// Why, for the record.
    pub reason: Option<String>,
}

/// A draft that fits the rules.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Name.
    pub name: String,
    /// Code, if one was given.
    pub code: Option<String>,
    /// Area, by its name in the register.
    pub area: Option<String>,
    /// Unit, likewise.
    pub unit: Option<String>,
    /// Area in the register.
    pub area_id: Option<AreaId>,
    /// Unit in the register.
    pub unit_id: Option<UnitId>,
    /// Everything else.
    pub facts: CameraFacts,
    /// Address without user and password.
    pub main_url: String,
    /// Likewise.
    pub sub_url: Option<String>,
    /// User name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// TCP or UDP.
    pub transport: Transport,
    /// The agreement to a further camera.
    pub agreement: Option<DocumentFacts>,
    /// Why.
    pub reason: Option<String>,
}

/// What happens to the sealed password.
#[derive(Clone, Debug, Default)]
pub enum PasswordChange {
    /// Stays as it is.
    #[default]
    Keep,
    /// Is forgotten.
    Forget,
    /// Is replaced.
    Set(Secret),
}

/// A patch that fits the rules.
#[derive(Clone, Debug)]
pub struct Change {
    /// The camera afterwards; revision and time are the store's matter.
    pub camera: Camera,
    /// The password.
    pub password: PasswordChange,
    /// Each field with old and new value, for the record; a password is named, not told. Empty: nothing changes.
    pub changes: Changes,
    /// The agreement to a further camera.
    pub agreement: Option<DocumentFacts>,
    /// The day on which it happened outside; `None`: today.
    pub happened_on: Option<CivilDate>,
    /// Why.
    pub reason: Option<String>,
}

fn user(text: Option<&str>) -> Result<Option<String>, FieldFault> {
    let text = text.unwrap_or("").trim();
    credential_fits("username", text)?;
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn credential_fits(field: &'static str, text: &str) -> Result<(), FieldFault> {
    if text.len() <= limits::CREDENTIAL_BYTES_MAX && !text.chars().any(char::is_control) {
        return Ok(());
    }
    let max = limits::CREDENTIAL_BYTES_MAX;
    Err(FieldFault::new(
        field,
        Said::new(
            format!("Dài quá {max} byte hoặc có ký tự điều khiển."),
            format!("Longer than {max} bytes, or contains control characters."),
        ),
    ))
}

fn sub_address(text: Option<&str>) -> Result<Option<CameraAddress>, FieldFault> {
    let text = text.unwrap_or("").trim();
    if text.is_empty() { Ok(None) } else { address::camera_address("sub_url", text).map(Some) }
}

/// A reason or remark: several lines at most, bounded.
fn reason(text: Option<&str>) -> Result<Option<String>, FieldFault> {
    text::optional_remark("reason", text.unwrap_or(""))
}

/// An area or unit as typed: what the register calls it. `find` names the nearest where it knows none.
fn placed<T>(
    written: Option<&str>,
    find: impl FnOnce(&str) -> Result<(T, String), FieldFault>,
    f: &mut Vec<FieldFault>,
) -> (Option<T>, Option<String>) {
    written.and_then(|text| take(find(text), f)).unzip()
}

/// The agreement to a further camera, if anything of it is typed.
fn agreed(draft: Option<&DocumentDraft>, lexicon: &dyn Lexicon, f: &mut Vec<FieldFault>) -> Option<DocumentFacts> {
    let draft = draft.filter(|d| !d.is_empty())?;
    decide_document(draft, &AGREEMENT, true, lexicon).map_err(|faults| f.extend(faults)).ok()
}

/// Reads a draft by the rules.
///
/// # Errors
/// Every field that is wrong.
pub fn decide_register(draft: &CameraDraft, lexicon: &dyn Lexicon) -> Result<Registration, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let f = &mut faults;
    let name = take(text::name("name", &draft.name), f);
    let code = match draft.code.as_deref().map(str::trim) {
        None | Some("") => Some(None),
        Some(c) => take(code(c), f).map(Some),
    };
    let area = take(text::optional_name("area", draft.area.as_deref().unwrap_or("")), f).flatten();
    let unit = take(text::optional_name("unit", draft.unit.as_deref().unwrap_or("")), f).flatten();
    let (area_id, area) = placed(area.as_deref(), |text| lexicon.area(text), f);
    let (unit_id, unit) = placed(unit.as_deref(), |text| lexicon.unit(text), f);
    let main = take(address::camera_address("main_url", &draft.main_url), f);
    let sub = take(sub_address(draft.sub_url.as_deref()), f);
    let username = take(user(draft.username.as_deref()), f);
    let given = draft.password.as_ref().filter(|p| !p.is_empty());
    if let Some(p) = given {
        take(credential_fits("password", p.expose()), f);
    }
    if let (Some(main), Some(sub)) = (&main, &sub) {
        take(one_login(main, sub.as_ref()), f);
    }
    let why = take(reason(draft.reason.as_deref()), f).flatten();
    let facts = draft.facts.apply(&CameraFacts::default(), lexicon, f);
    let agreement = agreed(draft.agreement.as_ref(), lexicon, f);
    match (name, code, main, sub, username) {
        (Some(name), Some(code), Some(main), Some(sub), Some(username)) if faults.is_empty() => {
            let in_sub = sub.as_ref().map(|s| (s.username.clone(), s.password.clone())).unwrap_or_default();
            Ok(Registration {
                name,
                code,
                area,
                unit,
                area_id,
                unit_id,
                facts,
                username: username.or(main.username).or(in_sub.0),
                password: given.cloned().or(main.password).or(in_sub.1),
                main_url: main.url,
                sub_url: sub.map(|s| s.url),
                transport: draft.transport,
                agreement,
                reason: why,
            })
        }
        _ => Err(faults),
    }
}

/// A camera has one user name: two different ones in its two addresses are a slip.
fn one_login(main: &CameraAddress, sub: Option<&CameraAddress>) -> Result<(), FieldFault> {
    let differs = sub.is_some_and(|s| s.username.is_some() && main.username.is_some() && s.username != main.username);
    if !differs {
        return Ok(());
    }
    Err(FieldFault::new(
        "sub_url",
        Said::new(
            "Hai địa chỉ mang hai tên đăng nhập khác nhau; camera chỉ có một. Hãy điền tên và mật khẩu vào ô riêng.",
            "The two addresses carry different user names; a camera has one. Enter name and password in their own fields.",
        ),
    ))
}

/// Reads a patch by the rules.
///
/// A kept password is never sent to another host than the one it was entered for: whoever may change an address could
/// otherwise have it delivered to a machine of their own.
///
/// # Errors
/// Every field that is wrong.
pub fn decide_change(camera: &Camera, patch: &CameraPatch, lexicon: &dyn Lexicon) -> Result<Change, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let f = &mut faults;
    let mut after = camera.clone();
    let mut login = (None, None);
    if let Some(name) = &patch.name {
        after.name = take(text::name("name", name), f).unwrap_or_default();
    }
    if let Some(c) = &patch.code {
        after.code = take(code(c), f).unwrap_or_default();
    }
    // What is not typed anew stays as it is, also when the register has meanwhile given it another name or never knew it.
    if let Some(area) = &patch.area
        && let Some(area) = take(text::optional_name("area", area.as_deref().unwrap_or("")), f)
        && area != camera.area
    {
        (after.area_id, after.area) = placed(area.as_deref(), |text| lexicon.area(text), f);
    }
    if let Some(unit) = &patch.unit
        && let Some(unit) = take(text::optional_name("unit", unit.as_deref().unwrap_or("")), f)
        && unit != camera.unit
    {
        (after.unit_id, after.unit) = placed(unit.as_deref(), |text| lexicon.unit(text), f);
    }
    if let Some(sub) = &patch.sub_url
        && let Some(sub) = take(sub_address(sub.as_deref()), f)
    {
        if let Some(s) = &sub {
            login = (s.username.clone(), s.password.clone());
        }
        after.sub_url = sub.map(|s| s.url);
    }
    if let Some(main) = &patch.main_url
        && let Some(main) = take(address::camera_address("main_url", main), f)
    {
        login = (main.username.or(login.0), main.password.or(login.1));
        after.main_url = main.url;
    }
    if let Some(u) = &patch.username {
        after.username = take(user(u.as_deref()), f).flatten();
    }
    if patch.username.as_ref().is_none_or(|u| u.as_deref().is_none_or(|u| u.trim().is_empty())) && login.0.is_some() {
        after.username = login.0;
    }
    if let Some(t) = patch.transport {
        after.transport = t;
    }
    let password = match (&patch.password, login.1) {
        (Some(Some(p)), _) if !p.is_empty() => {
            take(credential_fits("password", p.expose()), f);
            PasswordChange::Set(p.clone())
        }
        (_, Some(p)) => PasswordChange::Set(p),
        (Some(_), None) if camera.has_password => PasswordChange::Forget,
        _ => PasswordChange::Keep,
    };
    after.has_password = match password {
        PasswordChange::Keep => camera.has_password,
        PasswordChange::Forget => false,
        PasswordChange::Set(_) => true,
    };
    after.facts = patch.facts.apply(&camera.facts, lexicon, f);
    let agreement = agreed(patch.agreement.as_ref(), lexicon, f);
    let why = take(reason(patch.reason.as_deref()), f).flatten();
    if matches!(password, PasswordChange::Keep) && camera.has_password && goes_elsewhere(camera, &after) {
        f.push(FieldFault::new(
            "password",
            Said::new(
                "Địa chỉ mới trỏ tới máy khác; mật khẩu đã lưu không được gửi tới đó. Hãy nhập lại mật khẩu của camera.",
                "The new address points to another host; the kept password is not sent there. Enter the camera's password again.",
            ),
        ));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let changes = differences(camera, &after, &password);
    Ok(Change { camera: after, password, changes, agreement, happened_on: patch.happened_on, reason: why })
}

/// Does an address of the camera afterwards point to a host that none of its addresses pointed to before?
fn goes_elsewhere(before: &Camera, after: &Camera) -> bool {
    let known = [Some(&before.main_url), before.sub_url.as_ref()];
    let knows = |url: &str| known.iter().flatten().any(|k| address::host_of(k) == address::host_of(url));
    !knows(&after.main_url) || after.sub_url.as_deref().is_some_and(|s| !knows(s))
}

/// What differs, field by field; of the password only that it does.
pub fn differences(old: &Camera, new: &Camera, password: &PasswordChange) -> Changes {
    let mut changes = Changes::between(Some(old), Some(new)).without(&["has_password"]);
    match password {
        PasswordChange::Keep => {}
        PasswordChange::Forget | PasswordChange::Set(_) => changes.note_secret("password"),
    }
    changes
}

/// Fields whose change is no change of the camera outside: it starts no clock (A9.1).
const INSIDE: &[&str] = &[
    "name",
    "code",
    "main_url",
    "sub_url",
    "username",
    "password",
    "transport",
    "facts.other_names",
    "facts.note",
    "facts.documents",
    "facts.recording_class",
    "facts.sharing_class",
    "facts.update_form",
    "facts.update_frequency",
    "facts.confirmed_at",
    "facts.happenings",
    "facts.handed_over",
];

/// Does a change tell of something that has happened outside?
pub fn happened_outside(changes: &Changes) -> bool {
    changes.0.keys().any(|name| !INSIDE.contains(&name.as_str()))
}

#[cfg(test)]
#[path = "tests/camera_edit.rs"]
mod tests;
