//! The audit: filter, entries, check of the chain, export.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, choice, count, csrf, empty, field, icon, moment, moment_ago, pager};
use crate::routes;
use crate::views::{AuditView, ChainView, Shell};
use crate::words::{fact, fact_value, fill};
use base::Language;
use maud::{Markup, html};

/// An act in words; unknown ones (of a newer release, or of another node) as they stand.
fn act(name: &str, language: Language) -> String {
    let said = domain::audit::act_said(name);
    match language {
        Language::Vi => said.vi,
        Language::En => said.en,
    }
}

fn chain(shell: &Shell, chain: &ChainView) -> Markup {
    let t = shell.words();
    html! {
        section.card.probe data-chain=(if chain.whole { "whole" } else { "broken" }) role=(if chain.whole { "status" } else { "alert" }) {
            header.probe__head.(if chain.whole { "probe__head--good" } else { "probe__head--bad" }) {
                (icon(if chain.whole { "shield-check" } else { "shield-alert" }))
                div {
                    h2 {
                        @if chain.whole { (fill(t.chain_whole, &[("n", &count(shell, chain.entries))])) }
                        @else { (fill(t.chain_broken, &[("n", &chain.broken_at.map_or_else(|| "?".into(), |n| count(shell, n)))])) }
                    }
                    p { (moment(chain.at)) " · " (t.chain_head) ": " span.code.hash { (chain.head) } }
                }
            }
            @if let Some(said) = &chain.said { p { (said) } }
            @if !chain.whole { p { (t.chain_broken_what) } }
        }
    }
}

/// The audit.
pub fn audit_page(view: &AuditView) -> String {
    let shell = &view.shell;
    let t = shell.words();
    let f = &view.filter;
    let words: Vec<_> = view.acts.iter().map(|a| act(a, shell.language)).collect();
    let acts: Vec<_> = view.acts.iter().map(String::as_str).zip(words.iter().map(String::as_str)).collect();
    let filtered = [&f.who, &f.act, &f.from, &f.to, &f.q].iter().any(|v| !v.is_empty());
    let frame = Frame { title: t.audit_title, section: Section::Audit, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div { h1 { (t.audit_title) } p.head__sub { (t.audit_lead) } }
                div.acts {
                    form method="post" action=(routes::AUDIT_VERIFY) data-busy {
                        (csrf(shell))
                        @for (name, value) in [("who", &f.who), ("act", &f.act), ("from", &f.from), ("to", &f.to), ("q", &f.q)] {
                            @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
                        }
                        button.btn.btn--primary { (icon("shield-check")) (t.audit_verify) }
                    }
                    a.btn href=(view.export_href) download { (icon("download")) (t.audit_export) }
                }
            }
            @if let Some(found) = &view.chain { (chain(shell, found)) }
            form.filter method="get" action=(routes::AUDIT) role="search" data-filter {
                div.search.filter__search {
                    (icon("search"))
                    input.input type="search" name="q" value=(f.q) data-search placeholder=(t.audit_text) aria-label=(t.audit_text) title=(t.search_hint) aria-keyshortcuts="/";
                    kbd aria-hidden="true" { "/" }
                }
                (field(&view.faults, Field { name: "who", label: t.audit_who, value: &f.who, code: true, form: "f-", ..Field::default() }))
                (choice("act", t.audit_act, t.all, &f.act, &acts))
                (field(&view.faults, Field { name: "from", label: t.audit_from, value: &f.from, kind: "date", form: "f-", ..Field::default() }))
                (field(&view.faults, Field { name: "to", label: t.audit_to, value: &f.to, kind: "date", form: "f-", ..Field::default() }))
                div.filter__end {
                    button.btn { (t.filter) }
                    @if filtered { a.btn.btn--quiet href=(routes::AUDIT) { (t.filter_clear) } }
                }
            }
            @if view.rows.is_empty() {
                (empty("scroll-text", t.audit_none_title, t.audit_none, html! { @if filtered { a.btn href=(routes::AUDIT) { (t.filter_clear) } } }))
            } @else {
                div.sheet {
                    table.table.table--audit {
                        thead { tr { th { (t.audit_seq) } th { (t.audit_at) } th { (t.audit_who) } th { (t.audit_act) } th { (t.audit_subject) } th { (t.audit_facts) } th { (t.audit_address) } } }
                        tbody {
                            @for row in &view.rows {
                                tr data-act=(row.act) title={ (t.audit_hash) ": " (row.hash) } {
                                    td data-label=(t.audit_seq) { span.code { (row.seq) } }
                                    td.nowrap data-label=(t.audit_at) { (moment(row.at)) }
                                    td.table__main data-label=(t.audit_who) { (row.actor) }
                                    td data-label=(t.audit_act) {
                                        @if row.good { (act(&row.act, shell.language)) }
                                        @else { span.state.state--waiting { (icon("circle-x")) (act(&row.act, shell.language)) span.hidden { " (" (t.failed) ")" } } }
                                    }
                                    td data-label=(t.audit_subject) {
                                        @match (&row.subject, &row.subject_href) {
                                            (Some(subject), Some(href)) => { a href=(href) { (subject) } }
                                            (Some(subject), None) => { (subject) }
                                            _ => { span.muted { "–" } }
                                        }
                                    }
                                    td.table__facts data-label=(t.audit_facts) {
                                        @if row.facts.is_empty() { span.muted { "–" } }
                                        // The lease ties beginning and end of a view together for programs; people have names and times.
                                        @for (name, value) in row.facts.iter().filter(|(name, _)| name != "lease") { span.pairing { span.muted { (fact(name, shell.language)) } " " (fact_value(name, value, shell.language)) } " " }
                                    }
                                    td data-label=(t.audit_address) { @if let Some(address) = &row.address { span.code { (address) } } @else { span.muted { "–" } } }
                                }
                            }
                        }
                    }
                }
                (pager(shell, &view.paging, view.rows.len()))
            }
            p.head__sub { (t.updated) " " (moment_ago(shell.now)) }
        },
    )
}
