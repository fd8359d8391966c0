//! Handing over areas: the form with its preview, one handover, undo and confirmation.

use super::areas::wrong;
use crate::body::{Asked, Fields, Form};
use crate::flash::Note;
use crate::office::{self, registers as r};
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::{AreaId, CameraId, JobId, Said};
use domain::handover_undo::{Kept, KeptThing, KeptWhy};
use domain::{Fate, FieldFault, Handover, HandoverPlan, HandoverState, Registers};
use ops::{HandoverPreview, UndoPreview};
use std::collections::HashMap;
use templates::routes;
use templates::views::{
    HandoverForm, HandoverOneView, HandoverPreviewView, HandoverRow, HandoverView, KeptRow, KeptView, StayRow, UndoView,
};

fn row(h: &Handover) -> HandoverRow {
    HandoverRow {
        id: h.id.to_string(),
        why: h.plan.why.clone(),
        state: h.state.as_str(),
        by: h.by_name.clone(),
        at: h.at,
        closed_at: h.closed_at,
        cameras: h.cameras,
        moved: h.moved,
        back: h.taken_back().cameras,
        revision: h.revision,
    }
}

fn kept_view(kept: Kept) -> KeptView {
    let row = |thing: KeptThing| KeptRow {
        kind: thing.what.kind(),
        id: thing.what.to_string(),
        code: thing.code,
        name: thing.name,
        gone: thing.why == KeptWhy::Removed,
        why: thing.why.said(),
    };
    KeptView { total: kept.count.total(), rows: kept.first.into_iter().map(row).collect() }
}

fn undo_view(p: UndoPreview) -> UndoView {
    let back = (p.back.cameras, p.back.units, p.back.areas);
    UndoView { back, kept: kept_view(p.kept), possible: p.possible }
}

fn form_from(form: &Fields) -> HandoverForm {
    let text = |name: &str| form.text(name).trim().to_owned();
    HandoverForm {
        from: text("from"),
        by_register: form.ticked("by_register"),
        others: text("others"),
        by_area: text("by_area"),
        by_camera: text("by_camera"),
        units: form.ticked("units"),
        end_on: text("end_on"),
        why: text("why"),
    }
}

/// `old = new`, or `old -> new`.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (a, b) = line.split_once('=').or_else(|| line.split_once("->")).or_else(|| line.split_once('→'))?;
    Some((a.trim(), b.trim())).filter(|(a, b)| !a.is_empty() && !b.is_empty())
}

/// The plan that the form means; every line that means nothing is a fault of its field.
fn plan(
    form: &HandoverForm,
    book: &Registers,
    code: impl Fn(&str) -> Option<CameraId>,
) -> Result<HandoverPlan, Vec<FieldFault>> {
    let mut faults: Vec<FieldFault> = Vec::new();
    let mut plan = HandoverPlan { by_register: form.by_register, units: form.units, ..HandoverPlan::default() };
    plan.why = form.why.clone();
    // The first fault of a field is enough to mend it by.
    let mut keep = |field: &'static str, line: &str, said: Said| {
        if !faults.iter().any(|f| f.field == field) {
            let said = Said::new(format!("“{line}”: {}", said.vi), format!("“{line}”: {}", said.en));
            faults.push(FieldFault::new(field, said));
        }
    };
    for line in r::lines(&form.from) {
        match book.area_by(&line) {
            Ok(id) if plan.from.contains(&id) => {}
            Ok(id) => plan.from.push(id),
            Err(fault) => keep("from", &line, fault.said),
        }
    }
    if !form.others.is_empty() {
        match book.area_by(&form.others) {
            Ok(id) => plan.others = Some(id),
            Err(fault) => keep("others", &form.others, fault.said),
        }
    }
    let form_of_line = || Said::new("dòng này cần dạng “cũ = mới”.", "a line is “old = new”.");
    for line in r::lines(&form.by_area) {
        match pair(&line).map(|(from, to)| (book.area_by(from), book.area_by(to))) {
            Some((Ok(from), Ok(to))) => {
                plan.by_area.insert(from, to);
            }
            Some((Err(fault), _) | (_, Err(fault))) => keep("by_area", &line, fault.said),
            None => keep("by_area", &line, form_of_line()),
        }
    }
    for line in r::lines(&form.by_camera) {
        match pair(&line).map(|(camera, to)| (code(camera), book.area_by(to))) {
            Some((Some(camera), Ok(to))) => {
                plan.by_camera.insert(camera, to);
            }
            Some((None, _)) => keep("by_camera", &line, Said::new("không có camera này.", "there is no such camera.")),
            Some((_, Err(fault))) => keep("by_camera", &line, fault.said),
            None => keep("by_camera", &line, form_of_line()),
        }
    }
    match r::date("end_on", &form.end_on) {
        Ok(day) => plan.end_on = day,
        Err(fault) => keep("end_on", &form.end_on, fault.said),
    }
    if faults.is_empty() { Ok(plan) } else { Err(faults) }
}

fn preview_view(p: &HandoverPreview, book: &Registers, codes: &HashMap<CameraId, String>) -> HandoverPreviewView {
    let name = |id: AreaId| book.area_name(id);
    HandoverPreviewView {
        moves: p.moves.iter().map(|m| (name(m.from), name(m.to), m.cameras as u64)).collect(),
        stays: p
            .stays
            .iter()
            .map(|s| StayRow {
                area: s.area.to_string(),
                name: name(s.area),
                divided: s.why == Fate::Divided,
                cameras: s.cameras as u64,
                candidates: s.candidates.iter().map(|a| r::named_area(book, *a)).collect(),
                some: s.some.iter().take(8).filter_map(|c| codes.get(c).cloned()).collect(),
            })
            .collect(),
        units: p.units.iter().map(|(u, from, to)| (book.unit_name(*u).to_owned(), name(*from), name(*to))).collect(),
        ends: p
            .ends
            .iter()
            .map(|(a, became)| (name(*a), became.iter().map(|b| name(*b)).collect::<Vec<_>>().join("; ")))
            .collect(),
        grants: p.grants as u64,
        touched: p
            .touched
            .iter()
            .map(|g| (g.id.to_string(), g.holder.clone(), g.loses as u64, g.withheld as u64))
            .collect(),
    }
}

async fn view(state: &WebState, who: &SignedIn, form: HandoverForm) -> Result<HandoverView, Failure> {
    let caller = who.caller.clone();
    let (book, past) = office::ask(state, move |ops| Ok((ops.book(&caller)?, ops.handovers(&caller)?))).await?;
    Ok(HandoverView {
        shell: shell::shell(state, &who.visitor),
        form,
        faults: Vec::new(),
        preview: None,
        areas: r::area_names(&book),
        past: past.iter().take(20).map(row).collect(),
    })
}

/// `GET /areas/handover?from=&former=1`
pub async fn page(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let former = asked.0.ticked("former");
    let (book, plan) =
        office::ask(&state, move |ops| Ok((ops.book(&caller)?, ops.former_areas_plan(&caller)?))).await?;
    let line = |id: AreaId| book.area(id).map(|a| format!("{} ({})", a.name, a.code)).unwrap_or_default();
    let form = if former {
        let from = plan.from.iter().map(|a| line(*a)).collect::<Vec<_>>().join("\n");
        HandoverForm { from, by_register: true, units: true, ..HandoverForm::default() }
    } else {
        let from = book.area_by(asked.0.text("from")).map(line).unwrap_or_default();
        HandoverForm { from, by_register: true, ..HandoverForm::default() }
    };
    if former {
        // One click: what would happen is shown at once.
        return show(&state, &who, form, HashMap::new(), false).await;
    }
    let view = view(&state, &who, form).await?;
    Ok(shell::ok(&state, &who.visitor, templates::handover_page(&view)))
}

/// `POST /areas/handover`
pub async fn submit(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let carry_out = form.0.text("act") == "carry_out";
    // Choices under a preview: areas whose cameras stayed.
    let chosen = form.0.starting_with("to_").map(|(id, to)| (id.to_owned(), to.to_owned())).collect();
    show(&state, &who, form_from(&form.0), chosen, carry_out).await
}

async fn show(
    state: &WebState,
    who: &SignedIn,
    mut form: HandoverForm,
    chosen: HashMap<String, String>,
    carry_out: bool,
) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let (book, codes) = office::ask(state, move |ops| Ok((ops.book(&caller)?, ops.visible_codes(&caller)))).await?;
    // What was chosen becomes lines of the form, so that it is seen and kept.
    for (area, to) in chosen.iter().filter(|(_, to)| !to.trim().is_empty()) {
        let name = |text: &str| {
            let area = book.area_by(text).ok().and_then(|id| book.area(id));
            area.map_or_else(|| text.to_owned(), |a| format!("{} ({})", a.name, a.code))
        };
        if !form.by_area.is_empty() {
            form.by_area.push('\n');
        }
        form.by_area.push_str(&format!("{} = {}", name(area), name(to)));
    }
    let by_code: HashMap<String, CameraId> = codes.iter().map(|(id, code)| (code.to_lowercase(), *id)).collect();
    let camera = |text: &str| text.parse().ok().or_else(|| by_code.get(&text.to_lowercase()).copied());
    let caller = who.caller.clone();
    let result = match plan(&form, &book, camera) {
        Err(faults) => Err(wrong(faults)),
        Ok(plan) if carry_out => match office::ask(state, move |ops| ops.hand_over(&caller, plan)).await {
            Ok(h) => {
                let place = format!("{}/{}", routes::AREA_HANDOVERS, h.id);
                return Ok(shell::done(state, &place, Note::HandoverDone, &h.cameras.to_string()));
            }
            Err(failure) => Err(failure),
        },
        Ok(plan) => office::ask(state, move |ops| ops.preview_handover(&caller, &plan)).await,
    };
    let mut view = view(state, who, form.clone()).await?;
    match result {
        Ok(preview) => {
            view.preview = Some(preview_view(&preview, &book, &codes));
            Ok(shell::ok(state, &who.visitor, templates::handover_page(&view)))
        }
        Err(failure) => {
            view.faults = shell::faults(failure, &who.visitor)?;
            if carry_out && let Ok(plan) = plan(&form, &book, camera) {
                let caller = who.caller.clone();
                let again = office::ask(state, move |ops| ops.preview_handover(&caller, &plan)).await.ok();
                view.preview = again.map(|p| preview_view(&p, &book, &codes));
            }
            Ok(shell::again(state, &who.visitor, templates::handover_page(&view)))
        }
    }
}

async fn one_view(state: &WebState, who: &SignedIn, id: JobId) -> Result<HandoverOneView, Failure> {
    let caller = who.caller.clone();
    let (book, h, undo) = office::ask(state, move |ops| {
        Ok((ops.book(&caller)?, ops.handover(&caller, id)?, ops.preview_undo(&caller, id)?))
    })
    .await?;
    Ok(HandoverOneView {
        shell: shell::shell(state, &who.visitor),
        row: row(&h),
        from: h.plan.from.iter().map(|a| r::named_area(&book, *a)).collect(),
        units: h.units.len() as u64,
        ended: h.areas_before.len() as u64,
        undo: undo.map(undo_view),
        kept: kept_view(h.kept),
        faults: Vec::new(),
    })
}

/// `GET /areas/handovers/{id}`
pub async fn one(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let id: JobId = id.parse().map_err(|()| Failure::not_found())?;
    let view = one_view(&state, &who, id).await?;
    Ok(shell::ok(&state, &who.visitor, templates::handover_one_page(&view)))
}

async fn close(state: &WebState, who: &SignedIn, id: &str, form: &Fields, undo: bool) -> Result<HttpResponse, Failure> {
    let id: JobId = id.parse().map_err(|()| Failure::not_found())?;
    let (caller, revision) = (who.caller.clone(), form.number("revision").unwrap_or(0));
    let result = office::ask(state, move |ops| {
        if undo { ops.undo_handover(&caller, id, revision) } else { ops.confirm_handover(&caller, id, revision) }
    })
    .await;
    let note = |h: &Handover| match h.state {
        HandoverState::Undoing => Note::HandoverUndoing,
        HandoverState::Undone if h.kept.is_none() => Note::HandoverUndone,
        HandoverState::Undone => Note::HandoverUndoneInPart,
        _ => Note::HandoverConfirmed,
    };
    match result {
        Ok(h) => Ok(shell::done(state, &format!("{}/{id}", routes::AREA_HANDOVERS), note(&h), &h.plan.why)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = one_view(state, who, id).await?;
            view.faults = faults;
            Ok(shell::again(state, &who.visitor, templates::handover_one_page(&view)))
        }
    }
}

/// `POST /areas/handovers/{id}/undo`
pub async fn undo(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    close(&state, &who, &id, &form.0, true).await
}

/// `POST /areas/handovers/{id}/confirm`
pub async fn confirm(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    close(&state, &who, &id, &form.0, false).await
}
