//! `domain` — the rules of the office, as pure functions and records.
//!
//! Here: who may do what ([`rights`]), what a camera's record must look like ([`camera`]), what a good password is
//! ([`password`]), what is put on record ([`audit`]). Every `decide_*` takes all it needs as arguments. Not here: clocks,
//! randomness, files, sockets, pages; those who call bring `now` and carry out what was decided.
//!
//! Records keep fields that they do not know (`extra`), so that an older program does not lose what a newer one wrote.

pub mod account;
pub mod address;
pub mod audit;
pub mod camera;
pub mod node;
pub mod password;
pub mod rights;
pub mod text;

pub use account::{Account, AccountDraft, LoginSession, PasswordRecord, Theme, Token};
pub use audit::{Actor, AuditDraft, AuditEntry, AuditFilter, Subject};
pub use camera::{Camera, CameraDraft, CameraPatch, CameraSort, Change, PasswordChange, Registration, Transport};
pub use node::{NodeRecord, OpenView};
pub use password::PasswordPolicy;
pub use rights::{Act, Decision, Refusal, Role, decide};
pub use text::FieldFault;

/// Fields of a stored record that this program does not know.
pub type Extra = serde_json::Map<String, serde_json::Value>;
