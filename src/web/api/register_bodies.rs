//! What areas, units and entries of registers look like to programs.

use crate::office::registers as r;
use domain::{Area, AreaDraft, FieldFault, ItemDraft, ItemTraits, RegisterItem, Registers, Unit, UnitDraft};
use ops::CameraCounts;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// `null` is a value; only an absent field is none.
fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(d).map(Some)
}

/// An area.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaBody {
    /// Id.
    pub id: String,
    /// Official code.
    pub code: String,
    /// Name with its tier.
    pub name: String,
    /// With what it is part of: `Phường Sài Gòn, Thành phố Hồ Chí Minh`.
    pub path: String,
    /// Tier, a code of the register `tier`.
    pub kind: String,
    /// The area that it is part of.
    pub parent: Option<String>,
    /// Former names.
    pub former_names: Vec<String>,
    /// First day in force, yyyy-mm-dd.
    pub valid_from: Option<String>,
    /// First day no longer in force.
    pub valid_to: Option<String>,
    /// Is it in force today?
    pub in_force: bool,
    /// Ids of the areas that took its place.
    pub became: Vec<String>,
    /// Cameras in it and below that you may see.
    pub cameras: usize,
    /// Counts the changes.
    pub revision: u64,
}

impl AreaBody {
    pub(super) fn of(area: &Area, book: &Registers, counts: &CameraCounts) -> Self {
        Self {
            id: area.id.to_string(),
            code: area.code.clone(),
            name: area.name.clone(),
            path: book.area_name(area.id),
            kind: area.kind.clone(),
            parent: area.parent.map(|p| p.to_string()),
            former_names: area.former_names.clone(),
            valid_from: area.valid_from.map(|d| d.to_string()),
            valid_to: area.valid_to.map(|d| d.to_string()),
            in_force: area.in_force(book.day()),
            became: area.became.iter().map(ToString::to_string).collect(),
            cameras: counts.within(book, area.id),
            revision: area.revision,
        }
    }
}

/// A page of areas.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreasBody {
    /// The areas.
    pub items: Vec<AreaBody>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

/// A new area, or changes to one: what is left out stays, `null` takes away. Other areas by id, code or name.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AreaWish {
    /// Official code.
    pub code: Option<String>,
    /// Name with its tier.
    pub name: Option<String>,
    /// Tier.
    pub kind: Option<String>,
    /// What it is part of.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<Option<String>>,
    /// Former names.
    pub former_names: Option<Vec<String>>,
    /// First day in force, yyyy-mm-dd.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub valid_from: Option<Option<String>>,
    /// First day no longer in force: ends it.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub valid_to: Option<Option<String>>,
    /// What it becomes.
    pub became: Option<Vec<String>>,
}

impl AreaWish {
    pub(super) fn onto(self, mut draft: AreaDraft) -> Result<AreaDraft, FieldFault> {
        draft.code = self.code.unwrap_or(draft.code);
        draft.name = self.name.unwrap_or(draft.name);
        draft.kind = self.kind.unwrap_or(draft.kind);
        if let Some(parent) = self.parent {
            draft.parent = parent.unwrap_or_default();
        }
        draft.former_names = self.former_names.unwrap_or(draft.former_names);
        if let Some(day) = self.valid_from {
            draft.valid_from = r::date("valid_from", &day.unwrap_or_default())?;
        }
        if let Some(day) = self.valid_to {
            draft.valid_to = r::date("valid_to", &day.unwrap_or_default())?;
        }
        draft.became = self.became.unwrap_or(draft.became);
        Ok(draft)
    }
}

/// Whom to turn to (đầu mối).
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FocalPointBody {
    /// Name.
    pub name: String,
    /// Position.
    pub title: String,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Id of the account, if there is one.
    pub account: Option<String>,
}

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitBody {
    /// Id.
    pub id: String,
    /// Short code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// Kind, a code of the register `unit_kind`.
    pub kind: String,
    /// The unit that it belongs to.
    pub parent: Option<String>,
    /// The area that it answers for.
    pub area: Option<String>,
    /// Sectors, codes of the register `sector`.
    pub sectors: Vec<String>,
    /// Manages camera systems (article 3.2).
    pub manages: bool,
    /// Uses data (article 3.5).
    pub uses_data: bool,
    /// Invests in residential areas (article 15.5).
    pub invests: bool,
    /// The leader that it names (articles 22.1, 23.1). This, telephone and e-mail are empty for accounts without cameras of
    /// their own (citizens, inspectors).
    pub focal_point: Option<FocalPointBody>,
    /// Must it name one and has not?
    pub misses_focal_point: bool,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// First day no longer active, yyyy-mm-dd.
    pub ended_on: Option<String>,
    /// Cameras of it and of the units below that you may see.
    pub cameras: usize,
    /// Counts the changes.
    pub revision: u64,
}

impl UnitBody {
    pub(super) fn of(unit: &Unit, book: &Registers, counts: &CameraCounts) -> Self {
        Self {
            id: unit.id.to_string(),
            code: unit.code.clone(),
            name: unit.name.clone(),
            short_name: unit.short_name.clone(),
            kind: unit.kind.clone(),
            parent: unit.parent.map(|p| p.to_string()),
            area: unit.area.map(|a| a.to_string()),
            sectors: unit.sectors.clone(),
            manages: unit.manages,
            uses_data: unit.uses_data,
            invests: unit.invests,
            focal_point: unit.focal_point.clone().map(|f| FocalPointBody {
                name: f.name,
                title: f.title,
                phone: f.phone,
                email: f.email,
                account: f.account.map(|a| a.to_string()),
            }),
            misses_focal_point: domain::misses_focal_point(unit, book.day()),
            phone: unit.phone.clone(),
            email: unit.email.clone(),
            ended_on: unit.ended_on.map(|d| d.to_string()),
            cameras: counts.of_unit(book, unit.id),
            revision: unit.revision,
        }
    }
}

impl UnitBody {
    /// As that account may read it: whom to call, and how, is for those who have cameras of their own.
    pub(super) fn told_to(self, role: domain::Role) -> Self {
        if domain::presets::learns_contacts(role) {
            return self;
        }
        let none = String::new();
        Self { focal_point: None, misses_focal_point: false, phone: none.clone(), email: none, ..self }
    }
}

/// A page of units.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitsBody {
    /// The units.
    pub items: Vec<UnitBody>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

/// A new unit, or changes to one: what is left out stays, `null` takes away. Units and areas by id, code or name.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UnitWish {
    /// Short code.
    pub code: Option<String>,
    /// Full name.
    pub name: Option<String>,
    /// Short name.
    pub short_name: Option<String>,
    /// Kind.
    pub kind: Option<String>,
    /// The unit that it belongs to.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<Option<String>>,
    /// The area that it answers for.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub area: Option<Option<String>>,
    /// Sectors.
    pub sectors: Option<Vec<String>>,
    /// Manages camera systems.
    pub manages: Option<bool>,
    /// Uses data.
    pub uses_data: Option<bool>,
    /// Invests in residential areas.
    pub invests: Option<bool>,
    /// The leader that it names.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<FocalPointBody>)]
    pub focal_point: Option<Option<FocalPointBody>>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// First day no longer active: ends it.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub ended_on: Option<Option<String>>,
}

impl UnitWish {
    pub(super) fn onto(self, mut draft: UnitDraft) -> Result<UnitDraft, FieldFault> {
        draft.code = self.code.unwrap_or(draft.code);
        draft.name = self.name.unwrap_or(draft.name);
        draft.short_name = self.short_name.unwrap_or(draft.short_name);
        draft.kind = self.kind.unwrap_or(draft.kind);
        if let Some(parent) = self.parent {
            draft.parent = parent.unwrap_or_default();
        }
        if let Some(area) = self.area {
            draft.area = area.unwrap_or_default();
        }
        draft.sectors = self.sectors.unwrap_or(draft.sectors);
        draft.manages = self.manages.unwrap_or(draft.manages);
        draft.uses_data = self.uses_data.unwrap_or(draft.uses_data);
        draft.invests = self.invests.unwrap_or(draft.invests);
        if let Some(focal) = self.focal_point {
            let focal = focal.unwrap_or_default();
            draft.focal_account = match focal.account.as_deref().filter(|a| !a.is_empty()) {
                None => None,
                Some(text) => Some(text.parse().map_err(|()| {
                    let said = base::Said::new("Không có tài khoản này.", "There is no such account.");
                    FieldFault::new("focal_account", said)
                })?),
            };
            (draft.focal_name, draft.focal_title) = (focal.name, focal.title);
            (draft.focal_phone, draft.focal_email) = (focal.phone, focal.email);
        }
        draft.phone = self.phone.unwrap_or(draft.phone);
        draft.email = self.email.unwrap_or(draft.email);
        if let Some(day) = self.ended_on {
            draft.ended_on = r::date("ended_on", &day.unwrap_or_default())?;
        }
        Ok(draft)
    }
}

/// An entry of a register.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemBody {
    /// Id.
    pub id: String,
    /// Register.
    pub register: &'static str,
    /// Code: what other records carry.
    pub code: String,
    /// Name in Vietnamese.
    pub vi: String,
    /// Name in English.
    pub en: String,
    /// Place in the list.
    pub order: i64,
    /// First day in force, yyyy-mm-dd.
    pub valid_from: Option<String>,
    /// First day no longer in force.
    pub valid_to: Option<String>,
    /// What else the list needs.
    #[schema(value_type = TraitsBody)]
    pub traits: ItemTraits,
    /// Counts the changes.
    pub revision: u64,
}

/// What only some lists need; absent where it does not apply.
#[derive(Debug, ToSchema)]
#[allow(dead_code)] // only its description is used
pub struct TraitsBody {
    /// Tier: short forms.
    pub short: Option<Vec<String>>,
    /// Height layer: lowest height in it, metres.
    pub from_m: Option<f64>,
    /// Height layer: height at which the next one begins, metres.
    pub below_m: Option<f64>,
    /// Height layer, sector: codes of purposes.
    pub purposes: Option<Vec<String>>,
    /// Place: is it public (article 5.3)?
    pub public: Option<bool>,
    /// Place: sectors whose department is told (articles 15.3, 15.4).
    pub told: Option<Vec<String>>,
    /// Document type: consent of article 10.3.
    pub consent: Option<bool>,
    /// Document type: agreement of article 5.4.
    pub second_view: Option<bool>,
    /// Height layer: the decision's words.
    pub words: Option<String>,
    /// Article.
    pub article: Option<String>,
}

impl ItemBody {
    pub(super) fn of(item: &RegisterItem) -> Self {
        Self {
            id: item.id.to_string(),
            register: item.register.as_str(),
            code: item.code.clone(),
            vi: item.vi.clone(),
            en: item.en.clone(),
            order: item.order,
            valid_from: item.valid_from.map(|d| d.to_string()),
            valid_to: item.valid_to.map(|d| d.to_string()),
            traits: item.traits.clone(),
            revision: item.revision,
        }
    }
}

/// A page of entries.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemsBody {
    /// The entries.
    pub items: Vec<ItemBody>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

/// A new entry, or changes to one: what is left out stays, `null` takes away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ItemWish {
    /// Code; only of a new one.
    pub code: Option<String>,
    /// Name in Vietnamese.
    pub vi: Option<String>,
    /// Name in English.
    pub en: Option<String>,
    /// Place in the list.
    pub order: Option<i64>,
    /// First day in force, yyyy-mm-dd.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub valid_from: Option<Option<String>>,
    /// First day no longer in force: ends it.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub valid_to: Option<Option<String>>,
    /// All of what the list needs, in place of what there was.
    #[schema(value_type = Option<TraitsBody>)]
    pub traits: Option<ItemTraits>,
    /// `true`: it ends although it is in use; what uses it keeps it. Without that, ending it is refused and says what uses it.
    pub in_use_too: Option<bool>,
}

impl ItemWish {
    pub(super) fn onto(self, mut draft: ItemDraft) -> Result<ItemDraft, FieldFault> {
        draft.code = self.code.unwrap_or(draft.code);
        draft.vi = self.vi.unwrap_or(draft.vi);
        draft.en = self.en.unwrap_or(draft.en);
        draft.order = self.order.or(draft.order);
        if let Some(day) = self.valid_from {
            draft.valid_from = r::date("valid_from", &day.unwrap_or_default())?;
        }
        if let Some(day) = self.valid_to {
            draft.valid_to = r::date("valid_to", &day.unwrap_or_default())?;
        }
        draft.traits = self.traits.unwrap_or(draft.traits);
        draft.in_use_too = self.in_use_too.unwrap_or(false);
        Ok(draft)
    }
}
