//! How complete a camera's record is (A8), and what it lacks, in words.
//!
//! Which fields count, and how much, is policy; the duties that only some places have (A15.1: written consent; A15.3, A15.4:
//! the department that is told) count where they apply. Not here: the numbers (`data/policy.toml`).

use crate::facts_fields::{field, text_of};
use crate::{Camera, Register, Registers};
use base::{Said, WallTime};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// Which fields count.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletenessPolicy {
    /// A record that nobody has confirmed for so many days is stale (A5.6).
    pub confirmed_days: u32,
    /// Weight of each field: names of [`crate::FACT_FIELDS`], `area`, `unit`, `sub_url`.
    pub weights: BTreeMap<String, u32>,
    /// Written consent to place and technical plan, for public places (A15.1).
    pub consent: PaperRule,
    /// Report of plan and place to the department, where the place has one (A15.3, A15.4).
    pub report: PaperRule,
}

/// A document that some places need.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperRule {
    /// Code of the type of document.
    pub document_type: String,
    /// How much it counts.
    pub weight: u32,
}

/// Something that a record lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Field; `documents` for a paper.
    pub field: &'static str,
    /// In words.
    pub said: Said,
    /// How much it counts.
    pub weight: u32,
}

/// How complete a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completeness {
    /// 0 to 100; 100 only if nothing is missing.
    pub percent: u8,
    /// What is missing, what counts most first.
    pub missing: Vec<Missing>,
}

/// Fields that count and are not among the facts.
const OWN: &[(&str, &str, &str)] =
    &[("area", "Địa bàn", "Area"), ("unit", "Đơn vị quản lý", "Managing unit"), ("sub_url", "Luồng phụ", "Substream")];

impl CompletenessPolicy {
    /// What is wrong with it: names that are no fields.
    pub fn fault(&self) -> Option<String> {
        let known = |name: &str| field(name).is_some() || OWN.iter().any(|(n, ..)| *n == name);
        self.weights.keys().find(|n| !known(n)).map(|n| format!("completeness.weights: there is no field {n}"))
    }

    /// Looks at a record. `kinds` are the types of its documents.
    pub fn assess(&self, camera: &Camera, kinds: &[&str], registers: &Registers) -> Completeness {
        let (mut all, mut missing) = (0_u32, Vec::new());
        let mut count = |field: &'static str, said: &dyn Fn() -> Said, weight: u32, there: bool| {
            all = all.saturating_add(weight);
            if !there && weight > 0 {
                missing.push(Missing { field, said: said(), weight });
            }
        };
        for (name, weight) in &self.weights {
            if let Some((name, vi, en)) = OWN.iter().find(|(n, ..)| n == name) {
                let there = match *name {
                    "area" => camera.area.is_some() || camera.area_id.is_some(),
                    "unit" => camera.unit.is_some() || camera.unit_id.is_some(),
                    _ => camera.sub_url.is_some(),
                };
                count(name, &|| Said::new(*vi, *en), *weight, there);
            } else if let Some(f) = field(name) {
                // A camera that looks all round has no direction.
                let all_round = f.name == "direction_deg" && camera.facts.angle_deg.is_some_and(|a| a >= 360.0);
                count(f.name, &|| f.said(), *weight, all_round || !text_of(&camera.facts, f.name).is_empty());
            }
        }
        let place = camera.facts.place.as_deref().and_then(|p| registers.item(Register::Place, p));
        let has = |rule: &PaperRule| kinds.iter().filter(|k| **k == rule.document_type).count();
        if let Some(place) = place {
            if place.traits.public {
                let said = || {
                    Said::new(
                        "Văn bản đồng thuận về vị trí và phương án kỹ thuật (Điều 15.1)",
                        "Written consent to place and technical plan (article 15.1)",
                    )
                };
                count("documents", &said, self.consent.weight, has(&self.consent) > 0);
            }
            if !place.traits.told.is_empty() {
                let names = |language| {
                    let name = |code| registers.item_name(Register::Sector, code, language).to_owned();
                    place.traits.told.iter().map(|c| name(c)).collect::<Vec<_>>().join(", ")
                };
                let said = || {
                    Said::new(
                        format!(
                            "Báo cáo phương án và vị trí tới sở ngành: {} (Điều 15.3, 15.4)",
                            names(base::Language::Vi)
                        ),
                        format!(
                            "Report of plan and place to the department: {} (articles 15.3, 15.4)",
                            names(base::Language::En)
                        ),
                    )
                };
                count("documents", &said, self.report.weight, has(&self.report) >= place.traits.told.len());
            }
        }
        missing.sort_by_key(|m| std::cmp::Reverse(m.weight));
        let lacking: u32 = missing.iter().map(|m| m.weight).sum();
        let there = u64::from(all.saturating_sub(lacking));
        let percent = if all == 0 { 100 } else { u8::try_from(there * 100 / u64::from(all)).unwrap_or(100) };
        Completeness { percent, missing }
    }

    /// Has nobody confirmed the record for too long? One that was never confirmed counts from when it was entered.
    pub fn is_stale(&self, camera: &Camera, now: WallTime) -> bool {
        let since = camera.facts.confirmed_at.unwrap_or(camera.created_at);
        now.since(since) >= Duration::from_secs(u64::from(self.confirmed_days) * 86_400)
    }
}

#[cfg(test)]
#[path = "tests/completeness.rs"]
mod tests;
