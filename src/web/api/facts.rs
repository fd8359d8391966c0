//! The facts of a camera's record (A8, A13 to A15) as JSON: as they are told, and how they are taken.
//!
//! Not here: how each is read (`domain::facts_fields`).

use crate::office;
use crate::problem::Failure;
use domain::{Camera, Device, FactsPatch};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Facts of a record. When they are sent, each may be left out (stays), `null` (is emptied) or a value; values may also be
/// texts as people write them: `"7,5 m"`, `"đông bắc"`, `"24/11/2026"`, a position as `"10.776889, 106.700806"`,
/// `"10°46'37\"N 106°42'03\"E"` or `"VN2000 1191942.5 603797.77 105°45'"`. Entries of registers may be named by code or by
/// name; `documents` and what stands behind it are told only.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct FactsBody {
    /// Other names, found by search.
    pub other_names: Vec<String>,
    /// Where, in words.
    pub address: Option<String>,
    /// Where, on the globe.
    pub position: Option<PositionBody>,
    /// Height above ground, metres.
    pub height_m: Option<f64>,
    /// Where it looks: degrees clockwise from north.
    pub direction_deg: Option<f64>,
    /// Angle of view, degrees.
    pub angle_deg: Option<f64>,
    /// How far it sees usefully, metres.
    pub range_m: Option<f64>,
    /// Codes of the register `purpose`.
    pub purposes: Vec<String>,
    /// Code of the register `place`.
    pub place: Option<String>,
    /// Code of the register `ownership`.
    pub ownership: Option<String>,
    /// Code of the register `funding`.
    pub funding: Option<String>,
    /// Id of the mounting asset; may be sent as its code.
    pub asset: Option<String>,
    /// The device in place.
    pub device: Option<DeviceBody>,
    /// Day of installation, `yyyy-mm-dd`.
    pub installed_on: Option<String>,
    /// Day of completion.
    pub completed_on: Option<String>,
    /// Day of integration.
    pub integrated_on: Option<String>,
    /// Code of the register `update_form`.
    pub update_form: Option<String>,
    /// Code of the register `update_frequency`.
    pub update_frequency: Option<String>,
    /// Code of the register `recording_class`.
    pub recording_class: Option<String>,
    /// Code of the register `sharing_class`.
    pub sharing_class: Option<String>,
    /// Is it a specialised camera of the police?
    pub police: bool,
    /// Ids of its documents.
    pub documents: Vec<String>,
    /// Notes.
    pub note: Option<String>,
    /// When somebody last confirmed the record, RFC 3339 UTC. Told only.
    pub confirmed_at: Option<String>,
    /// Devices before this one, newest last. Told only.
    pub former_devices: Vec<DeviceBody>,
    /// What has happened outside and when it was entered (A9.1), newest last. Told only.
    pub happenings: Vec<HappeningBody>,
}

/// A place: WGS 84, degrees.
#[derive(Debug, Serialize, ToSchema)]
pub struct PositionBody {
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub lon: f64,
}

/// A device.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct DeviceBody {
    /// Maker.
    pub maker: String,
    /// Model.
    pub model: String,
    /// Firmware.
    pub firmware: String,
    /// Serial number.
    pub serial: String,
    /// Number of the certificate of conformity (QCVN 135).
    pub conformity: String,
    /// In place since, `yyyy-mm-dd`.
    pub from: Option<String>,
    /// In place until.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Why it was replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What has happened outside.
#[derive(Debug, Serialize, ToSchema)]
pub struct HappeningBody {
    /// `installed`, `changed` or `replaced`.
    pub kind: String,
    /// On which day, `yyyy-mm-dd`.
    pub on: String,
    /// When it was entered, RFC 3339 UTC.
    pub entered_at: String,
}

fn device(d: &Device) -> DeviceBody {
    DeviceBody {
        maker: d.maker.clone(),
        model: d.model.clone(),
        firmware: d.firmware.clone(),
        serial: d.serial.clone(),
        conformity: d.conformity.clone(),
        from: d.from.map(|d| d.to_string()),
        until: d.until.map(|d| d.to_string()),
        reason: d.reason.clone(),
    }
}

/// A camera's facts.
pub fn body(camera: &Camera) -> FactsBody {
    let f = &camera.facts;
    let day = |d: Option<base::CivilDate>| d.map(|d| d.to_string());
    let kind = |k| match serde_json::to_value(k) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    };
    FactsBody {
        other_names: f.other_names.clone(),
        address: f.address.clone(),
        position: f.position.map(|p| PositionBody { lat: p.lat, lon: p.lon }),
        height_m: f.height_m,
        direction_deg: f.direction_deg,
        angle_deg: f.angle_deg,
        range_m: f.range_m,
        purposes: f.purposes.clone(),
        place: f.place.clone(),
        ownership: f.ownership.clone(),
        funding: f.funding.clone(),
        asset: f.asset.map(|a| a.to_string()),
        device: f.device.as_ref().map(device),
        installed_on: day(f.installed_on),
        completed_on: day(f.completed_on),
        integrated_on: day(f.integrated_on),
        update_form: f.update_form.clone(),
        update_frequency: f.update_frequency.clone(),
        recording_class: f.recording_class.clone(),
        sharing_class: f.sharing_class.clone(),
        police: f.police,
        documents: f.documents.iter().map(ToString::to_string).collect(),
        note: f.note.clone(),
        confirmed_at: f.confirmed_at.map(base::WallTime::rfc3339),
        former_devices: f.former_devices.iter().map(device).collect(),
        happenings: f
            .happenings
            .iter()
            .map(|h| HappeningBody { kind: kind(h.kind), on: h.on.to_string(), entered_at: h.entered_at.rfc3339() })
            .collect(),
    }
}

/// What was sent as `facts`.
pub fn read(value: Option<&Value>) -> Result<FactsPatch, Failure> {
    value.map_or_else(|| Ok(FactsPatch::default()), |v| FactsPatch::from_json(v).map_err(office::invalid))
}

/// What a record lacks.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingBody {
    /// The field.
    pub field: String,
    /// In words, in the caller's language.
    pub said: String,
}

/// What stands out about a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingBody {
    /// 0 to 100.
    pub percent: u8,
    /// What is missing, what counts most first.
    pub missing: Vec<MissingBody>,
    /// Has nobody confirmed it for too long (A5.6)?
    pub stale: bool,
    /// Code of the height layer (A13.2).
    pub layer: Option<String>,
    /// Does no purpose fit the layer? Then the purposes that would.
    pub fitting_purposes: Option<Vec<String>>,
}
