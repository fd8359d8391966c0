//! Height layers (A13.2): which layer a height is in, and whether a camera's purposes fit it.
//!
//! The layers and their purposes are the register of height layers. Not here: where a camera's height comes from.

use crate::{CameraFacts, RegisterItem};
use base::Said;

/// The layer of a height: `from_m` belongs to it, `below_m` to the next one.
pub fn layer_of(height_m: f64, layers: &[RegisterItem]) -> Option<&RegisterItem> {
    layers.iter().find(|l| {
        let t = &l.traits;
        (t.from_m.is_some() || t.below_m.is_some())
            && t.from_m.is_none_or(|from| height_m >= from)
            && t.below_m.is_none_or(|below| height_m < below)
    })
}

/// Does a purpose fit a layer? One that no layer names fits all of them.
pub fn fits(purpose: &str, layer: &RegisterItem, layers: &[RegisterItem]) -> bool {
    let names = |l: &RegisterItem| l.traits.purposes.iter().any(|p| p == purpose);
    names(layer) || !layers.iter().any(names)
}

/// What is odd about a camera's height; advice, never a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeightAdvice {
    /// No height, so no layer.
    NoHeight,
    /// None of its purposes fits the layer.
    Unfit {
        /// Code of the layer.
        layer: String,
        /// Its purposes that do not fit.
        purposes: Vec<String>,
        /// Purposes that would.
        fitting: Vec<String>,
    },
}

/// Looks at height and purposes. Purposes that fit excuse those that do not: a camera has several (A4.1).
pub fn advice(facts: &CameraFacts, layers: &[RegisterItem]) -> Option<HeightAdvice> {
    let Some(height) = facts.height_m else { return Some(HeightAdvice::NoHeight) };
    let layer = layer_of(height, layers)?;
    let unfit = |p: &&String| !fits(p, layer, layers);
    if facts.purposes.is_empty() || facts.purposes.iter().any(|p| fits(p, layer, layers)) {
        return None;
    }
    Some(HeightAdvice::Unfit {
        layer: layer.code.clone(),
        purposes: facts.purposes.iter().filter(unfit).cloned().collect(),
        fitting: layer.traits.purposes.clone(),
    })
}

impl HeightAdvice {
    /// In words; `name` gives a purpose's or layer's name in the language of the two texts.
    pub fn said(&self, vi: impl Fn(&str) -> String, en: impl Fn(&str) -> String) -> Said {
        match self {
            HeightAdvice::NoHeight => Said::new(
                "Chưa có độ cao so với mặt đất, nên chưa biết camera thuộc lớp độ cao nào (Điều 13.2).",
                "There is no height above ground, so that the camera's height layer is not known (article 13.2).",
            ),
            HeightAdvice::Unfit { layer, purposes, fitting } => {
                let list = |of: &dyn Fn(&str) -> String, all: &[String]| {
                    all.iter().map(|p| of(p)).collect::<Vec<_>>().join(", ")
                };
                Said::new(
                    format!(
                        "Mục đích “{}” không phù hợp với lớp “{}” (Điều 13.2). Lớp này phục vụ: {}.",
                        list(&vi, purposes),
                        vi(layer),
                        list(&vi, fitting)
                    ),
                    format!(
                        "The purpose “{}” does not fit the layer “{}” (article 13.2). That layer is for: {}.",
                        list(&en, purposes),
                        en(layer),
                        list(&en, fitting)
                    ),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ItemTraits, Register};
    use base::{ItemId, WallTime};

    fn layer(code: &str, from_m: Option<f64>, below_m: Option<f64>, purposes: &[&str]) -> RegisterItem {
        RegisterItem {
            id: ItemId::from_parts(1, [1; 10]),
            register: Register::Layer,
            code: code.into(),
            vi: code.into(),
            en: code.into(),
            order: 0,
            valid_from: None,
            valid_to: None,
            traits: ItemTraits {
                from_m,
                below_m,
                purposes: purposes.iter().map(|p| (*p).to_owned()).collect(),
                ..Default::default()
            },
            changed_at: WallTime::EPOCH,
            revision: 1,
            extra: Default::default(),
        }
    }

    fn layers() -> Vec<RegisterItem> {
        vec![
            layer("from_20", Some(20.0), None, &["panorama"]),
            layer("from_10", Some(10.0), Some(20.0), &["panorama"]),
            layer("from_5", Some(5.0), Some(10.0), &["security", "traffic"]),
            layer("from_3", Some(3.0), Some(5.0), &["plate"]),
            layer("below_3", None, Some(3.0), &["face"]),
        ]
    }

    #[test]
    fn heights_at_the_borders() {
        let all = layers();
        for (height, code) in [
            (0.0, "below_3"),
            (2.999, "below_3"),
            (3.0, "from_3"),
            (4.999, "from_3"),
            (5.0, "from_5"),
            (9.999, "from_5"),
            (10.0, "from_10"),
            (19.999, "from_10"),
            (20.0, "from_20"),
            (461.0, "from_20"),
        ] {
            assert_eq!(layer_of(height, &all).map(|l| l.code.as_str()), Some(code), "{height}");
        }
        assert_eq!(layer_of(5.0, &[]), None);
    }

    #[test]
    fn purposes_against_layers() {
        let all = layers();
        let facts = |height: f64, purposes: &[&str]| CameraFacts {
            height_m: Some(height),
            purposes: purposes.iter().map(|p| (*p).to_owned()).collect(),
            ..Default::default()
        };
        assert_eq!(advice(&CameraFacts::default(), &all), Some(HeightAdvice::NoHeight));
        assert_eq!(advice(&facts(6.0, &["traffic"]), &all), None);
        assert_eq!(advice(&facts(6.0, &["traffic", "face"]), &all), None, "one that fits is enough");
        assert_eq!(advice(&facts(6.0, &["waste"]), &all), None, "no layer names it");
        assert_eq!(advice(&facts(6.0, &[]), &all), None);
        let unfit = advice(&facts(2.5, &["traffic"]), &all).expect("too low");
        assert_eq!(
            unfit,
            HeightAdvice::Unfit {
                layer: "below_3".into(),
                purposes: vec!["traffic".into()],
                fitting: vec!["face".into()]
            }
        );
        let said = unfit.said(|c| format!("<{c}>"), |c| c.to_owned());
        assert!(said.vi.contains("<traffic>") && said.vi.contains("<face>") && said.en.contains("13.2"));
    }
}
