//! Who asks: an account with the way it came in.

use base::{AccountId, LoginSessionId, TokenId, WallTime};
use domain::{Account, Act, Actor, Decision, Role, rights};
use std::net::IpAddr;

/// How the caller came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// A browser that has signed in.
    Session(LoginSessionId),
    /// A program with a bearer token.
    Token(TokenId),
    /// Whoever runs commands on the machine itself.
    Cli,
    /// The node.
    System,
}

/// Who asks. A snapshot: every transaction looks at account, sign-in and token again.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account. `must_change_password` is also set when the password has become too old.
    pub account: Account,
    /// The sign-in, if it is one.
    pub session: Option<LoginSessionId>,
    /// How it came in.
    pub by: By,
    /// From which network address.
    pub address: Option<IpAddr>,
}

impl Caller {
    pub(crate) fn new(account: Account, by: By, address: Option<IpAddr>) -> Self {
        let session = if let By::Session(id) = by { Some(id) } else { None };
        Self { account, session, by, address }
    }
    fn of_machine(name: &str, by: By) -> Self {
        let id = AccountId::from_bytes([0; 16]);
        let account = Account::new(id, name.to_owned(), name.to_owned(), Role::Administrator, WallTime::EPOCH);
        Self::new(account, by, None)
    }
    /// The node itself: demo, duties.
    pub fn system() -> Self {
        Self::of_machine("system", By::System)
    }
    /// Whoever runs commands on the machine; the file system has authorised them.
    pub fn cli() -> Self {
        Self::of_machine("cli", By::Cli)
    }
    /// The same caller, from that network address.
    pub fn at(mut self, address: IpAddr) -> Self {
        self.address = Some(address.to_canonical());
        self
    }
    /// May it do that? Only for what is shown; the verbs decide for themselves.
    pub fn decide(&self, act: Act) -> Decision {
        if self.account.must_change_password && act != Act::OwnAccount {
            return Decision::Refused(rights::password_due());
        }
        domain::decide(self.account.role, act)
    }
    pub(crate) fn actor(&self) -> Actor {
        match self.by {
            By::Session(_) | By::Token(_) => Actor::Account { id: self.account.id, name: self.account.name.clone() },
            By::Cli => Actor::Cli,
            By::System => Actor::System,
        }
    }
    pub(crate) fn address_text(&self) -> Option<String> {
        self.address.map(|a| a.to_string())
    }
}
