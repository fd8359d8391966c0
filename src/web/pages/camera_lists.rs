//! Saved lists of cameras: the index, one list, saving ticked cameras.
//!
//! Not here: giving by a list (`sharing`).

use super::sharing::paging;
use crate::body::{Asked, Body, Fields, Form};
use crate::flash::Note;
use crate::office::{self, registers as r, sharing as s};
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::{CameraId, CameraListId, limits};
use domain::CameraListChange;
use ops::CameraListInfo;
use templates::routes;
use templates::views::{
    CameraListForm, CameraListNewView, CameraListRow, CameraListView, CameraListsView, FieldFault, RestingGrant,
};

fn row(info: &CameraListInfo) -> CameraListRow {
    CameraListRow {
        id: info.list.id.to_string(),
        name: info.list.name.clone(),
        unit: info.unit.clone(),
        cameras: info.cameras.len() as u64,
        resting: info.resting as u64,
        changed_at: info.list.changed_at,
    }
}

fn id_of(text: &str) -> Result<CameraListId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

/// `GET /sharing/lists?q=&cursor=`
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let (caller, q, cursor) = (who.caller.clone(), asked.0.text("q").trim().to_owned(), asked.0.optional("cursor"));
    let wanted = q.clone();
    let (page, waiting) = office::ask(&state, move |ops| {
        let page = ops.camera_lists(&caller, &wanted, cursor.as_deref(), limits::PAGE_ROWS_DEFAULT)?;
        Ok((page, ops.requests_waiting(&caller)?))
    })
    .await?;
    let go = |cursor: &str| routes::with_query(routes::CAMERA_LISTS, &[("q", &q), ("cursor", cursor)]);
    let view = CameraListsView {
        waiting: waiting as u64,
        rows: page.items.iter().map(row).collect(),
        paging: paging(page.total, page.from, (page.from > 1).then(|| go("")), page.next.as_deref().map(go)),
        shell: shell::shell(&state, &who.visitor),
        q,
    };
    Ok(shell::ok(&state, &who.visitor, templates::camera_lists_page(&view)))
}

/// The form of a new list, filled as it was sent; with the lists that the cameras can be added to instead.
async fn new_page(
    state: &WebState,
    who: &SignedIn,
    form: CameraListForm,
    faults: Vec<FieldFault>,
) -> Result<CameraListNewView, Failure> {
    let caller = who.caller.clone();
    let all = office::ask(state, move |ops| ops.camera_lists(&caller, "", None, limits::PAGE_ROWS_MAX)).await?.items;
    Ok(CameraListNewView {
        lists: all.iter().map(|l| (l.list.id.to_string(), l.list.name.clone())).collect(),
        form,
        faults,
        shell: shell::shell(state, &who.visitor),
    })
}

/// `GET /sharing/lists/new`
pub async fn new(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let view = new_page(&state, &who, CameraListForm::default(), Vec::new()).await?;
    Ok(shell::ok(&state, &who.visitor, templates::camera_list_new_page(&view)))
}

/// `POST /sharing/lists/ticked` with the ids of ticked cameras: the form of a new list with their codes.
pub async fn ticked(state: web::Data<WebState>, who: SignedIn, body: Body) -> Result<HttpResponse, Failure> {
    // The same name many times: not a matter of `Fields`.
    let ids: Vec<String> = url::form_urlencoded::parse(&body.0)
        .filter(|(name, _)| name == "id")
        .map(|(_, value)| value.into_owned())
        .take(limits::PAGE_ROWS_MAX)
        .collect();
    let caller = who.caller.clone();
    let codes = office::ask(&state, move |ops| {
        Ok(ids.iter().filter_map(|id| ops.camera(&caller, id).ok()).map(|c| c.code).collect::<Vec<_>>())
    })
    .await?;
    let form = CameraListForm { cameras: codes.join("\n"), ..CameraListForm::default() };
    let view = new_page(&state, &who, form, Vec::new()).await?;
    Ok(shell::ok(&state, &who.visitor, templates::camera_list_new_page(&view)))
}

/// The cameras that lines of codes mean.
fn ids(ops: &ops::Ops, caller: &ops::Caller, lines: &str) -> Result<Vec<CameraId>, ops::OpsError> {
    let (mut ids, mut faults) = (Vec::new(), Vec::new());
    for code in r::lines(lines) {
        match ops.camera(caller, &code) {
            Ok(camera) => ids.push(camera.id),
            Err(ops::OpsError::NotFound(_)) => {
                faults.push(domain::FieldFault { field: "cameras", ..s::no_such_camera(&code) });
            }
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() { Ok(ids) } else { Err(faults.into()) }
}

fn form_of(fields: &Fields) -> CameraListForm {
    let text = |name: &str| fields.text(name).trim().to_owned();
    CameraListForm { name: text("name"), list: text("list"), cameras: text("cameras") }
}

/// `POST /sharing/lists`: makes a list, or adds to one.
pub async fn add(state: web::Data<WebState>, who: SignedIn, fields: Form) -> Result<HttpResponse, Failure> {
    let form = form_of(&fields.0);
    let (caller, wish) = (who.caller.clone(), form.clone());
    let done = office::ask(&state, move |ops| {
        let cameras = ids(ops, &caller, &wish.cameras)?;
        match wish.list.parse() {
            Ok(id) => {
                let change = CameraListChange { add: cameras, ..CameraListChange::default() };
                ops.change_camera_list(&caller, id, None, change)
            }
            Err(()) => ops.make_camera_list(&caller, &wish.name, &cameras),
        }
    });
    match done.await {
        Ok(info) => {
            Ok(shell::done(&state, &routes::camera_list(&info.list.id.to_string()), Note::ListSaved, &info.list.name))
        }
        Err(failure) => {
            let faults = s::form_faults(failure, &who.visitor)?;
            let view = new_page(&state, &who, form, faults).await?;
            Ok(shell::again(&state, &who.visitor, templates::camera_list_new_page(&view)))
        }
    }
}

async fn one(
    state: &WebState,
    who: &SignedIn,
    id: CameraListId,
    form: Option<CameraListForm>,
    faults: Vec<FieldFault>,
) -> Result<CameraListView, Failure> {
    let (caller, language) = (who.caller.clone(), who.visitor.language);
    let (book, info, grants) = office::ask(state, move |ops| {
        Ok((ops.registers(), ops.camera_list(&caller, id)?, ops.grants_on_list(&caller, id)?))
    })
    .await?;
    let resting = grants.iter().map(|g| RestingGrant {
        row: s::grant_row(&book, g, language),
        later: g.lists.iter().filter(|l| l.id == id).map(|l| l.later as u64).sum(),
    });
    Ok(CameraListView {
        row: row(&info),
        made_by: info.made_by.clone(),
        made_at: info.list.made_at,
        revision: info.list.revision,
        form: form.unwrap_or_else(|| CameraListForm { name: info.list.name.clone(), ..CameraListForm::default() }),
        cameras: info.cameras.iter().map(|(id, code, name)| (id.to_string(), code.clone(), name.clone())).collect(),
        resting: resting.collect(),
        faults,
        shell: shell::shell(state, &who.visitor),
    })
}

/// `GET /sharing/lists/{id}`
pub async fn page(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let view = one(&state, &who, id_of(&id)?, None, Vec::new()).await?;
    Ok(shell::ok(&state, &who.visitor, templates::camera_list_page(&view)))
}

/// `POST /sharing/lists/{id}`: name, cameras to add, ticked cameras to take off.
pub async fn change(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    fields: Form,
) -> Result<HttpResponse, Failure> {
    let (id, form) = (id_of(&id)?, form_of(&fields.0));
    let revision = Some(fields.0.number("revision").unwrap_or(0));
    let off = fields.0.ticked_with("off_").iter().filter_map(|c| c.parse().ok()).collect();
    let (caller, wish) = (who.caller.clone(), form.clone());
    let done = office::ask(&state, move |ops| {
        let add = ids(ops, &caller, &wish.cameras)?;
        let change = CameraListChange { name: Some(wish.name), add, remove: off };
        ops.change_camera_list(&caller, id, revision, change)
    });
    match done.await {
        Ok(info) => Ok(shell::done(&state, &routes::camera_list(&id.to_string()), Note::ListSaved, &info.list.name)),
        Err(failure) => {
            let faults = s::form_faults(failure, &who.visitor)?;
            let view = one(&state, &who, id, Some(form), faults).await?;
            Ok(shell::again(&state, &who.visitor, templates::camera_list_page(&view)))
        }
    }
}

/// `POST /sharing/lists/{id}/remove`
pub async fn remove(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    fields: Form,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let (caller, revision) = (who.caller.clone(), Some(fields.0.number("revision").unwrap_or(0)));
    match office::ask(&state, move |ops| ops.remove_camera_list(&caller, id, revision)).await {
        Ok(()) => Ok(shell::done(&state, routes::CAMERA_LISTS, Note::ListRemoved, "")),
        Err(failure) => {
            let mut faults = s::form_faults(failure, &who.visitor)?;
            // It is about no field of the form: the sentence stands above it.
            faults.iter_mut().for_each(|f| f.field.clear());
            let view = one(&state, &who, id, None, faults).await?;
            Ok(shell::again(&state, &who.visitor, templates::camera_list_page(&view)))
        }
    }
}
