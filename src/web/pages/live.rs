//! The live page.

use crate::body::Asked;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{office, shell};
use actix_web::{HttpResponse, web};
use base::limits;
use domain::Act;
use domain::layout::GRIDS;
use templates::views::LiveView;

/// Tiles at most.
const TILES_MAX: usize = 25;

/// `GET /live?grid=&tiles=&wall=`
pub async fn page(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let tiles = asked.0.text("tiles");
    let view = LiveView {
        grid: asked.0.number::<u8>("grid").filter(|g| GRIDS.contains(g)),
        tiles: if tiles.is_empty() {
            Vec::new()
        } else {
            tiles
                .split(',')
                .take(TILES_MAX)
                .map(|code| if code.len() <= limits::CODE_BYTES_MAX { code.to_owned() } else { String::new() })
                .collect()
        },
        wall: asked.0.text("wall") == "1",
        cameras_total: office::cameras_total(&state, &who).await?,
        account_key: office::account_id(&who.caller).to_string(),
        snapshots: office::may(&who.caller, Act::Snapshot),
        shell: shell::shell(&state, &who.visitor),
    };
    Ok(shell::ok(&state, &who.visitor, templates::live_page(&view)))
}
