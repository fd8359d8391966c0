//! One account, for those who manage it: details, role, state, tokens, history.

use super::account::token_wish;
use crate::body::Form;
use crate::flash::Note;
use crate::office;
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::{AccountId, TokenId};
use ops::{AccountFilter, AccountSort, AccountStep};
use templates::routes;
use templates::views::{AddAccountForm, FieldFault, OneAccountView};

fn id_of(text: &str) -> Result<AccountId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

fn place(id: AccountId) -> String {
    format!("{}/{id}", routes::ACCOUNTS)
}

async fn view(state: &WebState, who: &SignedIn, id: AccountId) -> Result<OneAccountView, Failure> {
    let account = office::one_account(state, who, id).await?;
    // Its row of the list, which knows when it was last used.
    let own_name = AccountFilter {
        q: Some(account.name.clone()),
        sort: AccountSort::SignInName,
        limit: base::limits::PAGE_ROWS_MAX,
        ..AccountFilter::default()
    };
    let page = office::accounts(state, who, own_name).await?;
    let Some(info) = page.items.iter().find(|i| i.account.id == id) else { return Err(Failure::not_found()) };
    let row = office::account_row(who, info);
    let tokens = office::tokens(state, who, Some(id)).await?;
    let mut roles = office::roles_to_give(who);
    if !roles.contains(&row.role) {
        roles.push(row.role);
    }
    Ok(OneAccountView {
        shell: shell::shell(state, &who.visitor),
        form: AddAccountForm {
            name: row.name.clone(),
            display_name: row.display_name.clone(),
            role: row.role,
            service: row.service,
            unit: row.unit.clone(),
            title: row.title.clone(),
            phone: row.phone.clone(),
            email: row.email.clone(),
        },
        roles,
        units: office::unit_names(state),
        tokens,
        token_form: office::token_form(state, row.role, who.visitor.language),
        token_once: None,
        password_once: None,
        history: office::history(state, who, Some(id)).await?,
        history_days: office::history_days(state),
        faults: Vec::new(),
        row,
    })
}

async fn again(
    state: &WebState,
    who: &SignedIn,
    id: AccountId,
    faults: Vec<FieldFault>,
    form: Option<AddAccountForm>,
) -> Result<HttpResponse, Failure> {
    let mut view = view(state, who, id).await?;
    view.faults = faults;
    if let Some(form) = form {
        view.form = form;
    }
    Ok(shell::again(state, &who.visitor, templates::one_account_page(&view)))
}

/// `GET /accounts/{id}`
pub async fn page(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who, id_of(&id)?).await?;
    Ok(shell::ok(&state, &who.visitor, templates::one_account_page(&view)))
}

/// `POST /accounts/{id}`: details.
pub async fn details(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let old = office::one_account(&state, &who, id).await?;
    let wish = office::account_form(&form.0, old.role);
    match office::change_details(&state, &who, id, &wish, form.0.number("revision")).await {
        Ok(account) => Ok(shell::done(&state, &place(id), Note::AccountChanged, &account.name)),
        Err(failure) => again(&state, &who, id, shell::faults(failure, &who.visitor)?, Some(wish)).await,
    }
}

async fn change(
    state: &WebState,
    who: &SignedIn,
    id: &str,
    step: AccountStep,
    note: Note,
) -> Result<HttpResponse, Failure> {
    let id = id_of(id)?;
    match office::change_account(state, who, id, step, None).await {
        Ok(account) => Ok(shell::done(state, &place(id), note, &account.name)),
        Err(failure) => again(state, who, id, shell::faults(failure, &who.visitor)?, None).await,
    }
}

/// `POST /accounts/{id}/role`
pub async fn role(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let role = office::role_of(form.0.text("role"))?;
    change(&state, &who, &id, AccountStep::Role(role), Note::RoleChanged).await
}

/// `POST /accounts/{id}/disable`
pub async fn disable(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    change(&state, &who, &id, AccountStep::Disable, Note::AccountDisabled).await
}

/// `POST /accounts/{id}/enable`
pub async fn enable(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    change(&state, &who, &id, AccountStep::Enable, Note::AccountEnabled).await
}

/// `POST /accounts/{id}/password`: the one-time password is shown on the page that answers, this once.
pub async fn password(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let (_, password) = office::reset_password(&state, &who, id).await?;
    let mut view = view(&state, &who, id).await?;
    view.password_once = Some(password.expose().to_owned());
    Ok(shell::ok(&state, &who.visitor, templates::one_account_page(&view)))
}

/// `POST /accounts/{id}/second-factor`: resets it.
pub async fn second_factor(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    match office::reset_second_factor(&state, &who, id, form.0.text("reason").to_owned()).await {
        Ok(account) => Ok(shell::done(&state, &place(id), Note::SecondFactorReset, &account.name)),
        Err(failure) => again(&state, &who, id, shell::faults(failure, &who.visitor)?, None).await,
    }
}

/// `POST /accounts/{id}/tokens`: the token is shown on the page that answers, this once.
pub async fn issue_token(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let issued = match token_wish(&state, &who, &form.0).await {
        Ok(wish) => office::issue_token(&state, &who, Some(id), wish).await,
        Err(failure) => Err(failure),
    };
    match issued {
        Ok((_, token)) => {
            let mut view = view(&state, &who, id).await?;
            view.token_once = Some(token.expose().to_owned());
            Ok(shell::ok(&state, &who.visitor, templates::one_account_page(&view)))
        }
        Err(failure) => again(&state, &who, id, shell::faults(failure, &who.visitor)?, None).await,
    }
}

/// `POST /accounts/{id}/tokens/{token}/revoke`
pub async fn revoke_token(
    state: web::Data<WebState>,
    who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&path.0)?;
    let token: TokenId = path.1.parse().map_err(|()| Failure::not_found())?;
    office::revoke_token(&state, &who, token).await?;
    Ok(shell::done(&state, &place(id), Note::TokenRevoked, ""))
}
