//! One camera: its state, its record, its removal.

use super::add_camera::{address_form, address_of, details_form};
use crate::body::{Fields, Form};
use crate::flash::Note;
use crate::office::Change;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{office, shell, streams};
use actix_web::{HttpResponse, web};
use base::StreamKind;
use domain::{Act, Camera};
use templates::routes;
use templates::views::{AddressForm, CameraView, DetailsForm, EditCameraForm};

async fn view(state: &WebState, who: &SignedIn, camera: &Camera) -> Result<CameraView, Failure> {
    let language = who.visitor.language;
    let edits = office::may(&who.caller, Act::EditCameras);
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
        may_watch: office::may(&who.caller, Act::WatchLive),
        edit,
        faults: Vec::new(),
    })
}

/// `GET /cameras/{camera}`
pub async fn page(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let view = view(&state, &who, &camera).await?;
    Ok(shell::ok(&state, &who.visitor, templates::camera_page(&view)))
}

fn change_of(form: &Fields) -> Change {
    let address = address_of(form);
    let text = |name: &str| Some(form.text(name).to_owned());
    Change {
        name: text("name"),
        code: text("code").filter(|c| !c.trim().is_empty()),
        area: Some(form.optional("area")),
        unit: Some(form.optional("unit")),
        main_url: Some(address.main_url),
        sub_url: Some(address.sub_url),
        username: Some(address.username),
        password: if form.ticked("password_clear") { Some(None) } else { address.password.map(Some) },
        udp: Some(address.udp),
    }
}

/// `POST /cameras/{camera}`
pub async fn submit(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let revision = form.0.number("revision").unwrap_or(0);
    match office::change(&state, &who, camera.id, change_of(&form.0), revision).await {
        Ok(changed) => Ok(shell::done(&state, &routes::camera(&changed.code), Note::CameraChanged, &changed.name)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = view(&state, &who, &camera).await?;
            if let Some(edit) = view.edit.as_mut() {
                edit.details = details_form(&form.0);
                edit.address = address_form(&address_of(&form.0));
                // The revision stays the one that was edited: a colleague's change must not be lost by sending twice.
                edit.revision = revision;
            }
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::camera_page(&view)))
        }
    }
}

/// `POST /cameras/{camera}/remove`
pub async fn remove(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
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
