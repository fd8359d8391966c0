//! Giving rights on cameras, confirming them, ending them (A7, A10.3). Each with its entry in the audit, old and new.
//!
//! Not here: what may be given (`domain::giving`), requests (`requests`), lists (`sharing`), grants in memory (`rights_book`).

use crate::office::entry;
use crate::record::documents::concerning;
use crate::{Caller, Eyes, Ops, OpsError, camera_lists, secrets};
use base::{AccountId, CameraId, CivilDate, DocumentId, GrantId, RequestId, Said, WallTime, limits};
use domain::giving::{self, Giveable, Giving, GrantDraft, HolderSide, NotGiven};
use domain::grant::{GrantEnd, PaperDraft};
use domain::{
    Account, Act, AuditDraft, Camera, Document, Extra, FieldFault, Grant, Holder, Refusal, Register, Registers, Scope,
    Subject, Times, audit, presets, text,
};
use store::{ReadTx, WriteTx};

/// What somebody wants to give.
#[derive(Clone, Debug)]
pub struct GrantWish {
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
    /// The paper that it rests on, if the node has it.
    pub document: Option<DocumentId>,
    /// The paper, if it is entered with the grant.
    pub paper: Option<PaperDraft>,
}

impl From<NotGiven> for OpsError {
    fn from(not: NotGiven) -> Self {
        match not {
            NotGiven::Faults(faults) => OpsError::Invalid(faults),
            NotGiven::Refused(refusal) => OpsError::Refused(*refusal),
        }
    }
}

/// The cameras that a scope names, as they stand in the store, and only those that these eyes see.
pub(crate) fn named(r: &ReadTx<'_>, eyes: &Eyes, ids: &[CameraId]) -> Result<Vec<Camera>, OpsError> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(r.find::<Camera>(id)?.filter(|c| eyes.sees(c)));
    }
    Ok(found)
}

/// The cameras that a scope names, itself and through its lists, as [`named`].
pub(crate) fn named_by(r: &ReadTx<'_>, eyes: &Eyes, scope: &Scope) -> Result<Vec<Camera>, OpsError> {
    named(r, eyes, &scope.named(eyes.standing().trees()))
}

/// Everything that a scope names is there.
///
/// # Errors
/// A fault of `scope` that names what is not there.
pub(crate) fn scope_exists(book: &Registers, scope: &Scope, named: &[Camera]) -> Result<(), FieldFault> {
    let missing_camera = scope.cameras.iter().find(|id| !named.iter().any(|c| c.id == **id)).map(ToString::to_string);
    let missing = missing_camera
        .or_else(|| scope.areas.iter().find(|a| book.area(**a).is_none()).map(ToString::to_string))
        .or_else(|| scope.units.iter().find(|u| book.unit(**u).is_none()).map(ToString::to_string))
        .or_else(|| scope.sectors.iter().find(|s| book.item(Register::Sector, s).is_none()).cloned())
        .or_else(|| scope.purposes.iter().find(|p| book.item(Register::Purpose, p).is_none()).cloned());
    match missing {
        None => Ok(()),
        Some(what) => Err(FieldFault::new(
            "scope",
            Said::new(
                format!("Không tìm thấy “{what}” trong danh mục, hoặc bạn không được xem."),
                format!("“{what}” is not in the catalogue, or you may not see it."),
            ),
        )),
    }
}

/// Reads a paper by its form, on that day.
pub(crate) fn read_paper(book: &Registers, paper: &PaperDraft, today: CivilDate) -> Result<PaperDraft, OpsError> {
    let mut faults = Vec::new();
    let mut must = |field, value: &str| text::name(field, value).map_err(|f| faults.push(f)).unwrap_or_default();
    let (number, issuer) = (must("paper_number", &paper.number), must("paper_issuer", &paper.issuer));
    let title = text::optional_name("paper_title", &paper.title).map_err(|f| faults.push(f)).ok().flatten();
    if paper.date.is_none() {
        let said = Said::new("Hãy điền ngày của văn bản.", "Fill in the paper's date.");
        faults.push(FieldFault::new("paper_date", said));
    } else if paper.date.is_some_and(|d| d > today) {
        let said = Said::new("Ngày của văn bản không thể ở tương lai.", "A paper's date cannot be in the future.");
        faults.push(FieldFault::new("paper_date", said));
    }
    let kind =
        book.item_by(Register::DocumentType, "paper_kind", &paper.kind).map_err(|f| faults.push(f)).unwrap_or_default();
    if !faults.is_empty() {
        return Err(OpsError::Invalid(faults));
    }
    let title = title.unwrap_or_default();
    Ok(PaperDraft { kind, number, date: paper.date, issuer, title, file: paper.file.clone() })
}

/// Puts a paper into the store.
pub(crate) fn keep_paper(w: &mut WriteTx<'_>, by: AccountId, paper: PaperDraft) -> Result<Document, OpsError> {
    let (ms, random) = secrets::id_parts(w.now())?;
    let document = Document {
        id: DocumentId::from_parts(ms, random),
        kind: paper.kind,
        number: paper.number,
        date: paper.date,
        issuer: paper.issuer,
        title: paper.title,
        file: paper.file,
        added_by: by,
        added_at: w.now(),
        withdrawn: None,
        extra: Extra::new(),
    };
    w.put(&document)?;
    Ok(document)
}

/// Is the paper good, and is it a written consent (A10.3)?
pub(crate) fn is_consent(book: &Registers, document: &Document) -> bool {
    document.withdrawn.is_none()
        && book.item(Register::DocumentType, &document.kind).is_some_and(|kind| kind.traits.consent)
}

/// The holder, for deciding and for the record.
pub(crate) fn holder_side(
    r: &ReadTx<'_>,
    book: &Registers,
    eyes: &Eyes,
    holder: Holder,
) -> Result<(HolderSide, Subject), OpsError> {
    let trees = eyes.standing().trees();
    let gone = || FieldFault::new("holder", Said::new("Không có người nhận này.", "There is no such holder."));
    match holder {
        Holder::Account(id) => {
            let account = r.find::<Account>(&id)?.filter(Account::enabled).ok_or_else(gone)?;
            let side = HolderSide::account(&account.name, account.role, account.unit_id, trees);
            Ok((side, Subject::new("account", id, account.name)))
        }
        Holder::Unit(id) => {
            let unit = book.unit(id).filter(|u| u.ended_on.is_none_or(|day| book.day() < day)).ok_or_else(gone)?;
            Ok((HolderSide::unit(&unit.name, id, trees), Subject::new("unit", id, unit.name.as_str())))
        }
    }
}

/// An entry about a grant: the holder and the named cameras are found by it, too.
pub(crate) fn told(caller: &Caller, act: &str, grant: &Grant, holder: Subject, cameras: &[Camera]) -> AuditDraft {
    let subject = Subject::new("grant", grant.id, holder.name.as_str());
    let mut e = entry(caller, act).on(subject).also(holder);
    for c in cameras {
        e = e.also(Subject::new("camera", c.id, format!("{} {}", c.code, c.name)));
    }
    e
}

pub(crate) fn changed(expected: Option<u64>, found: u64) -> Result<(), OpsError> {
    match expected {
        Some(expected) if expected != found => Err(OpsError::Changed { expected, found }),
        _ => Ok(()),
    }
}

/// Within a transaction: decides and writes a grant.
pub(crate) fn give(
    ops: &Ops,
    w: &mut WriteTx<'_>,
    eyes: &Eyes,
    wish: GrantWish,
    request: Option<RequestId>,
) -> Result<Grant, OpsError> {
    let (book, caller, now) = (ops.registers(), eyes.caller(), w.now());
    giving::scope_faults(&wish.scope)?;
    let wish = GrantWish { scope: camera_lists::as_they_stand(ops, eyes, wish.scope)?, ..wish };
    let cameras = named_by(w, eyes, &wish.scope)?;
    scope_exists(&book, &wish.scope, &cameras)?;
    within_token(eyes, &wish.scope, &cameras)?;
    let (side, holder) = holder_side(w, &book, eyes, wish.holder)?;
    let paper = wish.paper.as_ref().map(|p| read_paper(&book, p, w.now().office_date())).transpose()?;
    let known = match wish.document {
        Some(id) => {
            let gone = || FieldFault::new("document", Said::new("Không có văn bản này.", "There is no such paper."));
            let known = w.find::<Document>(&id)?.filter(|d| d.withdrawn.is_none()).ok_or_else(gone)?;
            // Whoever gives a right on a paper may read it from then on, and learns what it says: only one that is theirs to
            // read already.
            if !ops.may_read(w, eyes, &known)? {
                return Err(gone().into());
            }
            Some(known)
        }
        None => None,
    };
    let consent_kind = |kind: &str| book.item(Register::DocumentType, kind).is_some_and(|k| k.traits.consent);
    let consent = match (&paper, &known) {
        (Some(paper), _) => Some(consent_kind(&paper.kind)),
        (None, Some(document)) => Some(is_consent(&book, document)),
        (None, None) => None,
    };
    let draft = GrantDraft {
        holder: wish.holder,
        acts: wish.acts,
        scope: wish.scope,
        times: wish.times,
        purpose: wish.purpose,
    };
    let giving = Giving {
        giver: caller.account.id,
        giver_unit: caller.account.unit_id,
        standing: eyes.standing(),
        holder: &side,
        consent,
        named: &cameras,
        policy: &ops.policy.sharing,
        now,
    };
    let Giveable { acts, purpose, via, within, cross_scope, awaits_second } = giving::decide_grant(&draft, &giving)?;
    room_for(ops, wish.holder)?;
    let document = match paper {
        Some(paper) => Some(keep_paper(w, caller.account.id, paper)?),
        None => known,
    };
    let (ms, random) = secrets::id_parts(now)?;
    let grant = Grant {
        id: GrantId::from_parts(ms, random),
        holder: draft.holder,
        acts,
        scope: draft.scope,
        times: draft.times,
        purpose,
        document: document.as_ref().map(|d| d.id),
        request,
        via,
        within,
        founding: false,
        warned_at: None,
        given_by: caller.account.id,
        given_at: now,
        awaits_second,
        confirmed_by: None,
        ended: None,
        revision: 1,
        extra: Extra::new(),
    };
    let mut e = told(caller, audit::GRANT_GIVEN, &grant, holder, &cameras)
        .differences(None, Some(&grant))
        .fact("cross_scope", cross_scope.to_string());
    for l in &grant.scope.lists {
        let name = ops.rights.lists(|all| all.get(&l.list).map(|l| l.name.clone())).unwrap_or_default();
        e = e.also(Subject::new("camera_list", l.list, name));
    }
    if let Some(d) = &document {
        e = e.fact("document", paper_text(d));
        if let Some(file) = &d.file {
            e = e.fact("file", &file.name).fact("sha256", &file.sha256);
        }
    }
    w.audit(e)?;
    w.put(&grant)?;
    Ok(grant)
}

/// A paper in one line: number, date, issuer.
pub(crate) fn paper_text(d: &Document) -> String {
    let date = d.date.map(|day| day.strftime("%d/%m/%Y").to_string()).unwrap_or_default();
    [d.number.as_str(), date.as_str(), d.issuer.as_str()]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// A token that is limited to some cameras gives rights on those only.
fn within_token(eyes: &Eyes, scope: &Scope, cameras: &[Camera]) -> Result<(), OpsError> {
    let limit = eyes.caller().limit.as_ref().and_then(|l| l.scope.as_ref());
    match limit {
        Some(limit) if !limit.covers(scope, cameras, eyes.standing().trees()) => {
            Err(OpsError::Refused(domain::token::beyond_limit(Act::Share)))
        }
        _ => Ok(()),
    }
}

fn room_for(ops: &Ops, holder: Holder) -> Result<(), OpsError> {
    let now = ops.clock.now();
    let (all, own) =
        ops.rights.grants(|g| (g.len(), g.of(holder).filter(|g| g.ended.is_none() && !g.times.over(now)).count()));
    if all < limits::GRANTS_MAX && own < limits::GRANTS_PER_HOLDER_MAX {
        return Ok(());
    }
    Err(OpsError::Full(Said::new(
        format!("Đã đạt số quyền được cấp tối đa ({own} của người nhận này). Hãy gộp phạm vi hoặc kết thúc quyền cũ."),
        format!("The most grants are given ({own} of this holder). Put scopes together or end old ones."),
    )))
}

/// May that person end this grant: its giver, its holder, whoever could give it, and the administrator who sees it?
pub(crate) fn may_end(eyes: &Eyes, grant: &Grant, cameras: &[Camera]) -> bool {
    let me = eyes.caller();
    let all_seen = || cameras.len() == grant.scope.named(eyes.standing().trees()).len();
    me.is_machine()
        // Whoever recorded a police camera gave nothing: the node did.
        || (grant.given_by == me.account.id && !grant.founding)
        || grant.holder == Holder::Account(me.account.id)
        || giving::could_give(eyes.standing(), &grant.acts, &grant.scope, cameras, eyes.now())
        || (presets::may_appoint(me.account.role, domain::Role::Administrator) && all_seen())
}

/// Is that a grant for these eyes at all?
pub(crate) fn concerns(eyes: &Eyes, grant: &Grant, cameras: &[Camera]) -> bool {
    let me = &eyes.caller().account;
    may_end(eyes, grant, cameras)
        || grant.confirmed_by == Some(me.id)
        || matches!(grant.holder, Holder::Unit(unit) if Some(unit) == me.unit_id)
}

/// Ends a grant and those that were given from it; their ids.
pub(crate) fn end_with_branches(
    ops: &Ops,
    w: &mut WriteTx<'_>,
    caller: &Caller,
    id: GrantId,
    act: &'static str,
    why: &str,
) -> Result<Vec<GrantId>, OpsError> {
    let (mut ended, mut next) = (Vec::new(), vec![id]);
    while let Some(id) = next.pop() {
        let Some(before) = w.find::<Grant>(&id)?.filter(|g| g.ended.is_none()) else { continue };
        let mut grant = before.clone();
        grant.ended = Some(GrantEnd { at: w.now(), by: caller.account.id, why: why.to_owned() });
        grant.revision = before.revision.saturating_add(1);
        let cameras = cameras_of(w, &grant)?;
        let holder = holder_subject(w, &ops.registers(), grant.holder)?;
        let mut e = told(caller, act, &grant, holder, &cameras).differences(Some(&before), Some(&grant));
        if let Some(via) = grant.via.filter(|_| !ended.is_empty()) {
            e = e.fact("with", via.to_string());
        }
        w.audit(e)?;
        w.put(&grant)?;
        ended.push(id);
        next.extend(ops.rights.grants(|all| all.all().filter(|g| g.via == Some(id)).map(|g| g.id).collect::<Vec<_>>()));
    }
    Ok(ended)
}

fn cameras_of(r: &ReadTx<'_>, grant: &Grant) -> Result<Vec<Camera>, OpsError> {
    let some = grant.scope.cameras.iter().take(limits::AUDIT_SUBJECTS_MAX);
    Ok(some.map(|id| r.find::<Camera>(id)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// The holder for the record, whether or not it is still there.
pub(crate) fn holder_subject(r: &ReadTx<'_>, book: &Registers, holder: Holder) -> Result<Subject, OpsError> {
    Ok(match holder {
        Holder::Account(id) => {
            Subject::new("account", id, r.find::<Account>(&id)?.map(|a| a.name).unwrap_or_else(|| id.to_string()))
        }
        Holder::Unit(id) => Subject::new("unit", id, book.unit_name(id)),
    })
}

impl Ops {
    /// Gives a right on cameras. Where policy asks for a second person it is not in force before [`Ops::confirm_grant`].
    ///
    /// # Errors
    /// [`OpsError::Refused`] naming article 10.3 without consent or end beyond the holder's own scope, or article 7 for what
    /// the giver has not; [`OpsError::Invalid`], [`OpsError::Full`].
    pub fn give_grant(&self, caller: &Caller, wish: GrantWish) -> Result<Grant, OpsError> {
        let ops = self.clone();
        let grant = self.act(caller, Act::Share, move |w, caller| give(&ops, w, &ops.eyes(&caller), wish, None))?;
        self.refresh_grants(&[grant.id])?;
        Ok(grant)
    }

    /// The second person's confirmation.
    ///
    /// # Errors
    /// [`OpsError::Refused`] for giver and holder, and for who could not give it; [`OpsError::NotFound`],
    /// [`OpsError::Changed`].
    pub fn confirm_grant(&self, caller: &Caller, id: GrantId, expected: Option<u64>) -> Result<Grant, OpsError> {
        let ops = self.clone();
        let grant = self.act(caller, Act::Share, move |w, caller| {
            let eyes = ops.eyes(&caller);
            let (before, cameras) = ops.grant_for(w, &eyes, id)?;
            changed(expected, before.revision)?;
            if !before.awaits_second || before.ended.is_some() || before.times.over(w.now()) {
                return Err(OpsError::NotFound("grant"));
            }
            let second = (caller.account.id, caller.account.unit_id);
            giving::decide_confirm(&before, second, eyes.standing(), &cameras, w.now()).map_err(OpsError::Refused)?;
            let mut grant = before.clone();
            (grant.awaits_second, grant.confirmed_by) = (false, Some(caller.account.id));
            grant.revision = before.revision.saturating_add(1);
            let holder = holder_subject(w, &ops.registers(), grant.holder)?;
            w.audit(
                told(&caller, audit::GRANT_CONFIRMED, &grant, holder, &cameras)
                    .differences(Some(&before), Some(&grant)),
            )?;
            w.put(&grant)?;
            Ok(grant)
        })?;
        self.refresh_grants(&[id])?;
        Ok(grant)
    }

    /// Ends a grant now, and those that were given from it. Pictures that rest on them stop.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] also for one that is not for these eyes or has ended; [`OpsError::Changed`],
    /// [`OpsError::Refused`].
    pub fn end_grant(&self, caller: &Caller, id: GrantId, expected: Option<u64>, why: &str) -> Result<Grant, OpsError> {
        let (ops, why) = (self.clone(), text::optional_name("why", why)?.unwrap_or_default());
        let (grant, ended) = self.act(caller, Act::OwnAccount, move |w, caller| {
            let eyes = ops.eyes(&caller);
            let (before, cameras) = ops.grant_for(w, &eyes, id)?;
            changed(expected, before.revision)?;
            if before.ended.is_some() {
                return Err(OpsError::NotFound("grant"));
            }
            if before.founding {
                return Err(OpsError::Refused(founding()));
            }
            if !may_end(&eyes, &before, &cameras) {
                return Err(OpsError::Refused(not_yours_to_end()));
            }
            let ended = end_with_branches(&ops, w, &caller, id, audit::GRANT_ENDED, &why)?;
            Ok((w.find::<Grant>(&id)?.ok_or(OpsError::NotFound("grant"))?, ended))
        })?;
        self.refresh_grants(&ended)?;
        Ok(grant)
    }

    /// Withdraws a paper: what rests on it ends with it.
    ///
    /// # Errors
    /// [`OpsError::NotFound`]; [`OpsError::Refused`] for who may not end every grant that rests on it.
    pub fn withdraw_document(&self, caller: &Caller, id: DocumentId, why: &str) -> Result<Document, OpsError> {
        let (ops, why) = (self.clone(), text::name("why", why)?);
        let (document, ended) = self.act(caller, Act::Share, move |w, caller| {
            let eyes = ops.eyes(&caller);
            let before =
                w.find::<Document>(&id)?.filter(|d| d.withdrawn.is_none()).ok_or(OpsError::NotFound("document"))?;
            let resting: Vec<_> = ops
                .rights
                .grants(|all| all.all().filter(|g| g.document == Some(id) && g.ended.is_none()).cloned().collect());
            let readable = ops.may_read(w, &eyes, &before)?;
            let mut cameras = w.all_by::<Camera>("document", &id.to_bytes())?;
            for grant in &resting {
                if !may_end(&eyes, grant, &named_by(w, &eyes, &grant.scope)?) {
                    let no = OpsError::Refused(not_yours_to_end());
                    return Err(if readable { no } else { OpsError::NotFound("document") });
                }
                cameras.extend(cameras_of(w, grant)?);
            }
            if resting.is_empty() && !readable {
                return Err(OpsError::NotFound("document"));
            }
            let document = Document { withdrawn: Some((w.now(), why.clone())), ..before };
            let e = entry(&caller, audit::DOCUMENT_WITHDRAWN)
                .on(Subject::new("document", id, document.number.as_str()))
                .fact("why", why.as_str())
                .fact("grants_ended", resting.len().to_string());
            w.audit(concerning(e, cameras))?;
            w.put(&document)?;
            let mut ended = Vec::new();
            for grant in resting {
                ended.extend(end_with_branches(&ops, w, &caller, grant.id, audit::GRANT_ENDED, &why)?);
            }
            Ok((document, ended))
        })?;
        self.note_document(id, None);
        self.refresh_grants(&ended)?;
        Ok(document)
    }

    /// A grant for these eyes, and the cameras that it names as far as they see them.
    pub(crate) fn grant_for(&self, r: &ReadTx<'_>, eyes: &Eyes, id: GrantId) -> Result<(Grant, Vec<Camera>), OpsError> {
        let grant = r.find::<Grant>(&id)?.ok_or(OpsError::NotFound("grant"))?;
        let cameras = named_by(r, eyes, &grant.scope)?;
        if concerns(eyes, &grant, &cameras) { Ok((grant, cameras)) } else { Err(OpsError::NotFound("grant")) }
    }

    /// Duty: puts on record, once each, which grants end soon and which have run out. To be called now and then.
    ///
    /// # Errors
    /// The store fails.
    pub fn note_grants_ending(&self) -> Result<(), OpsError> {
        let now = self.clock.now();
        let soon = now.plus(std::time::Duration::from_secs(u64::from(self.policy.sharing.warn_days) * 86_400));
        let due = move |g: &Grant| {
            g.ended.is_none()
                && g.times.until.is_some_and(|until| until <= now || (until <= soon && g.warned_at.is_none()))
        };
        let ids: Vec<GrantId> = self.rights.grants(|all| all.all().filter(|g| due(g)).map(|g| g.id).collect());
        for id in ids {
            let ops = self.clone();
            let touched = self.write(move |w| {
                let Some(before) = w.find::<Grant>(&id)?.filter(|g| due(g)) else { return Ok(Vec::new()) };
                if before.times.over(w.now()) {
                    let end = before.times.until.unwrap_or(w.now());
                    return ops.record_expired(w, before, end).map(|()| vec![id]);
                }
                let grant = Grant { warned_at: Some(w.now()), ..before.clone() };
                let holder = holder_subject(w, &ops.registers(), grant.holder)?;
                let until = grant.times.until.map(WallTime::rfc3339).unwrap_or_default();
                w.audit(told(&Caller::system(), audit::GRANT_EXPIRING, &grant, holder, &[]).fact("until", until))?;
                w.put(&grant)?;
                Ok::<_, OpsError>(vec![id])
            })?;
            if !touched.is_empty() {
                self.refresh_grants(&touched)?;
            }
        }
        Ok(())
    }

    fn record_expired(&self, w: &mut WriteTx<'_>, before: Grant, end: WallTime) -> Result<(), OpsError> {
        let mut grant = before.clone();
        grant.ended = Some(GrantEnd { at: end, by: Caller::system().account.id, why: String::new() });
        grant.revision = before.revision.saturating_add(1);
        let holder = holder_subject(w, &self.registers(), grant.holder)?;
        w.audit(told(&Caller::system(), audit::GRANT_EXPIRED, &grant, holder, &[]).fact("until", end.rfc3339()))?;
        w.put(&grant)?;
        Ok(())
    }
}

fn founding() -> Refusal {
    Refusal {
        article: Some("7.4"),
        said: Said::new(
            "Đây là quyền ban đầu của đơn vị quản lý camera chuyên dụng; quyền này đi theo hồ sơ camera.",
            "This is the first right of the police camera's own unit; it goes with the camera's record.",
        ),
        who_can_help: Said::new(
            "Hãy đổi đơn vị hoặc bỏ dấu camera chuyên dụng trong hồ sơ camera.",
            "Change the unit or the police mark in the camera's record.",
        ),
    }
}

fn not_yours_to_end() -> Refusal {
    Refusal {
        article: Some("7.5"),
        said: Said::new(
            "Chỉ người cấp, người được cấp hoặc người có thẩm quyền cấp quyền này mới kết thúc được.",
            "Only the giver, the holder or whoever could give this right may end it.",
        ),
        who_can_help: Said::new(
            "Hãy liên hệ người đã cấp hoặc quản trị viên của nút.",
            "Contact whoever gave it or the node's administrator.",
        ),
    }
}
