//! Handing over areas: the form with its preview, and one handover with undo and confirmation.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, count, csrf, field, form_faults, icon, moment, text_area};
use crate::routes;
use crate::views::{
    HandoverOneView, HandoverPreviewView, HandoverRow, HandoverView, KeptRow, KeptView, Shell, UndoView,
};
use crate::words::{RegisterWords, fill};
use maud::{Markup, html};

fn state(state: &str, t: &RegisterWords) -> Markup {
    let (look, picture, word) = match state {
        "running" => ("connecting", "loader-circle", t.handover_running),
        "undoing" => ("connecting", "loader-circle", t.handover_undoing),
        "done" => ("live", "check", t.handover_done),
        "confirmed" => ("live", "shield-check", t.handover_confirmed),
        _ => ("waiting", "undo-2", t.handover_undone),
    };
    html! { span.state.{ "state--" (look) } { (icon(picture)) (word) } }
}

fn number(shell: &Shell, text: &str, n: u64) -> String {
    fill(text, &[("n", &count(shell, n))])
}

fn preview(shell: &Shell, p: &HandoverPreviewView) -> Markup {
    let t = RegisterWords::of(shell.language);
    let moved: u64 = p.moves.iter().map(|m| m.2).sum();
    let stayed: u64 = p.stays.iter().map(|s| s.cameras).sum();
    html! {
        section.card #preview tabindex="-1" aria-label=(t.handover_preview) {
            h2 { (t.handover_preview) }
            @if moved == 0 && p.units.is_empty() && p.ends.is_empty() && stayed == 0 { p.muted { (t.handover_nothing) } }
            @if moved > 0 {
                h3 data-moves=(moved) { (number(shell, t.handover_moves, moved)) }
                div.sheet.sheet--tall {
                    table.table {
                        thead { tr { th { (t.area) } th { (t.handover_to) } th.table__number { (t.area_cameras) } } }
                        tbody { @for (from, to, n) in &p.moves { tr { td data-label=(t.area) { (from) } td data-label=(t.handover_to) { (icon("arrow-right")) " " (to) } td.table__number data-label=(t.area_cameras) { (count(shell, *n)) } } } }
                    }
                }
            }
            @if stayed > 0 {
                h3 { (number(shell, t.handover_stays, stayed)) }
                p.muted { (t.handover_stays_text) }
                @for stay in &p.stays {
                    div.field {
                        label.field__label for={ "to-" (stay.area) } {
                            (stay.name) ": " (count(shell, stay.cameras)) " camera"
                            span.field__optional { " – " (if stay.divided { t.handover_divided } else { t.handover_unsaid }) }
                        }
                        @if !stay.candidates.is_empty() {
                            select.input #{ "to-" (stay.area) } name={ "to_" (stay.area) } {
                                option value="" { (t.handover_choose) }
                                @for area in &stay.candidates { option value=(area.id) { (area.name) } }
                            }
                        } @else {
                            input.input #{ "to-" (stay.area) } name={ "to_" (stay.area) } list="areas" autocomplete="off";
                        }
                        p.field__hint.code { (stay.some.join(", ")) @if stay.cameras > stay.some.len() as u64 { " …" } }
                    }
                }
            }
            @if !p.units.is_empty() {
                h3 { (number(shell, t.handover_units_move, p.units.len() as u64)) }
                ul.plain { @for (unit, from, to) in &p.units { li { (unit) ": " (from) " → " (to) } } }
            }
            @if !p.ends.is_empty() {
                h3 { (number(shell, t.handover_ends, p.ends.len() as u64)) }
                ul.plain { @for (area, became) in &p.ends { li { (area) " → " (became) } } }
            }
            @if p.grants > 0 {
                h3 data-grants=(p.grants) { (number(shell, t.handover_grants, p.grants)) }
                p.note { (icon("info")) span { (t.handover_grants_text) } }
                div.sheet.sheet--tall {
                    table.table {
                        thead { tr { th { (t.handover_holder) } th.table__number { (t.handover_loses) } th.table__number { (t.handover_withheld) } } }
                        tbody { @for (id, holder, loses, withheld) in &p.touched { tr {
                            td.table__main data-label=(t.handover_holder) { a href={ (routes::SHARING) "/" (id) } { (holder) } }
                            td.table__number data-label=(t.handover_loses) { (count(shell, *loses)) }
                            td.table__number data-label=(t.handover_withheld) { (count(shell, *withheld)) }
                        } } }
                    }
                }
            }
        }
    }
}

fn past(shell: &Shell, rows: &[HandoverRow]) -> Markup {
    let t = RegisterWords::of(shell.language);
    html! {
        section.section {
            h2 { (t.handover_past) }
            @if rows.is_empty() { p.muted { (t.handover_past_none) } } @else {
                div.sheet {
                    table.table {
                        thead { tr { th { (t.handover_why) } th { (t.handover_state) } th { (t.handover_by) } th { (t.handover_at) } th.table__number { (t.area_cameras) } } }
                        tbody {
                            @for row in rows {
                                tr {
                                    td.table__main data-label=(t.handover_why) { a href={ (routes::AREA_HANDOVERS) "/" (row.id) } { (row.why) } }
                                    td data-label=(t.handover_state) { (state(row.state, t)) }
                                    td data-label=(t.handover_by) { (row.by) }
                                    td data-label=(t.handover_at) { (moment(row.at)) }
                                    td.table__number data-label=(t.area_cameras) { (count(shell, row.cameras)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The form with its preview.
pub fn handover_page(view: &HandoverView) -> String {
    let shell = &view.shell;
    let t = RegisterWords::of(shell.language);
    let w = shell.words();
    let frame = Frame { title: t.handover_title, section: Section::Admin, scripts: &[], body: "" };
    let f = &view.form;
    let faults = &view.faults;
    let fields = ["from", "others", "by_area", "by_camera", "end_on", "why", "to"];
    let tick = |name: &str, label: &str, on: bool| html! { label.choices__one { input type="checkbox" name=(name) value="1" checked[on]; span { (label) } } };
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                a.crumb href=(routes::AREAS) { (icon("arrow-left")) (fill(t.back_to, &[("name", t.areas_title)])) }
                h1 { (t.handover_title) } p.head__sub { (t.handover_sub) }
            } }
            form method="post" action=(routes::AREA_HANDOVER) {
                (form_faults(shell, faults, &fields))
                (csrf(shell))
                div.card {
                    @if let Some(text) = crate::parts::fault_of(faults, "to") { p.field__fault { (icon("triangle-alert")) span { (text) } } }
                    div.pair {
                        (text_area(faults, "from", t.handover_from, &f.from, t.handover_from_hint, 6))
                        div {
                            (tick("by_register", t.handover_by_register, f.by_register))
                            (tick("units", t.handover_units, f.units))
                            (field(faults, Field { name: "others", label: t.handover_others, value: &f.others, hint: t.handover_others_hint, optional: w.optional, list: Some(("areas", &view.areas)), ..Field::default() }))
                        }
                    }
                    div.pair {
                        (text_area(faults, "by_area", t.handover_by_area, &f.by_area, t.handover_by_area_hint, 3))
                        (text_area(faults, "by_camera", t.handover_by_camera, &f.by_camera, t.handover_by_camera_hint, 3))
                    }
                    div.pair {
                        (field(faults, Field { name: "end_on", label: t.handover_end_on, value: &f.end_on, kind: "date", hint: t.handover_end_on_hint, optional: w.optional, ..Field::default() }))
                        (field(faults, Field { name: "why", label: t.handover_why, value: &f.why, hint: t.handover_why_hint, ..Field::default() }))
                    }
                    div.acts {
                        button.btn.{ @if view.preview.is_none() { "btn--primary" } } name="act" value="preview" { (icon("eye")) span { (t.handover_preview) } }
                    }
                }
                @if let Some(p) = &view.preview {
                    (preview(shell, p))
                    div.acts {
                        button.btn name="act" value="preview" { (icon("eye")) span { (t.handover_preview) } }
                        button.btn.btn--primary name="act" value="carry_out" { (icon("merge")) span { (t.handover_do) } }
                    }
                }
            }
            (past(shell, &view.past))
        },
    )
}

/// What an undo leaves, or would leave, as it is: each with why, and where to look at it.
fn kept(shell: &Shell, view: &KeptView, title: &str, text: &str) -> Markup {
    let t = RegisterWords::of(shell.language);
    let place = |row: &KeptRow| match row.kind {
        _ if row.gone => routes::with_query(routes::AUDIT, &[("subject", &row.id)]),
        "unit" => format!("{}/{}", routes::UNITS, row.id),
        "area" => format!("{}/{}", routes::AREAS, row.id),
        _ => format!("{}/{}", routes::CAMERAS, row.id),
    };
    let picture = |row: &KeptRow| match row.kind {
        "unit" => "network",
        "area" => "map",
        _ => "cctv",
    };
    let more = view.total.saturating_sub(view.rows.len() as u64);
    html! {
        section.section #kept aria-label=(title) data-kept=(view.total) {
            h2 { (number(shell, title, view.total)) }
            p.muted { (text) }
            div.sheet.sheet--tall {
                table.table {
                    thead { tr { th { (t.handover_kept_what) } th { (t.handover_kept_why) } } }
                    tbody { @for row in &view.rows {
                        tr data-thing=(row.code) {
                            td.table__main data-label=(t.handover_kept_what) { a href=(place(row)) { (icon(picture(row))) " " span.code { (row.code) } " " (row.name) } }
                            td data-label=(t.handover_kept_why) { div { (row.why.of(shell.language)) @if row.gone { " " span.muted { "(" (t.handover_kept_record) ")" } } } }
                        }
                    } }
                }
            }
            @if more > 0 { p.muted { (number(shell, t.handover_kept_more, more)) } }
        }
    }
}

fn undo_numbers(shell: &Shell, undo: &UndoView) -> Markup {
    let t = RegisterWords::of(shell.language);
    let (cameras, units, areas) = undo.back;
    let numbers = [("cameras", count(shell, cameras)), ("units", count(shell, units)), ("areas", count(shell, areas))];
    let numbers = numbers.each_ref().map(|(name, n)| (*name, n.as_str()));
    html! {
        @if undo.possible {
            p data-back=(cameras) data-keeps=(undo.kept.total) { (fill(t.handover_undo_back, &numbers)) " " (number(shell, t.handover_undo_keeps, undo.kept.total)) "." }
        } @else {
            p.note { (icon("info")) span { (t.handover_undo_nothing) } }
        }
    }
}

/// One handover.
pub fn handover_one_page(view: &HandoverOneView) -> String {
    let shell = &view.shell;
    let t = RegisterWords::of(shell.language);
    let row = &view.row;
    let frame = Frame { title: &row.why, section: Section::Admin, scripts: &[], body: "" };
    let at = |act: &str| format!("{}/{}/{act}", routes::AREA_HANDOVERS, row.id);
    let (done, n) = match row.state {
        "undoing" | "undone" => (t.handover_back, row.back),
        _ => (t.handover_moved, row.moved),
    };
    let moved = fill(done, &[("n", &count(shell, n)), ("total", &count(shell, row.cameras))]);
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                a.crumb href=(routes::AREA_HANDOVER) { (icon("arrow-left")) (fill(t.back_to, &[("name", t.handover_title)])) }
                h1 { (row.why) }
            } }
            (form_faults(shell, &view.faults, &["handover", "revision"]))
            @for fault in view.faults.iter().filter(|f| !f.field.is_empty()) {
                div.flash.flash--bad role="alert" { (icon("triangle-alert")) p { (fault.text) } }
            }
            div.card.handover {
                dl.facts {
                    div { dt { (t.handover_state) } dd data-state=(row.state) { (state(row.state, t)) } }
                    div { dt { (t.area_cameras) } dd { (moved) } }
                    // Of one that was undone these would be what it did, not what is.
                    @if row.state != "undone" {
                        div { dt { (t.units_title) } dd { (count(shell, view.units)) } }
                        div { dt { (t.area_ended) } dd { (count(shell, view.ended)) } }
                    }
                    div { dt { (t.handover_by) } dd { (row.by) } }
                    div { dt { (t.handover_at) } dd { (moment(row.at)) @if let Some(at) = row.closed_at { " – " (moment(at)) } } }
                }
                p.muted { (t.handover_from) ": " @for (n, area) in view.from.iter().enumerate() { @if n > 0 { ", " } a href={ (routes::AREAS) "/" (area.id) } { (area.name) } } }
                @if matches!(row.state, "done" | "confirmed") { p { a href=(routes::with_query(routes::SHARING, &[("state", "handed_over")])) { (icon("share-2")) " " (t.handover_see_grants) } } }
                @if matches!(row.state, "running" | "undoing") { p.note { (icon("info")) span { (t.handover_refresh) } } }
                @if row.state == "undone" { p.note { (icon("info")) span { (t.handover_closed) } } }
                @if row.state == "done" {
                    p.muted { (t.handover_undo_text) }
                    @if let Some(undo) = &view.undo { (undo_numbers(shell, undo)) }
                    div.acts {
                        @if view.undo.as_ref().is_some_and(|u| u.possible) {
                            form method="post" action=(at("undo")) { (csrf(shell)) input type="hidden" name="revision" value=(row.revision); button.btn { (icon("undo-2")) span { (t.handover_undo) } } }
                        }
                        form method="post" action=(at("confirm")) { (csrf(shell)) input type="hidden" name="revision" value=(row.revision); button.btn.btn--primary { (icon("shield-check")) span { (t.handover_confirm) } } }
                    }
                }
            }
            @if let Some(undo) = view.undo.as_ref().filter(|u| u.kept.total > 0) { (kept(shell, &undo.kept, t.handover_undo_keeps, t.handover_kept_text)) }
            @if view.kept.total > 0 { (kept(shell, &view.kept, t.handover_kept, t.handover_kept_text)) }
        },
    )
}
