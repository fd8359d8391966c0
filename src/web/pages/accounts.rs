//! Accounts, for administrators. New and reset accounts get a one-time password that the node makes; it is shown on the
//! page that answers, this once, and must be changed at the first sign-in.

use crate::body::{Asked, Form};
use crate::flash::Note;
use crate::office::{self, AccountChange};
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::AccountId;
use templates::routes;
use templates::views::{AccountRow, AccountsView, AddAccountForm, Paging, Role};

const ROWS_PER_PAGE: usize = 100;

async fn view(state: &WebState, who: &SignedIn, q: &str, page: usize) -> Result<AccountsView, Failure> {
    let me = office::account_id(&who.caller);
    let mut all = office::accounts(state, who).await?;
    if !q.is_empty() {
        let wanted = domain::text::fold(q);
        all.retain(|a| {
            domain::text::fold(&a.name).contains(&wanted) || domain::text::fold(&a.display_name).contains(&wanted)
        });
    }
    let total = all.len();
    let start = page.saturating_mul(ROWS_PER_PAGE).min(total);
    let at = |page: usize| {
        let number = if page == 0 { String::new() } else { page.to_string() };
        routes::with_query(routes::ACCOUNTS, &[("q", q), ("page", &number)])
    };
    let rows: Vec<AccountRow> = all
        .into_iter()
        .skip(start)
        .take(ROWS_PER_PAGE)
        .map(|a| AccountRow {
            id: a.id.to_string(),
            own: a.id == me,
            role: office::role_word(a.role),
            name: a.name,
            display_name: a.display_name,
            unit: a.unit,
            disabled_at: a.disabled_at,
            must_change_password: a.must_change_password,
            last_sign_in_at: a.last_sign_in_at,
            created_at: a.created_at,
        })
        .collect();
    Ok(AccountsView {
        shell: shell::shell(state, &who.visitor),
        q: q.to_owned(),
        paging: Paging {
            total: Some(total as u64),
            from: (!rows.is_empty()).then_some(start as u64 + 1),
            first: (page > 0).then(|| at(0)),
            previous: (page > 0).then(|| at(page - 1)),
            next: (start + rows.len() < total).then(|| at(page + 1)),
        },
        rows,
        add: AddAccountForm {
            name: String::new(),
            display_name: String::new(),
            role: Role::Viewer,
            unit: String::new(),
        },
        faults: Vec::new(),
        password_once: None,
        password: office::password_rules(state),
        units: office::places(state, who).await?.units,
    })
}

/// `GET /accounts?q=&page=`
pub async fn page(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let page = asked.0.number("page").unwrap_or(0);
    let view = view(&state, &who, asked.0.text("q").trim(), page).await?;
    Ok(shell::ok(&state, &who.visitor, templates::accounts_page(&view)))
}

async fn with_password(
    state: &WebState,
    who: &SignedIn,
    name: String,
    password: base::Secret,
) -> Result<HttpResponse, Failure> {
    let mut view = view(state, who, "", 0).await?;
    view.password_once = Some((name, password.expose().to_owned()));
    Ok(shell::ok(state, &who.visitor, templates::accounts_page(&view)))
}

/// `POST /accounts`
pub async fn add(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let form = form.0;
    let role = Role::ALL.into_iter().find(|r| r.as_str() == form.text("role")).unwrap_or(Role::Viewer);
    let wish = AddAccountForm {
        name: form.text("name").trim().to_owned(),
        display_name: form.text("display_name").trim().to_owned(),
        role,
        unit: form.text("unit").trim().to_owned(),
    };
    match office::add_account(&state, &who, &wish).await {
        Ok((account, password)) => with_password(&state, &who, account.name, password).await,
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = view(&state, &who, "", 0).await?;
            view.add = wish;
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::accounts_page(&view)))
        }
    }
}

async fn change(
    state: &WebState,
    who: &SignedIn,
    id: &str,
    change: AccountChange,
    note: Note,
) -> Result<HttpResponse, Failure> {
    let id: AccountId = id.parse().map_err(|()| Failure::not_found())?;
    match office::change_account(state, who, id, change).await {
        Ok(account) => Ok(shell::done(state, routes::ACCOUNTS, note, &account.name)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = view(state, who, "", 0).await?;
            view.faults = faults;
            Ok(shell::again(state, &who.visitor, templates::accounts_page(&view)))
        }
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
    change(&state, &who, &id, AccountChange::Role(role), Note::RoleChanged).await
}

/// `POST /accounts/{id}/disable`
pub async fn disable(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    change(&state, &who, &id, AccountChange::Disable, Note::AccountDisabled).await
}

/// `POST /accounts/{id}/enable`
pub async fn enable(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    change(&state, &who, &id, AccountChange::Enable, Note::AccountEnabled).await
}

/// `POST /accounts/{id}/password`
pub async fn password(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let id: AccountId = id.parse().map_err(|()| Failure::not_found())?;
    let (account, password) = office::reset_password(&state, &who, id).await?;
    with_password(&state, &who, account.name, password).await
}
