//! Rights on cameras: the register and requests, one grant, one request, the table of rights.
//!
//! Not here: the forms (`sharing_forms`), the part of a camera's page (`camera_rights`).

use super::sharing_forms::decision;
use crate::layout::{Frame, Section, page};
use crate::parts::{choice, count, csrf, empty, form_faults, icon, moment, pager, text_area};
use crate::routes;
use crate::views::{
    GrantRow, GrantView, PaperFile, PresetTable, RequestRow, RequestView, RightsTableView, SharingTab, SharingView,
    Shell,
};
use crate::words::{ListWords, SharingWords, fill};
use base::WallTime;
use domain::rights_table::Cell;
use maud::{Markup, html};

/// The address of a grant.
pub(crate) fn grant_at(id: &str) -> String {
    format!("{}/{}", routes::SHARING, routes::segment(id))
}
fn request_at(id: &str) -> String {
    format!("{}/{}", routes::REQUESTS, routes::segment(id))
}

pub(crate) fn state_badge(state: &str, word: &str) -> Markup {
    let (class, picture) = match state {
        "current" | "approved" => ("state--live", "circle-check"),
        "expiring" | "awaits_second" | "open" | "coming" => ("state--connecting", "clock"),
        _ => ("state--waiting", "circle-x"),
    };
    html! { span.state.(class) { (icon(picture)) (word) } }
}

/// Which cameras, short: the parts with what they name.
pub(crate) fn scope(parts: &[(String, Vec<String>)], most: usize) -> Markup {
    html! {
        @for (label, names) in parts {
            div.scope {
                @if names.is_empty() { (label) } @else {
                    span.muted { (label) ": " } (names.iter().take(most).cloned().collect::<Vec<_>>().join(", "))
                    @if names.len() > most { " +" (names.len() - most) }
                }
            }
        }
    }
}

pub(crate) fn times(from: Option<WallTime>, until: Option<WallTime>, shifts: &[String], t: &SharingWords) -> Markup {
    html! {
        @if let Some(from) = from { div { (fill(t.from, &[("t", &from.office_text())])) } }
        @match until {
            Some(until) => { div { (fill(t.until, &[("t", &until.office_text())])) } }
            None => { div.muted { (t.no_end) } }
        }
        @for line in shifts { div.muted { (line) } }
    }
}

pub(crate) fn tabs(shell: &Shell, tab: SharingTab, shares: bool, waiting: u64, t: &SharingWords) -> Markup {
    let on = |one: SharingTab| (tab == one).then_some("page");
    let of = |which: &str| routes::with_query(routes::REQUESTS, &[("of", which)]);
    html! {
        nav.tabs aria-label=(t.title) {
            a.tabs__one href=(routes::SHARING) aria-current=[on(SharingTab::Grants)] { (t.tab_grants) }
            @if shares {
                a.tabs__one href=(routes::CAMERA_LISTS) aria-current=[on(SharingTab::Lists)] { (ListWords::of(shell.language).title) }
                a.tabs__one href=(of("to_decide")) aria-current=[on(SharingTab::ToDecide)] {
                    (t.tab_decide) @if waiting > 0 { " " span.badge { (count(shell, waiting)) } }
                }
            }
            a.tabs__one href=(of("mine")) aria-current=[on(SharingTab::Mine)] { (t.tab_mine) }
        }
    }
}

fn filter(view: &SharingView, t: &SharingWords) -> Markup {
    let (w, f) = (view.shell.words(), &view.filter);
    let acts: Vec<(&str, &str)> = view.acts.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let states: Vec<(&str, &str)> = view.states.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    html! {
        form.filter method="get" action=(routes::SHARING) role="search" {
            div.search.filter__search {
                (icon("search"))
                input.input type="search" name="q" value=(f.q) data-search placeholder=(t.q) aria-label=(t.q) title=(w.search_hint) aria-keyshortcuts="/";
                kbd aria-hidden="true" { "/" }
            }
            div.field.field--inline {
                label.field__label for="f-camera" { (t.camera_code) }
                input.input #f-camera name="camera" value=(f.camera) autocomplete="off" spellcheck="false";
            }
            div.field.field--inline {
                label.field__label for="f-unit" { (t.unit) }
                input.input #f-unit name="unit" value=(f.unit) autocomplete="off" list="sharing-units";
                datalist #sharing-units { @for name in &view.units { option value=(name) {} } }
            }
            (choice("act", t.act, w.all, &f.act, &acts))
            (choice("state", t.state, t.state_default, &f.state, &states))
            div.filter__end {
                button.btn { (w.filter) }
                @if !f.is_empty() { a.btn.btn--quiet href=(routes::SHARING) { (w.filter_clear) } }
            }
        }
    }
}

/// Grants as a table, with links to each.
pub(crate) fn grants_table(rows: &[GrantRow], t: &SharingWords, l: &ListWords) -> Markup {
    html! {
        div.sheet {
            table.table {
                thead { tr { th { (t.holder) } th { (t.acts) } th { (t.scope) } th { (t.times) } th { (t.purpose) } th { (t.document) } th { (t.state) } } }
                tbody {
                    @for row in rows {
                        tr data-grant=(row.id) data-state=(row.state) {
                            td.table__main data-label=(t.holder) { a href=(grant_at(&row.id)) { (row.holder) } }
                            td data-label=(t.acts) { (row.acts.join(", ")) }
                            td data-label=(t.scope) { (scope(&row.scope, 3)) (touched(row, t)) (grown(row, l)) }
                            td data-label=(t.times) { (times(row.from, row.until, &row.shifts, t)) }
                            td data-label=(t.purpose) { @if row.purpose.is_empty() { span.muted { "–" } } @else { (row.purpose) } }
                            td data-label=(t.document) { @if let Some(d) = &row.document { (d) } @else { span.muted { "–" } } }
                            td data-label=(t.state) { (state_badge(row.state, &row.state_word)) }
                        }
                    }
                }
            }
        }
    }
}

/// What handovers of areas have changed for it.
fn touched(row: &GrantRow, t: &SharingWords) -> Markup {
    let lines = [(row.lost, t.touched_lost, "lost"), (row.withheld, t.touched_withheld, "withheld")];
    html! {
        @for (n, text, kind) in lines.into_iter().filter(|l| l.0 > 0) {
            div.touched data-touched=(kind) data-count=(n) { (icon("triangle-alert")) span { (fill(text, &[("n", &n.to_string())])) } }
        }
    }
}

/// Cameras that came onto its lists later.
fn grown(row: &GrantRow, l: &ListWords) -> Markup {
    html! {
        @for (name, n) in &row.later {
            div.touched data-later=(n) { (icon("triangle-alert")) span { (fill(l.grant_later, &[("n", &n.to_string()), ("name", name)])) } }
        }
    }
}

/// The paper, and the way to its file.
fn paper(text: Option<&str>, file: Option<&PaperFile>, t: &SharingWords) -> Markup {
    html! {
        (text.unwrap_or("–"))
        @if let Some(f) = file {
            div {
                a href=(routes::document_file(&f.document)) download data-paper-file aria-label=(fill(t.file_get, &[("name", &f.name)])) { (icon("download")) (f.name) }
                " " span.muted { "(" (f.size.div_ceil(1024)) " KiB)" }
            }
        }
    }
}

fn request_word(state: &str, t: &SharingWords) -> &'static str {
    match state {
        "open" => t.request_open,
        "withdrawn" => t.request_withdrawn,
        "approved" => t.request_approved,
        _ => t.request_refused,
    }
}

fn requests_table(rows: &[RequestRow], t: &SharingWords) -> Markup {
    html! {
        div.sheet {
            table.table {
                thead { tr { th { (t.who) } th { (t.acts) } th { (t.scope) } th { (t.times) } th { (t.purpose) } th { (t.made_at) } th { (t.state) } } }
                tbody {
                    @for row in rows {
                        tr data-request=(row.id) data-state=(row.state) {
                            td.table__main data-label=(t.who) {
                                a href=(request_at(&row.id)) { (row.who) }
                                @if row.holder != row.who { div.muted { (t.for_whom) ": " (row.holder) } }
                            }
                            td data-label=(t.acts) { (row.acts.join(", ")) }
                            td data-label=(t.scope) { (scope(&row.scope, 3)) }
                            td data-label=(t.times) { (times(row.from, row.until, &row.shifts, t)) }
                            td data-label=(t.purpose) { (row.purpose) }
                            td data-label=(t.made_at) { (moment(row.made_at)) }
                            td data-label=(t.state) { (state_badge(row.state, request_word(row.state, t))) }
                        }
                    }
                }
            }
        }
    }
}

/// The register of rights, or a list of requests.
pub fn sharing_page(view: &SharingView) -> String {
    let shell = &view.shell;
    let t = SharingWords::of(shell.language);
    let give = html! { @if view.shares { a.btn.btn--primary href=(routes::SHARING_NEW) { (icon("share-2")) span { (t.give) } } } };
    let ask = html! { a.btn href=(routes::REQUEST_NEW) { (icon("key-round")) span { (t.ask) } } };
    let list = match view.tab {
        SharingTab::Grants if view.grants.is_empty() && view.filter.is_empty() => {
            let text = if view.shares { t.grants_empty } else { t.grants_empty_mine };
            empty("share-2", t.grants_empty_title, text, html! { @if view.shares { (give) } @else { (ask) } })
        }
        SharingTab::Grants => html! {
            (filter(view, t))
            @if view.grants.is_empty() { p.muted { (t.grants_none) } } @else { (grants_table(&view.grants, t, ListWords::of(shell.language))) (pager(shell, &view.paging, view.grants.len())) }
        },
        SharingTab::ToDecide if view.requests.is_empty() => {
            empty("circle-check", t.decide_empty_title, t.decide_empty, html! {})
        }
        SharingTab::Mine if view.requests.is_empty() => {
            empty("key-round", t.mine_empty_title, t.mine_empty, ask.clone())
        }
        SharingTab::ToDecide | SharingTab::Mine | SharingTab::Lists => html! {
            (requests_table(&view.requests, t)) (pager(shell, &view.paging, view.requests.len()))
        },
    };
    let frame = Frame { title: t.title, section: Section::Sharing, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div { h1 { (t.title) } p.head__sub { (t.sub) " " a href=(routes::SHARING_TABLE) { (t.table_link) } } }
                div.acts { (give) (ask) }
            }
            (tabs(shell, view.tab, view.shares, view.waiting, t))
            (list)
        },
    )
}

fn back(t: &SharingWords) -> Markup {
    html! { a.crumb href=(routes::SHARING) { (icon("arrow-left")) (t.back) } }
}

fn row(term: &str, value: Markup) -> Markup {
    html! { div { dt { (term) } dd { (value) } } }
}

/// One grant, and what may be done with it.
pub fn grant_page(view: &GrantView) -> String {
    let (shell, r) = (&view.shell, &view.row);
    let (t, l) = (SharingWords::of(shell.language), ListWords::of(shell.language));
    let title = fill(t.grant_title, &[("name", &r.holder)]);
    let frame = Frame { title: &title, section: Section::Sharing, scripts: &[], body: "" };
    let act = |name: &str| format!("{}/{name}", grant_at(&r.id));
    page(
        shell,
        &frame,
        html! {
            header.head { div { (back(t)) h1 { (title) } p.head__sub { (state_badge(r.state, &r.state_word)) } } }
            @if r.founding { p.note { (icon("info")) span { (t.founding) } } }
            @if view.via.is_some() { p.note { (icon("info")) span { (t.via) } } }
            section.card {
                dl.facts.facts--wide data-grant=(r.id) data-state=(r.state) {
                    (row(t.acts, html! { (r.acts.join(", ")) }))
                    (row(t.scope, html! { (scope(&r.scope, 200)) @if view.unseen > 0 { div.muted { (fill(t.unseen, &[("n", &count(shell, view.unseen))])) } } }))
                    (row(t.times, times(r.from, r.until, &r.shifts, t)))
                    (row(t.purpose, html! { @if r.purpose.is_empty() { "–" } @else { (r.purpose) } }))
                    (row(t.document, paper(r.document.as_deref(), r.file.as_ref(), t)))
                    (row(t.given_by, html! { (r.given_by) ", " (moment(r.given_at)) }))
                    @if let Some(second) = &view.confirmed_by { (row(t.confirmed_by, html! { (second) })) }
                    @if let Some((at, by, why)) = &view.ended {
                        (row(t.ended, html! { (moment(*at)) ", " @match by { Some(by) => { (by) } None => { (t.ended_auto) } } @if !why.is_empty() { ": " (why) } }))
                    }
                    @if let Some(id) = &view.request { (row(t.request, html! { a href=(request_at(id)) { (t.see_request) } })) }
                }
            }
            (form_faults(shell, &view.faults, &["why"]))
            @if r.lost + r.withheld > 0 {
                section.card data-handed-over {
                    h2 { (t.touched_title) } (touched(r, t)) p { (t.touched_text) }
                    @if view.may_give { a.btn.btn--primary href=(routes::with_query(routes::SHARING_NEW, &[("from", &r.id)])) { (icon("share-2")) span { (t.touched_anew) } } }
                }
            }
            @if !r.later.is_empty() {
                section.card data-list-grown {
                    h2 { (l.part) } (grown(r, l)) p { (l.part_hint) }
                    @if view.may_give { a.btn.btn--primary href=(routes::with_query(routes::SHARING_NEW, &[("from", &r.id)])) { (icon("share-2")) span { (l.anew) } } }
                }
            }
            @if view.may_confirm {
                section.card {
                    h2 { (t.confirm_title) } p { (t.confirm_text) }
                    form method="post" action=(act("confirm")) {
                        (csrf(shell)) input type="hidden" name="revision" value=(view.revision);
                        button.btn.btn--primary { (icon("check")) (t.confirm_do) }
                    }
                }
            }
            @if view.may_end {
                section.card {
                    h2 { (t.end_title) } p { (t.end_text) }
                    form method="post" action=(act("end")) {
                        (csrf(shell)) input type="hidden" name="revision" value=(view.revision);
                        (text_area(&view.faults, "why", t.end_why, "", "", 2))
                        @if view.may_give && r.document.is_some() {
                            label.choices__one { input type="checkbox" name="paper_too" value="1"; span { (t.end_paper) span.muted { " – " (t.end_paper_hint) } } }
                        }
                        button.btn.btn--danger { (icon("circle-x")) (t.end_do) }
                    }
                }
            }
        },
    )
}

/// One request, and its decision.
pub fn request_page(view: &RequestView) -> String {
    let (shell, r) = (&view.shell, &view.row);
    let t = SharingWords::of(shell.language);
    let title = fill(t.request_title, &[("name", &r.who)]);
    let frame = Frame { title: &title, section: Section::Sharing, scripts: &[], body: "" };
    let at = request_at(&r.id);
    page(
        shell,
        &frame,
        html! {
            header.head { div { (back(t)) h1 { (title) } p.head__sub { (state_badge(r.state, request_word(r.state, t))) } } }
            section.card {
                dl.facts.facts--wide data-request=(r.id) data-state=(r.state) {
                    (row(t.for_whom, html! { (r.holder) }))
                    (row(t.acts, html! { (r.acts.join(", ")) }))
                    (row(t.scope, scope(&r.scope, 200)))
                    @if view.may_decide && r.scope.iter().any(|(label, _)| label == t.part_named) {
                        (row(t.found_cameras, html! {
                            @for (code, name) in &view.cameras { div { a href=(routes::camera(code)) { span.code { (code) } } " " (name) } }
                            @if view.cameras.is_empty() { span.state.state--waiting { (icon("triangle-alert")) (t.not_found) } }
                        }))
                    }
                    (row(t.times, times(r.from, r.until, &r.shifts, t)))
                    (row(t.purpose, html! { (r.purpose) }))
                    (row(t.document, paper(r.document.as_deref(), r.file.as_ref(), t)))
                    (row(t.made_at, moment(r.made_at)))
                    @if let Some((by, when, why)) = &r.decided {
                        (row(t.decided, html! { (by) ", " (moment(*when)) @if !why.is_empty() { ": " (why) } }))
                    }
                    @if let Some(grant) = &r.grant { (row(t.tab_grants, html! { a href=(grant_at(grant)) { (t.see_grant) } })) }
                }
            }
            @if view.may_decide { (decision(view, &at)) }
            @if view.may_withdraw {
                form method="post" action={ (at) "/withdraw" } {
                    (csrf(shell)) input type="hidden" name="revision" value=(view.revision);
                    button.btn { (icon("circle-x")) (t.withdraw_do) }
                }
            }
        },
    )
}

fn cell(cell: Cell, t: &SharingWords) -> Markup {
    match cell {
        Cell::Yes => html! { span.cell.cell--yes { (icon("check")) (t.cell_yes) } },
        Cell::No => html! { span.cell.cell--no { "– " (t.cell_no) } },
        Cell::Refused(article) => {
            html! { span.cell.cell--refused { (icon("circle-x")) (fill(t.cell_refused, &[("a", article)])) } }
        }
        Cell::Absent => html! { span.cell.muted { (t.cell_absent) } },
    }
}

fn preset(p: &PresetTable, kinds: &[String], t: &SharingWords) -> Markup {
    let id = format!("preset-{}", p.role);
    html! {
        section.card.rights #(id) aria-labelledby={ (id) "-h" } {
            h2 #{ (id) "-h" } { (p.name) " " span.muted { "(" (t.table_article) " " (p.article) ")" } }
            p { (t.table_own) ": " (p.own_scope) "." @if p.must_end { " " (t.table_must_end) } }
            div.sheet {
                table.table.rights__table {
                    thead { tr { th { (t.act) } @for kind in kinds { th { (kind) } } } }
                    tbody {
                        @for (article, word, cells) in &p.on_cameras {
                            tr {
                                th scope="row" { (word) @if article != "–" { " " span.muted { "(" (t.table_article) " " (article) ")" } } }
                                @for (kind, c) in kinds.iter().zip(cells) { td data-label=(kind) { (cell(*c, t)) } }
                            }
                        }
                    }
                }
            }
            p.rights__node { strong { (t.table_node) ": " }
                @let all: Vec<&str> = p.on_node.iter().filter(|n| n.2).map(|n| n.1.as_str()).collect();
                (all.join(", ")) "."
            }
        }
    }
}

/// The table of rights, for reading, signing and printing.
pub fn rights_table_page(view: &RightsTableView) -> String {
    let shell = &view.shell;
    let t = SharingWords::of(shell.language);
    let frame = Frame { title: t.table_title, section: Section::Sharing, scripts: &["sharing.js"], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div { (back(t)) h1 { (t.table_title) } p.head__sub { (t.table_sub) } }
                div.acts { button.btn type="button" data-print hidden { (icon("printer")) (t.print) } }
            }
            nav.rights__index aria-label=(t.table_title) {
                @for p in &view.presets { a.btn.btn--small href={ "#preset-" (p.role) } { (p.name) } }
            }
            @for p in &view.presets { (preset(p, &view.kinds, t)) }
        },
    )
}
