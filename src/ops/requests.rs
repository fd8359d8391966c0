//! Requests for rights on cameras: made, withdrawn, approved, refused; all on record (A10.3).
//!
//! Cameras are asked for by their codes as typed. Whether a code stands for a camera is found out with the eyes of whoever
//! decides: asking must not tell. Not here: what may be given (`grants`), lists (`sharing`).

use crate::grants::{GrantWish, changed, give, keep_paper, read_paper};
use crate::office::entry;
use crate::{Caller, Eyes, Ops, OpsError, secrets};
use base::{CameraId, DocumentId, RequestId, Said, limits};
use domain::giving;
use domain::grant::PaperDraft;
use domain::{
    AccessRequest, Act, AuditDraft, Camera, Document, Extra, FieldFault, Grant, Holder, Reach, Refusal, RequestState,
    Scope, Subject, Times, audit, camera, presets, text,
};
use store::{ReadTx, caseless};

/// What somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct RequestWish {
    /// For the whole unit of the account instead of the account alone.
    pub for_unit: bool,
    /// Which acts.
    pub acts: Vec<Act>,
    /// On which cameras, but for named ones.
    pub scope: Scope,
    /// Codes of cameras.
    pub named: Vec<String>,
    /// When.
    pub times: Times,
    /// What for.
    pub purpose: String,
    /// The paper that it rests on, if there is one.
    pub paper: Option<PaperDraft>,
}

/// How a request is decided.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and never kept")]
pub enum Verdict {
    /// A grant is given: as asked, or with these differences.
    Approve {
        /// Other acts than asked for.
        acts: Option<Vec<Act>>,
        /// Other times than asked for.
        times: Option<Times>,
        /// A paper that the request had not.
        paper: Option<PaperDraft>,
    },
    /// It is refused, and why.
    Refuse {
        /// Why.
        why: String,
    },
}

fn told(caller: &Caller, act: &str, request: &AccessRequest, who: &str) -> AuditDraft {
    entry(caller, act)
        .on(Subject::new("request", request.id, who))
        .also(Subject::new("account", request.account, who))
        .fact("named", request.named.join(", "))
}

fn codes(named: &[String]) -> Result<Vec<String>, FieldFault> {
    let mut out: Vec<String> = Vec::new();
    for typed in named.iter().map(|t| t.trim()).filter(|t| !t.is_empty()) {
        let code = if typed.parse::<CameraId>().is_ok() { typed.to_owned() } else { camera::code(typed)? };
        if !out.contains(&code) {
            out.push(code);
        }
    }
    if out.len() > limits::SCOPE_PARTS_MAX {
        let max = limits::SCOPE_PARTS_MAX;
        let said = Said::new(format!("Tối đa {max} camera."), format!("At most {max} cameras."));
        return Err(FieldFault::new("named", said));
    }
    Ok(out)
}

/// The scope with the codes looked up, as far as these eyes see them.
///
/// # Errors
/// A fault of `named` with the codes that are not found.
pub(crate) fn whole_scope(r: &ReadTx<'_>, eyes: &Eyes, request: &AccessRequest) -> Result<Scope, OpsError> {
    let (mut scope, mut missing) = (request.scope.clone(), Vec::new());
    for code in &request.named {
        let found = match code.parse::<CameraId>() {
            Ok(id) => r.find::<Camera>(&id)?,
            Err(()) => r.find_by::<Camera>("code", &caseless(code))?,
        };
        match found.filter(|c| eyes.sees(c)) {
            Some(c) if scope.cameras.contains(&c.id) => {}
            Some(c) => scope.cameras.push(c.id),
            None => missing.push(code.as_str()),
        }
    }
    if missing.is_empty() {
        return Ok(scope);
    }
    let list = missing.join(", ");
    let said = Said::new(
        format!("Không tìm thấy camera có mã {list}, hoặc bạn không được xem."),
        format!("No camera has the code {list}, or you may not see it."),
    );
    Err(FieldFault::new("named", said).into())
}

impl Ops {
    /// Asks for a right.
    ///
    /// # Errors
    /// [`OpsError::Invalid`], [`OpsError::Full`], [`OpsError::Refused`].
    pub fn request_access(&self, caller: &Caller, wish: RequestWish) -> Result<AccessRequest, OpsError> {
        let ops = self.clone();
        let request = self.act(caller, Act::RequestRights, move |w, caller| {
            let (me, now, book) = (&caller.account, w.now(), ops.registers());
            let mut faults = Vec::new();
            let acts = giving::read_acts(&wish.acts, &mut faults);
            if let Some(act) = acts.iter().find(|a| presets::reach(me.role, **a) == Reach::Never) {
                let (role, said) = (me.role.said(), act.said());
                faults.push(FieldFault::new(
                    "acts",
                    Said::new(
                        format!("Vai trò “{}” của bạn không bao gồm quyền {}.", role.vi, said.vi),
                        format!("Your role “{}” cannot have the right to {}.", role.en, said.en),
                    ),
                ));
            }
            let named = codes(&wish.named).map_err(|f| faults.push(f)).unwrap_or_default();
            if named.is_empty() {
                faults.extend(giving::scope_faults(&wish.scope).err());
            }
            if !wish.scope.lists.is_empty() {
                faults.push(no_lists_in_requests());
            }
            faults.extend(
                crate::grants::scope_exists(&book, &Scope { cameras: vec![], ..wish.scope.clone() }, &[]).err(),
            );
            faults.extend(giving::times_faults(&wish.times, now));
            let purpose = text::name("purpose", &wish.purpose).map_err(|f| faults.push(f)).unwrap_or_default();
            let holder = match (wish.for_unit, me.unit_id) {
                (false, _) => Holder::Account(me.id),
                (true, Some(unit)) => Holder::Unit(unit),
                (true, None) => {
                    let said = Said::new(
                        "Tài khoản của bạn chưa thuộc đơn vị nào trong danh mục.",
                        "Your account belongs to no unit of the register.",
                    );
                    faults.push(FieldFault::new("for_unit", said));
                    Holder::Account(me.id)
                }
            };
            let paper = match wish.paper.as_ref().map(|p| read_paper(&book, p, w.now().office_date())).transpose() {
                Ok(paper) => paper,
                Err(OpsError::Invalid(more)) => {
                    faults.extend(more);
                    None
                }
                Err(other) => return Err(other),
            };
            if !faults.is_empty() {
                return Err(OpsError::Invalid(faults));
            }
            let own = w.all_by::<AccessRequest>("account", &me.id.to_bytes())?;
            let open = own.iter().filter(|r| r.state == RequestState::Open).count();
            if open >= limits::OPEN_REQUESTS_PER_ACCOUNT_MAX {
                return Err(OpsError::Full(Said::new(
                    format!("Bạn có {open} đề nghị đang chờ, là mức tối đa. Hãy đợi hoặc rút bớt."),
                    format!("You have {open} requests waiting, the most there may be. Wait, or withdraw some."),
                )));
            }
            let document = paper.map(|p| keep_paper(w, me.id, p)).transpose()?;
            let (ms, random) = secrets::id_parts(now)?;
            let request = AccessRequest {
                id: RequestId::from_parts(ms, random),
                account: me.id,
                holder,
                acts,
                scope: Scope { cameras: vec![], ..wish.scope },
                named,
                times: wish.times,
                purpose,
                document: document.map(|d| d.id),
                made_at: now,
                state: RequestState::Open,
                revision: 1,
                extra: Extra::new(),
            };
            w.audit(told(&caller, audit::REQUEST_MADE, &request, &me.name).differences(None, Some(&request)))?;
            w.put(&request)?;
            Ok(request)
        })?;
        self.tell();
        Ok(request)
    }

    /// Takes one's own request back.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] also for somebody else's, and for one that is decided; [`OpsError::Changed`].
    pub fn withdraw_request(
        &self,
        caller: &Caller,
        id: RequestId,
        expected: Option<u64>,
    ) -> Result<AccessRequest, OpsError> {
        self.act(caller, Act::RequestRights, move |w, caller| {
            let there = w.find::<AccessRequest>(&id)?.filter(|r| r.account == caller.account.id);
            let before = there.filter(|r| r.state == RequestState::Open).ok_or(OpsError::NotFound("request"))?;
            changed(expected, before.revision)?;
            let state = RequestState::Withdrawn { at: w.now() };
            let request = AccessRequest { state, revision: before.revision.saturating_add(1), ..before.clone() };
            let e = told(&caller, audit::REQUEST_WITHDRAWN, &request, &caller.account.name);
            w.audit(e.differences(Some(&before), Some(&request)))?;
            w.put(&request)?;
            Ok(request)
        })
    }

    /// Decides a request; an approval gives the grant in the same transaction.
    ///
    /// # Errors
    /// As [`Ops::give_grant`]; [`OpsError::NotFound`] also for one that is not this caller's to decide.
    pub fn decide_request(
        &self,
        caller: &Caller,
        id: RequestId,
        expected: Option<u64>,
        verdict: Verdict,
    ) -> Result<(AccessRequest, Option<Grant>), OpsError> {
        self.decide_request_on(caller, id, expected, verdict, None)
    }

    /// As [`Ops::decide_request`], approved on a paper that the node has already.
    ///
    /// # Errors
    /// As [`Ops::decide_request`].
    pub fn decide_request_on(
        &self,
        caller: &Caller,
        id: RequestId,
        expected: Option<u64>,
        verdict: Verdict,
        document: Option<DocumentId>,
    ) -> Result<(AccessRequest, Option<Grant>), OpsError> {
        let ops = self.clone();
        let (request, grant) = self.act(caller, Act::Share, move |w, caller| {
            let eyes = ops.eyes(&caller);
            let there = w.find::<AccessRequest>(&id)?.filter(|r| r.state == RequestState::Open);
            let before = there.ok_or(OpsError::NotFound("request"))?;
            if before.account == caller.account.id {
                return Err(OpsError::Refused(not_ones_own()));
            }
            if !ops.is_theirs_to_decide(w, &eyes, &before)? {
                return Err(OpsError::NotFound("request"));
            }
            changed(expected, before.revision)?;
            let who = crate::grants::holder_subject(w, &ops.registers(), Holder::Account(before.account))?.name;
            let (state, grant) = match verdict {
                Verdict::Refuse { why } => {
                    let why = text::name("why", &why)?;
                    (RequestState::Refused { at: w.now(), by: caller.account.id, why }, None)
                }
                Verdict::Approve { acts, times, paper } => {
                    if acts.iter().flatten().any(|a| !before.acts.contains(a)) {
                        return Err(more_than_asked().into());
                    }
                    let wish = GrantWish {
                        holder: before.holder,
                        acts: acts.unwrap_or_else(|| before.acts.clone()),
                        scope: whole_scope(w, &eyes, &before)?,
                        times: times.unwrap_or_else(|| before.times.clone()),
                        purpose: before.purpose.clone(),
                        document: document.or(before.document).filter(|_| paper.is_none()),
                        paper,
                    };
                    let grant = give(&ops, w, &eyes, wish, Some(id))?;
                    (RequestState::Approved { at: w.now(), by: caller.account.id, grant: grant.id }, Some(grant))
                }
            };
            let request = AccessRequest { state, revision: before.revision.saturating_add(1), ..before.clone() };
            let act = if grant.is_some() { audit::REQUEST_APPROVED } else { audit::REQUEST_REFUSED };
            w.audit(told(&caller, act, &request, &who).differences(Some(&before), Some(&request)))?;
            w.put(&request)?;
            Ok((request, grant))
        })?;
        match &grant {
            Some(grant) => self.refresh_grants(&[grant.id])?,
            None => self.tell(),
        }
        Ok((request, grant))
    }

    /// Could the caller give what a request asks for, or any of the cameras that it names?
    pub(crate) fn is_theirs_to_decide(
        &self,
        r: &ReadTx<'_>,
        eyes: &Eyes,
        request: &AccessRequest,
    ) -> Result<bool, OpsError> {
        if eyes.caller().is_machine() {
            return Ok(true);
        }
        let could = |scope: &Scope, cameras: &[Camera]| {
            giving::could_give(eyes.standing(), &request.acts, scope, cameras, eyes.now())
        };
        if !request.scope.is_empty() && could(&request.scope, &[]) {
            return Ok(true);
        }
        for code in &request.named {
            let found = match code.parse::<CameraId>() {
                Ok(id) => r.find::<Camera>(&id)?,
                Err(()) => r.find_by::<Camera>("code", &caseless(code))?,
            };
            if let Some(c) = found.filter(|c| eyes.sees(c))
                && could(&Scope::of_camera(c.id), std::slice::from_ref(&c))
            {
                return Ok(true);
            }
        }
        // A request that nobody else can decide (no such camera, say) is the administrator's to refuse.
        Ok(presets::may_appoint(eyes.caller().account.role, domain::Role::Administrator)
            && !self.names_unseen(r, eyes, request)?)
    }

    /// Does it name a camera that is there and that these eyes do not see?
    fn names_unseen(&self, r: &ReadTx<'_>, eyes: &Eyes, request: &AccessRequest) -> Result<bool, OpsError> {
        for code in &request.named {
            let found = match code.parse::<CameraId>() {
                Ok(id) => r.find::<Camera>(&id)?,
                Err(()) => r.find_by::<Camera>("code", &caseless(code))?,
            };
            if found.is_some_and(|c| !eyes.sees(&c)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A paper, for those who see something that rests on it.
    pub(crate) fn paper(&self, id: Option<DocumentId>) -> Result<Option<Document>, OpsError> {
        id.map_or(Ok(None), |id| self.read(|r| Ok(r.find::<Document>(&id)?)))
    }
}

/// A request names no lists of cameras: who asks keeps other lists than who decides.
pub fn no_lists_in_requests() -> FieldFault {
    let said = Said::new(
        "Đề nghị nêu camera, địa bàn, đơn vị, lĩnh vực hoặc mục đích; danh sách camera chỉ dùng khi cấp quyền.",
        "A request names cameras, areas, units, sectors or purposes; lists of cameras are for giving only.",
    );
    FieldFault::new("scope", said)
}

/// An approval may give less than was asked for, never more.
fn more_than_asked() -> FieldFault {
    FieldFault::new(
        "acts",
        Said::new(
            "Chỉ duyệt được những quyền đã đề nghị, hoặc ít hơn. Muốn cấp thêm, hãy cấp quyền riêng.",
            "Only the rights that were asked for, or fewer, can be approved. To give more, give a right of its own.",
        ),
    )
}

fn not_ones_own() -> Refusal {
    Refusal {
        article: Some("12.3"),
        said: Said::new(
            "Không ai được tự cấp, tự duyệt hoặc tự xác nhận quyền cho chính mình.",
            "Nobody gives, approves or confirms a right for themselves.",
        ),
        who_can_help: Said::new(
            "Người khác có thẩm quyền chia sẻ các camera này sẽ xem xét đề nghị của bạn.",
            "Somebody else who may share these cameras will decide your request.",
        ),
    }
}
