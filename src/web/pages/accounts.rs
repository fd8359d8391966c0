//! Accounts, for those who manage them: the list. One account: `account_one`.

use crate::body::{Asked, Fields, Form};
use crate::office;
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use base::limits;
use domain::Act;
use templates::routes;
use templates::views::{AccountsFilter, AccountsView, Paging};

fn address(path: &str, f: &AccountsFilter, cursor: &str) -> String {
    let pairs = [
        ("q", f.q.as_str()),
        ("unit", &f.unit),
        ("role", &f.role),
        ("kind", &f.kind),
        ("state", &f.state),
        ("sort", &f.sort),
        ("cursor", cursor),
    ];
    routes::with_query(path, &pairs)
}

async fn view(state: &WebState, who: &SignedIn, asked: &Fields) -> Result<AccountsView, Failure> {
    let filter = office::accounts_filter(asked);
    let cursor = asked.optional("cursor");
    let mut faults = Vec::new();
    let mut wanted = match office::account_filter(state, &filter) {
        Ok(wanted) => wanted,
        Err(failure) => {
            faults = shell::faults(failure, &who.visitor)?;
            let without = AccountsFilter { unit: String::new(), ..filter.clone() };
            office::account_filter(state, &without)?
        }
    };
    (wanted.cursor, wanted.limit) = (cursor.clone(), limits::PAGE_ROWS_DEFAULT);
    let page = office::accounts(state, who, wanted).await?;
    let counts = office::account_counts(state, who).await?;
    let roles = office::roles_to_give(who);
    Ok(AccountsView {
        shell: shell::shell(state, &who.visitor),
        rows: page.items.iter().map(|info| office::account_row(who, info)).collect(),
        total: page.total as u64,
        paging: Paging {
            total: None,
            from: None,
            first: cursor.is_some().then(|| address(routes::ACCOUNTS, &filter, "")),
            previous: None,
            next: page.next.map(|next| address(routes::ACCOUNTS, &filter, &next)),
        },
        counts: [counts.idle as u64, counts.without_second_factor as u64, counts.disabled as u64],
        idle_days: state.ops.policy().accounts.idle_days,
        export_href: address("/accounts/export.csv", &filter, ""),
        add: office::empty_account_form(),
        roles,
        faults,
        password_once: None,
        units: office::unit_names(state),
        runs_node: office::may(&who.caller, Act::ManageNode),
        filter,
    })
}

/// `GET /accounts`
pub async fn page(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who, &asked.0).await?;
    Ok(shell::ok(&state, &who.visitor, templates::accounts_page(&view)))
}

/// `POST /accounts`: the one-time password is shown on the page that answers, this once.
pub async fn add(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let role = office::role_of(form.0.text("role"))?;
    let wish = office::account_form(&form.0, role);
    match office::add_account(&state, &who, &wish).await {
        Ok((account, None)) => {
            let place = format!("{}/{}", routes::ACCOUNTS, account.id);
            Ok(shell::done(&state, &place, crate::flash::Note::AccountChanged, &account.name))
        }
        Ok((account, Some(password))) => {
            let mut view = view(&state, &who, &Fields::default()).await?;
            view.password_once = Some((account.name, password.expose().to_owned()));
            Ok(shell::ok(&state, &who.visitor, templates::accounts_page(&view)))
        }
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = view(&state, &who, &Fields::default()).await?;
            view.add = wish;
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::accounts_page(&view)))
        }
    }
}

/// A file to keep.
pub fn csv(name: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
        .body(bytes)
}

/// The head of an answer that is kept as a file (RFC 9110, 9.3.2): nothing is taken out, and so nothing is on record.
pub fn only_head(req: &HttpRequest) -> bool {
    req.method() == Method::HEAD
}

/// What answers then: no body, and no length of one.
pub fn bodiless() -> impl futures_util::Stream<Item = Result<Bytes, std::convert::Infallible>> {
    futures_util::stream::empty()
}

/// `GET /accounts/export.csv`: the list as it is filtered.
pub async fn export(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let wanted = office::account_filter(&state, &office::accounts_filter(&asked.0))?;
    if only_head(&req) {
        return Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").streaming(bodiless()));
    }
    let bytes = office::export_accounts(&state, &who, wanted).await?;
    let day = state.config.clock.now().office_date();
    Ok(csv(&format!("tai-khoan-{day}"), bytes))
}
