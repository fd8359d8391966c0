//! The live page: its frame, controls and words; `live.js` fills tree and tiles.

use crate::layout::{Frame, Section, page};
use crate::parts::{count, empty, icon};
use crate::routes;
use crate::views::{LiveView, Shell};
use crate::words::{WallWords, Words, fill};
use maud::{Markup, html};

/// The grids with their pictures.
const GRIDS: [(u8, &str); 6] =
    [(1, "square"), (4, "grid-2x2"), (6, "columns-3"), (9, "grid-3x3"), (16, "layout-grid"), (25, "table")];

/// Live pictures: tree and grid; with `wall`, the grid alone.
pub fn live_page(view: &LiveView) -> String {
    let shell = &view.shell;
    let t = shell.words();
    let w = WallWords::of(shell.language);
    let edits = shell.person.as_ref().is_some_and(|p| p.edits_cameras);
    let body = if view.wall { "live live--wall" } else { "live" };
    let frame = Frame { title: t.live_title, section: Section::Live, scripts: &["live.js"], body };
    page(
        shell,
        &frame,
        html! {
            h1.hidden { (t.live_title) }
            @if view.cameras_total == 0 {
                (empty("cctv", t.live_empty_title, if edits { t.live_empty } else { t.live_empty_viewer }, html! {
                    @if edits { a.btn.btn--primary href=(routes::CAMERA_ADD) { (icon("plus")) (t.camera_add) } }
                }))
            } @else {
                noscript { div.flash.flash--bad { (icon("triangle-alert")) p { (t.live_noscript) " " a href=(routes::CAMERAS) { (t.nav_cameras) } } } }
                div.wall #live data-live data-snapshots[view.snapshots] data-account=(view.account_key) data-grid=[view.grid] data-tiles=(view.tiles.join(","))
                    data-total=(view.cameras_total) data-wall[view.wall]
                    data-keeps-unit[shell.person.as_ref().is_some_and(|p| p.shares)] {
                    aside.tree #tree aria-label=(t.live_cameras) {
                        div.tree__head {
                            div.search {
                                (icon("search"))
                                input.input type="search" data-search #tree-search placeholder=(t.live_search) aria-label=(t.live_search)
                                    autocomplete="off" spellcheck="false" aria-controls="tree-list";
                            }
                            p.tree__count data-tree-count role="status" { (fill(t.cameras_count, &[("n", &count(shell, view.cameras_total))])) }
                        }
                        div.tree__list #tree-list role="tree" aria-label=(t.live_cameras) data-tree-list {}
                    }
                    div.wall__main {
                        (bar(view, t, w))
                        div.tiles__box { div.tiles data-tiles-place {} }
                        p.wall__news data-news role="status" {}
                        p.wall__keys { (t.live_keys) }
                    }
                    (keys(shell, w))
                }
            }
        },
    )
}

fn bar(view: &LiveView, t: &Words, w: &WallWords) -> Markup {
    html! {
        div.wall__bar {
            button.btn.btn--small.wall__pick type="button" data-pick aria-expanded="false" aria-controls="tree" { (icon("panel-left")) span { (t.live_pick) } }
            div.segments role="group" aria-label=(t.live_grid) {
                @for (n, picture) in GRIDS {
                    @let name = fill(t.live_grid_n, &[("n", &n.to_string())]);
                    button.segments__one type="button" data-set-grid=(n) aria-pressed="false" title=(name) aria-label=(name) {
                        (icon(picture)) span { (n) }
                    }
                }
            }
            details.menu.wall__menu data-menu data-layouts {
                summary.btn.btn--small { (icon("bookmark")) span data-layout-name { (w.layouts) } (icon("chevron-down")) }
                div.menu__sheet data-layouts-sheet {}
            }
            details.menu.wall__menu data-menu data-tour {
                summary.btn.btn--small title=(w.tour_title) { (icon("refresh-cw")) span { (w.tour) } (icon("chevron-down")) }
                div.menu__sheet data-tour-sheet {}
            }
            div.wall__tour data-tour-bar hidden {}
            div.wall__end {
                @if !view.wall {
                    button.btn.btn--small type="button" data-to-wall aria-pressed="false" title=(w.to_wall_title) hidden { (icon("monitor")) span { (w.to_wall) } }
                    button.btn.btn--small type="button" data-open-wall title=(w.wall_title) { (icon("external-link")) span { (w.wall) } }
                }
                button.btn.btn--small type="button" data-clear title=(t.live_clear) { (icon("x")) span { (t.live_clear) } }
                button.btn.btn--small type="button" data-wall-fullscreen title=(t.live_fullscreen) { (icon("maximize")) span { (t.live_fullscreen) } }
                button.btn.btn--small.wall__help type="button" data-keys-open title=(w.keys_title) aria-label=(w.keys_title) { (icon("circle-help")) }
            }
        }
    }
}

/// Every key of the page.
fn keys(shell: &Shell, w: &WallWords) -> Markup {
    let rows: [(&[&str], &str); 14] = [
        (&["←", "↑", "→", "↓"], w.key_tile),
        (&["Enter"], w.key_enter),
        (&["1", "…", "6"], w.key_grid),
        (&["F"], w.key_full),
        (&[w.key_double], w.key_double_what),
        (&["Del"], w.key_delete),
        (&["*"], w.key_star),
        (&["L"], w.key_layouts),
        (&["T"], w.key_tour),
        (&[w.space], w.key_pause),
        (&["PgUp", "PgDn"], w.key_pages),
        (&["/"], w.key_search),
        (&["Esc"], w.key_escape),
        (&["?"], w.key_help),
    ];
    html! {
        dialog.card.keys data-keys aria-labelledby="keys-title" lang=(shell.language.as_str()) {
            h2 #keys-title { (w.keys) }
            dl.keys__list {
                @for (keys, what) in rows {
                    div { dt { @for key in keys { kbd { (key) } } } dd { (what) } }
                }
            }
            form method="dialog" { button.btn.btn--primary { (w.close) } }
        }
    }
}
