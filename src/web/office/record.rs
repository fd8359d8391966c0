//! A camera's record between forms and `ops`: facts from fields, views from records.

use super::ask;
use crate::body::{Fields, Parts};
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use base::{AssetId, CameraId, DocumentId, Language, limits};
use domain::facts_fields::{Kind, day, text_of};
use domain::{
    Camera, CameraFacts, CameraPatch, Changed, Document, DocumentDraft, FACT_FIELDS, FactsPatch, FieldFault, Register,
    Registers, audit, place,
};
use ops::{CameraStanding, HistoryPage, Overlap, Replacement, Upload};
use std::collections::HashSet;
use std::sync::Arc;
use templates::views::{DocumentRow, FactField, FactInput, FormerDevice, OverlapRow, RecordChange, RecordView};

/// The central meridian that a form begins with: that of Ho Chi Minh City.
const MERIDIAN: &str = "105°45'";

/// The facts that a form has sent: fields that it does not have stay as they are.
///
/// # Errors
/// Every field that is wrong.
pub fn facts_of(form: &Fields) -> Result<FactsPatch, Vec<FieldFault>> {
    let (mut patch, mut faults) = (FactsPatch::default(), Vec::new());
    for f in FACT_FIELDS {
        let text = match f.kind {
            Kind::Position | Kind::Documents => continue,
            Kind::Items(_) if form.has(&format!("{}_given", f.name)) => {
                Some(form.ticked_with(if f.name == "purposes" { "purposes." } else { "" }).join(";"))
            }
            Kind::Yes if form.has(&format!("{}_given", f.name)) => {
                Some(if form.ticked(f.name) { "true" } else { "" }.to_owned())
            }
            Kind::Items(_) | Kind::Yes => None,
            _ => form.has(f.name).then(|| form.text(f.name).to_owned()),
        };
        if let Some(Err(fault)) = text.map(|t| patch.set_text(f.name, &t)) {
            faults.push(fault);
        }
    }
    match position_of(form) {
        Ok(Some(edit)) => patch.position = edit,
        Ok(None) => {}
        Err(fault) => faults.push(fault),
    }
    if faults.is_empty() { Ok(patch) } else { Err(faults) }
}

fn position_of(form: &Fields) -> Result<Option<domain::Edit<domain::Position>>, FieldFault> {
    if !form.has("lat") && !form.has("lon") {
        return Ok(None);
    }
    let (x, y) = (form.text("plane_x").trim(), form.text("plane_y").trim());
    if !x.is_empty() || !y.is_empty() {
        let at = place::from_vn2000_texts(x, y, form.text("plane_meridian"), form.text("plane_zone"))?;
        return Ok(Some(domain::Edit::Set(at)));
    }
    let (lat, lon) = (form.text("lat").trim(), form.text("lon").trim());
    if lat.is_empty() && lon.is_empty() {
        return Ok(Some(domain::Edit::Clear));
    }
    place::from_lat_lon(lat, lon).map(|at| Some(domain::Edit::Set(at)))
}

/// The agreement that a form has sent, if anything of it is filled in.
pub fn agreement_of(form: &Fields) -> Option<DocumentDraft> {
    let text = |name: &str| form.text(name).to_owned();
    let draft = DocumentDraft {
        kind: text("agreement_kind"),
        number: text("agreement_number"),
        date: text("agreement_date"),
        issuer: text("agreement_issuer"),
        title: text("agreement_title"),
    };
    (!draft.is_empty()).then_some(draft)
}

/// The day of the change and its reason, into a patch.
///
/// # Errors
/// A fault of `happened_on`.
pub fn why_of(form: &Fields, patch: &mut CameraPatch) -> Result<(), FieldFault> {
    patch.reason = form.optional("reason");
    patch.happened_on = form.optional("happened_on").map(|t| day("happened_on", &t)).transpose()?;
    Ok(())
}

/// Faults as a failure.
pub fn invalid(faults: Vec<FieldFault>) -> Failure {
    super::failure(ops::OpsError::Invalid(faults))
}

/// All that a camera's page shows of its record.
struct Told {
    camera: Camera,
    registers: Arc<Registers>,
    standing: CameraStanding,
    overlaps: Option<Vec<Overlap>>,
    documents: Vec<Document>,
    history: HistoryPage,
    asset: Option<String>,
    assets: Vec<String>,
}

/// Changes on a camera's page.
const NEWEST: usize = 8;

/// The record's view of a camera.
pub async fn record_view(state: &WebState, who: &SignedIn, camera: &Camera) -> Result<RecordView, Failure> {
    let (caller, camera) = (who.caller.clone(), camera.clone());
    let told = ask(state, move |ops| {
        let known = domain::Sector::of(&camera.facts).is_some() && !camera.facts.purposes.is_empty();
        Ok(Told {
            registers: ops.registers(),
            standing: ops.camera_standing(&caller, &camera)?,
            overlaps: if known { Some(ops.overlaps_of(&caller, &camera)?) } else { None },
            documents: ops.documents_of(&caller, &camera)?,
            history: ops.camera_history(&caller, &camera, None, None, NEWEST)?,
            asset: camera.facts.asset.and_then(|a: AssetId| ops.asset_code(a)),
            assets: ops
                .list_assets(&caller, "", None, limits::PAGE_ROWS_MAX)?
                .items
                .into_iter()
                .map(|a| a.asset.code)
                .collect(),
            camera,
        })
    })
    .await?;
    Ok(RecordView { map_files: map_files(state).await, ..view_of(state, &told, who.visitor.language) })
}

/// The record's view before there is a camera.
pub async fn blank_record(state: &WebState, who: &SignedIn) -> Result<RecordView, Failure> {
    let caller = who.caller.clone();
    let (registers, assets) = ask(state, move |ops| {
        let assets = ops.list_assets(&caller, "", None, limits::PAGE_ROWS_MAX)?;
        Ok((ops.registers(), assets.items.into_iter().map(|a| a.asset.code).collect::<Vec<_>>()))
    })
    .await?;
    let language = who.visitor.language;
    let mut view = RecordView { assets, ..base_view(&registers, language) };
    view.facts = fact_fields(&CameraFacts::default(), None, &registers, language);
    view.map_files = map_files(state).await;
    Ok(view)
}

async fn map_files(state: &WebState) -> String {
    crate::maps::offered(state).await.bases.into_iter().map(|(place, _)| place).collect::<Vec<_>>().join("\n")
}

fn base_view(registers: &Registers, language: Language) -> RecordView {
    let kinds = options(registers, Register::DocumentType, language);
    let second = |code: &str| registers.item(Register::DocumentType, code).is_some_and(|i| i.traits.second_view);
    RecordView {
        agreement_kinds: kinds.iter().filter(|(code, _)| second(code)).cloned().collect(),
        document_kinds: kinds,
        plane: [String::new(), String::new(), MERIDIAN.to_owned(), "3".to_owned()],
        file_mib_max: limits::FILE_BYTES_MAX / (1024 * 1024),
        ..RecordView::default()
    }
}

fn view_of(state: &WebState, told: &Told, language: Language) -> RecordView {
    let (facts, registers) = (&told.camera.facts, told.registers.as_ref());
    let standing = &told.standing;
    let name = |register, code: &str, language| registers.item_name(register, code, language).to_owned();
    let either = |code: &str, language| match registers.item(Register::Layer, code) {
        Some(layer) => layer.name(language).to_owned(),
        None => name(Register::Purpose, code, language),
    };
    let advice = standing
        .advice
        .as_ref()
        .map(|a| a.said(|code| either(code, Language::Vi), |code| either(code, Language::En)).of(language).to_owned());
    let degrees = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let device = |d: &domain::Device| {
        [d.maker.as_str(), d.model.as_str(), d.serial.as_str()]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    RecordView {
        facts: fact_fields(facts, told.asset.as_deref(), registers, language),
        lat: degrees(facts.position.map(|p| p.lat)),
        lon: degrees(facts.position.map(|p| p.lon)),
        assets: told.assets.clone(),
        percent: standing.completeness.percent,
        missing: standing
            .completeness
            .missing
            .iter()
            .map(|m| (m.field.to_owned(), m.said.of(language).to_owned()))
            .collect(),
        stale_days: standing.stale.then(|| state.ops.policy().completeness.confirmed_days),
        confirmed_at: facts.confirmed_at,
        layer: standing.layer.as_ref().map(|l| l.name(language).to_owned()),
        advice,
        asset: told.asset.clone(),
        overlaps: told.overlaps.as_ref().map(|all| all.iter().map(|o| overlap_row(o, registers, language)).collect()),
        documents: told.documents.iter().map(|d| document_row(d, registers, language)).collect(),
        happenings: facts
            .happenings
            .iter()
            .map(|h| (h.kind.said().of(language).to_owned(), h.on, h.entered_at))
            .collect(),
        former_devices: facts
            .former_devices
            .iter()
            .rev()
            .map(|d| FormerDevice { name: device(d), from: d.from, until: d.until, reason: d.reason.clone() })
            .collect(),
        history: told.history.items.iter().map(|r| change_row(r, registers, language)).collect(),
        ..base_view(registers, language)
    }
}

fn hundredths(share: f64) -> u8 {
    (share * 100.0).round().clamp(0.0, 100.0) as u8
}

fn names(registers: &Registers, register: Register, codes: &[String], language: Language) -> String {
    codes.iter().map(|c| registers.item_name(register, c, language)).collect::<Vec<_>>().join(", ")
}

fn overlap_row(o: &Overlap, registers: &Registers, language: Language) -> OverlapRow {
    OverlapRow {
        code: o.camera.code.clone(),
        name: o.camera.name.clone(),
        percent: hundredths(o.share),
        purposes: names(registers, Register::Purpose, &o.purposes, language),
        over: o.over_threshold,
    }
}

/// Share in hundredths, and purposes in words, for the report.
pub fn shared_words(share: f64, purposes: &[String], registers: &Registers, language: Language) -> (u8, String) {
    (hundredths(share), names(registers, Register::Purpose, purposes, language))
}

fn document_row(d: &Document, registers: &Registers, language: Language) -> DocumentRow {
    DocumentRow {
        id: d.id.to_string(),
        kind: registers.item_name(Register::DocumentType, &d.kind, language).to_owned(),
        number: d.number.clone(),
        date: d.date,
        issuer: d.issuer.clone(),
        title: d.title.clone(),
        file: d.file.as_ref().map(|f| (f.name.clone(), f.size)),
        withdrawn: d.withdrawn.is_some(),
    }
}

/// Entries in force, to choose from.
pub fn options(registers: &Registers, register: Register, language: Language) -> Vec<(String, String)> {
    registers.items(register, registers.day()).map(|i| (i.code.clone(), i.name(language).to_owned())).collect()
}

fn fact_fields(facts: &CameraFacts, asset: Option<&str>, registers: &Registers, language: Language) -> Vec<FactField> {
    FACT_FIELDS
        .iter()
        .map(|f| {
            let mut value = text_of(facts, f.name);
            let shown = shown(f.name, f.kind, &value, registers, language);
            let input = match f.kind {
                Kind::Item(register) => FactInput::Choice(options(registers, register, language)),
                Kind::Items(register) => {
                    let mut all = options(registers, register, language);
                    // What the record has stays to be chosen although it has ended.
                    for code in facts.purposes.iter().filter(|c| register == Register::Purpose && !c.is_empty()) {
                        if !all.iter().any(|(known, _)| known == code) {
                            all.push((code.clone(), registers.item_name(register, code, language).to_owned()));
                        }
                    }
                    let chosen: HashSet<&str> = facts.purposes.iter().map(String::as_str).collect();
                    FactInput::Ticks(
                        all.into_iter().map(|(c, n)| (c.clone(), n, chosen.contains(c.as_str()))).collect(),
                    )
                }
                Kind::Number(unit) => FactInput::Number(unit),
                Kind::Direction => FactInput::Number("°"),
                Kind::Day => FactInput::Day,
                Kind::Yes => FactInput::Yes,
                Kind::Remark => FactInput::Remark,
                Kind::Line | Kind::Names | Kind::Asset => FactInput::Line,
                Kind::Position | Kind::Documents => FactInput::Apart,
            };
            let shown = match (f.name, asset) {
                ("asset", Some(code)) => {
                    code.clone_into(&mut value);
                    code.to_owned()
                }
                _ => shown,
            };
            FactField { name: f.name, label: f.said().of(language).to_owned(), value, shown, input }
        })
        .collect()
}

/// A field's value in words.
fn shown(name: &str, kind: Kind, value: &str, registers: &Registers, language: Language) -> String {
    if value.is_empty() {
        return String::new();
    }
    let number = |t: &str| if language == Language::Vi { t.replace('.', ",") } else { t.to_owned() };
    match kind {
        Kind::Item(register) => registers.item_name(register, value, language).to_owned(),
        Kind::Items(register) => value
            .split([';', ','])
            .map(|c| registers.item_name(register, c.trim(), language))
            .collect::<Vec<_>>()
            .join(", "),
        Kind::Number("°") => format!("{}°", number(value)),
        Kind::Direction => format!("{}°", number(value)),
        Kind::Number(unit) => format!("{} {unit}", number(value)),
        Kind::Yes if name == "police" => base::Said::new("có", "yes").of(language).to_owned(),
        _ => value.to_owned(),
    }
}

/// A change in words.
pub fn change_row(row: &ops::HistoryRow, registers: &Registers, language: Language) -> RecordChange {
    let told = |name: &str, value: &Option<String>| {
        let value = value.as_deref()?;
        let kind = FACT_FIELDS.iter().find(|f| f.name == name).map(|f| f.kind);
        Some(match kind {
            Some(kind) => shown(name, kind, value, registers, language),
            None if name == "confirmed_at" => {
                base::WallTime::parse_rfc3339(value).map_or_else(|| value.to_owned(), base::WallTime::office_text)
            }
            None => value.to_owned(),
        })
    };
    RecordChange {
        at: row.at,
        who: row.who_said.of(language).to_owned(),
        act: audit::act_said(&row.act).of(language).to_owned(),
        changes: row
            .changes
            .iter()
            .map(|(name, Changed { old, new })| (field_word(name, language), told(name, old), told(name, new)))
            .collect(),
        reason: row.reason.clone(),
        happened_on: row
            .happened_on
            .as_ref()
            .map(|d| d.parse::<base::CivilDate>().map_or_else(|_| d.clone(), |d| d.strftime("%d/%m/%Y").to_string())),
    }
}

/// Fields of the record that are no facts, in words.
const OTHER_FIELDS: &[(&str, &str, &str)] = &[
    ("name", "Tên camera", "Name"),
    ("code", "Mã", "Code"),
    ("area", "Địa bàn", "Area"),
    ("unit", "Đơn vị", "Unit"),
    ("main_url", "Luồng chính", "Main stream"),
    ("sub_url", "Luồng phụ", "Substream"),
    ("username", "Tên đăng nhập của camera", "Camera's user name"),
    ("password", "Mật khẩu của camera", "Camera's password"),
    ("transport", "Cách nhận RTP", "RTP transport"),
    ("confirmed_at", "Xác nhận", "Confirmed"),
    ("former_devices", "Thiết bị trước đây", "Former devices"),
];

/// A field's words.
pub fn field_word(name: &str, language: Language) -> String {
    if let Some(f) = FACT_FIELDS.iter().find(|f| f.name == name) {
        return f.said().of(language).to_owned();
    }
    let other = OTHER_FIELDS.iter().find(|(n, ..)| *n == name);
    other.map_or(name, |(_, vi, en)| if language == Language::Vi { vi } else { en }).to_owned()
}

/// Fields of which a history can be asked for.
pub fn history_fields(language: Language) -> Vec<(String, String)> {
    let own = OTHER_FIELDS.iter().map(|(n, ..)| *n);
    own.chain(FACT_FIELDS.iter().map(|f| f.name)).map(|n| (n.to_owned(), field_word(n, language))).collect()
}

/// Puts what was typed back into the view after a fault.
pub fn keep_typed(view: &mut RecordView, form: &Fields) {
    for f in &mut view.facts {
        match &mut f.input {
            FactInput::Ticks(all) if form.has(&format!("{}_given", f.name)) => {
                for (code, _, on) in all {
                    *on = form.ticked(&format!("{}.{code}", f.name));
                }
            }
            FactInput::Yes if form.has(&format!("{}_given", f.name)) => {
                f.value = if form.ticked(f.name) { "true" } else { "" }.to_owned();
            }
            _ if form.has(f.name) => form.text(f.name).clone_into(&mut f.value),
            _ => {}
        }
    }
    let keep = |slot: &mut String, name: &str| {
        if form.has(name) {
            form.text(name).clone_into(slot);
        }
    };
    keep(&mut view.lat, "lat");
    keep(&mut view.lon, "lon");
    for (slot, name) in view.plane.iter_mut().zip(["plane_x", "plane_y", "plane_meridian", "plane_zone"]) {
        keep(slot, name);
    }
    keep(&mut view.reason, "reason");
    keep(&mut view.happened_on, "happened_on");
    keep(&mut view.agreement.kind, "agreement_kind");
    keep(&mut view.agreement.number, "agreement_number");
    keep(&mut view.agreement.date, "agreement_date");
    keep(&mut view.agreement.issuer, "agreement_issuer");
    keep(&mut view.agreement.title, "agreement_title");
    keep(&mut view.document.kind, "kind");
    keep(&mut view.document.number, "number");
    keep(&mut view.document.date, "date");
    keep(&mut view.document.issuer, "issuer");
    keep(&mut view.document.title, "title");
}

/// The document that a form has sent.
pub fn document_of(form: &Fields) -> DocumentDraft {
    let text = |name: &str| form.text(name).to_owned();
    DocumentDraft {
        kind: text("kind"),
        number: text("number"),
        date: text("date"),
        issuer: text("issuer"),
        title: text("title"),
    }
}

/// Confirms a record.
pub async fn confirm(state: &WebState, who: &SignedIn, id: CameraId, revision: u64) -> Result<Camera, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.confirm_camera(&caller, id, revision)).await
}

/// Replaces a device.
pub async fn replace(
    state: &WebState,
    who: &SignedIn,
    id: CameraId,
    patch: CameraPatch,
    revision: u64,
) -> Result<Camera, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.replace_device(&caller, id, Replacement { patch }, revision)).await
}

/// Adds a document to a camera, with its file if one was sent.
pub async fn add_document(state: &WebState, who: &SignedIn, id: CameraId, parts: Parts) -> Result<Document, Failure> {
    let caller = who.caller.clone();
    let draft = document_of(&parts.fields);
    let upload = parts.file.map(|(name, bytes)| Upload { name, bytes: bytes.to_vec() });
    ask(state, move |ops| ops.add_document(&caller, id, &draft, upload.as_ref())).await
}

/// Takes a document away from a camera.
pub async fn remove_document(
    state: &WebState,
    who: &SignedIn,
    id: CameraId,
    document: DocumentId,
) -> Result<(), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.remove_document(&caller, id, document)).await
}

/// An id in an address.
pub fn document_id(text: &str) -> Result<DocumentId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

/// May they do that to that camera? Only for what is shown; `ops` decides.
pub fn may_on(state: &WebState, who: &SignedIn, act: domain::Act, camera: &Camera) -> bool {
    state.ops.eyes(&who.caller).may(act, camera)
}
