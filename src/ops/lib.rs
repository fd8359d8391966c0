//! `ops` — every verb of the office.
//!
//! Each verb goes the same way: authorise, let `domain` decide, one store transaction that writes the record and its
//! audit entry, tell the watchers. Here too: sign-ins and their lock-out, leases and their withdrawal, the catalogue
//! index that lists and searches. Not here: rules (`domain`), tables (`store`), pages and HTTP (`web`), pictures (`media`).
//!
//! All verbs are synchronous: they wait for the disk, so call them on blocking threads.

mod accounts;
mod caller;
mod cameras;
mod catalogue;
mod entrance;
mod fault;
mod leases;
mod lockout;
mod node;
mod office;
mod own;
mod passwords;
mod policy;
mod recognise;
mod secrets;
mod trail;

#[cfg(test)]
mod tests;

pub use accounts::NewAccount;
pub use caller::{By, Caller};
pub use cameras::WantedSource;
pub use catalogue::{CameraFilter, Page};
pub use entrance::{SetupForm, SignedIn};
pub use fault::OpsError;
pub use leases::ViewEnded;
pub use node::NodeInfo;
pub use office::{Ops, OpsConfig};
pub use own::{SignInInfo, TokenInfo};
pub use policy::{Policy, SignInPolicy, TokenPolicy};
pub use store::{AuditPage, ChainFault};
pub use trail::AuditCheck;
