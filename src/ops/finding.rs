//! Finding: lists of cameras, the map, and the search over everything that a caller may see.
//!
//! Not here: the index of cameras (`catalogue`), what a caller sees (`sight`).

use crate::catalogue::{CameraFilter, CameraHit, Catalogue, MapPage, Page, Query, nearest_words, score_text};
use crate::office::lock;
use crate::record::Paper;
use crate::{Caller, Ops, OpsError};
use base::{AccountId, AreaId, CameraId, DocumentId, Said, UnitId, limits};
use domain::text::fold;
use domain::{Account, Act, Camera, FieldFault, Registers};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLockReadGuard};

/// An area that was found.
#[derive(Clone, Debug)]
pub struct AreaHit {
    /// Its id.
    pub id: AreaId,
    /// Its code.
    pub code: String,
    /// Its name with what it is part of.
    pub name: String,
    /// Is it in force?
    pub in_force: bool,
    /// Where it is now, if it has ended.
    pub now: Vec<(AreaId, String)>,
    /// The former name that the search fits, if it is not the name.
    pub formerly: Option<String>,
    /// How well it fits.
    pub score: u16,
}

/// A unit that was found.
#[derive(Clone, Debug)]
pub struct UnitHit {
    /// Its id.
    pub id: UnitId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How well it fits.
    pub score: u16,
}

/// A person or service that was found.
#[derive(Clone, Debug)]
pub struct PersonHit {
    /// Its id.
    pub id: AccountId,
    /// Sign-in name.
    pub name: String,
    /// Display name.
    pub display_name: String,
    /// Is it enabled?
    pub enabled: bool,
    /// How well it fits.
    pub score: u16,
}

/// A document that was found.
#[derive(Clone, Debug)]
pub struct DocumentHit {
    /// Its id.
    pub id: DocumentId,
    /// Number and symbol.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// What it is about.
    pub title: String,
    /// Its date.
    pub date: Option<base::CivilDate>,
    /// Code of a camera that it belongs to and that the caller sees.
    pub camera: String,
    /// How well it fits.
    pub score: u16,
}

/// What was found, best first.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Cameras.
    pub cameras: Vec<CameraHit>,
    /// Cameras that match in all.
    pub cameras_total: usize,
    /// Areas.
    pub areas: Vec<AreaHit>,
    /// Units.
    pub units: Vec<UnitHit>,
    /// People, for those who may manage accounts.
    pub people: Vec<PersonHit>,
    /// Documents, for those who may keep the catalogue.
    pub documents: Vec<DocumentHit>,
    /// Nothing fits what was typed: this is what was searched for instead.
    pub meant: Option<String>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.cameras.is_empty()
            && self.areas.is_empty()
            && self.units.is_empty()
            && self.people.is_empty()
            && self.documents.is_empty()
    }
}

/// Folded texts of what is few enough to be gone through: made anew when the things have changed.
#[derive(Default)]
pub(crate) struct Folded {
    areas: Option<(Arc<Registers>, Arc<Vec<AreaText>>)>,
    units: Option<(Arc<Registers>, Arc<Vec<UnitText>>)>,
    people: Option<(u64, Arc<Vec<PersonText>>)>,
}

struct AreaText {
    id: AreaId,
    code: String,
    name: String,
    rest: String,
}
struct UnitText {
    id: UnitId,
    code: String,
    name: String,
    rest: String,
}
struct PersonText {
    account: Account,
    sign_in: String,
    name: String,
}

/// The best of them: those that fit, highest score first, then by name.
fn best<'a, T: 'a, H>(
    all: impl Iterator<Item = &'a T>,
    limit: usize,
    fits: impl Fn(&T) -> Option<(u16, String)>,
    hit: impl Fn(&T, u16) -> H,
) -> Vec<H> {
    let mut scored: Vec<(u16, String, &T)> = all.filter_map(|t| fits(t).map(|(s, n)| (s, n, t))).collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.into_iter().take(limit).map(|(score, _, t)| hit(t, score)).collect()
}

impl Ops {
    fn catalogue(&self) -> RwLockReadGuard<'_, Catalogue> {
        self.catalogue.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A page of the catalogue, as these eyes see it.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] for a foreign cursor.
    pub fn list_cameras(&self, caller: &Caller, filter: &CameraFilter) -> Result<Page<Camera>, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let book = self.registers();
        let catalogue = self.catalogue();
        let page = catalogue.list(filter, &book, &self.sight(caller, &catalogue));
        page.map_err(|()| {
            let said = Said::new("cursor không phải của danh sách này.", "This cursor does not belong to this list.");
            FieldFault::new("cursor", said).into()
        })
    }

    /// The ids of all cameras that match, in order, at most [`limits::CAMERAS_MAX`]: for bulk changes and exports.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn camera_ids(&self, caller: &Caller, filter: &CameraFilter) -> Result<Vec<CameraId>, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let book = self.registers();
        let catalogue = self.catalogue();
        Ok(catalogue.matching_ids(filter, &book, &self.sight(caller, &catalogue), limits::CAMERAS_MAX))
    }

    /// The cameras on the map, as these eyes see them.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn map_cameras(&self, caller: &Caller, filter: &CameraFilter) -> Result<MapPage, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let book = self.registers();
        let catalogue = self.catalogue();
        Ok(catalogue.map(filter, &book, &self.sight(caller, &catalogue)))
    }

    /// How complete the records of these cameras are, in percent, in their order; 0 for one that these eyes do not see.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn camera_shares(&self, caller: &Caller, ids: &[CameraId]) -> Result<Vec<u8>, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let catalogue = self.catalogue();
        let sight = self.sight(caller, &catalogue);
        Ok(ids.iter().map(|id| catalogue.share(*id, &sight).unwrap_or(0)).collect())
    }

    /// Areas and units that cameras name.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn places(&self, caller: &Caller) -> Result<(Vec<String>, Vec<String>), OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        Ok(self.catalogue().places(&self.registers()))
    }

    /// Searches everything that the caller may see: cameras, areas, units, people, documents; `limit` of each at most.
    /// Without diacritics, by codes, former names, beginnings of words; where nothing fits, with typing errors mended.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn search(&self, caller: &Caller, text: &str, limit: usize) -> Result<Found, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let limit = limit.clamp(1, limits::SEARCH_HITS_MAX);
        let q = Query::new(text);
        if q.is_empty() {
            return Ok(Found::default());
        }
        let found = self.find(caller, &q, limit)?;
        if !found.is_empty() {
            return Ok(found);
        }
        let book = self.registers();
        let meant = self.catalogue().meant(&q, &book).or_else(|| self.meant_elsewhere(&q, &book));
        match meant {
            Some(meant) => {
                let again = self.find(caller, &Query::new(&meant), limit)?;
                // A word that only things not for these eyes have is not told.
                Ok(if again.is_empty() { found } else { Found { meant: Some(meant), ..again } })
            }
            None => Ok(found),
        }
    }

    /// Words of areas and units without cameras.
    fn meant_elsewhere(&self, q: &Query, book: &Arc<Registers>) -> Option<String> {
        let (areas, units) = (self.area_texts(book), self.unit_texts(book));
        let mut known: HashMap<&str, u32> = HashMap::new();
        let names = areas.iter().flat_map(|a| [&a.name, &a.rest]).chain(units.iter().map(|u| &u.name));
        for word in names.flat_map(|n| n.split(|c: char| !c.is_alphanumeric())).filter(|w| w.len() > 2) {
            *known.entry(word).or_default() += 1;
        }
        nearest_words(q, || Box::new(known.iter().map(|(w, n)| (*w, *n))))
    }

    fn find(&self, caller: &Caller, q: &Query, limit: usize) -> Result<Found, OpsError> {
        let book = self.registers();
        let (cameras, cameras_total) = {
            let catalogue = self.catalogue();
            catalogue.find(q, &book, &self.sight(caller, &catalogue), limit)
        };
        let areas = best(
            self.area_texts(&book).iter(),
            limit,
            |a| {
                let ended = book.area(a.id).is_none_or(|x| !x.in_force(book.day()));
                // An area in force goes before one of the same fit that has ended.
                score_text(q, &a.code, &a.name, &a.rest).map(|s| (s - u16::from(ended), a.name.clone()))
            },
            |a, score| area_hit(&book, q, a.id, score),
        );
        let units = best(
            self.unit_texts(&book).iter(),
            limit,
            |u| score_text(q, &u.code, &u.name, &u.rest).map(|s| (s, u.name.clone())),
            |u, score| {
                let unit = book.unit(u.id);
                let (code, name) = unit.map(|u| (u.code.clone(), u.name.clone())).unwrap_or_default();
                UnitHit { id: u.id, code, name, score }
            },
        );
        let people =
            if caller.decide(Act::ManageAccounts).allowed() { self.people(caller, q, limit)? } else { Vec::new() };
        let documents =
            if caller.decide(Act::EditCameras).allowed() { self.documents(caller, q, limit) } else { Vec::new() };
        Ok(Found { cameras, cameras_total, areas, units, people, documents, meant: None })
    }

    fn area_texts(&self, book: &Arc<Registers>) -> Arc<Vec<AreaText>> {
        let mut kept = lock(&self.folded);
        if let Some((of, texts)) = &kept.areas
            && Arc::ptr_eq(of, book)
        {
            return texts.clone();
        }
        let text = |a: &domain::Area| {
            let line = book.area_line(a.id).into_iter().skip(1).map(|a| fold(&a.name));
            let rest: Vec<String> = a.former_names.iter().map(|n| fold(n)).chain(line).collect();
            AreaText { id: a.id, code: a.code.to_lowercase(), name: fold(&a.name), rest: rest.join(" ") }
        };
        let texts = Arc::new(book.areas().map(text).collect::<Vec<_>>());
        kept.areas = Some((book.clone(), texts.clone()));
        texts
    }

    fn unit_texts(&self, book: &Arc<Registers>) -> Arc<Vec<UnitText>> {
        let mut kept = lock(&self.folded);
        if let Some((of, texts)) = &kept.units
            && Arc::ptr_eq(of, book)
        {
            return texts.clone();
        }
        let text = |u: &domain::Unit| UnitText {
            id: u.id,
            code: u.code.to_lowercase(),
            name: fold(&u.name),
            rest: fold(&u.short_name),
        };
        let texts = Arc::new(book.units().map(text).collect::<Vec<_>>());
        kept.units = Some((book.clone(), texts.clone()));
        texts
    }

    fn people(&self, caller: &Caller, q: &Query, limit: usize) -> Result<Vec<PersonHit>, OpsError> {
        let now = *self.account_changes.borrow();
        let kept = lock(&self.folded).people.as_ref().filter(|(at, _)| *at == now).map(|(_, texts)| texts.clone());
        let texts = match kept {
            Some(texts) => texts,
            None => {
                let all = self.read(|r| Ok(r.range::<Account>(..)?))?;
                let text = |account: Account| PersonText {
                    sign_in: fold(&account.name),
                    name: fold(&account.display_name),
                    account,
                };
                let texts = Arc::new(all.into_iter().map(text).collect::<Vec<_>>());
                lock(&self.folded).people = Some((now, texts.clone()));
                texts
            }
        };
        Ok(best(
            texts.iter(),
            limit,
            // Those whom the caller manages; others are not there.
            |p| {
                let score = score_text(q, &p.sign_in, &p.name, "").filter(|_| self.manages(caller, &p.account))?;
                Some((score, p.name.clone()))
            },
            |p, score| PersonHit {
                id: p.account.id,
                name: p.account.name.clone(),
                display_name: p.account.display_name.clone(),
                enabled: p.account.enabled(),
                score,
            },
        ))
    }

    fn documents(&self, caller: &Caller, q: &Query, limit: usize) -> Vec<DocumentHit> {
        // A document is seen by those who see a camera that it belongs to.
        let (eyes, catalogue) = (self.eyes(caller), self.catalogue());
        let papers = self.papers();
        let seen = |d: &Paper| {
            d.cameras.iter().filter_map(|id| catalogue.camera(*id)).find(|c| eyes.sees(c)).map(|c| c.code.clone())
        };
        let fits = |d: &Paper| score_text(q, &d.number, &d.title, &d.rest).filter(|_| seen(d).is_some());
        best(
            papers.iter(),
            limit,
            |d| fits(d).map(|s| (s, d.number.clone())),
            |d, score| DocumentHit {
                camera: seen(d).unwrap_or_default(),
                id: d.document.id,
                number: d.document.number.clone(),
                issuer: d.document.issuer.clone(),
                title: d.document.title.clone(),
                date: d.document.date,
                score,
            },
        )
    }
}

fn area_hit(book: &Registers, q: &Query, id: AreaId, score: u16) -> AreaHit {
    let Some(area) = book.area(id) else {
        return AreaHit {
            id,
            code: String::new(),
            name: String::new(),
            in_force: false,
            now: Vec::new(),
            formerly: None,
            score,
        };
    };
    let in_force = area.in_force(book.day());
    let formerly = if score_text(q, &area.code.to_lowercase(), &fold(&area.name), "").is_some() {
        None
    } else {
        area.former_names.iter().find(|n| score_text(q, "", &fold(n), "").is_some()).cloned()
    };
    let now = if in_force { Vec::new() } else { book.area_now(id) };
    AreaHit {
        id,
        code: area.code.clone(),
        name: book.area_name(id),
        in_force,
        now: now.into_iter().filter_map(|a| Some((a, book.area(a)?.name.clone()))).collect(),
        formerly,
        score,
    }
}
