//! Rights on cameras: the register, giving, ending and confirming, the table of rights.
//!
//! Not here: requests (`requests`).

use crate::body::{Asked, Fields, Form, Parts};
use crate::flash::Note;
use crate::office::{self, sharing as s};
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::{GrantId, Language, limits};
use domain::presets::{self, Reach};
use domain::rights_table::{self, Kind};
use domain::{Act, Holder, Role};
use ops::{GrantFilter, GrantInfo, GrantState};
use templates::routes;
use templates::views::{
    ActLine, CameraRightsView, FieldFault, GrantView, Paging, PresetTable, RightsForm, RightsFormView, RightsTableView,
    SharingFilter, SharingTab, SharingView,
};

/// Paging with a cursor: the first page is reached by leaving the cursor out.
pub fn paging(total: usize, from: usize, first: Option<String>, next: Option<String>) -> Paging {
    Paging { total: Some(total as u64), from: (from > 0).then_some(from as u64), first, previous: None, next }
}

/// The filter for grants that handovers of areas have touched.
const HANDED_OVER: &str = "handed_over";

/// `GET /sharing?q=&camera=&unit=&act=&state=&cursor=`
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let (asked, language) = (asked.0, who.visitor.language);
    let text = |name: &str| asked.text(name).trim().to_owned();
    let filter = SharingFilter {
        q: text("q"),
        camera: text("camera"),
        unit: text("unit"),
        act: text("act"),
        state: text("state"),
    };
    let (caller, f, cursor) = (who.caller.clone(), filter.clone(), asked.optional("cursor"));
    let (book, page, waiting) = office::ask(&state, move |ops| {
        let book = ops.registers();
        let unit = (!f.unit.is_empty()).then(|| book.unit_by(&f.unit)).transpose();
        // A unit that is not there has no rights: the list is empty, as for one that has none.
        let nobody = Holder::Unit(base::UnitId::from_bytes([0; 16]));
        let wish = GrantFilter {
            q: Some(f.q).filter(|q| !q.is_empty()),
            holder: match unit {
                Ok(unit) => unit.map(Holder::Unit),
                Err(_) => Some(nobody),
            },
            camera: Some(f.camera).filter(|c| !c.is_empty()),
            act: Act::parse(&f.act),
            state: GrantState::parse(&f.state),
            ended_too: f.state == "all",
            list: None,
            handed_over: f.state == HANDED_OVER,
            cursor,
            limit: limits::PAGE_ROWS_DEFAULT,
        };
        Ok((book.clone(), ops.list_grants(&caller, &wish)?, ops.requests_waiting(&caller)?))
    })
    .await?;
    let go = |cursor: &str| {
        let f = &filter;
        let fields = [
            ("q", f.q.as_str()),
            ("camera", &f.camera),
            ("unit", &f.unit),
            ("act", &f.act),
            ("state", &f.state),
            ("cursor", cursor),
        ];
        routes::with_query(routes::SHARING, &fields)
    };
    let all = (String::from("all"), if language == Language::Vi { "Tất cả" } else { "All" }.to_owned());
    let touched = if language == Language::Vi {
        "Bị ảnh hưởng bởi bàn giao địa bàn"
    } else {
        "Touched by a handover of areas"
    };
    let touched = (HANDED_OVER.to_owned(), touched.to_owned());
    let states = GrantState::ALL.map(|g| (g.as_str().to_owned(), s::state_word(g, language)));
    let view = SharingView {
        tab: SharingTab::Grants,
        shares: office::may(&who.caller, Act::Share),
        waiting: waiting as u64,
        acts: Act::ON_CAMERAS.map(|a| (a.as_str().to_owned(), a.said().of(language).to_owned())).to_vec(),
        states: states.into_iter().chain([touched, all]).collect(),
        units: office::registers::unit_names(&book),
        grants: page.items.iter().map(|g| s::grant_row(&book, g, language)).collect(),
        requests: Vec::new(),
        paging: paging(page.total, page.from, (page.from > 1).then(|| go("")), page.next.as_deref().map(go)),
        filter,
        shell: shell::shell(&state, &who.visitor),
    };
    Ok(shell::ok(&state, &who.visitor, templates::sharing_page(&view)))
}

/// The form, filled as it was sent.
async fn form_page(
    state: &WebState,
    who: &SignedIn,
    form: RightsForm,
    faults: Vec<FieldFault>,
) -> Result<RightsFormView, Failure> {
    Ok(RightsFormView {
        asks: false,
        choices: s::rights_choices(state, who, true).await?,
        form,
        faults,
        shell: shell::shell(state, &who.visitor),
    })
}

/// A grant as the form of a new one, with its areas as they are now: to give it anew after a handover of areas.
async fn anew(state: &WebState, who: &SignedIn, id: GrantId) -> Result<RightsForm, Failure> {
    let (caller, language) = (who.caller.clone(), who.visitor.language);
    office::ask(state, move |ops| {
        let (book, info) = (ops.registers(), ops.grant(&caller, id)?);
        let g = &info.grant;
        let lines = |all: Vec<String>| all.join("\n");
        let day = |t: Option<base::WallTime>, back: u64| {
            t.map(|t| t.minus(std::time::Duration::from_secs(back)).office_date().to_string()).unwrap_or_default()
        };
        let code = |a: &base::AreaId| book.area(*a).map(|a| a.code.clone());
        Ok(RightsForm {
            holder: ops.holder_text(g.holder)?,
            acts: g.acts.iter().map(|a| a.as_str().to_owned()).collect(),
            cameras: lines(info.cameras.iter().map(|(_, code, _)| code.clone()).collect()),
            lists: g.scope.lists.iter().map(|l| l.list.to_string()).collect(),
            areas: lines(info.areas_now.iter().filter_map(code).collect()),
            units: lines(g.scope.units.iter().filter_map(|u| Some(book.unit(*u)?.code.clone())).collect()),
            sectors: g.scope.sectors.clone(),
            purposes: g.scope.purposes.clone(),
            from: String::new(),
            // The last day is told, the first moment after it is kept.
            until: day(g.times.until, 1),
            shifts: lines(domain::shifts::lines(&g.times.shifts, language)),
            purpose: g.purpose.clone(),
            document: g.document.map(|d| d.to_string()).unwrap_or_default(),
            ..RightsForm::default()
        })
    })
    .await
}

/// `GET /sharing/new?camera=&list=&holder=&from=`
pub async fn new(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let form = match asked.0.optional("from") {
        Some(id) => anew(&state, &who, id_of(&id)?).await?,
        None => RightsForm {
            cameras: asked.0.text("camera").trim().to_owned(),
            holder: asked.0.text("holder").trim().to_owned(),
            lists: asked.0.optional("list").into_iter().collect(),
            ..RightsForm::default()
        },
    };
    let view = form_page(&state, &who, form, Vec::new()).await?;
    Ok(shell::ok(&state, &who.visitor, templates::rights_form_page(&view)))
}

/// `POST /sharing`
pub async fn give(state: web::Data<WebState>, who: SignedIn, parts: Parts) -> Result<HttpResponse, Failure> {
    let form = s::rights_form(&parts.fields);
    match s::give_by_form(&state, &who, &form, s::upload_of(&parts)).await {
        Ok(info) => {
            let note = if info.grant.awaits_second { Note::GrantAwaitsSecond } else { Note::GrantGiven };
            Ok(shell::done(&state, &at(&info), note, &info.holder))
        }
        Err(failure) => {
            let faults = s::form_faults(failure, &who.visitor)?;
            let view = form_page(&state, &who, form, faults).await?;
            Ok(shell::again(&state, &who.visitor, templates::rights_form_page(&view)))
        }
    }
}

fn at(info: &GrantInfo) -> String {
    format!("{}/{}", routes::SHARING, info.grant.id)
}

fn id_of(text: &str) -> Result<GrantId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

async fn one(state: &WebState, who: &SignedIn, id: GrantId, faults: Vec<FieldFault>) -> Result<GrantView, Failure> {
    let caller = who.caller.clone();
    let (book, info) = office::ask(state, move |ops| Ok((ops.registers(), ops.grant(&caller, id)?))).await?;
    let g = &info.grant;
    Ok(GrantView {
        row: s::grant_row(&book, &info, who.visitor.language),
        revision: g.revision,
        confirmed_by: info.confirmed_by.clone(),
        ended: g.ended.as_ref().map(|end| (end.at, info.ended_by.clone(), end.why.clone())),
        request: g.request.map(|r| r.to_string()),
        via: g.via.map(|v| v.to_string()),
        unseen: info.unseen as u64,
        may_end: info.may_end,
        may_confirm: info.may_confirm,
        may_give: office::may(&who.caller, Act::Share),
        faults,
        shell: shell::shell(state, &who.visitor),
    })
}

/// `GET /sharing/{id}`
pub async fn page(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let view = one(&state, &who, id_of(&id)?, Vec::new()).await?;
    Ok(shell::ok(&state, &who.visitor, templates::grant_page(&view)))
}

async fn answer(
    state: &WebState,
    who: &SignedIn,
    id: GrantId,
    done: Result<ops::GrantInfo, Failure>,
    note: Note,
) -> Result<HttpResponse, Failure> {
    match done {
        Ok(info) => Ok(shell::done(state, &at(&info), note, &info.holder)),
        Err(failure) => {
            let faults = s::form_faults(failure, &who.visitor)?;
            let view = one(state, who, id, faults).await?;
            Ok(shell::again(state, &who.visitor, templates::grant_page(&view)))
        }
    }
}

fn revision(form: &Fields) -> Option<u64> {
    Some(form.number("revision").unwrap_or(0))
}

/// `POST /sharing/{id}/end`
pub async fn end(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let (caller, revision, why) = (who.caller.clone(), revision(&form.0), form.0.text("why").to_owned());
    let paper_too = !form.0.text("paper_too").is_empty();
    let done = office::ask(&state, move |ops| {
        match ops.grant(&caller, id)?.grant.document.filter(|_| paper_too) {
            Some(paper) => ops.withdraw_document(&caller, paper, &why).map(|_| ())?,
            None => ops.end_grant(&caller, id, revision, &why).map(|_| ())?,
        }
        ops.grant(&caller, id)
    });
    let done = done.await;
    answer(&state, &who, id, done, Note::GrantEnded).await
}

/// `POST /sharing/{id}/confirm`
pub async fn confirm(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let (caller, revision) = (who.caller.clone(), revision(&form.0));
    let done = office::ask(&state, move |ops| {
        ops.confirm_grant(&caller, id, revision)?;
        ops.grant(&caller, id)
    });
    let done = done.await;
    answer(&state, &who, id, done, Note::GrantConfirmed).await
}

fn preset_table(role: Role, language: Language) -> PresetTable {
    let preset = presets::of(role);
    let article = |act: Act| act.article().unwrap_or("–").to_owned();
    let word = |act: Act| act.said().of(language).to_owned();
    let node_acts = Act::ALL.into_iter().filter(|a| !a.on_camera());
    PresetTable {
        role: role.as_str(),
        name: role.said().of(language).to_owned(),
        article: preset.article.to_owned(),
        own_scope: preset.home.said().of(language).to_owned(),
        must_end: preset.must_end,
        on_cameras: Act::ON_CAMERAS
            .map(|a| (article(a), word(a), Kind::ALL.map(|kind| rights_table::cell(role, a, kind)).to_vec()))
            .to_vec(),
        on_node: node_acts.map(|a| (article(a), word(a), presets::reach(role, a) == Reach::Own)).collect(),
    }
}

/// `GET /sharing/table`
pub async fn table(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let language = who.visitor.language;
    let view = RightsTableView {
        kinds: Kind::ALL.map(|k| k.said().of(language).to_owned()).to_vec(),
        presets: Role::ALL.map(|role| preset_table(role, language)).to_vec(),
        shell: shell::shell(&state, &who.visitor),
    };
    Ok(shell::ok(&state, &who.visitor, templates::rights_table_page(&view)))
}

/// What the caller may do to one camera and why, for the camera's page.
pub async fn camera_rights(
    state: &WebState,
    who: &SignedIn,
    camera: &domain::Camera,
) -> Result<CameraRightsView, Failure> {
    let (caller, camera, language) = (who.caller.clone(), camera.clone(), who.visitor.language);
    office::ask(state, move |ops| {
        let (book, told) = (ops.registers(), ops.explain(&caller, &camera)?);
        let others = match ops.eyes(&caller).may(Act::Share, &camera) {
            true => Some(ops.grants_on(&caller, &camera)?),
            false => None,
        };
        let acts = told.acts.iter().map(|(act, reach, right)| ActLine {
            act: act.as_str(),
            word: act.said().of(language).to_owned(),
            may: right.is_some(),
            never: *reach == Reach::Never,
            grant: right.and_then(|r| r.grant).map(|g| g.to_string()),
            until: right.and_then(|r| r.until),
        });
        Ok(CameraRightsView {
            code: camera.code.clone(),
            role: told.role.said().of(language).to_owned(),
            own_scope: told.own_scope.of(language).to_owned(),
            at_home: told.at_home,
            acts: acts.collect(),
            grants: told.grants.iter().map(|g| s::grant_row(&book, g, language)).collect(),
            others: others.map(|all| all.iter().map(|g| s::grant_row(&book, g, language)).collect()),
        })
    })
    .await
}
