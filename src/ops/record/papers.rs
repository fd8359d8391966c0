//! The documents of cameras, folded for search: in memory, following each camera by itself, so that no change of the catalogue
//! has it made anew.
//!
//! Only documents that a camera names are here: others are found by nobody. Not here: the search (`finding`), who sees what.

use base::{CameraId, DocumentId};
use domain::Document;
use domain::text::fold;
use std::collections::{BTreeSet, HashMap};

/// A document with its words folded.
#[derive(Debug)]
pub(crate) struct Paper {
    pub(crate) document: Document,
    /// Cameras that it belongs to.
    pub(crate) cameras: BTreeSet<CameraId>,
    pub(crate) number: String,
    pub(crate) title: String,
    /// Who issued it.
    pub(crate) rest: String,
}

impl Paper {
    fn of(document: Document) -> Self {
        Self {
            number: fold(&document.number),
            title: fold(&document.title),
            rest: fold(&document.issuer),
            document,
            cameras: BTreeSet::new(),
        }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Papers {
    all: HashMap<DocumentId, Paper>,
    of: HashMap<CameraId, Vec<DocumentId>>,
}

impl Papers {
    /// A camera names these documents now.
    pub(crate) fn follow(&mut self, camera: CameraId, documents: Vec<Document>) {
        let now: Vec<DocumentId> = documents.iter().map(|d| d.id).collect();
        for gone in self.of.remove(&camera).into_iter().flatten().filter(|d| !now.contains(d)) {
            if let Some(paper) = self.all.get_mut(&gone) {
                paper.cameras.remove(&camera);
                if paper.cameras.is_empty() {
                    self.all.remove(&gone);
                }
            }
        }
        for document in documents {
            let id = document.id;
            let paper = match self.all.remove(&id) {
                Some(paper) if paper.document == document => paper,
                Some(old) => Paper { cameras: old.cameras, ..Paper::of(document) },
                None => Paper::of(document),
            };
            self.all.entry(id).or_insert(paper).cameras.insert(camera);
        }
        if !now.is_empty() {
            self.of.insert(camera, now);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Paper> {
        self.all.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(n: u8, title: &str) -> Document {
        let json = serde_json::json!({"id": DocumentId::from_parts(1, [n; 10]), "kind": "technical", "number": format!("{n}/HC"),
            "date": null, "title": title, "added_by": base::AccountId::from_parts(1, [1; 10]), "added_at": 0});
        serde_json::from_value(json).expect("a document")
    }

    #[test]
    fn it_follows_each_camera_by_itself() {
        let camera = |n: u8| CameraId::from_parts(1, [n; 10]);
        let mut papers = Papers::default();
        let told = |papers: &Papers| {
            let mut all: Vec<_> = papers.iter().map(|p| (p.number.clone(), p.title.clone(), p.cameras.len())).collect();
            all.sort();
            all
        };
        let told_as = |all: &[(&str, &str, usize)]| {
            all.iter().map(|(n, t, c)| ((*n).to_owned(), (*t).to_owned(), *c)).collect::<Vec<_>>()
        };
        papers.follow(camera(1), vec![document(1, "Sơ đồ"), document(2, "Ảnh")]);
        papers.follow(camera(2), vec![document(1, "Sơ đồ")]);
        assert_eq!(told(&papers), told_as(&[("1/hc", "so do", 2), ("2/hc", "anh", 1)]));
        papers.follow(camera(2), vec![document(1, "Bản vẽ")]);
        papers.follow(camera(1), vec![document(1, "Bản vẽ")]);
        assert_eq!(told(&papers), told_as(&[("1/hc", "ban ve", 2)]));
        papers.follow(camera(1), Vec::new());
        papers.follow(camera(2), Vec::new());
        assert_eq!(told(&papers), told_as(&[]));
        assert!(papers.of.is_empty());
    }
}
