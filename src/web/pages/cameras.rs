//! The list of cameras.

use crate::body::Asked;
use crate::office::{self, Listing};
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{shell, streams};
use actix_web::{HttpResponse, web};
use base::{StreamKind, limits};
use templates::routes;
use templates::views::{CameraFilter, CameraRow, CameraSort, CamerasView, Paging, Phase};

/// `GET /cameras?q=&area=&unit=&state=&sort=&cursor=&row=`
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let filter = CameraFilter {
        q: asked.text("q").trim().to_owned(),
        area: asked.text("area").to_owned(),
        unit: asked.text("unit").to_owned(),
        state: Phase::parse(asked.text("state")),
        sort: CameraSort::parse(asked.text("sort")).unwrap_or_default(),
    };
    let cursor = asked.optional("cursor");
    let listing = Listing {
        q: filter.q.clone(),
        area: asked.optional("area"),
        unit: asked.optional("unit"),
        phase: filter.state,
        sort: filter.sort,
        cursor: cursor.clone(),
        limit: limits::PAGE_ROWS_DEFAULT,
    };
    let page = office::list_cameras(&state, &who, listing).await?;
    let places = office::places(&state, &who).await?;
    // Rows before this page: only for showing; the cursor says where the page begins.
    let before = if cursor.is_some() { asked.number::<u64>("row").unwrap_or(0) } else { 0 };
    let shown = page.items.len() as u64;
    let at = |cursor: &str, row: u64| {
        let row = if row == 0 { String::new() } else { row.to_string() };
        routes::with_query(
            routes::CAMERAS,
            &[
                ("q", &filter.q),
                ("area", &filter.area),
                ("unit", &filter.unit),
                ("state", filter.state.map_or("", Phase::as_str)),
                ("sort", if filter.sort == CameraSort::default() { "" } else { filter.sort.as_str() }),
                ("cursor", cursor),
                ("row", &row),
            ],
        )
    };
    let paging = Paging {
        total: page.total,
        from: (shown > 0).then_some(before + 1),
        first: cursor.is_some().then(|| at("", 0)),
        previous: None,
        next: page.next.as_deref().map(|next| at(next, before + shown)),
    };
    let language = who.visitor.language;
    let rows = page
        .items
        .into_iter()
        .map(|c| CameraRow {
            status: streams::status(&state, c.id, StreamKind::Main, language),
            code: c.code,
            name: c.name,
            area: c.area,
            unit: c.unit,
        })
        .collect();
    let view = CamerasView {
        shell: shell::shell(&state, &who.visitor),
        areas: places.areas,
        units: places.units,
        rows,
        paging,
        cameras_total: office::cameras_total(&state, &who).await?,
        filter,
    };
    Ok(shell::ok(&state, &who.visitor, templates::cameras_page(&view)))
}
