//! The networks for signing in.

use crate::body::{Fields, Form};
use crate::flash::Note;
use crate::office;
use crate::problem::{self, Failure};
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use domain::{Role, SignInNetworks, network};
use ops::NetworksWish;
use templates::routes;
use templates::views::{NetworksRow, NetworksView};

fn lists(rule: &SignInNetworks, between: &str) -> (String, Vec<(Role, String)>) {
    let roles = rule.roles.iter().map(|r| (r.role, r.networks.join(between))).collect();
    (rule.everyone.join(between), roles)
}

async fn view(state: &WebState, who: &SignedIn) -> Result<NetworksView, Failure> {
    let versions = office::networks(state, who).await?;
    let current = versions.first().cloned().unwrap_or_default();
    let (everyone, set) = lists(&current, "\n");
    let of = |role: Role| set.iter().find(|(r, _)| *r == role).map(|(_, l)| l.clone()).unwrap_or_default();
    Ok(NetworksView {
        shell: shell::shell(state, &who.visitor),
        version: current.version,
        everyone,
        roles: Role::ALL.into_iter().map(|role| (role, of(role))).collect(),
        reason: String::new(),
        own_address: who.visitor.address.to_string(),
        preview: None,
        history: versions
            .iter()
            .map(|v| {
                let (everyone, roles) = lists(v, ", ");
                NetworksRow {
                    version: v.version,
                    since: v.since,
                    by: v.by.clone(),
                    reason: v.reason.clone(),
                    everyone,
                    roles,
                }
            })
            .collect(),
        faults: Vec::new(),
    })
}

fn field(role: Role) -> String {
    format!("role_{}", role.as_str())
}

fn wish(form: &Fields) -> NetworksWish {
    NetworksWish {
        everyone: network::split(form.text("everyone")),
        roles: Role::ALL.into_iter().map(|role| (role, network::split(form.text(&field(role))))).collect(),
        reason: form.text("reason").to_owned(),
        version: form.number("version"),
    }
}

/// `GET /sign-in-networks`
pub async fn page(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who).await?;
    Ok(shell::ok(&state, &who.visitor, templates::networks_page(&view)))
}

/// `POST /sign-in-networks`: previews or sets.
pub async fn submit(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let form = form.0;
    let wish = wish(&form);
    let mut view = view(&state, &who).await?;
    view.everyone = form.text("everyone").to_owned();
    view.roles = Role::ALL.into_iter().map(|role| (role, form.text(&field(role)).to_owned())).collect();
    view.reason = form.text("reason").to_owned();
    view.version = form.number("version").unwrap_or(view.version);
    if form.ticked("preview") {
        match office::preview_networks(&state, &who, wish).await {
            Ok(inside) => view.preview = Some(inside),
            Err(failure) => {
                view.faults = shell::faults(failure, &who.visitor)?;
                return Ok(shell::again(&state, &who.visitor, templates::networks_page(&view)));
            }
        }
        return Ok(shell::ok(&state, &who.visitor, templates::networks_page(&view)));
    }
    match office::set_networks(&state, &who, wish).await {
        Ok(_) => Ok(shell::done(&state, routes::SIGN_IN_NETWORKS, Note::NetworksSet, "")),
        // A list that would shut its author out stays in the form, with the reason.
        Err(failure) if failure.sort() == problem::REFUSED && failure.article() == Some("12.4") => {
            view.preview = Some(false);
            Ok(shell::again(&state, &who.visitor, templates::networks_page(&view)))
        }
        Err(failure) => {
            view.faults = shell::faults(failure, &who.visitor)?;
            Ok(shell::again(&state, &who.visitor, templates::networks_page(&view)))
        }
    }
}
