//! The filter bar of cameras, for the list and for the map.

use crate::parts::{count, icon, phase_name};
use crate::routes;
use crate::views::{CameraFilter, Counted, FilterChoices, Phase, Shell};
use crate::words::FindingWords;
use maud::{Markup, html};

/// The special lists with their names.
pub(crate) fn lists(t: &FindingWords) -> [(&'static str, &'static str); 5] {
    [
        ("incomplete", t.list_incomplete),
        ("stale", t.list_stale),
        ("no-position", t.list_no_position),
        ("no-direction", t.list_no_direction),
        ("unresolved", t.list_unresolved),
    ]
}

/// A choice list; entries of a tree are set in, counts stand behind the name.
fn select(shell: &Shell, name: &str, label: &str, chosen: &str, choices: &[Counted]) -> Markup {
    let known = chosen.is_empty() || choices.iter().any(|c| c.value == chosen);
    html! {
        div.field.field--inline {
            label.field__label for={ "f-" (name) } { (label) }
            select.input #{ "f-" (name) } name=(name) {
                option value="" { (shell.words().all) }
                // A filter from an old address, or typed by hand, stays visible although no entry has that value.
                @if !known { option value=(chosen) selected { (chosen) } }
                @for c in choices {
                    option value=(c.value) selected[c.value == chosen] {
                        @for _ in 0..c.depth { "\u{2003}" }
                        (c.name) @if let Some(n) = c.n { " (" (count(shell, n)) ")" }
                    }
                }
            }
        }
    }
}

/// The state with its counts.
fn state(shell: &Shell, chosen: &str, phases: &[(Phase, u64)]) -> Markup {
    let t = shell.words();
    let n = |phase: Phase| phases.iter().find(|(p, _)| *p == phase).map(|(_, n)| *n);
    let choices: Vec<Counted> = Phase::ALL
        .iter()
        .map(|p| Counted { value: p.as_str().to_owned(), name: phase_name(*p, t).to_owned(), depth: 0, n: n(*p) })
        .collect();
    select(shell, "state", t.state, chosen, &choices)
}

/// The fields of the bar, without its form. `more_open`: the further conditions are shown at once.
pub(crate) fn fields(shell: &Shell, f: &CameraFilter, choices: &FilterChoices) -> Markup {
    let (w, t) = (shell.words(), FindingWords::of(shell.language));
    let special: Vec<Counted> = lists(t)
        .iter()
        .map(|(value, name)| Counted { value: (*value).to_owned(), name: (*name).to_owned(), depth: 0, n: None })
        .collect();
    let further = [&f.sector, &f.layer, &f.place, &f.list].iter().any(|v| !v.is_empty());
    html! {
        div.search.sift__search {
            (icon("search"))
            input.input type="search" name="q" value=(f.q) placeholder=(w.cameras_search) aria-label=(w.search);
        }
        (state(shell, &f.state, &choices.phases))
        (select(shell, "area", w.area, &f.area, &choices.areas))
        (select(shell, "unit", w.unit, &f.unit, &choices.units))
        (select(shell, "purpose", t.purpose, &f.purpose, &choices.purposes))
        details.sift__more open[further] {
            summary { (icon("sliders-horizontal")) (t.more) (icon("chevron-down")) }
            div.sift__further {
                (select(shell, "layer", t.layer, &f.layer, &choices.layers))
                (select(shell, "place", t.place, &f.place, &choices.places))
                (select(shell, "sector", t.sector, &f.sector, &choices.sectors))
                (select(shell, "list", t.list, &f.list, &special))
            }
        }
        @if !f.within.is_empty() { input type="hidden" name="within" value=(f.within); }
    }
}

/// A note that a drawn shape bounds the list, with the way out of it.
pub(crate) fn shape_note(shell: &Shell, f: &CameraFilter, path: &str) -> Markup {
    let t = FindingWords::of(shell.language);
    html! {
        @if !f.within.is_empty() {
            p.chips {
                span.chips__one { (icon("vector-square")) (t.within) }
                a.btn.btn--small.btn--quiet href=(CameraFilter { within: String::new(), ..f.clone() }.href(path, &[])) { (icon("x")) (t.within_drop) }
                @if path != routes::MAP { a.btn.btn--small.btn--quiet href=(f.href(routes::MAP, &[])) { (icon("map")) (t.on_map) } }
            }
        }
    }
}
