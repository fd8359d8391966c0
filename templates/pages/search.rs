//! The search: everything that was found, kind by kind.

use crate::layout::{Frame, Section, page};
use crate::parts::{count, empty, icon};
use crate::routes;
use crate::views::{Hit, HitKind, SearchView};
use crate::words::{FindingWords, fill};
use maud::{Markup, html};

/// The icon of a kind.
pub(crate) fn kind_icon(kind: HitKind) -> &'static str {
    match kind {
        HitKind::Camera => "cctv",
        HitKind::Area => "map-pin",
        HitKind::Unit => "building-2",
        HitKind::Person => "circle-user-round",
        HitKind::Document => "file-text",
    }
}

fn kind_name(kind: HitKind, t: &FindingWords) -> &'static str {
    match kind {
        HitKind::Camera => t.kind_camera,
        HitKind::Area => t.kind_area,
        HitKind::Unit => t.kind_unit,
        HitKind::Person => t.kind_person,
        HitKind::Document => t.kind_document,
    }
}

fn hit(h: &Hit) -> Markup {
    html! {
        li.hit data-hit=(h.kind.as_str()) {
            a.hit__link href=(h.href) {
                (icon(kind_icon(h.kind)))
                span.hit__name { (if h.name.is_empty() { &h.code } else { &h.name }) }
                @if !h.name.is_empty() && !h.code.is_empty() { span.code.hit__code { (h.code) } }
            }
            @if !h.about.is_empty() { p.hit__about { (h.about) } }
        }
    }
}

/// The search.
pub fn search_page(view: &SearchView) -> String {
    let shell = &view.shell;
    let t = FindingWords::of(shell.language);
    let frame = Frame { title: t.search_title, section: Section::None, scripts: &[], body: "" };
    let kinds = HitKind::ALL.map(|kind| (kind, view.hits.iter().filter(|h| h.kind == kind).collect::<Vec<_>>()));
    page(
        shell,
        &frame,
        html! {
            header.head { div { h1 { (t.search_title) } p.head__sub { (t.search_lead) } } }
            form.seek method="get" action=(routes::SEARCH) role="search" {
                div.search.seek__field {
                    (icon("search"))
                    input.input type="search" name="q" value=(view.q) aria-label=(t.find) placeholder=(t.find) autocomplete="off" autofocus[view.q.is_empty()];
                }
                button.btn.btn--primary { (t.search_submit) }
            }
            @if view.q.is_empty() {
                (empty("search", t.search_first_title, t.search_first, html! {}))
            } @else if view.hits.is_empty() {
                (empty("search", t.search_none_title, t.search_none, html! {}))
            } @else {
                @if let Some(meant) = &view.meant {
                    div.flash.flash--warn role="status" { (icon("info")) p { (fill(t.search_meant, &[("q", &view.q), ("meant", meant)])) } }
                }
                @for (kind, hits) in &kinds {
                    @if !hits.is_empty() {
                        section.card.found-kind aria-labelledby={ "k-" (kind.as_str()) } {
                            h2 #{ "k-" (kind.as_str()) } { (icon(kind_icon(*kind))) (kind_name(*kind, t)) }
                            ul { @for h in hits { (hit(h)) } }
                            @if *kind == HitKind::Camera && view.cameras_total > hits.len() as u64 {
                                a.btn.btn--small href=(routes::with_query(routes::CAMERAS, &[("q", view.meant.as_deref().unwrap_or(&view.q))])) {
                                    (fill(t.search_all_cameras, &[("n", &count(shell, view.cameras_total))]))
                                }
                            }
                        }
                    }
                }
            }
        },
    )
}
