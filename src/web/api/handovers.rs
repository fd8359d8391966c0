//! `/api/v1/areas/handovers`: merging, splitting and handing over areas, with preview, undo and confirmation.

use super::registers::{if_match, one, slice, stale};
use crate::body::{Asked, Json};
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base::{AreaId, JobId};
use domain::handover_undo::{Counts, Kept, KeptThing};
use domain::{Fate, FieldFault, Handover, HandoverPlan, HandoverState, Registers};
use ops::{HandoverPreview, Ops, OpsError, UndoPreview};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What is handed over to whom. Areas by id, code or name, cameras by code or id. A camera goes by the first that fits:
/// `by_camera`, `by_area` (its own or the nearest above), `by_register`, `others`; else it stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlanBody {
    /// Areas that are handed over, with all that lies within them.
    pub from: Vec<String>,
    /// `true`: all areas that have ended and still have cameras, in place of `from`.
    pub former: bool,
    /// Old area → new area.
    pub by_area: BTreeMap<String, String>,
    /// Camera → new area.
    pub by_camera: BTreeMap<String, String>,
    /// Follow what the register says the areas became, where that is one area.
    pub by_register: bool,
    /// All other cameras go to this area.
    pub others: Option<String>,
    /// Units that answer for an old area answer for the new one.
    pub units: bool,
    /// The areas of `from` end on this day (yyyy-mm-dd) and become what their cameras came to.
    pub end_on: Option<String>,
    /// Basis: the paper that it rests on.
    pub why: String,
    /// `true`: says what would happen and does nothing.
    pub preview: bool,
}

/// Cameras that go from one area to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveBody {
    /// Id of the area that they come from.
    pub from: String,
    /// Id of the area that they come to.
    pub to: String,
    /// How many.
    pub cameras: usize,
}

/// Cameras that stay.
#[derive(Debug, Serialize, ToSchema)]
pub struct StayBody {
    /// Id of their area.
    pub area: String,
    /// `divided`: the area became several; `unsaid`: nothing says where to.
    pub why: &'static str,
    /// How many.
    pub cameras: usize,
    /// Ids of the areas to choose from.
    pub candidates: Vec<String>,
}

/// A grant that a handover touches.
#[derive(Debug, Serialize, ToSchema)]
pub struct TouchedGrantBody {
    /// Id.
    pub id: String,
    /// The holder's name.
    pub holder: String,
    /// Cameras that leave its areas, at most.
    pub loses: usize,
    /// Cameras that come into its areas and that it does not hold.
    pub withheld: usize,
}

/// What a handover would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewBody {
    /// Cameras that move.
    pub moves: Vec<MoveBody>,
    /// Cameras that stay.
    pub stays: Vec<StayBody>,
    /// Units that would answer for another area.
    pub units: usize,
    /// Grants in force that name one of the areas, or one that cameras come to. They keep naming it and hold no camera that
    /// comes.
    pub grants: usize,
    /// The first of them, most cameras first.
    pub touched_grants: Vec<TouchedGrantBody>,
    /// Areas that end.
    pub ends: usize,
}

/// A handover on record.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoverBody {
    /// Id.
    pub id: String,
    /// `running`, `done`, `undoing`, `undone` or `confirmed`.
    pub state: &'static str,
    /// Basis.
    pub why: String,
    /// Sign-in name of whoever did it.
    pub by: String,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// When it was undone or confirmed.
    pub closed_at: Option<String>,
    /// Cameras to be moved.
    pub cameras: u64,
    /// Cameras moved so far; while it is `undoing`, those still to be looked at.
    pub moved: u64,
    /// What an undo would do now; only of a handover that is `done`, and not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<UndoBody>,
    /// What its undo has put back so far; only while it is `undoing` and when it is `undone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<CountsBody>,
    /// What its undo left as it is; at the same times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptBody>,
    /// Counts the changes.
    pub revision: u64,
}

/// Numbers of cameras, units and areas.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsBody {
    /// Cameras.
    pub cameras: u64,
    /// Units.
    pub units: u64,
    /// Areas.
    pub areas: u64,
}

/// What an undo would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoBody {
    /// Is there anything to put back? If not, the undo is refused.
    pub possible: bool,
    /// What would be as it was before.
    pub back: CountsBody,
    /// What would stay as it is.
    pub kept: KeptBody,
}

/// What an undo leaves as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptBody {
    /// How many.
    pub count: CountsBody,
    /// The first of them, 200 at most; in lists of handovers none.
    pub items: Vec<KeptThingBody>,
}

/// Something that an undo leaves as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptThingBody {
    /// `camera`, `unit` or `area`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// `moved`: its area was set to another since; `changed`: it was changed since; `removed`: it was removed since;
    /// `code_taken`: another area in force has its code.
    pub why: &'static str,
}

/// A page of handovers.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoversBody {
    /// The handovers, newest first.
    pub items: Vec<HandoverBody>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// All.
    pub total: usize,
}

fn counts(n: Counts) -> CountsBody {
    CountsBody { cameras: n.cameras, units: n.units, areas: n.areas }
}

fn kept(kept: &Kept) -> KeptBody {
    let item = |thing: &KeptThing| KeptThingBody {
        kind: thing.what.kind(),
        id: thing.what.to_string(),
        code: thing.code.clone(),
        name: thing.name.clone(),
        why: thing.why.as_str(),
    };
    KeptBody { count: counts(kept.count), items: kept.first.iter().map(item).collect() }
}

fn undo_body(p: &UndoPreview) -> UndoBody {
    UndoBody { possible: p.possible, back: counts(p.back), kept: kept(&p.kept) }
}

fn body(h: &Handover) -> HandoverBody {
    let undone = matches!(h.state, HandoverState::Undoing | HandoverState::Undone);
    HandoverBody {
        id: h.id.to_string(),
        state: h.state.as_str(),
        why: h.plan.why.clone(),
        by: h.by_name.clone(),
        at: h.at.rfc3339(),
        closed_at: h.closed_at.map(base::WallTime::rfc3339),
        cameras: h.cameras,
        moved: h.moved,
        undo: None,
        taken_back: undone.then(|| counts(h.taken_back())),
        kept: undone.then(|| kept(&h.kept)),
        revision: h.revision,
    }
}

fn preview_body(p: HandoverPreview) -> PreviewBody {
    PreviewBody {
        moves: p
            .moves
            .iter()
            .map(|m| MoveBody { from: m.from.to_string(), to: m.to.to_string(), cameras: m.cameras })
            .collect(),
        stays: p
            .stays
            .iter()
            .map(|s| StayBody {
                area: s.area.to_string(),
                why: if s.why == Fate::Divided { "divided" } else { "unsaid" },
                cameras: s.cameras,
                candidates: s.candidates.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        units: p.units.len(),
        grants: p.grants,
        touched_grants: p
            .touched
            .into_iter()
            .map(|g| TouchedGrantBody { id: g.id.to_string(), holder: g.holder, loses: g.loses, withheld: g.withheld })
            .collect(),
        ends: p.ends.len(),
    }
}

fn plan(wish: &PlanBody, ops: &Ops, caller: &ops::Caller, book: &Registers) -> Result<HandoverPlan, OpsError> {
    let area = |field: &'static str, text: &str| -> Result<AreaId, FieldFault> {
        book.area_by(text).map_err(|f| FieldFault { field, said: f.said })
    };
    let mut plan = if wish.former { ops.former_areas_plan(caller)? } else { HandoverPlan::default() };
    for text in &wish.from {
        plan.from.push(area("from", text)?);
    }
    for (from, to) in &wish.by_area {
        plan.by_area.insert(area("by_area", from)?, area("by_area", to)?);
    }
    for (camera, to) in &wish.by_camera {
        plan.by_camera.insert(ops.camera(caller, camera)?.id, area("by_camera", to)?);
    }
    plan.by_register |= wish.by_register;
    plan.others = wish.others.as_deref().map(|text| area("others", text)).transpose()?;
    plan.units |= wish.units;
    plan.end_on = office::registers::date("end_on", wish.end_on.as_deref().unwrap_or(""))?;
    plan.why = wish.why.clone();
    Ok(plan)
}

/// Handovers of areas, newest first
#[utoipa::path(get, path = "/api/v1/areas/handovers", tag = "registers", operation_id = "handovers_list",
    params(("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = HandoversBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let all = office::ask(&state, move |ops| ops.handovers(&caller)).await?;
    let page = slice(all, |h| h.id.to_string(), &asked.0)?;
    Ok(HttpResponse::Ok().json(HandoversBody {
        items: page.items.iter().map(body).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// One handover, and what its undo would do
#[utoipa::path(get, path = "/api/v1/areas/handovers/{id}", tag = "registers", operation_id = "handover_get",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = HandoverBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let id: JobId = id.parse().map_err(|()| Failure::not_found())?;
    let caller = who.caller.clone();
    let (h, undo) =
        office::ask(&state, move |ops| Ok((ops.handover(&caller, id)?, ops.preview_undo(&caller, id)?))).await?;
    let body = HandoverBody { undo: undo.as_ref().map(undo_body), ..body(&h) };
    Ok(one(HttpResponse::Ok(), h.revision, body))
}

/// Hands areas over, or with `preview` says what would happen
///
/// More cameras than go in one transaction are moved in the background: the state is then `running`.
#[utoipa::path(post, path = "/api/v1/areas/handovers", tag = "registers", operation_id = "handover_add",
    request_body = PlanBody,
    responses((status = 200, body = PreviewBody, description = "The preview; nothing was changed"),
        (status = 201, body = HandoverBody,
            headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Revision"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn add(state: web::Data<WebState>, who: SignedIn, wish: Json<PlanBody>) -> Result<HttpResponse, Failure> {
    let (caller, wish) = (who.caller.clone(), wish.0);
    if wish.preview {
        let preview = office::ask(&state, move |ops| {
            let book = ops.book(&caller)?;
            let plan = plan(&wish, ops, &caller, &book)?;
            ops.preview_handover(&caller, &plan)
        })
        .await?;
        return Ok(HttpResponse::Ok().json(preview_body(preview)));
    }
    let h = office::ask(&state, move |ops| {
        let book = ops.book(&caller)?;
        let plan = plan(&wish, ops, &caller, &book)?;
        ops.hand_over(&caller, plan)
    })
    .await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/areas/handovers/{}", h.id)));
    Ok(one(response, h.revision, body(&h)))
}

async fn close(
    state: &WebState,
    who: &SignedIn,
    req: &HttpRequest,
    id: &str,
    undo: bool,
) -> Result<HttpResponse, Failure> {
    let id: JobId = id.parse().map_err(|()| Failure::not_found())?;
    let (caller, revision) = (who.caller.clone(), if_match(req)?);
    let h = office::ask(state, move |ops| {
        if undo { ops.undo_handover(&caller, id, revision) } else { ops.confirm_handover(&caller, id, revision) }
    })
    .await
    .map_err(stale)?;
    Ok(one(HttpResponse::Ok(), h.revision, body(&h)))
}

/// Undoes a handover: what is still as it set it is as it was before
///
/// Looked at is what the handover itself set: the area of a camera, the area that a unit answers for, the end of an area.
/// Other changes made since are kept. What was set to something else since, or removed, stays as it is: `kept` counts and
/// names it; `undo` of the handover tells beforehand. With more than 1,000 cameras the rest follows in the background: the
/// state is then `undoing`. Refused once the handover is confirmed, and when nothing of it can be put back.
#[utoipa::path(post, path = "/api/v1/areas/handovers/{id}/undo", tag = "registers", operation_id = "handover_undo",
    params(("id" = String, Path, description = "Its id"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 200, body = HandoverBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn undo(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    close(&state, &who, &req, &id, true).await
}

/// Confirms a handover: it can no longer be undone
#[utoipa::path(post, path = "/api/v1/areas/handovers/{id}/confirm", tag = "registers", operation_id = "handover_confirm",
    params(("id" = String, Path, description = "Its id"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 200, body = HandoverBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn confirm(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    close(&state, &who, &req, &id, false).await
}
