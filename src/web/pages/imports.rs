//! Lists of cameras: sending, looking at what they would do, mending, carrying out, undoing; giving out; bulk changes.

use crate::body::{Asked, Body, Fields, Form, Parts};
use crate::flash::Note;
use crate::office;
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base::{CameraId, Language};
use domain::{Act, Register, Verdict};
use ops::{BulkEdit, BulkHow, CameraFilter, ListFile, ListFormat, ListOut};
use templates::routes;
use templates::views::{BulkFieldView, BulkLineView, BulkView, FieldFault, ImportView, JobPageView};

/// Rows of one page of a job.
const ROWS: usize = 50;
/// Lines of the form of a bulk change.
const BULK_LINES: usize = 5;

/// A file to be kept.
pub fn file(out: ListOut) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(out.format.media_type())
        .insert_header(header::ContentDisposition::attachment(out.name.clone()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(out.bytes)
}

async fn import_view(state: &WebState, who: &SignedIn) -> Result<ImportView, Failure> {
    let caller = who.caller.clone();
    let jobs = office::ask(state, move |ops| ops.jobs(&caller)).await?;
    Ok(ImportView {
        shell: shell::shell(state, &who.visitor),
        faults: Vec::new(),
        reason: String::new(),
        sheet: String::new(),
        jobs: jobs.iter().map(office::job_view).collect(),
        inbox: office::may(&who.caller, Act::ManageNode),
    })
}

/// `GET /cameras/import`
pub async fn page(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let view = import_view(&state, &who).await?;
    Ok(shell::ok(&state, &who.visitor, templates::import_page(&view)))
}

/// The file of a form.
pub fn list_of(parts: Parts) -> ListFile {
    let (name, bytes) = parts.file.unwrap_or_default();
    // Some browsers give a path; only its end is a name.
    let name = name.rsplit(['/', '\\']).next().unwrap_or("").to_owned();
    ListFile {
        name,
        bytes: bytes.to_vec(),
        sheet: parts.fields.optional("sheet"),
        reason: parts.fields.optional("reason"),
    }
}

/// `POST /cameras/import`
pub async fn send(state: web::Data<WebState>, who: SignedIn, parts: Parts) -> Result<HttpResponse, Failure> {
    let (reason, sheet) = (parts.fields.text("reason").to_owned(), parts.fields.text("sheet").to_owned());
    let (caller, list) = (who.caller.clone(), list_of(parts));
    match office::ask(&state, move |ops| ops.receive_list(&caller, list)).await {
        Ok(job) => Ok(shell::done(&state, &routes::import(&job.id.to_string()), Note::ListReceived, &job.title)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let view = ImportView { faults, reason, sheet, ..import_view(&state, &who).await? };
            Ok(shell::again(&state, &who.visitor, templates::import_page(&view)))
        }
    }
}

async fn template(state: &WebState, who: &SignedIn, format: ListFormat) -> Result<HttpResponse, Failure> {
    let (caller, language) = (who.caller.clone(), who.visitor.language);
    Ok(file(office::ask(state, move |ops| ops.list_template(&caller, format, language)).await?))
}

/// `GET /cameras/import/template.xlsx`
pub async fn template_xlsx(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    template(&state, &who, ListFormat::Xlsx).await
}
/// `GET /cameras/import/template.csv`
pub async fn template_csv(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    template(&state, &who, ListFormat::Csv).await
}

/// What is shown of a job that says nothing else: what has a fault, if anything has.
fn shown(asked: &Fields, tally: &[(Verdict, u64)]) -> Option<Verdict> {
    match asked.text("show") {
        "" => tally.iter().find(|(v, n)| *v == Verdict::Fault && *n > 0).map(|(v, _)| *v),
        text => Verdict::parse(text),
    }
}

/// `GET /cameras/import/{id}?show=&after=`
pub async fn job(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let id = office::job_id(&id)?;
    let job = office::job(&state, &who, id).await?;
    let view = office::job_view(&job);
    let verdict = shown(&asked.0, &view.tally);
    let after = asked.0.number("after").unwrap_or(0);
    let caller = who.caller.clone();
    let rows = office::ask(&state, move |ops| ops.job_rows(&caller, id, verdict, after, ROWS)).await?;
    let language = who.visitor.language;
    let page = JobPageView {
        shell: shell::shell(&state, &who.visitor),
        fault: job.fault.as_ref().map(|f| f.of(language).to_owned()),
        notes: job.notes.iter().map(|n| n.of(language).to_owned()).collect(),
        reason: job.reason.clone(),
        verdict,
        rows: rows.rows.into_iter().map(|r| office::row_view(&job, r, language)).collect(),
        next: rows.next,
        paged: after > 0,
        job: view,
    };
    Ok(shell::ok(&state, &who.visitor, templates::job_page(&page)))
}

/// `GET /cameras/import/{id}/failed.xlsx`
pub async fn failed(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (caller, id, language) = (who.caller.clone(), office::job_id(&id)?, who.visitor.language);
    Ok(file(office::ask(&state, move |ops| ops.failed_rows(&caller, id, language)).await?))
}

/// `POST /cameras/import/{id}/apply`, `…/cancel`, `…/undo`, `…/check`
pub async fn act(
    state: web::Data<WebState>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let (id, act) = path.into_inner();
    let id = office::job_id(&id)?;
    let (caller, seen) = (who.caller.clone(), form.0.number::<u64>("revision"));
    let place = routes::import(&id.to_string());
    let asked = office::ask(&state, move |ops| match act.as_str() {
        "apply" => ops.apply_job(&caller, id, seen).map(Some),
        "cancel" => ops.cancel_job(&caller, id, None).map(Some),
        "undo" => ops.undo_job(&caller, id, None).map(Some),
        "check" => ops.check_job_again(&caller, id, None).map(Some),
        _ => Ok(None),
    })
    .await;
    match asked {
        Ok(Some(_)) => Ok(crate::outer::see_other(&place)),
        Ok(None) => Err(Failure::not_found()),
        // Somebody was quicker, or it has changed: the page says how it stands now.
        Err(failure)
            if failure.sort() == crate::problem::CONFLICT || failure.sort() == crate::problem::CHANGED_MEANWHILE =>
        {
            Ok(shell::done(&state, &place, Note::ListChanged, ""))
        }
        Err(failure) => Err(failure),
    }
}

/// `POST /cameras/import/{id}/rows/{n}`
pub async fn mend(
    state: web::Data<WebState>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let (id, n) = path.into_inner();
    let id = office::job_id(&id)?;
    let n: u32 = n.parse().map_err(|_| Failure::not_found())?;
    let cells: Vec<(String, String)> =
        form.0.starting_with("cell-").map(|(field, value)| (field.to_owned(), value.to_owned())).collect();
    let act = form.0.text("act").to_owned();
    let caller = who.caller.clone();
    let row = office::ask(&state, move |ops| match act.as_str() {
        "leave" => ops.leave_row(&caller, id, n, true),
        "take" => ops.mend_row(&caller, id, n, &[], None),
        _ => ops.mend_row(&caller, id, n, &cells, None),
    })
    .await?;
    let show = form.0.text("show");
    // After the row, so that the page stays where the person is; a row with a fault is shown again.
    let after = n.saturating_sub(1).to_string();
    let place = routes::with_query(&routes::import(&id.to_string()), &[("show", show), ("after", &after)]);
    let note = match row.verdict {
        Verdict::Fault => Note::RowStillBad,
        Verdict::Left => Note::RowLeft,
        _ => Note::RowMended,
    };
    Ok(shell::done(&state, &place, note, &n.to_string()))
}

/// The list as a file, filtered as its page.
pub async fn export(
    state: &WebState,
    who: &SignedIn,
    asked: &Fields,
    req: &HttpRequest,
    format: ListFormat,
) -> Result<HttpResponse, Failure> {
    let filter = CameraFilter { cursor: None, ..office::camera_filter(state, asked)? };
    if req.method() == actix_web::http::Method::HEAD {
        return Ok(HttpResponse::Ok().content_type(format.media_type()).finish());
    }
    let (caller, language) = (who.caller.clone(), who.visitor.language);
    Ok(file(office::ask(state, move |ops| ops.export_cameras(&caller, &filter, format, language)).await?))
}

/// `GET /cameras/export.csv`
pub async fn export_csv(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    export(&state, &who, &asked.0, &req, ListFormat::Csv).await
}
/// `GET /cameras/export.xlsx`
pub async fn export_xlsx(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    export(&state, &who, &asked.0, &req, ListFormat::Xlsx).await
}

/// Ids with spaces between; what is none is left out.
fn ids_of(text: &str) -> Vec<CameraId> {
    text.split_ascii_whitespace().filter_map(|t| t.parse().ok()).collect()
}

/// Which cameras a bulk change is for: ticked ones, or all that fit a filter.
fn chosen(state: &WebState, ids: &str, filter: &str) -> Result<CameraFilter, Failure> {
    if !ids.trim().is_empty() {
        return Ok(CameraFilter { only: Some(ids_of(ids)), ..CameraFilter::default() });
    }
    if filter.is_empty() {
        return Ok(CameraFilter { only: Some(Vec::new()), ..CameraFilter::default() });
    }
    let asked = Fields::parse(filter.as_bytes())?;
    Ok(CameraFilter { cursor: None, ..office::camera_filter(state, &asked)? })
}

async fn bulk_view(state: &WebState, who: &SignedIn, ids: String, filter: String) -> Result<BulkView, Failure> {
    let wanted = chosen(state, &ids, &filter)?;
    let caller = who.caller.clone();
    let n = office::ask(state, move |ops| ops.camera_ids(&caller, &wanted)).await?.len();
    let language = who.visitor.language;
    let book = office::book(state, who).await?;
    let field = |(column, several): (&'static ops::columns::Column, bool)| BulkFieldView {
        field: column.field.to_owned(),
        title: column.title(language).to_owned(),
        several,
    };
    Ok(BulkView {
        shell: shell::shell(state, &who.visitor),
        n: n as u64,
        ids,
        filter,
        fields: ops::bulk_fields().map(field).collect(),
        suggestions: suggestions(&book, language),
        lines: vec![BulkLineView { how: "set".to_owned(), ..BulkLineView::default() }; BULK_LINES],
        reason: String::new(),
        faults: Vec::new(),
    })
}

fn suggestions(book: &domain::Registers, language: Language) -> Vec<String> {
    let registers = [
        Register::Purpose,
        Register::Place,
        Register::Ownership,
        Register::Funding,
        Register::UpdateForm,
        Register::UpdateFrequency,
        Register::RecordingClass,
        Register::SharingClass,
    ];
    let items = registers.into_iter().flat_map(|r| book.items(r, book.day()).map(|i| i.name(language).to_owned()));
    let units = book.units().filter(|u| u.ended_on.is_none()).map(|u| u.name.clone());
    let mut all: Vec<String> = items.chain(units).take(500).collect();
    all.sort();
    all.dedup();
    all
}

/// `GET /cameras/bulk` with the list's filter
pub async fn bulk(state: web::Data<WebState>, who: SignedIn, req: HttpRequest) -> Result<HttpResponse, Failure> {
    // Without any condition: all cameras, which the filter says by its order.
    let filter = if req.query_string().is_empty() { "sort=code".to_owned() } else { req.query_string().to_owned() };
    let view = bulk_view(&state, &who, String::new(), filter).await?;
    Ok(shell::ok(&state, &who.visitor, templates::bulk_page(&view)))
}

/// `POST /cameras/bulk` with ticked ids
pub async fn bulk_ticked(state: web::Data<WebState>, who: SignedIn, body: Body) -> Result<HttpResponse, Failure> {
    // The same name many times: not a matter of `Fields`.
    let ids: Vec<CameraId> = url::form_urlencoded::parse(&body.0)
        .filter(|(name, _)| name == "id")
        .filter_map(|(_, value)| value.parse().ok())
        .take(base::limits::PAGE_ROWS_MAX)
        .collect();
    let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let view = bulk_view(&state, &who, ids, String::new()).await?;
    Ok(shell::ok(&state, &who.visitor, templates::bulk_page(&view)))
}

/// `POST /cameras/bulk/prepare`
pub async fn bulk_prepare(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let fields = &form.0;
    let (ids, filter) = (fields.text("ids").to_owned(), fields.text("filter").to_owned());
    let line = |i: usize| BulkLineView {
        field: fields.text(&format!("field{i}")).to_owned(),
        how: fields.optional(&format!("how{i}")).unwrap_or_else(|| "set".to_owned()),
        value: fields.text(&format!("value{i}")).to_owned(),
    };
    let lines: Vec<BulkLineView> = (0..BULK_LINES).map(line).collect();
    let edits: Vec<BulkEdit> = lines
        .iter()
        .filter(|l| !l.field.is_empty())
        .filter_map(|l| Some(BulkEdit { field: l.field.clone(), how: BulkHow::parse(&l.how)?, value: l.value.clone() }))
        .collect();
    let wanted = chosen(&state, &ids, &filter)?;
    let (caller, reason) = (who.caller.clone(), fields.text("reason").to_owned());
    let why = reason.clone();
    match office::ask(&state, move |ops| ops.prepare_bulk(&caller, &wanted, &edits, Some(&why))).await {
        Ok(job) => {
            let place = routes::with_query(&routes::import(&job.id.to_string()), &[("show", "all")]);
            Ok(shell::done(&state, &place, Note::BulkPrepared, ""))
        }
        Err(failure) => {
            let faults: Vec<FieldFault> = shell::faults(failure, &who.visitor)?;
            let view = BulkView { lines, reason, faults, ..bulk_view(&state, &who, ids, filter).await? };
            Ok(shell::again(&state, &who.visitor, templates::bulk_page(&view)))
        }
    }
}
