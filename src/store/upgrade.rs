//! A store of an older format becomes one of the present format, in place.
//!
//! Here: the steps from each format to the next. Not here: when (`open`), formats of single records (they are read as
//! they are, for ever).
//!
//! A step goes in transactions of bounded size and notes how far it has come: broken off at any point, it goes on at the
//! next opening. The format's number changes last; until then the older release can still open the file and go on, and
//! what it adds is taken along.

use crate::StoreError;
use crate::audit::{entry_names, entry_rows};
use crate::encoding::{table, u64_at};
use crate::open::{META_FORMAT, STORE_FORMAT};
use crate::overlay::definition;
use redb::{Database, Durability, ReadableDatabase, WriteTransaction};

/// Entries of one transaction.
const AT_ONCE: usize = 10_000;
/// How far the step to format 2 has come: the number of an entry.
const META_TO_2: &[u8] = b"upgrade_2";
/// Secondary tables of format 1.
const OF_1: [&str; 2] = ["_audit_by_who", "_audit_by_act"];

/// Brings the store to [`STORE_FORMAT`].
pub(crate) fn upgrade(db: &Database) -> Result<(), StoreError> {
    let format = crate::open::meta(db, META_FORMAT)?.and_then(|v| Some(u32::from_be_bytes(v.try_into().ok()?)));
    if format.is_none_or(|f| f >= STORE_FORMAT) {
        return Ok(());
    }
    tracing::info!("the store is of an older format; it is brought to format {STORE_FORMAT}");
    while step_to_2(db)? {}
    Ok(())
}

fn begin(db: &Database) -> Result<WriteTransaction, StoreError> {
    let mut tx = db.begin_write()?;
    tx.set_durability(Durability::Immediate).map_err(|e| StoreError::Engine(e.to_string()))?;
    tx.set_two_phase_commit(true);
    tx.set_quick_repair(true);
    Ok(tx)
}

/// Format 2 finds audit entries by what they concern, and in order of time within each way.
fn step_to_2(db: &Database) -> Result<bool, StoreError> {
    let done = crate::open::meta(db, META_TO_2)?.and_then(|v| u64_at(&v, 0)).unwrap_or(0);
    let mut entries = Vec::new();
    {
        let view = db.begin_read()?;
        match view.open_table(definition(table::AUDIT)) {
            Ok(audit) => {
                for row in audit.range::<&[u8]>(&done.saturating_add(1).to_be_bytes()[..]..)?.take(AT_ONCE) {
                    let (key, stored) = row?;
                    entries.push((u64_at(key.value(), 0).unwrap_or(done), stored.value().to_vec()));
                }
            }
            Err(redb::TableError::TableDoesNotExist(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    let tx = begin(db)?;
    {
        let mut meta = tx.open_table(definition(table::META))?;
        let mut names = tx.open_table(definition(table::AUDIT_NAMES))?;
        // One table after the other: each is then filled in the order of its keys.
        let mut rows = Vec::new();
        for (_, stored) in &entries {
            rows.extend(entry_rows(stored)?);
            for name in entry_names(stored)? {
                names.insert(name.as_slice(), &[][..])?;
            }
        }
        rows.sort();
        for group in rows.chunk_by(|a, b| a.0 == b.0) {
            let Some((name, _)) = group.first() else { continue };
            let mut table = tx.open_table(definition(name))?;
            for (_, key) in group {
                table.insert(key.as_slice(), &[][..])?;
            }
        }
        match entries.last() {
            Some((seq, _)) => drop(meta.insert(META_TO_2, seq.to_be_bytes().as_slice())?),
            None => {
                meta.remove(META_TO_2)?;
                meta.insert(META_FORMAT, 2u32.to_be_bytes().as_slice())?;
            }
        }
    }
    if entries.is_empty() {
        for old in OF_1 {
            tx.delete_table(definition(old))?;
        }
    }
    tx.commit()?;
    Ok(!entries.is_empty())
}
