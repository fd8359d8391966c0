//! Cameras that were probed and wait for their name: the address and password stay on the server between the two steps
//! of adding, so that a password never goes back into a page.

use base::{AccountId, Secret, WallTime};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Drafts kept at once; at the bound the oldest goes.
const DRAFTS_MAX: usize = 500;
/// A draft is kept this long.
const DRAFT_LIFE: Duration = Duration::from_secs(15 * 60);

/// What was entered in step 1.
#[derive(Clone, Debug)]
pub struct Address {
    /// RTSP address of the main stream.
    pub main_url: String,
    /// RTSP address of the substream.
    pub sub_url: Option<String>,
    /// The camera's user name.
    pub username: Option<String>,
    /// The camera's password.
    pub password: Option<Secret>,
    /// RTP over UDP.
    pub udp: bool,
}

#[derive(Debug)]
struct Draft<T> {
    owner: AccountId,
    made: WallTime,
    what: T,
}

/// The table of drafts; `T` is what is kept for each.
#[derive(Debug)]
pub struct Table<T>(Mutex<HashMap<String, Draft<T>>>);

/// Drafts of cameras.
pub type Drafts = Table<(Address, media::ProbeReport)>;

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<T: Clone> Table<T> {
    /// Keeps a draft under `name` (random).
    pub fn keep(&self, name: String, owner: AccountId, now: WallTime, what: T) {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.retain(|_, d| now.since(d.made) < DRAFT_LIFE);
        if table.len() >= DRAFTS_MAX
            && let Some(oldest) = table.iter().min_by_key(|(_, d)| d.made).map(|(n, _)| n.clone())
        {
            table.remove(&oldest);
        }
        table.insert(name, Draft { owner, made: now, what });
    }

    /// The draft of that name, if it is this account's and not too old.
    pub fn find(&self, name: &str, owner: AccountId, now: WallTime) -> Option<T> {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.get(name).filter(|d| d.owner == owner && now.since(d.made) < DRAFT_LIFE).map(|d| d.what.clone())
    }

    /// Forgets it.
    pub fn forget(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_its_makers_for_a_while_and_the_table_is_bounded() {
        let table = Table::<u32>::default();
        let (me, you) = (AccountId::from_parts(1, [1; 10]), AccountId::from_parts(1, [2; 10]));
        let t = WallTime::from_unix_us(1_000_000);
        table.keep("a".into(), me, t, 7);
        assert_eq!(table.find("a", me, t), Some(7));
        assert_eq!(table.find("a", you, t), None);
        assert_eq!(table.find("a", me, t.plus(DRAFT_LIFE)), None);
        for i in 0..(DRAFTS_MAX + 50) {
            table.keep(format!("n{i}"), me, t.plus(Duration::from_millis(i as u64)), 0);
        }
        assert!(table.0.lock().expect("lock").len() <= DRAFTS_MAX);
        assert_eq!(table.find("a", me, t), None, "the oldest went first");
    }
}
