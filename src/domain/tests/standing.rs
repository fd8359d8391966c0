//! Random cities, grants and cameras: the fast decision is the plain one, and no path widens a right.

use super::*;
use crate::giving::{FourEyes, Giving, GrantDraft, HolderSide, NotGiven, SharingPolicy, decide_grant};
use crate::{
    CameraFacts, CameraList, CameraListChange, Extra, Holder, ListedAs, ListedCamera, Shift, Times, Transport,
    UnitPlace,
};
use base::AccountId;
use proptest::prelude::*;
use std::time::Duration;

pub(crate) const NOW: WallTime = WallTime::from_unix_us(1_795_500_000_000_000);

pub(crate) fn hours(h: i64) -> WallTime {
    WallTime::from_unix_us(NOW.unix_us() + h * 3_600_000_000)
}
pub(crate) fn area(n: u8) -> AreaId {
    AreaId::from_parts(1, [n; 10])
}
pub(crate) fn unit(n: u8) -> UnitId {
    UnitId::from_parts(1, [n; 10])
}
pub(crate) fn account(n: u8) -> AccountId {
    AccountId::from_parts(1, [n; 10])
}

pub(crate) fn list(n: u8) -> CameraListId {
    CameraListId::from_parts(1, [n; 10])
}
pub(crate) fn camera_id(n: u8) -> CameraId {
    CameraId::from_parts(1, [n; 10])
}

/// List n of three: every (n+1)th camera, the kth since revision 1 + k%3.
pub(crate) fn a_list(n: u8) -> CameraList {
    let on = (0..12)
        .filter(|k| k % (n + 1) == 0)
        .map(|k| ListedCamera { camera: camera_id(k), since: u64::from(1 + k % 3) });
    CameraList {
        id: list(n),
        name: format!("l{n}"),
        unit: None,
        cameras: on.collect(),
        made_by: account(9),
        made_at: NOW,
        changed_at: NOW,
        revision: 3,
        extra: Extra::new(),
    }
}

/// As [`city`], with these lists instead of its own.
pub(crate) fn city_with(lists: &[CameraList]) -> Arc<Trees> {
    Arc::new(bare_city().with_lists(lists))
}

pub(crate) fn city() -> Arc<Trees> {
    city_with(&[a_list(1), a_list(2), a_list(3)])
}

/// A city: area n is within n/2, unit n within n/2; unit n answers for area n and sector `s(n%3)`; `p(n)` belongs to
/// `s(n%3)`.
fn bare_city() -> Trees {
    let up = |n: u8| (n > 1).then_some(n / 2);
    Trees::new(
        (1..=12).map(|n| (area(n), up(n).map(area))),
        (1..=12).map(|n| {
            let sectors = vec![format!("s{}", n % 3)];
            (unit(n), UnitPlace { parent: up(n).map(unit), area: Some(area(n)), sectors })
        }),
        (0..3).map(|s| (format!("s{s}"), (0..6).filter(|p| p % 3 == s).map(|p| format!("p{p}")).collect())),
    )
}

pub(crate) fn camera(n: u8, at: u8, of: u8, purpose: u8, police: bool) -> Camera {
    Camera {
        id: CameraId::from_parts(1, [n; 10]),
        code: format!("79-{n:04}"),
        name: String::new(),
        area: None,
        unit: None,
        area_id: (at > 0).then(|| area(at)),
        unit_id: (of > 0).then(|| unit(of)),
        facts: CameraFacts { police, purposes: vec![format!("p{purpose}")], ..CameraFacts::default() },
        main_url: String::new(),
        sub_url: None,
        username: None,
        has_password: false,
        transport: Transport::Tcp,
        created_at: NOW,
        changed_at: NOW,
        revision: 1,
        extra: Extra::new(),
    }
}

pub(crate) fn grant(n: u8, acts: &[Act], scope: Scope, times: Times) -> Grant {
    Grant {
        id: GrantId::from_parts(1, [n; 10]),
        holder: Holder::Account(account(1)),
        acts: acts.to_vec(),
        scope,
        times,
        purpose: "x".into(),
        document: None,
        request: None,
        via: None,
        within: None,
        founding: false,
        warned_at: None,
        given_by: account(9),
        given_at: NOW,
        awaits_second: false,
        confirmed_by: None,
        ended: None,
        revision: 1,
        extra: Extra::new(),
    }
}

/// The rule of the module's sign, said plainly.
fn plainly(
    role: Role,
    unit: Option<UnitId>,
    grants: &[Given],
    act: Act,
    c: &Camera,
    now: WallTime,
    trees: &Trees,
) -> bool {
    let reach = presets::reach(role, act);
    let own = Own::of(role, unit, trees);
    let at_home = !c.facts.police
        && match &own {
            Own::All => true,
            Own::Within(s) => s.bounds(c, trees),
            Own::Nothing => false,
        };
    reach != Reach::Never
        && (!c.facts.police || presets::of(role).police)
        && ((reach == Reach::Own && at_home)
            || grants.iter().any(|g| {
                let chain_hands_on = g.chain.iter().all(|l| l.acts.contains(&Act::Share));
                let mut ends = std::iter::once(&g.grant).chain(&g.chain).map(|l| l.times.until);
                let reaches = reach == Reach::Own
                    || (!g.grant.founding && (!presets::of(role).must_end || ends.any(|u| u.is_some())));
                chain_hands_on
                    && reaches
                    && std::iter::once(&g.grant).chain(&g.chain).all(|l| {
                        l.ended.is_none()
                            && !l.awaits_second
                            && l.acts.contains(&act)
                            && l.times.in_force(now)
                            && l.scope.holds(c, trees)
                            && l.within.as_ref().is_none_or(|w| w.bounds(c, trees))
                    })
            }))
}

fn scopes() -> impl Strategy<Value = Scope> {
    let few = |max: u8| proptest::collection::vec(0..max, 0..3);
    let lists = proptest::collection::vec(lists(), 0..2);
    (few(13), few(13), few(3), few(6), few(12), lists, proptest::bool::weighted(0.2)).prop_map(
        |(a, u, s, p, c, lists, all)| Scope {
            all,
            areas: a.into_iter().filter(|n| *n > 0).map(area).collect(),
            units: u.into_iter().filter(|n| *n > 0).map(unit).collect(),
            sectors: s.into_iter().map(|n| format!("s{n}")).collect(),
            purposes: p.into_iter().map(|n| format!("p{n}")).collect(),
            cameras: c.into_iter().map(camera_id).collect(),
            lists,
        },
    )
}
fn lists() -> impl Strategy<Value = ListedAs> {
    (1u8..5, 0u64..5).prop_map(|(n, revision)| ListedAs { list: list(n), revision })
}
fn simple_scopes() -> impl Strategy<Value = Scope> {
    prop_oneof![
        (1u8..13).prop_map(|n| Scope::of_area(area(n))),
        (1u8..13).prop_map(|n| Scope::of_unit(unit(n))),
        (0u8..3).prop_map(|n| Scope { sectors: vec![format!("s{n}")], ..Scope::default() }),
        (0u8..6).prop_map(|n| Scope { purposes: vec![format!("p{n}")], ..Scope::default() }),
        proptest::collection::vec(0u8..12, 1..4)
            .prop_map(|c| Scope { cameras: c.into_iter().map(camera_id).collect(), ..Scope::default() }),
        proptest::collection::vec(lists(), 1..3).prop_map(|lists| Scope { lists, ..Scope::default() }),
        scopes(),
    ]
}
fn all_times() -> impl Strategy<Value = Times> {
    let shift =
        (1u8..8, 0u16..1_400).prop_map(|(weekday, from_min)| Shift { weekday, from_min, until_min: from_min + 40 });
    (proptest::option::of(-30i64..30), proptest::option::of(-30i64..60), proptest::collection::vec(shift, 0..6))
        .prop_map(|(from, until, shifts)| Times { from: from.map(hours), until: until.map(hours), shifts })
}
fn acts() -> impl Strategy<Value = Vec<Act>> {
    proptest::collection::vec(proptest::sample::select(Act::ON_CAMERAS.to_vec()), 1..6)
}
fn grants() -> impl Strategy<Value = Grant> {
    (0u8..200, acts(), simple_scopes(), all_times(), 0u8..8, proptest::option::weighted(0.2, simple_scopes())).prop_map(
        |(n, acts, scope, times, state, within)| Grant {
            founding: state == 3,
            awaits_second: state == 1,
            ended: (state == 2).then(|| crate::grant::GrantEnd { at: NOW, by: account(9), why: String::new() }),
            within,
            ..grant(n, &acts, scope, times)
        },
    )
}
fn given() -> impl Strategy<Value = Given> {
    (grants(), proptest::collection::vec(grants(), 0..2))
        .prop_map(|(grant, chain)| Given { grant: Arc::new(grant), chain: chain.into_iter().map(Arc::new).collect() })
}
fn cameras() -> impl Strategy<Value = Camera> {
    (0u8..12, 0u8..13, 0u8..13, 0u8..6, any::<bool>()).prop_map(|(n, a, u, p, police)| camera(n, a, u, p, police))
}
fn roles() -> impl Strategy<Value = Role> {
    proptest::sample::select(Role::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_fast_way_is_the_plain_one(
        role in roles(), of in proptest::option::of(1u8..13), grants in proptest::collection::vec(given(), 0..8),
        cameras in proptest::collection::vec(cameras(), 1..12), hour in -40i64..70,
    ) {
        let (trees, now, of) = (city(), hours(hour), of.map(unit));
        let standing = Standing::new(role, of, grants.clone(), trees.clone());
        for c in &cameras {
            for act in Act::ALL {
                let plain = act.on_camera() && plainly(role, of, &grants, act, c, now, &trees);
                prop_assert_eq!(standing.may(act, c, now), plain, "{:?} {:?} {:?}", role, act, c);
                if plain {
                    prop_assert!(standing.sees(c, now), "any right lets the camera be seen");
                }
            }
        }
    }

    #[test]
    fn a_right_lasts_as_long_as_it_says_and_no_longer(
        grants in proptest::collection::vec(given(), 0..6), c in cameras(), hour in -40i64..70,
    ) {
        let now = hours(hour);
        let standing = Standing::new(Role::Inspector, None, grants, city());
        for act in Act::ON_CAMERAS {
            let Some(right) = standing.right(act, &c, now) else { continue };
            prop_assert!(right.grant.is_some(), "an inspector has no own scope");
            if let Some(until) = right.until {
                prop_assert!(until > now);
                let just_before = WallTime::from_unix_us(until.unix_us() - 1);
                prop_assert!(standing.may(act, &c, just_before));
                let after = standing.right(act, &c, until);
                prop_assert!(after.is_none_or(|r| r.grant != right.grant), "{:?}", right);
            }
        }
    }

    #[test]
    fn police_cameras_are_there_only_for_those_whom_a_grant_names_them_to(
        role in roles(), of in proptest::option::of(1u8..13), grants in proptest::collection::vec(given(), 0..8), c in cameras(),
    ) {
        let c = Camera { facts: CameraFacts { police: true, ..c.facts.clone() }, ..c };
        let named = grants.iter().any(|g| g.grant.scope.cameras.contains(&c.id));
        let standing = Standing::new(role, of.map(unit), grants, city());
        if !named {
            prop_assert!(!standing.sees(&c, NOW));
        }
        prop_assert!(!standing.at_home(&c));
    }

    /// Whatever is given, by whomever, to whomever: it reaches only where the giver may do the same and hand it on, and only
    /// what the holder's preset allows; also after cameras have moved and the giver's grants have ended.
    #[test]
    fn no_path_widens_a_right(
        giver_role in roles(), giver_unit in proptest::option::of(1u8..13), owned in proptest::collection::vec(given(), 0..5),
        holder_role in roles(), holder_unit in proptest::option::of(1u8..13),
        wished in acts(), scope in simple_scopes(), times in all_times(), consent in any::<Option<bool>>(),
        stock in proptest::collection::vec(cameras(), 12), moved in proptest::collection::vec(cameras(), 6), hour in 0i64..60,
    ) {
        let trees = city();
        let stock: Vec<Camera> = (0u8..).zip(stock).map(|(n, c)| Camera { id: camera_id(n), ..c }).collect();
        let giver = Standing::new(giver_role, giver_unit.map(unit), owned.clone(), trees.clone());
        let side = HolderSide::account("h", holder_role, holder_unit.map(unit), &trees);
        let ids = scope.named(&trees);
        let named: Vec<Camera> = stock.iter().filter(|c| ids.contains(&c.id)).cloned().collect();
        let policy = SharingPolicy { four_eyes: vec![], warn_days: 7, cross_scope_days_max: 366 };
        let draft = GrantDraft { holder: Holder::Account(account(2)), acts: wished, scope: scope.clone(), times: times.clone(), purpose: "x".into() };
        let giving = Giving { giver: account(1), giver_unit: None, standing: &giver, holder: &side, consent, named: &named, policy: &policy, now: NOW };
        let Ok(made) = decide_grant(&draft, &giving) else { return Ok(()) };
        if made.cross_scope {
            prop_assert!(consent == Some(true) && times.until.is_some(), "beyond the own scope only with consent and end");
        }
        let record = Grant {
            via: made.via, within: made.within.clone(), holder: Holder::Account(account(2)),
            ..grant(77, &made.acts, scope, times)
        };
        let base = made.via.map(|id| owned.iter().find(|g| g.grant.id == id).expect("the giver's").clone());
        let chain = base.iter().flat_map(|b| std::iter::once(b.grant.clone()).chain(b.chain.clone())).collect();
        let holder = Standing::new(holder_role, holder_unit.map(unit), vec![Given { grant: Arc::new(record), chain }], trees.clone());
        let now = hours(hour);
        // A camera that becomes one of the police leaves the grants that name it as it does so (`ops::police`): what stays is
        // its mark.
        let police = |c: &Camera| stock.iter().any(|s| s.id == c.id && s.facts.police);
        let moved: Vec<Camera> = moved
            .into_iter()
            .map(|c| Camera { facts: CameraFacts { police: police(&c), ..c.facts.clone() }, ..c })
            .collect();
        for c in stock.iter().chain(&moved) {
            for act in Act::ON_CAMERAS {
                if let Some(right) = holder.right(act, c, now) && right.grant.is_some() {
                    prop_assert!(giver.may(act, c, now), "the giver has it: {:?} {:?}", act, c);
                    prop_assert!(giver.may(Act::Share, c, now), "and may hand it on");
                    prop_assert!(presets::reach(holder_role, act) != Reach::Never);
                    if let Some(base) = &base {
                        let mut gone = base.grant.as_ref().clone();
                        gone.ended = Some(crate::grant::GrantEnd { at: NOW, by: account(9), why: String::new() });
                        let cut = Given { grant: holder.grants()[0].grant.clone(), chain: vec![Arc::new(gone)] };
                        let after = Standing::new(holder_role, holder_unit.map(unit), vec![cut], trees.clone());
                        prop_assert!(after.right(act, c, now).is_none_or(|r| r.grant.is_none()), "it ends with what it rests on");
                    }
                }
            }
        }
    }

    #[test]
    fn what_covers_holds(outer in simple_scopes(), inner in simple_scopes(), stock in proptest::collection::vec(cameras(), 12)) {
        let trees = city();
        let stock: Vec<Camera> = (0u8..).zip(stock).map(|(n, c)| Camera { id: camera_id(n), ..c }).collect();
        let ids = inner.named(&trees);
        let named: Vec<Camera> = stock.iter().filter(|c| ids.contains(&c.id)).cloned().collect();
        if outer.covers(&inner, &named, &trees) {
            for c in &stock {
                prop_assert!(!inner.bounds(c, &trees) || outer.bounds(c, &trees), "{:?}", c);
            }
        }
    }

    /// Whatever is done to lists, nobody has a right that they had not before.
    #[test]
    fn no_edit_of_a_list_gives_a_right(
        role in roles(), of in proptest::option::of(1u8..13), grants in proptest::collection::vec(given(), 1..8),
        edits in proptest::collection::vec((1u8..4, proptest::collection::vec(0u8..12, 0..4), proptest::collection::vec(0u8..12, 0..4)), 1..6),
        stock in proptest::collection::vec(cameras(), 12),
    ) {
        let mut stock: Vec<Camera> = (0u8..).zip(stock).map(|(n, c)| Camera { id: camera_id(n), ..c }).collect();
        stock.iter_mut().for_each(|c| c.facts.police = false);
        // What exists was given before the edits: no grant knows a revision that is still to come.
        let grants: Vec<Given> = grants.into_iter().map(|mut g| {
            let known = |g: &Arc<Grant>| {
                let mut g = g.as_ref().clone();
                g.scope.lists.iter_mut().chain(g.within.iter_mut().flat_map(|w| &mut w.lists)).for_each(|l| l.revision = l.revision.min(3));
                Arc::new(g)
            };
            g = Given { grant: known(&g.grant), chain: g.chain.iter().map(known).collect() };
            g
        }).collect();
        let mut all = [a_list(1), a_list(2), a_list(3)];
        let before = Standing::new(role, of.map(unit), grants.clone(), city_with(&all));
        for (n, add, remove) in edits {
            let one = &mut all[usize::from(n) - 1];
            let ids = |all: Vec<u8>| all.into_iter().map(camera_id).collect();
            let change = CameraListChange { name: None, add: ids(add), remove: ids(remove) };
            *one = one.changed(&change, &stock, NOW).expect("good");
            let after = Standing::new(role, of.map(unit), grants.clone(), city_with(&all));
            for c in &stock {
                for act in Act::ON_CAMERAS {
                    if let Some(right) = after.right(act, c, NOW) {
                        let had = before.right(act, c, NOW);
                        prop_assert!(had.is_some_and(|h| !right.lasts_longer_than(h)), "{:?} {:?}: {:?}, before {:?}", act, c.id, right, had);
                    }
                }
            }
        }
    }
}

#[test]
fn a_grant_is_explained_by_what_holds_the_camera() {
    let c = camera(3, 4, 4, 0, false);
    let old = Times { until: Some(hours(-1)), ..Times::default() };
    let grants = vec![
        Given::by_office(Arc::new(grant(1, &[Act::Ptz], Scope::of_area(area(2)), old))),
        Given::by_office(Arc::new(grant(2, &[Act::WatchLive], Scope::of_area(area(3)), Times::default()))),
    ];
    let standing = Standing::new(Role::SectorCentre, Some(unit(5)), grants, city());
    let ids: Vec<GrantId> = standing.about(&c).map(|g| g.grant.id).collect();
    assert_eq!(ids, [GrantId::from_parts(1, [1; 10])], "the one that has ended is shown, the one elsewhere is not");
    assert!(!standing.sees(&c, NOW));
}

#[test]
fn the_right_that_lasts_longest_counts() {
    let c = camera(3, 4, 4, 0, false);
    let until = |h| Times { until: Some(hours(h)), ..Times::default() };
    let make = |n, h| Given::by_office(Arc::new(grant(n, &[Act::WatchLive], Scope::of_camera(c.id), until(h))));
    let standing = Standing::new(Role::Inspector, None, vec![make(1, 2), make(2, 9), make(3, 5)], city());
    let right = standing.right(Act::WatchLive, &c, NOW).expect("a right");
    assert_eq!((right.grant, right.until), (Some(GrantId::from_parts(1, [2; 10])), Some(hours(9))));
}

#[test]
fn who_awaits_a_second_has_nothing_yet() {
    let c = camera(3, 4, 4, 0, false);
    let mut g =
        grant(1, &[Act::WatchLive], Scope::of_camera(c.id), Times { until: Some(hours(9)), ..Times::default() });
    g.awaits_second = true;
    let standing =
        |g: &Grant| Standing::new(Role::Inspector, None, vec![Given::by_office(Arc::new(g.clone()))], city());
    assert!(!standing(&g).sees(&c, NOW));
    g.awaits_second = false;
    assert!(standing(&g).may(Act::WatchLive, &c, NOW));
}

#[test]
fn the_policy_names_its_cases() {
    let policy = |four_eyes| SharingPolicy { four_eyes, warn_days: 7, cross_scope_days_max: 366 };
    let trees = city();
    let giver = Standing::new(Role::Administrator, None, vec![], trees.clone());
    let side = HolderSide::account("h", Role::DistrictCentre, Some(unit(4)), &trees);
    for (case, acts, scope, awaits) in [
        (FourEyes::CrossScope, vec![Act::WatchLive], Scope::of_area(area(5)), true),
        (FourEyes::CrossScope, vec![Act::WatchLive], Scope::of_area(area(8)), false),
        (FourEyes::Export, vec![Act::Export], Scope::of_area(area(8)), true),
        (FourEyes::Export, vec![Act::Playback], Scope::of_area(area(8)), false),
        (FourEyes::Share, vec![Act::Share], Scope::of_area(area(8)), true),
    ] {
        let times = Times { until: Some(NOW.plus(Duration::from_secs(60))), ..Times::default() };
        let draft = GrantDraft { holder: Holder::Account(account(2)), acts, scope, times, purpose: "x".into() };
        let policy = policy(vec![case]);
        let giving = Giving {
            giver: account(1),
            giver_unit: None,
            standing: &giver,
            holder: &side,
            consent: Some(true),
            named: &[],
            policy: &policy,
            now: NOW,
        };
        assert_eq!(decide_grant(&draft, &giving).map(|g| g.awaits_second), Ok::<_, NotGiven>(awaits), "{case:?}");
    }
}
