//! The search.

use crate::body::Asked;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{office, shell};
use actix_web::{HttpResponse, web};
use templates::views::SearchView;

/// Hits of each kind on the page.
const HITS: usize = 20;

/// `GET /search?q=`
pub async fn page(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let q = domain::text::cut(asked.0.text("q").trim(), base::limits::QUERY_BYTES_MAX);
    let found = office::search(&state, &who, q.clone(), HITS).await?;
    let view = SearchView {
        shell: shell::shell(&state, &who.visitor),
        q,
        cameras_total: found.cameras_total as u64,
        meant: found.meant.clone(),
        hits: office::hits(found, who.visitor.language),
    };
    Ok(shell::ok(&state, &who.visitor, templates::search_page(&view)))
}
