//! What a bearer token is limited to, within the rights of its account.
//!
//! A token's rights are the intersection of its account's and its own limit: a limit takes away and never gives. Not here:
//! the account's own rights (`rights`, `grant`), the token's record (`account`), carrying the decision out (`ops`).

use crate::grant::Scope;
use crate::network::{self, Networks};
use crate::rights::{Act, Refusal};
use crate::text::FieldFault;
use base::Said;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The realm of the node's RTSP server. Part of the sealed keys by which tokens are checked there: with another realm none of
/// them would fit any more.
pub const RTSP_REALM: &str = "Mat Luoi";

/// The limit of a token; every part that is absent or empty takes nothing away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenLimit {
    /// Only these acts; `None`: all of its account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acts: Option<Vec<Act>>,
    /// Only these cameras; `None`: all of its account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Only from these networks (CIDR); empty: from anywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<String>,
}

impl TokenLimit {
    /// Does it take anything away?
    pub fn is_empty(&self) -> bool {
        *self == TokenLimit::default()
    }
    /// Does it leave that act?
    pub fn leaves(&self, act: Act) -> bool {
        self.acts.as_ref().is_none_or(|acts| acts.contains(&act))
    }
    /// May it come from that address? A network that cannot be read lets nobody through.
    pub fn admits(&self, address: IpAddr) -> bool {
        self.networks.is_empty() || Networks::read(&self.networks).contains(address)
    }
}

/// Reads a limit: networks in their canonical form, acts without repeats. What takes nothing away is none.
///
/// # Errors
/// A fault of `networks`, `acts` or `scope`.
pub fn decide_limit(limit: TokenLimit) -> Result<Option<TokenLimit>, FieldFault> {
    let networks = network::decide_networks("networks", &limit.networks)?;
    let acts = match limit.acts {
        None => None,
        Some(acts) if acts.is_empty() => {
            let said =
                Said::new("Hãy chọn ít nhất một quyền cho mã truy cập.", "Choose at least one act for the token.");
            return Err(FieldFault::new("acts", said));
        }
        Some(mut acts) => {
            acts.sort_unstable();
            acts.dedup();
            Some(acts)
        }
    };
    if limit.scope.as_ref().is_some_and(|s| !s.lists.is_empty()) {
        let said = Said::new(
            "Mã truy cập giới hạn theo camera, địa bàn hoặc đơn vị, không theo danh sách camera.",
            "A token is limited to cameras, areas or units, not to lists of cameras.",
        );
        return Err(FieldFault::new("scope", said));
    }
    let limit = TokenLimit { acts, scope: limit.scope, networks };
    Ok((!limit.is_empty()).then_some(limit))
}

/// The refusal of an act that the token's limit takes away.
pub fn beyond_limit(act: Act) -> Refusal {
    let what = act.said();
    Refusal {
        article: Some("12.3"),
        said: Said::new(
            format!("Mã truy cập này được giới hạn và không dùng để {}.", what.vi),
            format!("This token is limited and cannot be used to {}.", what.en),
        ),
        who_can_help: Said::new(
            "Nếu chương trình cần quyền này, hãy đề nghị người cấp mã tạo mã truy cập khác với giới hạn phù hợp.",
            "If the program needs this, ask whoever issued the token for another one with a fitting limit.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_limit_takes_nothing_away() {
        let none = TokenLimit::default();
        assert!(Act::ALL.into_iter().all(|act| none.leaves(act)) && none.admits([10, 0, 0, 1].into()));
        assert_eq!(decide_limit(none), Ok(None));
        let empty = TokenLimit { acts: Some(Vec::new()), ..TokenLimit::default() };
        assert_eq!(decide_limit(empty).expect_err("no act").field, "acts");
    }

    #[test]
    fn networks_hold() {
        let wish = TokenLimit { networks: vec!["10.1.2.3/16".into(), " 192.0.2.7 ".into()], ..TokenLimit::default() };
        let limit = decide_limit(wish).expect("good").expect("limited");
        assert_eq!(limit.networks, ["10.1.0.0/16", "192.0.2.7/32"]);
        for (address, good) in
            [("10.1.255.1", true), ("10.2.0.1", false), ("192.0.2.7", true), ("::ffff:10.1.0.9", true)]
        {
            assert_eq!(limit.admits(address.parse().expect("address")), good, "{address}");
        }
        let broken = TokenLimit { networks: vec!["of a newer program".into()], ..TokenLimit::default() };
        assert!(!broken.admits([10, 0, 0, 1].into()), "what cannot be read lets nobody through");
    }

    proptest! {
        #[test]
        fn a_limit_leaves_only_what_it_names(picked in proptest::collection::vec(0..Act::ALL.len(), 1..6)) {
            let acts: Vec<Act> = picked.iter().map(|n| Act::ALL[*n]).collect();
            let limit = decide_limit(TokenLimit { acts: Some(acts.clone()), ..TokenLimit::default() }).expect("good").expect("limited");
            for act in Act::ALL {
                prop_assert_eq!(limit.leaves(act), acts.contains(&act));
            }
        }
    }
}
