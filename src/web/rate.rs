//! Brakes per address on the few doors that are open to everyone or make the node work hard.
//!
//! Not here: the growing pauses after wrong passwords (`ops`), which also count per account name.

use base::{Clock, limits};
use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

/// The node's clock, as governor wants it.
#[derive(Clone, Debug)]
pub struct NodeClock(Clock);

impl GovernorClock for NodeClock {
    type Instant = Duration;
    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

/// One brake: so many at once per address, then one every so often.
pub struct Brake {
    limiter: RateLimiter<IpAddr, DashMapStateStore<IpAddr>, NodeClock, NoOpMiddleware<Duration>>,
    clock: NodeClock,
}

impl Brake {
    /// `burst` at once, then one per `every`.
    pub fn new(clock: Clock, burst: NonZeroU32, every: Duration) -> Self {
        let clock = NodeClock(clock);
        // A period of zero is no quota; one nanosecond is as good as none.
        let quota = Quota::with_period(every.max(Duration::from_nanos(1)))
            .map_or_else(|| Quota::per_second(burst), |q| q.allow_burst(burst));
        Self { limiter: RateLimiter::dashmap_with_clock(quota, clock.clone()), clock }
    }

    /// May this address go on? Otherwise: the seconds to wait.
    pub fn check(&self, address: IpAddr) -> Result<(), u32> {
        if self.limiter.len() >= limits::BRAKED_ADDRESSES_MAX {
            self.limiter.retain_recent();
            if self.limiter.len() >= limits::BRAKED_ADDRESSES_MAX {
                return Err(60);
            }
        }
        self.limiter.check_key(&counted_as(address)).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }
}

impl std::fmt::Debug for Brake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Brake({} addresses)", self.limiter.len())
    }
}

/// Whoever has one IPv6 address has its whole /64.
fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let s = v6.segments();
            IpAddr::V6(Ipv6Addr::new(s[0], s[1], s[2], s[3], 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

/// Which brake a route has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// None.
    Free,
    /// Signing in.
    SignIn,
    /// Setting the node up.
    SetUp,
    /// Probing camera addresses.
    Probe,
}

/// All brakes of the node.
#[derive(Debug)]
pub struct Brakes {
    sign_in: Brake,
    set_up: Brake,
    probe: Brake,
}

impl Brakes {
    /// As `base::limits` says.
    pub fn new(clock: &Clock) -> Self {
        let one = |(burst, every): (NonZeroU32, Duration)| Brake::new(clock.clone(), burst, every);
        Self { sign_in: one(limits::SIGN_IN_RATE), set_up: one(limits::SET_UP_RATE), probe: one(limits::PROBE_RATE) }
    }
    /// See [`Brake::check`].
    pub fn check(&self, door: Door, address: IpAddr) -> Result<(), u32> {
        match door {
            Door::Free => Ok(()),
            Door::SignIn => self.sign_in.check(address),
            Door::SetUp => self.set_up.check(address),
            Door::Probe => self.probe.check(address),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use base::{ManualClock, WallTime};

    #[test]
    fn an_address_is_braked_and_let_go_again_and_others_are_not_touched() {
        let time = ManualClock::at(WallTime::EPOCH);
        let brake = Brake::new(time.clock(), NonZeroU32::new(3).unwrap(), Duration::from_secs(2));
        let (a, b): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..3 {
            assert_eq!(brake.check(a), Ok(()));
        }
        let wait = brake.check(a).unwrap_err();
        assert!((1..=3).contains(&wait), "{wait}");
        assert_eq!(brake.check(b), Ok(()));
        time.advance(Duration::from_secs(2));
        assert_eq!(brake.check(a), Ok(()));
        assert!(brake.check(a).is_err());
    }

    #[test]
    fn one_ipv6_network_counts_once_and_mapped_ipv4_as_ipv4() {
        let n = |s: &str| counted_as(s.parse().unwrap());
        assert_eq!(n("2001:db8:1:2:3:4:5:6"), n("2001:db8:1:2::1"));
        assert_ne!(n("2001:db8:1:2::1"), n("2001:db8:1:3::1"));
        assert_eq!(n("::ffff:192.0.2.1"), n("192.0.2.1"));
    }

    #[test]
    fn memory_is_bounded() {
        let time = ManualClock::at(WallTime::EPOCH);
        let brake = Brake::new(time.clock(), NonZeroU32::MIN, Duration::from_secs(10));
        let mut refused = 0;
        for i in 0..(limits::BRAKED_ADDRESSES_MAX + 10) {
            let a = IpAddr::from(u32::try_from(i).unwrap().to_be_bytes());
            refused += usize::from(brake.check(a).is_err());
        }
        assert_eq!(refused, 10);
        assert!(brake.limiter.len() <= limits::BRAKED_ADDRESSES_MAX);
        time.advance(Duration::from_secs(60));
        assert_eq!(brake.check("203.0.113.9".parse().unwrap()), Ok(()), "old addresses are forgotten");
    }
}
