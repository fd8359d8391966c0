//! A list of cameras at work: how far it is, what each row comes to, mending where it is shown.

use super::imports::{kind_name, state, verdict_name};
use crate::layout::{Frame, Section, page};
use crate::parts::{count, csrf, empty, icon, moment};
use crate::routes;
use crate::views::{CellView, JobKind, JobPageView, JobRowView, JobState, Verdict};
use crate::words::{ImportWords, fill};
use maud::{Markup, html};

fn act(view: &JobPageView, act: &str, look: &str, picture: &str, word: &str) -> Markup {
    html! {
        form method="post" action=(routes::import_act(&view.job.id, act)) {
            (csrf(&view.shell))
            input type="hidden" name="revision" value=(view.job.revision);
            button.btn.(look) { (icon(picture)) (word) }
        }
    }
}

fn acts(view: &JobPageView, t: &ImportWords) -> Markup {
    let (shell, job) = (&view.shell, &view.job);
    let n = |n: u64| count(shell, n);
    let good = job.count(Verdict::Add) + job.count(Verdict::Change);
    let stands = job.count(Verdict::Added) + job.count(Verdict::Changed);
    let rests = !job.works();
    let applies = matches!(job.state, JobState::Checked | JobState::Applied | JobState::Applying);
    html! {
        div.acts data-acts {
            @if job.works() { (act(view, "cancel", "btn--danger", "circle-x", t.stop)) }
            @if rests && applies && good > 0 {
                @let word = if job.interrupted { t.go_on.to_owned() } else { fill(t.apply, &[("n", &n(good))]) };
                (act(view, "apply", "btn--primary", "check", &word))
            }
            @if rests && stands > 0 && job.state != JobState::Undone { (act(view, "undo", "", "undo-2", &fill(t.undo, &[("n", &n(stands))]))) }
            @if rests && job.count(Verdict::Fault) + job.count(Verdict::Kept) > 0 {
                a.btn href=(routes::import_act(&job.id, "failed.xlsx")) download { (icon("download")) (t.failed_file) }
            }
            @if rests && matches!(job.state, JobState::Checked | JobState::Applied) && job.count(Verdict::Fault) > 0 {
                (act(view, "check", "btn--quiet", "refresh-cw", t.check_again))
            }
            @if rests && job.state == JobState::Checked { (act(view, "cancel", "btn--quiet", "x", t.cancel)) }
        }
        @if rests && applies && good > 0 && job.count(Verdict::Fault) > 0 { p.muted { (t.apply_rest) } }
        @if rests && stands > 0 && job.state != JobState::Undone { p.muted { (t.undo_text) } }
    }
}

fn progress(view: &JobPageView, t: &ImportWords) -> Markup {
    let (shell, job) = (&view.shell, &view.job);
    let of = match job.state {
        JobState::Applying => job.count(Verdict::Add) + job.count(Verdict::Change) + job.done,
        JobState::Undoing => job.count(Verdict::Added) + job.count(Verdict::Changed) + job.done,
        _ => job.rows,
    };
    html! {
        section.card.job-progress data-job-watch=(job.id) aria-live="polite" {
            progress.job-progress__bar max=(of.max(1)) value=(job.done) aria-label=(t.job_state) {}
            p { span data-job-done data-text=(t.progress) { (fill(t.progress, &[("done", &count(shell, job.done)), ("n", &count(shell, of))])) } " · " (t.leave_page) }
            noscript { p { (t.refresh) } }
        }
    }
}

fn tiles(view: &JobPageView, t: &ImportWords) -> Markup {
    let (shell, job) = (&view.shell, &view.job);
    let at = |verdict: Option<Verdict>| {
        routes::with_query(&routes::import(&job.id), &[("show", verdict.map_or("all", Verdict::as_str))])
    };
    html! {
        nav.verdicts aria-label=(t.result) {
            @for (verdict, n) in job.tally.iter().filter(|(_, n)| *n > 0) {
                a.verdictbox.{ "verdictbox--" (verdict.as_str()) } href=(at(Some(*verdict))) aria-current=[(view.verdict == Some(*verdict)).then_some("true")] data-verdict=(verdict.as_str()) {
                    strong { (count(shell, *n)) } span { (verdict_name(*verdict, t)) }
                }
            }
            a.verdictbox href=(at(None)) aria-current=[view.verdict.is_none().then_some("true")] { strong { (count(shell, job.rows)) } span { (t.all_rows) } }
        }
    }
}

fn sentence((said, article): &(String, Option<String>), t: &ImportWords) -> Markup {
    html! { p.field__fault { (icon("triangle-alert")) span { (said) @if let Some(n) = article { " (" (fill(t.article, &[("n", n)])) ")" } } } }
}

fn cell_input(row: &JobRowView, cell: &CellView, t: &ImportWords) -> Markup {
    let id = format!("r{}-{}", row.n, cell.field);
    html! {
        div.field.field--bad[!cell.faults.is_empty()] {
            label.field__label for=(id) { (cell.title) }
            input.input #(id) name={ "cell-" (cell.field) } value=(cell.value) autocomplete="off" aria-invalid=[(!cell.faults.is_empty()).then_some("true")] aria-describedby=[(!cell.faults.is_empty()).then(|| format!("{id}-fault"))];
            div #{ (id) "-fault" } { @for fault in &cell.faults { (sentence(fault, t)) } }
        }
    }
}

/// A row's cells as a form: those at fault in the open, the others folded away.
fn mending(view: &JobPageView, row: &JobRowView, t: &ImportWords) -> Markup {
    let bad = row.cells.iter().filter(|c| !c.faults.is_empty());
    let rest: Vec<_> = row.cells.iter().filter(|c| c.faults.is_empty()).collect();
    html! {
        form.mend method="post" action=(routes::import_row(&view.job.id, row.n)) data-mend {
            (csrf(&view.shell))
            input type="hidden" name="show" value=(view.verdict.map_or("all", Verdict::as_str));
            @for fault in &row.faults { (sentence(fault, t)) }
            div.mend__cells { @for cell in bad { (cell_input(row, cell, t)) } }
            @if !rest.is_empty() {
                details { summary { (t.all_cells) } div.mend__cells { @for cell in rest { (cell_input(row, cell, t)) } } }
            }
            div.acts {
                button.btn.btn--small.btn--primary name="act" value="mend" { (icon("check")) (t.mend) span.hidden { " " (row.n) } }
                @if row.verdict == Verdict::Left {
                    button.btn.btn--small name="act" value="take" { (t.take_up) span.hidden { " " (row.n) } }
                } @else {
                    button.btn.btn--small.btn--quiet name="act" value="leave" { (t.leave) span.hidden { " " (row.n) } }
                }
            }
        }
    }
}

fn what(view: &JobPageView, row: &JobRowView, t: &ImportWords) -> Markup {
    html! {
        @for warning in &row.warnings { p.field__hint { (icon("info")) " " (warning) } }
        @if !row.changes.is_empty() { p { (fill(t.fields_changed, &[("list", &row.changes.join(", "))])) } }
        @if row.open && matches!(row.verdict, Verdict::Fault) {
            (mending(view, row, t))
        } @else if row.open {
            details.mend__fold { summary { (t.all_cells) } (mending(view, row, t)) }
        } @else {
            @for fault in &row.faults { (sentence(fault, t)) }
            @for cell in row.cells.iter().filter(|c| !c.faults.is_empty()) { p { strong { (cell.title) } ": " (cell.value) } @for fault in &cell.faults { (sentence(fault, t)) } }
        }
    }
}

fn table(view: &JobPageView, t: &ImportWords) -> Markup {
    html! {
        div.sheet {
            table.table.table--job {
                thead { tr { th { (t.row) } th { (t.camera) } th { (t.result) } th { (t.what) } } }
                tbody {
                    @for row in &view.rows {
                        tr #{ "row-" (row.n) } data-row=(row.n) data-verdict=(row.verdict.as_str()) {
                            td data-label=(t.row) { span.code { (row.n) } }
                            td.table__main data-label=(t.camera) {
                                @if row.linked { a href=(routes::camera(&row.code)) { span.code { (row.code) } } } @else if !row.code.is_empty() { span.code { (row.code) } }
                                @if !row.name.is_empty() { " " (row.name) }
                            }
                            td data-label=(t.result) { span.verdict.{ "verdict--" (row.verdict.as_str()) } { (verdict_name(row.verdict, t)) } }
                            td.table__what data-label=(t.what) { (what(view, row, t)) }
                        }
                    }
                }
            }
        }
    }
}

/// A list at work.
pub fn job_page(view: &JobPageView) -> String {
    let (shell, job) = (&view.shell, &view.job);
    let (w, t) = (shell.words(), ImportWords::of(shell.language));
    let title = if job.kind == JobKind::Bulk { format!("{}: {}", t.kind_bulk, job.title) } else { job.title.clone() };
    let frame = Frame { title: &title, section: Section::Cameras, scripts: &["import.js"], body: "" };
    let show = view.verdict.map_or("all", Verdict::as_str);
    let at = |after: &str| routes::with_query(&routes::import(&job.id), &[("show", show), ("after", after)]);
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                p.crumbs { a href=(routes::CAMERAS) { (w.cameras_title) } " › " a href=(routes::IMPORT) { (t.title) } }
                h1 { (title) }
                p.head__sub { (state(job, t)) " " (kind_name(job.kind, t)) " · " (job.by) " · " (moment(job.made_at)) @if let Some(reason) = &view.reason { " · " (reason) } }
            } }
            @if let Some(fault) = &view.fault { div.flash.flash--bad role="alert" { (icon("triangle-alert")) p { (fault) } } }
            @if job.interrupted { div.flash.flash--bad role="status" { (icon("triangle-alert")) p { (t.interrupted_text) } } }
            @if job.works() { (progress(view, t)) }
            (acts(view, t))
            @if !view.notes.is_empty() {
                details.card open[view.notes.len() < 4] { summary { (t.notes) } ul { @for note in &view.notes { li { (note) } } } }
            }
            (tiles(view, t))
            @if view.rows.is_empty() { (empty("list", t.rows_none_title, t.rows_none, html! {})) } @else { (table(view, t)) }
            @if view.paged || view.next.is_some() {
                nav.pager aria-label=(w.paging) { div.pager__doors {
                    @if view.paged { a.btn.btn--small href=(at("")) { (icon("chevrons-left")) (t.first_rows) } }
                    @if let Some(next) = view.next { a.btn.btn--small rel="next" href=(at(&next.to_string())) { (t.next_rows) (icon("chevron-right")) } }
                } }
            }
        },
    )
}
