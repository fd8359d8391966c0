//! View structs: everything a page shows, as plain data. `web` fills them, the page functions draw them.
//!
//! Here: strings already in the page's language (sentences from `base::Said` are resolved by `web`), numbers, moments,
//! and small enums of what a page can look like. Not here: domain records, store keys, anything that reads a clock.
//! All text is raw; the pages escape it. The forms' actions and field names stand in [`crate::routes`].

use base::{Language, StreamKind, WallTime};

pub use crate::views_access::*;
pub use crate::views_audit::*;
pub use crate::views_finding::*;
pub use crate::views_imports::*;
pub use crate::views_lists::*;
pub use crate::views_office::*;
pub use crate::views_policy::*;
pub use crate::views_record::*;
pub use crate::views_registers::*;
pub use crate::views_sharing::*;

/// What every page needs around its content.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Language of this page.
    pub language: Language,
    /// Colours the person chose.
    pub theme: Theme,
    /// Token that every form sends back as `csrf`, and scripts as header `X-CSRF-Token`.
    pub csrf: String,
    /// The node's name; empty before set-up.
    pub node_name: String,
    /// Who is signed in; `None` on set-up, sign-in and some error pages.
    pub person: Option<Person>,
    /// Path and query of this page, for the way back after switching language or theme. Must start with `/`.
    pub here: String,
    /// Result of the last act, shown once.
    pub flash: Option<Flash>,
    /// What the person should see to.
    pub notices: Vec<Notice>,
    /// Who watches, to stand over live pictures where policy says so.
    pub watermark: Option<String>,
    /// The moment the page is drawn, for "12 giây trước".
    pub now: WallTime,
}

/// Who is signed in, and which doors the navigation shows. Rights are decided in `ops`; this only hides dead ends.
#[derive(Clone, Debug)]
pub struct Person {
    /// Sign-in name.
    pub name: String,
    /// Display name.
    pub display_name: String,
    /// Role.
    pub role: Role,
    /// May add, change and remove cameras.
    pub edits_cameras: bool,
    /// May give rights on cameras.
    pub shares: bool,
    /// May read the audit.
    pub reads_audit: bool,
    /// May manage accounts.
    pub manages_accounts: bool,
    /// May change the node's settings.
    pub manages_node: bool,
    /// May keep areas, units and registers.
    pub manages_registers: bool,
}

pub use domain::Role;

/// Colours of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says; the live page is dark.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All, in the order of choice lists.
    pub const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];
    /// The value in forms and in `data-theme`: `auto`, `light`, `dark`.
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
    /// Reads a form value.
    pub fn parse(s: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|t| t.as_str() == s)
    }
}

/// The result of the last act.
#[derive(Clone, Debug)]
pub struct Flash {
    /// Did it work?
    pub good: bool,
    /// One sentence in the page's language.
    pub text: String,
}

/// A field of a form that was refused, with the sentence that says why and what to do.
#[derive(Clone, Debug)]
pub struct FieldFault {
    /// The form's field name; empty when the fault is of the whole form.
    pub field: String,
    /// The sentence, in the page's language.
    pub text: String,
}

/// Where a list stands and the addresses of its neighbours.
#[derive(Clone, Debug, Default)]
pub struct Paging {
    /// All rows that match the filter, if counted.
    pub total: Option<u64>,
    /// Number of the first row shown, from 1, if known.
    pub from: Option<u64>,
    /// Address of the first page, when this is not it.
    pub first: Option<String>,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the next page.
    pub next: Option<String>,
}

// ---- before signing in ------------------------------------------------------------------------------------------

/// One-time set-up.
#[derive(Clone, Debug)]
pub struct SetupView {
    /// Around it; `person` is `None`.
    pub shell: Shell,
    /// The one-time token, sent back as hidden field `token`.
    pub token: String,
    /// What was entered before a refusal.
    pub account: String,
    /// What was entered before a refusal.
    pub display_name: String,
    /// What was entered before a refusal.
    pub node_name: String,
    /// What was entered before a refusal.
    pub area: String,
    /// Chosen language.
    pub language: Language,
    /// What was refused.
    pub faults: Vec<FieldFault>,
    /// The password rules in force.
    pub password: PasswordRules,
}

/// The password rules in force, for the hint and the live strength text; `ops` decides.
#[derive(Clone, Copy, Debug)]
pub struct PasswordRules {
    /// Shortest, in characters.
    pub length_min: u32,
    /// Days until it must be changed, if it must.
    pub age_days_max: Option<u32>,
}

/// Sign-in.
#[derive(Clone, Debug)]
pub struct SignInView {
    /// Around it; `person` is `None`.
    pub shell: Shell,
    /// What was entered before a refusal.
    pub name: String,
    /// Where to go afterwards, sent back as `next`.
    pub next: String,
    /// Why the last attempt failed, in words.
    pub fault: Option<String>,
    /// Seconds to wait before the next attempt is heard, after too many.
    pub wait_s: Option<u64>,
}

// ---- cameras ----------------------------------------------------------------------------------------------------

/// The live page. The tree and the tiles are filled by the script from `/api/v1/cameras` and `/api/v1/events`.
#[derive(Clone, Debug)]
pub struct LiveView {
    /// Around it.
    pub shell: Shell,
    /// Tiles from the address, one of [`domain::layout::GRIDS`]; `None` lets the remembered layout decide.
    pub grid: Option<u8>,
    /// Camera codes from the address, by tile; empty text is an empty tile.
    pub tiles: Vec<String>,
    /// How many cameras these eyes may see.
    pub cameras_total: u64,
    /// What layouts are remembered under (the account's id).
    pub account_key: String,
    /// May they take single pictures of cameras at all?
    pub snapshots: bool,
    /// Without the frame around it: the wall on a second monitor.
    pub wall: bool,
}

/// Where a stream stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Pictures arrive.
    Live,
    /// Talking to the camera.
    Connecting,
    /// No picture; the next attempt is coming.
    Waiting,
    /// Not known (just started, no such stream).
    Unknown,
}

impl Phase {
    /// All, in the order of the filter.
    pub const ALL: [Phase; 4] = [Phase::Live, Phase::Connecting, Phase::Waiting, Phase::Unknown];
    /// The value in addresses and in events: `live`, `connecting`, `waiting`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Live => "live",
            Phase::Connecting => "connecting",
            Phase::Waiting => "waiting",
            Phase::Unknown => "unknown",
        }
    }
    /// Reads a filter value.
    pub fn parse(s: &str) -> Option<Phase> {
        Phase::ALL.into_iter().find(|p| p.as_str() == s)
    }
}

/// State of one stream, in words.
#[derive(Clone, Debug)]
pub struct StreamStatus {
    /// Which stream.
    pub stream: StreamKind,
    /// Where it stands.
    pub phase: Phase,
    /// Since when.
    pub since: Option<WallTime>,
    /// Why there is no picture, in the page's language.
    pub reason: Option<String>,
    /// When the next attempt is due.
    pub next_attempt: Option<WallTime>,
    /// Attempts since it was last live.
    pub attempts: u32,
    /// The pictures, once known.
    pub facts: Option<PictureFacts>,
    /// People and programs watching it now.
    pub viewers: u64,
}

/// What is known of a stream's pictures.
#[derive(Clone, Debug, Default)]
pub struct PictureFacts {
    /// For example `H.264`.
    pub codec: String,
    /// Pixels; 0 if unknown.
    pub width: u32,
    /// Pixels; 0 if unknown.
    pub height: u32,
    /// Pictures per second.
    pub fps: Option<f64>,
    /// Seconds between key frames.
    pub key_frame_s: Option<f64>,
    /// kbit/s.
    pub kbit_s: Option<f64>,
}

/// Adding a camera: step 1 asks for the address, step 2 shows what was found and asks for the name.
#[derive(Clone, Debug)]
pub struct AddCameraView {
    /// Around it.
    pub shell: Shell,
    /// What was entered in step 1. Passwords never come back to a page.
    pub address: AddressForm,
    /// What the probe found; `None` draws step 1 only.
    pub probe: Option<ProbeView>,
    /// Names the draft that the server keeps (with the password) for step 2, sent back as hidden field `draft`;
    /// `None` when the probe failed so that there is nothing to add yet.
    pub draft: Option<String>,
    /// What was entered in step 2.
    pub details: DetailsForm,
    /// The further facts as entered.
    pub record: RecordView,
    /// The code the camera gets when none is entered.
    pub code_suggestion: String,
    /// Areas that occur, offered while typing.
    pub areas: Vec<String>,
    /// Units that occur, offered while typing.
    pub units: Vec<String>,
    /// What was refused.
    pub faults: Vec<FieldFault>,
    /// Networks in which cameras may be, as text, for example `10.0.0.0/8`.
    pub networks: Vec<String>,
}

/// Where a camera is and how to talk to it; never its password.
#[derive(Clone, Debug, Default)]
pub struct AddressForm {
    /// RTSP address of the main stream.
    pub main_url: String,
    /// RTSP address of the substream, or empty.
    pub sub_url: String,
    /// The camera's user name, or empty.
    pub username: String,
    /// RTP over UDP instead of inside the RTSP connection.
    pub udp: bool,
}

/// Name, code, area and unit of a camera.
#[derive(Clone, Debug, Default)]
pub struct DetailsForm {
    /// Name.
    pub name: String,
    /// Code, or empty for the suggestion.
    pub code: String,
    /// Area, or empty.
    pub area: String,
    /// Unit, or empty.
    pub unit: String,
}

/// What a probe found.
#[derive(Clone, Debug)]
pub struct ProbeView {
    /// The main stream, or why there is none.
    pub main: Result<ProbedStreamView, String>,
    /// The substream: `None` if none was named and none was found.
    pub sub: Option<Result<ProbedStreamView, String>>,
    /// What the device calls itself.
    pub server: Option<String>,
    /// How long it took.
    pub took_ms: u64,
}

/// One stream as found.
#[derive(Clone, Debug)]
pub struct ProbedStreamView {
    /// Its address, without user and password.
    pub url: String,
    /// Can the node take it?
    pub supported: bool,
    /// The pictures.
    pub facts: PictureFacts,
    /// No second key frame came within the probe: the distance is at least this many seconds.
    pub key_frame_s_min: Option<f64>,
    /// Audio codecs beside it.
    pub audio: Vec<String>,
    /// Camera clock minus node clock, if known.
    pub clock_difference_ms: Option<i64>,
}

/// One camera.
#[derive(Clone, Debug)]
pub struct CameraView {
    /// Around it.
    pub shell: Shell,
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its name as stored (`edit` holds what is being entered).
    pub name: String,
    /// Its area.
    pub area: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
    /// RTSP address of the main stream, without user and password; `None` for eyes that may not see it.
    pub main_url: Option<String>,
    /// RTSP address of the substream.
    pub sub_url: Option<String>,
    /// Is a password kept (sealed)?
    pub password_kept: bool,
    /// RTP over UDP.
    pub udp: bool,
    /// When it was added.
    pub created_at: WallTime,
    /// When its record was last changed.
    pub changed_at: WallTime,
    /// Its streams' states: main, and sub if it has one.
    pub streams: Vec<StreamStatus>,
    /// May these eyes watch it?
    pub may_watch: bool,
    /// The rest of its record.
    pub record: RecordView,
    /// What the caller may do with it, and why.
    pub rights: CameraRightsView,
    /// The edit form; `None` for those who may not edit.
    pub edit: Option<EditCameraForm>,
    /// What was refused (field `confirm_name` belongs to the danger zone).
    pub faults: Vec<FieldFault>,
}

/// The edit form of a camera.
#[derive(Clone, Debug)]
pub struct EditCameraForm {
    /// Name, area, unit, code.
    pub details: DetailsForm,
    /// Address. An empty password field keeps the stored one.
    pub address: AddressForm,
    /// Revision the form was drawn from, sent back as `revision`.
    pub revision: u64,
    /// Areas that occur.
    pub areas: Vec<String>,
    /// Units that occur.
    pub units: Vec<String>,
}
