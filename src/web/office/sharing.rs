//! Rights and requests: what pages and API ask of `ops`, and how it is told.

use super::ask;
use super::registers as r;
use crate::body::Fields;
use crate::problem::{self, Failure};
use crate::shell;
use crate::state::WebState;
use crate::visitor::{SignedIn, Visitor};
use base::{AccountId, DocumentId, Language, Said, WallTime};
use domain::grant::PaperDraft;
use domain::{Act, FieldFault, Holder, ListedAs, Register, Registers, RequestState, Scope, Times, presets, shifts};
use ops::{GrantInfo, GrantState, GrantWish, RequestInfo, RequestWish};
use std::sync::Arc;
use std::time::Duration;
use templates::views::{GrantRow, PaperFile, RequestRow, RightsChoices, RightsForm};

/// One day.
const DAY: Duration = Duration::from_secs(86_400);

/// A grant's state in words.
pub fn state_word(state: GrantState, language: Language) -> String {
    let said = match state {
        GrantState::Current => Said::new("Đang hiệu lực", "In force"),
        GrantState::Expiring => Said::new("Sắp hết hạn", "About to end"),
        GrantState::Coming => Said::new("Chưa bắt đầu", "Not begun"),
        GrantState::AwaitsSecond => Said::new("Chờ người thứ hai xác nhận", "Waits for the second person"),
        GrantState::Ended => Said::new("Đã kết thúc", "Ended"),
        GrantState::Expired => Said::new("Hết hạn", "Run out"),
    };
    said.of(language).to_owned()
}

/// Acts in words.
pub fn act_words(acts: &[Act], language: Language) -> Vec<String> {
    acts.iter().map(|a| a.said().of(language).to_owned()).collect()
}

/// A scope in words: a label and what it names, for each part.
pub fn scope_words(
    book: &Registers,
    scope: &Scope,
    cameras: &[(base::CameraId, String, String)],
    named: &[String],
    language: Language,
) -> Vec<(String, Vec<String>)> {
    let label = |vi: &str, en: &str| Said::new(vi, en).of(language).to_owned();
    let mut parts = Vec::new();
    let mut put = |label: String, names: Vec<String>| {
        if !names.is_empty() {
            parts.push((label, names));
        }
    };
    let item = |register, code: &String| book.item_name(register, code, language).to_owned();
    put(label("Camera", "Cameras"), cameras.iter().map(|(_, code, name)| format!("{code} {name}")).collect());
    put(label("Mã camera được nêu", "Camera codes named"), named.to_vec());
    put(label("Địa bàn", "Areas"), scope.areas.iter().map(|a| book.area_name(*a)).collect());
    put(label("Đơn vị quản lý", "Managing units"), scope.units.iter().map(|u| book.unit_name(*u).to_owned()).collect());
    put(label("Lĩnh vực", "Sectors"), scope.sectors.iter().map(|s| item(Register::Sector, s)).collect());
    put(
        label("Mục đích của camera", "Purposes of the cameras"),
        scope.purposes.iter().map(|p| item(Register::Purpose, p)).collect(),
    );
    if scope.all {
        parts.push((label("Mọi camera của nút", "Every camera of the node"), Vec::new()));
    }
    parts
}

/// The lists of cameras that a grant names, with how many cameras of each it holds.
fn lists_words(info: &GrantInfo, language: Language) -> Option<(String, Vec<String>)> {
    let label = Said::new("Danh sách camera", "Lists of cameras").of(language).to_owned();
    let names: Vec<String> = info.lists.iter().map(|l| format!("{} ({})", l.name, l.cameras)).collect();
    (!names.is_empty()).then_some((label, names))
}

fn file_row(file: Option<&(DocumentId, domain::StoredFile)>) -> Option<PaperFile> {
    file.map(|(id, f)| PaperFile { document: id.to_string(), name: f.name.clone(), size: f.size })
}

/// The file that came with a form.
pub fn upload_of(parts: &crate::body::Parts) -> Option<ops::Upload> {
    parts.file.as_ref().map(|(name, bytes)| ops::Upload { name: name.clone(), bytes: bytes.to_vec() })
}

/// Who gave it; the node itself by its word.
fn giver(info: &GrantInfo, language: Language) -> String {
    if info.grant.given_by == ops::Caller::system().account.id {
        return Said::new("hệ thống", "the system").of(language).to_owned();
    }
    info.given_by.clone()
}

/// A grant for a list.
pub fn grant_row(book: &Registers, info: &GrantInfo, language: Language) -> GrantRow {
    let g = &info.grant;
    GrantRow {
        id: g.id.to_string(),
        holder: info.holder.clone(),
        acts: act_words(&g.acts, language),
        scope: scope_words(book, &g.scope, &info.cameras, &[], language)
            .into_iter()
            .chain(lists_words(info, language))
            .collect(),
        from: g.times.from,
        until: g.times.until,
        shifts: shifts::lines(&g.times.shifts, language),
        state: info.state.as_str(),
        state_word: state_word(info.state, language),
        purpose: g.purpose.clone(),
        document: info.document.clone(),
        file: file_row(info.file.as_ref()),
        given_by: giver(info, language),
        given_at: g.given_at,
        founding: g.founding,
        lost: info.lost as u64,
        withheld: info.withheld as u64,
        later: info.lists.iter().filter(|l| l.later > 0).map(|l| (l.name.clone(), l.later as u64)).collect(),
    }
}

/// Stable name of a request's state.
pub fn request_state(state: &RequestState) -> &'static str {
    match state {
        RequestState::Open => "open",
        RequestState::Withdrawn { .. } => "withdrawn",
        RequestState::Approved { .. } => "approved",
        RequestState::Refused { .. } => "refused",
    }
}

/// A request for a list.
pub fn request_row(book: &Registers, info: &RequestInfo, language: Language) -> RequestRow {
    let q = &info.request;
    let by = info.decided_by.clone().unwrap_or_default();
    let (decided, grant) = match &q.state {
        RequestState::Approved { at, grant, .. } => (Some((by, *at, String::new())), Some(grant.to_string())),
        RequestState::Refused { at, why, .. } => (Some((by, *at, why.clone())), None),
        RequestState::Open | RequestState::Withdrawn { .. } => (None, None),
    };
    RequestRow {
        id: q.id.to_string(),
        who: info.who.clone(),
        holder: info.holder.clone(),
        acts: act_words(&q.acts, language),
        scope: scope_words(book, &q.scope, &[], &q.named, language),
        from: q.times.from,
        until: q.times.until,
        shifts: shifts::lines(&q.times.shifts, language),
        purpose: q.purpose.clone(),
        document: info.document.clone(),
        file: file_row(info.file.as_ref()),
        made_at: q.made_at,
        state: request_state(&q.state),
        decided,
        grant,
    }
}

/// What a form holds, as it was sent.
pub fn rights_form(form: &Fields) -> RightsForm {
    let text = |name: &str| form.text(name).trim().to_owned();
    RightsForm {
        holder: text("holder"),
        for_unit: form.ticked("for_unit"),
        acts: form.ticked_with("act_"),
        cameras: text("cameras"),
        lists: form.ticked_with("list_"),
        areas: text("areas"),
        units: text("units"),
        sectors: form.ticked_with("sector_"),
        purposes: form.ticked_with("purpose_"),
        from: text("from"),
        until: text("until"),
        shifts: text("shifts"),
        purpose: text("purpose"),
        document: text("document"),
        paper_kind: text("paper_kind"),
        paper_number: text("paper_number"),
        paper_date: text("paper_date"),
        paper_issuer: text("paper_issuer"),
    }
}

/// The times of a form: whole days.
pub fn form_times(form: &RightsForm, faults: &mut Vec<FieldFault>) -> Times {
    let from = r::date("from", &form.from).map_err(|f| faults.push(f)).ok().flatten();
    let until = r::date("until", &form.until).map_err(|f| faults.push(f)).ok().flatten();
    let shifts = shifts::read(&form.shifts).map_err(|f| faults.push(f)).unwrap_or_default();
    Times {
        from: from.map(WallTime::start_of_office_day),
        until: until.map(|day| WallTime::start_of_office_day(day).plus(DAY)),
        shifts,
    }
}

/// The paper of a form, if anything of it is filled in.
pub fn form_paper(
    ops: &ops::Ops,
    caller: &ops::Caller,
    form: &RightsForm,
    upload: Option<&ops::Upload>,
    faults: &mut Vec<FieldFault>,
) -> Result<Option<PaperDraft>, ops::OpsError> {
    let any = upload.is_some()
        || [&form.paper_kind, &form.paper_number, &form.paper_date, &form.paper_issuer].iter().any(|t| !t.is_empty());
    let file = match upload.map(|u| ops.keep_paper_file(caller, u)).transpose() {
        Ok(file) => file,
        Err(ops::OpsError::Invalid(more)) => {
            faults.extend(more);
            None
        }
        Err(other) => return Err(other),
    };
    let date = r::date("paper_date", &form.paper_date).map_err(|f| faults.push(f)).ok().flatten();
    Ok(any.then(|| PaperDraft {
        kind: form.paper_kind.clone(),
        number: form.paper_number.clone(),
        date,
        issuer: form.paper_issuer.clone(),
        title: String::new(),
        file,
    }))
}

fn at_scope(fault: FieldFault) -> FieldFault {
    FieldFault { field: "scope", ..fault }
}

/// The scope of a form, but for cameras.
fn form_scope(book: &Registers, form: &RightsForm, faults: &mut Vec<FieldFault>) -> Scope {
    let mut scope = Scope { sectors: form.sectors.clone(), purposes: form.purposes.clone(), ..Scope::default() };
    for line in r::lines(&form.areas) {
        match book.area_by(&line) {
            Ok(id) => scope.areas.push(id),
            Err(fault) => faults.push(at_scope(fault)),
        }
    }
    for line in r::lines(&form.units) {
        match book.unit_by(&line) {
            Ok(id) => scope.units.push(id),
            Err(fault) => faults.push(at_scope(fault)),
        }
    }
    scope
}

fn acts_of(names: &[String]) -> Vec<Act> {
    names.iter().filter_map(|n| Act::parse(n)).collect()
}

/// The holder that a text means: an account by its sign-in name or id, or a unit by id, code or name.
fn holder_of(ops: &ops::Ops, book: &Registers, text: &str) -> Result<Holder, FieldFault> {
    if let Some(id) = text.strip_prefix("unit:") {
        return book.unit_by(id).map(Holder::Unit).map_err(|f| FieldFault { field: "holder", ..f });
    }
    let text = text.strip_prefix("account:").unwrap_or(text);
    // “Lan Trần (lan)” as the suggestions write it.
    let bare = text.rsplit_once('(').map_or(text, |(_, name)| name.trim_end_matches(')')).trim();
    if let Some(id) = [text.trim(), bare].iter().find_map(|t| ops.account_named(t)) {
        return Ok(Holder::Account(id));
    }
    book.unit_by(text).map(Holder::Unit).map_err(|_| {
        FieldFault::new(
            "holder",
            Said::new(
                "Không có tài khoản hay đơn vị nào như vậy. Hãy điền tên đăng nhập, hoặc tên hay mã đơn vị.",
                "There is no such account or unit. Enter a sign-in name, or a unit's name or code.",
            ),
        )
    })
}

/// Gives the right that a form means.
pub async fn give_by_form(
    state: &WebState,
    who: &SignedIn,
    form: &RightsForm,
    upload: Option<ops::Upload>,
) -> Result<GrantInfo, Failure> {
    let (caller, form) = (who.caller.clone(), form.clone());
    ask(state, move |ops| {
        let (book, mut faults) = (ops.registers(), Vec::new());
        let holder = holder_of(ops, &book, &form.holder).map_err(|f| faults.push(f)).ok();
        let mut scope = form_scope(&book, &form, &mut faults);
        for code in r::lines(&form.cameras) {
            match ops.camera(&caller, &code) {
                Ok(camera) => scope.cameras.push(camera.id),
                Err(ops::OpsError::NotFound(_)) => faults.push(no_such_camera(&code)),
                Err(other) => return Err(other),
            }
        }
        for list in &form.lists {
            scope.lists.push(ListedAs { list: ops.camera_list_named(&caller, list)?, revision: 0 });
        }
        let times = form_times(&form, &mut faults);
        let paper = form_paper(ops, &caller, &form, upload.as_ref(), &mut faults)?;
        let document = form.document.parse::<DocumentId>().ok().filter(|_| paper.is_none());
        let (Some(holder), true) = (holder, faults.is_empty()) else { return Err(faults.into()) };
        let wish = GrantWish {
            holder,
            acts: acts_of(&form.acts),
            scope,
            times,
            purpose: form.purpose.clone(),
            document,
            paper,
        };
        let grant = ops.give_grant(&caller, wish)?;
        ops.grant(&caller, grant.id)
    })
    .await
}

pub fn no_such_camera(code: &str) -> FieldFault {
    FieldFault::new(
        "scope",
        Said::new(
            format!("Không tìm thấy camera có mã {code}, hoặc bạn không được xem."),
            format!("No camera has the code {code}, or you may not see it."),
        ),
    )
}

/// Asks for the right that a form means.
pub async fn ask_by_form(
    state: &WebState,
    who: &SignedIn,
    form: &RightsForm,
    upload: Option<ops::Upload>,
) -> Result<base::RequestId, Failure> {
    let (caller, form) = (who.caller.clone(), form.clone());
    ask(state, move |ops| {
        let (book, mut faults) = (ops.registers(), Vec::new());
        let scope = form_scope(&book, &form, &mut faults);
        let times = form_times(&form, &mut faults);
        let paper = form_paper(ops, &caller, &form, upload.as_ref(), &mut faults)?;
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let wish = RequestWish {
            for_unit: form.for_unit,
            acts: acts_of(&form.acts),
            scope,
            named: r::lines(&form.cameras),
            times,
            purpose: form.purpose.clone(),
            paper,
        };
        Ok(ops.request_access(&caller, wish)?.id)
    })
    .await
}

/// What a form of rights offers.
pub async fn rights_choices(state: &WebState, who: &SignedIn, gives: bool) -> Result<RightsChoices, Failure> {
    let (caller, language) = (who.caller.clone(), who.visitor.language);
    ask(state, move |ops| {
        let book: Arc<Registers> = ops.registers();
        let role = caller.account.role;
        let acts = Act::ON_CAMERAS.into_iter().filter(|a| presets::reach(role, *a) != domain::Reach::Never);
        let (mut holders, mut lists) = (Vec::new(), Vec::new());
        if gives {
            holders = ops.holder_suggestions(&caller)?;
            lists = ops.camera_lists(&caller, "", None, base::limits::PAGE_ROWS_MAX)?.items;
        }
        let lists =
            lists.iter().map(|l| (l.list.id.to_string(), format!("{} ({})", l.list.name, l.cameras.len()))).collect();
        let item = |register| r::choices(&book, register, language);
        Ok(RightsChoices {
            acts: acts.map(|a| (a.as_str().to_owned(), a.said().of(language).to_owned())).collect(),
            lists,
            sectors: item(Register::Sector),
            purposes: item(Register::Purpose),
            papers: item(Register::DocumentType),
            documents: if gives {
                ops.consents(&caller)?.into_iter().map(|(id, text)| (id.to_string(), text)).collect()
            } else {
                Vec::new()
            },
            holders,
            areas: Vec::new(),
            units: Vec::new(),
            own_unit: caller.account.unit_id.map(|u| book.unit_name(u).to_owned()),
            file_mib_max: (base::limits::FILE_BYTES_MAX >> 20) as u64,
        })
    })
    .await
}

/// The fault of a form: as [`shell::faults`], a refusal as the sentence above the form with its article and what to do.
pub fn form_faults(failure: Failure, visitor: &Visitor) -> Result<Vec<templates::views::FieldFault>, Failure> {
    if failure.sort() != problem::REFUSED {
        return shell::faults(failure, visitor);
    }
    let language = visitor.language;
    let article = failure.article().map(|a| match language {
        Language::Vi => format!(" (Điều {a})"),
        Language::En => format!(" (article {a})"),
    });
    let help = failure.help().map(|h| format!(" {}", h.of(language))).unwrap_or_default();
    let text = format!("{}{}{help}", failure.detail().of(language), article.unwrap_or_default());
    Ok(vec![templates::views::FieldFault { field: String::new(), text }])
}

/// The name of an account for showing.
pub fn own_account(who: &SignedIn) -> AccountId {
    who.caller.account.id
}
