//! Settings of the node.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, csrf, field, form_faults, icon};
use crate::routes;
use crate::views::NodeView;
use crate::words::fill;
use base::Language;
use maud::html;

/// Settings of the node.
pub fn node_page(view: &NodeView) -> String {
    let shell = &view.shell;
    let t = shell.words();
    let faults = &view.faults;
    let frame = Frame { title: t.node_title, section: Section::Node, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div { h1 { (t.node_title) } } }
            div.columns.columns--even {
                form.card method="post" action=(routes::NODE) {
                    h2 { (t.node_identity) }
                    (form_faults(shell, faults, &["name", "area", "language"]))
                    (csrf(shell))
                    (field(faults, Field { name: "name", label: t.node_name, value: &view.name, hint: t.node_name_hint, required: true, ..Field::default() }))
                    (field(faults, Field { name: "area", label: t.area, value: &view.area, hint: t.node_area_hint, optional: t.optional, ..Field::default() }))
                    div.field {
                        label.field__label for="language" { (t.language) }
                        select.input #language name="language" aria-describedby="language-hint" {
                            option value="vi" lang="vi" selected[view.language == Language::Vi] { "Tiếng Việt" }
                            option value="en" lang="en" selected[view.language == Language::En] { "English" }
                        }
                        p.field__hint #language-hint { (t.node_language_hint) }
                    }
                    button.btn.btn--primary { (t.save) }
                }
                div.stack {
                    section.card aria-labelledby="networks-title" {
                        h2 #networks-title { (t.node_networks) }
                        p.muted { (t.node_networks_what) }
                        @if view.networks.is_empty() { p { (t.none) } } @else {
                            ul.chips { @for network in &view.networks { li.chips__one { (icon("network")) span.code { (network) } } } }
                        }
                        p.note { (icon("info")) span {
                            @if let Some(file) = &view.config_file { (fill(t.node_networks_where, &[("file", file)])) } @else { (t.node_networks_where_none) }
                        } }
                    }
                    @if !view.facts.is_empty() {
                        section.card aria-labelledby="facts-title" {
                            h2 #facts-title { (t.node_facts) }
                            dl.facts.facts--wide { @for (label, value) in &view.facts { div { dt { (label) } dd { (value) } } } }
                        }
                    }
                }
            }
        },
    )
}
