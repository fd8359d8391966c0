//! The ways into the audit: by person, by act, by what it concerns, by time.
//!
//! Here: the keys of the secondary rows of an entry, and the small table of names. Not here: walking them (`join`,
//! `page`).
//!
//! Every secondary key ends in the entry's *place*: its time, then its number. So each way is in order of time, two ways
//! can be walked side by side, and a time range is a range of keys in any of them.

use super::entry::StoredEntry;
use crate::StoreError;
use crate::encoding::{joined, table, time_bytes};
use base::WallTime;
use domain::Subject;

/// Where an entry stands in order of time: time and number.
pub(crate) type Place = u128;
/// Bytes of a place at the end of a key.
pub(crate) const PLACE_BYTES: usize = 16;

/// The place of an entry.
pub(crate) fn place(at: WallTime, seq: u64) -> Place {
    u128::from(u64::from_be_bytes(time_bytes(at.unix_us()))) << 64 | u128::from(seq)
}

/// The number of the entry at a place.
pub(crate) fn seq_of(place: Place) -> u64 {
    let [.., a, b, c, d, e, f, g, h] = place.to_be_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// Key of a secondary row: where its like begin, then the place.
pub(crate) fn key(prefix: &[u8], place: Place) -> Vec<u8> {
    [prefix, &place.to_be_bytes()].concat()
}

/// Where the rows of a person or of an act begin.
pub(crate) fn text_prefix(table: &'static str, text: &str) -> Result<Vec<u8>, StoreError> {
    joined(table, &[text.as_bytes()])
}

/// Where the rows of a subject begin; without a kind, those of all subjects with this id.
pub(crate) fn subject_prefix(id: &str, kind: Option<&str>) -> Result<Vec<u8>, StoreError> {
    let parts: Vec<&[u8]> = [Some(id.as_bytes()), kind.map(str::as_bytes)].into_iter().flatten().collect();
    joined(table::AUDIT_SUBJECT, &parts)
}

/// Table and key of every secondary row of an entry.
pub(crate) fn rows(entry: &StoredEntry) -> Result<Vec<(&'static str, Vec<u8>)>, StoreError> {
    let place = place(entry.at, entry.seq);
    let mut rows = vec![
        (table::AUDIT_BY_TIME, key(&[], place)),
        (table::AUDIT_WHO, key(&text_prefix(table::AUDIT_WHO, entry.actor.name())?, place)),
        (table::AUDIT_ACT, key(&text_prefix(table::AUDIT_ACT, &entry.act)?, place)),
    ];
    for s in entry.subjects() {
        rows.push((table::AUDIT_SUBJECT, key(&subject_prefix(&s.id, Some(&s.kind))?, place)));
    }
    Ok(rows)
}

/// A person's name in the table of names, and a subject's.
const PERSON: u8 = b'w';
const SUBJECT: u8 = b's';

/// Rows of the table of names: what a person may write, then whom or what it means. Few, and never taken away.
pub(crate) fn names(entry: &StoredEntry) -> Result<Vec<Vec<u8>>, StoreError> {
    let who = entry.actor.name();
    let mut out = vec![[&person_prefix()[..], folded(who).as_bytes(), &[0], who.as_bytes()].concat()];
    for Subject { kind, id, name } in entry.subjects() {
        let meant = joined(table::AUDIT_NAMES, &[kind.as_bytes(), id.as_bytes()])?;
        out.push([&subject_name_prefix(name)[..], &[0], &meant].concat());
    }
    Ok(out)
}

/// Where the names of persons begin.
pub(crate) fn person_prefix() -> Vec<u8> {
    vec![PERSON]
}

/// Where the names of subjects that begin so begin.
pub(crate) fn subject_name_prefix(name: &str) -> Vec<u8> {
    [&[SUBJECT][..], folded(name).as_bytes()].concat()
}

fn folded(name: &str) -> String {
    domain::text::fold(name).replace('\0', " ")
}

/// A row of a person: the name without diacritics, and as it is.
pub(crate) fn person_of(row: &[u8]) -> Option<(&str, &str)> {
    let (folded, name) = std::str::from_utf8(row.get(1..)?).ok()?.split_once('\0')?;
    Some((folded, name))
}

/// A row of a subject: the name without diacritics, kind and id.
pub(crate) fn subject_of(row: &[u8]) -> Option<(&str, &str, &str)> {
    let at = row.iter().position(|b| *b == 0)?;
    let name = std::str::from_utf8(row.get(1..at)?).ok()?;
    let (kind, rest) = part(row.get(at + 1..)?)?;
    let (id, _) = part(rest)?;
    Some((name, kind, id))
}

fn part(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<2>()?;
    let (text, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
    Some((std::str::from_utf8(text).ok()?, rest))
}
