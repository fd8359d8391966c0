//! `ops` — every verb of the office.
//!
//! Each verb goes the same way: authorise, let `domain` decide, one store transaction that writes the record and its
//! audit entry, tell the watchers. Here too: sign-ins and their lock-out, leases and their withdrawal, the catalogue
//! index that lists and searches. Not here: rules (`domain`), tables (`store`), pages and HTTP (`web`), pictures (`media`).
//!
//! All verbs are synchronous: they wait for the disk, so call them on blocking threads.

mod account_list;
mod accounts;
mod caller;
mod camera_lists;
mod camera_writes;
mod cameras;
mod catalogue;
mod checkpoints;
mod codes;
mod entrance;
mod eyes;
mod fault;
mod finding;
mod grants;
mod history;
mod import;
mod jobs;
mod keeping;
mod layouts;
mod leases;
mod lexicon;
mod lockout;
mod networks;
mod node;
mod office;
mod own;
mod passwords;
mod police;
mod policy;
mod policy_lines;
mod recognise;
mod record;
mod registers;
mod request_list;
mod requests;
mod reviews;
mod rights_book;
mod second_factor;
mod secrets;
mod sharing;
mod sight;
mod sign_in;
mod snapshots;
mod tokens;
mod trail;
mod veil;
mod withdraw;

#[cfg(test)]
mod tests;

pub use account_list::{AccountCounts, AccountFilter, AccountInfo, AccountPage, AccountSort};
pub use accounts::{AccountChange, AccountStep, NewAccount};
pub use caller::{By, Caller, Duty};
pub use camera_lists::CameraListInfo;
pub use cameras::WantedSource;
pub use catalogue::{CameraFilter, CameraHit, Facet, Facets, MapCell, MapPage, MapRow, Page, Running, Special};
pub use entrance::SetupForm;
pub use eyes::Eyes;
pub use fault::OpsError;
pub use finding::{AreaHit, DocumentHit, Found, PersonHit, UnitHit};
pub use grants::GrantWish;
pub use import::{
    BulkEdit, BulkHow, FAULT_TITLE, InboxReport, JobRows, ListFile, ListFormat, ListOut, bulk_fields, columns,
    columns_of,
};
pub use keeping::AuditKeeping;
pub use layouts::{LayoutInfo, NewLayout};
pub use leases::ViewEnded;
pub use networks::NetworksWish;
pub use node::NodeInfo;
pub use office::{Ops, OpsConfig};
pub use own::SignInInfo;
pub use policy::{AccountPolicy, AuditPolicy, LivePolicy, Policy, SignInPolicy, TokenPolicy};
pub use policy_lines::PolicyLine;
pub use record::{
    AssetInfo, AssetList, CameraStanding, HistoryPage, HistoryRow, Overlap, OverlapFilter, OverlapPage, OverlapPair,
    Replacement, Upload, document_mark,
};
pub use registers::{CameraCounts, HandoverGrant, HandoverMove, HandoverPreview, HandoverStay, UndoPreview, Uses};
pub use request_list::{RequestInfo, RequestsOf};
pub use requests::{RequestWish, Verdict, no_lists_in_requests};
pub use reviews::{ReviewDuty, ReviewInfo, ReviewWish};
pub use second_factor::Enrolment;
pub use secrets::DigestKeys;
pub use sharing::{Explained, GrantFilter, GrantInfo, GrantList, GrantState};
pub use sign_in::{Entered, Origin, SignedIn};
pub use store::{
    AuditArchive, AuditPage, AuditProof, ChainFault, ChainFlaw, Checkpoint, Countersignature, NodeSigner, Prunable,
    SignedHead,
};
pub use tokens::{TokenInfo, TokenWish};
pub use trail::AuditCheck;
