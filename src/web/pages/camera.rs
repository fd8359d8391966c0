//! One camera: its state, its record, its removal.

use super::add_camera::{address_form, address_of, details_form};
use crate::body::{Fields, Form};
use crate::flash::Note;
use crate::office::Change;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::{SignedIn, TheCamera};
use crate::{office, shell, streams};
use actix_web::{HttpResponse, web};
use base::StreamKind;
use domain::{Act, Camera, CameraPatch};
use templates::routes;
use templates::views::{AddressForm, CameraView, DetailsForm, EditCameraForm};

async fn view(state: &WebState, who: &SignedIn, camera: &Camera) -> Result<CameraView, Failure> {
    let language = who.visitor.language;
    let eyes = state.ops.eyes(&who.caller);
    let edits = eyes.may(Act::EditCameras, camera);
    let mut streams = vec![streams::status(state, camera.id, StreamKind::Main, language)];
    if camera.sub_url.is_some() {
        streams.push(streams::status(state, camera.id, StreamKind::Sub, language));
    }
    let edit = if edits {
        let places = office::places(state, who).await?;
        Some(EditCameraForm {
            details: DetailsForm {
                name: camera.name.clone(),
                code: camera.code.clone(),
                area: camera.area.clone().unwrap_or_default(),
                unit: camera.unit.clone().unwrap_or_default(),
            },
            address: AddressForm {
                main_url: camera.main_url.clone(),
                sub_url: camera.sub_url.clone().unwrap_or_default(),
                username: camera.username.clone().unwrap_or_default(),
                udp: office::is_udp(camera),
            },
            revision: camera.revision,
            areas: places.areas,
            units: places.units,
        })
    } else {
        None
    };
    Ok(CameraView {
        shell: shell::shell(state, &who.visitor),
        id: camera.id.to_string(),
        code: camera.code.clone(),
        name: camera.name.clone(),
        area: camera.area.clone(),
        unit: camera.unit.clone(),
        main_url: edits.then(|| camera.main_url.clone()),
        sub_url: if edits { camera.sub_url.clone() } else { None },
        password_kept: edits && office::password_kept(camera),
        udp: office::is_udp(camera),
        created_at: camera.created_at,
        changed_at: camera.changed_at,
        streams,
        may_watch: eyes.may(Act::WatchLive, camera),
        rights: super::sharing::camera_rights(state, who, camera).await?,
        record: office::record_view(state, who, camera).await?,
        edit,
        faults: Vec::new(),
    })
}

/// `GET /cameras/{camera}`
pub async fn page(state: web::Data<WebState>, who: SignedIn, camera: TheCamera) -> Result<HttpResponse, Failure> {
    let camera = camera.0;
    let view = view(&state, &who, &camera).await?;
    Ok(shell::ok(&state, &who.visitor, templates::camera_page(&view)))
}

/// What a form has sent; its parts each send their own fields, and what is not sent stays.
fn change_of(form: &Fields) -> Result<Change, Failure> {
    let facts = office::facts_of(form).map_err(office::invalid)?;
    let mut why = CameraPatch::default();
    office::why_of(form, &mut why).map_err(|f| office::invalid(vec![f]))?;
    let further = Change {
        facts,
        agreement: office::agreement_of(form),
        happened_on: why.happened_on,
        reason: why.reason,
        ..Change::default()
    };
    if !form.has("main_url") {
        return Ok(further);
    }
    let address = address_of(form);
    let text = |name: &str| Some(form.text(name).to_owned());
    Ok(Change {
        name: text("name"),
        code: text("code").filter(|c| !c.trim().is_empty()),
        area: Some(form.optional("area")),
        unit: Some(form.optional("unit")),
        main_url: Some(address.main_url),
        sub_url: Some(address.sub_url),
        username: Some(address.username),
        password: if form.ticked("password_clear") { Some(None) } else { address.password.map(Some) },
        udp: Some(address.udp),
        ..further
    })
}

/// `POST /cameras/{camera}`
pub async fn submit(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: TheCamera,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let camera = camera.0;
    let revision = form.0.number("revision").unwrap_or(0);
    let done = match change_of(&form.0) {
        Ok(change) => office::change(&state, &who, camera.id, change, revision).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(changed) => {
            let part = part_of(&form.0);
            let place = if part == "edit" { String::new() } else { format!("#part-{part}") };
            Ok(shell::done(
                &state,
                &format!("{}{place}", routes::camera(&changed.code)),
                Note::CameraChanged,
                &changed.name,
            ))
        }
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = view(&state, &who, &camera).await?;
            office::keep_typed(&mut view.record, &form.0);
            view.record.part = part_of(&form.0).to_owned();
            if let Some(edit) = view.edit.as_mut() {
                if form.0.has("main_url") {
                    edit.details = details_form(&form.0);
                    edit.address = address_form(&address_of(&form.0));
                }
                // The revision stays the one that was edited: a colleague's change must not be lost by sending twice.
                edit.revision = revision;
            }
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::camera_page(&view)))
        }
    }
}

/// Which part of the record a form belongs to.
fn part_of(form: &Fields) -> &'static str {
    ["place", "class", "device"].into_iter().find(|p| *p == form.text("part")).unwrap_or("edit")
}

/// The page again after a form of another address was refused.
pub(super) async fn again(
    state: &WebState,
    who: &SignedIn,
    camera: &Camera,
    failure: Failure,
    form: &Fields,
    part: &str,
) -> Result<HttpResponse, Failure> {
    let faults = shell::faults(failure, &who.visitor)?;
    let mut view = view(state, who, camera).await?;
    office::keep_typed(&mut view.record, form);
    part.clone_into(&mut view.record.part);
    view.faults = faults;
    Ok(shell::again(state, &who.visitor, templates::camera_page(&view)))
}

/// `POST /cameras/{camera}/remove`
pub async fn remove(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: TheCamera,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let camera = camera.0;
    match office::remove(&state, &who, camera.id, form.0.text("confirm_name").to_owned()).await {
        Ok(()) => Ok(shell::done(&state, routes::CAMERAS, Note::CameraRemoved, &camera.name)),
        Err(failure) => {
            let mut faults = shell::faults(failure, &who.visitor)?;
            for fault in &mut faults {
                fault.field = "confirm_name".to_owned();
            }
            let mut view = view(&state, &who, &camera).await?;
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::camera_page(&view)))
        }
    }
}
