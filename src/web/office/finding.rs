//! Lists of cameras, the map, the search: from the words of an address to what `ops` is asked.

use super::ask;
use crate::body::Fields;
use crate::problem::Failure;
use crate::state::WebState;
use crate::streams;
use crate::visitor::SignedIn;
use base::{CameraId, Language, Said, limits};
use domain::{Act, Camera, CameraSort, Register, Registers, Shape};
use ops::{CameraFilter, Facet, Facets, Found, MapPage, Page, Running, Special};
use std::sync::Arc;
use std::time::Duration;
use templates::routes;
use templates::views::{Counted, Hit, HitKind, Phase};

/// The class of cameras in that phase ([`Running`]).
pub fn class_of(phase: Phase) -> u8 {
    match phase {
        Phase::Unknown => 0,
        Phase::Live => 1,
        Phase::Connecting => 2,
        Phase::Waiting => 3,
    }
}

/// How all cameras stand: their class, and a rank that puts those without a picture first, longest first.
pub fn running(state: &WebState) -> Arc<Running> {
    let rank = |phase: Phase, since: base::WallTime| match phase {
        Phase::Live => u64::MAX,
        _ => 1 + u64::try_from(since.unix_us()).unwrap_or(0),
    };
    let phases = streams::main_phases(state).into_iter();
    Arc::new(Running(phases.map(|(id, (phase, since))| (id, (class_of(phase), rank(phase, since)))).collect()))
}

/// The orders of a list, as addresses name them.
pub const SORTS: [(&str, CameraSort); 7] = [
    ("code", CameraSort::Code),
    ("name", CameraSort::Name),
    ("area", CameraSort::Area),
    ("unit", CameraSort::Unit),
    ("state", CameraSort::Standing),
    ("completeness", CameraSort::Completeness),
    ("changed", CameraSort::Changed),
];

/// Reads the filter of a list of cameras from an address: `q area unit sector purpose layer place state list bbox within
/// sort dir cursor limit`. The same for the API, the pages, the map, and whatever acts on "all that match".
///
/// # Errors
/// The field that cannot be read.
pub fn camera_filter(state: &WebState, asked: &Fields) -> Result<CameraFilter, Failure> {
    let bad = |field: &str, vi: &str, en: &str| Failure::invalid(field, Said::new(vi, en));
    let phase = match asked.optional("state") {
        None => None,
        Some(text) => Some(Phase::parse(&text).ok_or_else(|| {
            bad(
                "state",
                "state là live, connecting, waiting hoặc unknown.",
                "state is live, connecting, waiting or unknown.",
            )
        })?),
    };
    let limit = match asked.optional("limit") {
        None => limits::PAGE_ROWS_DEFAULT,
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|n| *n > 0)
            .map(|n| n.min(limits::PAGE_ROWS_MAX))
            .ok_or_else(|| bad("limit", "limit là số nguyên từ 1.", "limit is a whole number from 1."))?,
    };
    let sort = match asked.optional("sort") {
        None => CameraSort::Code,
        Some(text) => SORTS.iter().find(|(name, _)| *name == text).map(|(_, sort)| *sort).ok_or_else(|| {
            bad(
                "sort",
                "sort là code, name, area, unit, state, completeness hoặc changed.",
                "sort is code, name, area, unit, state, completeness or changed.",
            )
        })?,
    };
    let descending = match asked.optional("dir").as_deref() {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(_) => return Err(bad("dir", "dir là asc hoặc desc.", "dir is asc or desc.")),
    };
    let special = asked.optional("list").map(|text| special(state, &text)).transpose()?;
    let bbox = asked.optional("bbox").map(|text| {
        Shape::parse_bbox(&text).ok_or_else(|| {
            bad("bbox", "bbox là tây,nam,đông,bắc theo độ.", "bbox is west,south,east,north in degrees.")
        })
    });
    let within = asked.optional("within").map(|text| {
        Shape::parse(&text).ok_or_else(|| {
            bad(
                "within",
                "within là box:T,N,Đ,B, circle:VĨ,KINH,MÉT hoặc polygon:VĨ,KINH;…",
                "within is box:W,S,E,N, circle:LAT,LON,METRES or polygon:LAT,LON;…",
            )
        })
    });
    if bbox.is_some() && within.is_some() {
        let field = "within";
        return Err(bad(field, "Chỉ dùng một trong hai: bbox hoặc within.", "Give bbox or within, not both.")
            .with_fault("bbox", Said::new("Đã có within.", "There is within already."))
            .with_fault(field, Said::new("Đã có bbox.", "There is bbox already.")));
    }
    let ranked = phase.is_some() || sort == CameraSort::Standing;
    Ok(CameraFilter {
        q: asked.optional("q"),
        area: asked.optional("area"),
        unit: asked.optional("unit"),
        sector: asked.optional("sector"),
        purpose: asked.optional("purpose"),
        place: asked.optional("place"),
        layer: asked.optional("layer"),
        within: within.or(bbox).transpose()?,
        special,
        running: ranked.then(|| running(state)),
        class: phase.map(class_of),
        only: None,
        sort,
        descending,
        limit,
        cursor: asked.optional("cursor"),
        facets: false,
    })
}

fn special(state: &WebState, text: &str) -> Result<Special, Failure> {
    Ok(match text {
        "incomplete" => Special::Incomplete,
        "stale" => {
            let days = u64::from(state.ops.policy().completeness.confirmed_days);
            Special::Stale(state.config.clock.now().minus(Duration::from_secs(days * 86_400)))
        }
        "no-position" => Special::NoPosition,
        "no-direction" => Special::NoDirection,
        "unresolved" => Special::Unresolved,
        _ => {
            return Err(Failure::invalid(
                "list",
                Said::new(
                    "list là incomplete, stale, no-position, no-direction hoặc unresolved.",
                    "list is incomplete, stale, no-position, no-direction or unresolved.",
                ),
            ));
        }
    })
}

/// A page of cameras.
pub async fn list_cameras(state: &WebState, who: &SignedIn, filter: CameraFilter) -> Result<Page<Camera>, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.list_cameras(&caller, &filter)).await
}

/// How many cameras these eyes may see.
pub async fn cameras_total(state: &WebState, who: &SignedIn) -> Result<u64, Failure> {
    list_cameras(state, who, CameraFilter { limit: 1, ..CameraFilter::default() }).await.map(|p| p.total as u64)
}

/// The cameras on the map.
pub async fn map_cameras(state: &WebState, who: &SignedIn, filter: CameraFilter) -> Result<MapPage, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.map_cameras(&caller, &filter)).await
}

/// Searches everything that these eyes may see.
pub async fn search(state: &WebState, who: &SignedIn, q: String, limit: usize) -> Result<Found, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.search(&caller, &q, limit)).await
}

/// The registers, for names.
pub async fn book(state: &WebState, who: &SignedIn) -> Result<Arc<Registers>, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| {
        ops.authorise(&caller, Act::SeeCatalogue)?;
        Ok(ops.registers())
    })
    .await
}

// ---- what can be chosen in a filter bar -----------------------------------------------------------------------------

/// Choices of a filter with their counts.
#[derive(Debug, Default)]
pub struct Choices {
    /// Areas as a tree.
    pub areas: Vec<Counted>,
    /// Units.
    pub units: Vec<Counted>,
    /// Sectors.
    pub sectors: Vec<Counted>,
    /// Purposes.
    pub purposes: Vec<Counted>,
    /// Height layers.
    pub layers: Vec<Counted>,
    /// Categories of places.
    pub places: Vec<Counted>,
    /// How many are in each phase.
    pub phases: Vec<(Phase, u64)>,
}

fn of_register(book: &Registers, register: Register, language: Language, facets: &[Facet]) -> Vec<Counted> {
    let count = |code: &str| facets.iter().find(|f| f.value == code).map_or(0, |f| f.n as u64);
    let entry = |i: &domain::RegisterItem| Counted {
        value: i.code.clone(),
        name: i.name(language).to_owned(),
        depth: 0,
        n: Some(count(&i.code)),
    };
    let known = book.items(register, book.day()).map(entry);
    // A code that cameras still carry although the register no longer has it.
    let others = facets.iter().filter(|f| book.item(register, &f.value).is_none_or(|i| !i.in_force(book.day())));
    let others = others.map(|f| Counted {
        value: f.value.clone(),
        name: book.item_name(register, &f.value, language).to_owned(),
        depth: 0,
        n: Some(f.n as u64),
    });
    known.chain(others).collect()
}

/// What is named, below what it is part of, each with the count of all within it.
fn as_tree<K: Copy + Ord + std::str::FromStr + ToString>(
    facets: &[Facet],
    line: impl Fn(K) -> Vec<(K, String)>,
    nothing: &str,
) -> Vec<Counted> {
    use std::collections::BTreeMap;
    // The way from the top to each: what sorts together stands together.
    let mut nodes: BTreeMap<Vec<String>, (String, String, u64)> = BTreeMap::new();
    let mut others = Vec::new();
    for facet in facets {
        let Ok(id) = facet.value.parse::<K>() else {
            let name = if facet.value == "-" { nothing.to_owned() } else { facet.name.clone() };
            others.push(Counted { value: facet.value.clone(), name, depth: 0, n: Some(facet.n as u64) });
            continue;
        };
        let mut way = Vec::new();
        for (id, name) in line(id).into_iter().rev() {
            way.push(format!("{} {}", domain::text::fold(&name), id.to_string()));
            let node = nodes.entry(way.clone()).or_insert_with(|| (id.to_string(), name, 0));
            node.2 += facet.n as u64;
        }
    }
    let tree =
        nodes.into_iter().map(|(way, (value, name, n))| Counted { value, name, depth: way.len() - 1, n: Some(n) });
    let mut all: Vec<Counted> = tree.collect();
    all.extend(others);
    all.truncate(limits::CHOICES_MAX);
    all
}

/// The choices of a filter bar from the facets of a list.
pub fn choices(book: &Registers, facets: &Facets, language: Language) -> Choices {
    let none = match language {
        Language::Vi => ("Chưa có địa bàn", "Chưa có đơn vị"),
        Language::En => ("Without area", "Without unit"),
    };
    let area = |id: base::AreaId| book.area_line(id).into_iter().map(|a| (a.id, a.name.clone())).collect();
    let unit = |id: base::UnitId| book.unit_line(id).into_iter().map(|u| (u.id, u.name.clone())).collect();
    let phase = |class: u8| Phase::ALL.into_iter().find(|p| class_of(*p) == class);
    let sectors = book.items(Register::Sector, book.day()).filter(|i| !i.traits.purposes.is_empty());
    Choices {
        areas: as_tree(&facets.areas, area, none.0),
        units: as_tree(&facets.units, unit, none.1),
        sectors: sectors
            .map(|i| Counted { value: i.code.clone(), name: i.name(language).to_owned(), depth: 0, n: None })
            .collect(),
        purposes: of_register(book, Register::Purpose, language, &facets.purposes),
        layers: of_register(book, Register::Layer, language, &facets.layers),
        places: of_register(book, Register::Place, language, &facets.places),
        phases: facets.classes.iter().filter_map(|(class, n)| Some((phase(*class)?, *n as u64))).collect(),
    }
}

// ---- hits -----------------------------------------------------------------------------------------------------------

/// What was found, as pages and programs show it: kinds one after the other, each best first, that with the best hit first.
pub fn hits(found: Found, language: Language) -> Vec<Hit> {
    let joined = |parts: &[&str]| parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(" · ");
    let cameras = found.cameras.into_iter().map(|h| Hit {
        kind: HitKind::Camera,
        href: routes::camera(&h.camera.code),
        about: joined(&[&h.area, &h.unit]),
        id: h.camera.id.to_string(),
        code: h.camera.code,
        name: h.camera.name,
        score: h.score,
    });
    let areas = found.areas.into_iter().map(|h| {
        let now = h.now.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("; ");
        let said = match (h.in_force, h.formerly) {
            (true, None) => None,
            (true, Some(former)) => Some(Said::new(format!("trước đây: {former}"), format!("formerly: {former}"))),
            (false, _) if now.is_empty() => Some(Said::new("đã hết hiệu lực", "no longer in force")),
            (false, _) => Some(Said::new(format!("đã hết hiệu lực; nay là {now}"), format!("ended; now {now}"))),
        };
        Hit {
            kind: HitKind::Area,
            href: routes::with_query(routes::CAMERAS, &[("area", &h.id.to_string())]),
            about: said.map(|s| s.of(language).to_owned()).unwrap_or_default(),
            id: h.id.to_string(),
            code: h.code,
            name: h.name,
            score: h.score,
        }
    });
    let units = found.units.into_iter().map(|h| Hit {
        kind: HitKind::Unit,
        href: routes::with_query(routes::CAMERAS, &[("unit", &h.id.to_string())]),
        about: String::new(),
        id: h.id.to_string(),
        code: h.code,
        name: h.name,
        score: h.score,
    });
    let people = found.people.into_iter().map(|h| {
        let ended = Said::new("đã khoá", "disabled");
        Hit {
            kind: HitKind::Person,
            href: format!("{}/{}", routes::ACCOUNTS, h.id),
            about: if h.enabled { String::new() } else { ended.of(language).to_owned() },
            id: h.id.to_string(),
            code: h.name,
            name: h.display_name,
            score: h.score,
        }
    });
    let documents = found.documents.into_iter().map(|h| Hit {
        kind: HitKind::Document,
        href: format!("{}#documents", routes::camera(&h.camera)),
        about: joined(&[&h.issuer, &h.date.map(|d| d.strftime("%d/%m/%Y").to_string()).unwrap_or_default()]),
        id: h.id.to_string(),
        code: h.number,
        name: h.title,
        score: h.score,
    });
    let mut kinds: Vec<Vec<Hit>> =
        vec![cameras.collect(), areas.collect(), units.collect(), people.collect(), documents.collect()];
    // The kind with the best hit first; equals stay in this order.
    kinds.sort_by_key(|hits| std::cmp::Reverse(hits.first().map_or(0, |h| h.score)));
    kinds.into_iter().flatten().collect()
}

/// How complete the records of these cameras are, in percent, in their order.
pub async fn completeness(state: &WebState, who: &SignedIn, ids: Vec<CameraId>) -> Result<Vec<u8>, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.camera_shares(&caller, &ids)).await
}
