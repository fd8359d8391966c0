//! `GET /api/v1/node`

use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{metrics, office};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

/// This node.
#[derive(Debug, Serialize, ToSchema)]
pub struct NodeBody {
    /// Its name.
    pub name: String,
    /// Its area (địa bàn).
    pub area: Option<String>,
    /// Language for those who have not chosen: `vi` or `en`.
    pub language: &'static str,
    /// Version of the program.
    pub version: String,
    /// When it started, RFC 3339 UTC.
    pub started_at: String,
    /// Seconds since then.
    pub up_s: u64,
    /// The node's clock now, RFC 3339 UTC.
    pub now: String,
    /// Cameras that the caller may see.
    pub cameras: u64,
}

/// This node: name, version, clock
#[utoipa::path(get, path = "/api/v1/node", tag = "node", operation_id = "node",
    responses((status = 200, body = NodeBody),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let node = office::node(&state).await?;
    Ok(HttpResponse::Ok().json(NodeBody {
        name: node.name,
        area: node.area,
        language: node.language.as_str(),
        version: state.config.version.clone(),
        started_at: state.started.rfc3339(),
        up_s: metrics::up_s(&state, &state.config.clock),
        now: state.config.clock.now().rfc3339(),
        cameras: office::cameras_total(&state, &who).await?,
    }))
}
