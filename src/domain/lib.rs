//! `domain` — the rules of the office, as pure functions and records.
//!
//! Here: who may do what ([`rights`]), what a camera's record must look like ([`camera`]), what a good password is
//! ([`password`]), what is put on record ([`audit`]). Every `decide_*` takes all it needs as arguments. Not here: clocks,
//! randomness, files, sockets, pages; those who call bring `now` and carry out what was decided.
//!
//! Records keep fields that they do not know (`extra`), so that an older program does not lose what a newer one wrote.

pub mod account;
pub mod address;
pub mod area;
pub mod audit;
pub mod book;
mod book_names;
pub mod camera;
pub mod camera_edit;
pub mod camera_facts;
pub mod changes;
pub mod document;
pub mod facts_patch;
pub mod giving;
pub mod grant;
pub mod lexicon;
pub mod network;
pub mod node;
pub mod password;
pub mod place;
pub mod presets;
pub mod ptz;
pub mod register;
pub mod review;
pub mod rights;
pub mod rights_table;
pub mod scope;
pub mod second_factor;
pub mod shape;
pub mod sign_in;
pub mod standing;
pub mod text;
pub mod token;
pub mod unit;

pub use account::{Account, AccountDetails, AccountDraft, AccountKind, LoginSession, PasswordRecord, Theme, Token, TokenUse};
pub use area::Area;
pub use audit::{Actor, AuditDraft, AuditEntry, AuditFilter, Subject};
pub use book::Registers;
pub use camera::{Camera, CameraSort, Transport};
pub use camera_edit::{CameraDraft, CameraPatch, Change, PasswordChange, Registration};
pub use camera_facts::{CameraFacts, Device, MountingAsset, Position};
pub use changes::{Changed, Changes};
pub use document::{Document, StoredFile};
pub use facts_patch::{Edit, FactsPatch};
pub use grant::{AccessRequest, Grant, Holder, RequestState, Scope, Shift, Times};
pub use network::{SignInNetworks, SignInZones};
pub use lexicon::{AsWritten, Lexicon};
pub use node::{NodeRecord, OpenView};
pub use password::PasswordPolicy;
pub use presets::{Home, Reach};
pub use register::{ItemTraits, Register, RegisterItem};
pub use review::{Review, ReviewLine};
pub use rights::{Act, Decision, Refusal, Role, decide};
pub use second_factor::{SecondFactor, SecondFactorPolicy};
pub use shape::Shape;
pub use scope::{Trees, UnitPlace};
pub use sign_in::{Known, SignInEvent};
pub use standing::{Right, Standing};
pub use text::FieldFault;
pub use token::TokenLimit;
pub use unit::{FocalPoint, Unit};

/// Fields of a stored record that this program does not know.
pub type Extra = serde_json::Map<String, serde_json::Value>;
