//! What the pages of rights and requests show.

use crate::views::{FieldFault, Paging, Shell};
use base::WallTime;
use domain::rights_table::Cell;

/// A value and its word, for choices.
pub type ValueWord = (String, String);

/// Which list of the sharing pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharingTab {
    /// The register of rights (A7.5).
    Grants,
    /// Saved lists of cameras.
    Lists,
    /// Requests to decide.
    ToDecide,
    /// The caller's own requests.
    Mine,
}

/// The file of a paper, for who may open it.
#[derive(Clone, Debug)]
pub struct PaperFile {
    /// Id of the paper.
    pub document: String,
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// A grant in a list.
#[derive(Clone, Debug)]
pub struct GrantRow {
    /// Its id.
    pub id: String,
    /// Whose.
    pub holder: String,
    /// Which acts, in words.
    pub acts: Vec<String>,
    /// Which cameras: a label and what it names, for each part.
    pub scope: Vec<(String, Vec<String>)>,
    /// Begins.
    pub from: Option<WallTime>,
    /// Ends by itself.
    pub until: Option<WallTime>,
    /// Weekly shifts.
    pub shifts: Vec<String>,
    /// Stable name of the state.
    pub state: &'static str,
    /// The state in words.
    pub state_word: String,
    /// What for.
    pub purpose: String,
    /// The paper.
    pub document: Option<String>,
    /// Its file.
    pub file: Option<PaperFile>,
    /// Who gave it.
    pub given_by: String,
    /// When.
    pub given_at: WallTime,
    /// Made by the node for a police camera.
    pub founding: bool,
    /// Cameras that a handover of areas has taken out of it.
    pub lost: u64,
    /// Cameras that a handover has brought into its areas, and that are not within it.
    pub withheld: u64,
    /// Lists of its scope onto which cameras came later, that are not within it: the list's name, how many.
    pub later: Vec<(String, u64)>,
}

/// A request in a list.
#[derive(Clone, Debug)]
pub struct RequestRow {
    /// Its id.
    pub id: String,
    /// Who asks.
    pub who: String,
    /// For whom.
    pub holder: String,
    /// Which acts, in words.
    pub acts: Vec<String>,
    /// Which cameras.
    pub scope: Vec<(String, Vec<String>)>,
    /// Begins.
    pub from: Option<WallTime>,
    /// Ends by itself.
    pub until: Option<WallTime>,
    /// Weekly shifts.
    pub shifts: Vec<String>,
    /// What for.
    pub purpose: String,
    /// The paper.
    pub document: Option<String>,
    /// Its file.
    pub file: Option<PaperFile>,
    /// When it was made.
    pub made_at: WallTime,
    /// `open`, `withdrawn`, `approved`, `refused`.
    pub state: &'static str,
    /// Who decided, when, and why if it was refused.
    pub decided: Option<(String, WallTime, String)>,
    /// The grant that came of it.
    pub grant: Option<String>,
}

/// The filter of the register.
#[derive(Clone, Debug, Default)]
pub struct SharingFilter {
    /// Words.
    pub q: String,
    /// A camera's code.
    pub camera: String,
    /// A unit.
    pub unit: String,
    /// An act.
    pub act: String,
    /// A state.
    pub state: String,
}

impl SharingFilter {
    /// Is nothing filtered?
    pub fn is_empty(&self) -> bool {
        [&self.q, &self.camera, &self.unit, &self.act, &self.state].iter().all(|t| t.is_empty())
    }
}

/// The lists.
#[derive(Clone, Debug)]
pub struct SharingView {
    /// Frame.
    pub shell: Shell,
    /// Which list.
    pub tab: SharingTab,
    /// May give rights.
    pub shares: bool,
    /// Requests that wait for the caller.
    pub waiting: u64,
    /// Filter of the register.
    pub filter: SharingFilter,
    /// Acts to filter by.
    pub acts: Vec<ValueWord>,
    /// States to filter by.
    pub states: Vec<ValueWord>,
    /// Names of units, for suggestions.
    pub units: Vec<String>,
    /// Grants.
    pub grants: Vec<GrantRow>,
    /// Requests.
    pub requests: Vec<RequestRow>,
    /// Paging.
    pub paging: Paging,
}

/// One grant.
#[derive(Clone, Debug)]
pub struct GrantView {
    /// Frame.
    pub shell: Shell,
    /// What it is.
    pub row: GrantRow,
    /// Its revision.
    pub revision: u64,
    /// The second person.
    pub confirmed_by: Option<String>,
    /// Ended: when, by whom if by somebody, why.
    pub ended: Option<(WallTime, Option<String>, String)>,
    /// The request that it answers.
    pub request: Option<String>,
    /// Was it handed on from another grant?
    pub via: Option<String>,
    /// Named cameras that these eyes do not see.
    pub unseen: u64,
    /// May be ended by the caller.
    pub may_end: bool,
    /// May be confirmed by the caller.
    pub may_confirm: bool,
    /// The caller may give rights.
    pub may_give: bool,
    /// Why the last act was refused.
    pub faults: Vec<FieldFault>,
}

/// What a form of a grant or a request holds.
#[derive(Clone, Debug, Default)]
pub struct RightsForm {
    /// Holder, as typed (grants).
    pub holder: String,
    /// For the whole unit (requests).
    pub for_unit: bool,
    /// Names of acts.
    pub acts: Vec<String>,
    /// Codes of cameras, one a line.
    pub cameras: String,
    /// Ids of lists of cameras.
    pub lists: Vec<String>,
    /// Areas, one a line.
    pub areas: String,
    /// Units, one a line.
    pub units: String,
    /// Codes of sectors.
    pub sectors: Vec<String>,
    /// Codes of purposes.
    pub purposes: Vec<String>,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// Shifts, one a line.
    pub shifts: String,
    /// What for.
    pub purpose: String,
    /// Id of a known paper.
    pub document: String,
    /// Type of a new paper.
    pub paper_kind: String,
    /// Its number.
    pub paper_number: String,
    /// Its date.
    pub paper_date: String,
    /// Its issuer.
    pub paper_issuer: String,
}

/// What can be chosen in those forms.
#[derive(Clone, Debug, Default)]
pub struct RightsChoices {
    /// Acts that can be chosen.
    pub acts: Vec<ValueWord>,
    /// Lists of cameras.
    pub lists: Vec<ValueWord>,
    /// Sectors.
    pub sectors: Vec<ValueWord>,
    /// Purposes.
    pub purposes: Vec<ValueWord>,
    /// Types of papers.
    pub papers: Vec<ValueWord>,
    /// Known consents.
    pub documents: Vec<ValueWord>,
    /// Suggestions for the holder.
    pub holders: Vec<String>,
    /// Names of areas.
    pub areas: Vec<String>,
    /// Names of units.
    pub units: Vec<String>,
    /// Name of the caller's own unit, if it has one.
    pub own_unit: Option<String>,
    /// The most that a paper's file may have, in MiB.
    pub file_mib_max: u64,
}

/// The form of a new grant or of a request.
#[derive(Clone, Debug)]
pub struct RightsFormView {
    /// Frame.
    pub shell: Shell,
    /// A request instead of a grant.
    pub asks: bool,
    /// What it holds.
    pub form: RightsForm,
    /// What can be chosen.
    pub choices: RightsChoices,
    /// Fields at fault.
    pub faults: Vec<FieldFault>,
}

/// One request.
#[derive(Clone, Debug)]
pub struct RequestView {
    /// Frame.
    pub shell: Shell,
    /// What it is.
    pub row: RequestRow,
    /// Its revision.
    pub revision: u64,
    /// Cameras found for the codes, for who decides: code and name.
    pub cameras: Vec<(String, String)>,
    /// Reaches beyond the holder's own scope.
    pub beyond: bool,
    /// May be decided by the caller.
    pub may_decide: bool,
    /// May be withdrawn by the caller.
    pub may_withdraw: bool,
    /// The form of the decision.
    pub form: RightsForm,
    /// Why, if it is refused.
    pub why: String,
    /// What can be chosen.
    pub choices: RightsChoices,
    /// Names of the acts asked for.
    pub asked_acts: Vec<ValueWord>,
    /// Fields at fault.
    pub faults: Vec<FieldFault>,
}

/// A preset in the table of rights.
#[derive(Clone, Debug)]
pub struct PresetTable {
    /// Stable name.
    pub role: &'static str,
    /// Name.
    pub name: String,
    /// Article.
    pub article: String,
    /// Own scope in words.
    pub own_scope: String,
    /// Every grant must have an end.
    pub must_end: bool,
    /// Acts on cameras: article, words, a cell for each kind of camera.
    pub on_cameras: Vec<(String, String, Vec<Cell>)>,
    /// Acts on the node: article, words, may.
    pub on_node: Vec<(String, String, bool)>,
}

/// The table of rights.
#[derive(Clone, Debug)]
pub struct RightsTableView {
    /// Frame.
    pub shell: Shell,
    /// Kinds of camera, in words.
    pub kinds: Vec<String>,
    /// The presets.
    pub presets: Vec<PresetTable>,
}

/// One act in the explanation of a camera's rights.
#[derive(Clone, Debug)]
pub struct ActLine {
    /// Stable name.
    pub act: &'static str,
    /// In words.
    pub word: String,
    /// May.
    pub may: bool,
    /// The preset excludes it.
    pub never: bool,
    /// By grant: its id.
    pub grant: Option<String>,
    /// Ends.
    pub until: Option<WallTime>,
}

/// What the caller may do to one camera and why, to stand on the camera's page.
#[derive(Clone, Debug)]
pub struct CameraRightsView {
    /// The camera's code.
    pub code: String,
    /// The caller's preset in words.
    pub role: String,
    /// Its own scope in words.
    pub own_scope: String,
    /// The camera is in it.
    pub at_home: bool,
    /// The acts.
    pub acts: Vec<ActLine>,
    /// The caller's grants that hold the camera.
    pub grants: Vec<GrantRow>,
    /// Grants of others on it, for who may share it.
    pub others: Option<Vec<GrantRow>>,
}
