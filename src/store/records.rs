//! How the records of `domain` are stored: table, key, secondary keys.
//!
//! Here: one [`Record`] each. Not here: their fields (`domain`). Table and index names never change once released; each
//! record has a golden file in `golden/`.

use crate::record::{IndexKey, Record};
use base::{AccountId, CameraId, LeaseId, LoginSessionId, TokenId};
use domain::{Account, Camera, LoginSession, NodeRecord, OpenView, PasswordRecord, Token};

/// The value under which a name or code is looked up without regard to case.
pub fn caseless(text: &str) -> Vec<u8> {
    text.to_lowercase().into_bytes()
}

/// By `name` ([`caseless`], unique).
impl Record for Account {
    const TABLE: &'static str = "account";
    type Key = AccountId;
    fn key(&self) -> AccountId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![IndexKey::unique("name", caseless(&self.name))]
    }
}

impl Record for PasswordRecord {
    const TABLE: &'static str = "password";
    type Key = AccountId;
    fn key(&self) -> AccountId {
        self.account
    }
}

/// By `token_hash` (unique) and by `account` (its id's bytes).
impl Record for LoginSession {
    const TABLE: &'static str = "login_session";
    type Key = LoginSessionId;
    fn key(&self) -> LoginSessionId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![
            IndexKey::unique("token_hash", self.token_hash.as_bytes()),
            IndexKey::shared("account", self.account.to_bytes()),
        ]
    }
}

/// By `token_hash` (unique) and by `account` (its id's bytes).
impl Record for Token {
    const TABLE: &'static str = "token";
    type Key = TokenId;
    fn key(&self) -> TokenId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![
            IndexKey::unique("token_hash", self.token_hash.as_bytes()),
            IndexKey::shared("account", self.account.to_bytes()),
        ]
    }
}

/// By `code` ([`caseless`], unique), by `asset` and by `document` (their ids' bytes).
impl Record for Camera {
    const TABLE: &'static str = "camera";
    type Key = CameraId;
    fn key(&self) -> CameraId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        let code = IndexKey::unique("code", caseless(&self.code));
        let asset = self.facts.asset.map(|a| IndexKey::shared("asset", a.to_bytes()));
        let documents = self.facts.documents.iter().map(|d| IndexKey::shared("document", d.to_bytes()));
        std::iter::once(code).chain(asset).chain(documents).collect()
    }
}

/// One record, key `()`.
impl Record for NodeRecord {
    const TABLE: &'static str = "node";
    type Key = ();
    fn key(&self) {}
}

/// By `account` and `camera` (their ids' bytes).
impl Record for OpenView {
    const TABLE: &'static str = "open_view";
    type Key = LeaseId;
    fn key(&self) -> LeaseId {
        self.lease
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![IndexKey::shared("account", self.account.to_bytes()), IndexKey::shared("camera", self.camera.to_bytes())]
    }
}
