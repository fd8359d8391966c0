//! The map.

use super::cameras::{choices_view, filter_of};
use crate::body::Asked;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{maps, office, shell};
use actix_web::{HttpResponse, web};
use templates::views::MapView;

/// `GET /map?q=&area=&unit=&sector=&purpose=&layer=&place=&state=&list=&within=`
pub async fn page(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let language = who.visitor.language;
    let (wanted, fault) = match office::camera_filter(&state, &asked.0) {
        Ok(wanted) => (wanted, None),
        Err(failure) => (ops::CameraFilter::default(), Some(failure.detail().of(language).to_owned())),
    };
    let running = Some(office::running(&state));
    let wanted = ops::CameraFilter { facets: true, limit: 1, cursor: None, running, ..wanted };
    let page = office::list_cameras(&state, &who, wanted).await?;
    let book = office::book(&state, &who).await?;
    let maps = maps::offered(&state).await;
    let facets = page.facets.unwrap_or_default();
    let view = MapView {
        shell: shell::shell(&state, &who.visitor),
        filter: filter_of(&asked.0),
        choices: choices_view(office::choices(&book, &facets, language)),
        bases: maps.bases,
        outlines: maps.outlines,
        cameras_total: office::cameras_total(&state, &who).await?,
        fault,
    };
    Ok(shell::ok(&state, &who.visitor, templates::map_page(&view)))
}
