//! One-time set-up, by the token that the node printed at its start.

use super::entrance::signed_in;
use crate::body::{Asked, Fields, Form};
use crate::flash::Note;
use crate::problem::{self, Failure};
use crate::state::WebState;
use crate::visitor::Visitor;
use crate::{office, outer, shell};
use actix_web::{HttpResponse, web};
use base::{Language, Said};
use templates::routes;
use templates::views::{FieldFault, SetupView};

fn token_gone() -> Failure {
    Failure::new(
        problem::REFUSED,
        Said::new(
            "Địa chỉ thiết lập này không dùng được: đã dùng rồi, quá 60 phút, hoặc nút đã khởi động lại. Hãy khởi động \
             lại nút và mở địa chỉ mới mà nút in ra.",
            "This set-up address is no good: used already, older than 60 minutes, or the node was restarted. Restart \
             the node and open the new address that it prints.",
        ),
    )
}

fn view(state: &WebState, visitor: &Visitor, form: &Fields) -> SetupView {
    SetupView {
        shell: shell::shell(state, visitor),
        token: form.text("token").to_owned(),
        account: form.text("account").to_owned(),
        display_name: form.text("display_name").to_owned(),
        node_name: form.text("node_name").to_owned(),
        area: form.text("area").to_owned(),
        language: Language::parse(form.text("language")).unwrap_or(visitor.language),
        faults: Vec::new(),
        password: office::password_rules(state, domain::Role::Administrator),
    }
}

/// `GET /setup?token=`: once the node is set up, there is no such page.
pub async fn page(state: web::Data<WebState>, visitor: Visitor, asked: Asked) -> Result<HttpResponse, Failure> {
    if !office::ask(&state, |ops| Ok(ops.setup_pending())).await? {
        return Ok(outer::see_other("/"));
    }
    let token = asked.0.text("token").to_owned();
    if !office::setup_token_valid(&state, token).await? {
        return Err(token_gone());
    }
    Ok(shell::ok(&state, &visitor, templates::setup_page(&view(&state, &visitor, &asked.0))))
}

/// `POST /setup`
pub async fn submit(state: web::Data<WebState>, visitor: Visitor, form: Form) -> Result<HttpResponse, Failure> {
    let form = form.0;
    if !office::setup_token_valid(&state, form.text("token").to_owned()).await? {
        return Err(token_gone());
    }
    let mut view = view(&state, &visitor, &form);
    if form.text("password") != form.text("password_again") {
        view.faults.push(password_differs(visitor.language));
        return Ok(shell::again(&state, &visitor, templates::setup_page(&view)));
    }
    match office::complete_setup(&state, &visitor, &form, view.language).await {
        Ok(entered) => Ok(signed_in(&state, shell::done(&state, routes::CAMERAS, Note::SetUpDone, ""), &entered)),
        Err(failure) => {
            view.faults = shell::faults(failure, &visitor)?;
            Ok(shell::again(&state, &visitor, templates::setup_page(&view)))
        }
    }
}

/// The two passwords of a form are not the same.
pub fn password_differs(language: Language) -> FieldFault {
    let said = Said::new(
        "Hai lần nhập mật khẩu không giống nhau. Hãy nhập lại.",
        "The two passwords are not the same. Enter them again.",
    );
    FieldFault { field: "password_again".to_owned(), text: said.of(language).to_owned() }
}
