//! The list of cameras.

use crate::layout::{Frame, Section, page};
use crate::parts::{choice, count, empty, icon, pager, phase_name, status};
use crate::routes;
use crate::views::{CameraSort, CamerasView, Phase};
use crate::words::{Words, fill};
use maud::html;

fn sort_name(sort: CameraSort, t: &Words) -> &'static str {
    match sort {
        CameraSort::Code => t.sort_code,
        CameraSort::Name => t.sort_name,
        CameraSort::Area => t.sort_area,
        CameraSort::Unit => t.sort_unit,
        CameraSort::State => t.sort_state,
    }
}

/// The list of cameras.
pub fn cameras_page(view: &CamerasView) -> String {
    let shell = &view.shell;
    let t = shell.words();
    let f = &view.filter;
    let edits = shell.person.as_ref().is_some_and(|p| p.edits_cameras);
    let filtered = !(f.q.is_empty() && f.area.is_empty() && f.unit.is_empty() && f.state.is_none());
    let add = html! { @if edits { a.btn.btn--primary href=(routes::CAMERA_ADD) { (icon("plus")) (t.camera_add) } } };
    let phases: Vec<_> = Phase::ALL.iter().map(|p| (p.as_str(), phase_name(*p, t))).collect();
    let sorts: Vec<_> = CameraSort::ALL.iter().map(|s| (s.as_str(), sort_name(*s, t))).collect();
    let same = |values: &[String]| values.iter().map(|v| (v.clone(), v.clone())).collect::<Vec<_>>();
    let (areas, units) = (same(&view.areas), same(&view.units));
    let areas: Vec<_> = areas.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let units: Vec<_> = units.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let frame = Frame { title: t.cameras_title, section: Section::Cameras, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div {
                    h1 { (t.cameras_title) }
                    p.head__sub {
                        (fill(t.cameras_count, &[("n", &count(shell, if filtered { view.paging.total.unwrap_or(view.cameras_total) } else { view.cameras_total }))]))
                        @if filtered { " / " (count(shell, view.cameras_total)) }
                        " · " (t.updated) " " (shell.now.office_time_text())
                    }
                }
                @if view.cameras_total > 0 { (add) }
            }
            @if view.cameras_total == 0 {
                (empty("cctv", t.cameras_empty_title, t.cameras_empty, add))
            } @else {
                form.filter method="get" action=(routes::CAMERAS) role="search" data-filter {
                    div.search.filter__search {
                        (icon("search"))
                        input.input type="search" name="q" value=(f.q) data-search placeholder=(t.cameras_search) aria-label=(t.search) title=(t.search_hint) aria-keyshortcuts="/";
                        kbd aria-hidden="true" { "/" }
                    }
                    (choice("state", t.state, t.all, f.state.map(Phase::as_str).unwrap_or(""), &phases))
                    (choice("area", t.area, t.all, &f.area, &areas))
                    (choice("unit", t.unit, t.all, &f.unit, &units))
                    (choice("sort", t.sort, "", f.sort.as_str(), &sorts))
                    div.filter__end {
                        button.btn { (t.filter) }
                        @if filtered { a.btn.btn--quiet href=(routes::CAMERAS) { (t.filter_clear) } }
                    }
                }
                @if view.rows.is_empty() {
                    (empty("search", t.cameras_none_title, t.cameras_none, html! { a.btn href=(routes::CAMERAS) { (t.filter_clear) } }))
                } @else {
                    div.sheet {
                        table.table {
                            thead { tr { th { (t.code) } th { (t.name) } th { (t.area) } th { (t.unit) } th { (t.state) } th { span.hidden { (t.actions) } } } }
                            tbody {
                                @for row in &view.rows {
                                    tr data-camera=(row.code) {
                                        td data-label=(t.code) { span.code { (row.code) } }
                                        td.table__main data-label=(t.name) { a href=(routes::camera(&row.code)) { (row.name) } }
                                        td data-label=(t.area) { @if let Some(area) = &row.area { (area) } @else { span.muted { "–" } } }
                                        td data-label=(t.unit) { @if let Some(unit) = &row.unit { (unit) } @else { span.muted { "–" } } }
                                        td data-label=(t.state) { (status(shell, &row.status)) }
                                        td.table__end {
                                            a.btn.btn--small href=(routes::with_query(routes::LIVE, &[("grid", "1"), ("tiles", &row.code)])) {
                                                (icon("eye")) span { (t.open_live) } span.hidden { " " (row.name) }
                                            }
                                        }
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
