//! The views of all cameras, found by place: an R*-tree of the boxes around their sectors.
//!
//! Cameras of the police are not in it: they are excepted on both sides (A5.4) and must not be told of. Not here: geometry
//! (`domain::sector`), who may be told what (`overlaps`).

use base::{CameraId, limits};
use domain::{Camera, Sector, sector};
use rstar::{AABB, RTree, RTreeObject};
use std::collections::HashMap;

/// A camera's box in the tree.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Box2 {
    id: CameraId,
    low: [f64; 2],
    high: [f64; 2],
}

impl RTreeObject for Box2 {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.low, self.high)
    }
}

/// What is compared of a camera.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    pub(crate) sector: Sector,
    pub(crate) purposes: Vec<String>,
}

impl View {
    /// A camera's view; none if its record does not tell it, it has no purpose, or it is one of the police.
    pub(crate) fn of(camera: &Camera) -> Option<View> {
        if camera.facts.police || camera.facts.purposes.is_empty() {
            return None;
        }
        Some(View { sector: Sector::of(&camera.facts)?, purposes: camera.facts.purposes.clone() })
    }

    fn boxed(&self, id: CameraId) -> Box2 {
        let (low, high) = self.sector.bounds();
        Box2 { id, low: [low.lat, low.lon], high: [high.lat, high.lon] }
    }

    /// Purposes that both have.
    pub(crate) fn alike<'a>(&'a self, other: &'a View) -> impl Iterator<Item = &'a String> {
        self.purposes.iter().filter(|p| other.purposes.contains(p))
    }
}

/// See the module.
#[derive(Default)]
pub(crate) struct ViewIndex {
    tree: RTree<Box2>,
    views: HashMap<CameraId, View>,
    /// Counts the changes.
    pub(crate) change: u64,
}

impl ViewIndex {
    pub(crate) fn of(cameras: &[Camera]) -> Self {
        let views: HashMap<CameraId, View> = cameras.iter().filter_map(|c| Some((c.id, View::of(c)?))).collect();
        let tree = RTree::bulk_load(views.iter().map(|(id, v)| v.boxed(*id)).collect());
        Self { tree, views, change: 1 }
    }

    pub(crate) fn set(&mut self, id: CameraId, camera: Option<&Camera>) {
        let new = camera.and_then(View::of);
        if self.views.get(&id) == new.as_ref() {
            return;
        }
        self.change = self.change.wrapping_add(1);
        if let Some(old) = self.views.remove(&id) {
            self.tree.remove(&old.boxed(id));
        }
        if let Some(view) = new {
            self.tree.insert(view.boxed(id));
            self.views.insert(id, view);
        }
    }

    pub(crate) fn view(&self, id: CameraId) -> Option<&View> {
        self.views.get(&id)
    }
    pub(crate) fn ids(&self) -> impl Iterator<Item = CameraId> {
        self.views.keys().copied()
    }

    /// Cameras of like purpose that share at least `least` of the smaller view with this one; those that share most first.
    pub(crate) fn shared_with(&self, id: Option<CameraId>, view: &View, least: f64) -> Vec<(CameraId, f64)> {
        let (low, high) = view.sector.bounds();
        let around = AABB::from_corners([low.lat, low.lon], [high.lat, high.lon]);
        let mut found: Vec<(CameraId, f64)> = self
            .tree
            .locate_in_envelope_intersecting(around)
            .filter(|b| Some(b.id) != id)
            .filter_map(|b| Some((b.id, self.views.get(&b.id)?)))
            .filter(|(_, other)| view.alike(other).next().is_some())
            .take(limits::OVERLAP_NEIGHBOURS_MAX)
            .map(|(id, other)| (id, sector::shared(&view.sector, &other.sector)))
            .filter(|(_, share)| *share > 0.0 && *share >= least)
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{CameraFacts, Position};

    pub(crate) fn camera(n: u64, east: f64, purposes: &[&str]) -> Camera {
        let facts = CameraFacts {
            position: Some(Position { lat: 10.7769, lon: 106.7009 + east / 109_000.0 }),
            direction_deg: Some(90.0),
            angle_deg: Some(90.0),
            range_m: Some(50.0),
            purposes: purposes.iter().map(|p| (*p).to_owned()).collect(),
            ..CameraFacts::default()
        };
        let id = CameraId::from_parts(n, [0; 10]);
        let json = serde_json::json!({"id": id, "code": format!("79-{n:04}"), "name": "x", "main_url": "rtsp://10.0.0.1/",
            "created_at": 0, "changed_at": 0, "revision": 1, "facts": facts});
        serde_json::from_value(json).expect("a camera")
    }

    #[test]
    fn neighbours_of_like_purpose() {
        let police = {
            let mut c = camera(5, 0.0, &["traffic"]);
            c.facts.police = true;
            c
        };
        let cameras = [
            camera(1, 0.0, &["traffic"]),
            camera(2, 10.0, &["traffic", "security"]),
            camera(3, 0.0, &["flood"]),
            camera(4, 5_000.0, &["traffic"]),
            police.clone(),
        ];
        let mut index = ViewIndex::of(&cameras);
        let ids = |index: &ViewIndex, c: &Camera, least: f64| -> Vec<u64> {
            let view = View::of(c).expect("a view");
            let found = index.shared_with(Some(c.id), &view, least);
            found
                .iter()
                .map(|(id, _)| u64::try_from(cameras.iter().position(|c| c.id == *id).expect("known")).unwrap_or(0) + 1)
                .collect()
        };
        assert_eq!(View::of(&police), None, "police cameras are apart");
        assert_eq!(ids(&index, &cameras[0], 0.0), [2]);
        assert_eq!(ids(&index, &cameras[0], 0.99), Vec::<u64>::new());
        // It follows: moved away, come back, gone.
        let change = index.change;
        index.set(cameras[1].id, Some(&camera(2, 9_000.0, &["traffic"])));
        assert!(ids(&index, &cameras[0], 0.0).is_empty() && index.change > change);
        index.set(cameras[1].id, Some(&cameras[1]));
        assert_eq!(ids(&index, &cameras[0], 0.0), [2]);
        index.set(cameras[1].id, None);
        assert!(ids(&index, &cameras[0], 0.0).is_empty());
        let change = index.change;
        index.set(cameras[0].id, Some(&cameras[0]));
        assert_eq!(index.change, change, "nothing new");
    }
}
