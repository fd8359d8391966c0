//! Checkpoints of the audit, how long entries are kept, the archive.

use super::audit::signatures;
use crate::layout::{Frame, Section, page};
use crate::parts::{count, empty, icon, moment, pager};
use crate::routes;
use crate::views::{CheckpointsView, Shell};
use crate::words::{AuditWords, fill};
use maud::{Markup, html};

/// Bytes as people read them.
fn size(shell: &Shell, bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{} B", count(shell, bytes)),
        10_000..10_000_000 => format!("{} KiB", count(shell, bytes >> 10)),
        _ => format!("{} MiB", count(shell, bytes >> 20)),
    }
}

fn keeping(view: &CheckpointsView) -> Markup {
    let (shell, w, k) = (&view.shell, AuditWords::of(view.shell.language), &view.keeping);
    let n = |n: u64| count(shell, n);
    html! {
        section.card aria-labelledby="keeping" data-keeping {
            h2 #keeping { (icon("scroll-text")) (w.keeping) }
            @match k.months {
                Some(months) => p { (fill(w.keeping_months, &[("n", &n(months.into()))])) },
                None => p { (w.keeping_ever) },
            }
            @if let Some((seq, at)) = k.oldest { p { (fill(w.keeping_oldest, &[("n", &n(seq)), ("at", &at.office_text())])) } }
            @match (&k.next, &k.before) {
                (Some((from, to, first, last)), _) => {
                    p {
                        (fill(w.keeping_next, &[("from", &n(*from)), ("to", &n(*to))]))
                        @if let (Some(first), Some(last)) = (first, last) {
                            " (" (fill(w.keeping_between, &[("from", &first.office_text()), ("to", &last.office_text())])) ")"
                        }
                    }
                }
                (None, Some(day)) => p.muted { (fill(w.keeping_next_none, &[("day", day)])) },
                (None, None) => {}
            }
            h3 { (w.archive) }
            @if k.archives.is_empty() { p.muted { (w.archive_none) } }
            @else {
                ul.files {
                    @for (name, bytes) in &k.archives {
                        li {
                            @if view.exports { a.code href=(routes::audit_archive(name)) download { (name) } } @else { span.code { (name) } }
                            " " span.muted { (size(shell, *bytes)) }
                        }
                    }
                }
            }
        }
    }
}

/// Checkpoints, keeping, archive.
pub fn checkpoints_page(view: &CheckpointsView) -> String {
    let (shell, w) = (&view.shell, AuditWords::of(view.shell.language));
    let frame = Frame { title: w.checkpoints_title, section: Section::Audit, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div { h1 { (w.checkpoints_title) } p.head__sub { (w.checkpoints_lead) } }
                div.acts { a.btn href=(routes::AUDIT) { (icon("chevron-left")) (w.back) } }
            }
            div.spaced {
            @if let Some(fingerprint) = &view.fingerprint {
                section.card aria-labelledby="fingerprint" {
                    h2 #fingerprint { (icon("shield-check")) (w.fingerprint) }
                    p.code.hash.breaks { (fingerprint) }
                    p.muted { (w.fingerprint_what) }
                }
            }
            (keeping(view))
            }
            @if view.rows.is_empty() {
                (empty("shield-check", w.checkpoints_none_title, w.checkpoints_none, html! {}))
            } @else {
                div.sheet {
                    table.table {
                        thead { tr { th { (w.size) } th { (w.made) } th { (w.root) } th { (w.signature) } } }
                        tbody {
                            @for row in &view.rows {
                                tr {
                                    td.table__main data-label=(w.size) { (count(shell, row.size)) }
                                    td.nowrap data-label=(w.made) { (moment(row.at)) }
                                    td data-label=(w.root) { span.hash.breaks { (row.root) } }
                                    td data-label=(w.signature) { div { (signatures(shell, row)) } }
                                }
                            }
                        }
                    }
                }
                (pager(shell, &view.paging, view.rows.len()))
            }
        },
    )
}
