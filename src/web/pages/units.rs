//! Units: the list, one unit, adding and changing; which have no focal point (A22.1, A23.1).

use super::areas::{paging, wrong};
use crate::body::{Asked, Fields, Form};
use crate::flash::Note;
use crate::office::{self, registers as r};
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::UnitId;
use domain::{Act, FieldFault, Register, Registers, Unit, UnitDraft, misses_focal_point};
use ops::CameraCounts;
use templates::routes;
use templates::views::{UnitForm, UnitRow, UnitView, UnitsView};

const ROWS_PER_PAGE: usize = 100;

/// `GET /units?q=&kind=&missing=1&page=`
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let (book, counts) = r::book(&state, &who).await?;
    let language = who.visitor.language;
    let (q, kind) = (asked.text("q").trim().to_owned(), asked.text("kind").trim().to_owned());
    let told = domain::presets::learns_contacts(who.caller.account.role);
    let missing = told && asked.ticked("missing");
    let mut found: Vec<&Unit> = book
        .units()
        .filter(|u| kind.is_empty() || u.kind == kind)
        .filter(|u| !missing || misses_focal_point(u, book.day()))
        .filter(|u| q.is_empty() || r::fits(&q, &[&u.name, &u.code, &u.short_name]))
        .collect();
    found.sort_by(|a, b| (!a.active(book.day()), &a.name, &a.code).cmp(&(!b.active(book.day()), &b.name, &b.code)));
    let page = asked.number::<usize>("page").unwrap_or(0);
    let (total, start) = (found.len(), page.saturating_mul(ROWS_PER_PAGE));
    let rows: Vec<UnitRow> = found
        .into_iter()
        .skip(start)
        .take(ROWS_PER_PAGE)
        .map(|u| r::unit_row(&book, &counts, u, language, told))
        .collect();
    let go = |page: usize| {
        let number = if page == 0 { String::new() } else { page.to_string() };
        let missing = if missing { "1" } else { "" };
        routes::with_query(routes::UNITS, &[("q", &q), ("kind", &kind), ("missing", missing), ("page", &number)])
    };
    let view = UnitsView {
        shell: shell::shell(&state, &who.visitor),
        edits: office::may(&who.caller, Act::ManageRegisters),
        paging: paging(total, start, rows.len(), page, go),
        q,
        kind,
        missing,
        kinds: r::choices(&book, Register::UnitKind, language),
        rows,
        missing_n: book.units().filter(|u| told && misses_focal_point(u, book.day())).count() as u64,
        none_at_all: book.units().next().is_none(),
    };
    Ok(shell::ok(&state, &who.visitor, templates::units_page(&view)))
}

fn form_of(unit: &Unit, book: &Registers) -> UnitForm {
    let focal = unit.focal_point.clone().unwrap_or_default();
    let parent = unit.parent.and_then(|p| book.unit(p));
    let area = unit.area.and_then(|a| book.area(a));
    UnitForm {
        revision: unit.revision,
        code: unit.code.clone(),
        name: unit.name.clone(),
        short_name: unit.short_name.clone(),
        kind: unit.kind.clone(),
        parent: parent.map(|u| format!("{} ({})", u.name, u.code)).unwrap_or_default(),
        area: area.map(|a| format!("{} ({})", a.name, a.code)).unwrap_or_default(),
        sectors: unit.sectors.clone(),
        manages: unit.manages,
        uses_data: unit.uses_data,
        invests: unit.invests,
        focal_name: focal.name,
        focal_title: focal.title,
        focal_phone: focal.phone,
        focal_email: focal.email,
        phone: unit.phone.clone(),
        email: unit.email.clone(),
        ended_on: r::date_text(unit.ended_on),
    }
}

fn form_from(form: &Fields) -> UnitForm {
    let text = |name: &str| form.text(name).trim().to_owned();
    UnitForm {
        revision: form.number("revision").unwrap_or(0),
        code: text("code"),
        name: text("name"),
        short_name: text("short_name"),
        kind: text("kind"),
        parent: text("parent"),
        area: text("area"),
        sectors: form.ticked_with("sector_"),
        manages: form.ticked("manages"),
        uses_data: form.ticked("uses_data"),
        invests: form.ticked("invests"),
        focal_name: text("focal_name"),
        focal_title: text("focal_title"),
        focal_phone: text("focal_phone"),
        focal_email: text("focal_email"),
        phone: text("phone"),
        email: text("email"),
        ended_on: text("ended_on"),
    }
}

/// The draft that the form means; the focal point's account, which no field shows, stays while the name stays.
fn draft(form: &UnitForm, old: Option<&Unit>) -> Result<UnitDraft, Vec<FieldFault>> {
    let ended_on = r::date("ended_on", &form.ended_on).map_err(|f| vec![f])?;
    let account =
        old.and_then(|u| u.focal_point.as_ref()).filter(|f| f.name == form.focal_name).and_then(|f| f.account);
    Ok(UnitDraft {
        code: form.code.clone(),
        name: form.name.clone(),
        short_name: form.short_name.clone(),
        kind: form.kind.clone(),
        parent: form.parent.clone(),
        area: form.area.clone(),
        sectors: form.sectors.clone(),
        manages: form.manages,
        uses_data: form.uses_data,
        invests: form.invests,
        focal_name: form.focal_name.clone(),
        focal_title: form.focal_title.clone(),
        focal_phone: form.focal_phone.clone(),
        focal_email: form.focal_email.clone(),
        focal_account: account,
        phone: form.phone.clone(),
        email: form.email.clone(),
        ended_on,
    })
}

async fn view(
    state: &WebState,
    who: &SignedIn,
    book: &Registers,
    counts: &CameraCounts,
    unit: Option<&Unit>,
    form: UnitForm,
) -> Result<UnitView, Failure> {
    let language = who.visitor.language;
    let accounts = match unit {
        None => 0,
        Some(unit) => {
            let (caller, id) = (who.caller.clone(), unit.id);
            office::ask(state, move |ops| Ok(ops.uses_of_unit(&caller, id)?.accounts)).await?
        }
    };
    let line = unit.map(|u| book.unit_line(u.id)).unwrap_or_default();
    let told = domain::presets::learns_contacts(who.caller.account.role);
    let contact = unit.filter(|_| told).and_then(|u| u.focal_point.as_ref()).map(|f| {
        let parts = [&f.title, &f.phone, &f.email];
        parts.into_iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
    });
    Ok(UnitView {
        shell: shell::shell(state, &who.visitor),
        edits: office::may(&who.caller, Act::ManageRegisters),
        row: unit.map(|u| r::unit_row(book, counts, u, language, told)),
        focal_contact: contact.unwrap_or_default(),
        line: line.iter().skip(1).rev().map(|u| r::named_unit(book, u.id)).collect(),
        children: unit
            .map(|u| book.unit_children(Some(u.id)).map(|c| r::named_unit(book, c.id)).collect())
            .unwrap_or_default(),
        accounts: accounts as u64,
        form,
        faults: Vec::new(),
        kinds: r::choices(book, Register::UnitKind, language),
        sectors: r::choices(book, Register::Sector, language),
        units: r::unit_names(book),
        areas: r::area_names(book),
    })
}

/// `GET /units/add`
pub async fn add_page(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let (book, counts) = r::book(&state, &who).await?;
    let form = UnitForm { manages: true, ..UnitForm::default() };
    let view = view(&state, &who, &book, &counts, None, form).await?;
    Ok(shell::ok(&state, &who.visitor, templates::unit_page(&view)))
}

/// `POST /units/add`
pub async fn add(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let form = form_from(&form.0);
    let caller = who.caller.clone();
    let result = match draft(&form, None) {
        Ok(draft) => office::ask(&state, move |ops| ops.add_unit(&caller, draft)).await,
        Err(faults) => Err(wrong(faults)),
    };
    match result {
        Ok(unit) => Ok(shell::done(&state, &format!("{}/{}", routes::UNITS, unit.id), Note::UnitAdded, &unit.name)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let (book, counts) = r::book(&state, &who).await?;
            let mut view = view(&state, &who, &book, &counts, None, form).await?;
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::unit_page(&view)))
        }
    }
}

/// `GET /units/{id}`
pub async fn one(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (book, counts) = r::book(&state, &who).await?;
    let unit = book.unit_by(&id).ok().and_then(|id| book.unit(id)).ok_or_else(Failure::not_found)?;
    let view = view(&state, &who, &book, &counts, Some(unit), form_of(unit, &book)).await?;
    Ok(shell::ok(&state, &who.visitor, templates::unit_page(&view)))
}

/// `POST /units/{id}`
pub async fn change(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id: UnitId = id.parse().map_err(|()| Failure::not_found())?;
    let form = form_from(&form.0);
    let (book, counts) = r::book(&state, &who).await?;
    let unit = book.unit(id).ok_or_else(Failure::not_found)?;
    let (caller, revision) = (who.caller.clone(), form.revision);
    let result = match draft(&form, Some(unit)) {
        Ok(draft) => office::ask(&state, move |ops| ops.change_unit(&caller, id, draft, revision)).await,
        Err(faults) => Err(wrong(faults)),
    };
    match result {
        Ok(unit) => Ok(shell::done(&state, &format!("{}/{id}", routes::UNITS), Note::UnitChanged, &unit.name)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = view(&state, &who, &book, &counts, Some(unit), form).await?;
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::unit_page(&view)))
        }
    }
}
