//! Giving rights on cameras: what may be given, by whom, on which paper, and who must be the second person (A7, A10.3).
//!
//! Three rules hold together. **Nobody gives more than they have**: a grant rests on the giver's own scope, or on one grant
//! of the giver's that allows handing on, and keeps that as its bound. **Nobody gets more than their preset**: acts that the
//! holder's preset excludes are refused. **Beyond the holder's own scope** a grant needs the written consent of the People's
//! Committee and an end (A10.3). Not here: the decision over a camera (`standing`), the transaction (`ops`).

use crate::presets::{self, Reach};
use crate::rights::{Act, Refusal, Role};
use crate::standing::{Given, Own, Standing};
use crate::text::{self, FieldFault};
use crate::{Camera, Grant, Holder, Scope, Times, Trees};
use base::{AccountId, GrantId, Said, UnitId, WallTime, limits};
use serde::Deserialize;
use std::time::Duration;

/// When a second person must confirm a grant before it is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FourEyes {
    /// It reaches beyond the holder's own scope.
    CrossScope,
    /// It names a police camera.
    Police,
    /// It allows taking recordings out.
    Export,
    /// It allows handing rights on.
    Share,
}

/// The office's rules for sharing; dated data.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharingPolicy {
    /// When a second person must confirm.
    pub four_eyes: Vec<FourEyes>,
    /// Days before its end at which a grant's coming end is put on record and shown.
    pub warn_days: u32,
    /// Longest life of a grant beyond the holder's own scope, in days.
    pub cross_scope_days_max: u32,
}

/// When somebody who opens or takes out must say what for; dated data.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurposePolicy {
    /// Acts that always ask.
    pub ask_always: Vec<Act>,
    /// Acts that ask for cameras beyond the own scope.
    pub ask_outside_scope: Vec<Act>,
}

impl PurposePolicy {
    /// Must a purpose be said for that act?
    pub fn asks(&self, act: Act, at_home: bool) -> bool {
        self.ask_always.contains(&act) || (!at_home && self.ask_outside_scope.contains(&act))
    }
}

/// What somebody wants to give.
#[derive(Clone, Debug)]
pub struct GrantDraft {
    /// To whom.
    pub holder: Holder,
    /// Which acts.
    pub acts: Vec<Act>,
    /// On which cameras.
    pub scope: Scope,
    /// When.
    pub times: Times,
    /// What for.
    pub purpose: String,
}

/// Who would have it.
#[derive(Clone, Debug)]
pub struct HolderSide {
    /// Name for sentences.
    pub name: String,
    /// The account's preset; `None` for a unit, whose accounts are each bounded by their own.
    pub role: Option<Role>,
    /// What is its own scope; for a unit the cameras that every account of it has of its own.
    pub own: Own,
}

impl HolderSide {
    /// An account.
    pub fn account(name: &str, role: Role, unit: Option<UnitId>, trees: &Trees) -> Self {
        Self { name: name.to_owned(), role: Some(role), own: Own::of(role, unit, trees) }
    }
    /// A unit. Its centres may see a whole area or sector, but a grant to the unit is for its plain accounts too: what they
    /// have of their own is the measure (A10.3).
    pub fn unit(name: &str, unit: UnitId, trees: &Trees) -> Self {
        Self { name: name.to_owned(), role: None, own: Own::of(Role::Unit, Some(unit), trees) }
    }
}

/// Everything that a decision to give needs.
#[derive(Clone, Copy, Debug)]
pub struct Giving<'a> {
    /// Who gives.
    pub giver: AccountId,
    /// The giver's unit.
    pub giver_unit: Option<UnitId>,
    /// What the giver may.
    pub standing: &'a Standing,
    /// Who gets.
    pub holder: &'a HolderSide,
    /// Is there a paper, and is it a written consent (A10.3)?
    pub consent: Option<bool>,
    /// The cameras that the scope names ([`Scope::named`]), as they stand.
    pub named: &'a [Camera],
    /// The rules.
    pub policy: &'a SharingPolicy,
    /// Now.
    pub now: WallTime,
}

/// What becomes of a draft that may be given.
#[derive(Clone, Debug, PartialEq)]
pub struct Giveable {
    /// Acts in order, without repeats.
    pub acts: Vec<Act>,
    /// The purpose, trimmed.
    pub purpose: String,
    /// The giver's grant that it rests on.
    pub via: Option<GrantId>,
    /// The giver's own scope that it rests on.
    pub within: Option<Scope>,
    /// Does it reach beyond the holder's own scope?
    pub cross_scope: bool,
    /// Must a second person confirm it?
    pub awaits_second: bool,
}

/// Why it was not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotGiven {
    /// Fields are wrong.
    Faults(Vec<FieldFault>),
    /// A rule refuses.
    Refused(Box<Refusal>),
}

impl From<Refusal> for NotGiven {
    fn from(refusal: Refusal) -> Self {
        NotGiven::Refused(Box::new(refusal))
    }
}

fn fault(field: &'static str, vi: impl Into<String>, en: impl Into<String>) -> FieldFault {
    FieldFault::new(field, Said::new(vi, en))
}

/// May it be given?
///
/// # Errors
/// Every field at fault, or the rule that refuses.
pub fn decide_grant(draft: &GrantDraft, g: &Giving<'_>) -> Result<Giveable, NotGiven> {
    let mut faults = Vec::new();
    let acts = read_acts(&draft.acts, &mut faults);
    if let Some(role) = g.holder.role
        && let Some(act) = acts.iter().find(|a| presets::reach(role, **a) == Reach::Never)
    {
        let (role, act) = (role.said(), act.said());
        faults.push(fault(
            "acts",
            format!("Vai trò “{}” của “{}” không bao gồm quyền {}.", role.vi, g.holder.name, act.vi),
            format!("The role “{}” of “{}” cannot have the right to {}.", role.en, g.holder.name, act.en),
        ));
    }
    if g.named.iter().any(|c| c.facts.police) && g.holder.role.is_some_and(|r| !presets::of(r).police) {
        faults.push(fault(
            "scope",
            "Không cấp được quyền trên camera chuyên dụng của lực lượng Công an cho vai trò này.",
            "Rights on police cameras cannot be given to this role.",
        ));
    }
    faults.extend(scope_faults(&draft.scope).err());
    faults.extend(times_faults(&draft.times, g.now));
    let purpose = text::name("purpose", &draft.purpose).map_err(|f| faults.push(f)).unwrap_or_default();
    let must_end = g.holder.role.is_some_and(|r| presets::of(r).must_end);
    if must_end && draft.times.until.is_none() {
        faults.push(fault(
            "until",
            "Người nhận chỉ được cấp quyền có thời hạn. Hãy chọn ngày kết thúc.",
            "Rights of this holder must have an end. Choose the end date.",
        ));
    }
    if !faults.is_empty() {
        return Err(NotGiven::Faults(faults));
    }
    let member = matches!(draft.holder, Holder::Unit(unit) if g.giver_unit == Some(unit));
    if draft.holder == Holder::Account(g.giver) {
        return Err(not_to_oneself().into());
    }
    let base = base_of(g.standing, &acts, &draft.scope, g.named, g.now).ok_or_else(not_yours)?;
    let (via, within) = match base {
        Base::Office => (None, g.standing.own().bound()),
        Base::Grant(given) => {
            let end = given.grant.times.until.into_iter().chain(given.chain.iter().filter_map(|l| l.times.until)).min();
            if end.is_some_and(|end| draft.times.until.is_none_or(|until| until > end)) {
                return Err(NotGiven::Faults(vec![outlives(end)]));
            }
            (Some(given.grant.id), None)
        }
    };
    let police = g.named.iter().any(|c| c.facts.police);
    let cross_scope = !g.holder.own.covers(&draft.scope, g.named, g.standing.trees());
    if cross_scope && member {
        return Err(not_to_oneself().into());
    }
    if cross_scope {
        beyond_own_scope(draft, g)?;
    }
    let awaits_second = g.policy.four_eyes.iter().any(|case| match case {
        FourEyes::CrossScope => cross_scope,
        FourEyes::Police => police,
        FourEyes::Export => acts.contains(&Act::Export),
        FourEyes::Share => acts.contains(&Act::Share),
    });
    Ok(Giveable { acts, purpose, via, within, cross_scope, awaits_second })
}

/// The rule of A10.3.
fn beyond_own_scope(draft: &GrantDraft, g: &Giving<'_>) -> Result<(), NotGiven> {
    let longest = g.now.plus(Duration::from_secs(u64::from(g.policy.cross_scope_days_max) * 86_400));
    match (g.consent, draft.times.until) {
        (Some(true), Some(until)) if until <= longest => Ok(()),
        (Some(true), Some(_)) => Err(NotGiven::Faults(vec![fault(
            "until",
            format!("Quyền ngoài phạm vi có thời hạn tối đa {} ngày.", g.policy.cross_scope_days_max),
            format!("A right beyond one's own scope lasts {} days at most.", g.policy.cross_scope_days_max),
        )])),
        (consent, until) => Err(no_consent(consent, until.is_none()).into()),
    }
}

/// What a grant can rest on.
enum Base<'a> {
    Office,
    Grant(&'a Given),
}

fn base_of<'a>(giver: &'a Standing, acts: &[Act], scope: &Scope, named: &[Camera], now: WallTime) -> Option<Base<'a>> {
    let reach = |a: &Act| presets::reach(giver.role(), *a);
    let with_share = || acts.iter().chain(&[Act::Share]);
    let trees = giver.trees();
    if with_share().all(|a| reach(a) == Reach::Own) && giver.own().covers(scope, named, trees) {
        return Some(Base::Office);
    }
    if with_share().any(|a| reach(a) == Reach::Never) {
        return None;
    }
    let reaches = |given: &Given| with_share().all(|a| giver.reaches(given, *a));
    giver.grants().iter().find(|g| reaches(g) && hands_on(g, acts, scope, named, trees, now)).map(Base::Grant)
}

fn hands_on(given: &Given, acts: &[Act], scope: &Scope, named: &[Camera], trees: &Trees, now: WallTime) -> bool {
    let mut links = std::iter::once(&given.grant).chain(&given.chain);
    given.chain.len() + 1 < limits::GRANT_CHAIN_MAX
        && links.all(|g| {
            let all_named = named.iter().all(|c| !c.facts.police || g.scope.cameras.contains(&c.id));
            crate::standing::stands(g)
                && g.times.in_force(now)
                && acts.iter().chain(&[Act::Share]).all(|a| g.acts.contains(a))
                && all_named
                && g.scope.covers(scope, named, trees)
                && g.within.as_ref().is_none_or(|w| w.covers(scope, named, trees))
        })
}

/// Could that person give (and so confirm, refuse, end) this?
pub fn could_give(standing: &Standing, acts: &[Act], scope: &Scope, named: &[Camera], now: WallTime) -> bool {
    base_of(standing, acts, scope, named, now).is_some()
}

/// May that person be the second one of a grant?
///
/// # Errors
/// The refusal.
pub fn decide_confirm(
    grant: &Grant,
    (second, second_unit): (AccountId, Option<UnitId>),
    standing: &Standing,
    named: &[Camera],
    now: WallTime,
) -> Result<(), Refusal> {
    if second == grant.given_by {
        return Err(Refusal {
            article: Some("12.3"),
            said: Said::new(
                "Người cấp quyền không thể tự xác nhận quyền do mình cấp.",
                "Whoever gave the right cannot confirm it.",
            ),
            who_can_help: Said::new(
                "Hãy nhờ một người khác có quyền cấp quyền trên các camera này xác nhận.",
                "Ask another person who may give rights on these cameras to confirm it.",
            ),
        });
    }
    if grant.holder == Holder::Account(second) || second_unit.is_some_and(|u| grant.holder == Holder::Unit(u)) {
        return Err(not_to_oneself());
    }
    if could_give(standing, &grant.acts, &grant.scope, named, now) { Ok(()) } else { Err(not_yours()) }
}

/// Reads the acts: on cameras, in order, without repeats.
pub fn read_acts(acts: &[Act], faults: &mut Vec<FieldFault>) -> Vec<Act> {
    let mut acts = acts.to_vec();
    acts.sort_unstable();
    acts.dedup();
    if acts.is_empty() {
        faults.push(fault("acts", "Hãy chọn ít nhất một quyền.", "Choose at least one act."));
    }
    if let Some(act) = acts.iter().find(|a| !a.on_camera()) {
        let said = act.said();
        faults.push(fault(
            "acts",
            format!("Không cấp riêng được quyền {}: quyền này đi theo vai trò.", said.vi),
            format!("The right to {} cannot be granted: it goes with the role.", said.en),
        ));
    }
    acts
}

/// Is the scope one that can be kept?
///
/// # Errors
/// A fault of `scope`.
pub fn scope_faults(scope: &Scope) -> Result<(), FieldFault> {
    if scope.is_empty() {
        return Err(fault(
            "scope",
            "Hãy chọn camera, danh sách camera, địa bàn, đơn vị, lĩnh vực hoặc mục đích.",
            "Choose cameras, lists of cameras, areas, units, sectors or purposes.",
        ));
    }
    if scope.parts() > limits::SCOPE_PARTS_MAX {
        let max = limits::SCOPE_PARTS_MAX;
        return Err(fault(
            "scope",
            format!("Tối đa {max} mục trong một phạm vi. Hãy chọn theo địa bàn hoặc đơn vị."),
            format!("At most {max} entries in one scope. Choose by area or unit."),
        ));
    }
    Ok(())
}

/// What is wrong with these times.
pub fn times_faults(times: &Times, now: WallTime) -> Option<FieldFault> {
    if times.until.is_some_and(|until| until <= now || times.from.is_some_and(|from| until <= from)) {
        return Some(fault(
            "until",
            "Ngày kết thúc phải ở sau hiện tại và sau ngày bắt đầu.",
            "The end must be later than now and than the beginning.",
        ));
    }
    if times.shifts.len() > limits::SHIFTS_MAX || !times.shifts.iter().all(|s| s.fits()) {
        return Some(fault(
            "shifts",
            format!("Tối đa {} ca trực; mỗi ca nằm trong một ngày, giờ kết thúc sau giờ bắt đầu.", limits::SHIFTS_MAX),
            format!("At most {} shifts; each within one day, its end after its beginning.", limits::SHIFTS_MAX),
        ));
    }
    None
}

fn outlives(end: Option<WallTime>) -> FieldFault {
    let end = end.map(WallTime::office_text).unwrap_or_default();
    fault(
        "until",
        format!("Quyền của chính bạn trên các camera này kết thúc lúc {end}; hãy chọn thời điểm không muộn hơn."),
        format!("Your own right on these cameras ends at {end}; choose an end that is not later."),
    )
}

/// The refusal of a grant beyond the holder's own scope without consent or end (A10.3).
pub fn no_consent(consent: Option<bool>, no_end: bool) -> Refusal {
    let (vi, en) = match consent {
        None => ("chưa có văn bản đồng ý", "there is no written consent"),
        Some(false) => ("văn bản đã chọn không phải văn bản đồng ý", "the paper is not a written consent"),
        Some(true) if no_end => ("chưa có ngày kết thúc", "there is no end date"),
        Some(true) => ("văn bản hoặc thời hạn chưa đủ", "paper or end are not enough"),
    };
    Refusal {
        article: Some("10.3"),
        said: Said::new(
            format!(
                "Chia sẻ dữ liệu ngoài phạm vi cần văn bản đồng ý của Ủy ban nhân dân (số, ngày, cơ quan ban hành; kèm tệp) và \
                 ngày kết thúc; {vi}."
            ),
            format!(
                "Sharing beyond one's own scope needs the written consent of the People's Committee (number, date, issuer; \
                 its file goes with it) and an end date; {en}."
            ),
        ),
        who_can_help: Said::new(
            "Hãy gửi đề nghị cấp quyền kèm văn bản đồng ý của Ủy ban nhân dân thành phố; người có quyền chia sẻ sẽ xem xét.",
            "Send a request with the written consent of the People's Committee; those who may share will decide.",
        ),
    }
}

/// The refusal of giving what one has not.
pub fn not_yours() -> Refusal {
    Refusal {
        article: Some("7"),
        said: Said::new(
            "Bạn chỉ cấp được những quyền mà chính bạn có và được phép chia sẻ, trên toàn bộ các camera đã chọn.",
            "You can give only rights that you have yourself and may hand on, on all the cameras chosen.",
        ),
        who_can_help: Said::new(
            "Hãy thu hẹp phạm vi, hoặc đề nghị quản trị viên của nút hay trung tâm điều hành phụ trách địa bàn đó cấp.",
            "Choose less, or ask the node's administrator or the centre that answers for that area.",
        ),
    }
}

fn not_to_oneself() -> Refusal {
    Refusal {
        article: Some("12.3"),
        said: Said::new(
            "Không ai được tự cấp, tự duyệt hoặc tự xác nhận quyền cho chính mình.",
            "Nobody gives, approves or confirms a right for themselves.",
        ),
        who_can_help: Said::new(
            "Hãy gửi đề nghị cấp quyền để người khác có thẩm quyền xem xét.",
            "Send a request, so that somebody else who may decides.",
        ),
    }
}

/// The refusal of an act on a camera that is seen.
pub fn not_on_this_camera(role: Role, act: Act) -> Refusal {
    let (role_said, what) = (role.said(), act.said());
    let never = presets::reach(role, act) == Reach::Never;
    let who_can_help = if never {
        crate::rights::ask_administrator()
    } else {
        Said::new(
            "Đơn vị quản lý camera, trung tâm điều hành phụ trách hoặc quản trị viên của nút cấp được quyền này: hãy gửi đề \
             nghị cấp quyền.",
            "The camera's unit, the centre that answers for it or the node's administrator can give it: send a request.",
        )
    };
    Refusal {
        article: act.article(),
        said: Said::new(
            format!("Với vai trò “{}”, bạn không có quyền {} đối với camera này.", role_said.vi, what.vi),
            format!("With the role “{}” you have no right to {} on this camera.", role_said.en, what.en),
        ),
        who_can_help,
    }
}

#[cfg(test)]
#[path = "tests/giving.rs"]
mod tests;
