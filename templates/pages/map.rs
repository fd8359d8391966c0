//! The map: filter, map, and beside it the list of what is in view, for eyes, keyboards and screen readers alike.

use super::filter_bar;
use crate::layout::{Frame, Section, page};
use crate::parts::{empty, icon};
use crate::routes;
use crate::views::{MapView, Phase};
use crate::words::{FindingWords, RecordWords, Words};
use maud::{Markup, html};

fn layers(view: &MapView, t: &FindingWords) -> Markup {
    html! {
        details.mapside__part #map-layers {
            summary { (icon("layers")) (t.map_layers) (icon("chevron-down")) }
            div.mapside__body {
                label.choices__one { input type="checkbox" data-layer="sectors" checked; (t.map_sectors) }
                label.choices__one { input type="checkbox" data-layer="overlaps"; (t.map_overlaps) }
                label.choices__one { input type="checkbox" data-layer="gaps"; (t.map_gaps) }
                a.btn.btn--small.btn--quiet href=(routes::CAMERA_OVERLAPS) { (icon("eye")) (RecordWords::of(view.shell.language).report_title) }
                p.note data-coverage role="status" hidden {}
                @if view.bases.is_empty() {
                    p.note { (icon("info")) (t.map_base_hint) }
                } @else {
                    div.field.field--inline {
                        label.field__label for="map-base" { (t.map_base) }
                        select.input #map-base data-base {
                            @for (href, name) in &view.bases { option value=(href) { (name) } }
                            option value="" { (t.map_base_none) }
                        }
                    }
                }
            }
        }
    }
}

fn legend(w: &Words, t: &FindingWords) -> Markup {
    html! {
        details.mapside__part {
            summary { (icon("info")) (t.map_legend) (icon("chevron-down")) }
            ul.mapside__body.legend {
                @for (phase, name) in [(Phase::Live, w.phase_live), (Phase::Connecting, w.phase_connecting), (Phase::Waiting, w.phase_waiting), (Phase::Unknown, w.phase_unknown)] {
                    li { span.mark.{ "mark--" (phase.as_str()) } aria-hidden="true" {} (name) }
                }
                li { span.mark.mark--cluster aria-hidden="true" { "7" } (t.map_legend_cluster) }
                li { span.mark.mark--sector aria-hidden="true" {} (t.map_legend_sector) }
                li { span.mark.mark--overlap aria-hidden="true" {} (t.map_legend_overlap) }
                li { span.mark.mark--gap aria-hidden="true" {} (t.map_legend_gap) }
            }
        }
    }
}

fn drawing(t: &FindingWords) -> Markup {
    let side = |name: &str, label: &str| {
        html! {
            div.field.field--inline {
                label.field__label for={ "bb-" (name) } { (label) }
                input.input.input--code #{ "bb-" (name) } name=(name) inputmode="decimal" autocomplete="off" required;
            }
        }
    };
    html! {
        details.mapside__part #map-draw {
            summary { (icon("vector-square")) (t.map_draw) (icon("chevron-down")) }
            div.mapside__body {
                div.acts role="group" aria-label=(t.map_draw) {
                    button.btn.btn--small type="button" data-draw="box" { (icon("square")) (t.map_box) }
                    button.btn.btn--small type="button" data-draw="circle" { (icon("circle")) (t.map_circle) }
                    button.btn.btn--small type="button" data-draw="polygon" { (icon("pentagon")) (t.map_polygon) }
                }
                form.bbox data-bbox aria-label=(t.map_bbox) {
                    (side("south", t.map_south)) (side("west", t.map_west)) (side("north", t.map_north)) (side("east", t.map_east))
                    p.field__fault data-bbox-fault role="alert" hidden {}
                    div.acts {
                        button.btn.btn--small type="button" data-bbox-view { (icon("crosshair")) (t.map_bbox_view) }
                        button.btn.btn--small { (t.map_bbox_apply) }
                    }
                }
            }
        }
    }
}

/// The map.
pub fn map_page(view: &MapView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), FindingWords::of(shell.language));
    let f = &view.filter;
    let frame = Frame { title: t.map_title, section: Section::Map, scripts: &["map-page.js"], body: "map" };
    let files: Vec<&str> = view.bases.iter().map(|(href, _)| href.as_str()).collect();
    page(
        shell,
        &frame,
        html! {
            h1.hidden { (t.map_title) }
            @if view.cameras_total == 0 {
                (empty("map", t.map_empty_title, t.map_empty, html! { a.btn href=(routes::CAMERAS) { (w.nav_cameras) } }))
            } @else {
                noscript { div.flash.flash--bad { (icon("triangle-alert")) p { (t.map_noscript) " " a href=(f.href(routes::CAMERAS, &[])) { (w.nav_cameras) } } } }
                @if let Some(fault) = &view.fault { div.flash.flash--bad role="alert" { (icon("triangle-alert")) p { (fault) } } }
                div.mapwall data-map {
                    details.mapwall__filter open[f.narrows()] {
                        summary.btn.btn--small { (icon("sliders-horizontal")) (t.map_filter) }
                        form.sift.sift--map method="get" action=(routes::MAP) role="search" data-map-filter {
                            (filter_bar::fields(shell, f, &view.choices))
                            div.filter__end {
                                button.btn { (w.filter) }
                                a.btn.btn--quiet href=(routes::MAP) { (w.filter_clear) }
                            }
                        }
                    }
                    div.mapwall__map {
                        camera-map files=(files.join("\n")) outlines=[view.outlines.as_deref()] query=(query(view)) {}
                        button.btn.btn--small.mapwall__fit type="button" data-fit { (icon("maximize")) (t.map_fit) }
                    }
                    aside.mapside aria-label=(t.map_in_view) {
                        section.mapside__card data-card aria-label=(t.map_chosen) hidden {}
                        div.mapside__tools { (drawing(t)) (layers(view, t)) (legend(w, t)) }
                        div.mapside__shape data-shape hidden {
                            h2 data-shape-title {}
                            div.acts data-shape-live {}
                            div.acts {
                                a.btn.btn--small data-shape-list href=(routes::CAMERAS) { (icon("list")) (t.map_open_list) }
                                button.btn.btn--small.btn--quiet type="button" data-shape-clear { (icon("x")) (t.map_draw_clear) }
                            }
                        }
                        div role="status" { h2.mapside__title data-here { (t.map_in_view) } }
                        p.mapside__news data-news role="status" {}
                        ul.mapside__list data-list {}
                    }
                }
            }
        },
    )
}

/// The filter for the script: everything but the state, which the map knows itself and follows.
fn query(view: &MapView) -> String {
    let parts = view.filter.parts();
    let pairs: Vec<(&str, &str)> = parts.into_iter().filter(|(name, _)| *name != "state").collect();
    routes::with_query("", &pairs).trim_start_matches('?').to_owned()
}
