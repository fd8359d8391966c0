//! The catalogue at 100,000 cameras: lists with every filter, search, the map, a change, the start.
//!
//! The office is opened in this process on a real store: what is measured is `ops`' part of a request.

use crate::process::own_memory_mib;
use crate::report::{Goal, Report, percentile};
use crate::watch::now;
use base::{AreaId, CameraId, ManualClock, Secret, WallTime};
use domain::{
    Actor, AuditDraft, Camera, CameraSort, Position, Register, Role, Shape, Subject, Transport, audit, camera,
};
use ops::{Caller, CameraFilter, Ops, OpsConfig, Policy, Running, Special};
use std::path::Path;
use std::sync::Arc;
use store::{Store, StoreError};
use viewer::Failure;

const CASE: &str = "catalogue";
/// Cameras of one write.
const AT_ONCE: u64 = 2_000;
const STREETS: [&str; 12] = [
    "Nguyễn Huệ",
    "Đồng Khởi",
    "Lê Lợi",
    "Trần Hưng Đạo",
    "Hàm Nghi",
    "Võ Văn Kiệt",
    "Điện Biên Phủ",
    "Cách Mạng Tháng Tám",
    "Nguyễn Thị Minh Khai",
    "Lý Tự Trọng",
    "Phạm Văn Đồng",
    "Xa lộ Hà Nội",
];
const KINDS: [&str; 6] = ["Ngã tư", "Cổng chợ", "Trường học", "Cầu vượt", "Công viên", "Hẻm"];

/// Numbers that look random and are the same in every run.
fn mixed(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

fn pick<T>(list: &[T], n: u64) -> Option<&T> {
    list.get(usize::try_from(n % list.len().max(1) as u64).unwrap_or(0))
}

/// Camera `n`, somewhere in the city. `areas` are the wards, `purposes` the codes of the register.
fn one(n: u64, areas: &[AreaId], purposes: &[String]) -> Camera {
    let r = mixed(n);
    let street = pick(&STREETS, r).copied().unwrap_or_default();
    let kind = pick(&KINDS, r >> 8).copied().unwrap_or_default();
    let mut facts = domain::CameraFacts::default();
    let ward = r % areas.len().max(1) as u64;
    let spread = |n: u64, width: f64| (n % 10_000) as f64 / 10_000.0 * width;
    facts.position = Some(Position {
        lat: 10.68 + (ward % 13) as f64 * 0.016 + spread(r >> 16, 0.016),
        lon: 106.60 + (ward / 13) as f64 * 0.016 + spread(r >> 32, 0.016),
    });
    facts.height_m = Some(spread(r >> 20, 24.0));
    facts.direction_deg = Some(spread(r >> 24, 359.0));
    facts.angle_deg = Some(60.0 + spread(r >> 12, 50.0));
    facts.range_m = Some(30.0 + spread(r >> 28, 60.0));
    facts.purposes = [pick(purposes, r >> 4), pick(purposes, r >> 40)].into_iter().flatten().cloned().collect();
    facts.purposes.dedup();
    facts.address = Some(format!("{} {street}", r % 400));
    Camera {
        id: CameraId::from_parts(n, [9; 10]),
        code: camera::numbered_code("79.760", n + 1),
        name: format!("{kind} {street} {}", r % 977),
        area: None,
        unit: None,
        area_id: pick(areas, ward).copied(),
        unit_id: None,
        facts,
        main_url: format!("rtsp://10.{}.{}.{}/main", n >> 16 & 255, n >> 8 & 255, n & 255),
        sub_url: None,
        username: None,
        has_password: false,
        transport: Transport::Tcp,
        created_at: WallTime::EPOCH,
        changed_at: WallTime::from_unix_us(i64::try_from(r % 1_000_000_000_000).unwrap_or(0)),
        revision: 1,
        extra: domain::Extra::new(),
    }
}

/// 24 November 2026, 09:00 in Ho Chi Minh City: what the office shows does not depend on the day of the run.
pub const NOW: WallTime = WallTime::from_unix_us(1_795_485_600_000_000);

pub fn office(folder: &Path) -> Result<Ops, Failure> {
    let clock = ManualClock::at(NOW).clock();
    let store = Store::open(folder, NOW)?;
    Ok(Ops::open(store, clock, Policy::shipped(), OpsConfig::default())?)
}

/// Writes `cameras` cameras into a new data folder, beside the shipped registers and an administrator `quan.tri`.
pub fn fill(folder: &Path, cameras: u64) -> Result<(), Failure> {
    let (areas, purposes) = {
        let ops = office(folder)?;
        ops.bootstrap_account(
            "quan.tri",
            "Quản trị",
            Role::Administrator,
            &Secret::new("bảy-ghe-xuồng-Bến-Thành".into()),
        )?;
        let book = ops.registers();
        let wards = book.areas().filter(|a| a.in_force(book.day()) && book.area_children(Some(a.id)).next().is_none());
        let purposes = book.items(Register::Purpose, book.day()).map(|i| i.code.clone());
        (wards.map(|a| a.id).collect::<Vec<_>>(), purposes.collect::<Vec<_>>())
    };
    let store = Store::open(folder, NOW)?;
    let (areas, purposes) = (Arc::new(areas), Arc::new(purposes));
    for from in (0..cameras).step_by(usize::try_from(AT_ONCE)?) {
        let (areas, purposes) = (areas.clone(), purposes.clone());
        store.write::<_, StoreError>(NOW, move |w| {
            for n in from..(from + AT_ONCE).min(cameras) {
                w.put(&one(n, &areas, &purposes))?;
            }
            let subject = Subject::new("camera", CameraId::from_parts(from, [9; 10]), "bench");
            w.audit(AuditDraft::new(Actor::System, audit::CAMERA_ADDED).on(subject)).map(|_| ())
        })?;
    }
    Ok(())
}

fn timed(
    report: &mut Report,
    what: &str,
    goal: f64,
    mut run: impl FnMut() -> Result<usize, Failure>,
) -> Result<(), Failure> {
    let mut times = Vec::new();
    let mut found = 0;
    for _ in 0..25 {
        let begun = now();
        found = run()?;
        times.push((now() - begun).as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    report.note(CASE, format!("{what} ({found}), p50"), percentile(&times, 50), "ms", Goal::None);
    report.note(CASE, format!("{what}, slowest of 25"), percentile(&times, 100), "ms", Goal::AtMost(goal));
    Ok(())
}

/// Lists, search, map, start.
pub fn catalogue(report: &mut Report, cameras: u64) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    fill(folder.path(), cameras)?;
    let before = own_memory_mib()?;
    let begun = now();
    let ops = office(folder.path())?;
    report.note(CASE, format!("office opens with {cameras} cameras"), (now() - begun).as_secs_f64(), "s", Goal::None);
    report.note(CASE, "memory of it, all of the office", own_memory_mib()? - before, "MiB", Goal::None);
    let caller = Caller::system();
    let d = CameraFilter::default;
    let some = |t: &str| Some(t.to_owned());
    let book = ops.registers();
    let ward = book.areas().find(|a| a.in_force(book.day()) && a.parent.is_some()).map(|a| a.id.to_string());
    let ids = ops.camera_ids(&caller, &d())?;
    let standing = ids.iter().enumerate().map(|(n, id)| (*id, ((n % 3 + 1) as u8, n as u64)));
    let running = Arc::new(Running(standing.collect()));
    let lists = [
        ("list, all", d()),
        ("list by name, words", CameraFilter { q: some("nguyen hue"), sort: CameraSort::Name, ..d() }),
        ("list by area", CameraFilter { sort: CameraSort::Area, ..d() }),
        ("list by state", CameraFilter { sort: CameraSort::Standing, running: Some(running.clone()), ..d() }),
        ("list by change, descending", CameraFilter { sort: CameraSort::Changed, descending: true, ..d() }),
        ("list of a ward", CameraFilter { area: ward, ..d() }),
        ("list of the city, layer, words", CameraFilter { area: some("79"), layer: some("l3"), q: some("cho"), ..d() }),
        ("list in a circle", CameraFilter { within: Shape::parse("circle:10.77,106.70,3000"), ..d() }),
        (
            "list of incomplete records",
            CameraFilter { special: Some(Special::Incomplete), sort: CameraSort::Completeness, ..d() },
        ),
        ("list with all counts", CameraFilter { facets: true, running: Some(running), ..d() }),
        ("list with all counts, words", CameraFilter { facets: true, q: some("cong vien"), ..d() }),
    ];
    for (what, filter) in lists {
        timed(report, what, 50.0, || Ok(ops.list_cameras(&caller, &filter)?.total))?;
    }
    let deep = CameraFilter { cursor: some("79.760-90000~"), ..d() };
    timed(report, "list, page at the end", 50.0, || Ok(ops.list_cameras(&caller, &deep)?.items.len()))?;
    for q in
        ["nguyen hue", "Nguyễn Thị Minh Khai 12", "79.760-0042", "c", "ben nghe", "quận 1 chợ", "nguyne hue", "xyzzyx"]
    {
        timed(report, &format!("search “{q}”"), 30.0, || Ok(ops.search(&caller, q, 8)?.cameras_total))?;
    }
    timed(report, "map of all (by cells)", 50.0, || Ok(ops.map_cameras(&caller, &d())?.placed))?;
    let near = CameraFilter { within: Shape::parse("circle:10.77,106.70,3000"), ..d() };
    timed(report, "map of a part", 50.0, || Ok(ops.map_cameras(&caller, &near)?.rows.len()))?;
    let id = *ids.first().ok_or("no camera")?;
    let mut n = 0;
    timed(report, "a change, then a search", 80.0, || {
        n += 1;
        let camera = ops.camera(&caller, &id.to_string())?;
        let patch = domain::CameraPatch { name: Some(format!("Đổi tên {n}")), ..domain::CameraPatch::default() };
        ops.change_camera(&caller, id, patch, camera.revision)?;
        Ok(ops.search(&caller, "doi ten", 8)?.cameras_total)
    })
}
