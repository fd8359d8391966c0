//! The policy in force: each key in words, with value, article and where it comes from.

use crate::layout::{Frame, Section, page};
use crate::parts::icon;
use crate::routes;
use crate::views::{PolicyPart, PolicyView};
use crate::words::{PolicyWords, RegisterWords, fill};
use maud::{Markup, html};

fn part(n: usize, part: &PolicyPart, t: &PolicyWords) -> Markup {
    html! {
        section.card aria-labelledby={ "part-" (n) } {
            h2 #{ "part-" (n) } { (part.name) }
            div.sheet {
                table.table.policy {
                    thead { tr { th { (t.key) } th { (t.value) } th { (t.article) } th { (t.origin) } } }
                    tbody {
                        @for row in &part.rows {
                            tr data-key=(row.key) data-own[row.shipped.is_some()] {
                                td.table__main data-label=(t.key) { (row.name) div.muted { code { (row.key) } } }
                                td data-label=(t.value) { strong { (row.value) } }
                                td data-label=(t.article) { @if row.article.is_empty() { span.muted { "–" } } @else { (row.article) } }
                                td data-label=(t.origin) {
                                    @match &row.shipped {
                                        Some(was) => { span.state.state--connecting { (icon("pencil")) (t.own) } div.muted { (fill(t.was, &[("v", was)])) } }
                                        None => { span.muted { (t.shipped) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The policy in force, for reading.
pub fn policy_page(view: &PolicyView) -> String {
    let shell = &view.shell;
    let t = PolicyWords::of(shell.language);
    let r = RegisterWords::of(shell.language);
    let frame = Frame { title: t.title, section: Section::Admin, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                a.crumb href=(routes::ADMIN) { (icon("arrow-left")) (fill(r.back_to, &[("name", r.admin_title)])) }
                h1 { (t.title) } p.head__sub { (t.sub) }
            } }
            @for (n, one) in view.parts.iter().enumerate().filter(|(_, p)| !p.rows.is_empty()) { (part(n, one, t)) }
        },
    )
}
