//! The list of cameras.

use super::filter_bar;
use crate::layout::{Frame, Section, page};
use crate::parts::{count, csrf, empty, icon, moment, pager, status};
use crate::routes;
use crate::views::{CAMERA_COLUMNS, CameraFilter, CameraRow, CamerasView, Shell};
use crate::words::{FindingWords, ImportWords, ListWords, RecordWords, fill};
use maud::{Markup, html};

fn column_name(column: &str, t: &FindingWords) -> &'static str {
    match column {
        "code" => t.col_code,
        "area" => t.col_area,
        "unit" => t.col_unit,
        "purposes" => t.col_purposes,
        "place" => t.col_place,
        "height" => t.col_height,
        "device" => t.col_device,
        "completeness" => t.col_completeness,
        "changed" => t.col_changed,
        _ => t.col_state,
    }
}

/// A heading that sorts by its column; a second press turns the order round.
fn heading(shell: &Shell, f: &CameraFilter, column: &str, name: &str) -> Markup {
    let sorts = matches!(column, "code" | "name" | "area" | "unit" | "state" | "completeness" | "changed");
    let now = f.sort == column || (f.sort.is_empty() && column == "code");
    let down = now && f.dir == "desc";
    let sort = if column == "code" { "" } else { column };
    let href = f.href(routes::CAMERAS, &[("sort", sort), ("dir", if now && !down { "desc" } else { "" })]);
    html! {
        th aria-sort=[now.then_some(if down { "descending" } else { "ascending" })] {
            @if sorts {
                a.table__sort href=(href) {
                    (name)
                    @if now { (icon(if down { "arrow-down" } else { "arrow-up" })) span.hidden { " – " (FindingWords::of(shell.language).reverse) } }
                }
            } @else { (name) }
        }
    }
}

fn or_dash(text: Option<&String>) -> Markup {
    html! { @if let Some(text) = text { (text) } @else { span.muted { "–" } } }
}

fn cell(shell: &Shell, row: &CameraRow, column: &str) -> Markup {
    let t = FindingWords::of(shell.language);
    html! {
        td data-label=(column_name(column, t)) {
            @match column {
                "code" => { span.code { (row.code) } }
                "area" => { (or_dash(row.area.as_ref())) }
                "unit" => { (or_dash(row.unit.as_ref())) }
                "purposes" => { @if row.purposes.is_empty() { span.muted { "–" } } @else { span { (row.purposes.join(", ")) } } }
                "place" => { (or_dash(row.place.as_ref())) }
                "height" => { (or_dash(row.height.as_ref())) }
                "device" => { (or_dash(row.device.as_ref())) }
                "completeness" => {
                    span.share {
                        meter min="0" max="100" low="60" high="99" optimum="100" value=(row.completeness) aria-hidden="true" {}
                        (fill(t.percent, &[("n", &row.completeness.to_string())]))
                    }
                }
                "changed" => { (moment(row.changed_at)) }
                _ => { (status(shell, &row.status)) }
            }
        }
    }
}

fn columns_menu(view: &CamerasView) -> Markup {
    let t = FindingWords::of(view.shell.language);
    html! {
        details.menu data-menu {
            summary.btn.btn--small { (icon("columns-3")) (t.columns) (icon("chevron-down")) }
            form.menu__sheet.columns-menu method="get" action=(routes::CAMERAS) {
                @for (name, value) in view.filter.parts() { @if !value.is_empty() { input type="hidden" name=(name) value=(value); } }
                @for (name, value) in [("sort", &view.filter.sort), ("dir", &view.filter.dir)] { @if !value.is_empty() { input type="hidden" name=(name) value=(value); } }
                input type="hidden" name="cols" value="own";
                @for column in CAMERA_COLUMNS {
                    label.choices__one { input type="checkbox" name={ "col_" (column) } value="1" checked[view.columns.contains(&column)]; (column_name(column, t)) }
                }
                div.acts {
                    button.btn.btn--small.btn--primary { (t.columns_apply) }
                    a.btn.btn--small.btn--quiet href=(view.filter.href(routes::CAMERAS, &[("cols", "")])) { (t.columns_usual) }
                }
            }
        }
    }
}

/// Lists in and out: import, export of what is filtered, changing all of it.
fn lists_menu(view: &CamerasView, edits: bool, shown: u64) -> Markup {
    let shell = &view.shell;
    let t = ImportWords::of(shell.language);
    let f = &view.filter;
    let at = |path: &str| f.href(path, &[("cols", "")]);
    html! {
        details.menu data-menu data-lists {
            summary.btn.btn--small { (icon("table")) (t.lists_menu) (icon("chevron-down")) }
            div.menu__sheet {
                @if edits { a.menu__item href=(routes::IMPORT) { (icon("file-up")) (t.import_link) } }
                a.menu__item href=(routes::ASSETS) { (icon("map-pin")) (RecordWords::of(shell.language).assets_title) }
                a.menu__item href=(routes::CAMERA_OVERLAPS) { (icon("eye")) (RecordWords::of(shell.language).report_title) }
                a.menu__item href=(at(routes::EXPORT_CSV)) download { (icon("download")) (t.export_csv) }
                a.menu__item href=(at(routes::EXPORT_XLSX)) download { (icon("download")) (t.export_xlsx) }
                @if edits && shown > 0 { a.menu__item href=(at(routes::BULK)) { (icon("pencil")) (fill(t.bulk_all, &[("n", &count(shell, shown))])) } }
            }
        }
    }
}

/// The order, for narrow screens where the headings are gone, and for keyboards.
fn order(view: &CamerasView) -> Markup {
    let (f, w, t) = (&view.filter, view.shell.words(), FindingWords::of(view.shell.language));
    let sorts = [
        ("", w.sort_code),
        ("name", w.sort_name),
        ("area", w.sort_area),
        ("unit", w.sort_unit),
        ("state", w.sort_state),
        ("completeness", t.sort_completeness),
        ("changed", t.sort_changed),
    ];
    html! {
        div.field.field--inline {
            label.field__label for="f-sort" { (w.sort) }
            select.input #f-sort name="sort" { @for (value, name) in sorts { option value=(value) selected[f.sort == value] { (name) } } }
        }
    }
}

/// What can be done with the ticked rows; the script shows it when there are any.
fn ticked(view: &CamerasView) -> Markup {
    let t = FindingWords::of(view.shell.language);
    html! {
        div.ticked data-ticked hidden role="group" aria-label=(fill(t.ticked, &[("n", "")])) {
            p role="status" data-ticked-count data-text=(t.ticked) {}
            a.btn.btn--small data-ticked-live href=(routes::LIVE) { (icon("eye")) (t.ticked_live) }
            @if view.shell.person.as_ref().is_some_and(|p| p.edits_cameras) {
                button.btn.btn--small form="bulk" { (icon("pencil")) (ImportWords::of(view.shell.language).bulk_ticked) }
            }
            @if view.shell.person.as_ref().is_some_and(|p| p.shares) {
                button.btn.btn--small form="bulk" formaction=(routes::CAMERA_LIST_TICKED) { (icon("bookmark")) (ListWords::of(view.shell.language).ticked) }
            }
            button.btn.btn--small.btn--quiet type="button" data-ticked-clear { (icon("x")) (t.ticked_clear) }
        }
    }
}

fn table(view: &CamerasView) -> Markup {
    let shell = &view.shell;
    let (w, t) = (shell.words(), FindingWords::of(shell.language));
    let code_first = view.columns.contains(&"code");
    html! {
        (ticked(view))
        div.sheet.sheet--scroll {
            table.table.table--cameras {
                thead { tr {
                    th.table__tick { input type="checkbox" data-tick-all aria-label=(t.tick_all) hidden; }
                    @if code_first { (heading(shell, &view.filter, "code", t.col_code)) }
                    (heading(shell, &view.filter, "name", w.name))
                    @for column in view.columns.iter().filter(|c| **c != "code") { (heading(shell, &view.filter, column, column_name(column, t))) }
                    th { span.hidden { (w.actions) } }
                } }
                tbody {
                    @for row in &view.rows {
                        tr data-camera=(row.code) {
                            td.table__tick { input type="checkbox" name="id" value=(row.id) form="bulk" data-tick=(row.code) aria-label=(fill(t.tick, &[("name", &row.name)])); }
                            @if code_first { (cell(shell, row, "code")) }
                            td.table__main data-label=(w.name) { a href=(routes::camera(&row.code)) { (row.name) } }
                            @for column in view.columns.iter().filter(|c| **c != "code") { (cell(shell, row, column)) }
                            td.table__end {
                                a.btn.btn--small href=(routes::with_query(routes::LIVE, &[("grid", "1"), ("tiles", &row.code)])) {
                                    (icon("eye")) span { (w.open_live) } span.hidden { " " (row.name) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The list of cameras.
pub fn cameras_page(view: &CamerasView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), FindingWords::of(shell.language));
    let f = &view.filter;
    let edits = shell.person.as_ref().is_some_and(|p| p.edits_cameras);
    let add = html! { @if edits { a.btn.btn--primary href=(routes::CAMERA_ADD) { (icon("plus")) (w.camera_add) } } };
    let shown = if f.narrows() { view.paging.total.unwrap_or(0) } else { view.cameras_total };
    let frame = Frame { title: w.cameras_title, section: Section::Cameras, scripts: &["list.js"], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div {
                    h1 { (w.cameras_title) }
                    p.head__sub {
                        (fill(w.cameras_count, &[("n", &count(shell, shown))]))
                        @if f.narrows() { " / " (count(shell, view.cameras_total)) }
                        " · " (w.updated) " " (shell.now.office_time_text())
                    }
                }
                @if view.cameras_total > 0 {
                    div.acts {
                        (columns_menu(view))
                        (lists_menu(view, edits, shown))
                        a.btn.btn--small href=(f.href(routes::MAP, &[("sort", ""), ("dir", ""), ("cols", "")])) { (icon("map")) (t.on_map) }
                        (add)
                    }
                }
            }
            @if view.cameras_total == 0 {
                (empty("cctv", w.cameras_empty_title, w.cameras_empty, html! { div.acts { (add) @if edits { a.btn href=(routes::IMPORT) { (icon("file-up")) (ImportWords::of(shell.language).import_link) } } } }))
            } @else {
                form.sift method="get" action=(routes::CAMERAS) role="search" data-filter {
                    (filter_bar::fields(shell, f, &view.choices))
                    (order(view))
                    @for (name, value) in [("dir", &f.dir), ("cols", &f.cols)] { @if !value.is_empty() { input type="hidden" name=(name) value=(value); } }
                    div.filter__end {
                        button.btn { (w.filter) }
                        @if f.narrows() { a.btn.btn--quiet href=(routes::CAMERAS) { (w.filter_clear) } }
                    }
                }
                (filter_bar::shape_note(shell, f, routes::CAMERAS))
                @if let Some(fault) = &view.fault {
                    div.flash.flash--bad role="alert" { (icon("triangle-alert")) p { (fault) } }
                } @else if view.rows.is_empty() {
                    (empty("search", w.cameras_none_title, w.cameras_none, html! { a.btn href=(routes::CAMERAS) { (w.filter_clear) } }))
                } @else {
                    form #bulk method="post" action=(routes::BULK) { (csrf(shell)) }
                    (table(view))
                    (pager(shell, &view.paging, view.rows.len()))
                }
            }
        },
    )
}
