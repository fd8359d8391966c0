//! Set-up and sign-in: the pages before anyone is known.

use crate::layout::gate;
use crate::parts::{Field, csrf, field, form_faults, icon, new_password};
use crate::routes;
use crate::views::{SetupView, SignInCodeView, SignInView};
use crate::words::{AccessWords, fill};
use base::Language;
use maud::html;

/// One-time set-up (POST answers 303 to the live page).
pub fn setup_page(view: &SetupView) -> String {
    let t = view.shell.words();
    let faults = &view.faults;
    let fields = ["account", "display_name", "password", "password_again", "node_name", "area", "language"];
    gate(
        &view.shell,
        t.setup_title,
        &[],
        html! {
            form.card.card--gate.card--wide method="post" action=(routes::SETUP) {
                h1 { (t.setup_title) }
                p.lead { (t.setup_intro) }
                (form_faults(&view.shell, faults, &fields))
                (csrf(&view.shell))
                input type="hidden" name="token" value=(view.token);
                fieldset {
                    legend { (t.setup_node) }
                    (field(faults, Field { name: "node_name", label: t.node_name, value: &view.node_name, hint: t.node_name_hint, required: true, autofocus: true, ..Field::default() }))
                    (field(faults, Field { name: "area", label: t.area, value: &view.area, hint: t.node_area_hint, optional: t.optional, ..Field::default() }))
                    div.field {
                        label.field__label for="language" { (t.language) }
                        select.input #language name="language" {
                            option value="vi" lang="vi" selected[view.language == Language::Vi] { "Tiếng Việt" }
                            option value="en" lang="en" selected[view.language == Language::En] { "English" }
                        }
                    }
                }
                fieldset {
                    legend { (t.setup_account) }
                    (field(faults, Field { name: "account", label: t.sign_in_name, value: &view.account, hint: t.sign_in_name_hint, autocomplete: "username", required: true, code: true, ..Field::default() }))
                    (field(faults, Field { name: "display_name", label: t.display_name, value: &view.display_name, hint: t.display_name_hint, autocomplete: "name", required: true, ..Field::default() }))
                    (new_password(&view.shell, faults, t.password, &view.password, "account"))
                }
                button.btn.btn--primary.btn--full { (t.setup_finish) }
            }
        },
    )
}

/// Sign-in.
pub fn sign_in_page(view: &SignInView) -> String {
    let t = view.shell.words();
    gate(
        &view.shell,
        t.sign_in_title,
        &[],
        html! {
            form.card.card--gate method="post" action=(routes::SIGN_IN) {
                h1 { (t.sign_in_title) }
                p.lead { (t.sign_in_lead) }
                @if view.fault.is_some() || view.wait_s.is_some() {
                    div.flash.flash--bad role="alert" {
                        (icon("triangle-alert"))
                        div {
                            @if let Some(fault) = &view.fault { p { (fault) } }
                            @if let Some(wait) = view.wait_s { p { (fill(t.sign_in_wait, &[("n", &wait.to_string())])) } }
                        }
                    }
                }
                (csrf(&view.shell))
                input type="hidden" name="next" value=(view.next);
                (field(&[], Field { name: "name", label: t.sign_in_name, value: &view.name, autocomplete: "username", required: true, code: true, autofocus: view.name.is_empty(), ..Field::default() }))
                (field(&[], Field { name: "password", label: t.password, kind: "password", autocomplete: "current-password", required: true, autofocus: !view.name.is_empty(), ..Field::default() }))
                button.btn.btn--primary.btn--full { (t.sign_in_submit) }
                p.gate__note { (t.sign_in_forgot) }
            }
            p.gate__foot { (icon("shield-check")) (t.sign_in_note) }
        },
    )
}

/// The second step of signing in.
pub fn sign_in_code_page(view: &SignInCodeView) -> String {
    let (t, a) = (view.shell.words(), AccessWords::of(view.shell.language));
    gate(
        &view.shell,
        a.code_title,
        &[],
        html! {
            form.card.card--gate method="post" action=(routes::SIGN_IN_CODE) {
                h1 { (a.code_title) }
                p.lead { (a.code_lead) }
                @if view.fault.is_some() || view.wait_s.is_some() {
                    div.flash.flash--bad role="alert" {
                        (icon("triangle-alert"))
                        div {
                            @if let Some(fault) = &view.fault { p { (fault) } }
                            @if let Some(wait) = view.wait_s { p { (fill(t.sign_in_wait, &[("n", &wait.to_string())])) } }
                        }
                    }
                }
                (csrf(&view.shell))
                input type="hidden" name="next" value=(view.next);
                (field(&[], Field { name: "code", label: a.code, hint: a.code_hint, autocomplete: "one-time-code", required: true, code: true, autofocus: true, ..Field::default() }))
                button.btn.btn--primary.btn--full { (a.code_submit) }
                p.gate__note { (a.code_lost) }
                p.gate__note { a href=(routes::SIGN_IN) { (a.code_back) } }
            }
            p.gate__foot { (icon("shield-check")) (t.sign_in_note) }
        },
    )
}
