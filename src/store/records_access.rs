//! How the records of access are stored: second factors, the history of sign-ins, from where accounts are known, the
//! networks for sign-ins, reviews.
//!
//! As `records`: one [`Record`] each; their fields stand in `domain`.

use crate::record::{IndexKey, Record};
use base::{AccountId, ReviewId, TokenId};
use domain::{Known, Review, ReviewLine, SecondFactor, SignInEvent, SignInNetworks, TokenUse};

/// Its secrets are sealed under `totp`.
impl Record for SecondFactor {
    const TABLE: &'static str = "second_factor";
    type Key = AccountId;
    fn key(&self) -> AccountId {
        self.account
    }
}

/// Account, then time, then number.
impl Record for SignInEvent {
    const TABLE: &'static str = "sign_in_event";
    type Key = [u8; 28];
    fn key(&self) -> [u8; 28] {
        SignInEvent::key_of(self.account, self.at, self.number)
    }
}

impl Record for Known {
    const TABLE: &'static str = "known_origin";
    type Key = AccountId;
    fn key(&self) -> AccountId {
        self.account
    }
}

/// By version.
impl Record for SignInNetworks {
    const TABLE: &'static str = "sign_in_networks";
    type Key = u64;
    fn key(&self) -> u64 {
        self.version
    }
}

impl Record for Review {
    const TABLE: &'static str = "review";
    type Key = ReviewId;
    fn key(&self) -> ReviewId {
        self.id
    }
}

/// Review, then account; by `reviewer` (its id's bytes, or empty for the administrators).
impl Record for ReviewLine {
    const TABLE: &'static str = "review_line";
    type Key = [u8; 32];
    fn key(&self) -> [u8; 32] {
        ReviewLine::key_of(self.review, self.account)
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![IndexKey::shared("reviewer", self.reviewer.map(|r| r.to_bytes().to_vec()).unwrap_or_default())]
    }
}

/// Says nothing about what people did: that stands in the audit.
impl Record for TokenUse {
    const TABLE: &'static str = "token_use";
    const HOUSEKEEPING: bool = true;
    type Key = TokenId;
    fn key(&self) -> TokenId {
        self.token
    }
}
