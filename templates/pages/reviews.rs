//! Reviews of accounts: all of them, and one with its accounts. What is printed: `review_print`.

use crate::layout::{Frame, Section, page, role_name};
use crate::parts::{Field, choice, count, csrf, empty, field, form_faults, icon, moment};
use crate::routes;
use crate::views::{ReviewLineRow, ReviewRow, ReviewView, ReviewsView, Role, Shell};
use crate::words::{AccessWords, fill};
use maud::{Markup, html};

pub(crate) fn at(review: &ReviewRow, rest: &str) -> String {
    format!("{}/{}{rest}", routes::REVIEWS, routes::segment(&review.id))
}

/// How far it is, as a bar with figures.
fn progress(shell: &Shell, r: &ReviewRow) -> Markup {
    let a = AccessWords::of(shell.language);
    let answered = r.kept + r.ended;
    html! {
        div.progress {
            progress max=(r.all.max(1)) value=(answered) aria-label=(a.review_progress) {}
            span { (answered) "/" (r.all) }
        }
    }
}

fn time_left(shell: &Shell, r: &ReviewRow) -> Markup {
    let a = AccessWords::of(shell.language);
    let n = r.days_left.unsigned_abs().to_string();
    html! {
        @if r.closed.is_some() { span.state { (icon("lock")) (a.review_closed) } }
        @else if r.days_left < 0 { span.state.state--waiting { (icon("triangle-alert")) (fill(a.review_overdue, &[("n", &n)])) } }
        @else if r.days_left == 0 { span.state.state--connecting { (icon("clock")) (a.review_today) } }
        @else { span.state.state--live { (icon("clock")) (fill(a.review_left, &[("n", &n)])) } }
    }
}

fn start(view: &ReviewsView) -> Markup {
    let shell = &view.shell;
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    let (fields, f) = (["name", "due", "unit", "scope"], &view.form);
    let roles: Vec<(&str, &str)> = Role::ALL.iter().map(|r| (r.as_str(), role_name(*r, t))).collect();
    let refused = !view.faults.is_empty();
    html! {
        details.card.fold #start open[refused] {
            summary { (icon("user-check")) h2 { (a.review_start) } (icon("chevron-down")) }
            form method="post" action=(routes::REVIEWS) {
                (form_faults(shell, &view.faults, &fields))
                @if let Some(fault) = crate::parts::fault_of(&view.faults, "scope") { p.field__fault { (icon("triangle-alert")) span { (fault) } } }
                (csrf(shell))
                div.pair {
                    (field(&view.faults, Field { name: "name", label: a.review_name, value: &f.name, hint: a.review_name_hint, required: true, ..Field::default() }))
                    (field(&view.faults, Field { name: "due", label: a.review_due, value: &f.due, kind: "date", required: true, ..Field::default() }))
                }
                div.pair {
                    (field(&view.faults, Field { name: "unit", label: a.review_unit, value: &f.unit, hint: a.review_unit_hint, optional: t.optional, list: Some(("units", &view.units)), ..Field::default() }))
                    (choice("role", t.role, t.all, &f.role, &roles))
                }
                label.choices__one { input type="checkbox" name="services" value="1" checked[f.services]; span { (a.review_services) } }
                p.field__hint data-covered { (fill(a.review_covered, &[("p", &count(shell, view.covered.0 as u64)), ("s", &count(shell, view.covered.1 as u64))])) }
                fieldset.choices {
                    legend.field__label { (a.review_unanswered) }
                    label.choices__one { input type="radio" name="unanswered" value="report" checked[!f.disable]; span { (a.review_report) } }
                    label.choices__one { input type="radio" name="unanswered" value="disable" checked[f.disable]; span { (a.review_disable) } }
                }
                button.btn.btn--primary { (a.review_start) }
            }
        }
    }
}

/// All reviews.
pub fn reviews_page(view: &ReviewsView) -> String {
    let shell = &view.shell;
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    let frame = Frame { title: a.reviews_title, section: Section::Accounts, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div { h1 { (a.reviews_title) } p.head__sub { (a.reviews_lead) } } }
            @if view.runs { (start(view)) }
            @if view.rows.is_empty() {
                (empty("user-check", a.reviews_none_title, if view.runs { a.reviews_none } else { a.reviews_none_own }, html! {}))
            } @else {
                div.sheet.sheet--spaced {
                    table.table {
                        thead { tr { th { (a.review_name) } th { (a.review_due) } th { (a.review_state) } th { (a.review_progress) } th { (a.review_kept) } th { (a.review_ended) } th { (a.review_waiting) } th { span.hidden { (t.actions) } } } }
                        tbody {
                            @for r in &view.rows {
                                tr data-review=(r.id) {
                                    td.table__main data-label=(a.review_name) { a href=(at(r, "")) { (r.name) } }
                                    td.nowrap data-label=(a.review_due) { (r.due) }
                                    td data-label=(a.review_state) { (time_left(shell, r)) @if r.own_waiting > 0 { " " span.state.state--connecting { (icon("user-check")) (fill(a.review_yours, &[("n", &r.own_waiting.to_string())])) } } }
                                    td data-label=(a.review_progress) { (progress(shell, r)) }
                                    td data-label=(a.review_kept) { (r.kept) }
                                    td data-label=(a.review_ended) { (r.ended) }
                                    td data-label=(a.review_waiting) { (r.all - (r.kept + r.ended).min(r.all)) }
                                    td.table__end { a.btn.btn--small href=(at(r, "")) { (a.open_account) span.hidden { " " (r.name) } } }
                                }
                            }
                        }
                    }
                }
            }
        },
    )
}

fn answer(view: &ReviewView, line: &ReviewLineRow) -> Markup {
    let shell = &view.shell;
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    let (refused, entered) = match &view.refused {
        Some((account, reason)) if *account == line.account => (true, reason.as_str()),
        _ => (false, ""),
    };
    let faults = if refused { view.faults.as_slice() } else { &[] };
    html! {
        @if let Some(answer) = &line.answer {
            @if answer.keep { span.state.state--live { (icon("check")) (a.review_kept) } } @else { span.state.state--waiting { (icon("ban")) (a.review_ended) } }
            " " span.muted { (answer.by) @if answer.in_place { " (" (a.review_in_place) ")" } " · " (moment(answer.at)) }
            @if !answer.reason.is_empty() { p { (answer.reason) } }
        } @else if line.disabled_at_close { span.state.state--waiting { (icon("lock")) (a.review_disabled_at_close) } }
        @else if !line.answerable { span.muted { (a.review_waiting) } }
        @if line.answerable && line.answer.as_ref().is_none_or(|x| x.keep) {
            form.answer method="post" action=(at(&view.review, &format!("/accounts/{}", routes::segment(&line.account)))) {
                (csrf(shell))
                input type="hidden" name="show" value=(view.show);
                (field(faults, Field { name: "reason", label: a.reason, value: entered, optional: t.optional, form: &format!("a-{}-", line.account), ..Field::default() }))
                @if refused { @for f in faults.iter().filter(|f| f.field.is_empty()) { p.field__fault { (icon("triangle-alert")) span { (f.text) } } } }
                div.acts {
                    @if line.answer.is_none() { button.btn.btn--small name="verdict" value="keep" { (icon("check")) (a.review_keep) span.hidden { " " (line.display_name) } } }
                    button.btn.btn--small.btn--danger-quiet name="verdict" value="end" { (icon("ban")) (a.review_end) span.hidden { " " (line.display_name) } }
                }
            }
        }
    }
}

fn close(view: &ReviewView) -> Markup {
    let (shell, r) = (&view.shell, &view.review);
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    let waiting = (r.all - (r.kept + r.ended).min(r.all)).to_string();
    html! {
        details.card.fold.fold--danger #close {
            summary { (icon("lock")) h2 { (a.review_close) } (icon("chevron-down")) }
            form method="post" action=(at(r, "/close")) {
                (csrf(shell))
                input type="hidden" name="revision" value=(r.revision);
                p.note { (icon("info")) span { (fill(a.review_close_hint, &[("n", &waiting)])) @if r.disables { " " (a.review_close_disables) } } }
                (field(&[], Field { name: "remark", label: a.review_remark, optional: t.optional, ..Field::default() }))
                button.btn.btn--danger { (a.review_close) }
            }
        }
    }
}

/// One review.
pub fn review_page(view: &ReviewView) -> String {
    let (shell, r) = (&view.shell, &view.review);
    let (t, a) = (shell.words(), AccessWords::of(shell.language));
    let frame = Frame { title: &r.name, section: Section::Accounts, scripts: &[], body: "" };
    let shows = [("", a.review_show_all), ("waiting", a.review_show_waiting), ("answered", a.review_show_answered)];
    page(
        shell,
        &frame,
        html! {
            p { a.btn.btn--quiet.btn--small href=(routes::REVIEWS) { (icon("arrow-left")) (a.reviews_title) } }
            header.head {
                div {
                    h1 { (r.name) }
                    p.head__sub {
                        (fill(a.review_started, &[("t", &r.started_at.office_text()), ("who", &r.started_by)])) " · " (a.review_due) ": " (r.due)
                        @if let Some((at, who, _)) = &r.closed { " · " (fill(a.review_closed_at, &[("t", &at.office_text()), ("who", who)])) }
                    }
                    p { (time_left(shell, r)) @if r.own_waiting > 0 { " " span.state.state--connecting data-own-waiting=(r.own_waiting) { (icon("user-check")) (fill(a.review_yours, &[("n", &r.own_waiting.to_string())])) } } }
                }
                div.acts {
                    a.btn href=(at(r, "/print")) { (icon("printer")) (a.review_print) }
                    a.btn href=(at(r, "/export.csv")) download { (icon("download")) (a.review_csv) }
                }
            }
            @if let Some((_, _, remark)) = &r.closed { @if !remark.is_empty() { p.card { strong { (a.review_remark) ": " } (remark) } } }
            div.card.figures {
                (progress(shell, r))
                dl.tally {
                    div { dt { (a.review_all) } dd data-figure="all" { (r.all) } }
                    div { dt { (a.review_kept) } dd data-figure="kept" { (r.kept) } }
                    div { dt { (a.review_ended) } dd data-figure="ended" { (r.ended) } }
                    div { dt { (a.review_waiting) } dd data-figure="waiting" { (r.all - (r.kept + r.ended).min(r.all)) } }
                }
                @if !r.reminders.is_empty() {
                    details.nested {
                        summary { (a.review_reminders) " (" (r.reminders.len()) ")" }
                        ul { @for (on, days, n) in &r.reminders { li { (fill(a.review_reminder, &[("on", on), ("n", &n.to_string()), ("days", &days.to_string())])) } } }
                    }
                }
            }
            @if r.closed.is_none() { p.note { (icon("info")) span { (a.review_end_hint) } } }
            nav.tabs aria-label=(a.review_show) {
                @for (show, words) in shows { a.btn.btn--small href=(routes::with_query(&at(r, ""), &[("show", show)])) aria-current=[(show == view.show).then_some("true")] { (words) } }
            }
            @if view.units.is_empty() { p.muted { (a.review_nothing) } }
            @for unit in &view.units {
                section.card.card--table {
                    h2 { @if unit.name.is_empty() { (a.review_no_unit) } @else { (unit.name) } }
                    table.table {
                        thead { tr { th { (t.display_name) } th { (t.role) } th { (t.account_last) } th { (a.review_who) } th { (a.review_answer) } } }
                        tbody {
                            @for line in &unit.lines {
                                tr data-account=(line.name) {
                                    td.table__main data-label=(t.display_name) { span { (line.display_name) } div.muted { span.code { (line.name) } @if !line.title.is_empty() { " · " (line.title) } @if line.service { " · " (a.kind_service) } } }
                                    td data-label=(t.role) { (role_name(line.role, t)) }
                                    td data-label=(t.account_last) { @if let Some(at) = line.last_sign_in_at { (moment(at)) } @else { (t.never) } }
                                    td data-label=(a.review_who) { @if line.reviewer.is_empty() { (a.review_admins) } @else { (line.reviewer) } }
                                    td.table__answer data-label=(a.review_answer) { (answer(view, line)) }
                                }
                            }
                        }
                    }
                }
            }
            @if view.runs && r.closed.is_none() { (close(view)) }
        },
    )
}
