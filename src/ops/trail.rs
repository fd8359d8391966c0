//! The audit, for those who may read it: pages, the check of the whole, exports. Reading it is itself on record, once per
//! person and hour.
//!
//! Not here: checkpoints and proofs (`checkpoints`), how long entries are kept (`keeping`).

use crate::office::{entry, lock};
use crate::{Caller, Ops, OpsError};
use base::{Language, limits};
use domain::{Act, AuditDraft, AuditEntry, AuditFilter, audit};
use sheets::CsvRows;
use std::io::Write;
use std::time::Duration;
use store::{AuditPage, ChainReport, StoreError, Veil};

/// What a check of the whole audit found.
pub type AuditCheck = ChainReport;

const READ_PERIOD: Duration = Duration::from_secs(3600);

/// A filter as it is put on record: name and value.
fn told(filter: &AuditFilter) -> Vec<(&'static str, String)> {
    let time = |t: Option<base::WallTime>| t.map(|t| t.rfc3339());
    let parts = [
        ("who", filter.who.clone()),
        ("act", filter.act.clone()),
        ("subject", filter.subject.clone()),
        ("kind", filter.kind.clone().filter(|_| filter.subject.is_some())),
        ("text", filter.text.clone()),
        ("from", time(filter.from)),
        ("to", time(filter.to)),
    ];
    parts.into_iter().filter_map(|(name, value)| Some((name, value.filter(|v| !v.is_empty())?))).collect()
}

fn with_filter(draft: AuditDraft, filter: &AuditFilter) -> AuditDraft {
    told(filter).into_iter().fold(draft, |d, (name, value)| d.fact(name, value))
}

impl Ops {
    /// A page of the audit.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn audit_page(&self, caller: &Caller, filter: &AuditFilter) -> Result<AuditPage, OpsError> {
        self.authorise(caller, Act::ReadAudit)?;
        if lock(&self.said).first_in((caller.account.id, audit::AUDIT_READ), READ_PERIOD, self.clock.now()) {
            let e = entry(caller, audit::AUDIT_READ);
            self.write(move |w| Ok(w.audit(e)?))?;
        }
        let veil = self.veil(caller);
        self.read(|r| Ok(r.audit_page_for(filter, &veil)?))
    }

    /// One entry by its number.
    ///
    /// # Errors
    /// [`OpsError::Refused`]; [`OpsError::NotFound`] also for an entry that is in the archive.
    pub fn audit_entry(&self, caller: &Caller, seq: u64) -> Result<AuditEntry, OpsError> {
        self.authorise(caller, Act::ReadAudit)?;
        let mut found = self.read(|r| Ok(r.audit_entry(seq)?))?.ok_or(OpsError::NotFound("audit"))?;
        self.veil(caller).veil(&mut found);
        Ok(found)
    }

    /// Checks chain, tree, checkpoints and signatures; those of another node than this are a finding.
    ///
    /// # Errors
    /// [`OpsError::Refused`]; a broken chain is a finding and not an error.
    pub fn verify_audit(&self, caller: &Caller) -> Result<AuditCheck, OpsError> {
        self.authorise(caller, Act::ReadAudit)?;
        let node = self.fingerprint();
        // A checkpoint of before the node signed is one without a signature: then none can be asked for.
        let signs = self.read(|r| Ok(r.last_checkpoint()?))?.is_some_and(|c| c.signature.is_some());
        let report = self.read(|r| Ok(store::verify_chain(r, node.as_deref().filter(|_| signs))?))?;
        let whole = if report.fault.is_none() { "whole" } else { "broken" };
        let mut e = entry(caller, audit::AUDIT_VERIFIED)
            .fact("result", whole)
            .fact("entries", report.entries.to_string())
            .fact("head", report.head.to_string());
        if let Some(fault) = report.fault {
            e = e.fact("fault", fault.said().vi);
        }
        self.write(move |w| Ok(w.audit(e)?))?;
        Ok(report)
    }

    /// Takes the whole audit out as JSON Lines with their hashes and checkpoints; gives the number of entries. The export
    /// itself is on record, and in the export, under a checkpoint made for it. Of entries that are not for this caller
    /// (A7.4) the file holds number and hashes.
    ///
    /// # Errors
    /// [`OpsError::Refused`]; [`OpsError::Store`] if `writer` fails.
    pub fn export_audit(&self, caller: &Caller, writer: &mut dyn Write) -> Result<u64, OpsError> {
        self.authorise(caller, Act::ExportAudit)?;
        let e = entry(caller, audit::AUDIT_EXPORTED).fact("form", "jsonl");
        self.write(move |w| Ok(w.audit(e)?))?;
        self.make_checkpoint()?;
        let veil = self.veil(caller);
        self.read(|r| Ok(store::export_audit_for(r, &veil, writer)?))
    }

    /// Takes out what a filter finds, newest first, as JSON Lines, each entry with the proof that it is in the record under
    /// a checkpoint made for it; gives the number of entries.
    ///
    /// # Errors
    /// As [`Ops::export_audit`].
    pub fn export_audit_excerpt(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        writer: &mut dyn Write,
    ) -> Result<u64, OpsError> {
        self.authorise(caller, Act::ExportAudit)?;
        let e = with_filter(entry(caller, audit::AUDIT_EXPORTED).fact("form", "jsonl"), filter);
        self.write(move |w| Ok(w.audit(e)?))?;
        self.make_checkpoint()?;
        let told = told(filter).into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let told = serde_json::Value::Object(told);
        let veil = self.veil(caller);
        Ok(self.read(|r| Ok(store::export_excerpt(r, filter, told, &veil, writer)?))?.unwrap_or(0))
    }

    /// Takes out what a filter finds, newest first, as CSV for people, in their language: acts, names and values in words,
    /// times of the office.
    ///
    /// # Errors
    /// As [`Ops::export_audit`].
    pub fn export_audit_csv(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        language: Language,
        writer: &mut dyn Write,
    ) -> Result<u64, OpsError> {
        self.authorise(caller, Act::ExportAudit)?;
        let e = with_filter(entry(caller, audit::AUDIT_EXPORTED).fact("form", "csv"), filter);
        self.write(move |w| Ok(w.audit(e)?))?;
        let disk = |e: std::io::Error| OpsError::from(StoreError::from(e));
        let mut rows = CsvRows::new(writer, table::titles(language)).map_err(disk)?;
        let mut filter = AuditFilter { limit: Some(limits::PAGE_ROWS_MAX), before: None, ..filter.clone() };
        let (mut count, veil) = (0, self.veil(caller));
        self.read(|r| {
            loop {
                let page = r.audit_page_for(&filter, &veil)?;
                for entry in &page.entries {
                    rows.row(table::cells(entry, language).iter().map(String::as_str)).map_err(disk)?;
                    count += 1;
                }
                filter.before = page.next;
                if page.next.is_none() {
                    return Ok(());
                }
            }
        })?;
        rows.finish().map_err(disk)?;
        Ok(count)
    }
}

/// The table of the CSV export.
mod table {
    use base::Language;
    use domain::audit_words::{field_said, value_said};
    use domain::{AuditEntry, Changed, audit};

    const TITLES: [(&str, &str); 13] = [
        ("Số", "No."),
        ("Lúc", "At"),
        ("Giờ UTC", "UTC"),
        ("Người", "Person"),
        ("Việc", "Act"),
        ("Mã việc", "Act's name"),
        ("Loại đối tượng", "Kind"),
        ("Đối tượng", "Subject"),
        ("Mã đối tượng", "Subject's id"),
        ("Thay đổi (cũ → mới)", "Changes (old → new)"),
        ("Chi tiết", "Details"),
        ("Địa chỉ", "Address"),
        ("Mã băm", "Hash"),
    ];

    pub(super) fn titles(language: Language) -> [&'static str; 13] {
        TITLES.map(|(vi, en)| if language == Language::Vi { vi } else { en })
    }

    pub(super) fn cells(e: &AuditEntry, language: Language) -> [String; 13] {
        let name = |n: &str| field_said(n).of(language).to_owned();
        let value = |n: &str, v: &str| value_said(n, v).of(language).to_owned();
        let side = |n: &str, v: &Option<String>| v.as_ref().map_or_else(|| "–".to_owned(), |v| value(n, v));
        let change = |(n, c): (&String, &Changed)| match c {
            Changed { old: None, new: None } => format!("{}: ***", name(n)),
            c => format!("{}: {} → {}", name(n), side(n, &c.old), side(n, &c.new)),
        };
        let changes: Vec<String> = e.changes.0.iter().map(change).collect();
        let facts: Vec<String> = e.facts.iter().map(|(n, v)| format!("{}: {}", name(n), value(n, v))).collect();
        let subject = e.subject.as_ref();
        [
            e.seq.to_string(),
            e.at.office_text(),
            e.at.rfc3339(),
            e.actor.said().of(language).to_owned(),
            audit::act_said(&e.act).of(language).to_owned(),
            e.act.clone(),
            subject.map_or(String::new(), |s| name(&s.kind)),
            subject.map_or(String::new(), |s| s.name.clone()),
            subject.map_or(String::new(), |s| s.id.clone()),
            changes.join("; "),
            facts.join("; "),
            e.address.clone().unwrap_or_default(),
            e.hash.clone(),
        ]
    }
}
