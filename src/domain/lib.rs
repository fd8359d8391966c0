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
pub mod area_edit;
pub mod asset;
pub mod audit;
pub mod audit_words;
pub mod book;
mod book_names;
pub mod camera;
pub mod camera_edit;
pub mod camera_facts;
pub mod camera_list;
pub mod changes;
pub mod completeness;
pub mod document;
pub mod facts_fields;
pub mod facts_patch;
pub mod giving;
pub mod grant;
pub mod handover;
pub mod handover_undo;
pub mod item_edit;
pub mod job;
pub mod layer;
pub mod layout;
pub mod lexicon;
pub mod network;
pub mod node;
pub mod password;
pub mod place;
pub mod policy_words;
pub mod presets;
pub mod ptz;
pub mod register;
pub mod review;
pub mod rights;
pub mod rights_table;
pub mod scope;
pub mod second_factor;
pub mod sector;
pub mod shape;
pub mod shifts;
pub mod sign_in;
pub mod standing;
pub mod text;
pub mod token;
pub mod unit;
pub mod unit_edit;

pub use account::{
    Account, AccountDetails, AccountDraft, AccountKind, LoginSession, PasswordRecord, Theme, Token, TokenUse,
};
pub use area::Area;
pub use area_edit::{AreaDraft, AreaFields, decide_area};
pub use asset::AssetDraft;
pub use audit::{Actor, AuditDraft, AuditEntry, AuditFilter, Subject};
pub use book::Registers;
pub use camera::{Camera, CameraSort, Transport};
pub use camera_edit::{CameraDraft, CameraPatch, Change, PasswordChange, Registration};
pub use camera_facts::{CameraFacts, Device, Happening, HappeningKind, MountingAsset, Position};
pub use camera_list::{CameraList, CameraListChange, ListedAs, ListedCamera};
pub use changes::{Changed, Changes};
pub use completeness::{Completeness, CompletenessPolicy, Missing};
pub use document::{Document, DocumentDraft, StoredFile};
pub use facts_fields::FIELDS as FACT_FIELDS;
pub use facts_patch::{Edit, FactsPatch};
pub use grant::{AccessRequest, Grant, Holder, RequestState, Scope, Shift, Times};
pub use handover::{Assigning, Fate, Handover, HandoverPart, HandoverPlan, HandoverState};
pub use item_edit::{ItemDraft, ItemFields, decide_item};
pub use job::{Job, JobKind, JobRow, JobState, RowFault, Tally, Verdict};
pub use layout::{Layout, LayoutChange, LayoutOwner, LayoutTour};
pub use lexicon::{AsWritten, Lexicon};
pub use network::{SignInNetworks, SignInZones};
pub use node::{NodeRecord, OpenView};
pub use password::PasswordPolicy;
pub use presets::{Home, Reach};
pub use register::{ItemTraits, Register, RegisterItem};
pub use review::{Review, ReviewLine};
pub use rights::{Act, Decision, Refusal, Role, decide};
pub use scope::{Trees, UnitPlace};
pub use second_factor::{SecondFactor, SecondFactorPolicy};
pub use sector::Sector;
pub use shape::Shape;
pub use sign_in::{Known, SignInEvent};
pub use standing::{Right, Standing};
pub use text::FieldFault;
pub use token::TokenLimit;
pub use unit::{FocalPoint, Unit};
pub use unit_edit::{UnitDraft, UnitFields, decide_unit, misses_focal_point};

/// Fields of a stored record that this program does not know.
pub type Extra = serde_json::Map<String, serde_json::Value>;
