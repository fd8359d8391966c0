//! The world of the demo: who runs the eight drawn cameras, where they would stand, and two more people to sign in as.
//!
//! The areas are real ones of the register; units, people, devices and places in them are invented, like the scenes.

use super::Failure;
use base::WallTime;
use domain::{Act, FactsPatch, Holder, Role, Scope, Times, UnitDraft, grant::PaperDraft};
use ops::{Caller, GrantWish, NewAccount, Ops};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// An account of the demo beside the administrator's, and what it shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Sign-in name.
    pub account: String,
    /// Its password until somebody changes it.
    pub password: Option<String>,
    /// What it may do, for the person who starts the demo.
    pub says: String,
}

/// Code, name, short name, ward, sectors.
const UNITS: [(&str, &str, &str, &str, &[&str]); 7] = [
    ("DT-TTDT", "Đội Quản lý trật tự đô thị", "Trật tự đô thị", "26740", &["urban"]),
    ("DT-CSGT", "Đội Cảnh sát giao thông", "CSGT", "26740", &["transport", "security"]),
    ("DT-CN", "Trung tâm Chống ngập", "Chống ngập", "26743", &["environment"]),
    ("DT-CHO", "Ban Quản lý chợ", "Chợ", "26740", &[]),
    ("DT-GD", "Phòng Giáo dục và Đào tạo", "Giáo dục", "26758", &["education"]),
    ("DT-BX", "Ban Quản lý bến xe", "Bến xe", "26758", &["transport"]),
    ("DT-DH", "Trung tâm điều hành phường", "Điều hành", "26758", &[]),
];

/// One camera: ward, unit, and the facts of its record as a person would type them.
pub struct Place {
    /// Code of the ward.
    pub area: &'static str,
    /// Code of the unit.
    pub unit: &'static str,
    facts: &'static [(&'static str, &'static str)],
}

/// In the order of the scenes. What is left out is what the page of completeness then asks for.
pub const PLACES: [Place; 8] = [
    Place {
        area: "26740",
        unit: "DT-TTDT",
        facts: &[
            ("address", "12 Trần Phú"),
            ("position", "10.77642, 106.70086"),
            ("height_m", "6"),
            ("direction_deg", "75"),
            ("angle_deg", "70"),
            ("range_m", "60"),
            ("purposes", "security, movement"),
            ("place", "street"),
        ],
    },
    Place {
        area: "26740",
        unit: "DT-CSGT",
        facts: &[
            ("address", "Ngã tư Chợ Mới"),
            ("position", "10.77748, 106.70170"),
            ("height_m", "8"),
            ("direction_deg", "210"),
            ("angle_deg", "90"),
            ("range_m", "80"),
            ("purposes", "traffic"),
            ("place", "street"),
        ],
    },
    Place {
        area: "26743",
        unit: "DT-CN",
        facts: &[
            ("address", "Thước nước kênh thủy lợi"),
            ("position", "10.76890, 106.69560"),
            ("height_m", "2.5"),
            ("direction_deg", "0"),
            ("angle_deg", "40"),
            ("range_m", "25"),
            ("purposes", "tide"),
            ("place", "canal"),
        ],
    },
    Place {
        area: "26740",
        unit: "DT-CHO",
        facts: &[
            ("address", "Cổng chính chợ Hoa Sen"),
            ("position", "10.77560, 106.69980"),
            ("height_m", "5.5"),
            ("direction_deg", "140"),
            ("angle_deg", "85"),
            ("range_m", "45"),
            ("purposes", "security"),
            ("place", "market"),
        ],
    },
    Place {
        area: "26743",
        unit: "DT-CSGT",
        facts: &[
            ("address", "Chân cầu Sông Hoàng"),
            ("position", "10.77010, 106.69420"),
            ("height_m", "9"),
            ("direction_deg", "320"),
            ("angle_deg", "60"),
            ("range_m", "120"),
            ("purposes", "traffic"),
            ("place", "street"),
        ],
    },
    Place {
        area: "26758",
        unit: "DT-TTDT",
        facts: &[
            ("address", "Công viên Hòa Bình, lối vào phía bắc"),
            ("position", "10.76420, 106.69110"),
            ("height_m", "6"),
            ("direction_deg", "180"),
            ("angle_deg", "100"),
            ("range_m", "50"),
            ("purposes", "security"),
            ("place", "park"),
        ],
    },
    Place {
        area: "26758",
        unit: "DT-GD",
        facts: &[
            ("address", "Cổng Trường tiểu học Hoa Mai"),
            ("position", "10.76310, 106.69330"),
            ("height_m", "5"),
            ("direction_deg", "30"),
            ("angle_deg", "80"),
            ("range_m", "35"),
            ("purposes", "security"),
            ("place", "school"),
        ],
    },
    // Without a position: the map lists it as not placed yet.
    Place { area: "26758", unit: "DT-BX", facts: &[("purposes", "security"), ("place", "bus_station")] },
];

/// What every camera of the demo has.
const EVERYWHERE: &[(&str, &str)] = &[
    ("ownership", "state"),
    ("funding", "local_budget"),
    ("maker", "Mô phỏng"),
    ("model", "Cảnh vẽ 1080p"),
    ("update_form", "online"),
    ("update_frequency", "on_change"),
    ("recording_class", "standard"),
    ("sharing_class", "area"),
];

impl Place {
    /// Its facts.
    pub fn facts(&self) -> Result<FactsPatch, Failure> {
        let mut patch = FactsPatch::default();
        for (field, text) in self.facts.iter().chain(EVERYWHERE) {
            patch.set_text(field, text).map_err(|f| Failure(f.said))?;
        }
        Ok(patch)
    }
}

/// Makes the units that are not there yet.
pub fn units(ops: &Ops) -> Result<(), Failure> {
    let system = Caller::system();
    for (code, name, short, area, sectors) in UNITS {
        if ops.unit(&system, code).is_ok() {
            continue;
        }
        let draft = UnitDraft {
            code: code.to_owned(),
            name: name.to_owned(),
            short_name: short.to_owned(),
            kind: "subordinate".to_owned(),
            area: area.to_owned(),
            sectors: sectors.iter().map(|s| (*s).to_owned()).collect(),
            manages: code != "DT-DH",
            uses_data: true,
            // One unit has not named its focal point yet: the page of units says so (A22.1).
            focal_name: if code == "DT-CHO" { String::new() } else { format!("Đầu mối {short} (dùng thử)") },
            ..UnitDraft::default()
        };
        ops.add_unit(&system, draft)?;
    }
    Ok(())
}

/// Makes two accounts with narrower rights, and a grant with its paper.
pub fn people(ops: &Ops, now: WallTime) -> Result<Vec<Kept>, Failure> {
    let system = Caller::system();
    let wanted = [
        (
            "donvi",
            "Cán bộ Đội Cảnh sát giao thông (dùng thử)",
            Role::Unit,
            "DT-CSGT",
            "đơn vị: 2 camera của mình, 1 được cấp quyền / a unit: its 2 cameras, 1 by a grant",
        ),
        (
            "phuong",
            "Trực ban phường Cầu Ông Lãnh (dùng thử)",
            Role::DistrictCentre,
            "DT-DH",
            "trung tâm điều hành địa bàn: 3 camera / an area's centre: 3 cameras",
        ),
    ];
    let mut kept = Vec::new();
    for (name, display_name, role, unit, says) in wanted {
        let unit = ops.unit(&system, unit)?;
        let mut new = NewAccount::new(name, role);
        new.display_name = display_name.to_owned();
        new.details.unit_id = Some(unit.id);
        let (account, password) = match ops.accounts_from_machine()?.into_iter().find(|a| a.name == name) {
            // Made before a kill: its password was not kept.
            Some(account) => {
                let (account, password) = ops.reset_password(&system, account.id)?;
                (account, Some(password))
            }
            None => ops.add_account(&system, new)?,
        };
        if name == "donvi" {
            grant(ops, &system, Holder::Account(account.id), now)?;
        }
        kept.push(Kept {
            account: account.name,
            password: password.map(|p| p.expose().to_owned()),
            says: says.to_owned(),
        });
    }
    Ok(kept)
}

/// The market's camera for the traffic police, on a written consent, for 90 days.
fn grant(ops: &Ops, system: &Caller, holder: Holder, now: WallTime) -> Result<(), Failure> {
    let market = ops.camera(system, "79.760-0004")?;
    let wish = GrantWish {
        holder,
        acts: vec![Act::SeeCatalogue, Act::WatchLive],
        scope: Scope { cameras: vec![market.id], ..Scope::default() },
        times: Times { until: Some(now.plus(Duration::from_secs(90 * 86_400))), ..Times::default() },
        purpose: "Phân luồng giao thông quanh chợ giờ cao điểm".to_owned(),
        document: None,
        paper: Some(PaperDraft {
            kind: "consent".to_owned(),
            number: "01/DT-UBND".to_owned(),
            date: Some(now.office_date()),
            issuer: "Ủy ban nhân dân Thành phố (văn bản dùng thử)".to_owned(),
            title: "Đồng ý cho khai thác hình ảnh camera cổng chợ (dữ liệu dùng thử)".to_owned(),
            file: None,
        }),
    };
    ops.give_grant(system, wish)?;
    Ok(())
}
