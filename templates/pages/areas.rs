//! Areas: the tree one level at a time, what a search has found, one area with its form.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, back_to_admin, choice, count, csrf, day, empty, field, form_faults, icon, pager, text_area};
use crate::routes;
use crate::views::{AreaForm, AreaRow, AreaView, AreasView, FieldFault, Named, Shell};
use crate::words::{RegisterWords, Words, fill};
use maud::{Markup, html};

fn words(shell: &Shell) -> (&'static Words, &'static RegisterWords) {
    (shell.words(), RegisterWords::of(shell.language))
}

fn at(id: &str) -> String {
    format!("{}/{}", routes::AREAS, routes::segment(id))
}

fn links(list: &[Named]) -> Markup {
    html! { @for (n, one) in list.iter().enumerate() { @if n > 0 { ", " } a href=(at(&one.id)) { (one.name) } } }
}

fn period(row: &AreaRow, t: &RegisterWords) -> Markup {
    html! {
        @if let Some(from) = row.from { (fill(t.area_since, &[("t", &day(from))])) " " }
        @if let Some(to) = row.to { (fill(t.area_until, &[("t", &day(to))])) }
        @if row.from.is_none() && row.to.is_none() { span.muted { (t.area_always) } }
    }
}

fn rows(shell: &Shell, rows: &[AreaRow], within: bool) -> Markup {
    let (w, t) = words(shell);
    html! {
        div.sheet {
            table.table {
                thead { tr { th { (t.area) } th { (t.area_code) } th { (t.area_kind) } th { (t.area_period) } th.table__number { (t.area_cameras) } th { span.hidden { (w.actions) } } } }
                tbody {
                    @for row in rows {
                        tr data-area=(row.code) {
                            td.table__main data-label=(t.area) {
                                a href=(at(&row.id)) { (row.name) }
                                @if within && !row.within.is_empty() { div.muted.table__sub { (row.within) } }
                                @if !row.became.is_empty() { div.muted.table__sub { (icon("arrow-right")) " " (links(&row.became)) } }
                            }
                            td data-label=(t.area_code) { span.code { (row.code) } }
                            td data-label=(t.area_kind) { (row.tier) }
                            td data-label=(t.area_period) {
                                @if !row.in_force { span.state.state--waiting { (icon("circle-x")) (t.area_ended) } " " }
                                (period(row, t))
                            }
                            td.table__number data-label=(t.area_cameras) {
                                @if row.cameras > 0 { a href=(routes::with_query(routes::CAMERAS, &[("area", &row.id)])) { (count(shell, row.cameras)) } } @else { span.muted { "0" } }
                            }
                            td.table__end {
                                @if row.parts > 0 {
                                    a.btn.btn--small href=(routes::with_query(routes::AREAS, &[("at", &row.id), ("show", if row.in_force { "now" } else { "all" })])) { (icon("folder-tree")) span { (count(shell, row.parts)) } span.hidden { " " (t.area_parts) ": " (row.name) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn attention(view: &AreasView) -> Markup {
    let (_, t) = words(&view.shell);
    html! {
        @if view.old_cameras > 0 {
            div.flash.flash--warn {
                (icon("history"))
                div {
                    p { (fill(t.area_old_cameras, &[("n", &count(&view.shell, view.old_cameras))])) }
                    @if view.edits { a.btn.btn--small href=(routes::with_query(routes::AREA_HANDOVER, &[("former", "1")])) { (icon("merge")) span { (t.area_old_hand_over) } } }
                }
            }
        }
        @if view.unplaced > 0 {
            div.flash.flash--warn {
                (icon("map-pin"))
                div {
                    p { (fill(t.area_unplaced, &[("n", &count(&view.shell, view.unplaced))])) }
                    a.btn.btn--small href=(routes::with_query(routes::CAMERAS, &[("list", "unresolved")])) { (t.area_unplaced_see) }
                }
            }
        }
    }
}

/// The tree of areas.
pub fn areas_page(view: &AreasView) -> String {
    let shell = &view.shell;
    let (w, t) = words(shell);
    let here = view.line.last();
    let frame = Frame { title: t.areas_title, section: Section::Admin, scripts: &[], body: "" };
    let add = match here {
        Some(area) => routes::with_query(routes::AREA_ADD, &[("parent", &area.id)]),
        None => routes::AREA_ADD.to_owned(),
    };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div {
                    (back_to_admin(shell))
                    h1 { (t.areas_title) } p.head__sub { (t.areas_sub) }
                }
                @if view.edits {
                    div.acts {
                        a.btn href=(routes::AREA_HANDOVER) { (icon("merge")) span { (t.area_hand_over) } }
                        a.btn.btn--primary href=(add) { (icon("plus")) span { (t.areas_add) } }
                    }
                }
            }
            (attention(view))
            form.filter method="get" action=(routes::AREAS) role="search" {
                div.search.filter__search {
                    (icon("search"))
                    input.input type="search" name="q" value=(view.q) data-search placeholder=(t.areas_search) aria-label=(w.search) title=(w.search_hint) aria-keyshortcuts="/";
                    kbd aria-hidden="true" { "/" }
                }
                (choice("show", t.areas_show, t.areas_usual, &view.show, &[("now", t.areas_now), ("former", t.areas_former), ("all", t.areas_all)]))
                @if let Some(area) = here { input type="hidden" name="at" value=(area.id); }
                div.filter__end {
                    button.btn { (w.filter) }
                    @if !view.q.is_empty() || here.is_some() { a.btn.btn--quiet href=(routes::AREAS) { (w.filter_clear) } }
                }
            }
            @if !view.line.is_empty() {
                nav.path aria-label=(t.area_parent) {
                    a href=(routes::AREAS) { (t.areas_top) }
                    @for area in &view.line { (icon("chevron-right")) a href=(routes::with_query(routes::AREAS, &[("at", &area.id), ("show", &view.show)])) { (area.name) } }
                }
            }
            @if view.rows.is_empty() {
                p.muted { (if view.q.is_empty() { t.areas_empty } else { t.areas_none }) }
            } @else {
                (rows(shell, &view.rows, !view.q.is_empty()))
                (pager(shell, &view.paging, view.rows.len()))
            }
        },
    )
}

fn form(
    shell: &Shell,
    form: &AreaForm,
    faults: &[FieldFault],
    tiers: &[(String, String)],
    areas: &[String],
    action: &str,
) -> Markup {
    let (w, t) = words(shell);
    let fields = ["code", "name", "kind", "parent", "former_names", "valid_from", "valid_to", "became"];
    html! {
        form method="post" action=(action) {
            (form_faults(shell, faults, &fields))
            (csrf(shell))
            input type="hidden" name="revision" value=(form.revision);
            div.pair {
                (field(faults, Field { name: "name", label: t.area_name, value: &form.name, hint: t.area_name_hint, required: true, ..Field::default() }))
                (field(faults, Field { name: "code", label: t.area_code, value: &form.code, hint: t.area_code_hint, required: true, code: true, ..Field::default() }))
            }
            div.pair {
                (crate::parts::select(faults, "kind", t.area_kind, "", &form.kind, tiers))
                (field(faults, Field { name: "parent", label: t.area_parent, value: &form.parent, hint: t.area_parent_hint, optional: w.optional, list: Some(("areas", areas)), ..Field::default() }))
            }
            div.pair {
                (field(faults, Field { name: "valid_from", label: t.area_from, value: &form.valid_from, kind: "date", optional: w.optional, ..Field::default() }))
                (field(faults, Field { name: "valid_to", label: t.area_to, value: &form.valid_to, kind: "date", hint: t.area_to_hint, optional: w.optional, ..Field::default() }))
            }
            div.pair {
                (text_area(faults, "former_names", t.area_former_names, &form.former_names, t.area_former_names_hint, 3))
                (text_area(faults, "became", t.area_became, &form.became, t.area_became_hint, 3))
            }
            button.btn.btn--primary { (if form.revision == 0 { t.areas_add } else { w.save }) }
        }
    }
}

/// One area, or the form of a new one.
pub fn area_page(view: &AreaView) -> String {
    let shell = &view.shell;
    let (_, t) = words(shell);
    let title = view.row.as_ref().map_or(t.areas_add, |r| r.name.as_str());
    let frame = Frame { title, section: Section::Admin, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div {
                    nav.path aria-label=(t.area_parent) {
                        a href=(routes::AREAS) { (t.areas_title) }
                        @for area in &view.line { (icon("chevron-right")) a href=(at(&area.id)) { (area.name) } }
                    }
                    h1 { (title) }
                }
                @if let Some(row) = &view.row {
                    div.acts {
                        a.btn href=(routes::with_query(routes::CAMERAS, &[("area", &row.id)])) { (icon("cctv")) span { (t.area_cameras_see) } }
                        @if view.edits {
                            a.btn href=(routes::with_query(routes::AREA_HANDOVER, &[("from", &row.code)])) { (icon("merge")) span { (t.area_hand_over) } }
                            a.btn href=(routes::with_query(routes::AREA_ADD, &[("parent", &row.id)])) { (icon("plus")) span { (t.areas_add) } }
                        }
                    }
                }
            }
            @if let Some(row) = &view.row {
                div.card {
                    dl.facts {
                        div { dt { (t.area_code) } dd { span.code { (row.code) } } }
                        div { dt { (t.area_kind) } dd { (row.tier) } }
                        div { dt { (t.area_period) } dd { @if !row.in_force { span.state.state--waiting { (icon("circle-x")) (t.area_ended) } " " } (period(row, t)) } }
                        div { dt { (t.area_cameras) } dd { (count(shell, row.cameras)) } }
                        @if !row.became.is_empty() { div { dt { (t.area_became) } dd { (links(&row.became)) } } }
                        @if !view.came_from.is_empty() { div { dt { (t.area_came_from) } dd { (links(&view.came_from)) } } }
                        @if !view.former_names.is_empty() { div { dt { (t.area_former_names) } dd { (view.former_names.join("; ")) } } }
                        @if !view.units.is_empty() {
                            div { dt { (t.area_units) } dd { @for (n, unit) in view.units.iter().enumerate() { @if n > 0 { ", " } a href={ (routes::UNITS) "/" (routes::segment(&unit.id)) } { (unit.name) } } } }
                        }
                    }
                }
                @if !view.parts.is_empty() {
                    section.section { h2 { (t.area_parts) } (rows(shell, &view.parts, false)) }
                }
            }
            @if view.edits {
                @if let Some(row) = &view.row {
                    details.card.fold #edit open[!view.faults.is_empty()] {
                        summary { (icon("pencil")) h2 { (t.area_edit) } (icon("chevron-down")) }
                        (form(shell, &view.form, &view.faults, &view.tiers, &view.areas, &at(&row.id)))
                    }
                } @else {
                    div.card.card--form { (form(shell, &view.form, &view.faults, &view.tiers, &view.areas, routes::AREA_ADD)) }
                }
            } @else if view.row.is_none() { (empty("map", title, t.areas_none, html! {})) }
        },
    )
}
