//! Changing the facts of a camera's record: every field left, cleared or set, from what a person typed.
//!
//! Not here: the table of fields and how each is read (`facts_fields`); name, code, addresses and password (`camera_edit`).

use crate::camera_facts::{CameraFacts, Device, Position};
use crate::facts_fields::{DEVICE_FIELDS, Field, Kind, day, direction, fault, field, number, several, yes};
use crate::lexicon::Lexicon;
use crate::place;
use crate::register::Register;
use crate::text::{self, FieldFault};
use base::{CivilDate, DocumentId, limits};
use serde_json::Value;

/// What happens to a field.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Edit<T> {
    /// Stays as it is.
    #[default]
    Leave,
    /// Is emptied.
    Clear,
    /// Gets this value.
    Set(T),
}

impl<T> Edit<T> {
    /// From what a form gives: an empty value clears.
    fn of(value: Option<T>) -> Self {
        value.map_or(Edit::Clear, Edit::Set)
    }
    /// Does it stay?
    pub fn leaves(&self) -> bool {
        matches!(self, Edit::Leave)
    }
}

macro_rules! facts_patch {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)+) => {
        /// What happens to each fact. Codes and assets are as typed; [`FactsPatch::apply`] finds what they mean.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct FactsPatch { $($(#[$doc])* pub $name: Edit<$type>,)+ }

        impl FactsPatch {
            /// Does it leave everything as it is?
            pub fn is_empty(&self) -> bool { $(self.$name.leaves())&&+ }
            /// Does it leave that field as it is?
            pub fn leaves(&self, name: &str) -> bool {
                match name { $(stringify!($name) => self.$name.leaves(),)+ _ => true }
            }
            /// Only what it sets: what it would clear stays.
            pub fn without_clearing(self) -> FactsPatch {
                FactsPatch { $($name: if matches!(self.$name, Edit::Clear) { Edit::Leave } else { self.$name },)+ }
            }
            /// Both: what `later` does not leave counts.
            pub fn and(self, later: FactsPatch) -> FactsPatch {
                FactsPatch { $($name: if later.$name.leaves() { self.$name } else { later.$name },)+ }
            }
        }
    };
}

facts_patch! {
    /// Other names.
    other_names: Vec<String>,
    /// Where, in words.
    address: String,
    /// Where, on the globe.
    position: Position,
    /// Height above ground, metres.
    height_m: f64,
    /// Direction, degrees.
    direction_deg: f64,
    /// Angle of view, degrees.
    angle_deg: f64,
    /// Range, metres.
    range_m: f64,
    /// Purposes.
    purposes: Vec<String>,
    /// Category of place.
    place: String,
    /// Ownership.
    ownership: String,
    /// Funding.
    funding: String,
    /// Mounting asset.
    asset: String,
    /// Device: maker.
    maker: String,
    /// Device: model.
    model: String,
    /// Device: firmware.
    firmware: String,
    /// Device: serial number.
    serial: String,
    /// Device: certificate of conformity.
    conformity: String,
    /// Device: in place since.
    device_from: CivilDate,
    /// Day of installation.
    installed_on: CivilDate,
    /// Day of completion.
    completed_on: CivilDate,
    /// Day of integration.
    integrated_on: CivilDate,
    /// Form of update.
    update_form: String,
    /// Frequency of update.
    update_frequency: String,
    /// Recording class.
    recording_class: String,
    /// Sharing class.
    sharing_class: String,
    /// Specialised camera of the police.
    police: bool,
    /// Documents.
    documents: Vec<DocumentId>,
    /// Notes.
    note: String,
}

/// Collects faults so that a person sees all of them at once.
pub(crate) fn take<T>(result: Result<T, FieldFault>, faults: &mut Vec<FieldFault>) -> Option<T> {
    result.map_err(|f| faults.push(f)).ok()
}

impl FactsPatch {
    /// Sets a field from typed text; empty text clears it. `false`: there is no such field.
    ///
    /// # Errors
    /// A fault of that field.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<bool, FieldFault> {
        let Some(field) = field(name) else { return Ok(false) };
        let typed = text.trim();
        let given = (!typed.is_empty()).then_some(typed);
        match field.kind {
            Kind::Line | Kind::Item(_) | Kind::Asset => {
                let line = text::optional_name(field.name, typed)?;
                if let Some(slot) = self.line(field.name) {
                    *slot = Edit::of(line);
                }
            }
            Kind::Remark => self.note = Edit::of(text::optional_remark(field.name, typed)?),
            Kind::Names | Kind::Items(_) => {
                let items = several(typed);
                if items.len() > limits::LIST_ITEMS_MAX {
                    let max = limits::LIST_ITEMS_MAX;
                    return Err(fault(field.name, format!("Tối đa {max} mục."), format!("At most {max} entries.")));
                }
                let names: Vec<String> =
                    items.into_iter().map(|t| text::name(field.name, t)).collect::<Result<_, _>>()?;
                let edit = Edit::of((!names.is_empty()).then_some(names));
                if field.name == "purposes" { self.purposes = edit } else { self.other_names = edit }
            }
            Kind::Position => self.position = Edit::of(given.map(place::read).transpose()?),
            Kind::Number(unit) => {
                let edit = Edit::of(given.map(|t| number(field, unit, t)).transpose()?);
                match field.name {
                    "height_m" => self.height_m = edit,
                    "angle_deg" => self.angle_deg = edit,
                    _ => self.range_m = edit,
                }
            }
            Kind::Direction => self.direction_deg = Edit::of(given.map(direction).transpose()?),
            Kind::Day => {
                let edit = Edit::of(given.map(|t| day(field.name, t)).transpose()?);
                match field.name {
                    "device_from" => self.device_from = edit,
                    "installed_on" => self.installed_on = edit,
                    "completed_on" => self.completed_on = edit,
                    _ => self.integrated_on = edit,
                }
            }
            Kind::Yes => {
                let read = given.map(|t| {
                    yes(t).ok_or_else(|| fault(field.name, "Hãy ghi “có” hoặc “không”.", "Write “yes” or “no”."))
                });
                self.police = Edit::of(read.transpose()?);
            }
            Kind::Documents => {
                let ids: Vec<&str> = typed.split([';', ',', ' ', '\n', '\r']).filter(|t| !t.is_empty()).collect();
                let ids: Result<Vec<DocumentId>, ()> = ids.into_iter().map(str::parse).collect();
                let ids =
                    ids.map_err(|()| fault(field.name, "Mã văn bản chưa đúng.", "A document's id is not right."))?;
                self.documents = Edit::of((!ids.is_empty()).then_some(ids));
            }
        }
        Ok(true)
    }

    fn line(&mut self, name: &str) -> Option<&mut Edit<String>> {
        Some(match name {
            "address" => &mut self.address,
            "place" => &mut self.place,
            "ownership" => &mut self.ownership,
            "funding" => &mut self.funding,
            "asset" => &mut self.asset,
            "maker" => &mut self.maker,
            "model" => &mut self.model,
            "firmware" => &mut self.firmware,
            "serial" => &mut self.serial,
            "conformity" => &mut self.conformity,
            "update_form" => &mut self.update_form,
            "update_frequency" => &mut self.update_frequency,
            "recording_class" => &mut self.recording_class,
            "sharing_class" => &mut self.sharing_class,
            _ => return None,
        })
    }

    /// Reads an object of the API: the names of [`FIELDS`], `null` clears; `position` may be `{lat, lon}`, `device` an
    /// object of the device's fields.
    ///
    /// # Errors
    /// Every field that is wrong; a name that is no field is a fault of `facts`.
    pub fn from_json(value: &Value) -> Result<FactsPatch, Vec<FieldFault>> {
        let mut patch = FactsPatch::default();
        let mut faults = Vec::new();
        match value {
            Value::Null => {}
            Value::Object(fields) => {
                for (name, value) in fields {
                    patch.set_json(name, value, &mut faults);
                }
            }
            _ => faults.push(fault("facts", "“facts” phải là một đối tượng JSON.", "“facts” must be a JSON object.")),
        }
        if faults.is_empty() { Ok(patch) } else { Err(faults) }
    }

    fn set_json(&mut self, name: &str, value: &Value, faults: &mut Vec<FieldFault>) {
        if let ("device", Value::Object(fields)) = (name, value) {
            for (name, value) in fields {
                let name = if name == "from" { "device_from" } else { name.as_str() };
                self.set_json(name, value, faults);
            }
            return;
        }
        if let ("device", Value::Null) = (name, value) {
            for name in DEVICE_FIELDS {
                take(self.set_text(name, ""), faults);
            }
            return;
        }
        let plain = |v: &Value| match v {
            Value::String(s) => Some(s.clone()),
            Value::Number(n) => Some(n.to_string()),
            Value::Bool(b) => Some(b.to_string()),
            _ => None,
        };
        let text = match value {
            Value::Null => Some(String::new()),
            Value::Array(items) => items.iter().map(plain).collect::<Option<Vec<_>>>().map(|all| all.join(";")),
            Value::Object(fields) if name == "position" => {
                let of = |key: &str| fields.get(key).and_then(plain);
                of("lat").zip(of("lon")).map(|(lat, lon)| format!("{lat}, {lon}"))
            }
            other => plain(other),
        };
        let known = field(name).map_or("facts", |f| f.name);
        match text.map(|t| self.set_text(name, &t)) {
            Some(Ok(true)) => {}
            Some(Ok(false)) => {
                let name = text::cut(name, 60);
                faults.push(fault(known, format!("Không có trường “{name}”."), format!("There is no field “{name}”.")));
            }
            Some(Err(f)) => faults.push(f),
            None => faults.push(fault(known, "Giá trị không đúng kiểu.", "The value is of the wrong type.")),
        }
    }

    /// The facts afterwards. What is wrong goes to `faults`; an entry of a register that the record already has is kept
    /// although it has ended.
    pub fn apply(&self, before: &CameraFacts, lexicon: &dyn Lexicon, faults: &mut Vec<FieldFault>) -> CameraFacts {
        let mut after = before.clone();
        let put = |slot: &mut Option<_>, edit: &Edit<f64>| set(slot, edit.clone());
        put(&mut after.height_m, &self.height_m);
        put(&mut after.direction_deg, &self.direction_deg);
        put(&mut after.angle_deg, &self.angle_deg);
        put(&mut after.range_m, &self.range_m);
        set(&mut after.position, self.position.clone());
        set(&mut after.address, self.address.clone());
        set(&mut after.note, self.note.clone());
        set(&mut after.installed_on, self.installed_on.clone());
        set(&mut after.completed_on, self.completed_on.clone());
        set(&mut after.integrated_on, self.integrated_on.clone());
        list(&mut after.other_names, &self.other_names);
        list(&mut after.documents, &self.documents);
        let items = [
            ("place", &self.place, &mut after.place),
            ("ownership", &self.ownership, &mut after.ownership),
            ("funding", &self.funding, &mut after.funding),
            ("update_form", &self.update_form, &mut after.update_form),
            ("update_frequency", &self.update_frequency, &mut after.update_frequency),
            ("recording_class", &self.recording_class, &mut after.recording_class),
            ("sharing_class", &self.sharing_class, &mut after.sharing_class),
        ];
        for (name, edit, slot) in items {
            let found = resolve(name, edit, slot.as_ref(), lexicon, faults);
            set(slot, found);
        }
        self.apply_purposes(&mut after, lexicon, faults);
        match &self.asset {
            Edit::Leave => {}
            Edit::Clear => after.asset = None,
            Edit::Set(text) if before.asset.is_some_and(|a| a.to_string() == *text) => {}
            Edit::Set(text) => match lexicon.asset(text) {
                Some(id) => after.asset = Some(id),
                None => faults.push(fault(
                    "asset",
                    "Không có trụ, tủ hay vật gắn nào mang mã này. Hãy thêm nó ở trang Trụ và tủ trước.",
                    "There is no mounting asset with this code. Add it on the page of poles and cabinets first.",
                )),
            },
        }
        if !self.police.leaves() {
            after.police = self.police == Edit::Set(true);
        }
        self.apply_device(&mut after);
        if let (Some(from), Some(done)) = (after.installed_on, after.completed_on)
            && done < from
            && !(self.installed_on.leaves() && self.completed_on.leaves())
        {
            faults.push(fault(
                "completed_on",
                "Ngày hoàn thành không thể trước ngày lắp đặt.",
                "The day of completion cannot be before the day of installation.",
            ));
        }
        after
    }

    fn apply_purposes(&self, after: &mut CameraFacts, lexicon: &dyn Lexicon, faults: &mut Vec<FieldFault>) {
        let Edit::Set(typed) = &self.purposes else {
            list(&mut after.purposes, &self.purposes);
            return;
        };
        let known = |t: &str| {
            let kept = after.purposes.iter().find(|p| *p == t).cloned();
            kept.map_or_else(|| lexicon.item(Register::Purpose, "purposes", t), Ok)
        };
        let mut found: Vec<String> = Vec::new();
        for text in typed {
            // A name may have commas; only what is not found as a whole is a list of them.
            let parts = match known(text) {
                Err(_) if text.contains(',') => text.split(',').map(|t| known(t.trim())).collect(),
                whole => vec![whole],
            };
            for part in parts {
                if let Some(code) = take(part, faults)
                    && !found.contains(&code)
                {
                    found.push(code);
                }
            }
        }
        after.purposes = found;
    }

    fn apply_device(&self, after: &mut CameraFacts) {
        let mut device = after.device.clone().unwrap_or_default();
        let lines = [
            (&self.maker, &mut device.maker),
            (&self.model, &mut device.model),
            (&self.firmware, &mut device.firmware),
            (&self.serial, &mut device.serial),
            (&self.conformity, &mut device.conformity),
        ];
        for (edit, slot) in lines {
            match edit {
                Edit::Leave => {}
                Edit::Clear => slot.clear(),
                Edit::Set(text) => slot.clone_from(text),
            }
        }
        set(&mut device.from, self.device_from.clone());
        after.device = (device != Device::default()).then_some(device);
    }
}

fn set<T>(slot: &mut Option<T>, edit: Edit<T>) {
    match edit {
        Edit::Leave => {}
        Edit::Clear => *slot = None,
        Edit::Set(value) => *slot = Some(value),
    }
}

fn list<T: Clone>(slot: &mut Vec<T>, edit: &Edit<Vec<T>>) {
    match edit {
        Edit::Leave => {}
        Edit::Clear => slot.clear(),
        Edit::Set(values) => slot.clone_from(values),
    }
}

fn resolve(
    name: &'static str,
    edit: &Edit<String>,
    kept: Option<&String>,
    lexicon: &dyn Lexicon,
    faults: &mut Vec<FieldFault>,
) -> Edit<String> {
    let (Edit::Set(text), Some(Field { kind: Kind::Item(register), .. })) = (edit, field(name)) else {
        return edit.clone();
    };
    if kept == Some(text) {
        return Edit::Leave;
    }
    take(lexicon.item(*register, name, text), faults).map_or(Edit::Leave, Edit::Set)
}

#[cfg(test)]
#[path = "tests/facts_patch.rs"]
mod tests;
