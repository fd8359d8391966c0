//! Growing pauses after failed sign-ins, per name and per address, in bounded tables.
//!
//! Names are kept as digests, so that an entry has one size whatever was typed. In memory only: a restart forgives.

use crate::policy::SignInPolicy;
use base::{WallTime, limits};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::Duration;

type NameKey = [u8; 32];

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: WallTime,
    until: WallTime,
}

/// See the module.
pub(crate) struct Lockout {
    policy: SignInPolicy,
    names: HashMap<NameKey, Failures>,
    networks: HashMap<IpAddr, Failures>,
}

/// IPv6 users have a whole /64: it counts as one address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v) => IpAddr::V6((u128::from(v) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

fn name_key(name: &str) -> NameKey {
    Sha256::digest(name.trim().to_lowercase().as_bytes()).into()
}

impl Lockout {
    pub(crate) fn new(policy: SignInPolicy) -> Self {
        Self { policy, names: HashMap::new(), networks: HashMap::new() }
    }

    /// How long still, if name or address is locked.
    pub(crate) fn wait(&self, name: &str, address: IpAddr, now: WallTime) -> Option<Duration> {
        let until = [self.names.get(&name_key(name)), self.networks.get(&network(address))];
        // A clock that was set back must not lock anybody for longer than the longest pause.
        let most = Duration::from_secs(self.policy.pause_max_s.into());
        until.into_iter().flatten().map(|f| f.until.since(now).min(most)).max().filter(|w| !w.is_zero())
    }

    /// Counts a failure; the pause that begins with it, if one does.
    pub(crate) fn failed(&mut self, name: &str, address: IpAddr, now: WallTime) -> Option<Duration> {
        let p = &self.policy;
        let a = count(&mut self.names, name_key(name), p.name_failures_free, p, now);
        let b = count(&mut self.networks, network(address), p.address_failures_free, p, now);
        a.max(b)
    }

    /// A sign-in succeeded: the name starts anew. The address does not, or one good account would open it for guessing.
    pub(crate) fn succeeded(&mut self, name: &str) {
        self.names.remove(&name_key(name));
    }
}

fn count<K: Eq + Hash + Copy>(
    table: &mut HashMap<K, Failures>,
    key: K,
    free: u32,
    policy: &SignInPolicy,
    now: WallTime,
) -> Option<Duration> {
    let forget = Duration::from_secs(policy.forget_after_s.into());
    if table.len() >= limits::LOCKOUT_ENTRIES_MAX && !table.contains_key(&key) {
        table.retain(|_, f| now.since(f.last) < forget);
        while table.len() >= limits::LOCKOUT_ENTRIES_MAX {
            let Some(oldest) = table.iter().min_by_key(|(_, f)| f.last).map(|(k, _)| *k) else { break };
            table.remove(&oldest);
        }
    }
    let f = table.entry(key).or_insert(Failures { count: 0, last: now, until: WallTime::EPOCH });
    if now.since(f.last) >= forget {
        (f.count, f.until) = (0, WallTime::EPOCH);
    }
    f.count = f.count.saturating_add(1);
    f.last = now;
    let over = f.count.checked_sub(free)?;
    let pause = u64::from(policy.pause_first_s) << over.min(20);
    let pause = Duration::from_secs(pause.min(policy.pause_max_s.into()));
    f.until = now.plus(pause);
    Some(pause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn lockout() -> Lockout {
        Lockout::new(crate::Policy::shipped().sign_in)
    }
    fn ip(n: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(n))
    }

    #[test]
    fn pauses_grow_and_are_forgotten() {
        let (mut l, t) = (lockout(), WallTime::from_unix_us(1_000_000_000));
        let s = Duration::from_secs;
        for n in 1..=4 {
            assert_eq!(l.failed("lan", ip(n), t), None);
        }
        assert_eq!(l.failed("LAN ", ip(5), t), Some(s(5)));
        assert_eq!(l.wait("lan", ip(99), t), Some(s(5)));
        assert_eq!(l.wait("minh", ip(99), t), None);
        assert_eq!(l.wait("lan", ip(99), t.plus(s(5))), None);
        assert_eq!(l.failed("lan", ip(6), t.plus(s(5))), Some(s(10)));
        for n in 7..40 {
            l.failed("lan", ip(n), t);
        }
        assert_eq!(l.wait("lan", ip(99), t), Some(s(900)));
        assert_eq!(l.failed("lan", ip(50), t.plus(s(3600))), None);
        assert_eq!(l.wait("lan", ip(50), t), None, "a clock that is set back locks nobody out");
        for n in 0..40 {
            l.failed("lan", ip(n), t.plus(s(7200)));
        }
        assert_eq!(l.wait("lan", ip(99), t), Some(s(900)), "nor for longer than the longest pause");
        l.succeeded("lan");
        assert_eq!(l.wait("lan", ip(99), t), None);
    }

    #[test]
    fn one_address_against_many_names() {
        let (mut l, t) = (lockout(), WallTime::EPOCH);
        for n in 0..30 {
            l.failed(&format!("name{n}"), ip(1), t);
        }
        assert!(l.wait("another", ip(1), t).is_some() && l.wait("another", ip(2), t).is_none());
        l.succeeded("another");
        assert!(l.wait("another", ip(1), t).is_some());
    }

    #[test]
    fn the_table_is_bounded() {
        let (mut l, t) = (lockout(), WallTime::EPOCH);
        for n in 0..limits::LOCKOUT_ENTRIES_MAX as u32 + 50 {
            let at = t.plus(Duration::from_micros(n.into()));
            l.networks.insert(ip(n), Failures { count: 1, last: at, until: at });
            if l.networks.len() > limits::LOCKOUT_ENTRIES_MAX - 2 {
                l.failed("x", ip(n + 1_000_000), at);
                l.networks.remove(&ip(n));
            }
        }
        assert!(l.networks.len() <= limits::LOCKOUT_ENTRIES_MAX);
    }
}
