//! The networks from which people sign in (A12.4).

use crate::layout::{Frame, Section, page, role_name};
use crate::parts::{Field, csrf, fault_of, field, form_faults, icon, moment};
use crate::routes;
use crate::views::NetworksView;
use crate::words::{AccessWords, fill};
use maud::{Markup, html};

fn lines(name: &str, label: &str, value: &str, fault: Option<&str>) -> Markup {
    html! {
        div.field.field--bad[fault.is_some()] {
            label.field__label for=(name) { (label) }
            textarea.input.input--code #(name) name=(name) rows=(value.lines().count().clamp(2, 12)) spellcheck="false" autocapitalize="none" aria-describedby="networks-hint" { (value) }
            @if let Some(fault) = fault { p.field__fault { (icon("triangle-alert")) span { (fault) } } }
        }
    }
}

/// The networks for signing in.
pub fn networks_page(view: &NetworksView) -> String {
    let shell = &view.shell;
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    let frame = Frame { title: a.networks_title, section: Section::Accounts, scripts: &[], body: "" };
    let filled = view.roles.iter().any(|(_, list)| !list.is_empty());
    page(
        shell,
        &frame,
        html! {
            header.head { div { h1 { (a.networks_title) } p.head__sub { (a.networks_lead) } } }
            form.card.card--form method="post" action=(routes::SIGN_IN_NETWORKS) {
                (form_faults(shell, &view.faults, &["networks", "reason"]))
                (csrf(shell))
                input type="hidden" name="version" value=(view.version);
                @if let Some(inside) = view.preview {
                    div.flash.(if inside { "flash--good" } else { "flash--bad" }) role="status" data-preview=(if inside { "inside" } else { "outside" }) {
                        (icon(if inside { "circle-check" } else { "triangle-alert" }))
                        p { (fill(if inside { a.networks_inside } else { a.networks_outside }, &[("address", &view.own_address)])) }
                    }
                } @else { p.muted { (fill(a.networks_own, &[("address", &view.own_address)])) } }
                (lines("everyone", a.networks_everyone, &view.everyone, fault_of(&view.faults, "networks")))
                p.field__hint #networks-hint { (a.networks_hint) }
                details.nested open[filled] {
                    summary { (a.networks_roles) }
                    p.field__hint { (a.networks_roles_hint) }
                    @for (role, list) in &view.roles { (lines(&format!("role_{}", role.as_str()), role_name(*role, t), list, None)) }
                }
                (field(&view.faults, Field { name: "reason", label: a.reason, value: &view.reason, hint: a.reason_hint, required: true, ..Field::default() }))
                div.acts {
                    button.btn name="preview" value="1" { (icon("eye")) (a.networks_preview) }
                    button.btn.btn--primary { (a.networks_save) }
                }
            }
            section.card.card--table aria-labelledby="versions" {
                h2 #versions { (a.networks_history) }
                @if view.history.is_empty() { p.muted { (a.networks_none) } } @else {
                    table.table {
                        thead { tr { th { (a.version) } th { (a.since) } th { (a.by) } th { (a.networks_title) } th { (a.reason) } } }
                        tbody {
                            @for row in &view.history {
                                tr {
                                    td.table__main data-label=(a.version) { (row.version) }
                                    td.nowrap data-label=(a.since) { (moment(row.since)) }
                                    td data-label=(a.by) { span.code { (row.by) } }
                                    td data-label=(a.networks_title) {
                                        @if row.everyone.is_empty() { (a.networks_anywhere) } @else { span.code { (row.everyone) } }
                                        @for (role, list) in &row.roles { br; (role_name(*role, t)) ": " span.code { (list) } }
                                    }
                                    td data-label=(a.reason) { (row.reason) }
                                }
                            }
                        }
                    }
                }
            }
        },
    )
}
