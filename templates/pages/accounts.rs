//! All accounts, for administrators.

use crate::layout::{Frame, Section, page, role_name};
use crate::parts::{Field, csrf, field, form_faults, icon, moment, moment_ago, pager};
use crate::routes;
use crate::views::{AccountRow, AccountsView, Role};
use crate::words::{Words, fill};
use maud::{Markup, html};

fn role_options(chosen: Role, t: &Words) -> Markup {
    html! { @for role in Role::ALL { option value=(role.as_str()) selected[role == chosen] { (role_name(role, t)) } } }
}

fn manage(view: &AccountsView, row: &AccountRow) -> Markup {
    let t = view.shell.words();
    let at = |act: &str| format!("{}/{}/{act}", routes::ACCOUNTS, routes::segment(&row.id));
    html! {
        @if row.own { span.muted { (t.account_own) } } @else {
            details.menu data-menu {
                summary.btn.btn--small aria-label=(fill(t.account_manage_whom, &[("name", &row.display_name)])) { (icon("ellipsis")) span { (t.account_manage) } }
                div.menu__sheet {
                    form.menu__form method="post" action=(at("role")) {
                        (csrf(&view.shell))
                        label.field__label for={ "role-" (row.id) } { (t.role) }
                        div.once__line {
                            select.input #{ "role-" (row.id) } name="role" { (role_options(row.role, t)) }
                            button.btn.btn--small { (t.apply) }
                        }
                    }
                    form method="post" action=(at("password")) { (csrf(&view.shell)) button.menu__item { (icon("key-round")) (t.account_reset) } }
                    @if row.disabled_at.is_some() {
                        form method="post" action=(at("enable")) { (csrf(&view.shell)) button.menu__item { (icon("check")) (t.account_enable) } }
                    } @else {
                        form method="post" action=(at("disable")) { (csrf(&view.shell)) button.menu__item.menu__item--danger { (icon("lock")) (t.account_disable) } }
                    }
                }
            }
        }
    }
}

fn add(view: &AccountsView) -> Markup {
    let t = view.shell.words();
    let fields = ["name", "display_name", "role", "unit"];
    let refused = view.faults.iter().any(|f| f.field.is_empty() || fields.contains(&f.field.as_str()));
    let form = &view.add;
    html! {
        details.card.fold #add open[refused] {
            summary { (icon("user-plus")) h2 { (t.accounts_add) } (icon("chevron-down")) }
            form method="post" action=(routes::ACCOUNTS) {
                (form_faults(&view.shell, &view.faults, &fields))
                (csrf(&view.shell))
                div.pair {
                    (field(&view.faults, Field { name: "name", label: t.sign_in_name, value: &form.name, hint: t.sign_in_name_hint, required: true, code: true, ..Field::default() }))
                    (field(&view.faults, Field { name: "display_name", label: t.display_name, value: &form.display_name, hint: t.display_name_hint, required: true, ..Field::default() }))
                }
                div.pair {
                    fieldset.choices {
                        legend.field__label { (t.role) }
                        @for (role, hint) in [(Role::Administrator, t.role_administrator_hint), (Role::Operator, t.role_operator_hint), (Role::Viewer, t.role_viewer_hint)] {
                            label.choices__one { input type="radio" name="role" value=(role.as_str()) checked[role == form.role]; span { (role_name(role, t)) span.muted { " – " (hint) } } }
                        }
                    }
                    (field(&view.faults, Field { name: "unit", label: t.unit, value: &form.unit, optional: t.optional, list: Some(("units", &view.units)), ..Field::default() }))
                }
                p.note { (icon("info")) span { (t.accounts_add_hint) } }
                button.btn.btn--primary { (t.accounts_add_submit) }
            }
        }
    }
}

/// All accounts.
pub fn accounts_page(view: &AccountsView) -> String {
    let shell = &view.shell;
    let t = shell.words();
    let frame = Frame { title: t.accounts_title, section: Section::Accounts, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div { h1 { (t.accounts_title) } p.head__sub { (t.account_disable_hint) } } }
            @if let Some((whose, password)) = &view.password_once {
                div.once role="status" {
                    p { (icon("key-round")) (fill(t.password_once, &[("name", whose)])) }
                    div.once__line {
                        input.input.input--code #password-once readonly value=(password) aria-label=(t.password) data-once;
                        button.btn type="button" data-copy="password-once" hidden { (icon("copy")) span { (t.copy) } }
                    }
                }
            }
            (add(view))
            form.filter method="get" action=(routes::ACCOUNTS) role="search" {
                div.search.filter__search {
                    (icon("search"))
                    input.input type="search" name="q" value=(view.q) data-search placeholder=(t.accounts_search) aria-label=(t.search) title=(t.search_hint) aria-keyshortcuts="/";
                    kbd aria-hidden="true" { "/" }
                }
                div.filter__end {
                    button.btn { (t.filter) }
                    @if !view.q.is_empty() { a.btn.btn--quiet href=(routes::ACCOUNTS) { (t.filter_clear) } }
                }
            }
            @if view.rows.is_empty() { p.muted { (t.accounts_none) } } @else {
                div.sheet.sheet--open {
                    table.table {
                        thead { tr { th { (t.display_name) } th { (t.sign_in_name) } th { (t.role) } th { (t.unit) } th { (t.state) } th { (t.account_last) } th { span.hidden { (t.actions) } } } }
                        tbody {
                            @for row in &view.rows {
                                tr data-account=(row.name) {
                                    td.table__main data-label=(t.display_name) { (row.display_name) }
                                    td data-label=(t.sign_in_name) { span.code { (row.name) } }
                                    td data-label=(t.role) { (role_name(row.role, t)) }
                                    td data-label=(t.unit) { @if let Some(unit) = &row.unit { (unit) } @else { span.muted { "–" } } }
                                    td data-label=(t.state) {
                                        @if let Some(at) = row.disabled_at {
                                            span.state.state--waiting { (icon("lock")) (t.account_disabled) } " " span.muted { (fill(t.account_disabled_since, &[("t", &at.office_text())])) }
                                        } @else if row.must_change_password { span.state.state--connecting { (icon("key-round")) (t.account_pending) } }
                                        @else { span.state.state--live { (icon("check")) (t.account_active) } }
                                    }
                                    td data-label=(t.account_last) { @if let Some(at) = row.last_sign_in_at { (moment_ago(at)) } @else { span.muted title=(row.created_at.office_text()) { (t.never) } } }
                                    td.table__end { (manage(view, row)) }
                                }
                            }
                        }
                    }
                }
                (pager(shell, &view.paging, view.rows.len()))
            }
            p.head__sub { (t.updated) " " (moment(shell.now)) }
        },
    )
}
