//! Growing pauses after failed sign-ins, in bounded tables: of one name from one network, of one name from anywhere, of one
//! address, and of one known browser.
//!
//! A pause of a name must not hold its rightful owner while somebody else guesses. So failures are counted per name *and*
//! network, and a browser that has signed in with the name before (it holds a cookie that says so) is counted by itself
//! alone. Guessing from many networks meets the slower brake of the name, which known browsers do not.
//!
//! Names are kept as digests, so that an entry has one size whatever was typed. In memory only: a restart forgives.

use crate::policy::SignInPolicy;
use base::{WallTime, limits};
use domain::network::neighbourhood;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

type Digest32 = [u8; 32];

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: WallTime,
    until: WallTime,
}

/// Who tries.
#[derive(Clone, Copy)]
pub(crate) struct Attempt {
    name: Digest32,
    address: IpAddr,
    /// The digest of its cookie, if the browser is known with that name.
    browser: Option<Digest32>,
}

impl Attempt {
    /// An attempt; `browser` is the text that tells the known browser, if it is one.
    pub(crate) fn new(name: &str, address: IpAddr, browser: Option<&str>) -> Self {
        let digest = |text: &str| Sha256::digest(text.as_bytes()).into();
        Self {
            name: digest(&name.trim().to_lowercase()),
            address: address.to_canonical(),
            browser: browser.map(digest),
        }
    }
}

/// See the module.
pub(crate) struct Lockout {
    policy: SignInPolicy,
    pairs: HashMap<(Digest32, IpAddr), Failures>,
    names: HashMap<Digest32, Failures>,
    browsers: HashMap<(Digest32, Digest32), Failures>,
    networks: HashMap<IpAddr, Failures>,
}

/// IPv6 users have a whole /64: it counts as one address.
fn one_address(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v) => IpAddr::V6(Ipv6Addr::from(u128::from(v) & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

impl Lockout {
    pub(crate) fn new(policy: SignInPolicy) -> Self {
        let (pairs, names) = (HashMap::new(), HashMap::new());
        Self { policy, pairs, names, browsers: HashMap::new(), networks: HashMap::new() }
    }

    /// How long still, if the attempt must wait.
    pub(crate) fn wait(&self, a: Attempt, now: WallTime) -> Option<Duration> {
        let until = match a.browser {
            Some(browser) => [self.browsers.get(&(a.name, browser)), None, None],
            None => [
                self.pairs.get(&(a.name, neighbourhood(a.address))),
                self.names.get(&a.name),
                self.networks.get(&one_address(a.address)),
            ],
        };
        // A clock that was set back must not lock anybody for longer than the longest pause.
        let most = Duration::from_secs(self.policy.pause_max_s.into());
        until.into_iter().flatten().map(|f| f.until.since(now).min(most)).max().filter(|w| !w.is_zero())
    }

    /// Counts a failure; the pause that begins with it, if one does.
    pub(crate) fn failed(&mut self, a: Attempt, now: WallTime) -> Option<Duration> {
        let p = &self.policy;
        if let Some(browser) = a.browser {
            return count(&mut self.browsers, (a.name, browser), p.name_failures_free, p, now);
        }
        let pair = count(&mut self.pairs, (a.name, neighbourhood(a.address)), p.name_failures_free, p, now);
        let name = count(&mut self.names, a.name, p.name_failures_anywhere, p, now);
        let network = count(&mut self.networks, one_address(a.address), p.address_failures_free, p, now);
        pair.max(name).max(network)
    }

    /// A sign-in succeeded: the name from that network, and the browser, start anew. The address and the name as a whole do
    /// not, or one good account would open the address for guessing, and its owner's sign-in the name.
    pub(crate) fn succeeded(&mut self, a: Attempt) {
        self.pairs.remove(&(a.name, neighbourhood(a.address)));
        if let Some(browser) = a.browser {
            self.browsers.remove(&(a.name, browser));
        }
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
    /// One address in the n-th network.
    fn net(n: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(0x0a00_0001 + (n << 8)))
    }
    fn by(name: &str, address: IpAddr) -> Attempt {
        Attempt::new(name, address, None)
    }
    const S: fn(u64) -> Duration = Duration::from_secs;

    #[test]
    fn pauses_grow_and_are_forgotten() {
        let (mut l, t) = (lockout(), WallTime::from_unix_us(1_000_000_000));
        for _ in 1..=4 {
            assert_eq!(l.failed(by("lan", net(1)), t), None);
        }
        assert_eq!(l.failed(by("LAN ", net(1)), t), Some(S(5)));
        assert_eq!(l.wait(by("lan", net(1)), t), Some(S(5)));
        assert_eq!(l.wait(by("minh", net(1)), t), None);
        assert_eq!(l.wait(by("lan", net(1)), t.plus(S(5))), None);
        assert_eq!(l.failed(by("lan", net(1)), t.plus(S(5))), Some(S(10)));
        for _ in 7..30 {
            l.failed(by("lan", net(1)), t);
        }
        assert_eq!(l.wait(by("lan", net(1)), t), Some(S(900)));
        assert_eq!(l.failed(by("lan", net(1)), t.plus(S(3600))), None);
        assert_eq!(l.wait(by("lan", net(1)), t), None, "a clock that is set back locks nobody out");
        for _ in 0..25 {
            l.failed(by("lan", net(2)), t.plus(S(7200)));
        }
        assert_eq!(l.wait(by("lan", net(2)), t), Some(S(900)), "nor for longer than the longest pause");
        l.succeeded(by("lan", net(2)));
        assert_eq!(l.wait(by("lan", net(2)), t), None);
    }

    #[test]
    fn a_strangers_guesses_do_not_hold_the_owner() {
        let (mut l, t) = (lockout(), WallTime::EPOCH);
        for _ in 0..10 {
            l.failed(by("lan", net(1)), t);
        }
        assert!(l.wait(by("lan", net(1)), t).is_some());
        assert_eq!(l.wait(by("lan", net(2)), t), None, "the owner comes from another network");
        let owner = Attempt::new("lan", net(1), Some("cookie"));
        assert_eq!(l.wait(owner, t), None, "or from a browser that is known");
        for n in 0..60 {
            l.failed(by("lan", net(10 + n)), t);
        }
        assert!(l.wait(by("lan", net(99)), t).is_some(), "guessing from everywhere meets the brake of the name");
        assert!(l.wait(by("minh", net(99)), t).is_none());
        assert_eq!(l.wait(owner, t), None, "which known browsers do not");
        for _ in 0..5 {
            l.failed(owner, t);
        }
        assert_eq!(l.wait(owner, t), Some(S(5)), "a stolen known browser is braked by itself");
        l.succeeded(owner);
        assert_eq!(l.wait(owner, t), None);
    }

    #[test]
    fn one_address_against_many_names() {
        let (mut l, t) = (lockout(), WallTime::EPOCH);
        for n in 0..30 {
            l.failed(by(&format!("name{n}"), net(1)), t);
        }
        assert!(l.wait(by("another", net(1)), t).is_some() && l.wait(by("another", net(2)), t).is_none());
        l.succeeded(by("another", net(1)));
        assert!(l.wait(by("another", net(1)), t).is_some());
    }

    #[test]
    fn the_tables_are_bounded() {
        let (mut l, t) = (lockout(), WallTime::EPOCH);
        for n in 0..u32::try_from(limits::LOCKOUT_ENTRIES_MAX).expect("fits") + 50 {
            let at = t.plus(Duration::from_micros(n.into()));
            l.networks.insert(net(n), Failures { count: 1, last: at, until: at });
            if l.networks.len() > limits::LOCKOUT_ENTRIES_MAX - 2 {
                l.failed(by("x", net(n + 1_000_000)), at);
                l.networks.remove(&net(n));
            }
        }
        assert!(l.networks.len() <= limits::LOCKOUT_ENTRIES_MAX);
    }
}
