//! How long audit entries stay in the store: the policy's months, then they go into an archive file, on record.
//!
//! Here: what goes next and when, the duty that does it. Not here: the archive's form and the taking away (`store`).

use crate::office::{entry, entry_by};
use crate::{Caller, Ops, OpsError};
use base::{CivilDate, WallTime};
use domain::{Act, Actor, Subject, audit};
use std::io::{BufReader, Read};
use std::sync::Arc;
use store::{AuditArchive, Prunable, VeiledLines};

/// What becomes of old entries, for showing: nothing is done by asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditKeeping {
    /// Months that entries are kept; `None`: for ever.
    pub months: Option<u32>,
    /// Entries before this day may go now.
    pub before: Option<CivilDate>,
    /// What goes at the next turn of the duty.
    pub next: Option<Prunable>,
    /// The oldest entry here: number and time.
    pub oldest: Option<(u64, WallTime)>,
    /// Files in the archive, oldest first: name and bytes.
    pub archives: Vec<(String, u64)>,
}

/// The first day of the month so many months before; the calendar's first day if there is none.
fn months_before(day: CivilDate, months: u32) -> CivilDate {
    let all = i32::from(day.year()) * 12 + i32::from(day.month()) - 1 - i32::try_from(months).unwrap_or(i32::MAX / 2);
    let parts = i16::try_from(all.div_euclid(12)).ok().zip(i8::try_from(all.rem_euclid(12) + 1).ok());
    parts.and_then(|(year, month)| CivilDate::new(year, month, 1).ok()).unwrap_or(CivilDate::ZERO)
}

impl Ops {
    fn kept_from(&self) -> Option<CivilDate> {
        let months = self.policy.audit.months()?;
        Some(months_before(self.clock.now().office_date(), months))
    }

    /// What the policy keeps, what goes next, what is in the archive.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn audit_keeping(&self, caller: &Caller) -> Result<AuditKeeping, OpsError> {
        self.authorise(caller, Act::ReadAudit)?;
        let before = self.kept_from();
        let archives = self.store.archives()?;
        self.read(|r| {
            let next = before.map(|day| r.prunable(WallTime::start_of_office_day(day))).transpose()?.flatten();
            let first = r.audit_floor()?.saturating_add(1);
            let oldest = r.audit_entry(first)?.map(|e| (e.seq, e.at));
            Ok(AuditKeeping { months: self.policy.audit.months(), before, next, oldest, archives })
        })
    }

    /// Duty: whole checkpoints that are older than the policy keeps go into an archive file, and then out of the store.
    /// A run that was broken off is brought to its end first. Gives the archive, if one was written.
    ///
    /// # Errors
    /// The disk or the store fails, or the archive does not verify; then nothing is taken away.
    pub fn archive_audit_when_due(&self) -> Result<Option<AuditArchive>, OpsError> {
        while self.store.prune_step(self.clock.now())? {}
        let Some(before) = self.kept_from() else { return Ok(None) };
        let Some(next) = self.read(|r| Ok(r.prunable(WallTime::start_of_office_day(before))?))? else {
            return Ok(None);
        };
        let archive = self.store.write_archive(&next)?;
        let name = archive.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let e = entry_by(Actor::System, audit::AUDIT_ARCHIVED, None)
            .on(Subject::new("audit", next.checkpoint.size, name.as_str()))
            .fact("first", next.first.to_string())
            .fact("last", next.checkpoint.size.to_string())
            .fact("entries", next.entries().to_string())
            .fact("before", before.to_string())
            .fact("head", archive.head.to_string())
            .fact("root", next.checkpoint.root.to_string())
            .fact("sha256", archive.sha256.as_str());
        let size = next.checkpoint.size;
        self.write(move |w| {
            w.audit(e)?;
            Ok(w.begin_pruning(size)?)
        })?;
        while self.store.prune_step(self.clock.now())? {}
        Ok(Some(archive))
    }

    /// Takes a file of the archive out; on record. Of entries that are not for this caller it holds number and hashes, as in
    /// an export; the file in the data folder holds all.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::NotFound`].
    pub fn audit_archive(&self, caller: &Caller, name: &str) -> Result<impl Read + Send + use<>, OpsError> {
        self.authorise(caller, Act::ExportAudit)?;
        let file = self.store.open_archive(name)?.ok_or(OpsError::NotFound("archive"))?;
        let e = entry(caller, audit::AUDIT_EXPORTED).fact("form", "archive").fact("file", name);
        self.write(move |w| Ok(w.audit(e)?))?;
        Ok(VeiledLines::new(BufReader::new(file), Arc::new(self.veil(caller))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_counted_back_to_a_first_day() {
        let day = |text: &str| text.parse::<CivilDate>().expect("a day");
        for (from, months, want) in [
            ("2026-11-24", 0, "2026-11-01"),
            ("2026-11-24", 10, "2026-01-01"),
            ("2026-11-24", 11, "2025-12-01"),
            ("2026-03-31", 1, "2026-02-01"),
            ("2026-11-24", 120, "2016-11-01"),
        ] {
            assert_eq!(months_before(day(from), months), day(want), "{from} − {months}");
        }
        assert_eq!(months_before(day("2026-11-24"), u32::MAX), CivilDate::ZERO);
    }
}
