//! `/policy`: the policy in force, for reading.

use crate::office;
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use domain::policy_words::{self, PARTS};
use templates::views::{PolicyPart, PolicyRow, PolicyView};

/// `GET /policy`
pub async fn page(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let (caller, language) = (who.caller.clone(), who.visitor.language);
    let lines = office::ask(&state, move |ops| ops.policy_lines(&caller)).await?;
    let part_of = |path: &str| path.split_once('.').map_or("", |(part, _)| part).to_owned();
    let order =
        |path: &str| policy_words::KEYS.iter().position(|k| policy_words::of(path).is_some_and(|f| f.path == k.path));
    let parts = PARTS.iter().map(|(part, vi, en)| {
        let mut own: Vec<_> = lines.iter().filter(|l| part_of(&l.path) == *part).collect();
        own.sort_by_key(|l| order(&l.path));
        PolicyPart {
            name: base::Said::new(*vi, *en).of(language).to_owned(),
            rows: own
                .into_iter()
                .filter_map(|line| {
                    let key = policy_words::of(&line.path)?;
                    let words = |v: &serde_json::Value| key.value(v).of(language).to_owned();
                    Some(PolicyRow {
                        name: key.said(&line.path).of(language).to_owned(),
                        value: words(&line.value),
                        article: key.article.to_owned(),
                        shipped: line.shipped.as_ref().map(words),
                        key: line.path.clone(),
                    })
                })
                .collect(),
        }
    });
    let view = PolicyView { parts: parts.collect(), shell: shell::shell(&state, &who.visitor) };
    Ok(shell::ok(&state, &who.visitor, templates::policy_page(&view)))
}
