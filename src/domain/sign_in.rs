//! What is remembered of sign-ins: their history, and from where an account is known.
//!
//! Not here: sign-ins in force (`account::LoginSession`), the audit, which keeps all of it for ever (`audit`).

use crate::{Extra, network};
use base::{AccountId, WallTime, limits};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// One sign-in, or one that failed, in an account's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignInEvent {
    /// Whose.
    pub account: AccountId,
    /// When.
    pub at: WallTime,
    /// Sets events of the same moment apart.
    #[serde(default)]
    pub number: u32,
    /// Did it succeed?
    pub ok: bool,
    /// Why not: `wrong_password`, `wrong_code`, `disabled`, `network`, `service`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// From which address.
    #[serde(default)]
    pub address: String,
    /// What the browser called itself.
    #[serde(default)]
    pub agent: String,
    /// With a second factor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second_factor: bool,
    /// The first from that network.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new_network: bool,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

impl SignInEvent {
    /// Key in the history: account, then time, then number.
    pub fn key_of(account: AccountId, at: WallTime, number: u32) -> [u8; 28] {
        let mut key = [0; 28];
        key[..16].copy_from_slice(&account.to_bytes());
        key[16..24].copy_from_slice(&at.unix_us().max(0).to_be_bytes());
        key[24..].copy_from_slice(&number.to_be_bytes());
        key
    }
}

/// From where an account has signed in before: networks, and browsers by a cookie of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Whose.
    pub account: AccountId,
    /// Networks ([`network::neighbourhood`]).
    #[serde(default)]
    pub networks: Vec<Seen>,
    /// SHA-256 of the browsers' cookies, hex.
    #[serde(default)]
    pub browsers: Vec<Seen>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// What.
    pub what: String,
    /// When last.
    pub at: WallTime,
}

fn note(all: &mut Vec<Seen>, what: String, at: WallTime) -> bool {
    let known = all.iter().any(|s| s.what == what);
    all.retain(|s| s.what != what);
    all.insert(0, Seen { what, at });
    all.truncate(limits::KNOWN_ORIGINS_MAX);
    !known
}

impl Known {
    /// Nothing known yet.
    pub fn new(account: AccountId) -> Self {
        Self { account, networks: Vec::new(), browsers: Vec::new(), extra: Extra::new() }
    }
    /// Notes a sign-in from an address; true if it is the first from that network, and others came before.
    pub fn note_network(&mut self, address: IpAddr, at: WallTime) -> bool {
        let first_of_all = self.networks.is_empty();
        note(&mut self.networks, network::neighbourhood(address).to_string(), at) && !first_of_all
    }
    /// Notes a browser by the digest of its cookie.
    pub fn note_browser(&mut self, digest: String, at: WallTime) {
        note(&mut self.browsers, digest, at);
    }
    /// Is it known?
    pub fn knows_browser(&self, digest: &str) -> bool {
        self.browsers.iter().any(|s| s.what == digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_new_once_and_bounded() {
        let mut k = Known::new(AccountId::from_bytes([1; 16]));
        let ip = |s: &str| s.parse::<IpAddr>().expect("address");
        assert!(!k.note_network(ip("10.0.0.1"), WallTime::EPOCH), "the first of all is no news");
        assert!(!k.note_network(ip("10.0.0.200"), WallTime::EPOCH), "a neighbour");
        assert!(k.note_network(ip("192.0.2.1"), WallTime::EPOCH));
        assert!(!k.note_network(ip("192.0.2.1"), WallTime::EPOCH));
        for n in 0..200u32 {
            k.note_network(IpAddr::V4((n << 16).into()), WallTime::EPOCH);
            k.note_browser(n.to_string(), WallTime::EPOCH);
        }
        assert_eq!((k.networks.len(), k.browsers.len()), (limits::KNOWN_ORIGINS_MAX, limits::KNOWN_ORIGINS_MAX));
        assert!(k.knows_browser("199") && !k.knows_browser("0"), "the oldest are forgotten");
    }

    #[test]
    fn history_keys_sort_by_time() {
        let key = |us, n| SignInEvent::key_of(AccountId::from_bytes([1; 16]), WallTime::from_unix_us(us), n);
        assert!(key(1, 9) < key(2, 0) && key(2, 0) < key(2, 1) && key(-5, 0) <= key(0, 0));
    }
}
