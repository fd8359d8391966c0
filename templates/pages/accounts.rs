//! All accounts, for those who manage them.

use crate::layout::{Frame, Section, page, role_name};
use crate::pages::account_one::{details, role_options};
use crate::parts::{Field, choice, count, csrf, field, form_faults, icon, moment, moment_ago, pager};
use crate::routes;
use crate::views::{AccountRow, AccountsView};
use crate::words::{AccessWords, fill};
use maud::{Markup, html};

fn add(view: &AccountsView) -> Markup {
    let (t, a) = (view.shell.words(), AccessWords::of(view.shell.language));
    let fields = ["name", "display_name", "role", "unit", "title", "phone", "email"];
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
                    div.field {
                        label.field__label for="role" { (t.role) }
                        select.input #role name="role" { (role_options(&view.shell, &view.roles, form.role)) }
                    }
                    fieldset.choices {
                        legend.field__label { (a.accounts_kind) }
                        label.choices__one { input type="radio" name="service" value="0" checked[!form.service]; span { (a.kind_person) span.muted { " – " (a.kind_person_hint) } } }
                        label.choices__one { input type="radio" name="service" value="1" checked[form.service]; span { (a.kind_service) span.muted { " – " (a.kind_service_hint) } } }
                    }
                }
                (details(&view.shell, &view.faults, form, &view.units))
                p.note { (icon("info")) span { (t.accounts_add_hint) } }
                button.btn.btn--primary { (t.accounts_add_submit) }
            }
        }
    }
}

fn filter(view: &AccountsView) -> Markup {
    let (t, a) = (view.shell.words(), AccessWords::of(view.shell.language));
    let f = &view.filter;
    let roles: Vec<(&str, &str)> = view.roles.iter().map(|r| (r.as_str(), role_name(*r, t))).collect();
    let kinds = [("person", a.kind_person), ("service", a.kind_service)];
    let states = [
        ("enabled", a.state_enabled),
        ("idle", a.state_idle),
        ("no_second_factor", a.state_no_factor),
        ("disabled", a.state_disabled),
    ];
    let sorts = [
        ("name", a.sort_name),
        ("sign_in_name", a.sort_sign_in_name),
        ("role", a.sort_role),
        ("unit", a.sort_unit),
        ("last_use", a.sort_last_use),
        ("created", a.sort_created),
    ];
    let filtered = [&f.q, &f.unit, &f.role, &f.kind, &f.state].iter().any(|v| !v.is_empty());
    html! {
        form.filter.filter--many method="get" action=(routes::ACCOUNTS) role="search" aria-label=(t.accounts_search) {
            div.search.filter__search {
                (icon("search"))
                input.input type="search" name="q" value=(f.q) data-search placeholder=(t.accounts_search) aria-label=(t.search) title=(t.search_hint) aria-keyshortcuts="/";
                kbd aria-hidden="true" { "/" }
            }
            (field(&[], Field { name: "unit", label: a.accounts_unit, value: &f.unit, list: Some(("f-units", &view.units)), form: "f-", ..Field::default() }))
            (choice("role", t.role, t.all, &f.role, &roles))
            (choice("kind", a.accounts_kind, t.all, &f.kind, &kinds))
            (choice("state", t.state, t.all, &f.state, &states))
            (choice("sort", a.sort, "", &f.sort, &sorts))
            div.filter__end {
                button.btn { (t.filter) }
                @if filtered { a.btn.btn--quiet href=(routes::ACCOUNTS) { (t.filter_clear) } }
            }
        }
    }
}

fn state(view: &AccountsView, row: &AccountRow) -> Markup {
    let (t, a) = (view.shell.words(), AccessWords::of(view.shell.language));
    html! {
        @if let Some(at) = row.disabled_at {
            span.state.state--waiting { (icon("lock")) (t.account_disabled) } " " span.muted { (fill(t.account_disabled_since, &[("t", &at.office_text())])) }
        } @else if row.must_change_password { span.state.state--connecting { (icon("key-round")) (t.account_pending) } }
        @else { span.state.state--live { (icon("check")) (t.account_active) } }
        @if row.idle { " " span.state.state--connecting { (icon("clock")) (a.state_idle) } }
        @if row.second_factor { " " span.state.state--live title=(a.factor_title) { (icon("shield-check")) span.hidden { (a.factor_title) } "2" } }
    }
}

/// All accounts.
pub fn accounts_page(view: &AccountsView) -> String {
    let shell = &view.shell;
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    let frame = Frame { title: t.accounts_title, section: Section::Accounts, scripts: &[], body: "" };
    let [idle, without, disabled] = view.counts;
    let by_state = |state: &str| routes::with_query(routes::ACCOUNTS, &[("state", state)]);
    page(
        shell,
        &frame,
        html! {
            header.head {
                div { h1 { (t.accounts_title) } p.head__sub { (fill(a.accounts_lead, &[("n", &view.idle_days.to_string())])) " " (t.account_disable_hint) } }
                div.acts {
                    @if view.runs_node {
                        a.btn href=(routes::REVIEWS) { (icon("user-check")) (a.accounts_reviews) }
                        a.btn href=(routes::SIGN_IN_NETWORKS) { (icon("network")) (a.accounts_networks) }
                    }
                    a.btn href=(view.export_href) download { (icon("download")) (a.accounts_export) }
                }
            }
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
            (filter(view))
            p.tally {
                span { (fill(a.accounts_n, &[("n", &count(shell, view.total))])) }
                a href=(by_state("idle")) { (a.state_idle) ": " (count(shell, idle)) }
                a href=(by_state("no_second_factor")) { (a.state_no_factor) ": " (count(shell, without)) }
                a href=(by_state("disabled")) { (a.state_disabled) ": " (count(shell, disabled)) }
            }
            @if view.rows.is_empty() { p.muted { (t.accounts_none) } } @else {
                div.sheet.sheet--open {
                    table.table {
                        thead { tr { th { (t.display_name) } th { (t.sign_in_name) } th { (t.role) } th { (t.unit) } th { (t.state) } th { (a.used_last) } th { span.hidden { (t.actions) } } } }
                        tbody {
                            @for row in &view.rows {
                                tr data-account=(row.name) {
                                    td.table__main data-label=(t.display_name) { span { (row.display_name) } @if !row.title.is_empty() { " " span.muted { "· " (row.title) } } }
                                    td data-label=(t.sign_in_name) { span.code { (row.name) } @if row.service { " " span.muted { (a.kind_service) } } }
                                    td data-label=(t.role) { (role_name(row.role, t)) }
                                    td data-label=(t.unit) { @if row.unit.is_empty() { span.muted { "–" } } @else { (row.unit) } }
                                    td data-label=(t.state) { (state(view, row)) }
                                    td data-label=(a.used_last) { @if let Some(at) = row.used_at { (moment_ago(at)) } @else { span.muted title=(row.created_at.office_text()) { (t.never) } } }
                                    td.table__end {
                                        a.btn.btn--small href={ (routes::ACCOUNTS) "/" (routes::segment(&row.id)) } { (t.account_manage) span.hidden { " " (row.display_name) } }
                                        @if row.own { " " span.muted { (t.account_own) } }
                                    }
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
