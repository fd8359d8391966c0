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
//!
//! An entry that is not for whoever takes the file out stands there as `{"prev_hash":"…","hash":"…","veiled":N}` with its
//! number: chain, tree and proofs hold over it, and what it says cannot be read. That its hash is that of its contents is
//! then for those to check who may read them.

use super::chain::{Stored, Veiled, floor, read_parts, split};
use super::checkpoint::{self, Checkpoint};
use super::entry::AuditHash;
use super::flaw::{ChainFault, ChainFlaw, ChainReport};
use super::merkle::{self, Frontier};
use super::tree::Tree;
use super::veil::{Clear, Veil};
use super::verify::{Verification, signature_of};
use crate::encoding::{table, unhex32};
use crate::overlay::Span;
use crate::{ReadTx, StoreError};
use base::limits;
use domain::AuditFilter;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Read, Write};
use std::ops::Bound;
use std::sync::Arc;

const PREV: &[u8] = b"{\"prev_hash\":\"";
const HASH: &[u8] = b"\",\"hash\":\"";
const ENTRY: &[u8] = b"\",\"entry\":";
const VEILED: &[u8] = b"\",\"veiled\":";
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

/// The number of an entry that is not for this reader. One that cannot be read stands as it is: it is evidence.
fn veiled(entry: &Stored<'_>, veil: &dyn Veil) -> Option<u64> {
    if veil.is_clear() {
        return None;
    }
    let mut shown = read_parts(entry).ok()?;
    veil.veil(&mut shown).then_some(shown.seq)
}

fn write_entry(
    out: &mut dyn Write,
    entry: &Stored<'_>,
    proof: Option<&[AuditHash]>,
    veil: &dyn Veil,
) -> Result<(), StoreError> {
    write!(out, "{{\"prev_hash\":\"{}\",\"hash\":\"{}", entry.prev, entry.hash)?;
    match veiled(entry, veil) {
        Some(seq) => {
            out.write_all(VEILED)?;
            write!(out, "{seq}")?;
        }
        None => {
            out.write_all(ENTRY)?;
            out.write_all(entry.json)?;
        }
    }
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
    export_range(view, u64::MAX, &Clear, out)
}

/// As [`export_audit`], for one reader.
pub fn export_audit_for(view: &ReadTx<'_>, veil: &dyn Veil, out: &mut dyn Write) -> Result<u64, StoreError> {
    export_range(view, u64::MAX, veil, out)
}

/// As [`export_audit_for`], up to entry `to`.
pub(crate) fn export_range(
    view: &ReadTx<'_>,
    to: u64,
    veil: &dyn Veil,
    out: &mut dyn Write,
) -> Result<u64, StoreError> {
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
        write_entry(out, &entry, None, veil)?;
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
    veil: &dyn Veil,
    out: &mut dyn Write,
) -> Result<Option<u64>, StoreError> {
    let Some(checkpoint) = view.last_checkpoint()? else { return Ok(None) };
    let size = checkpoint.size;
    write_line(out, &Line::Excerpt { filter: told, checkpoint })?;
    let tree = Tree::of(view);
    let mut filter = AuditFilter { before: None, limit: Some(limits::PAGE_ROWS_MAX), ..filter.clone() };
    let (mut entries, mut head) = (0, AuditHash::default());
    loop {
        let page = view.audit_page_for(&filter, veil)?;
        for entry in page.entries.iter().filter(|e| e.seq <= size) {
            let stored = view.value(table::AUDIT, &entry.seq.to_be_bytes())?.ok_or_else(|| unreadable(entry.seq))?;
            let stored = split(&stored).ok_or_else(|| unreadable(entry.seq))?;
            let Some(proof) = merkle::inclusion(entry.seq.saturating_sub(1), size, &tree)? else { continue };
            let proof: Vec<AuditHash> = proof.into_iter().map(AuditHash).collect();
            write_entry(out, &stored, Some(&proof), veil)?;
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
                Some((Told::Entry(entry), None)) => state.step(None, &entry, |_, _, _| ()),
                Some((Told::Veiled(entry), None)) => state.step_veiled(&entry),
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
        let Some((told, proof)) = parse(content) else {
            let flaw = match serde_json::from_slice(content) {
                Ok(Line::End { entries, head }) if (entries, head) == (report.entries, report.head) => {
                    if reader.fill_buf()?.is_empty() { None } else { Some(ChainFlaw::Unreadable) }
                }
                Ok(Line::End { .. }) => Some(ChainFlaw::EndMissing),
                _ => Some(ChainFlaw::Unreadable),
            };
            return end(report, 0, flaw);
        };
        let (seq, hash, linked) = match &told {
            Told::Entry(e) => (super::chain::number(e.json).unwrap_or_default(), e.hash, super::chain::is_linked(e)),
            Told::Veiled(e) => (e.seq, e.hash, true),
        };
        let leaf = merkle::leaf_hash(&hash.0);
        let root = proof.and_then(|p| merkle::root_of_inclusion(seq.checked_sub(1)?, checkpoint.size, leaf, &p));
        if !linked {
            return end(report, seq, Some(ChainFlaw::Altered));
        }
        if root != Some(checkpoint.root.0) {
            return end(report, seq, Some(ChainFlaw::Unproven));
        }
        (report.entries, report.head) = (report.entries + 1, hash);
        report.veiled += u64::from(matches!(told, Told::Veiled(_)));
    }
}

fn read_line<'l>(reader: &mut impl BufRead, line: &'l mut Vec<u8>) -> Result<&'l [u8], StoreError> {
    line.clear();
    reader.by_ref().take(limits::AUDIT_LINE_BYTES_MAX).read_until(b'\n', line)?;
    let content = line.strip_suffix(b"\n").unwrap_or(line);
    Ok(content.strip_suffix(b"\r").unwrap_or(content))
}

/// A line's entry.
enum Told<'l> {
    /// As it is stored.
    Entry(Stored<'l>),
    /// Its number and hashes.
    Veiled(Veiled),
}

type Parsed<'l> = (Told<'l>, Option<Vec<[u8; 32]>>);

fn parse(line: &[u8]) -> Option<Parsed<'_>> {
    let (prev, rest) = line.strip_prefix(PREV)?.split_at_checked(64)?;
    let (hash, rest) = rest.strip_prefix(HASH)?.split_at_checked(64)?;
    let (prev, hash) = (AuditHash(unhex32(prev)?), AuditHash(unhex32(hash)?));
    let veiled = rest.strip_prefix(VEILED);
    let mut json = veiled.or_else(|| rest.strip_prefix(ENTRY))?.strip_suffix(b"}")?;
    let mut proof = None;
    // A proof is of hashes only, so its beginning is the last place that looks like one.
    if let Some(inner) = json.strip_suffix(b"]")
        && let Some(at) = inner.windows(PROOF.len()).rposition(|w| w == PROOF)
        && let Some(hashes) = inner.get(at + PROOF.len()..).and_then(hashes)
    {
        (json, proof) = (json.get(..at)?, Some(hashes));
    }
    if veiled.is_some() {
        let seq = std::str::from_utf8(json).ok().filter(|s| s.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
        return Some((Told::Veiled(Veiled { seq, prev, hash }), proof));
    }
    Some((Told::Entry(Stored { prev, hash, json }), proof))
}

fn hashes(list: &[u8]) -> Option<Vec<[u8; 32]>> {
    if list.is_empty() {
        return Some(Vec::new());
    }
    list.split(|b| *b == b',').map(|h| unhex32(h.strip_prefix(b"\"")?.strip_suffix(b"\"")?)).collect()
}

/// A file of the audit (an archive) as one reader may have it: line by line, what is veiled by its number and hashes.
pub struct VeiledLines<R> {
    file: R,
    veil: Arc<dyn Veil>,
    line: Vec<u8>,
    given: usize,
}

impl<R: BufRead> VeiledLines<R> {
    /// For that reader.
    pub fn new(file: R, veil: Arc<dyn Veil>) -> Self {
        Self { file, veil, line: Vec::new(), given: 0 }
    }

    fn next(&mut self) -> std::io::Result<()> {
        self.given = 0;
        self.line.clear();
        self.file.by_ref().take(limits::AUDIT_LINE_BYTES_MAX).read_until(b'\n', &mut self.line)?;
        let content = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        if let Some((Told::Entry(entry), None)) = parse(content)
            && veiled(&entry, &*self.veil).is_some()
        {
            let mut line = Vec::new();
            write_entry(&mut line, &entry, None, &*self.veil).map_err(std::io::Error::other)?;
            self.line = line;
        }
        Ok(())
    }
}

impl<R: BufRead> Read for VeiledLines<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.given >= self.line.len() {
            self.next()?;
        }
        let mut rest = self.line.get(self.given..).unwrap_or_default();
        let n = rest.read(into)?;
        self.given += n;
        Ok(n)
    }
}
