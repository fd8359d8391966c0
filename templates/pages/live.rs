//! The live page: its frame, controls and words; `live.js` fills tree and tiles.

use crate::layout::{Frame, Section, page};
use crate::parts::{count, empty, icon};
use crate::routes;
use crate::views::LiveView;
use crate::words::fill;
use maud::html;

/// Live pictures: tree and grid.
pub fn live_page(view: &LiveView) -> String {
    let shell = &view.shell;
    let t = shell.words();
    let grids: [(u8, &str); 5] = [(1, "square"), (4, "grid-2x2"), (9, "grid-3x3"), (16, "layout-grid"), (25, "table")];
    let edits = shell.person.as_ref().is_some_and(|p| p.edits_cameras);
    let frame = Frame { title: t.live_title, section: Section::Live, scripts: &["live.js"], body: "live" };
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
                    data-total=(view.cameras_total) {
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
                        div.wall__bar {
                            button.btn.btn--small.wall__pick type="button" data-pick aria-expanded="false" aria-controls="tree" { (icon("panel-left")) span { (t.live_pick) } }
                            div.segments role="group" aria-label=(t.live_grid) {
                                @for (n, picture) in grids {
                                    @let name = fill(t.live_grid_n, &[("n", &n.to_string())]);
                                    button.segments__one type="button" data-set-grid=(n) aria-pressed="false" title=(name) aria-label=(name) {
                                        (icon(picture)) span { (n) }
                                    }
                                }
                            }
                            p.wall__news data-news role="status" {}
                            div.wall__end {
                                button.btn.btn--small type="button" data-clear { (icon("x")) span { (t.live_clear) } }
                                button.btn.btn--small type="button" data-wall-fullscreen { (icon("maximize")) span { (t.live_fullscreen) } }
                            }
                        }
                        div.tiles data-tiles-place {}
                        p.wall__keys { (t.live_keys) }
                    }
                }
            }
        },
    )
}
