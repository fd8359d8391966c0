//! Who asks: an account with the way it came in, and what stands in its way whatever its rights are.

use base::{AccountId, LoginSessionId, TokenId, WallTime};
use domain::password::Due;
use domain::{Account, Act, Actor, Decision, Refusal, Role, TokenLimit, second_factor, token};
use std::net::IpAddr;
use std::sync::Arc;

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

/// What the person must do before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Choose another password.
    Password(Due),
    /// Set up a second factor.
    SecondFactor,
}

impl Duty {
    /// The refusal of everything else.
    pub fn refusal(self) -> Refusal {
        match self {
            Duty::Password(due) => due.refusal(),
            Duty::SecondFactor => second_factor::due(),
        }
    }
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
    /// Came in with a second factor.
    pub second_factor: bool,
    /// What must be done before anything else.
    pub duty: Option<Duty>,
    /// From when on a second factor must be set up, if it is not yet.
    pub second_factor_from: Option<WallTime>,
    /// What its token is limited to, within the account's rights. Whoever decides over cameras must ask its scope.
    pub limit: Option<Arc<TokenLimit>>,
    /// Nothing at all from this address, and why.
    pub barred: Option<Arc<Refusal>>,
}

impl Caller {
    pub(crate) fn new(account: Account, by: By, address: Option<IpAddr>) -> Self {
        let session = if let By::Session(id) = by { Some(id) } else { None };
        let (duty, second_factor_from, limit, barred) = (None, None, None, None);
        Self { account, session, by, address, second_factor: false, duty, second_factor_from, limit, barred }
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
    /// The same caller, from that network address. Whether it may come from there: [`crate::Ops::placed`].
    pub fn at(mut self, address: IpAddr) -> Self {
        self.address = Some(address.to_canonical());
        self
    }
    /// Whoever runs the machine, or the machine itself?
    pub fn is_machine(&self) -> bool {
        matches!(self.by, By::Cli | By::System)
    }
    /// What stands in the way of that act before any right is asked: the address, the token's limit, a duty.
    pub fn hindrance(&self, act: Act) -> Option<Refusal> {
        if let Some(refusal) = &self.barred {
            return Some(refusal.as_ref().clone());
        }
        if self.limit.as_ref().is_some_and(|limit| !limit.leaves(act)) {
            return Some(token::beyond_limit(act));
        }
        self.duty.filter(|_| act != Act::OwnAccount).map(Duty::refusal)
    }
    /// May it do that? Only for what is shown; the verbs decide for themselves.
    pub fn decide(&self, act: Act) -> Decision {
        match self.hindrance(act) {
            Some(refusal) => Decision::Refused(refusal),
            None => domain::decide(self.account.role, act),
        }
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
