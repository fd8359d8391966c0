//! Grants and requests as the API tells and takes them.

use crate::office::sharing as s;
use crate::problem::{self, Failure};
use crate::visitor;
use actix_web::HttpRequest;
use actix_web::http::header;
use base::{CivilDate, Said, WallTime};
use domain::grant::PaperDraft;
use domain::{Act, FieldFault, Holder, Scope, Shift, Times, shifts};
use ops::{GrantInfo, RequestInfo};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which cameras. A camera is within if it fits every part that is given.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ScopeBody {
    /// Every camera of the node (police cameras apart).
    pub all: bool,
    /// Cameras by code or id. Only one that is named can be a police camera.
    pub cameras: Vec<String>,
    /// Lists of cameras by id or name, with what is on them when the right is given; with `cameras` they are one part.
    pub lists: Vec<String>,
    /// Areas by id, code or name, with all within them.
    pub areas: Vec<String>,
    /// Units by id, code or name, with all below them.
    pub units: Vec<String>,
    /// Codes of sectors.
    pub sectors: Vec<String>,
    /// Codes of purposes.
    pub purposes: Vec<String>,
}

/// A weekly shift on one day (Asia/Ho_Chi_Minh).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShiftBody {
    /// 1 is Monday, 7 Sunday.
    pub weekday: u8,
    /// Begins, `HH:MM`.
    pub from: String,
    /// Ends, `HH:MM`, at most `24:00`. What is sent may end before it begins: on the next day.
    pub until: String,
}

/// A shift as it is sent: with its parts, or as people write it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ShiftWish {
    /// With its parts: the form of every answer.
    Parts(ShiftBody),
    /// `Mon-Fri 07:30-17:00`, `T2-T6 07:30-17:00`; only taken, never answered.
    Line(String),
}

/// When.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TimesBody {
    /// Not before, RFC 3339.
    pub from: Option<String>,
    /// Ends by itself, RFC 3339.
    pub until: Option<String>,
    /// Weekly shifts (Asia/Ho_Chi_Minh); empty: at all hours.
    pub shifts: Vec<ShiftWish>,
}

/// A paper that a right rests on.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperBody {
    /// Code of a type of document; `consent` is the written consent of the People's Committee (A10.3).
    pub kind: String,
    /// Number and symbol.
    pub number: String,
    /// Date, `yyyy-mm-dd`.
    pub date: String,
    /// Issuer.
    pub issuer: String,
    /// What it is about.
    #[serde(default)]
    pub title: String,
}

/// Who has it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HolderBody {
    /// `account` or `unit`.
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A grant.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantBody {
    /// Id.
    pub id: String,
    /// Who has it.
    pub holder: HolderBody,
    /// Names of acts.
    pub acts: Vec<&'static str>,
    /// On which cameras.
    pub scope: ScopeBody,
    /// Named cameras that the caller does not see.
    pub unseen_cameras: usize,
    /// Cameras that it held before a handover of areas took them to another area.
    pub lost_cameras: usize,
    /// Cameras that a handover brought into its areas and that it does not hold: it must be given anew for them.
    pub withheld_cameras: usize,
    /// Cameras that came onto its lists after it was given and that it does not hold: it must be given anew for them.
    pub later_on_lists: usize,
    /// When.
    pub times: TimesBody,
    /// What for.
    pub purpose: String,
    /// The paper: number, date, issuer.
    pub document: Option<String>,
    /// The paper's file, if the caller may open it: at `/api/v1/documents/{document_id}/file`.
    pub document_file: Option<String>,
    /// Id of the paper.
    pub document_id: Option<String>,
    /// The request that it answers.
    pub request: Option<String>,
    /// The giver's own grant that it was given from.
    pub via: Option<String>,
    /// Made by the node for a police camera.
    pub founding: bool,
    /// Who gave it.
    pub given_by: String,
    /// When, RFC 3339 UTC.
    pub given_at: String,
    /// The second person.
    pub confirmed_by: Option<String>,
    /// When it was ended or ran out.
    pub ended_at: Option<String>,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// Why.
    pub ended_why: Option<String>,
    /// `current`, `expiring`, `coming`, `awaits_second`, `ended` or `expired`.
    pub state: &'static str,
    /// Counts the changes; also in the `ETag`.
    pub revision: u64,
}

/// A page of grants.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantsBody {
    /// The grants, newest first.
    pub items: Vec<GrantBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestBody {
    /// Id.
    pub id: String,
    /// Who asks, by name.
    pub who: String,
    /// For whom.
    pub holder: HolderBody,
    /// Names of acts.
    pub acts: Vec<&'static str>,
    /// On which cameras; `cameras` are the codes as they were asked for.
    pub scope: ScopeBody,
    /// When.
    pub times: TimesBody,
    /// What for.
    pub purpose: String,
    /// The paper: number, date, issuer.
    pub document: Option<String>,
    /// Id of the paper; its file is put at `/api/v1/documents/{id}/file` by whoever entered it.
    pub document_id: Option<String>,
    /// The paper's file, if the caller may open it.
    pub document_file: Option<String>,
    /// When it was made, RFC 3339 UTC.
    pub made_at: String,
    /// `open`, `withdrawn`, `approved` or `refused`.
    pub state: &'static str,
    /// Who decided.
    pub decided_by: Option<String>,
    /// Why it was refused.
    pub why: Option<String>,
    /// The grant that came of it.
    pub grant: Option<String>,
    /// May the caller decide it?
    pub may_decide: bool,
    /// Would it reach beyond the holder's own scope? Told to who may decide.
    pub beyond_own_scope: bool,
    /// Counts the changes; also in the `ETag`.
    pub revision: u64,
}

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestsBody {
    /// The requests, newest first.
    pub items: Vec<RequestBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

fn times_body(t: &Times) -> TimesBody {
    let shift = |s: &Shift| {
        ShiftWish::Parts(ShiftBody {
            weekday: s.weekday,
            from: shifts::clock(s.from_min),
            until: shifts::clock(s.until_min),
        })
    };
    TimesBody {
        from: t.from.map(WallTime::rfc3339),
        until: t.until.map(WallTime::rfc3339),
        shifts: t.shifts.iter().map(shift).collect(),
    }
}

fn scope_body(scope: &Scope, cameras: Vec<String>) -> ScopeBody {
    ScopeBody {
        all: scope.all,
        cameras,
        lists: scope.lists.iter().map(|l| l.list.to_string()).collect(),
        areas: scope.areas.iter().map(ToString::to_string).collect(),
        units: scope.units.iter().map(ToString::to_string).collect(),
        sectors: scope.sectors.clone(),
        purposes: scope.purposes.clone(),
    }
}

fn holder_body(holder: Holder, name: &str) -> HolderBody {
    let (kind, id) = match holder {
        Holder::Account(id) => ("account", id.to_string()),
        Holder::Unit(id) => ("unit", id.to_string()),
    };
    HolderBody { kind, id, name: name.to_owned() }
}

/// A grant.
pub fn grant_body(info: &GrantInfo) -> GrantBody {
    let g = &info.grant;
    GrantBody {
        id: g.id.to_string(),
        holder: holder_body(g.holder, &info.holder),
        acts: g.acts.iter().map(|a| a.as_str()).collect(),
        scope: scope_body(&g.scope, info.cameras.iter().map(|(_, code, _)| code.clone()).collect()),
        unseen_cameras: info.unseen,
        lost_cameras: info.lost,
        withheld_cameras: info.withheld,
        later_on_lists: info.lists.iter().map(|l| l.later).sum(),
        times: times_body(&g.times),
        purpose: g.purpose.clone(),
        document: info.document.clone(),
        document_file: info.file.as_ref().map(|(_, f)| f.name.clone()),
        document_id: g.document.map(|d| d.to_string()),
        request: g.request.map(|r| r.to_string()),
        via: g.via.map(|v| v.to_string()),
        founding: g.founding,
        given_by: info.given_by.clone(),
        given_at: g.given_at.rfc3339(),
        confirmed_by: info.confirmed_by.clone(),
        ended_at: g.ended.as_ref().map(|e| e.at.rfc3339()),
        ended_by: info.ended_by.clone(),
        ended_why: g.ended.as_ref().map(|e| e.why.clone()).filter(|w| !w.is_empty()),
        state: info.state.as_str(),
        revision: g.revision,
    }
}

/// A request.
pub fn request_body(info: &RequestInfo) -> RequestBody {
    let q = &info.request;
    let (why, grant) = match &q.state {
        domain::RequestState::Refused { why, .. } => (Some(why.clone()), None),
        domain::RequestState::Approved { grant, .. } => (None, Some(grant.to_string())),
        domain::RequestState::Open | domain::RequestState::Withdrawn { .. } => (None, None),
    };
    RequestBody {
        id: q.id.to_string(),
        who: info.who.clone(),
        holder: holder_body(q.holder, &info.holder),
        acts: q.acts.iter().map(|a| a.as_str()).collect(),
        scope: scope_body(&q.scope, q.named.clone()),
        times: times_body(&q.times),
        purpose: q.purpose.clone(),
        document: info.document.clone(),
        document_id: q.document.map(|d| d.to_string()),
        document_file: info.file.as_ref().map(|(_, f)| f.name.clone()),
        made_at: q.made_at.rfc3339(),
        state: s::request_state(&q.state),
        decided_by: info.decided_by.clone(),
        why,
        grant,
        may_decide: info.may_decide,
        beyond_own_scope: info.beyond_own_scope,
        revision: q.revision,
    }
}

/// Reads names of acts.
///
/// # Errors
/// A fault of `acts` that lists those that can be granted.
pub fn acts(names: &[String]) -> Result<Vec<Act>, FieldFault> {
    names.iter().map(|n| Act::parse(n).filter(|a| a.on_camera()).ok_or(())).collect::<Result<_, _>>().map_err(|()| {
        let all = Act::ON_CAMERAS.map(Act::as_str).join(", ");
        FieldFault::new("acts", Said::new(format!("acts chỉ gồm: {all}."), format!("acts are among: {all}.")))
    })
}

/// Reads times.
///
/// # Errors
/// A fault of `from`, `until` or `shifts`.
pub fn times(body: &TimesBody) -> Result<Times, FieldFault> {
    let moment = |field: &'static str, text: &Option<String>| match text.as_deref() {
        None | Some("") => Ok(None),
        Some(text) => WallTime::parse_rfc3339(text).map(Some).ok_or_else(|| {
            let said =
                Said::new(format!("{field} là thời điểm RFC 3339."), format!("{field} is a moment in RFC 3339."));
            FieldFault::new(field, said)
        }),
    };
    let mut all: Vec<Shift> = Vec::new();
    for shift in &body.shifts {
        all.extend(match shift {
            ShiftWish::Parts(s) => shifts::on_day(s.weekday, &s.from, &s.until)?,
            ShiftWish::Line(line) => shifts::read(line)?,
        });
    }
    Ok(Times { from: moment("from", &body.from)?, until: moment("until", &body.until)?, shifts: all })
}

/// Reads a paper.
///
/// # Errors
/// A fault of `paper_date`.
pub fn paper(body: &PaperBody) -> Result<PaperDraft, FieldFault> {
    let date: CivilDate = body
        .date
        .parse()
        .map_err(|_| FieldFault::new("paper_date", Said::new("date có dạng yyyy-mm-dd.", "date is yyyy-mm-dd.")))?;
    Ok(PaperDraft {
        kind: body.kind.clone(),
        number: body.number.clone(),
        date: Some(date),
        issuer: body.issuer.clone(),
        title: body.title.clone(),
        file: None,
    })
}

/// Reads the parts of a scope but for cameras.
///
/// # Errors
/// A fault of `scope`.
pub fn scope(book: &domain::Registers, body: &ScopeBody) -> Result<Scope, FieldFault> {
    let at_scope = |f: FieldFault| FieldFault { field: "scope", ..f };
    Ok(Scope {
        all: body.all,
        areas: body.areas.iter().map(|a| book.area_by(a)).collect::<Result<_, _>>().map_err(at_scope)?,
        units: body.units.iter().map(|u| book.unit_by(u)).collect::<Result<_, _>>().map_err(at_scope)?,
        sectors: body.sectors.clone(),
        purposes: body.purposes.clone(),
        cameras: Vec::new(),
        lists: Vec::new(),
    })
}

/// The `ETag` of a revision.
pub fn etag(revision: u64) -> String {
    format!("\"r{revision}\"")
}

/// The revision in `If-Match` (RFC 9110 §13.1.1), which changes need.
///
/// # Errors
/// 428 without it, 412 for another thing's.
pub fn if_match(req: &HttpRequest) -> Result<u64, Failure> {
    let text = visitor::header_text(req, header::IF_MATCH).ok_or_else(|| {
        Failure::new(
            problem::IF_MATCH_NEEDED,
            Said::new(
                "Thiếu If-Match: hãy đọc mục này trước và gửi lại ETag của nó.",
                "If-Match is missing: read the thing first and send its ETag.",
            ),
        )
    })?;
    text.trim().trim_matches('"').strip_prefix('r').and_then(|n| n.parse().ok()).ok_or_else(changed)
}

/// Somebody else was first.
pub fn changed() -> Failure {
    Failure::new(
        problem::CHANGED_MEANWHILE,
        Said::new(
            "Mục này đã được người khác thay đổi sau khi bạn đọc. Hãy đọc lại rồi gửi thay đổi.",
            "Somebody else changed this after you read it. Read it again and send your change.",
        ),
    )
}

/// A conflict of revisions is a failed precondition here.
pub fn precondition(failure: Failure) -> Failure {
    if failure.sort() == problem::CONFLICT { changed() } else { failure }
}

/// Rows of a page: `limit`.
///
/// # Errors
/// A fault of `limit`.
pub fn limit(asked: &crate::body::Fields) -> Result<usize, Failure> {
    asked.page_rows()
}
