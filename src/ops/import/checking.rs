//! The dry run: what every row would do, or what is wrong with it. Nothing of the office changes.

use super::columns::{Column, Fill};
use super::deciding::{self, Cells, Step, Ways};
use super::{MASK, Secrets, sealed_cells};
use crate::lexicon::NodeLexicon;
use crate::record::second_view;
use crate::record::views::{View, ViewIndex};
use crate::{Caller, Eyes, Ops, OpsError};
use base::{CameraId, Fault, JobId, Said, Secret};
use domain::text::{cut, fold};
use domain::{Camera, FieldFault, Job, JobRow, JobState, Register, Registers, RowFault, Verdict, address, layer};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

/// Rows of a dry run that share one transaction.
const BATCH: usize = 500;

/// What rows are checked against.
pub(crate) struct Check {
    job: JobId,
    columns: Vec<&'static Column>,
    reason: Option<String>,
    lexicon: NodeLexicon,
    registers: Arc<Registers>,
    eyes: Eyes,
    /// The first row with a code, folded; and with an address of a main stream.
    codes: HashMap<String, u32>,
    urls: HashMap<String, u32>,
    /// The cameras' addresses, for rows that would add one.
    known: HashMap<String, String>,
    /// The type of document that agrees to a further camera.
    agreement: Option<String>,
    /// What the rows before see; each under an id made of its number.
    views: ViewIndex,
    threshold: f64,
}

/// A main stream's address as it is compared.
fn bare_url(text: &str) -> Option<String> {
    address::camera_address("main_url", text).ok().map(|a| a.url)
}

/// A row as it is kept, and what of it is sealed.
pub(crate) struct Checked {
    pub(crate) row: JobRow,
    pub(crate) secrets: Secrets,
}

impl Check {
    pub(crate) fn new(ops: &Ops, caller: &Caller, job: &Job) -> Self {
        let columns: Vec<&'static Column> = super::columns_of(job).into_iter().flatten().collect();
        let adds = columns.iter().any(|c| c.field == "main_url");
        let catalogue = ops.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        // Of a list out of the inbox the node is the one who asks; people read what comes of it.
        let eyes = ops.eyes(caller).for_people();
        let mut known = HashMap::new();
        if adds {
            // An address says of no police camera that it is there.
            for camera in catalogue.cameras().filter(|c| !c.facts.police || eyes.sees(c)) {
                let name = if eyes.sees(camera) { format!("{} {}", camera.code, camera.name) } else { String::new() };
                known.insert(camera.main_url.clone(), name);
            }
        }
        drop(catalogue);
        Self {
            job: job.id,
            columns,
            reason: job.reason.clone(),
            lexicon: ops.lexicon(),
            registers: ops.registers(),
            eyes,
            codes: HashMap::new(),
            urls: HashMap::new(),
            known,
            agreement: ops.agreement_kind(),
            views: ViewIndex::default(),
            threshold: ops.policy.duplicate_view.threshold,
        }
    }

    fn cells<'a>(&'a self, cells: &'a [String]) -> Cells<'a> {
        Cells { columns: &self.columns, cells }
    }

    /// Notes a row's code and address, so that a later row with the same is found.
    pub(crate) fn note(&mut self, n: u32, cells: &[String]) {
        let row = Cells { columns: &self.columns, cells };
        let (code, url) = (fold(row.text("code")), bare_url(row.text("main_url")));
        if !code.is_empty() {
            self.codes.entry(code).or_insert(n);
        }
        if let Some(url) = url {
            self.urls.entry(url).or_insert(n);
        }
    }

    /// Notes what the other rows of a list see, so that a row which is mended is compared with them too. `at` are the cells
    /// of that row: if it sees nothing, nothing need be noted.
    pub(crate) fn note_views(&mut self, ops: &Ops, at: &[String], others: &[(u32, Vec<String>)]) {
        if self.outcome(ops, at).as_ref().and_then(View::of).is_none() {
            return;
        }
        for (n, cells) in others {
            let camera = self.outcome(ops, cells);
            self.views.set(id_of(*n), camera.as_ref());
        }
    }

    /// The camera as a row would leave it; `None` if it leaves it as it is, or is at fault.
    fn outcome(&self, ops: &Ops, cells: &[String]) -> Option<Camera> {
        let row = self.cells(cells);
        let existing = Some(row.text("code")).filter(|c| !c.is_empty()).and_then(|c| ops.camera_named(c));
        let step = deciding::decide(&row, existing.as_ref(), &self.ways()).ok()?;
        deciding::outcome(&step, &self.eyes)
    }

    fn ways(&self) -> Ways<'_> {
        Ways { reason: self.reason.as_ref(), lexicon: &self.lexicon, agreement: self.agreement.as_deref() }
    }

    /// Checks a row.
    pub(crate) fn row(&mut self, ops: &Ops, n: u32, cells: &[String]) -> Checked {
        let code = self.cells(cells).text("code");
        let existing = Some(code).filter(|c| !c.is_empty()).and_then(|c| ops.camera_named(c));
        let (shown, secrets) = self.masked(cells);
        let mut row = JobRow {
            job: self.job,
            n,
            cells: shown,
            sealed: !secrets.is_empty(),
            verdict: Verdict::Fault,
            faults: Vec::new(),
            warnings: Vec::new(),
            fields: Vec::new(),
            camera: None,
            code: cut(code, 80),
            revision: None,
            before: None,
            extra: Default::default(),
        };
        match self.decide(ops, n, cells, existing.as_ref()) {
            Err(faults) => row.faults = faults,
            Ok(step) => {
                row.camera = existing.as_ref().map(|c| c.id);
                row.warnings = self.warnings(&step);
                (row.verdict, row.fields) = match step {
                    Step::Same => (Verdict::Same, Vec::new()),
                    Step::Change(change) => (Verdict::Change, change.changes.0.into_keys().collect()),
                    Step::Add(_) => (Verdict::Add, Vec::new()),
                };
            }
        }
        Checked { row, secrets }
    }

    fn decide(
        &mut self,
        ops: &Ops,
        n: u32,
        cells: &[String],
        existing: Option<&Camera>,
    ) -> Result<Step, Vec<RowFault>> {
        let columns = self.columns.clone();
        let row = &Cells { columns: &columns, cells };
        let seen = existing.filter(|camera| self.eyes.sees(camera));
        let (hidden, existing) = (existing.is_some() && seen.is_none(), seen);
        let mut faults = self.twice(row, n, existing);
        match deciding::decide(row, existing, &self.ways()) {
            Err(more) => faults.extend(deciding::row_faults(more)),
            // A new camera for these eyes, but the code is not free.
            Ok(_) if hidden => faults.push(deciding::out_of_sight()),
            Ok(step) if faults.is_empty() => {
                deciding::allowed(ops, &step, existing, &self.eyes).map_err(|e| {
                    deciding::fault_of(&e).unwrap_or_else(|| vec![super::applying::row_fault("", e.said())])
                })?;
                self.seen_before(n, &step, existing, row.text("agreement_number").is_empty())?;
                return Ok(step);
            }
            Ok(_) => {}
        }
        Err(faults)
    }

    /// The same code or address a second time: in the list, or in the catalogue under another code.
    fn twice(&self, row: &Cells<'_>, n: u32, existing: Option<&Camera>) -> Vec<RowFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &'static str, said| faults.push(RowFault::from(FieldFault::new(field, said)));
        if let Some(first) = self.codes.get(&fold(row.text("code"))).filter(|first| **first != n) {
            fault(
                "code",
                Said::new(
                    format!("Mã này đã có ở dòng {first}. Mỗi camera chỉ được có một dòng."),
                    format!("Row {first} has this code already. Each camera may have one row."),
                ),
            );
        }
        let Some(url) = bare_url(row.text("main_url")) else { return faults };
        if let Some(first) = self.urls.get(&url).filter(|first| **first != n) {
            fault(
                "main_url",
                Said::new(
                    format!("Địa chỉ này đã có ở dòng {first}; hai camera không thể cùng một luồng."),
                    format!("Row {first} has this address already; two cameras cannot be the same stream."),
                ),
            );
        }
        if existing.is_none_or(|camera| camera.main_url != url)
            && let Some(name) = self.known.get(&url)
        {
            fault(
                "main_url",
                if name.is_empty() {
                    Said::new("Địa chỉ này đã là của một camera khác.", "Another camera has this address already.")
                } else {
                    Said::new(
                        format!("Địa chỉ này đã là của camera {name}. Để cập nhật camera đó, hãy ghi mã của nó."),
                        format!("The camera {name} has this address already. To change that one, give its code."),
                    )
                },
            );
        }
        faults
    }

    /// Two rows of the list that see the same for a like purpose (A5.4, A13.1): the later one needs the agreement.
    fn seen_before(
        &mut self,
        n: u32,
        step: &Step,
        existing: Option<&Camera>,
        alone: bool,
    ) -> Result<(), Vec<RowFault>> {
        let Some(camera) = deciding::outcome(step, &self.eyes) else { return Ok(()) };
        let Some(view) = View::of(&camera) else { return Ok(()) };
        if alone && existing.and_then(View::of).is_none_or(|before| before != view) {
            let shared = self.views.shared_with(None, &view, self.threshold);
            if let Some((id, share)) = shared.first() {
                let (first, percent) = (number_of(*id), format!("{:.0}", share * 100.0));
                return Err(vec![RowFault {
                    field: "agreement_number".to_owned(),
                    said: Said::new(
                        format!(
                            "Camera ở dòng {first} cùng mục đích đã quan sát {percent} % nơi này. Theo Điều 5.4 và 13.1, chỉ lắp \
                             thêm khi có văn bản thống nhất; hãy ghi số, ngày và cơ quan ban hành."
                        ),
                        format!(
                            "The camera of row {first}, of like purpose, sees {percent} % of this already. By articles 5.4 and \
                             13.1 a further one needs an agreement in writing; give its number, date and issuer."
                        ),
                    ),
                    article: Some(second_view::ARTICLE.to_owned()),
                }]);
            }
        }
        self.views.set(id_of(n), Some(&camera));
        Ok(())
    }

    /// What is odd and does not hinder: purposes that do not fit the height (A13.2).
    fn warnings(&self, step: &Step) -> Vec<RowFault> {
        let facts = match step {
            Step::Add(reg) => &reg.facts,
            Step::Change(change) => &change.camera.facts,
            Step::Same => return Vec::new(),
        };
        let layers = self.registers.all_items(Register::Layer);
        let Some(advice @ layer::HeightAdvice::Unfit { .. }) = layer::advice(facts, layers) else { return Vec::new() };
        let name = |language| {
            let book = &self.registers;
            move |code: &str| {
                let of = if book.item(Register::Layer, code).is_some() { Register::Layer } else { Register::Purpose };
                book.item_name(of, code, language).to_owned()
            }
        };
        let said = advice.said(name(base::Language::Vi), name(base::Language::En));
        vec![RowFault { field: "height_m".to_owned(), said, article: Some("13".to_owned()) }]
    }

    /// The cells as they are kept and shown, and what of them is sealed: passwords, and addresses that hold one.
    fn masked(&self, cells: &[String]) -> (Vec<String>, Secrets) {
        let mut shown = cells.to_vec();
        let mut secrets = Secrets::new();
        for (at, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            if cell.is_empty() || deciding::clears(cell) || !column.is_secret() {
                continue;
            }
            let kept = match column.fill {
                Fill::Url => url_shown(cell),
                _ => Some(MASK.to_owned()),
            };
            if let (Some(kept), Some(slot)) = (kept, shown.get_mut(at)) {
                secrets.insert(at, cell.clone());
                *slot = kept;
            }
        }
        (shown, secrets)
    }
}

fn id_of(n: u32) -> CameraId {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    CameraId::from_bytes(bytes)
}

fn number_of(id: CameraId) -> u32 {
    let [a, b, c, d, ..] = id.to_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// How an address is shown that holds something secret; `None`: it holds nothing.
fn url_shown(text: &str) -> Option<String> {
    match address::camera_address("main_url", text) {
        Ok(a) if a.password.is_none() && a.username.is_none() => None,
        Ok(a) => Some(format!("{} {MASK}", a.url)),
        // It cannot be read; what looks like a sign-in in it is nobody's to see.
        Err(_) => {
            let folded = fold(text);
            let suspicious = text.contains('@') || ["pass", "pwd", "psw"].iter().any(|w| folded.contains(w));
            suspicious.then(|| MASK.to_owned())
        }
    }
}

/// Puts checked rows into the store.
pub(crate) fn keep(w: &mut store::WriteTx<'_>, rows: &[Checked]) -> Result<(), OpsError> {
    for Checked { row, secrets } in rows {
        w.put(row)?;
        if secrets.is_empty() {
            w.unset_secret(&sealed_cells(row.job, row.n))?;
        } else {
            let text = serde_json::to_string(secrets).map_err(|e| OpsError::Inner(e.to_string()))?;
            w.seal(&sealed_cells(row.job, row.n), &Secret::new(text))?;
        }
    }
    Ok(())
}

impl Ops {
    /// Checks rows and keeps them; the job is checked when all are.
    pub(crate) fn check_rows(
        &self,
        caller: &Caller,
        job: &Job,
        rows: Vec<(u32, Vec<String>)>,
        stop: &crate::jobs::Stop,
    ) -> Result<(), OpsError> {
        let id = job.id;
        let mut check = Check::new(self, caller, job);
        for (n, cells) in &rows {
            check.note(*n, cells);
        }
        for batch in rows.chunks(BATCH) {
            if stop.asked() {
                return self.end_checking(id, JobState::Cancelled);
            }
            let checked: Vec<Checked> = batch.iter().map(|(n, cells)| check.row(self, *n, cells)).collect();
            self.write(move |w| {
                let Some(mut job) = w.find::<Job>(&id)? else { return Err(OpsError::NotFound("job")) };
                for one in &checked {
                    job.tally.moves(None, one.row.verdict);
                }
                job.done = job.done.saturating_add(u32::try_from(checked.len()).unwrap_or(u32::MAX));
                job.changed_at = w.now();
                keep(w, &checked)?;
                w.put(&job)?;
                Ok(())
            })?;
        }
        self.end_checking(id, JobState::Checked)
    }

    fn end_checking(&self, id: JobId, state: JobState) -> Result<(), OpsError> {
        self.write(move |w| {
            let Some(mut job) = w.find::<Job>(&id)? else { return Err(OpsError::NotFound("job")) };
            // Rows that were carried out before stay so.
            job.state = if state == JobState::Checked && job.tally.stands() > 0 { JobState::Applied } else { state };
            job.changed_at = w.now();
            job.revision = job.revision.saturating_add(1);
            w.put(&job)?;
            Ok(())
        })
    }
}
