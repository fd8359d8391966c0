//! The list of cameras.

use crate::body::{Asked, Fields};
use crate::office;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{shell, streams};
use actix_web::{HttpResponse, web};
use base::{Language, StreamKind};
use domain::{Camera, Register, Registers};
use templates::routes;
use templates::views::{
    CAMERA_COLUMNS, CAMERA_COLUMNS_USUAL, CameraFilter, CameraRow, CamerasView, FilterChoices, Paging,
};

/// The filter as it stands in the address.
pub fn filter_of(asked: &Fields) -> CameraFilter {
    let text = |name: &str| asked.text(name).trim().to_owned();
    CameraFilter {
        q: text("q"),
        area: text("area"),
        unit: text("unit"),
        sector: text("sector"),
        purpose: text("purpose"),
        layer: text("layer"),
        place: text("place"),
        state: text("state"),
        list: text("list"),
        within: text("within"),
        sort: text("sort"),
        dir: text("dir"),
        cols: columns(asked).1,
    }
}

/// The columns, and how the address says them. The form of the columns sends `cols=own` and one field for each.
fn columns(asked: &Fields) -> (Vec<&'static str>, String) {
    let wanted = asked.text("cols");
    let chosen: Vec<&'static str> = match wanted {
        "" => CAMERA_COLUMNS_USUAL.to_vec(),
        "own" => CAMERA_COLUMNS.into_iter().filter(|c| asked.ticked(&format!("col_{c}"))).collect(),
        _ => CAMERA_COLUMNS.into_iter().filter(|c| wanted.split(',').any(|w| w == *c)).collect(),
    };
    // No column at all is said by a word that is none.
    let said = match chosen.as_slice() {
        c if c == CAMERA_COLUMNS_USUAL => String::new(),
        [] => "none".to_owned(),
        c => c.join(","),
    };
    (chosen, said)
}

/// Choices as the pages take them.
pub fn choices_view(c: office::Choices) -> FilterChoices {
    FilterChoices {
        areas: c.areas,
        units: c.units,
        sectors: c.sectors,
        purposes: c.purposes,
        layers: c.layers,
        places: c.places,
        phases: c.phases,
    }
}

fn row(state: &WebState, camera: Camera, book: &Registers, language: Language) -> CameraRow {
    let facts = &camera.facts;
    let name = |register, code: &String| book.item_name(register, code, language).to_owned();
    let metres = |h: f64| {
        let text = format!("{}", (h * 10.0).round() / 10.0);
        if language == Language::Vi { text.replace('.', ",") } else { text }
    };
    let device = facts.device.as_ref().map(|d| format!("{} {}", d.maker, d.model).trim().to_owned());
    CameraRow {
        status: streams::status(state, camera.id, StreamKind::Main, language),
        id: camera.id.to_string(),
        area: camera.area_id.and_then(|a| book.area(a)).map(|a| a.name.clone()).or(camera.area),
        unit: camera.unit_id.and_then(|u| book.unit(u)).map(|u| u.name.clone()).or(camera.unit),
        purposes: facts.purposes.iter().map(|p| name(Register::Purpose, p)).collect(),
        place: facts.place.as_ref().map(|p| name(Register::Place, p)),
        height: facts.height_m.map(|h| format!("{} m", metres(h))),
        device: device.filter(|d| !d.is_empty()),
        completeness: 0,
        changed_at: camera.changed_at,
        code: camera.code,
        name: camera.name,
    }
}

/// `GET /cameras?q=&area=&unit=&sector=&purpose=&layer=&place=&state=&list=&within=&sort=&dir=&cols=&cursor=`
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let language = who.visitor.language;
    let filter = filter_of(&asked);
    // A filter that cannot be read is shown with what is wrong in it, above a list of nothing.
    let (wanted, fault) = match office::camera_filter(&state, &asked) {
        Ok(wanted) => (wanted, None),
        Err(failure) => (
            ops::CameraFilter { only: Some(Vec::new()), ..ops::CameraFilter::default() },
            Some(failure.detail().of(language).to_owned()),
        ),
    };
    let paged = wanted.cursor.is_some();
    let running = wanted.running.clone().unwrap_or_else(|| office::running(&state));
    let wanted = ops::CameraFilter { facets: true, running: Some(running), ..wanted };
    let page = office::list_cameras(&state, &who, wanted).await?;
    let book = office::book(&state, &who).await?;
    let facets = page.facets.unwrap_or_default();
    let paging = Paging {
        total: Some(page.total as u64),
        from: (page.from > 0).then_some(page.from as u64),
        first: paged.then(|| filter.href(routes::CAMERAS, &[])),
        previous: None,
        next: page.next.as_deref().map(|next| filter.href(routes::CAMERAS, &[("cursor", next)])),
    };
    let ids: Vec<base::CameraId> = page.items.iter().map(|c| c.id).collect();
    let shares = office::completeness(&state, &who, ids).await?;
    let rows = page.items.into_iter().map(|c| row(&state, c, &book, language)).zip(shares);
    let view = CamerasView {
        shell: shell::shell(&state, &who.visitor),
        choices: choices_view(office::choices(&book, &facets, language)),
        columns: columns(&asked).0,
        rows: rows.map(|(row, completeness)| CameraRow { completeness, ..row }).collect(),
        paging,
        cameras_total: office::cameras_total(&state, &who).await?,
        filter,
        fault,
    };
    Ok(shell::ok(&state, &who.visitor, templates::cameras_page(&view)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_said_in_the_address_and_read_again() {
        let of = |query: &str| columns(&Fields::parse(query.as_bytes()).expect("query"));
        assert_eq!(of("").0, CAMERA_COLUMNS_USUAL);
        let (chosen, said) = of("cols=own&col_code=1&col_height=1&col_nonsense=1");
        assert_eq!((chosen.as_slice(), said.as_str()), (["code", "height"].as_slice(), "code,height"));
        assert_eq!(of(&format!("cols={said}")).0, chosen);
        assert_eq!(of("cols=own").0, Vec::<&str>::new());
        assert_eq!(of(&format!("cols={}", of("cols=own").1)).0, Vec::<&str>::new());
        let usual = CAMERA_COLUMNS_USUAL.map(|c| format!("&col_{c}=1")).concat();
        assert_eq!(of(&format!("cols=own{usual}")).1, "", "the usual ones need no words");
    }
}
