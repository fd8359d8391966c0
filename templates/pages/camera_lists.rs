//! Saved lists of cameras: the index, a new one, one list.

use super::sharing::{grant_at, scope, state_badge, tabs, times};
use crate::layout::{Frame, Section, page};
use crate::parts::{Field, count, csrf, empty, field, form_faults, icon, moment, pager, select, text_area};
use crate::routes;
use crate::views::{CameraListNewView, CameraListView, CameraListsView, RestingGrant, SharingTab};
use crate::words::{ListWords, SharingWords, fill};
use maud::{Markup, html};

const FIELDS: [&str; 3] = ["name", "cameras", "list"];

/// The index.
pub fn camera_lists_page(view: &CameraListsView) -> String {
    let shell = &view.shell;
    let (w, t, l) = (shell.words(), SharingWords::of(shell.language), ListWords::of(shell.language));
    let new = html! { a.btn.btn--primary href=(routes::CAMERA_LIST_NEW) { (icon("plus")) span { (l.new) } } };
    let frame = Frame { title: l.title, section: Section::Sharing, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div { h1 { (l.title) } p.head__sub { (l.sub) } } div.acts { (new) } }
            (tabs(shell, SharingTab::Lists, true, view.waiting, t))
            @if view.rows.is_empty() && view.q.is_empty() {
                (empty("list", l.empty_title, l.empty, html! { a.btn href=(routes::CAMERAS) { (icon("cctv")) (w.cameras_title) } }))
            } @else {
                form.filter method="get" action=(routes::CAMERA_LISTS) role="search" {
                    div.search.filter__search {
                        (icon("search"))
                        input.input type="search" name="q" value=(view.q) data-search placeholder=(l.q) aria-label=(l.q) title=(w.search_hint) aria-keyshortcuts="/";
                        kbd aria-hidden="true" { "/" }
                    }
                    div.filter__end { button.btn { (w.filter) } @if !view.q.is_empty() { a.btn.btn--quiet href=(routes::CAMERA_LISTS) { (w.filter_clear) } } }
                }
                @if view.rows.is_empty() { p.muted { (l.none) } } @else {
                    div.sheet {
                        table.table {
                            thead { tr { th { (l.name) } th { (l.unit) } th { (l.cameras) } th { (l.rights) } th { (l.changed) } } }
                            tbody {
                                @for row in &view.rows {
                                    tr data-list=(row.id) {
                                        td.table__main data-label=(l.name) { a href=(routes::camera_list(&row.id)) { (row.name) } }
                                        td data-label=(l.unit) { (row.unit.as_deref().unwrap_or(l.node)) }
                                        td data-label=(l.cameras) { (count(shell, row.cameras)) }
                                        td data-label=(l.rights) { (count(shell, row.resting)) }
                                        td data-label=(l.changed) { (moment(row.changed_at)) }
                                    }
                                }
                            }
                        }
                    }
                    (pager(shell, &view.paging, view.rows.len()))
                }
            }
        },
    )
}

fn back(l: &ListWords) -> Markup {
    html! { a.crumb href=(routes::CAMERA_LISTS) { (icon("arrow-left")) (l.back) } }
}

/// The form of a new list.
pub fn camera_list_new_page(view: &CameraListNewView) -> String {
    let (shell, faults, form) = (&view.shell, &view.faults, &view.form);
    let l = ListWords::of(shell.language);
    let frame = Frame { title: l.new, section: Section::Sharing, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div { (back(l)) h1 { (l.new) } p.head__sub { (l.new_sub) } } }
            form.card.rights-form method="post" action=(routes::CAMERA_LISTS) {
                (form_faults(shell, faults, &FIELDS))
                (csrf(shell))
                @if !view.lists.is_empty() { (select(faults, "list", l.into, l.into_new, &form.list, &view.lists)) }
                (field(faults, Field { name: "name", label: l.name, value: &form.name, hint: l.name_hint, ..Field::default() }))
                (text_area(faults, "cameras", l.codes, &form.cameras, l.codes_hint, 6))
                button.btn.btn--primary { (icon("check")) (l.save) }
            }
        },
    )
}

fn resting(view: &CameraListView, l: &ListWords) -> Markup {
    let t = SharingWords::of(view.shell.language);
    let anew = |g: &RestingGrant| routes::with_query(routes::SHARING_NEW, &[("from", &g.row.id)]);
    html! {
        section.card {
            h2 { (l.resting_title) }
            @if view.resting.is_empty() { p.muted { (l.resting_none) } } @else {
                div.sheet {
                    table.table {
                        thead { tr { th { (t.holder) } th { (t.acts) } th { (t.scope) } th { (t.times) } th { (t.state) } } }
                        tbody {
                            @for g in &view.resting {
                                tr data-grant=(g.row.id) {
                                    td.table__main data-label=(t.holder) { a href=(grant_at(&g.row.id)) { (g.row.holder) } }
                                    td data-label=(t.acts) { (g.row.acts.join(", ")) }
                                    td data-label=(t.scope) {
                                        (scope(&g.row.scope, 3))
                                        @if g.later > 0 {
                                            div.touched data-later=(g.later) { (icon("triangle-alert")) span { (fill(l.later, &[("n", &g.later.to_string())])) " " a href=(anew(g)) { (l.anew) } } }
                                        }
                                    }
                                    td data-label=(t.times) { (times(g.row.from, g.row.until, &g.row.shifts, t)) }
                                    td data-label=(t.state) { (state_badge(g.row.state, &g.row.state_word)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One list.
pub fn camera_list_page(view: &CameraListView) -> String {
    let (shell, row, faults) = (&view.shell, &view.row, &view.faults);
    let l = ListWords::of(shell.language);
    let at = routes::camera_list(&row.id);
    let give = routes::with_query(routes::SHARING_NEW, &[("list", &row.id)]);
    let frame = Frame { title: &row.name, section: Section::Sharing, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div {
                    (back(l)) h1 { (row.name) }
                    p.head__sub { (row.unit.as_deref().unwrap_or(l.node)) " · " (l.made) ": " (view.made_by) ", " (moment(view.made_at)) }
                }
                @if !view.cameras.is_empty() { div.acts { a.btn.btn--primary href=(give) { (icon("share-2")) span { (l.give) } } } }
            }
            form.card.rights-form method="post" action=(at) data-list=(row.id) {
                h2 { (l.edit_title) }
                p.field__hint { (l.edit_sub) }
                (form_faults(shell, faults, &FIELDS))
                (csrf(shell))
                input type="hidden" name="revision" value=(view.revision);
                (field(faults, Field { name: "name", label: l.name, value: &view.form.name, required: true, ..Field::default() }))
                @if view.cameras.is_empty() { p.muted { (l.no_cameras) } } @else {
                    div.sheet.sheet--tall {
                        table.table {
                            thead { tr { th { (l.cameras) } th { (l.off) } } }
                            tbody {
                                @for (id, code, name) in &view.cameras {
                                    tr data-camera=(code) {
                                        td.table__main data-label=(l.cameras) { a href=(routes::camera(code)) { span.code { (code) } " " (name) } }
                                        td data-label=(l.off) { input type="checkbox" name={ "off_" (id) } value="1" aria-label=(fill(l.off_one, &[("name", name)])); }
                                    }
                                }
                            }
                        }
                    }
                }
                (text_area(faults, "cameras", l.add, &view.form.cameras, l.codes_hint, 3))
                button.btn.btn--primary { (icon("check")) (l.save) }
            }
            (resting(view, l))
            details.card.fold {
                summary { h2 { (l.remove_title) } (icon("chevron-down")) }
                p { (l.remove_text) }
                form method="post" action={ (at) "/remove" } {
                    (csrf(shell)) input type="hidden" name="revision" value=(view.revision);
                    button.btn.btn--danger { (icon("trash-2")) (l.remove) }
                }
            }
        },
    )
}
