//! Several ways into the audit walked side by side, newest first: only entries that lie on all of them come out.
//!
//! Here: runs of secondary rows, their union, their intersection. Not here: which ways a filter means (`page`).
//!
//! The way that is furthest back says where the others go on, and they jump there; so the work is that of the rarest.

use super::index::{PLACE_BYTES, Place, key};
use crate::overlay::{Rows, Span};
use crate::{ReadTx, StoreError};
use std::iter::Peekable;
use std::ops::Bound;

/// Rows that are passed by before a run jumps.
const STEPS_BEFORE_JUMP: usize = 16;

/// The rows of one person, act or subject, newest first.
struct Run<'v> {
    table: &'static str,
    prefix: Vec<u8>,
    rows: Peekable<Rows<'v>>,
}

/// Entries on at least one of several runs.
pub(crate) struct Union<'v> {
    view: &'v ReadTx<'v>,
    oldest: Place,
    runs: Vec<Run<'v>>,
}

impl<'v> Run<'v> {
    /// The newest place not after `to`.
    fn seek(&mut self, view: &'v ReadTx<'v>, oldest: Place, to: Place) -> Result<Option<Place>, StoreError> {
        for _ in 0..STEPS_BEFORE_JUMP {
            match self.peek()? {
                Some(at) if at > to => drop(self.rows.next()),
                other => return Ok(other),
            }
        }
        self.rows = open(view, self.table, &self.prefix, oldest, to)?;
        self.peek()
    }

    fn peek(&mut self) -> Result<Option<Place>, StoreError> {
        let at = |key: &[u8]| key.last_chunk::<PLACE_BYTES>().map(|b| Place::from_be_bytes(*b));
        match self.rows.peek() {
            Some(Ok((key, _))) => Ok(at(key)),
            None => Ok(None),
            Some(Err(_)) => match self.rows.next() {
                Some(Err(e)) => Err(e),
                _ => Ok(None),
            },
        }
    }
}

fn open<'v>(
    view: &'v ReadTx<'v>,
    table: &'static str,
    prefix: &[u8],
    oldest: Place,
    newest: Place,
) -> Result<Peekable<Rows<'v>>, StoreError> {
    let span = Span { from: Bound::Included(key(prefix, oldest)), to: Bound::Included(key(prefix, newest)) };
    Ok(view.scan(table, &span, true)?.peekable())
}

impl<'v> Union<'v> {
    /// The rows of `table` under any of the prefixes, from `newest` back to `oldest`.
    pub(crate) fn of(
        view: &'v ReadTx<'v>,
        table: &'static str,
        prefixes: Vec<Vec<u8>>,
        oldest: Place,
        newest: Place,
    ) -> Result<Self, StoreError> {
        let run = |prefix: Vec<u8>| {
            let rows = open(view, table, &prefix, oldest, newest)?;
            Ok(Run { table, prefix, rows })
        };
        let runs = prefixes.into_iter().map(run).collect::<Result<_, StoreError>>()?;
        Ok(Self { view, oldest, runs })
    }

    fn seek(&mut self, to: Place) -> Result<Option<Place>, StoreError> {
        let mut best = None;
        for run in &mut self.runs {
            best = best.max(run.seek(self.view, self.oldest, to)?);
        }
        Ok(best)
    }
}

/// Entries on all of several ways.
pub(crate) struct Join<'v> {
    ways: Vec<Union<'v>>,
    /// Nothing newer is looked at; `None` at the end.
    to: Option<Place>,
    /// The last entry that came out or was passed by: one may go on from behind it.
    passed: Option<Place>,
}

impl<'v> Join<'v> {
    /// From `newest` back. Without ways nothing comes.
    pub(crate) fn of(ways: Vec<Union<'v>>, newest: Place) -> Self {
        Self { to: Some(newest).filter(|_| !ways.is_empty()), ways, passed: None }
    }

    /// The next place on all ways. Each round counts in `looked_at`, and when that is at `bound` it ends there.
    pub(crate) fn next(&mut self, looked_at: &mut usize, bound: usize) -> Result<Found, StoreError> {
        let Some(mut to) = self.to else { return Ok(Found::End) };
        // How many ways in a row have `to`; with none, it is no entry's place yet.
        let (mut agreed, all) = (0, self.ways.len());
        loop {
            if let Some(passed) = self.passed.filter(|_| *looked_at >= bound) {
                self.to = Some(to);
                return Ok(Found::Bound(passed));
            }
            *looked_at += 1;
            for way in &mut self.ways {
                match way.seek(to)? {
                    None => {
                        self.to = None;
                        return Ok(Found::End);
                    }
                    Some(at) if at == to => agreed += 1,
                    Some(at) => {
                        if agreed > 0 {
                            self.passed = Some(to);
                        }
                        (to, agreed) = (at, 1);
                    }
                }
                if agreed >= all {
                    (self.to, self.passed) = (to.checked_sub(1), Some(to));
                    return Ok(Found::At(to));
                }
            }
        }
    }
}

/// What a step has come to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// An entry on all ways.
    At(Place),
    /// The bound is reached; what is left lies behind this entry.
    Bound(Place),
    /// There is nothing more.
    End,
}
