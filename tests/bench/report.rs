//! Figures with their goals, as a table and as JSON.

use serde_json::{Value, json};

/// What a figure is held against.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// Not more than this.
    AtMost(f64),
    /// Not less than this.
    AtLeast(f64),
    /// Only measured.
    None,
}

struct Figure {
    case: &'static str,
    what: String,
    value: f64,
    unit: &'static str,
    goal: Goal,
}

/// What has been measured.
#[derive(Default)]
pub struct Report(Vec<Figure>);

impl Report {
    /// Notes a figure.
    pub fn note(&mut self, case: &'static str, what: impl Into<String>, value: f64, unit: &'static str, goal: Goal) {
        self.0.push(Figure { case, what: what.into(), value, unit, goal });
    }

    /// Have all goals been reached?
    pub fn all_reached(&self) -> bool {
        self.0.iter().all(|f| f.reached() != Some(false))
    }

    /// One line a figure.
    pub fn table(&self) -> String {
        let mut out = format!("{:<14} {:<44} {:>12} {:<12} {:>10}\n", "case", "figure", "measured", "unit", "goal");
        for f in &self.0 {
            let goal = match f.goal {
                Goal::AtMost(g) => format!("<= {g}"),
                Goal::AtLeast(g) => format!(">= {g}"),
                Goal::None => String::new(),
            };
            let mark = match f.reached() {
                Some(false) => "  MISSED",
                _ => "",
            };
            out += &format!("{:<14} {:<44} {:>12.3} {:<12} {:>10}{mark}\n", f.case, f.what, f.value, f.unit, goal);
        }
        out
    }

    /// All figures.
    pub fn json(&self) -> Value {
        let all = self.0.iter().map(|f| {
            let (at_most, at_least) = match f.goal {
                Goal::AtMost(g) => (Some(g), None),
                Goal::AtLeast(g) => (None, Some(g)),
                Goal::None => (None, None),
            };
            json!({"case": f.case, "figure": f.what, "value": f.value, "unit": f.unit, "at_most": at_most,
                   "at_least": at_least, "reached": f.reached()})
        });
        Value::Array(all.collect())
    }
}

impl Figure {
    fn reached(&self) -> Option<bool> {
        match self.goal {
            Goal::AtMost(g) => Some(self.value <= g),
            Goal::AtLeast(g) => Some(self.value >= g),
            Goal::None => None,
        }
    }
}

/// The value below which `percent` of the sorted values lie (nearest rank).
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(f64::NAN)
}
