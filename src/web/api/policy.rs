//! `/api/v1/policy`: the policy in force.

use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use domain::policy_words;
use serde::Serialize;
use utoipa::ToSchema;

/// One key of the policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyKeyBody {
    /// Its place in the file, for example `password.length_min`.
    pub key: String,
    /// The value in force.
    #[schema(value_type = Object)]
    pub value: serde_json::Value,
    /// The value that ships with the program, where the node's own `policy.toml` says otherwise.
    #[schema(value_type = Object)]
    pub shipped: Option<serde_json::Value>,
    /// Its name, in the caller's language.
    pub name: String,
    /// The value with its unit, in the caller's language.
    pub text: String,
    /// Article of the regulation, if one asks for it.
    pub article: Option<String>,
}

/// The policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyBody {
    /// Every key.
    pub items: Vec<PolicyKeyBody>,
}

/// The policy in force
///
/// Changed by the file `policy.toml` in the node's data folder and a restart.
#[utoipa::path(get, path = "/api/v1/policy", tag = "node", operation_id = "policy_get",
    responses((status = 200, body = PolicyBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let (caller, language) = (who.caller.clone(), who.visitor.language);
    let lines = office::ask(&state, move |ops| ops.policy_lines(&caller)).await?;
    let items = lines.into_iter().filter_map(|line| {
        let key = policy_words::of(&line.path)?;
        Some(PolicyKeyBody {
            name: key.said(&line.path).of(language).to_owned(),
            text: key.value(&line.value).of(language).to_owned(),
            article: (!key.article.is_empty()).then(|| key.article.to_owned()),
            key: line.path,
            value: line.value,
            shipped: line.shipped,
        })
    });
    Ok(HttpResponse::Ok().json(PolicyBody { items: items.collect() }))
}
