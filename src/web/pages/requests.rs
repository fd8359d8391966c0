//! Requests for rights on cameras: lists, asking, deciding, taking back.
//!
//! `/requests/new?camera=&area=&unit=&act=`, each one or several by commas, is where every refusal leads. It says the same of a camera that is not there and of one that
//! these eyes do not see.

use super::sharing::paging;
use crate::body::{Asked, Form, Parts};
use crate::flash::Note;
use crate::office::{self, sharing as s};
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::{RequestId, limits};
use domain::{Act, RequestState};
use ops::{RequestsOf, Verdict};
use templates::routes;
use templates::views::{FieldFault, RequestView, RightsForm, RightsFormView, SharingFilter, SharingTab, SharingView};

/// `GET /requests?of=mine|to_decide&cursor=`
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let shares = office::may(&who.caller, Act::Share);
    let (of, tab) = match asked.0.text("of") {
        "to_decide" if shares => (RequestsOf::ToDecide, SharingTab::ToDecide),
        _ => (RequestsOf::Mine, SharingTab::Mine),
    };
    let (caller, cursor) = (who.caller.clone(), asked.0.optional("cursor"));
    let (book, page, waiting) = office::ask(&state, move |ops| {
        let page = ops.list_requests(&caller, of, cursor.as_deref(), limits::PAGE_ROWS_DEFAULT)?;
        Ok((ops.registers(), page, ops.requests_waiting(&caller)?))
    })
    .await?;
    let word = if tab == SharingTab::Mine { "mine" } else { "to_decide" };
    let go = |cursor: &str| routes::with_query(routes::REQUESTS, &[("of", word), ("cursor", cursor)]);
    let view = SharingView {
        tab,
        shares,
        waiting: waiting as u64,
        filter: SharingFilter::default(),
        acts: Vec::new(),
        states: Vec::new(),
        units: Vec::new(),
        grants: Vec::new(),
        requests: page.items.iter().map(|q| s::request_row(&book, q, who.visitor.language)).collect(),
        paging: paging(page.total, page.from, (page.from > 1).then(|| go("")), page.next.as_deref().map(go)),
        shell: shell::shell(&state, &who.visitor),
    };
    Ok(shell::ok(&state, &who.visitor, templates::sharing_page(&view)))
}

async fn form_page(
    state: &WebState,
    who: &SignedIn,
    form: RightsForm,
    faults: Vec<FieldFault>,
) -> Result<RightsFormView, Failure> {
    Ok(RightsFormView {
        asks: true,
        choices: s::rights_choices(state, who, false).await?,
        form,
        faults,
        shell: shell::shell(state, &who.visitor),
    })
}

/// `GET /requests/new?camera=&area=&unit=&act=`
pub async fn new(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let listed = |name: &str| -> Vec<String> {
        let parts = asked.0.text(name).split(',').map(str::trim).filter(|t| !t.is_empty());
        parts.take(limits::PAGE_ROWS_DEFAULT).map(str::to_owned).collect()
    };
    let mut acts: Vec<Act> = listed("act").iter().filter_map(|a| Act::parse(a)).filter(|a| a.on_camera()).collect();
    if acts.is_empty() {
        acts.push(Act::WatchLive);
    }
    let mut cameras = Vec::new();
    for named in listed("camera") {
        // An id in the address becomes the code that people know, if these eyes see the camera.
        cameras.push(match office::camera(&state, &who, &named).await {
            Ok(camera) => camera.code,
            Err(_) => named,
        });
    }
    let form = RightsForm {
        acts: acts.iter().map(|a| a.as_str().to_owned()).collect(),
        cameras: cameras.join("\n"),
        areas: listed("area").join("\n"),
        units: listed("unit").join("\n"),
        ..RightsForm::default()
    };
    let view = form_page(&state, &who, form, Vec::new()).await?;
    Ok(shell::ok(&state, &who.visitor, templates::rights_form_page(&view)))
}

/// `POST /requests`
pub async fn ask(state: web::Data<WebState>, who: SignedIn, parts: Parts) -> Result<HttpResponse, Failure> {
    let form = s::rights_form(&parts.fields);
    match s::ask_by_form(&state, &who, &form, s::upload_of(&parts)).await {
        Ok(id) => Ok(shell::done(&state, &at(id), Note::RequestSent, "")),
        Err(failure) => {
            let faults = s::form_faults(failure, &who.visitor)?;
            let view = form_page(&state, &who, form, faults).await?;
            Ok(shell::again(&state, &who.visitor, templates::rights_form_page(&view)))
        }
    }
}

fn at(id: RequestId) -> String {
    format!("{}/{id}", routes::REQUESTS)
}

fn id_of(text: &str) -> Result<RequestId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

/// The page of a request; `sent` is the decision's form as it was sent.
async fn one(
    state: &WebState,
    who: &SignedIn,
    id: RequestId,
    sent: Option<(RightsForm, String)>,
    faults: Vec<FieldFault>,
) -> Result<RequestView, Failure> {
    let (caller, language) = (who.caller.clone(), who.visitor.language);
    let (book, info) = office::ask(state, move |ops| Ok((ops.registers(), ops.request(&caller, id)?))).await?;
    let q = &info.request;
    let day = |t: Option<base::WallTime>, back: u64| {
        t.map(|t| t.minus(std::time::Duration::from_secs(back)).office_date().to_string()).unwrap_or_default()
    };
    let (form, why) = sent.unwrap_or_else(|| {
        let form = RightsForm {
            acts: q.acts.iter().map(|a| a.as_str().to_owned()).collect(),
            from: day(q.times.from, 0),
            // The last day is told, the first moment after it is kept.
            until: day(q.times.until, 1),
            shifts: domain::shifts::lines(&q.times.shifts, language).join("\n"),
            ..RightsForm::default()
        };
        (form, String::new())
    });
    Ok(RequestView {
        row: s::request_row(&book, &info, language),
        revision: q.revision,
        cameras: info.cameras.iter().map(|(_, code, name)| (code.clone(), name.clone())).collect(),
        beyond: info.beyond_own_scope,
        may_decide: info.may_decide,
        may_withdraw: q.account == s::own_account(who) && q.state == RequestState::Open,
        asked_acts: q.acts.iter().map(|a| (a.as_str().to_owned(), a.said().of(language).to_owned())).collect(),
        choices: s::rights_choices(state, who, info.may_decide).await?,
        form,
        why,
        faults,
        shell: shell::shell(state, &who.visitor),
    })
}

/// `GET /requests/{id}`
pub async fn page(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let view = one(&state, &who, id_of(&id)?, None, Vec::new()).await?;
    Ok(shell::ok(&state, &who.visitor, templates::request_page(&view)))
}

/// `POST /requests/{id}/withdraw`
pub async fn withdraw(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let (caller, revision) = (who.caller.clone(), form.0.number("revision").unwrap_or(0));
    office::ask(&state, move |ops| ops.withdraw_request(&caller, id, Some(revision))).await?;
    Ok(shell::done(&state, &at(id), Note::RequestWithdrawn, ""))
}

/// `POST /requests/{id}/decide`
pub async fn decide(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    parts: Parts,
) -> Result<HttpResponse, Failure> {
    let (id, form) = (id_of(&id)?, &parts.fields);
    let (sent, why) = (s::rights_form(form), form.text("why").trim().to_owned());
    let approves = form.text("verdict") == "approve";
    let (caller, revision) = (who.caller.clone(), form.number("revision").unwrap_or(0));
    let (of_form, upload, reason) = (sent.clone(), s::upload_of(&parts), why.clone());
    let done = office::ask(&state, move |ops| {
        let verdict = if approves {
            let mut faults = Vec::new();
            let times = s::form_times(&of_form, &mut faults);
            let paper = s::form_paper(ops, &caller, &of_form, upload.as_ref(), &mut faults)?;
            let acts: Vec<Act> = of_form.acts.iter().filter_map(|n| Act::parse(n)).collect();
            if !faults.is_empty() {
                return Err(faults.into());
            }
            Verdict::Approve { acts: Some(acts), times: Some(times), paper }
        } else {
            Verdict::Refuse { why: reason }
        };
        ops.decide_request_on(&caller, id, Some(revision), verdict, of_form.document.parse().ok())
    })
    .await;
    match done {
        Ok((_, Some(grant))) => {
            let note = if grant.awaits_second { Note::GrantAwaitsSecond } else { Note::RequestApproved };
            Ok(shell::done(&state, &at(id), note, ""))
        }
        Ok((_, None)) => Ok(shell::done(&state, &at(id), Note::RequestRefused, "")),
        Err(failure) => {
            let faults = s::form_faults(failure, &who.visitor)?;
            let view = one(&state, &who, id, Some((sent, why)), faults).await?;
            Ok(shell::again(&state, &who.visitor, templates::request_page(&view)))
        }
    }
}
