//! Saved layouts of live pictures (bố cục): making, changing and removing them, and finding those that are for a person.
//!
//! Whoever may watch live keeps layouts of their own. Those of a unit are kept by whoever may share cameras there or above
//! (the same who keep its lists of cameras) and opened by its people and those of the units below it; those of the node by
//! and for whoever sees the whole node. **No camera is told through a layout**: its tiles are read with the reader's own
//! eyes, and a tile whose camera they do not see is an empty one. Not here: the record (`domain::layout`).

use crate::catalogue::Page;
use crate::grants::{changed, named};
use crate::office::entry;
use crate::sharing::foreign_cursor;
use crate::{Caller, Eyes, Ops, OpsError, secrets};
use base::{CameraId, LayoutId, Said, limits};
use domain::{
    Act, AuditDraft, Changes, Extra, FieldFault, Layout, LayoutChange, LayoutOwner, Refusal, Subject, audit, text,
};
use std::sync::PoisonError;
use store::{ReadTx, WriteTx};

/// A layout with what is told of it.
#[derive(Clone, Debug)]
pub struct LayoutInfo {
    /// The record; its tiles may hold cameras that are not for the reader's eyes: [`LayoutInfo::tiles`] are.
    pub layout: Layout,
    /// Name of the unit whose it is.
    pub unit: Option<String>,
    /// Who made it.
    pub made_by: String,
    /// Codes of the cameras by tile, as far as these eyes see them.
    pub tiles: Vec<Option<String>>,
    /// May these eyes change and remove it?
    pub may_change: bool,
}

/// A layout to make.
#[derive(Clone, Debug, Default)]
pub struct NewLayout {
    /// For the caller's unit rather than the caller.
    pub for_unit: bool,
    /// The caller's favourite cameras.
    pub favourites: bool,
    /// Name, grid, tiles and tour; what is left out is empty, the grid four.
    pub with: LayoutChange,
}

/// May these eyes keep layouts of that owner?
fn keeps(eyes: &Eyes, owner: LayoutOwner) -> bool {
    let me = &eyes.caller().account;
    let shares = || eyes.caller().decide(Act::Share).allowed();
    match owner {
        LayoutOwner::Account(id) => id == me.id,
        LayoutOwner::Unit(unit) => {
            let below = || me.unit_id.is_some_and(|own| eyes.standing().trees().unit_within(unit, own));
            shares() && (eyes.see_the_whole_node() || below())
        }
        LayoutOwner::Node => shares() && eyes.see_the_whole_node(),
    }
}

/// May these eyes open layouts of that owner?
fn opens(eyes: &Eyes, owner: LayoutOwner) -> bool {
    let me = &eyes.caller().account;
    let theirs = match owner {
        LayoutOwner::Account(_) => false,
        LayoutOwner::Unit(unit) => me.unit_id.is_some_and(|own| eyes.standing().trees().unit_within(own, unit)),
        LayoutOwner::Node => eyes.see_the_whole_node(),
    };
    theirs || keeps(eyes, owner)
}

/// Whose layouts are for these eyes without looking for them.
fn near(eyes: &Eyes) -> Vec<LayoutOwner> {
    let me = &eyes.caller().account;
    let units = me.unit_id.into_iter().flat_map(|own| eyes.standing().trees().unit_line(own).collect::<Vec<_>>());
    let node = eyes.see_the_whole_node().then_some(LayoutOwner::Node);
    let own = std::iter::once(LayoutOwner::Account(me.id));
    own.chain(units.map(LayoutOwner::Unit)).chain(node).collect()
}

fn not_yours() -> OpsError {
    OpsError::Refused(Refusal {
        article: Some("7"),
        said: Said::new(
            "Bố cục này là của đơn vị; bạn mở được nhưng không sửa hay xóa được.",
            "This layout is a unit's; you can open it, but not change or remove it.",
        ),
        who_can_help: Said::new(
            "Hãy lưu thành bố cục của riêng bạn, hoặc nhờ quản trị viên của đơn vị.",
            "Save it as a layout of your own, or ask the unit's administrator.",
        ),
    })
}

/// An entry about a layout. Its cameras are subjects, so that an entry that tells of a police camera is veiled as any other
/// (A7.4); the first to be told are therefore those.
fn told(ops: &Ops, r: &ReadTx<'_>, eyes: &Eyes, act: &str, layout: &Layout) -> Result<AuditDraft, OpsError> {
    let mut cameras = named(r, eyes, &layout.cameras())?;
    cameras.sort_by_key(|c| !c.facts.police);
    let mut e = entry(eyes.caller(), act).on(Subject::new("layout", layout.id, layout.name.as_str()));
    for c in cameras.iter().take(limits::AUDIT_SUBJECTS_MAX) {
        e = e.also(Subject::new("camera", c.id, format!("{} {}", c.code, c.name)));
    }
    if let LayoutOwner::Unit(unit) = layout.owner {
        e = e.fact("unit", ops.registers().unit_name(unit));
    }
    Ok(e)
}

/// What differs; of the tiles only how many are filled, of the tour only its pace: ids say nothing to people.
fn differences(old: Option<&Layout>, new: Option<&Layout>) -> Changes {
    let mut all = Changes::between(old, new).without(&["owner", "tiles", "tour", "made_by", "made_at"]);
    let filled = |l: Option<&Layout>| l.map(|l| l.tiles.iter().flatten().count().to_string());
    all.note("tiles", filled(old).as_deref(), filled(new).as_deref());
    let pace = |l: Option<&Layout>| l.and_then(|l| l.tour.as_ref()).map(|t| t.seconds.to_string());
    all.note("tour", pace(old).as_deref(), pace(new).as_deref());
    all
}

/// No other layout of the same owner has that name.
fn free(others: &[Layout], layout: &Layout) -> Result<(), OpsError> {
    let name = text::fold(&layout.name);
    let same = |l: &Layout| l.id != layout.id && !l.favourites && text::fold(&l.name) == name;
    if layout.favourites || !others.iter().any(same) {
        return Ok(());
    }
    let said = Said::new(
        format!("Đã có bố cục “{}”. Hãy chọn tên khác, hoặc lưu đè lên bố cục đó.", layout.name),
        format!("There is a layout “{}” already. Choose another name, or save over that one.", layout.name),
    );
    Err(FieldFault::new("name", said).into())
}

fn full(node: bool) -> OpsError {
    if node {
        return OpsError::Full(Said::new(
            "Nút đã có số bố cục tối đa. Hãy xóa những bố cục không còn dùng.",
            "The node has as many layouts as it can keep. Remove those that are no longer used.",
        ));
    }
    let max = limits::LAYOUTS_PER_OWNER_MAX;
    OpsError::Full(Said::new(
        format!("Đã có {max} bố cục, mức tối đa cho một người hoặc một đơn vị. Hãy xóa bớt."),
        format!("There are {max} layouts, the most for one person or unit. Remove some."),
    ))
}

impl Ops {
    /// The layouts that are for the caller: their own, their unit's and those above it, the node's; their own first, then by
    /// name. With `all`, every one that they may open.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::Invalid`] for a foreign cursor.
    pub fn layouts(
        &self,
        caller: &Caller,
        all: bool,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<LayoutInfo>, OpsError> {
        self.authorise(caller, Act::WatchLive)?;
        let eyes = self.eyes(caller);
        let mut found: Vec<Layout> = self.read(|r| {
            if all {
                return Ok(r.range::<Layout>(..)?);
            }
            let of = |owner: &LayoutOwner| r.all_by::<Layout>("owner", &owner.key());
            Ok(near(&eyes).iter().map(of).collect::<Result<Vec<_>, _>>()?.concat())
        })?;
        found.retain(|l| opens(&eyes, l.owner));
        found.sort_by_cached_key(|l| (!matches!(l.owner, LayoutOwner::Account(_)), text::fold(&l.name), l.id));
        let total = found.len();
        let after = cursor.map(str::parse::<LayoutId>).transpose().map_err(|()| foreign_cursor())?;
        let start = match after {
            Some(id) => found.iter().position(|l| l.id == id).map(|n| n + 1).ok_or_else(foreign_cursor)?,
            None => 0,
        };
        let rows: Vec<_> = found.into_iter().skip(start).take(limit.clamp(1, limits::PAGE_ROWS_MAX)).collect();
        let next = rows.last().filter(|_| start + rows.len() < total).map(|l| l.id.to_string());
        let from = if rows.is_empty() { 0 } else { start + 1 };
        let items = rows.into_iter().map(|l| self.told_of_layout(&eyes, l)).collect::<Result<_, _>>()?;
        Ok(Page { items, next, total, from, facets: None })
    }

    /// One layout that the caller may open.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn layout(&self, caller: &Caller, id: LayoutId) -> Result<LayoutInfo, OpsError> {
        self.authorise(caller, Act::WatchLive)?;
        let eyes = self.eyes(caller);
        let found = self.read(|r| Ok::<_, OpsError>(r.find::<Layout>(&id)?))?.filter(|l| opens(&eyes, l.owner));
        self.told_of_layout(&eyes, found.ok_or(OpsError::NotFound("layout"))?)
    }

    fn told_of_layout(&self, eyes: &Eyes, layout: Layout) -> Result<LayoutInfo, OpsError> {
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let seen = |id: CameraId| catalogue.camera(id).filter(|c| eyes.sees(c)).map(|c| c.code.clone());
        let mut tiles: Vec<Option<String>> = layout.tiles.iter().map(|t| t.and_then(seen)).collect();
        drop(catalogue);
        while tiles.last().is_some_and(Option::is_none) {
            tiles.pop();
        }
        let unit = match layout.owner {
            LayoutOwner::Unit(unit) => Some(self.registers().unit_name(unit).to_owned()),
            _ => None,
        };
        let (may_change, made_by) = (keeps(eyes, layout.owner), self.account_name(layout.made_by)?);
        Ok(LayoutInfo { unit, made_by, tiles, may_change, layout })
    }

    /// Is there that camera, but not for these eyes?
    fn hidden_from(&self, eyes: &Eyes, id: CameraId) -> bool {
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.camera(id).is_some_and(|c| !eyes.sees(c))
    }

    /// Makes a layout. Its cameras must be such as the caller sees.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] with faults of `name`, `grid`, `tiles`, `tour`, `for_unit`, `favourites`; [`OpsError::Full`],
    /// [`OpsError::Refused`].
    pub fn make_layout(&self, caller: &Caller, new: NewLayout) -> Result<LayoutInfo, OpsError> {
        let (ops, act) = (self.clone(), if new.for_unit { Act::Share } else { Act::WatchLive });
        if new.for_unit {
            self.authorise(caller, Act::WatchLive)?;
        }
        let id = self.act(caller, act, move |w, caller| {
            let eyes = ops.eyes(&caller);
            let owner = owner_of(&eyes, &new)?;
            let others = w.all_by::<Layout>("owner", &owner.key())?;
            if new.favourites && others.iter().any(|l| l.favourites) {
                let said = Said::new(
                    "Bạn đã có danh sách camera yêu thích; hãy sửa danh sách đó.",
                    "You have a list of favourite cameras already; change that one.",
                );
                return Err(FieldFault::new("favourites", said).into());
            }
            if others.len() >= limits::LAYOUTS_PER_OWNER_MAX {
                return Err(full(false));
            }
            if w.count::<Layout>()? >= limits::LAYOUTS_MAX {
                return Err(full(true));
            }
            let (ms, random) = secrets::id_parts(w.now())?;
            let empty = Layout {
                id: LayoutId::from_parts(ms, random),
                owner,
                name: String::new(),
                favourites: new.favourites,
                grid: 4,
                tiles: Vec::new(),
                tour: None,
                made_by: caller.account.id,
                made_at: w.now(),
                changed_at: w.now(),
                revision: 0,
                extra: Extra::new(),
            };
            let name = new.with.name.clone().unwrap_or_default();
            let with = LayoutChange { name: Some(name), ..new.with };
            let layout = empty.changed(&with, w.now()).map_err(OpsError::Invalid)?;
            all_seen(w, &eyes, &layout.tiles)?;
            free(&others, &layout)?;
            let e = told(&ops, w, &eyes, audit::LAYOUT_ADDED, &layout)?;
            w.audit(e.changes(differences(None, Some(&layout))))?;
            w.put(&layout)?;
            Ok(layout.id)
        })?;
        self.layout(caller, id)
    }

    /// Changes a layout. A tile that is left empty keeps a camera that the caller does not see.
    ///
    /// # Errors
    /// As [`Ops::make_layout`]; [`OpsError::NotFound`], [`OpsError::Changed`].
    pub fn change_layout(
        &self,
        caller: &Caller,
        id: LayoutId,
        expected: Option<u64>,
        change: LayoutChange,
    ) -> Result<LayoutInfo, OpsError> {
        let ops = self.clone();
        self.act(caller, Act::WatchLive, move |w, caller| {
            let eyes = ops.eyes(&caller);
            let before = theirs(w, &eyes, id)?;
            self::changed(expected, before.revision)?;
            // Whatever stands there already: nobody writes a camera that they do not see.
            all_seen(w, &eyes, change.tiles.as_deref().unwrap_or_default())?;
            let name = change.name.filter(|_| !before.favourites);
            let tiles = change.tiles.map(|t| before.keep_hidden(t, |c| ops.hidden_from(&eyes, c)));
            let change = LayoutChange { name, tiles, ..change };
            let layout = before.changed(&change, w.now()).map_err(OpsError::Invalid)?;
            if layout.revision == before.revision {
                return Ok(());
            }
            free(&w.all_by::<Layout>("owner", &layout.owner.key())?, &layout)?;
            let e = told(&ops, w, &eyes, audit::LAYOUT_CHANGED, &layout)?;
            w.audit(e.changes(differences(Some(&before), Some(&layout))))?;
            w.put(&layout)?;
            Ok(())
        })?;
        self.layout(caller, id)
    }

    /// Removes a layout.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Changed`], [`OpsError::Refused`].
    pub fn remove_layout(&self, caller: &Caller, id: LayoutId, expected: Option<u64>) -> Result<(), OpsError> {
        let ops = self.clone();
        self.act(caller, Act::WatchLive, move |w, caller| {
            let eyes = ops.eyes(&caller);
            let layout = theirs(w, &eyes, id)?;
            self::changed(expected, layout.revision)?;
            let e = told(&ops, w, &eyes, audit::LAYOUT_REMOVED, &layout)?;
            w.audit(e.changes(differences(Some(&layout), None)))?;
            w.remove::<Layout>(&id)?;
            Ok(())
        })
    }
}

/// Whose the new layout is to be.
fn owner_of(eyes: &Eyes, new: &NewLayout) -> Result<LayoutOwner, OpsError> {
    let me = &eyes.caller().account;
    let fault = |said| Err(FieldFault::new("for_unit", said).into());
    if !new.for_unit {
        return Ok(LayoutOwner::Account(me.id));
    }
    if new.favourites {
        return fault(Said::new(
            "Camera yêu thích là của từng người, không phải của đơn vị.",
            "Favourite cameras are a person's, not a unit's.",
        ));
    }
    match me.unit_id {
        Some(unit) => Ok(LayoutOwner::Unit(unit)),
        None if eyes.see_the_whole_node() => Ok(LayoutOwner::Node),
        None => fault(Said::new(
            "Tài khoản của bạn chưa thuộc đơn vị nào trong danh mục, nên chưa lưu được bố cục cho đơn vị.",
            "Your account belongs to no unit of the register, so that no layout can be kept for one.",
        )),
    }
}

/// The layout, if it is for these eyes to change.
fn theirs(w: &WriteTx<'_>, eyes: &Eyes, id: LayoutId) -> Result<Layout, OpsError> {
    let found = w.find::<Layout>(&id)?.filter(|l| opens(eyes, l.owner)).ok_or(OpsError::NotFound("layout"))?;
    if keeps(eyes, found.owner) { Ok(found) } else { Err(not_yours()) }
}

/// Every camera in the tiles is one that these eyes see.
fn all_seen(w: &WriteTx<'_>, eyes: &Eyes, tiles: &[Option<CameraId>]) -> Result<(), OpsError> {
    let mut wanted: Vec<CameraId> = tiles.iter().flatten().copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let found = named(w, eyes, &wanted)?;
    match wanted.iter().find(|id| !found.iter().any(|c| c.id == **id)) {
        None => Ok(()),
        Some(id) => Err(FieldFault::new(
            "tiles",
            Said::new(
                format!("Không tìm thấy camera “{id}”, hoặc bạn không được xem."),
                format!("There is no camera “{id}”, or you may not see it."),
            ),
        )
        .into()),
    }
}
