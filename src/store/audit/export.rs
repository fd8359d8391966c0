//! The audit as a file that can be checked without the node.
//!
//! Here: JSON Lines out and in. Not here: who may export.
//!
//! Each line is `{"prev_hash":"…","hash":"…","entry":…}` with the entry's stored JSON byte for byte, so that
//! `hash = SHA-256(prev_hash ‖ entry)` can be checked with any tool; the last line is `{"end":{…}}`.

use super::chain::{ChainFault, ChainFlaw, ChainReport, Stored, Walk, split};
use super::entry::AuditHash;
use crate::encoding::{table, unhex32};
use crate::overlay::Span;
use crate::{ReadTx, StoreError};
use base::limits;
use std::io::{BufRead, Read, Write};

const PREV: &[u8] = b"{\"prev_hash\":\"";
const HASH: &[u8] = b"\",\"hash\":\"";
const ENTRY: &[u8] = b"\",\"entry\":";
const END: &[u8] = b"{\"end\":";

/// Writes the whole audit, oldest first; returns how many entries. Errors: the writer's.
pub fn export_audit(view: &ReadTx<'_>, out: &mut dyn Write) -> Result<u64, StoreError> {
    let (mut entries, mut head) = (0u64, AuditHash::default());
    for row in view.scan(table::AUDIT, &Span::ALL, false)? {
        let (_, stored) = row?;
        let entry = split(&stored).ok_or_else(|| StoreError::Unreadable {
            table: table::AUDIT.into(),
            detail: format!("the entry after {entries} has an unknown form"),
        })?;
        write!(out, "{{\"prev_hash\":\"{}\",\"hash\":\"{}\",\"entry\":", entry.prev, entry.hash)?;
        out.write_all(entry.json)?;
        out.write_all(b"}\n")?;
        (entries, head) = (entries + 1, entry.hash);
    }
    writeln!(out, "{{\"end\":{{\"entries\":{entries},\"head\":\"{head}\"}}}}")?;
    out.flush()?;
    Ok(entries)
}

/// Checks an export and reports the first flaw. Errors only if `reader` fails.
pub fn verify_audit_export(reader: &mut impl BufRead) -> Result<ChainReport, StoreError> {
    let mut walk = Walk::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        reader.by_ref().take(limits::AUDIT_LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
        let due = walk.seq.saturating_add(1);
        let content = line.strip_suffix(b"\n").unwrap_or(&line);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        if content.is_empty() {
            return Ok(walk.report(Some(ChainFault { seq: due, flaw: ChainFlaw::EndMissing })));
        }
        if content.starts_with(END) {
            let same =
                content == format!("{{\"end\":{{\"entries\":{},\"head\":\"{}\"}}}}", walk.seq, walk.hash).as_bytes();
            let flaw = if !same {
                Some(ChainFlaw::EndMissing)
            } else if reader.fill_buf()?.is_empty() {
                None
            } else {
                // Whatever stands behind the end is in no chain, but would be read by people as if it were.
                Some(ChainFlaw::Unreadable)
            };
            return Ok(walk.report(flaw.map(|flaw| ChainFault { seq: due, flaw })));
        }
        let step = match parse(content) {
            Some(entry) => walk.step(None, &entry),
            None => Err(ChainFault { seq: due, flaw: ChainFlaw::Unreadable }),
        };
        if let Err(fault) = step {
            return Ok(walk.report(Some(fault)));
        }
    }
}

fn parse(line: &[u8]) -> Option<Stored<'_>> {
    let (prev, rest) = line.strip_prefix(PREV)?.split_at_checked(64)?;
    let (hash, rest) = rest.strip_prefix(HASH)?.split_at_checked(64)?;
    let json = rest.strip_prefix(ENTRY)?.strip_suffix(b"}")?;
    Some(Stored { prev: AuditHash(unhex32(prev)?), hash: AuditHash(unhex32(hash)?), json })
}
