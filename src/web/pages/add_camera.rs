//! Adding a camera in two steps: the address is probed, then what was found gets a name.

use crate::body::{Asked, Fields, Form};
use crate::drafts::Address;
use crate::flash::Note;
use crate::office::Further;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{cookies, office, shell};
use actix_web::{HttpResponse, web};
use base::Language;
use media::{ProbeReport, ProbedStream, StreamFault};
use templates::routes;
use templates::views::{AddCameraView, AddressForm, DetailsForm, PictureFacts, ProbeView, ProbedStreamView};

/// Address fields of a form, as `/cameras/probe` and the edit form send them.
pub fn address_of(form: &Fields) -> Address {
    let password = form.secret("password");
    Address {
        main_url: form.text("main_url").trim().to_owned(),
        sub_url: form.optional("sub_url"),
        username: form.optional("username"),
        password: (!password.is_empty()).then_some(password),
        udp: form.text("transport") == "udp" || form.ticked("udp"),
    }
}

/// The same for showing again, without the password.
pub fn address_form(address: &Address) -> AddressForm {
    AddressForm {
        main_url: office::without_credentials(&address.main_url),
        sub_url: address.sub_url.as_deref().map(office::without_credentials).unwrap_or_default(),
        username: address.username.clone().unwrap_or_default(),
        udp: address.udp,
    }
}

/// Name fields of a form.
pub fn details_form(form: &Fields) -> DetailsForm {
    DetailsForm {
        name: form.text("name").to_owned(),
        code: form.text("code").to_owned(),
        area: form.text("area").to_owned(),
        unit: form.text("unit").to_owned(),
    }
}

async fn blank(state: &WebState, who: &SignedIn, address: AddressForm) -> Result<AddCameraView, Failure> {
    let places = office::places(state, who).await?;
    Ok(AddCameraView {
        shell: shell::shell(state, &who.visitor),
        address,
        probe: None,
        draft: None,
        details: DetailsForm::default(),
        record: office::blank_record(state, who).await?,
        code_suggestion: String::new(),
        areas: places.areas,
        units: places.units,
        faults: Vec::new(),
        networks: state.config.camera_networks.clone(),
    })
}

/// `GET /cameras/add`
pub async fn page(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let mut address = address_form(&address_of(&asked.0));
    if asked.0.text("udp") == "1" {
        address.udp = true;
    }
    let view = blank(&state, &who, address).await?;
    Ok(shell::ok(&state, &who.visitor, templates::add_camera_page(&view)))
}

/// `POST /cameras/probe`: step 1. Shows what is there, or what is wrong.
pub async fn probe(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let address = address_of(&form.0);
    let mut view = blank(&state, &who, address_form(&address)).await?;
    match office::probe(&state, &who, address).await {
        Ok((address, report)) => {
            view.address = address_form(&address);
            view.probe = Some(probe_view(&report, who.visitor.language));
            if report.main.is_ok() {
                let name = cookies::random().ok_or_else(|| Failure::internal("no randomness"))?;
                view.code_suggestion = office::code_suggestion(&state, &who, "").await?;
                let owner = office::account_id(&who.caller);
                state.drafts.keep(name.clone(), owner, state.config.clock.now(), (address, report));
                view.draft = Some(name);
            }
            Ok(shell::ok(&state, &who.visitor, templates::add_camera_page(&view)))
        }
        Err(failure) => {
            view.faults = shell::faults(failure, &who.visitor)?;
            Ok(shell::again(&state, &who.visitor, templates::add_camera_page(&view)))
        }
    }
}

/// `POST /cameras/add`: step 2. Adds what was probed.
pub async fn submit(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let draft = form.0.text("draft").to_owned();
    let owner = office::account_id(&who.caller);
    let Some((address, report)) = state.drafts.find(&draft, owner, state.config.clock.now()) else {
        return Ok(shell::done(&state, routes::CAMERA_ADD, Note::DraftGone, ""));
    };
    // The probe may have found the substream by itself.
    let found = report.sub.as_ref().and_then(|s| s.as_ref().ok()).map(|s| s.url.clone());
    let whole = Address { sub_url: address.sub_url.clone().or(found), ..address.clone() };
    let details = details_form(&form.0);
    let further = office::facts_of(&form.0)
        .map(|facts| Further { facts, agreement: office::agreement_of(&form.0), reason: None })
        .map_err(office::invalid);
    let done = match further {
        Ok(further) => office::register(&state, &who, &details, whole, further).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(camera) => {
            state.drafts.forget(&draft);
            Ok(shell::done(&state, &routes::camera(&camera.code), Note::CameraAdded, &camera.name))
        }
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = blank(&state, &who, address_form(&address)).await?;
            view.probe = Some(probe_view(&report, who.visitor.language));
            view.draft = Some(draft);
            view.code_suggestion = office::code_suggestion(&state, &who, details.area.trim()).await?;
            view.details = details;
            office::keep_typed(&mut view.record, &form.0);
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::add_camera_page(&view)))
        }
    }
}

fn probe_view(report: &ProbeReport, language: Language) -> ProbeView {
    let one = |r: &Result<ProbedStream, StreamFault>| match r {
        Ok(stream) => Ok(stream_view(stream)),
        Err(fault) => Err(fault.said().of(language).to_owned()),
    };
    ProbeView {
        main: one(&report.main),
        sub: report.sub.as_ref().map(one),
        server: report.server.clone(),
        took_ms: report.took_ms,
    }
}

fn stream_view(s: &ProbedStream) -> ProbedStreamView {
    ProbedStreamView {
        url: s.url.clone(),
        supported: s.supported,
        facts: PictureFacts {
            codec: s.codec.clone(),
            width: s.width,
            height: s.height,
            fps: s.fps,
            key_frame_s: s.gop_s,
            kbit_s: s.kbit_s,
        },
        key_frame_s_min: s.gop_s_min,
        audio: s.audio.clone(),
        clock_difference_ms: s.clock_difference_ms,
    }
}
