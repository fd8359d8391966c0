//! The audit: filter, entries, check of the chain, export.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, choice, count, csrf, empty, field, icon, moment, moment_ago, pager};
use crate::routes;
use crate::views::{AuditChange, AuditRow, AuditSubject, AuditView, ChainView, CheckpointRow, Shell};
use crate::words::{AuditWords, fact, fact_value, fill};
use base::Language;
use maud::{Markup, html};

/// An act in words; unknown ones (of a newer release, or of another node) as they stand.
fn act(name: &str, language: Language) -> String {
    domain::audit::act_said(name).of(language).to_owned()
}

fn chain(shell: &Shell, chain: &ChainView) -> Markup {
    let (t, w) = (shell.words(), AuditWords::of(shell.language));
    let n = |n: u64| count(shell, n);
    html! {
        section.card.probe data-chain=(if chain.whole { "whole" } else { "broken" }) role=(if chain.whole { "status" } else { "alert" }) {
            header.probe__head.(if chain.whole { "probe__head--good" } else { "probe__head--bad" }) {
                (icon(if chain.whole { "shield-check" } else { "shield-alert" }))
                div {
                    h2 {
                        @if chain.whole { (fill(t.chain_whole, &[("n", &n(chain.entries.saturating_sub(chain.archived)))])) }
                        @else { (fill(t.chain_broken, &[("n", &chain.broken_at.map_or_else(|| "?".into(), n))])) }
                    }
                    p {
                        (moment(chain.at))
                        @if chain.archived > 0 { " · " (fill(w.chain_archived, &[("n", &n(chain.archived.saturating_add(1)))])) }
                        " · " (fill(w.chain_checkpoints, &[("n", &n(chain.checkpoints))]))
                        @if let Some((entries, _)) = &chain.signed { " · " (fill(w.chain_signed, &[("n", &n(*entries))])) }
                        " · " (t.chain_head) ": " span.code.hash { (chain.head) }
                    }
                }
            }
            @if let Some(said) = &chain.said { p { (said) } }
            @if !chain.whole { p { (t.chain_broken_what) } }
        }
    }
}

/// Who has signed a checkpoint, in a word.
pub(crate) fn signatures(shell: &Shell, row: &CheckpointRow) -> Markup {
    let w = AuditWords::of(shell.language);
    html! {
        @if row.signed_by.is_some() { span.state.state--live { (icon("shield-check")) (w.signed) } }
        @else { span.state.state--unknown { (icon("circle-help")) (w.unsigned) } }
        @if !row.countersigned_by.is_empty() { " " span { (fill(w.countersigned, &[("n", &row.countersigned_by.join(", "))])) } }
    }
}

fn checkpoint(view: &AuditView) -> Markup {
    let (shell, w) = (&view.shell, AuditWords::of(view.shell.language));
    html! {
        p.seal {
            @match &view.checkpoint {
                Some(row) => {
                    @let at = row.at.office_text();
                    span { (fill(w.checkpoint_last, &[("n", &count(shell, row.size)), ("at", &at)])) } " "
                    (signatures(shell, row))
                }
                None => { span.muted { (w.checkpoint_none) } }
            }
            " " a href=(routes::AUDIT_CHECKPOINTS) { (w.checkpoints) }
        }
    }
}

fn exports(view: &AuditView) -> Markup {
    let w = AuditWords::of(view.shell.language);
    let filtered = view.filter.is_set();
    let with = |path| routes::with_query(path, &view.filter.pairs());
    let item = |href: String, picture: &str, name: &str, hint: &str| {
        html! {
            a.menu__item href=(href) download { (icon(picture)) span { (name) br; small.muted { (hint) } } }
        }
    };
    html! {
        details.menu data-menu {
            summary.btn { (icon("download")) (w.export) }
            div.menu__sheet {
                @if filtered {
                    (item(with(routes::AUDIT_CSV), "download", w.export_csv, w.export_csv_hint))
                    (item(with(routes::AUDIT_JSONL), "shield-check", w.export_excerpt, w.export_excerpt_hint))
                } @else {
                    (item(routes::AUDIT_CSV.to_owned(), "download", w.export_csv_all, w.export_csv_hint))
                }
                (item(routes::AUDIT_JSONL.to_owned(), "shield-check", w.export_whole, w.export_whole_hint))
            }
        }
    }
}

fn value(name: &str, value: Option<&str>, shell: &Shell) -> Markup {
    let w = AuditWords::of(shell.language);
    html! { @match value { Some(v) => (fact_value(name, v, shell.language)), None => span.muted { (w.nothing) } } }
}

/// A field's old and new value, side by side and also told to those who only hear.
pub(crate) fn change(shell: &Shell, c: &AuditChange) -> Markup {
    let w = AuditWords::of(shell.language);
    let (old, new) = (c.old.as_deref(), c.new.as_deref());
    html! {
        li.change {
            span.muted { (fact(&c.field, shell.language)) } " "
            @match (old, new) {
                (None, None) => { em { (w.secret_changed) } }
                (None, Some(_)) => { ins { (value(&c.field, new, shell)) } }
                _ => {
                    del { span.hidden { (w.was) ": " } (value(&c.field, old, shell)) }
                    " " span aria-hidden="true" { "→" } " "
                    ins { span.hidden { (w.is) ": " } (value(&c.field, new, shell)) }
                }
            }
        }
    }
}

/// Changes that are shown before the rest is folded away.
const CHANGES_SHOWN: usize = 6;

fn details(shell: &Shell, row: &AuditRow) -> Markup {
    let w = AuditWords::of(shell.language);
    // The lease ties beginning and end of a view together for programs; people have names and times. Of a change that an
    // older release has put on record, old and new stand in one fact.
    let facts: Vec<_> = row.facts.iter().filter(|(name, _)| name != "lease").collect();
    let (shown, folded) = row.changes.split_at(row.changes.len().min(CHANGES_SHOWN));
    html! {
        @if facts.is_empty() && row.changes.is_empty() { span.muted { "–" } }
        @if !row.changes.is_empty() {
            ul.changes { @for c in shown { (change(shell, c)) } }
            @if !folded.is_empty() {
                details { summary { (fill(w.more_details, &[("n", &folded.len().to_string())])) } ul.changes { @for c in folded { (change(shell, c)) } } }
            }
        }
        @for (name, value) in facts { span.pairing { span.muted { (fact(name, shell.language)) } " " (fact_value(name, value, shell.language)) } " " }
    }
}

fn subject(s: &AuditSubject, language: Language) -> Markup {
    // The id's kind is said where the name alone would leave it open.
    let kind = (s.kind != "camera").then(|| fact(&s.kind, language));
    let name = if s.name.is_empty() { kind.clone().unwrap_or_default() } else { s.name.clone() };
    html! {
        @match &s.href { Some(href) => a href=(href) { (name) }, None => (name) }
        @if let Some(kind) = kind.filter(|k| !s.name.is_empty() && *k != s.kind) { " " span.muted { (kind) } }
    }
}

fn subjects(row: &AuditRow, language: Language) -> Markup {
    let w = AuditWords::of(language);
    html! {
        @match row.subjects.split_first() {
            None => span.muted { "–" },
            Some((first, also)) => {
                (subject(first, language))
                @if !also.is_empty() {
                    div.also { span.muted { (w.also) ": " } @for (n, s) in also.iter().enumerate() { @if n > 0 { ", " } (subject(s, language)) } }
                }
            }
        }
    }
}

fn filter(view: &AuditView) -> Markup {
    let shell = &view.shell;
    let (t, w, f) = (shell.words(), AuditWords::of(shell.language), &view.filter);
    let words: Vec<_> = view.acts.iter().map(|a| act(a, shell.language)).collect();
    let mut acts: Vec<_> = view.acts.iter().map(String::as_str).zip(words.iter().map(String::as_str)).collect();
    acts.sort_by_key(|(_, word)| domain::text::fold(word));
    html! {
        form.filter method="get" action=(routes::AUDIT) role="search" aria-label=(t.audit_title) data-filter {
            div.search.filter__search {
                (icon("search"))
                input.input type="search" name="q" value=(f.q) data-search placeholder=(t.audit_text) aria-label=(t.audit_text) title=(t.search_hint) aria-keyshortcuts="/";
                kbd aria-hidden="true" { "/" }
            }
            (field(&view.faults, Field { name: "who", label: t.audit_who, value: &f.who, code: true, form: "f-", ..Field::default() }))
            (field(&view.faults, Field { name: "subject", label: w.subject, value: &f.subject, form: "f-", ..Field::default() }))
            @if !f.kind.is_empty() { input type="hidden" name="kind" value=(f.kind); }
            (choice("act", t.audit_act, t.all, &f.act, &acts))
            (field(&view.faults, Field { name: "from", label: t.audit_from, value: &f.from, kind: "date", form: "f-", ..Field::default() }))
            (field(&view.faults, Field { name: "to", label: t.audit_to, value: &f.to, kind: "date", form: "f-", ..Field::default() }))
            div.filter__end {
                button.btn { (t.filter) }
                @if f.is_set() { a.btn.btn--quiet href=(routes::AUDIT) { (t.filter_clear) } }
            }
        }
    }
}

fn table(view: &AuditView) -> Markup {
    let shell = &view.shell;
    let (t, w) = (shell.words(), AuditWords::of(shell.language));
    html! {
        div.sheet {
            table.table.table--audit {
                thead { tr { th { (t.audit_seq) } th { (t.audit_at) } th { (t.audit_who) } th { (t.audit_act) } th { (w.subject) } th { (t.audit_facts) } th { (t.audit_address) } } }
                tbody {
                    @for row in &view.rows {
                        tr #{ "e" (row.seq) } data-act=(row.act) title={ (t.audit_hash) ": " (row.hash) } {
                            td data-label=(t.audit_seq) { span.code { (row.seq) } }
                            td.nowrap data-label=(t.audit_at) { (moment(row.at)) }
                            td.table__main data-label=(t.audit_who) { (row.actor) }
                            td data-label=(t.audit_act) {
                                @if row.good { (act(&row.act, shell.language)) }
                                @else { span.state.state--waiting { (icon("circle-x")) (act(&row.act, shell.language)) span.hidden { " (" (t.failed) ")" } } }
                            }
                            td data-label=(w.subject) { div { (subjects(row, shell.language)) } }
                            td.table__facts data-label=(t.audit_facts) { (details(shell, row)) }
                            td data-label=(t.audit_address) { @if let Some(address) = &row.address { span.code { (address) } } @else { span.muted { "–" } } }
                        }
                    }
                }
            }
        }
    }
}

/// The search ended at its bound: says so, with the door to what follows.
fn bound(view: &AuditView) -> Markup {
    let (shell, w) = (&view.shell, AuditWords::of(view.shell.language));
    html! {
        @if let Some((entries, reached)) = &view.looked_at {
            @let n = count(shell, u64::try_from(*entries).unwrap_or(u64::MAX));
            div.flash.flash--warn role="status" data-looked-at=(entries) {
                (icon("info"))
                p {
                    @match reached {
                        Some(at) => (fill(w.looked_at, &[("n", &n), ("at", &at.office_text())])),
                        None => (fill(w.looked_at_unsaid, &[("n", &n)])),
                    }
                    @if let Some(href) = &view.paging.next { " " a.btn.btn--small rel="next" href=(href) { (w.go_on) (icon("chevron-right")) } }
                }
            }
        }
    }
}

/// The audit.
pub fn audit_page(view: &AuditView) -> String {
    let shell = &view.shell;
    let (t, w) = (shell.words(), AuditWords::of(shell.language));
    let frame = Frame { title: t.audit_title, section: Section::Audit, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div { h1 { (t.audit_title) } p.head__sub { (w.lead) } (checkpoint(view)) }
                div.acts {
                    form method="post" action=(routes::AUDIT_VERIFY) data-busy {
                        (csrf(shell))
                        @for (name, value) in view.filter.pairs() { @if !value.is_empty() { input type="hidden" name=(name) value=(value); } }
                        button.btn.btn--primary { (icon("shield-check")) (t.audit_verify) }
                    }
                    @if view.exports { (exports(view)) }
                }
            }
            @if let Some(found) = &view.chain { (chain(shell, found)) }
            (filter(view))
            @for fault in &view.faults {
                div.flash.flash--bad role="alert" { (icon("triangle-alert")) p { (fault.text) } }
            }
            @if !view.faults.is_empty() {} @else if view.rows.is_empty() && view.looked_at.is_none() {
                (empty("scroll-text", t.audit_none_title, t.audit_none, html! { @if view.filter.is_set() { a.btn href=(routes::AUDIT) { (t.filter_clear) } } }))
            } @else {
                @if !view.rows.is_empty() { (table(view)) }
                (bound(view))
                @if view.looked_at.is_none() { (pager(shell, &view.paging, view.rows.len())) }
            }
            p.head__sub { (t.updated) " " (moment_ago(shell.now)) }
        },
    )
}
