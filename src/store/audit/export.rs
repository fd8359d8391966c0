//! The audit as a file that can be checked without the node.
//!
//! Here: JSON Lines out and in. Not here: who may export, tables for people (`ops`).
//!
//! Each line is `{"prev_hash":"…","hash":"…","entry":…}` with the entry's stored JSON byte for byte, so that
//! `hash = SHA-256(prev_hash ‖ entry)` can be checked with any tool. Behind the last entry that a checkpoint is over
//! stands `{"checkpoint":{…}}`. If older entries are in an archive, the first line is `{"begin":{…}}`: their number, the
//! hash of the last, the edge of the tree over them. The last line is `{"end":{…}}`.
//!
//! An excerpt (what a filter finds) begins with `{"excerpt":{…}}`: the filter and one checkpoint; each entry's line ends in
//! `,"proof":[…]}`, the proof that it is in the record that the checkpoint is over.

use super::chain::{Stored, floor, split};
use super::checkpoint::{self, Checkpoint};
use super::entry::AuditHash;
use super::flaw::{ChainFault, ChainFlaw, ChainReport};
use super::merkle::{self, Frontier};
use super::tree::Tree;
use super::verify::{Verification, signature_of};
use crate::encoding::{table, unhex32};
use crate::overlay::Span;
use crate::{ReadTx, StoreError};
use base::limits;
use domain::AuditFilter;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Read, Write};
use std::ops::Bound;

const PREV: &[u8] = b"{\"prev_hash\":\"";
const HASH: &[u8] = b"\",\"hash\":\"";
const ENTRY: &[u8] = b"\",\"entry\":";
const PROOF: &[u8] = b",\"proof\":[";
const END: &[u8] = b"{\"end\":";

/// A line that is no entry.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Begin { after: u64, head: AuditHash, tree: Vec<AuditHash> },
    Checkpoint(Checkpoint),
    Excerpt { filter: serde_json::Value, checkpoint: Checkpoint },
    End { entries: u64, head: AuditHash },
}

fn write_line(out: &mut dyn Write, line: &Line) -> Result<(), StoreError> {
    serde_json::to_writer(&mut *out, line).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

fn unreadable(after: u64) -> StoreError {
    StoreError::Unreadable {
        table: table::AUDIT.into(),
        detail: format!("the entry after {after} has an unknown form"),
    }
}

fn write_entry(out: &mut dyn Write, entry: &Stored<'_>, proof: Option<&[AuditHash]>) -> Result<(), StoreError> {
    write!(out, "{{\"prev_hash\":\"{}\",\"hash\":\"{}\",\"entry\":", entry.prev, entry.hash)?;
    out.write_all(entry.json)?;
    if let Some(proof) = proof {
        out.write_all(PROOF)?;
        for (n, hash) in proof.iter().enumerate() {
            write!(out, "{}\"{hash}\"", if n == 0 { "" } else { "," })?;
        }
        out.write_all(b"]")?;
    }
    Ok(out.write_all(b"}\n")?)
}

/// Writes the whole audit, oldest first; returns how many entries. Errors: the writer's.
pub fn export_audit(view: &ReadTx<'_>, out: &mut dyn Write) -> Result<u64, StoreError> {
    export_range(view, u64::MAX, out)
}

/// As [`export_audit`], up to entry `to`.
pub(crate) fn export_range(view: &ReadTx<'_>, to: u64, out: &mut dyn Write) -> Result<u64, StoreError> {
    let (after, mut head) = floor(view)?;
    if after > 0 {
        let tree = Tree::of(view).edge(after)?.hashes().iter().map(|h| AuditHash(*h)).collect();
        write_line(out, &Line::Begin { after, head, tree })?;
        if let Some(checkpoint) = view.checkpoint(after)? {
            write_line(out, &Line::Checkpoint(checkpoint))?;
        }
    }
    let mut checkpoints = checkpoint::range(view, &checkpoint::above(after), false)?.peekable();
    let span = Span { from: Bound::Unbounded, to: Bound::Included(to.to_be_bytes().to_vec()) };
    let mut entries = 0;
    for row in view.scan(table::AUDIT, &span, false)? {
        let (_, stored) = row?;
        let entry = split(&stored).ok_or_else(|| unreadable(after + entries))?;
        write_entry(out, &entry, None)?;
        (entries, head) = (entries + 1, entry.hash);
        while matches!(checkpoints.peek(), Some(Ok(c)) if c.size <= after + entries) {
            if let Some(checkpoint) = checkpoints.next().transpose()? {
                write_line(out, &Line::Checkpoint(checkpoint))?;
            }
        }
    }
    write_line(out, &Line::End { entries, head })?;
    out.flush()?;
    Ok(entries)
}

/// Writes what a filter finds, newest first, each entry with the proof that it is in the record that the newest
/// checkpoint is over; entries that no checkpoint is over yet are left out. `told` is the filter as the file shows it.
/// Returns how many entries; `None`, and nothing written, if there is no checkpoint yet.
pub fn export_excerpt(
    view: &ReadTx<'_>,
    filter: &AuditFilter,
    told: serde_json::Value,
    out: &mut dyn Write,
) -> Result<Option<u64>, StoreError> {
    let Some(checkpoint) = view.last_checkpoint()? else { return Ok(None) };
    let size = checkpoint.size;
    write_line(out, &Line::Excerpt { filter: told, checkpoint })?;
    let tree = Tree::of(view);
    let mut filter = AuditFilter { before: None, limit: Some(limits::PAGE_ROWS_MAX), ..filter.clone() };
    let (mut entries, mut head) = (0, AuditHash::default());
    loop {
        let page = view.audit_page(&filter)?;
        for entry in page.entries.iter().filter(|e| e.seq <= size) {
            let stored = view.value(table::AUDIT, &entry.seq.to_be_bytes())?.ok_or_else(|| unreadable(entry.seq))?;
            let stored = split(&stored).ok_or_else(|| unreadable(entry.seq))?;
            let Some(proof) = merkle::inclusion(entry.seq.saturating_sub(1), size, &tree)? else { continue };
            let proof: Vec<AuditHash> = proof.into_iter().map(AuditHash).collect();
            write_entry(out, &stored, Some(&proof))?;
            (entries, head) = (entries + 1, stored.hash);
        }
        filter.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    write_line(out, &Line::End { entries, head })?;
    out.flush()?;
    Ok(Some(entries))
}

/// Checks an export and reports the first flaw; with the fingerprint of a node, only this node's signatures are good.
/// Errors only if `reader` fails.
pub fn verify_audit_export(reader: &mut impl BufRead, node: Option<&str>) -> Result<ChainReport, StoreError> {
    let mut state = Verification::new(node);
    let (mut line, mut first, mut entries) = (Vec::new(), true, 0);
    loop {
        let content = read_line(reader, &mut line)?;
        let due = state.walk.seq.saturating_add(1);
        let fault = |flaw| Some(ChainFault { seq: due, flaw });
        if content.is_empty() {
            return Ok(state.report(fault(ChainFlaw::EndMissing)));
        }
        let step = if content.starts_with(PREV) {
            entries += 1;
            match parse(content) {
                Some((entry, None)) => state.step(None, &entry, |_, _, _| ()),
                _ => Err(ChainFault { seq: due, flaw: ChainFlaw::Unreadable }),
            }
        } else {
            match serde_json::from_slice(content) {
                Ok(Line::Begin { after, head, tree }) if first => {
                    let edge = Frontier::from_parts(after, tree.iter().map(|h| h.0).collect());
                    let Some(edge) = edge else { return Ok(state.report(fault(ChainFlaw::Floor))) };
                    state = Verification::behind(node, (after, head), edge);
                    Ok(())
                }
                Ok(Line::Excerpt { checkpoint, .. }) if first => return verify_excerpt(reader, checkpoint, node),
                Ok(Line::Checkpoint(checkpoint)) => state.checkpoint(&checkpoint),
                Ok(Line::End { entries: told, head }) => {
                    let flaw = if (told, head) != (entries, state.walk.hash) {
                        Some(ChainFlaw::EndMissing)
                    } else if reader.fill_buf()?.is_empty() {
                        None
                    } else {
                        // Whatever stands behind the end is in no chain, but would be read by people as if it were.
                        Some(ChainFlaw::Unreadable)
                    };
                    return Ok(state.report(flaw.and_then(fault)));
                }
                _ if content.starts_with(END) => return Ok(state.report(fault(ChainFlaw::EndMissing))),
                _ => Err(ChainFault { seq: due, flaw: ChainFlaw::Unreadable }),
            }
        };
        first = false;
        if let Err(fault) = step {
            return Ok(state.report(Some(fault)));
        }
    }
}

fn verify_excerpt(
    reader: &mut impl BufRead,
    checkpoint: Checkpoint,
    node: Option<&str>,
) -> Result<ChainReport, StoreError> {
    let mut report = ChainReport { excerpt: true, ..ChainReport::default() };
    let end = |report: ChainReport, seq, flaw: Option<ChainFlaw>| {
        Ok(ChainReport { fault: flaw.map(|flaw| ChainFault { seq, flaw }), ..report })
    };
    match signature_of(&checkpoint, node) {
        Ok(signed) => report.signed = signed,
        Err(flaw) => return end(report, checkpoint.size, Some(flaw)),
    }
    report.checkpoints = 1;
    let mut line = Vec::new();
    loop {
        let content = read_line(reader, &mut line)?;
        if content.is_empty() {
            return end(report, 0, Some(ChainFlaw::EndMissing));
        }
        let Some((entry, proof)) = parse(content) else {
            let flaw = match serde_json::from_slice(content) {
                Ok(Line::End { entries, head }) if (entries, head) == (report.entries, report.head) => {
                    if reader.fill_buf()?.is_empty() { None } else { Some(ChainFlaw::Unreadable) }
                }
                Ok(Line::End { .. }) => Some(ChainFlaw::EndMissing),
                _ => Some(ChainFlaw::Unreadable),
            };
            return end(report, 0, flaw);
        };
        let seq = super::chain::number(entry.json).unwrap_or_default();
        let leaf = merkle::leaf_hash(&entry.hash.0);
        let root = proof.and_then(|p| merkle::root_of_inclusion(seq.checked_sub(1)?, checkpoint.size, leaf, &p));
        if !super::chain::is_linked(&entry) {
            return end(report, seq, Some(ChainFlaw::Altered));
        }
        if root != Some(checkpoint.root.0) {
            return end(report, seq, Some(ChainFlaw::Unproven));
        }
        (report.entries, report.head) = (report.entries + 1, entry.hash);
    }
}

fn read_line<'l>(reader: &mut impl BufRead, line: &'l mut Vec<u8>) -> Result<&'l [u8], StoreError> {
    line.clear();
    reader.by_ref().take(limits::AUDIT_LINE_BYTES_MAX).read_until(b'\n', line)?;
    let content = line.strip_suffix(b"\n").unwrap_or(line);
    Ok(content.strip_suffix(b"\r").unwrap_or(content))
}

type Parsed<'l> = (Stored<'l>, Option<Vec<[u8; 32]>>);

fn parse(line: &[u8]) -> Option<Parsed<'_>> {
    let (prev, rest) = line.strip_prefix(PREV)?.split_at_checked(64)?;
    let (hash, rest) = rest.strip_prefix(HASH)?.split_at_checked(64)?;
    let mut json = rest.strip_prefix(ENTRY)?.strip_suffix(b"}")?;
    let mut proof = None;
    // A proof is of hashes only, so its beginning is the last place that looks like one.
    if let Some(inner) = json.strip_suffix(b"]")
        && let Some(at) = inner.windows(PROOF.len()).rposition(|w| w == PROOF)
        && let Some(hashes) = inner.get(at + PROOF.len()..).and_then(hashes)
    {
        (json, proof) = (json.get(..at)?, Some(hashes));
    }
    Some((Stored { prev: AuditHash(unhex32(prev)?), hash: AuditHash(unhex32(hash)?), json }, proof))
}

fn hashes(list: &[u8]) -> Option<Vec<[u8; 32]>> {
    if list.is_empty() {
        return Some(Vec::new());
    }
    list.split(|b| *b == b',').map(|h| unhex32(h.strip_prefix(b"\"")?.strip_suffix(b"\"")?)).collect()
}
