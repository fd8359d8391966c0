//! One account by itself: details, role, state, tokens, history. And the parts that it shares with one's own page.

use crate::layout::{Frame, Section, page, role_name};
use crate::pages::account::browser;
use crate::parts::{Field, csrf, field, form_faults, icon, moment, moment_ago};
use crate::routes;
use crate::views::{FieldFault, OneAccountView, Role, Shell, SignInEventRow, TokenForm, TokenRow};
use crate::words::{AccessWords, fill};
use maud::{Markup, html};

/// The history of sign-ins.
pub(crate) fn history(shell: &Shell, rows: &[SignInEventRow], days: u32) -> Markup {
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    html! {
        section.card.card--table #history aria-labelledby="history-title" {
            h2 #history-title { (a.history) }
            p.muted { (fill(a.history_lead, &[("n", &days.to_string())])) }
            @if rows.is_empty() { p.muted { (a.history_none) } } @else {
                div.scroll tabindex="0" role="group" aria-labelledby="history-title" {
                    table.table {
                        thead { tr { th { (t.audit_at) } th { (a.history_result) } th { (t.audit_address) } th { (t.sign_in_browser) } } }
                        tbody {
                            @for row in rows {
                                tr data-ok=(row.ok) {
                                    td.nowrap data-label=(t.audit_at) { (moment(row.at)) }
                                    td data-label=(a.history_result) {
                                        @if row.ok { span.state.state--live { (icon("check")) (if row.second_factor { a.history_ok_two } else { a.history_ok }) } }
                                        @else { span.state.state--waiting { (icon("circle-x")) (a.why(&row.reason)) } }
                                        @if row.new_network { " " span.state.state--connecting { (icon("network")) (a.history_new) } }
                                    }
                                    td data-label=(t.audit_address) { span.code { (row.address) } }
                                    td data-label=(t.sign_in_browser) { span.clip title=(row.agent) { (browser(&row.agent)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Tokens, and the form for another.
pub(crate) fn tokens(
    shell: &Shell,
    base: &str,
    rows: &[TokenRow],
    once: Option<&str>,
    form: Option<&TokenForm>,
    faults: &[FieldFault],
    lead: &str,
) -> Markup {
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    let limited = ["networks", "acts", "areas", "cameras"].iter().any(|f| faults.iter().any(|x| x.field == *f));
    html! {
        section.card.card--table #tokens aria-labelledby="tokens-title" {
            h2 #tokens-title { (t.tokens) }
            p.muted { (lead) }
            @if let Some(token) = once {
                div.once role="status" {
                    p { (icon("key-round")) (t.token_once) }
                    div.once__line {
                        input.input.input--code #token-once readonly value=(token) aria-label=(t.tokens) data-once;
                        button.btn type="button" data-copy="token-once" hidden { (icon("copy")) span { (t.copy) } }
                    }
                }
            }
            @if rows.is_empty() { p.muted { (t.tokens_none) } } @else {
                table.table {
                    thead { tr { th { (t.token_label) } th { (t.token_issued) } th { (t.token_expires) } th { (t.sign_in_used) } th { (a.token_limit) } th { span.hidden { (t.actions) } } } }
                    tbody {
                        @for row in rows {
                            tr {
                                td.table__main data-label=(t.token_label) { (row.label) }
                                td data-label=(t.token_issued) { (moment(row.created_at)) }
                                td data-label=(t.token_expires) { @if let Some(at) = row.expires_at { (moment(at)) } @else { (t.never) } }
                                td data-label=(t.sign_in_used) { @if let Some(at) = row.used_at { (moment_ago(at)) } @else { (t.never) } }
                                td data-label=(a.token_limit) { @if row.limit.is_empty() { span.muted { "–" } } @else { @for part in &row.limit { div { (part) } } } }
                                td.table__end {
                                    form method="post" action={ (base) "/tokens/" (routes::segment(&row.id)) "/revoke" } {
                                        (csrf(shell))
                                        button.btn.btn--small.btn--danger-quiet { (icon("trash-2")) (t.token_revoke) span.hidden { " " (row.label) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if let Some(form) = form {
                form.issue method="post" action={ (base) "/tokens" } {
                    (csrf(shell))
                    div.line {
                        (field(faults, Field { name: "label", label: t.token_label, hint: t.token_label_hint, required: true, ..Field::default() }))
                        (field(faults, Field { name: "days", label: t.token_days, value: &form.days_default.to_string(), hint: &fill(a.token_days_hint, &[("n", &form.days_max.to_string())]), kind: "number", required: true, ..Field::default() }))
                        button.btn { (icon("key-round")) (t.token_issue) }
                    }
                    details.nested open[limited] {
                        summary { (a.token_limits) }
                        p.field__hint { (a.token_limits_lead) }
                        div.pair {
                            (field(faults, Field { name: "networks", label: a.token_networks, hint: a.token_networks_hint, code: true, optional: t.optional, ..Field::default() }))
                            (field(faults, Field { name: "areas", label: a.token_areas, hint: a.token_areas_hint, optional: t.optional, ..Field::default() }))
                            (field(faults, Field { name: "cameras", label: a.token_cameras, hint: a.token_cameras_hint, code: true, optional: t.optional, ..Field::default() }))
                        }
                        fieldset.choices.choices--columns {
                            legend.field__label { (a.token_acts) " " span.field__optional { "(" (t.optional) ")" } }
                            @for (name, words) in &form.acts { label.choices__one { input type="checkbox" name={ "act_" (name) } value="1"; span { (words) } } }
                        }
                    }
                }
            }
        }
    }
}

/// Choices of a role.
pub(crate) fn role_options(shell: &Shell, roles: &[Role], chosen: Role) -> Markup {
    let t = shell.words();
    html! { @for role in roles { option value=(role.as_str()) selected[*role == chosen] { (role_name(*role, t)) } } }
}

/// Unit, position, telephone, e-mail.
pub(crate) fn details(
    shell: &Shell,
    faults: &[FieldFault],
    form: &crate::views::AddAccountForm,
    units: &[String],
) -> Markup {
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    html! {
        div.pair {
            (field(faults, Field { name: "unit", label: t.unit, value: &form.unit, hint: a.unit_hint, optional: t.optional, list: Some(("units", units)), ..Field::default() }))
            (field(faults, Field { name: "title", label: a.position, value: &form.title, optional: t.optional, ..Field::default() }))
        }
        div.pair {
            (field(faults, Field { name: "phone", label: a.phone, value: &form.phone, kind: "tel", optional: t.optional, ..Field::default() }))
            (field(faults, Field { name: "email", label: a.email, value: &form.email, kind: "email", optional: t.optional, ..Field::default() }))
        }
    }
}

fn access(view: &OneAccountView) -> Markup {
    let shell = &view.shell;
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    let row = &view.row;
    let at = |act: &str| format!("{}/{}/{act}", routes::ACCOUNTS, routes::segment(&row.id));
    html! {
        section.card aria-labelledby="access-title" {
            h2 #access-title { (a.access) }
            (form_faults(shell, &view.faults, &[]))
            @if let Some(password) = &view.password_once {
                div.once role="status" {
                    p { (icon("key-round")) (fill(t.password_once, &[("name", &row.name)])) }
                    div.once__line {
                        input.input.input--code #password-once readonly value=(password) aria-label=(t.password) data-once;
                        button.btn type="button" data-copy="password-once" hidden { (icon("copy")) span { (t.copy) } }
                    }
                }
            }
            @if row.own { p.muted { (t.account_own) } } @else {
                form method="post" action=(at("role")) {
                    (csrf(shell))
                    div.field {
                        label.field__label for="role" { (t.role) }
                        div.once__line { select.input #role name="role" { (role_options(shell, &view.roles, row.role)) } button.btn { (t.apply) } }
                    }
                }
                div.acts {
                    @if !row.service { form method="post" action=(at("password")) { (csrf(shell)) button.btn { (icon("key-round")) (a.reset_password) } } }
                    @if row.disabled_at.is_some() { form method="post" action=(at("enable")) { (csrf(shell)) button.btn { (icon("check")) (a.enable) } } }
                    @else { form method="post" action=(at("disable")) { (csrf(shell)) button.btn.btn--danger-quiet { (icon("lock")) (a.disable) } } }
                }
                @if row.second_factor {
                    details.nested open[view.faults.iter().any(|f| f.field == "reason")] {
                        summary { (a.reset_factor) }
                        form method="post" action=(at("second-factor")) {
                            (csrf(shell))
                            p.field__hint { (a.reset_factor_hint) }
                            (field(&view.faults, Field { name: "reason", label: a.reason, hint: a.reason_hint, required: true, ..Field::default() }))
                            button.btn.btn--danger-quiet { (icon("shield-alert")) (a.reset_factor) }
                        }
                    }
                }
            }
        }
    }
}

/// One account.
pub fn one_account_page(view: &OneAccountView) -> String {
    let shell = &view.shell;
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    let row = &view.row;
    let here = format!("{}/{}", routes::ACCOUNTS, routes::segment(&row.id));
    let frame = Frame { title: &row.display_name, section: Section::Accounts, scripts: &[], body: "" };
    let fields = ["display_name", "unit", "title", "phone", "email"];
    page(
        shell,
        &frame,
        html! {
            p { a.btn.btn--quiet.btn--small href=(routes::ACCOUNTS) { (icon("arrow-left")) (t.accounts_title) } }
            header.head { div {
                h1 { (row.display_name) }
                p.head__sub {
                    span.code { (row.name) } " · " (role_name(row.role, t)) @if row.service { " · " (a.kind_service) }
                    @if !row.unit.is_empty() { " · " (row.unit) } " · " (fill(a.created, &[("t", &row.created_at.office_text())]))
                }
                p {
                    @if let Some(at) = row.disabled_at { span.state.state--waiting { (icon("lock")) (t.account_disabled) " " (fill(t.account_disabled_since, &[("t", &at.office_text())])) } }
                    @else { span.state.state--live { (icon("check")) (a.state_enabled) } }
                    @if row.idle { " " span.state.state--connecting { (icon("clock")) (a.state_idle) } }
                    @if row.second_factor { " " span.state.state--live { (icon("shield-check")) (a.factor_title) } }
                }
            } }
            div.columns.columns--even {
                form.card method="post" action=(here) {
                    h2 { (a.details) }
                    (form_faults(shell, &view.faults, &fields))
                    (csrf(shell))
                    input type="hidden" name="revision" value=(row.revision);
                    (field(&view.faults, Field { name: "display_name", label: t.display_name, value: &view.form.display_name, required: true, ..Field::default() }))
                    (details(shell, &view.faults, &view.form, &view.units))
                    button.btn.btn--primary { (t.save) }
                }
                (access(view))
            }
            (tokens(shell, &here, &view.tokens, view.token_once.as_deref(), row.disabled_at.is_none().then_some(&view.token_form), &view.faults, a.token_limits_lead))
            @if !row.service { (history(shell, &view.history, view.history_days)) }
        },
    )
}
