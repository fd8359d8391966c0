//! The audit.

use super::ask;
use crate::body::Fields;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::web::Bytes;
use base::{CivilDate, Language, Said, WallTime};
use domain::{AuditEntry, AuditFilter, Registers};
use futures_util::stream;
use ops::{AuditCheck, AuditKeeping, AuditPage, Checkpoint};
use std::io::Write;
use templates::views::{self, AuditChange, AuditRow, AuditSubject, ChainView, CheckpointRow, FieldFault, KeepingView};
use tokio::sync::mpsc;

/// What of the audit is wanted.
#[derive(Clone, Debug, Default)]
pub struct AuditAsked(AuditFilter);

impl AuditAsked {
    /// Reads a filter as people enter it; what cannot be read is left out and named.
    pub fn of(filter: &views::AuditFilter, language: Language) -> (Self, Vec<FieldFault>) {
        let mut faults = Vec::new();
        let mut day = |field: &str, said_vi: &str, said_en: &str, text: &str| -> Option<CivilDate> {
            if text.is_empty() {
                return None;
            }
            let day = text.parse::<CivilDate>().ok();
            if day.is_none() {
                let said = Said::new(
                    format!("{said_vi} phải có dạng năm-tháng-ngày, ví dụ 2026-11-24."),
                    format!("{said_en} is written year-month-day, for example 2026-11-24."),
                );
                faults.push(FieldFault { field: field.to_owned(), text: said.of(language).to_owned() });
            }
            day
        };
        let from = day("from", "Từ ngày", "The first day", &filter.from).map(WallTime::start_of_office_day);
        // The last day is meant whole: up to the beginning of the next.
        let to = day("to", "Đến ngày", "The last day", &filter.to)
            .and_then(|d| d.tomorrow().ok())
            .map(WallTime::start_of_office_day);
        let text = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        let asked = AuditFilter {
            who: text(&filter.who),
            act: text(&filter.act),
            subject: text(&filter.subject),
            kind: text(&filter.kind),
            text: text(&filter.q),
            from,
            to,
            ..AuditFilter::default()
        };
        (Self(asked), faults)
    }
}

/// The filter in an address. `camera` is a subject of that kind.
pub fn audit_filter(asked: &Fields) -> views::AuditFilter {
    let text = |name: &str| asked.text(name).trim().to_owned();
    let camera = text("camera");
    let (subject, kind) =
        if camera.is_empty() { (text("subject"), text("kind")) } else { (camera, "camera".to_owned()) };
    views::AuditFilter {
        who: text("who"),
        act: text("act"),
        subject,
        kind,
        from: text("from"),
        to: text("to"),
        q: text("q"),
    }
}

/// Names of all acts, for the filter.
pub fn audit_acts() -> Vec<String> {
    domain::audit::ACTS.iter().map(|a| (*a).to_owned()).collect()
}

/// An entry as a page shows it: areas and units of a scope by name; ids that only programs follow are left out, since the
/// entry's subjects name what they stand for.
pub fn for_people(mut row: AuditRow, book: &Registers) -> AuditRow {
    let id = |text: &str| text.len() == 36 && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    let named = |text: &str| {
        let area = text.parse().ok().map(|a| book.area_name(a)).filter(|name| !name.is_empty());
        let unit = || text.parse().ok().and_then(|u| book.unit(u)).map(|u| u.name.clone());
        area.or_else(unit).unwrap_or_else(|| text.to_owned())
    };
    for change in &mut row.changes {
        for value in [&mut change.old, &mut change.new].into_iter().flatten() {
            if value.split(", ").any(id) {
                *value = value.split(", ").map(named).collect::<Vec<_>>().join("; ");
            }
        }
    }
    let only_id = |value: &Option<String>| value.as_deref().is_none_or(|v| v.split("; ").all(id));
    row.changes.retain(|c| (c.old.is_none() && c.new.is_none()) || !(only_id(&c.old) && only_id(&c.new)));
    row
}

/// An entry for people.
pub fn audit_row(entry: &AuditEntry, language: Language) -> AuditRow {
    let bad = [".failed", ".refused", ".locked"].iter().any(|end| entry.act.ends_with(end));
    let subject = |s: &domain::Subject| AuditSubject {
        // A removed camera has no page any more; the address then says so.
        href: (s.kind == "camera").then(|| templates::routes::camera(&s.id)),
        kind: s.kind.clone(),
        id: s.id.clone(),
        name: s.name.clone(),
    };
    let change = |(field, c): (&String, &domain::Changed)| AuditChange {
        field: field.clone(),
        old: c.old.clone(),
        new: c.new.clone(),
    };
    AuditRow {
        seq: entry.seq,
        at: entry.at,
        actor: entry.actor.said().of(language).to_owned(),
        act: entry.act.clone(),
        good: !bad,
        subjects: entry.subjects().map(subject).collect(),
        changes: entry.changes.0.iter().map(change).collect(),
        facts: entry.facts.iter().map(|(n, v)| (n.clone(), v.clone())).collect(),
        address: entry.address.clone(),
        prev_hash: entry.prev_hash.clone(),
        hash: entry.hash.clone(),
    }
}

/// A checkpoint for people; signatures that are not good do not count.
pub fn checkpoint_row(c: &Checkpoint) -> CheckpointRow {
    CheckpointRow {
        size: c.size,
        at: c.at,
        root: c.root.to_string(),
        signed_by: c.signed_by(),
        countersigned_by: c
            .countersignatures
            .iter()
            .filter(|s| c.is_countersigned(s))
            .map(|s| s.name.clone())
            .collect(),
    }
}

/// A check's result for people.
pub fn chain_view(report: &AuditCheck, language: Language, at: WallTime) -> ChainView {
    ChainView {
        whole: report.fault.is_none(),
        entries: report.entries,
        archived: report.archived,
        checkpoints: report.checkpoints,
        signed: report.signed.as_ref().map(|s| (s.entries, s.node.clone())),
        broken_at: report.fault.map(|f| f.seq),
        said: report.fault.map(|f| f.said().of(language).to_owned()),
        head: report.head.to_string(),
        at,
    }
}

/// What becomes of old entries, for people.
pub fn keeping_view(keeping: AuditKeeping) -> KeepingView {
    KeepingView {
        months: keeping.months,
        before: keeping.before.map(|day| day.strftime("%d/%m/%Y").to_string()),
        next: keeping.next.map(|n| (n.first, n.checkpoint.size, n.first_at, n.last_at)),
        oldest: keeping.oldest,
        archives: keeping.archives,
    }
}

/// Reads a page of the audit.
pub async fn audit(
    state: &WebState,
    who: &SignedIn,
    asked: AuditAsked,
    before: Option<u64>,
    limit: usize,
) -> Result<AuditPage, Failure> {
    let caller = who.caller.clone();
    let filter = AuditFilter { before, limit: Some(limit), ..asked.0 };
    ask(state, move |ops| ops.audit_page(&caller, &filter)).await
}

/// How the audit is taken out.
#[derive(Clone, Debug)]
pub enum Export {
    /// Every entry with its hashes and the checkpoints.
    Whole,
    /// What a filter finds, with proofs.
    Excerpt(AuditAsked),
    /// What a filter finds, as a table.
    Csv(AuditAsked, Language),
}

/// Pieces of an export under way; a slow reader makes the export wait, not memory grow.
const EXPORT_PIECES: usize = 8;
/// Bytes of one piece.
const EXPORT_PIECE_BYTES: usize = 32 * 1024;

/// Takes the audit out, as a stream of pieces: the export runs on a blocking thread at the pace of its reader. A failure
/// before the first piece is an answer of its own; a later one breaks the stream off, so that nobody takes half for whole.
pub async fn export_audit(
    state: &WebState,
    who: &SignedIn,
    export: Export,
) -> Result<impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> + 'static, Failure> {
    let (sender, mut receiver) = mpsc::channel::<Result<Bytes, Failure>>(EXPORT_PIECES);
    let caller = who.caller.clone();
    let ops = state.ops.clone();
    let end = sender.clone();
    tokio::task::spawn_blocking(move || {
        let mut pieces = Pieces { sender, held: Vec::with_capacity(EXPORT_PIECE_BYTES) };
        let result = match &export {
            Export::Whole => ops.export_audit(&caller, &mut pieces),
            Export::Excerpt(asked) => ops.export_audit_excerpt(&caller, &asked.0, &mut pieces),
            Export::Csv(asked, language) => ops.export_audit_csv(&caller, &asked.0, *language, &mut pieces),
        };
        let result = result.map_err(super::failure);
        let result = result.and_then(|_| pieces.flush().map_err(Failure::internal));
        if let Err(failure) = result {
            let _ = end.blocking_send(Err(failure)); // the reader may have gone
        }
    });
    let first = match receiver.recv().await {
        Some(Err(failure)) => return Err(failure),
        Some(Ok(piece)) => Some(piece),
        None => None,
    };
    Ok(stream::unfold((first, receiver), |(first, mut receiver)| async move {
        if let Some(piece) = first {
            return Some((Ok(piece), (None, receiver)));
        }
        match receiver.recv().await? {
            Ok(piece) => Some((Ok(piece), (None, receiver))),
            Err(_) => Some((Err(std::io::Error::other("the export broke off")), (None, receiver))),
        }
    }))
}

struct Pieces {
    sender: mpsc::Sender<Result<Bytes, Failure>>,
    held: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= EXPORT_PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.held));
        self.sender.blocking_send(Ok(piece)).map_err(|_| std::io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_meant_whole_and_nonsense_is_named() {
        let filter = views::AuditFilter { from: "2026-11-24".into(), to: "2026-11-24".into(), ..Default::default() };
        let (asked, faults) = AuditAsked::of(&filter, Language::En);
        assert!(faults.is_empty());
        assert_eq!(asked.0.from.expect("from").rfc3339(), "2026-11-23T17:00:00.000Z");
        assert_eq!(asked.0.to.expect("to").rfc3339(), "2026-11-24T17:00:00.000Z");
        let filter = views::AuditFilter { from: "hôm qua".into(), ..Default::default() };
        let (_, faults) = AuditAsked::of(&filter, Language::Vi);
        assert_eq!(faults.first().map(|f| f.field.as_str()), Some("from"));
    }
}
