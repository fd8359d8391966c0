//! My account: preferences, password, sign-ins, tokens.

use super::setup::password_differs;
use crate::body::{Fields, Form};
use crate::cookies::{self, Kind};
use crate::flash::Note;
use crate::problem::{self, Failure};
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{office, shell};
use actix_web::{HttpResponse, web};
use base::{Language, Said};
use domain::Act;
use ops::TokenWish;
use templates::routes;
use templates::views::{AccountView, FieldFault, Theme};

async fn view(state: &WebState, who: &SignedIn) -> Result<AccountView, Failure> {
    let account = office::account(&who.caller);
    Ok(AccountView {
        display_name: account.display_name.clone(),
        language: office::language_of(&who.caller).unwrap_or(who.visitor.language),
        theme: office::theme_of(&who.caller).unwrap_or_default(),
        password_changed_at: account.password_changed_at,
        must_change_password: office::must_change_password(&who.caller),
        password: office::password_rules(state, account.role),
        sign_ins: office::sign_ins(state, who).await?,
        tokens: office::tokens(state, who, None).await?,
        token_once: None,
        may_issue_tokens: office::may(&who.caller, Act::IssueTokens),
        token_form: office::token_form(state, account.role, who.visitor.language),
        due: office::password_due(&who.caller, who.visitor.language),
        second_factor_since: account.second_factor_since,
        second_factor_required: office::second_factor_required(state, &who.caller),
        history: office::history(state, who, None).await?,
        history_days: office::history_days(state),
        faults: Vec::new(),
        shell: shell::shell(state, &who.visitor),
    })
}

async fn again(state: &WebState, who: &SignedIn, faults: Vec<FieldFault>) -> Result<HttpResponse, Failure> {
    let mut view = view(state, who).await?;
    view.faults = faults;
    Ok(shell::again(state, &who.visitor, templates::account_page(&view)))
}

/// `GET /account`
pub async fn page(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who).await?;
    Ok(shell::ok(&state, &who.visitor, templates::account_page(&view)))
}

/// `POST /account/preferences`
pub async fn preferences(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let form = form.0;
    let language = Language::parse(form.text("language"));
    let theme = Theme::parse(form.text("theme"));
    match office::prefer(&state, &who.visitor, form.optional("display_name"), language, theme).await {
        Ok(()) => {
            let response = shell::done(&state, routes::ACCOUNT, Note::PreferencesSaved, "");
            Ok([Kind::Language, Kind::Theme]
                .into_iter()
                .fold(response, |r, kind| shell::with_cookie(r, &cookies::clear(&state.config, kind))))
        }
        Err(failure) => again(&state, &who, shell::faults(failure, &who.visitor)?).await,
    }
}

/// `POST /account/password`
pub async fn password(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let form = form.0;
    if form.text("password") != form.text("password_again") {
        return again(&state, &who, vec![password_differs(who.visitor.language)]).await;
    }
    match office::change_password(&state, &who, form.secret("password_old"), form.secret("password")).await {
        Ok(()) => Ok(shell::done(&state, routes::ACCOUNT, Note::PasswordChanged, "")),
        // A wrong old password is a fault of the field here, not an ended sign-in.
        Err(failure) if failure.sort() == problem::UNAUTHENTICATED => {
            let text = failure.detail().of(who.visitor.language).to_owned();
            again(&state, &who, vec![FieldFault { field: "password_old".to_owned(), text }]).await
        }
        Err(failure) => again(&state, &who, shell::faults(failure, &who.visitor)?).await,
    }
}

/// `POST /account/sign-ins/{id}/end`
pub async fn end_sign_in(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let id = id.parse().map_err(|()| Failure::not_found())?;
    office::end_sign_in(&state, &who, id).await?;
    Ok(shell::done(&state, routes::ACCOUNT, Note::SignInEnded, ""))
}

/// `POST /account/sign-in-seen`
pub async fn sign_in_seen(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    office::sign_in_seen(&state, &who).await?;
    Ok(crate::outer::see_other(routes::ACCOUNT))
}

/// The wish that a form for a token holds.
pub async fn token_wish(state: &WebState, who: &SignedIn, form: &Fields) -> Result<TokenWish, Failure> {
    let text = form.text("days").trim();
    let days = if text.is_empty() { None } else { form.number("days").map(Some).ok_or_else(not_days)? };
    let limit = office::token_limit(state, who, form).await?;
    Ok(TokenWish { label: form.text("label").trim().to_owned(), days, limit })
}

fn not_days() -> Failure {
    let said = Said::new("Số ngày phải là một số nguyên dương.", "The days must be a whole number above zero.");
    Failure::invalid("days", said)
}

/// `POST /account/tokens`: the token is shown on the page that answers, this once.
pub async fn issue_token(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let issued = match token_wish(&state, &who, &form.0).await {
        Ok(wish) => office::issue_token(&state, &who, None, wish).await,
        Err(failure) => Err(failure),
    };
    match issued {
        Ok((_, token)) => {
            let mut view = view(&state, &who).await?;
            view.token_once = Some(token.expose().to_owned());
            Ok(shell::ok(&state, &who.visitor, templates::account_page(&view)))
        }
        Err(failure) => again(&state, &who, shell::faults(failure, &who.visitor)?).await,
    }
}

/// `POST /account/tokens/{id}/revoke`
pub async fn revoke_token(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let id = id.parse().map_err(|()| Failure::not_found())?;
    office::revoke_token(&state, &who, id).await?;
    Ok(shell::done(&state, routes::ACCOUNT, Note::TokenRevoked, ""))
}
