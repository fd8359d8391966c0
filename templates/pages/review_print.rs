//! The result of a review as a paper: in the layout of Vietnamese official documents (Decree 30/2020/NĐ-CP), for the printer.

use crate::layout::{Frame, Section, page, role_name};
use crate::pages::reviews::at;
use crate::parts::icon;
use crate::views::{ReviewLineRow, ReviewUnit, ReviewView};
use crate::words::{AccessWords, fill};
use base::WallTime;
use maud::{Markup, html};

/// `dd/mm/yyyy`.
fn day(at: WallTime) -> String {
    at.office_text().chars().take(10).collect()
}

fn result(view: &ReviewView, line: &ReviewLineRow) -> Markup {
    let a = AccessWords::of(view.shell.language);
    html! {
        @match &line.answer {
            Some(answer) if answer.keep => { (a.review_kept) }
            Some(_) => { (a.review_ended) }
            None if line.disabled_at_close => { (a.review_disabled_at_close) }
            None => { (a.review_waiting) }
        }
    }
}

fn unit(view: &ReviewView, unit: &ReviewUnit) -> Markup {
    let (t, a) = (view.shell.words(), AccessWords::of(view.shell.language));
    let count = |keep: bool| unit.lines.iter().filter(|l| l.answer.as_ref().is_some_and(|x| x.keep == keep)).count();
    let (kept, ended) = (count(true), count(false));
    let waiting = unit.lines.len() - kept - ended;
    html! {
        section.paper__unit {
            h3 { @if unit.name.is_empty() { (a.review_no_unit) } @else { (unit.name) } }
            table.paper__table {
                thead { tr { th { (a.print_no) } th { (a.print_name) } th { (t.sign_in_name) } th { (a.position) } th { (t.role) } th { (t.account_last) } th { (a.review_answer) } th { (a.reason) } th { (a.review_who) } } }
                tbody {
                    @for (n, line) in unit.lines.iter().enumerate() {
                        tr {
                            td { (n + 1) } td { (line.display_name) } td { (line.name) } td { (line.title) } td { (role_name(line.role, t)) }
                            td { @match line.last_sign_in_at { Some(at) => (day(at)), None => (t.never) } }
                            td { (result(view, line)) }
                            td { @if let Some(answer) = &line.answer { (answer.reason) } }
                            td { @match &line.answer { Some(answer) => { (answer.by) " " (day(answer.at)) } None => { @if line.reviewer.is_empty() { (a.review_admins) } @else { (line.reviewer) } } } }
                        }
                    }
                }
            }
            p { (fill(a.print_unit_total, &[("all", &unit.lines.len().to_string()), ("kept", &kept.to_string()), ("ended", &ended.to_string()), ("waiting", &waiting.to_string())])) }
        }
    }
}

/// A review's result, for the printer.
pub fn review_print_page(view: &ReviewView) -> String {
    let (shell, r) = (&view.shell, &view.review);
    let a = AccessWords::of(shell.language);
    let frame = Frame { title: &r.name, section: Section::Accounts, scripts: &[], body: "" };
    let on = r.closed.as_ref().map_or(shell.now, |c| c.0);
    let date = day(on);
    let (d, rest) = date.split_once('/').unwrap_or((&date, ""));
    let (m, y) = rest.split_once('/').unwrap_or((rest, ""));
    page(
        shell,
        &frame,
        html! {
            div.acts.no-print {
                a.btn.btn--quiet href=(at(r, "")) { (icon("arrow-left")) (a.print_back) }
                button.btn.btn--primary type="button" data-print hidden { (icon("printer")) (a.print_button) }
            }
            article.paper lang=(shell.language.as_str()) {
                header.paper__head {
                    div { p.paper__caps { (shell.node_name) } hr; p { (a.print_number) } }
                    div { p.paper__caps { strong { (a.print_state) } } p { strong { (a.print_motto) } } hr; p { em { (fill(a.print_place_date, &[("d", d), ("m", m), ("y", y)])) } } }
                }
                h1 { (a.print_heading) }
                p.paper__name { strong { (r.name) } }
                p { em { (a.print_basis) } }
                p { (fill(a.print_period, &[("from", &day(r.started_at)), ("to", &date)])) }
                @if r.closed.is_none() { p { strong { (fill(a.print_draft, &[("t", &shell.now.office_text())])) } } }
                h2 { (a.print_summary) }
                table.paper__table.paper__table--figures {
                    thead { tr { th { (a.review_all) } th { (a.review_kept) } th { (a.review_ended) } th { (a.review_waiting) } } }
                    tbody { tr { td { (r.all) } td { (r.kept) } td { (r.ended) } td { (r.all - (r.kept + r.ended).min(r.all)) } } }
                }
                h2 { (a.print_by_unit) }
                @for u in &view.units { (unit(view, u)) }
                h2 { (a.print_conclusion) }
                p.paper__remark { @match &r.closed { Some((_, _, remark)) if !remark.is_empty() => (remark), _ => "........................................................................" } }
                footer.paper__signs {
                    div { p { strong { (a.print_author) } } p { em { (a.print_sign) } } }
                    div { p { strong { (a.print_head) } } p { em { (a.print_sign_seal) } } }
                }
            }
        },
    )
}
