//! Lists of cameras: sending a file, the works so far, and the form of a bulk change.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, count, csrf, empty, fault_of, field, form_faults, icon, moment, text_area};
use crate::routes;
use crate::views::{BulkView, ImportView, JobKind, JobState, JobView, Shell, Verdict};
use crate::words::{ImportWords, fill};
use maud::{Markup, html};

pub(super) fn kind_name(kind: JobKind, t: &ImportWords) -> &'static str {
    match kind {
        JobKind::Import => t.kind_import,
        JobKind::Inbox => t.kind_inbox,
        JobKind::Bulk => t.kind_bulk,
    }
}

pub(super) fn verdict_name(verdict: Verdict, t: &ImportWords) -> &'static str {
    match verdict {
        Verdict::Fault => t.verdict_fault,
        Verdict::Add => t.verdict_add,
        Verdict::Change => t.verdict_change,
        Verdict::Same => t.verdict_same,
        Verdict::Left => t.verdict_left,
        Verdict::Added => t.verdict_added,
        Verdict::Changed => t.verdict_changed,
        Verdict::Undone => t.verdict_undone,
        Verdict::Kept => t.verdict_kept,
    }
}

/// A job's state: icon, word and colour together.
pub(super) fn state(job: &JobView, t: &ImportWords) -> Markup {
    let (look, picture, word) = match (job.interrupted, job.state) {
        (true, _) => ("waiting", "triangle-alert", t.state_interrupted),
        (_, JobState::Checking) => ("connecting", "loader-circle", t.state_checking),
        (_, JobState::Checked) => ("connecting", "clock", t.state_checked),
        (_, JobState::Applying) => ("connecting", "loader-circle", t.state_applying),
        (_, JobState::Applied) => ("live", "circle-check", t.state_applied),
        (_, JobState::Undoing) => ("connecting", "loader-circle", t.state_undoing),
        (_, JobState::Undone) => ("unknown", "undo-2", t.state_undone),
        (_, JobState::Cancelled) => ("unknown", "circle-x", t.state_cancelled),
        (_, JobState::Failed) => ("waiting", "circle-x", t.state_failed),
    };
    html! { span.state.{ "state--" (look) } data-state=(job.state.as_str()) { (icon(picture)) (word) } }
}

fn counts(shell: &Shell, job: &JobView, t: &ImportWords) -> Markup {
    html! {
        span {
            (count(shell, job.rows))
            @for (verdict, n) in job.tally.iter().filter(|(_, n)| *n > 0) {
                " · " span.nowrap { (verdict_name(*verdict, t)) ": " (count(shell, *n)) }
            }
        }
    }
}

fn jobs(view: &ImportView, t: &ImportWords) -> Markup {
    let shell = &view.shell;
    html! {
        h2.section { (t.jobs) }
        @if view.jobs.is_empty() {
            (empty("table", t.jobs_none_title, t.jobs_none, html! {}))
        } @else {
            div.sheet {
                table.table {
                    thead { tr { th { (t.job_what) } th { (t.job_state) } th { (t.job_rows) } th { (t.job_by) } th { (t.job_at) } } }
                    tbody {
                        @for job in &view.jobs {
                            tr data-job=(job.id) {
                                td.table__main data-label=(t.job_what) { span { a href=(routes::import(&job.id)) { (job.title) } br; span.muted { (kind_name(job.kind, t)) } } }
                                td data-label=(t.job_state) { (state(job, t)) }
                                td data-label=(t.job_rows) { (counts(shell, job, t)) }
                                td data-label=(t.job_by) { (job.by) }
                                td.nowrap data-label=(t.job_at) { (moment(job.made_at)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Sending a list, and the works so far.
pub fn import_page(view: &ImportView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), ImportWords::of(shell.language));
    let file_fault = fault_of(&view.faults, "file");
    let frame = Frame { title: t.title, section: Section::Cameras, scripts: &["import.js"], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div { p.crumbs { a href=(routes::CAMERAS) { (w.cameras_title) } } h1 { (t.title) } p.head__sub { (t.lead) } } }
            div.import {
                form.card.form method="post" action=(routes::IMPORT) enctype="multipart/form-data" data-busy data-busy-text=(t.sent) {
                    (csrf(shell))
                    (form_faults(shell, &view.faults, &["file", "sheet", "reason"]))
                    div.field.field--bad[file_fault.is_some()] {
                        label.field__label for="file" { (t.file) }
                        input.input #file type="file" name="file" required accept=".csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                            aria-invalid=[file_fault.map(|_| "true")] aria-describedby=(if file_fault.is_some() { "file-fault file-hint" } else { "file-hint" });
                        @if let Some(fault) = file_fault { p.field__fault #file-fault { (icon("triangle-alert")) span { (fault) } } }
                        p.field__hint #file-hint { (t.file_hint) }
                    }
                    (field(&view.faults, Field { name: "sheet", label: t.sheet, value: &view.sheet, hint: t.sheet_hint, optional: w.optional, ..Field::default() }))
                    (text_area(&view.faults, "reason", t.reason, &view.reason, t.reason_hint, 2))
                    div.acts { button.btn.btn--primary { (icon("upload")) (t.send) } }
                }
                section.card {
                    h2 { (t.template) }
                    p { (t.template_text) }
                    p { (t.template_rules) }
                    div.acts {
                        a.btn href=(routes::IMPORT_TEMPLATE_XLSX) download { (icon("download")) (t.template_xlsx) }
                        a.btn.btn--quiet href=(routes::IMPORT_TEMPLATE_CSV) download { (icon("download")) (t.template_csv) }
                    }
                    @if view.inbox { p.muted { (t.inbox) } }
                }
            }
            (jobs(view, t))
        },
    )
}

/// Choosing what many cameras get.
pub fn bulk_page(view: &BulkView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), ImportWords::of(shell.language));
    let frame = Frame { title: t.bulk_title, section: Section::Cameras, scripts: &["import.js"], body: "" };
    let hows = [("set", t.how_set), ("clear", t.how_clear), ("add", t.how_add), ("remove", t.how_remove)];
    let line_fault = fault_of(&view.faults, "field").or_else(|| fault_of(&view.faults, "cameras"));
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                p.crumbs { a href=(routes::CAMERAS) { (w.cameras_title) } }
                h1 { (t.bulk_title) }
                p.head__sub { (fill(t.bulk_n, &[("n", &count(shell, view.n))])) }
            } }
            @if view.n == 0 {
                (empty("list", t.bulk_nobody_title, t.bulk_nobody, html! { a.btn.btn--primary href=(routes::CAMERAS) { (t.bulk_back) } }))
            } @else {
                form.card.form method="post" action=(routes::BULK_PREPARE) data-bulk {
                    (csrf(shell))
                    input type="hidden" name="ids" value=(view.ids);
                    input type="hidden" name="filter" value=(view.filter);
                    p { (t.bulk_lead) }
                    @if let Some(fault) = line_fault { div.flash.flash--bad role="alert" { (icon("triangle-alert")) p { (fault) } } }
                    @for (i, line) in view.lines.iter().enumerate() {
                        fieldset.bulk-line data-bulk-line {
                            legend.hidden { (t.bulk_field) " " (i + 1) }
                            div.field {
                                label.field__label for={ "field" (i) } { (t.bulk_field) }
                                select.input #{ "field" (i) } name={ "field" (i) } data-bulk-field {
                                    option value="" { (t.bulk_none) }
                                    @for f in &view.fields { option value=(f.field) selected[f.field == line.field] data-several[f.several] { (f.title) } }
                                }
                            }
                            div.field {
                                label.field__label for={ "how" (i) } { (t.bulk_how) }
                                select.input #{ "how" (i) } name={ "how" (i) } data-bulk-how { @for (how, name) in hows { option value=(how) selected[how == line.how] { (name) } } }
                            }
                            div.field {
                                label.field__label for={ "value" (i) } { (t.bulk_value) }
                                input.input #{ "value" (i) } name={ "value" (i) } value=(line.value) list="bulk-values" autocomplete="off" data-bulk-value;
                            }
                        }
                    }
                    datalist #bulk-values { @for s in &view.suggestions { option value=(s) {} } }
                    (text_area(&view.faults, "reason", t.reason, &view.reason, t.reason_hint, 2))
                    div.acts {
                        button.btn.btn--primary { (icon("eye")) (t.bulk_preview) }
                        a.btn.btn--quiet href=(routes::CAMERAS) { (t.bulk_back) }
                    }
                }
            }
        },
    )
}
