//! The audit, for those who may read it. Reading it is itself on record, once per person and hour.

use crate::office::{entry, lock};
use crate::{Caller, Ops, OpsError};
use domain::{Act, AuditFilter, audit};
use std::io::Write;
use std::time::Duration;
use store::{AuditPage, ChainFault};

/// What a check of the whole chain found.
#[derive(Clone, Debug)]
pub struct AuditCheck {
    /// Entries found intact, from the first on.
    pub entries: u64,
    /// Hash of the last intact one, hex.
    pub head: String,
    /// The first flaw, if there is one.
    pub fault: Option<ChainFault>,
}

const READ_PERIOD: Duration = Duration::from_secs(3600);

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
        self.read(|r| Ok(r.audit_page(filter)?))
    }

    /// Checks the whole chain.
    ///
    /// # Errors
    /// [`OpsError::Refused`]; a broken chain is a finding and not an error.
    pub fn verify_audit(&self, caller: &Caller) -> Result<AuditCheck, OpsError> {
        self.authorise(caller, Act::ReadAudit)?;
        let report = self.read(|r| Ok(store::verify_chain(r)?))?;
        let whole = if report.fault.is_none() { "whole" } else { "broken" };
        let e = entry(caller, audit::AUDIT_VERIFIED)
            .fact("result", whole)
            .fact("entries", report.entries.to_string())
            .fact("head", report.head.to_string());
        self.write(move |w| Ok(w.audit(e)?))?;
        Ok(AuditCheck { entries: report.entries, head: report.head.to_string(), fault: report.fault })
    }

    /// Takes the whole audit out as JSON Lines with their hashes; gives the number of entries. The export itself is on
    /// record, and in the export.
    ///
    /// # Errors
    /// [`OpsError::Refused`]; [`OpsError::Store`] if `writer` fails.
    pub fn export_audit(&self, caller: &Caller, writer: &mut dyn Write) -> Result<u64, OpsError> {
        self.authorise(caller, Act::ExportAudit)?;
        let e = entry(caller, audit::AUDIT_EXPORTED);
        self.write(move |w| Ok(w.audit(e)?))?;
        self.read(|r| Ok(store::export_audit(r, writer)?))
    }
}
