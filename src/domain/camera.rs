//! A camera's record, and the rules for adding and changing one.
//!
//! The camera's password is never in the record: it is sealed apart from it (`store`). Not here: whether a code is taken
//! (`ops` asks the store within the transaction), the networks that are allowed (`media`).

use crate::address::{self, CameraAddress};
use crate::text::{self, FieldFault};
use crate::{Extra, audit};
use base::{CameraId, Said, Secret, WallTime, limits};
use serde::{Deserialize, Serialize};

/// How RTP comes from a camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Inside the RTSP connection.
    #[default]
    Tcp,
    /// Own UDP ports.
    Udp,
}

impl Transport {
    /// `"tcp"` or `"udp"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
        }
    }
    /// Reads [`Transport::as_str`].
    pub fn parse(s: &str) -> Option<Transport> {
        [Transport::Tcp, Transport::Udp].into_iter().find(|t| t.as_str() == s)
    }
}

/// A camera of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// For life, also when the device is replaced (A22.6).
    pub id: CameraId,
    /// For people and addresses; unique without regard to case.
    pub code: String,
    /// Name.
    pub name: String,
    /// Area (địa bàn).
    #[serde(default)]
    pub area: Option<String>,
    /// Unit (đơn vị).
    #[serde(default)]
    pub unit: Option<String>,
    /// RTSP address of the main stream, without user and password.
    pub main_url: String,
    /// RTSP address of the substream.
    #[serde(default)]
    pub sub_url: Option<String>,
    /// The camera's user name.
    #[serde(default)]
    pub username: Option<String>,
    /// Is a password sealed for it?
    #[serde(default)]
    pub has_password: bool,
    /// TCP or UDP.
    #[serde(default)]
    pub transport: Transport,
    /// When it was added.
    pub created_at: WallTime,
    /// When it was last changed.
    pub changed_at: WallTime,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Order of a list of cameras.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CameraSort {
    /// By code.
    #[default]
    Code,
    /// By name, without diacritics.
    Name,
    /// By area, then code.
    Area,
    /// By unit, then code.
    Unit,
}

/// What a person wants to add, as typed.
#[derive(Clone, Debug, Default)]
pub struct CameraDraft {
    /// Name.
    pub name: String,
    /// Code; the next free one if empty.
    pub code: Option<String>,
    /// Area.
    pub area: Option<String>,
    /// Unit.
    pub unit: Option<String>,
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
}

/// What a person wants to change: `None` leaves a field; empty text (or `Some(None)`) empties an optional one.
#[derive(Clone, Debug, Default)]
pub struct CameraPatch {
    /// Name.
    pub name: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// Area.
    pub area: Option<Option<String>>,
    /// Unit.
    pub unit: Option<Option<String>>,
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
}

/// A draft that fits the rules.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Name.
    pub name: String,
    /// Code, if one was given.
    pub code: Option<String>,
    /// Area.
    pub area: Option<String>,
    /// Unit.
    pub unit: Option<String>,
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
    /// Field, "old → new", for the audit; a password only as "changed". Empty: nothing changes.
    pub facts: Vec<(&'static str, String)>,
}

/// Reads a camera code: Latin letters, digits, `.` and `-`, with a digit, not an id.
///
/// # Errors
/// A fault of `code`.
pub fn code(text: &str) -> Result<String, FieldFault> {
    let text = text.trim();
    let alnum = |c: char| c.is_ascii_alphanumeric();
    let fits = !text.is_empty()
        && text.len() <= limits::CODE_BYTES_MAX
        && text.chars().all(|c| alnum(c) || matches!(c, '.' | '-'))
        && text.starts_with(alnum)
        && text.ends_with(alnum)
        && !text.contains("..")
        // A word such as "add" would hide a page; an id would stand for another camera.
        && text.chars().any(|c| c.is_ascii_digit())
        && text.parse::<CameraId>().is_err();
    if fits {
        return Ok(text.to_owned());
    }
    Err(FieldFault::new(
        "code",
        Said::new(
            format!(
                "Mã camera gồm chữ không dấu, số, dấu . và -, có ít nhất một chữ số, dài tối đa {} ký tự; ví dụ 79.760-0001.",
                limits::CODE_BYTES_MAX
            ),
            format!(
                "A camera code has Latin letters, digits, . and -, at least one digit, at most {} characters; \
                 for example 79.760-0001.",
                limits::CODE_BYTES_MAX
            ),
        ),
    ))
}

/// The code of number `n` under a prefix: `79.760-0001`.
pub fn numbered_code(prefix: &str, n: u64) -> String {
    format!("{prefix}-{n:04}")
}

/// The number of a code made by [`numbered_code`].
pub fn number_of(code: &str) -> Option<(&str, u64)> {
    let (prefix, digits) = code.rsplit_once('-')?;
    (digits.len() >= 4 && digits.len() <= 12 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok().map(|n| (prefix, n)))?
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

/// Collects faults so that a person sees all of them at once.
fn take<T>(result: Result<T, FieldFault>, faults: &mut Vec<FieldFault>) -> Option<T> {
    result.map_err(|f| faults.push(f)).ok()
}

/// Reads a draft by the rules.
///
/// # Errors
/// Every field that is wrong.
pub fn decide_register(draft: &CameraDraft) -> Result<Registration, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let f = &mut faults;
    let name = take(text::name("name", &draft.name), f);
    let code = match draft.code.as_deref().map(str::trim) {
        None | Some("") => Some(None),
        Some(c) => take(code(c), f).map(Some),
    };
    let area = take(text::optional_name("area", draft.area.as_deref().unwrap_or("")), f);
    let unit = take(text::optional_name("unit", draft.unit.as_deref().unwrap_or("")), f);
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
    match (name, code, area, unit, main, sub, username) {
        (Some(name), Some(code), Some(area), Some(unit), Some(main), Some(sub), Some(username))
            if faults.is_empty() =>
        {
            let in_sub = sub.as_ref().map(|s| (s.username.clone(), s.password.clone())).unwrap_or_default();
            Ok(Registration {
                name,
                code,
                area,
                unit,
                username: username.or(main.username).or(in_sub.0),
                password: given.cloned().or(main.password).or(in_sub.1),
                main_url: main.url,
                sub_url: sub.map(|s| s.url),
                transport: draft.transport,
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
pub fn decide_change(camera: &Camera, patch: &CameraPatch) -> Result<Change, Vec<FieldFault>> {
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
    if let Some(area) = &patch.area {
        after.area = take(text::optional_name("area", area.as_deref().unwrap_or("")), f).flatten();
    }
    if let Some(unit) = &patch.unit {
        after.unit = take(text::optional_name("unit", unit.as_deref().unwrap_or("")), f).flatten();
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
    let known = [Some(&camera.main_url), camera.sub_url.as_ref()];
    let knows = |url: &str| known.iter().flatten().any(|k| address::host_of(k) == address::host_of(url));
    let elsewhere = !knows(&after.main_url) || after.sub_url.as_deref().is_some_and(|s| !knows(s));
    if matches!(password, PasswordChange::Keep) && camera.has_password && elsewhere {
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
    let facts = differences(camera, &after, &password);
    Ok(Change { camera: after, password, facts })
}

fn differences(old: &Camera, new: &Camera, password: &PasswordChange) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut compare = |field, a: Option<&str>, b: Option<&str>| {
        if a != b {
            facts.push((field, audit::old_to_new(a.unwrap_or(""), b.unwrap_or(""))));
        }
    };
    compare("name", Some(&old.name), Some(&new.name));
    compare("code", Some(&old.code), Some(&new.code));
    compare("area", old.area.as_deref(), new.area.as_deref());
    compare("unit", old.unit.as_deref(), new.unit.as_deref());
    compare("main_url", Some(&old.main_url), Some(&new.main_url));
    compare("sub_url", old.sub_url.as_deref(), new.sub_url.as_deref());
    compare("username", old.username.as_deref(), new.username.as_deref());
    compare("transport", Some(old.transport.as_str()), Some(new.transport.as_str()));
    match password {
        PasswordChange::Keep => {}
        PasswordChange::Forget => facts.push(("password", "removed".to_owned())),
        PasswordChange::Set(_) => facts.push(("password", "changed".to_owned())),
    }
    facts
}

#[cfg(test)]
#[path = "tests/camera.rs"]
mod tests;
