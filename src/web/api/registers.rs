//! `/api/v1/areas`, `/api/v1/units`, `/api/v1/registers/{register}`: lists by page, one, adding, changing with `If-Match`.
//!
//! Not here: handing over areas (`handovers`).

use super::register_bodies::{
    AreaBody, AreaWish, AreasBody, ItemBody, ItemWish, ItemsBody, UnitBody, UnitWish, UnitsBody,
};
use crate::body::{Asked, Fields, Json};
use crate::office::{self, registers as r};
use crate::problem::{self, Failure, Problem};
use crate::state::WebState;
use crate::visitor::{self, SignedIn};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base::Said;
use domain::{AreaDraft, ItemDraft, Register, UnitDraft};
use serde::Serialize;

pub(super) fn etag(revision: u64) -> String {
    format!("\"r{revision}\"")
}

/// The revision in `If-Match` (RFC 9110 §13.1.1); required where a change could overwrite another.
pub(super) fn if_match(req: &HttpRequest) -> Result<u64, Failure> {
    let text = visitor::header_text(req, header::IF_MATCH).ok_or_else(|| {
        Failure::new(
            problem::IF_MATCH_NEEDED,
            Said::new(
                "Thiếu If-Match: hãy đọc mục này trước và gửi lại ETag của nó.",
                "If-Match is missing: read it first and send its ETag.",
            ),
        )
    })?;
    text.trim().trim_matches('"').strip_prefix('r').and_then(|n| n.parse().ok()).ok_or_else(|| {
        Failure::new(
            problem::CHANGED_MEANWHILE,
            Said::new("If-Match không phải ETag của mục này.", "If-Match is not an ETag of this."),
        )
    })
}

/// An answer with its `ETag`.
pub(super) fn one(mut response: HttpResponseBuilder, revision: u64, body: impl Serialize) -> HttpResponse {
    response.insert_header((header::ETAG, etag(revision)));
    response.json(body)
}

/// A change that came too late: 412 instead of 409, since `If-Match` was sent.
pub(super) fn stale(failure: Failure) -> Failure {
    if failure.sort() != problem::CONFLICT || failure.field().is_some() {
        return failure;
    }
    Failure::new(
        problem::CHANGED_MEANWHILE,
        Said::new(
            "Mục này đã được người khác thay đổi sau khi bạn đọc. Hãy đọc lại rồi gửi thay đổi.",
            "Somebody else changed this after you read it. Read it again and send your change.",
        ),
    )
}

/// One page of a sorted list: the rows after the one whose key the cursor names.
pub(super) struct Slice<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
    pub(super) total: usize,
}

/// Cuts a page out of `all`, which is sorted by `key`; the keys are the cursors.
pub(super) fn slice<T>(all: Vec<T>, key: impl Fn(&T) -> String, asked: &Fields) -> Result<Slice<T>, Failure> {
    let limit = asked.page_rows()?;
    let total = all.len();
    let from = match asked.optional("cursor") {
        None => 0,
        Some(cursor) => {
            let after = all.iter().position(|t| key(t) == cursor).map(|at| at.saturating_add(1));
            after.ok_or_else(|| {
                let said =
                    Said::new("cursor không phải của danh sách này.", "This cursor does not belong to this list.");
                Failure::invalid("cursor", said)
            })?
        }
    };
    let more = total.saturating_sub(from) > limit;
    let items: Vec<T> = all.into_iter().skip(from).take(limit).collect();
    let next = items.last().filter(|_| more).map(&key);
    Ok(Slice { items, next, total })
}

fn register_of(text: &str) -> Result<Register, Failure> {
    Register::parse(text).ok_or_else(Failure::not_found)
}

/// Areas, by code
#[utoipa::path(get, path = "/api/v1/areas", tag = "registers", operation_id = "areas_list",
    params(("q" = Option<String>, Query, description = "Search in name, former names, code; diacritics do not matter"),
        ("parent" = Option<String>, Query, description = "Only the parts of this area: id, code or name"),
        ("in_force" = Option<bool>, Query, description = "true: only in force today; false: only those that have ended"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = AreasBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn areas(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let (book, counts) = r::book(&state, &who).await?;
    let parent = match asked.optional("parent") {
        None => None,
        Some(text) => Some(book.area_by(&text).map_err(|f| Failure::invalid("parent", f.said))?),
    };
    let q = asked.text("q").trim();
    let in_force = asked.optional("in_force").map(|t| t != "false" && t != "0");
    let mut all: Vec<_> = book
        .areas()
        .filter(|a| parent.is_none_or(|p| a.parent == Some(p)))
        .filter(|a| in_force.is_none_or(|wanted| a.in_force(book.day()) == wanted))
        .filter(|a| {
            let former = a.former_names.iter().map(String::as_str);
            q.is_empty()
                || r::fits(q, &[a.name.as_str(), a.code.as_str()].into_iter().chain(former).collect::<Vec<_>>())
        })
        .collect();
    all.sort_by(|a, b| (&a.code, a.id).cmp(&(&b.code, b.id)));
    let page = slice(all, |a| a.id.to_string(), &asked)?;
    Ok(HttpResponse::Ok().json(AreasBody {
        items: page.items.into_iter().map(|a| AreaBody::of(a, &book, &counts)).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// One area
#[utoipa::path(get, path = "/api/v1/areas/{area}", tag = "registers", operation_id = "area_get",
    params(("area" = String, Path, description = "Id, code or name; an area in force goes before one that has ended")),
    responses((status = 200, body = AreaBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn area(
    state: web::Data<WebState>,
    who: SignedIn,
    named: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (book, counts) = r::book(&state, &who).await?;
    let area = book.area_by(&named).ok().and_then(|id| book.area(id)).ok_or_else(Failure::not_found)?;
    Ok(one(HttpResponse::Ok(), area.revision, AreaBody::of(area, &book, &counts)))
}

/// Adds an area
#[utoipa::path(post, path = "/api/v1/areas", tag = "registers", operation_id = "area_add",
    request_body = AreaWish,
    responses((status = 201, body = AreaBody,
            headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Revision"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn area_add(
    state: web::Data<WebState>,
    who: SignedIn,
    wish: Json<AreaWish>,
) -> Result<HttpResponse, Failure> {
    let draft = wish.0.onto(AreaDraft::default()).map_err(|f| office::failure(f.into()))?;
    let caller = who.caller.clone();
    let area = office::ask(&state, move |ops| ops.add_area(&caller, draft)).await?;
    let (book, counts) = r::book(&state, &who).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/areas/{}", area.id)));
    Ok(one(response, area.revision, AreaBody::of(&area, &book, &counts)))
}

/// Changes or ends an area
///
/// What is left out stays. Needs `If-Match` with the `ETag` that was read.
#[utoipa::path(patch, path = "/api/v1/areas/{area}", tag = "registers", operation_id = "area_change",
    params(("area" = String, Path, description = "Id, code or name"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = AreaWish,
    responses((status = 200, body = AreaBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn area_change(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    named: web::Path<String>,
    wish: Json<AreaWish>,
) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let old = office::ask(&state, move |ops| ops.area(&caller, &named)).await?;
    let revision = if_match(&req)?;
    let draft = wish.0.onto(AreaDraft::of(&old)).map_err(|f| office::failure(f.into()))?;
    let (caller, id) = (who.caller.clone(), old.id);
    let area = office::ask(&state, move |ops| ops.change_area(&caller, id, draft, revision)).await.map_err(stale)?;
    let (book, counts) = r::book(&state, &who).await?;
    Ok(one(HttpResponse::Ok(), area.revision, AreaBody::of(&area, &book, &counts)))
}

/// Units, by code
#[utoipa::path(get, path = "/api/v1/units", tag = "registers", operation_id = "units_list",
    params(("q" = Option<String>, Query, description = "Search in name, short name, code; diacritics do not matter"),
        ("kind" = Option<String>, Query, description = "Only of this kind (code)"),
        ("missing_focal_point" = Option<bool>, Query, description = "true: only those that must name one and have not"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = UnitsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn units(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let (book, counts) = r::book(&state, &who).await?;
    let (q, kind) = (asked.text("q").trim(), asked.text("kind").trim());
    let (missing, role) = (asked.ticked("missing_focal_point"), who.caller.account.role);
    let told = domain::presets::learns_contacts(role);
    let mut all: Vec<_> = book
        .units()
        .filter(|u| kind.is_empty() || u.kind == kind)
        .filter(|u| !missing || told && domain::misses_focal_point(u, book.day()))
        .filter(|u| q.is_empty() || r::fits(q, &[&u.name, &u.code, &u.short_name]))
        .collect();
    all.sort_by(|a, b| (&a.code, a.id).cmp(&(&b.code, b.id)));
    let page = slice(all, |u| u.id.to_string(), &asked)?;
    Ok(HttpResponse::Ok().json(UnitsBody {
        items: page.items.into_iter().map(|u| UnitBody::of(u, &book, &counts).told_to(role)).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// One unit
#[utoipa::path(get, path = "/api/v1/units/{unit}", tag = "registers", operation_id = "unit_get",
    params(("unit" = String, Path, description = "Id, code or name")),
    responses((status = 200, body = UnitBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn unit(
    state: web::Data<WebState>,
    who: SignedIn,
    named: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (book, counts) = r::book(&state, &who).await?;
    let unit = book.unit_by(&named).ok().and_then(|id| book.unit(id)).ok_or_else(Failure::not_found)?;
    let body = UnitBody::of(unit, &book, &counts).told_to(who.caller.account.role);
    Ok(one(HttpResponse::Ok(), unit.revision, body))
}

/// Adds a unit
#[utoipa::path(post, path = "/api/v1/units", tag = "registers", operation_id = "unit_add",
    request_body = UnitWish,
    responses((status = 201, body = UnitBody,
            headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Revision"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn unit_add(
    state: web::Data<WebState>,
    who: SignedIn,
    wish: Json<UnitWish>,
) -> Result<HttpResponse, Failure> {
    let draft = wish.0.onto(UnitDraft::default()).map_err(|f| office::failure(f.into()))?;
    let caller = who.caller.clone();
    let unit = office::ask(&state, move |ops| ops.add_unit(&caller, draft)).await?;
    let (book, counts) = r::book(&state, &who).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/units/{}", unit.id)));
    Ok(one(response, unit.revision, UnitBody::of(&unit, &book, &counts)))
}

/// Changes or ends a unit
///
/// What is left out stays. Needs `If-Match` with the `ETag` that was read.
#[utoipa::path(patch, path = "/api/v1/units/{unit}", tag = "registers", operation_id = "unit_change",
    params(("unit" = String, Path, description = "Id, code or name"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = UnitWish,
    responses((status = 200, body = UnitBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn unit_change(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    named: web::Path<String>,
    wish: Json<UnitWish>,
) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let old = office::ask(&state, move |ops| ops.unit(&caller, &named)).await?;
    let revision = if_match(&req)?;
    let draft = wish.0.onto(UnitDraft::of(&old)).map_err(|f| office::failure(f.into()))?;
    let (caller, id) = (who.caller.clone(), old.id);
    let unit = office::ask(&state, move |ops| ops.change_unit(&caller, id, draft, revision)).await.map_err(stale)?;
    let (book, counts) = r::book(&state, &who).await?;
    Ok(one(HttpResponse::Ok(), unit.revision, UnitBody::of(&unit, &book, &counts)))
}

/// The entries of a register, in its order
#[utoipa::path(get, path = "/api/v1/registers/{register}", tag = "registers", operation_id = "items_list",
    params(("register" = String, Path, description = "sector, purpose, place, layer, document_type, tier, unit_kind, \
            ownership, funding, asset_kind, update_form, update_frequency, recording_class, sharing_class"),
        ("on" = Option<String>, Query, description = "Only those in force on this day (yyyy-mm-dd)"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = ItemsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn items(
    state: web::Data<WebState>,
    who: SignedIn,
    register: web::Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let register = register_of(&register)?;
    let on = r::date("on", asked.0.text("on")).map_err(|f| office::failure(f.into()))?;
    let (book, _) = r::book(&state, &who).await?;
    let all: Vec<_> = book.all_items(register).iter().filter(|i| on.is_none_or(|day| i.in_force(day))).collect();
    let page = slice(all, |i| i.code.clone(), &asked.0)?;
    Ok(HttpResponse::Ok().json(ItemsBody {
        items: page.items.into_iter().map(ItemBody::of).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// One entry of a register
#[utoipa::path(get, path = "/api/v1/registers/{register}/{code}", tag = "registers", operation_id = "item_get",
    params(("register" = String, Path, description = "The register"), ("code" = String, Path, description = "Code or id")),
    responses((status = 200, body = ItemBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn item(
    state: web::Data<WebState>,
    who: SignedIn,
    place: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let register = register_of(&place.0)?;
    let caller = who.caller.clone();
    let item = office::ask(&state, move |ops| ops.item(&caller, register, &place.1)).await?;
    Ok(one(HttpResponse::Ok(), item.revision, ItemBody::of(&item)))
}

/// Adds an entry to a register
#[utoipa::path(post, path = "/api/v1/registers/{register}", tag = "registers", operation_id = "item_add",
    params(("register" = String, Path, description = "The register")),
    request_body = ItemWish,
    responses((status = 201, body = ItemBody,
            headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Revision"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn item_add(
    state: web::Data<WebState>,
    who: SignedIn,
    register: web::Path<String>,
    wish: Json<ItemWish>,
) -> Result<HttpResponse, Failure> {
    let register = register_of(&register)?;
    let draft = wish.0.onto(ItemDraft::default()).map_err(|f| office::failure(f.into()))?;
    let caller = who.caller.clone();
    let item = office::ask(&state, move |ops| ops.add_item(&caller, register, draft)).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/registers/{}/{}", register.as_str(), item.code)));
    Ok(one(response, item.revision, ItemBody::of(&item)))
}

/// Changes or ends an entry of a register; its code stays
///
/// What is left out stays. Needs `If-Match` with the `ETag` that was read.
#[utoipa::path(patch, path = "/api/v1/registers/{register}/{code}", tag = "registers", operation_id = "item_change",
    params(("register" = String, Path, description = "The register"), ("code" = String, Path, description = "Code or id"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = ItemWish,
    responses((status = 200, body = ItemBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn item_change(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    place: web::Path<(String, String)>,
    wish: Json<ItemWish>,
) -> Result<HttpResponse, Failure> {
    let register = register_of(&place.0)?;
    let caller = who.caller.clone();
    let old = office::ask(&state, move |ops| ops.item(&caller, register, &place.1)).await?;
    let revision = if_match(&req)?;
    let draft = wish.0.onto(ItemDraft::of(&old)).map_err(|f| office::failure(f.into()))?;
    let (caller, id) = (who.caller.clone(), old.id);
    let item = office::ask(&state, move |ops| ops.change_item(&caller, id, draft, revision)).await.map_err(stale)?;
    Ok(one(HttpResponse::Ok(), item.revision, ItemBody::of(&item)))
}
