//! A page that says no: what happened, which rule, who can help, what to do next.

use crate::layout::{Frame, Section, gate, page};
use crate::parts::icon;
use crate::views::RefusalView;
use crate::words::{Words, fill};
use maud::html;

fn heading(status: u16, t: &Words) -> &'static str {
    match status {
        401 => t.refused_401,
        403 => t.refused_403,
        404 | 410 => t.refused_404,
        409 | 412 => t.refused_409,
        413 => t.refused_413,
        429 => t.refused_429,
        503 => t.refused_503,
        500..=599 => t.refused_500,
        _ => t.refused_other,
    }
}

/// A refusal or an error.
pub fn refusal_page(view: &RefusalView) -> String {
    let shell = &view.shell;
    let t = shell.words();
    let title = heading(view.status, t);
    let content = html! {
        section.card.card--gate.refusal data-status=(view.status) {
            p.refusal__status { (icon(if view.status >= 500 { "triangle-alert" } else if view.status == 403 { "hand" } else { "circle-help" })) (view.status) }
            h1 { (title) }
            p.lead { (view.said) }
            @if view.article.is_some() || view.who_can_help.is_some() {
                dl.facts.facts--wide {
                    @if let Some(article) = &view.article { div { dt { (t.refused_rule) } dd { (fill(t.refused_article, &[("a", article)])) } } }
                    @if let Some(who) = &view.who_can_help { div { dt { (t.refused_who) } dd { (who) } } }
                }
            }
            h2.refusal__next { (t.refused_next) }
            div.acts {
                @for (i, (label, href)) in view.next.iter().enumerate() {
                    a.btn.(if i == 0 { "btn--primary" } else { "btn--quiet" }) href=(href) { (label) }
                }
                @if view.next.is_empty() { a.btn.btn--primary href="/" { (t.refused_home) } }
            }
        }
    };
    if shell.person.is_some() {
        let frame = Frame { title, section: Section::None, scripts: &[], body: "" };
        page(shell, &frame, content)
    } else {
        gate(shell, title, &[], content)
    }
}
