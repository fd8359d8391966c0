//! Areas: the tree one level at a time, search, one area, adding and changing.

use crate::body::{Asked, Fields, Form};
use crate::flash::Note;
use crate::office::{self, registers as r};
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::AreaId;
use domain::{Act, Area, AreaDraft, FieldFault, Register, Registers};
use ops::CameraCounts;
use templates::routes;
use templates::views::{AreaForm, AreaRow, AreaView, AreasView, Named, Paging};

const ROWS_PER_PAGE: usize = 100;

/// `GET /areas?q=&at=&show=&page=`
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let (book, counts) = r::book(&state, &who).await?;
    let language = who.visitor.language;
    let q = asked.text("q").trim().to_owned();
    let at = asked.text("at").parse::<AreaId>().ok().filter(|id| book.area(*id).is_some());
    let show = match asked.text("show") {
        "former" => "former",
        "all" => "all",
        // Who searches by an old name means it.
        "" if !q.is_empty() => "all",
        _ => "now",
    };
    let chosen = if asked.text("show") == show { show } else { "" };
    let shown = |a: &&Area| match show {
        "now" => a.in_force(book.day()),
        "former" => !a.in_force(book.day()),
        _ => true,
    };
    let mut found: Vec<&Area> = match (q.is_empty(), at) {
        (true, None) if show == "former" => {
            // Of what has ended, the outermost: the rest lies within it.
            let outer = |a: &&Area| a.parent.and_then(|p| book.area(p)).is_none_or(|p| p.in_force(book.day()));
            book.areas().filter(shown).filter(outer).collect()
        }
        (true, at) => book.area_children(at).filter(shown).collect(),
        (false, at) => {
            let within = |a: &&Area| at.is_none_or(|at| book.area_subtree(at).contains(&a.id));
            let texts = |a: &&Area| {
                let former: Vec<&str> = a.former_names.iter().map(String::as_str).collect();
                r::fits(&q, &[&[a.name.as_str(), a.code.as_str()], former.as_slice()].concat())
            };
            book.areas().filter(shown).filter(within).filter(texts).collect()
        }
    };
    // A single top is no choice: what lies within it is shown at once.
    let mut at = at;
    if let (true, None, [top]) = (q.is_empty() && asked.text("at").is_empty(), at, found.as_slice()) {
        at = Some(top.id);
        found = book.area_children(at).filter(shown).collect();
    }
    // In force first; then as the tree has them.
    found.sort_by_key(|a| (!a.in_force(book.day()), a.kind.clone(), a.code.clone(), a.valid_from));
    let page = asked.number::<usize>("page").unwrap_or(0);
    let (total, start) = (found.len(), page.saturating_mul(ROWS_PER_PAGE));
    let rows: Vec<AreaRow> =
        found.into_iter().skip(start).take(ROWS_PER_PAGE).map(|a| r::area_row(&book, &counts, a, language)).collect();
    let id = at.map(|a| a.to_string()).unwrap_or_default();
    let go = |page: usize| {
        let number = if page == 0 { String::new() } else { page.to_string() };
        routes::with_query(routes::AREAS, &[("q", &q), ("at", &id), ("show", chosen), ("page", &number)])
    };
    let edits = office::may(&who.caller, Act::ManageRegisters);
    let view = AreasView {
        shell: shell::shell(&state, &who.visitor),
        edits,
        show: chosen.to_owned(),
        line: at.map(|a| r::area_line(&book, a)).unwrap_or_default(),
        paging: paging(total, start, rows.len(), page, go),
        q,
        rows,
        old_cameras: if edits { counts.in_former_areas(&book) as u64 } else { 0 },
        unplaced: if edits { counts.unplaced as u64 } else { 0 },
    };
    Ok(shell::ok(&state, &who.visitor, templates::areas_page(&view)))
}

/// Where a page of a list stands.
pub(super) fn paging(total: usize, start: usize, rows: usize, page: usize, go: impl Fn(usize) -> String) -> Paging {
    Paging {
        total: Some(total as u64),
        from: (rows > 0).then_some(start as u64 + 1),
        first: (page > 0).then(|| go(0)),
        previous: page.checked_sub(1).map(&go),
        next: (start.saturating_add(rows) < total).then(|| go(page.saturating_add(1))),
    }
}

fn form_of(area: &Area, book: &Registers) -> AreaForm {
    let name = |id: &AreaId| book.area(*id).map(|a| format!("{} ({})", a.name, a.code)).unwrap_or_default();
    AreaForm {
        revision: area.revision,
        code: area.code.clone(),
        name: area.name.clone(),
        kind: area.kind.clone(),
        parent: area.parent.as_ref().map(name).unwrap_or_default(),
        former_names: area.former_names.join("\n"),
        valid_from: r::date_text(area.valid_from),
        valid_to: r::date_text(area.valid_to),
        became: area.became.iter().map(name).collect::<Vec<_>>().join("\n"),
    }
}

fn form_from(form: &Fields) -> AreaForm {
    let text = |name: &str| form.text(name).trim().to_owned();
    AreaForm {
        revision: form.number("revision").unwrap_or(0),
        code: text("code"),
        name: text("name"),
        kind: text("kind"),
        parent: text("parent"),
        former_names: text("former_names"),
        valid_from: text("valid_from"),
        valid_to: text("valid_to"),
        became: text("became"),
    }
}

fn draft(form: &AreaForm) -> Result<AreaDraft, Vec<FieldFault>> {
    match (r::date("valid_from", &form.valid_from), r::date("valid_to", &form.valid_to)) {
        (Ok(valid_from), Ok(valid_to)) => Ok(AreaDraft {
            code: form.code.clone(),
            name: form.name.clone(),
            kind: form.kind.clone(),
            parent: form.parent.clone(),
            former_names: r::lines(&form.former_names),
            valid_from,
            valid_to,
            became: r::lines(&form.became),
        }),
        (from, to) => Err([from.err(), to.err()].into_iter().flatten().collect()),
    }
}

/// Faults of a form as a failure, as if `ops` had found them.
pub(super) fn wrong(faults: Vec<FieldFault>) -> Failure {
    office::failure(faults.into())
}

fn view(
    state: &WebState,
    who: &SignedIn,
    book: &Registers,
    counts: &CameraCounts,
    area: Option<&Area>,
    form: AreaForm,
) -> AreaView {
    let language = who.visitor.language;
    let line = area.map(|a| r::area_line(book, a.id)).unwrap_or_default();
    let came_from = |id: AreaId| {
        let mut from: Vec<&Area> = book.areas().filter(|a| a.became.contains(&id)).collect();
        from.sort_by(|a, b| a.code.cmp(&b.code));
        from.into_iter().map(|a| Named { id: a.id.to_string(), name: a.name.clone() }).collect()
    };
    let units = |id: AreaId| {
        let of = book.units().filter(|u| u.area == Some(id) && u.active(book.day()));
        of.map(|u| r::named_unit(book, u.id)).collect()
    };
    let parts = |id: AreaId| book.area_children(Some(id)).map(|a| r::area_row(book, counts, a, language)).collect();
    AreaView {
        shell: shell::shell(state, &who.visitor),
        edits: office::may(&who.caller, Act::ManageRegisters),
        row: area.map(|a| r::area_row(book, counts, a, language)),
        line: line.into_iter().filter(|n| area.is_none_or(|a| n.id != a.id.to_string())).collect(),
        former_names: area.map(|a| a.former_names.clone()).unwrap_or_default(),
        came_from: area.map(|a| came_from(a.id)).unwrap_or_default(),
        parts: area.map(|a| parts(a.id)).unwrap_or_default(),
        units: area.map(|a| units(a.id)).unwrap_or_default(),
        form,
        faults: Vec::new(),
        tiers: r::choices(book, Register::Tier, language),
        areas: r::area_names(book),
    }
}

/// `GET /areas/add?parent=`
pub async fn add_page(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let (book, counts) = r::book(&state, &who).await?;
    let parent = book.area_by(asked.0.text("parent")).ok().and_then(|id| book.area(id));
    // Most likely it is of the same tier as what is there already.
    let like = parent.and_then(|p| book.area_children(Some(p.id)).find(|a| a.in_force(book.day())));
    let form = AreaForm {
        parent: parent.map(|a| format!("{} ({})", a.name, a.code)).unwrap_or_default(),
        kind: like.map(|a| a.kind.clone()).unwrap_or_default(),
        ..AreaForm::default()
    };
    let view = view(&state, &who, &book, &counts, None, form);
    Ok(shell::ok(&state, &who.visitor, templates::area_page(&view)))
}

/// `POST /areas/add`
pub async fn add(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let form = form_from(&form.0);
    let caller = who.caller.clone();
    let result = match draft(&form) {
        Ok(draft) => office::ask(&state, move |ops| ops.add_area(&caller, draft)).await,
        Err(faults) => Err(wrong(faults)),
    };
    match result {
        Ok(area) => Ok(shell::done(&state, &format!("{}/{}", routes::AREAS, area.id), Note::AreaAdded, &area.name)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let (book, counts) = r::book(&state, &who).await?;
            let mut view = view(&state, &who, &book, &counts, None, form);
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::area_page(&view)))
        }
    }
}

/// `GET /areas/{id}`
pub async fn one(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (book, counts) = r::book(&state, &who).await?;
    let area = book.area_by(&id).ok().and_then(|id| book.area(id)).ok_or_else(Failure::not_found)?;
    let view = view(&state, &who, &book, &counts, Some(area), form_of(area, &book));
    Ok(shell::ok(&state, &who.visitor, templates::area_page(&view)))
}

/// `POST /areas/{id}`
pub async fn change(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id: AreaId = id.parse().map_err(|()| Failure::not_found())?;
    let form = form_from(&form.0);
    let (caller, revision) = (who.caller.clone(), form.revision);
    let result = match draft(&form) {
        Ok(draft) => office::ask(&state, move |ops| ops.change_area(&caller, id, draft, revision)).await,
        Err(faults) => Err(wrong(faults)),
    };
    match result {
        Ok(area) => Ok(shell::done(&state, &format!("{}/{id}", routes::AREAS), Note::AreaChanged, &area.name)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let (book, counts) = r::book(&state, &who).await?;
            let area = book.area(id).ok_or_else(Failure::not_found)?;
            let mut view = view(&state, &who, &book, &counts, Some(area), form);
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::area_page(&view)))
        }
    }
}
