//! What the caller may do to one camera and why: a part of the camera's page.

use super::sharing::{grant_at, grants_table};
use crate::parts::icon;
use crate::routes;
use crate::views::{ActLine, CameraRightsView};
use crate::words::{ListWords, SharingWords, fill};
use base::Language;
use maud::{Markup, html};

fn line(view: &CameraRightsView, a: &ActLine, t: &SharingWords) -> Markup {
    let ask = || routes::with_query(routes::REQUEST_NEW, &[("camera", &view.code), ("act", a.act)]);
    html! {
        div data-act=(a.act) data-may=(a.may) {
            dt { (a.word) }
            dd {
                @if a.may {
                    span.cell.cell--yes { (icon("check")) (t.right_yes) } " "
                    @match &a.grant {
                        Some(grant) => { a href=(grant_at(grant)) { (t.right_by_grant) } }
                        None => { span.muted { (t.right_by_role) } }
                    }
                    @if let Some(until) = a.until { " " span.muted { (fill(t.until, &[("t", &until.office_text())])) } }
                } @else if a.never {
                    span.muted { "– " (t.right_never) }
                } @else {
                    span.cell.cell--no { "– " (t.right_no) } " " a href=(ask()) { (t.right_ask) }
                }
            }
        }
    }
}

/// The part of a camera's page.
pub fn camera_rights(view: &CameraRightsView, language: Language) -> Markup {
    let t = SharingWords::of(language);
    let l = ListWords::of(language);
    let place = if view.at_home { t.rights_home } else { t.rights_away };
    html! {
        section.card #rights {
            h2 { (t.rights_title) }
            p { (fill(place, &[("role", &view.role), ("scope", &view.own_scope)])) " " a href=(routes::SHARING_TABLE) { (t.table_link) } }
            dl.facts.facts--wide { @for a in &view.acts { (line(view, a, t)) } }
            @if !view.grants.is_empty() { h3 { (t.tab_grants) } (grants_table(&view.grants, t, l)) }
            @if let Some(others) = &view.others {
                h3 { (t.others_title) }
                @if others.is_empty() { p.muted { (t.others_none) } } @else { (grants_table(others, t, l)) }
            }
        }
    }
}
