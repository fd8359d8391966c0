//! Lists of cameras: dry run, mending, carrying out, undoing, files and the folder.

use super::{House, secret};
use crate::{BulkEdit, BulkHow, Caller, CameraFilter, ListFile, ListFormat, Ops, OpsError};
use base::{JobId, Language};
use domain::{CameraDraft, Job, JobState, Role, Verdict};
use std::time::Duration;

fn list(text: &str) -> ListFile {
    ListFile { name: "danh sách.csv".into(), bytes: text.as_bytes().to_vec(), ..ListFile::default() }
}

fn rest(ops: &Ops, caller: &Caller, id: JobId) -> Job {
    assert!(ops.wait_for_job(id, Duration::from_secs(60)), "it ends");
    ops.job(caller, id).expect("its own")
}

fn checked(ops: &Ops, caller: &Caller, text: &str) -> Job {
    let job = ops.receive_list(caller, list(text)).expect("received");
    rest(ops, caller, job.id)
}

fn applied(ops: &Ops, caller: &Caller, id: JobId) -> Job {
    ops.apply_job(caller, id, None).expect("begins");
    rest(ops, caller, id)
}

fn undone(ops: &Ops, caller: &Caller, id: JobId) -> Job {
    ops.undo_job(caller, id, None).expect("begins");
    rest(ops, caller, id)
}

fn rows(ops: &Ops, caller: &Caller, id: JobId) -> Vec<(u32, Verdict, Vec<String>)> {
    let rows = ops.job_rows(caller, id, None, 0, 1_000).expect("rows").rows;
    rows.into_iter().map(|r| (r.n, r.verdict, r.faults.into_iter().map(|f| f.field).collect())).collect()
}

fn acts(house: &House, act: &str) -> usize {
    house.record().iter().filter(|e| e.act == act).count()
}

const HEAD: &str = "Mã camera,Tên camera,Địa chỉ luồng chính (RTSP),Mật khẩu camera,Độ cao (m),Ghi chú\n";

#[test]
fn a_list_goes_all_the_way_and_back() {
    let (house, admin) = House::set_up();
    let (ops, who) = (&house.ops, &admin.caller);
    let old = CameraDraft {
        name: "Cũ".into(),
        code: Some("79-0500".into()),
        main_url: "rtsp://10.0.9.9/1".into(),
        password: Some(secret("mật khẩu cũ")),
        ..CameraDraft::default()
    };
    let old = ops.register_camera(who, old).expect("added");
    let text = format!(
        "{HEAD}79-0500,Mới,,mật khẩu mới,7.5,\n,Ngã tư,rtsp://admin:bí%20mật@10.0.0.1/1,,6,\n79-0600,Cầu,rtsp://10.0.0.2/1,,,\n\
         79-0601,,rtsp://10.0.0.3/1,,-3,\n79-0600,Lặp,rtsp://10.0.0.4/1,,,\n,Trùng luồng,rtsp://10.0.0.2/1,,,\n\
         ,Của camera cũ,rtsp://10.0.9.9/1,,,\n"
    );
    let job = checked(ops, who, &text);
    assert_eq!((job.state, job.rows, job.interrupted), (JobState::Checked, 7, false));
    assert_eq!(
        rows(ops, who, job.id),
        [
            (2, Verdict::Change, vec![]),
            (3, Verdict::Add, vec![]),
            (4, Verdict::Add, vec![]),
            (5, Verdict::Fault, vec!["height_m".to_owned(), "name".to_owned()]),
            (6, Verdict::Fault, vec!["code".to_owned()]),
            (7, Verdict::Fault, vec!["main_url".to_owned()]),
            (8, Verdict::Fault, vec!["main_url".to_owned()]),
        ]
    );
    assert_eq!((job.tally.change, job.tally.add, job.tally.fault), (1, 2, 4));
    // Nothing has changed, and no secret is told.
    assert_eq!(ops.camera(who, "79-0500").expect("there").name, "Cũ");
    let shown = format!("{:?}", ops.job_rows(who, job.id, None, 0, 100).expect("rows"));
    assert!(!shown.contains("mật khẩu mới") && !shown.contains("bí"), "{shown}");
    // Mending on the page: two cells of one row; another is left out.
    let cells = [("name".to_owned(), "Chợ".to_owned()), ("height_m".to_owned(), "3,2".to_owned())];
    assert_eq!(ops.mend_row(who, job.id, 5, &cells, None).expect("mended").verdict, Verdict::Add);
    assert_eq!(ops.leave_row(who, job.id, 6, true).expect("left").verdict, Verdict::Left);
    let stale = ops.apply_job(who, job.id, Some(job.revision));
    assert!(matches!(stale, Err(OpsError::Changed { .. })), "somebody has mended it");
    let seen = Some(job.revision);
    let again = ops.mend_row(who, job.id, 5, &cells, seen);
    assert!(matches!(again, Err(OpsError::Changed { .. })), "nor is a row mended by what was seen then");
    assert!(matches!(ops.cancel_job(who, job.id, seen), Err(OpsError::Changed { .. })));
    let job = applied(ops, who, job.id);
    assert_eq!(job.state, JobState::Applied);
    let t = job.tally;
    assert_eq!((t.added, t.changed, t.fault, t.left, t.good()), (3, 1, 2, 1, 0));
    let now = ops.camera(who, "79-0500").expect("there");
    assert_eq!((now.name.as_str(), now.facts.height_m, now.main_url.as_str()), ("Mới", Some(7.5), "rtsp://10.0.9.9/1"));
    assert_eq!(ops.camera(who, "79-0601").expect("mended").name, "Chợ");
    let wanted = ops.wanted_sources().borrow().clone();
    let password =
        |id| wanted.iter().find(|s| s.camera == id).and_then(|s| s.password.as_ref()).map(|p| p.expose().to_owned());
    assert_eq!(password(old.id).as_deref(), Some("mật khẩu mới"));
    let crossing = ops.list_cameras(who, &CameraFilter { q: Some("nga tu".into()), ..CameraFilter::default() });
    let crossing = crossing.expect("list").items.remove(0);
    assert_eq!(password(crossing.id).as_deref(), Some("bí mật"));
    assert_eq!((crossing.username.as_deref(), crossing.main_url.as_str()), (Some("admin"), "rtsp://10.0.0.1/1"));
    assert_eq!((acts(&house, "import.received"), acts(&house, "import.applied")), (1, 1));
    assert_eq!((acts(&house, "camera.added"), acts(&house, "camera.changed")), (4, 1));
    // A second try of the same list changes nothing more where it was carried out.
    let again = checked(ops, who, &text);
    assert_eq!(again.tally.add, 0, "what was added is found by its address or code");
    // Somebody changes one of the cameras; then everything is taken back that can be.
    let change = domain::CameraPatch { name: Some("Cầu mới".into()), ..domain::CameraPatch::default() };
    let bridge = ops.camera(who, "79-0600").expect("there");
    ops.change_camera(who, bridge.id, change, bridge.revision).expect("changed");
    let job = undone(ops, who, job.id);
    assert_eq!((job.state, job.tally.undone, job.tally.kept), (JobState::Undone, 3, 1));
    let kept: Vec<_> = rows(ops, who, job.id).into_iter().filter(|r| r.1 == Verdict::Kept).collect();
    assert_eq!(kept.iter().map(|r| r.0).collect::<Vec<_>>(), [4]);
    let back = ops.camera(who, "79-0500").expect("there");
    assert_eq!((back.name.as_str(), back.facts.height_m, back.has_password), ("Cũ", None, true));
    let wanted = ops.wanted_sources().borrow().clone();
    let password = wanted.iter().find(|s| s.camera == old.id).and_then(|s| s.password.as_ref());
    assert_eq!(password.map(|p| p.expose()), Some("mật khẩu cũ"));
    assert!(matches!(ops.camera(who, "79-0601"), Err(OpsError::NotFound(_))));
    assert_eq!(ops.camera(who, "79-0600").expect("kept").name, "Cầu mới");
    assert!(matches!(ops.undo_job(who, job.id, None), Err(OpsError::Taken { .. })), "nothing is left");
    assert_eq!(acts(&house, "import.undone"), 1);
}

#[test]
fn empty_cells_leave_and_a_word_empties() {
    let (house, admin) = House::set_up();
    let (ops, who) = (&house.ops, &admin.caller);
    let first = format!("{HEAD}79-0001,Một,rtsp://10.0.0.1/1,,5,ghi chú\n");
    let job = checked(ops, who, &first);
    applied(ops, who, job.id);
    let second = checked(ops, who, "Camera code;Height above ground;Note;Camera name\n79-0001;;(XÓA);\n");
    assert_eq!(second.tally.change, 1);
    applied(ops, who, second.id);
    let camera = ops.camera(who, "79-0001").expect("there");
    assert_eq!((camera.facts.height_m, camera.facts.note, camera.name.as_str()), (Some(5.0), None, "Một"));
    let third = checked(ops, who, "Mã camera;Tên camera\n79-0001;(clear)\n");
    assert_eq!(rows(ops, who, third.id), [(2, Verdict::Fault, vec!["name".to_owned()])]);
}

#[test]
fn what_is_given_out_can_be_taken_in_and_changes_nothing() {
    let (house, admin) = House::set_up();
    let (ops, who) = (&house.ops, &admin.caller);
    let book = ops.registers();
    let purpose =
        |n: usize| book.items(domain::Register::Purpose, book.day()).nth(n).map(|i| i.vi.clone()).unwrap_or_default();
    let area = book.areas().find(|a| a.in_force(book.day()) && a.parent.is_some()).expect("shipped areas").name.clone();
    let text = format!(
        "Tên camera;Địa bàn;Vĩ độ;Kinh độ;Độ cao;Hướng;Góc quan sát;Tầm quan sát;Mục đích;Địa chỉ luồng chính (RTSP);\
         Mật khẩu camera;Ngày lắp đặt;Ghi chú;Tên khác;Số sê-ri\n\
         =Ngã tư;{area};10,7768891;106,7008061;6,5;đông bắc;90;60;{}; rtsp://a:b@10.0.0.1/1;;24/11/2025;=1+1;x;007\n\
         Thứ hai;;;;;;;;;rtsp://10.0.0.2/1;pw;46350;\"hai\ndòng\";@a;\n",
        purpose(0)
    );
    let job = checked(ops, who, &text);
    assert_eq!(job.tally.add, 2, "{:?}", ops.job_rows(who, job.id, None, 0, 9).expect("rows"));
    applied(ops, who, job.id);
    // An older record holds words that no register knows: they go out and come back as they are.
    let second = |ops: &Ops| {
        let q = CameraFilter { q: Some("thu hai".into()), ..CameraFilter::default() };
        ops.list_cameras(who, &q).expect("list").items.remove(0)
    };
    let old = domain::Camera { area: Some("Nơi không có".into()), unit: Some("Tổ 3".into()), ..second(ops) };
    let id = old.id;
    ops.write(move |w| {
        w.put(&old)?;
        w.audit(domain::AuditDraft::new(domain::Actor::System, "test"))?;
        Ok(())
    })
    .expect("written");
    ops.refresh_camera(id, false).expect("refreshed");
    for format in [ListFormat::Csv, ListFormat::Xlsx] {
        for language in [Language::Vi, Language::En] {
            let out = ops.export_cameras(who, &CameraFilter::default(), format, language).expect("out");
            assert_eq!(out.rows, 2);
            assert!(!String::from_utf8_lossy(&out.bytes).contains(",pw,"));
            let file = ListFile { name: out.name, bytes: out.bytes, ..ListFile::default() };
            let back = ops.receive_list(who, file).expect("taken in");
            let back = rest(ops, who, back.id);
            let rows = ops.job_rows(who, back.id, None, 0, 9).expect("rows").rows;
            assert_eq!((back.tally.same, back.rows), (2, 2), "{format:?} {language:?}: {rows:?}");
            assert!(back.notes.len() <= 1, "{:?}", back.notes);
        }
    }
    let found = ops.export_cameras(
        who,
        &CameraFilter { q: Some("thu hai".into()), ..CameraFilter::default() },
        ListFormat::Csv,
        Language::Vi,
    );
    assert_eq!(found.expect("out").rows, 1);
    assert_eq!(acts(&house, "camera.exported"), 5);
    // The template is a list too: its example is passed over.
    for format in [ListFormat::Csv, ListFormat::Xlsx] {
        let out = ops.list_template(who, format, Language::Vi).expect("template");
        let file = ListFile { name: out.name, bytes: out.bytes, ..ListFile::default() };
        let Err(OpsError::Invalid(faults)) = ops.receive_list(who, file) else { panic!("an empty list") };
        assert_eq!(faults[0].field, "file");
        assert!(faults[0].said.en.contains("no rows"), "{}", faults[0].said.en);
    }
}

#[test]
fn an_area_or_unit_that_no_register_knows_is_a_fault_of_its_row() {
    let (house, admin) = House::set_up();
    let (ops, who) = (&house.ops, &admin.caller);
    let text = "Tên camera,Địa bàn,Đơn vị quản lý,Địa chỉ luồng chính (RTSP)\nMột,Sài Gon,,rtsp://10.0.0.1/1\n\
                Hai,Phuong Sai Gonn,Công an X,rtsp://10.0.0.2/1\n";
    let job = checked(ops, who, text);
    let wrong = vec!["area".to_owned(), "unit".to_owned()];
    assert_eq!(rows(ops, who, job.id), [(2, Verdict::Add, vec![]), (3, Verdict::Fault, wrong)]);
    let row = ops.job_rows(who, job.id, Some(Verdict::Fault), 0, 1).expect("rows").rows.remove(0);
    assert!(row.faults[0].said.vi.contains("Phường Sài Gòn") && row.faults[0].said.en.contains("Nearest"), "{row:?}");
    let mended = [("area".to_owned(), "26740".to_owned()), ("unit".to_owned(), String::new())];
    assert_eq!(ops.mend_row(who, job.id, 3, &mended, None).expect("mended").verdict, Verdict::Add);
    applied(ops, who, job.id);
    let all = ops.list_cameras(who, &CameraFilter::default()).expect("list").items;
    assert!(all.iter().all(|c| c.area_id.is_some() && c.area.as_deref() == Some("Phường Sài Gòn")), "{all:?}");
}

#[test]
fn failed_rows_go_out_with_what_to_mend_and_come_back() {
    let (house, admin) = House::set_up();
    let (ops, who) = (&house.ops, &admin.caller);
    let text = format!(
        "{HEAD}79-0001,Một,rtsp://10.0.0.1/1,bí mật,cao,\n79-0002,Hai,rtsp://u:bímật@10.0.0.2/1,,5,\n79-0003,,x,,5,\n"
    );
    let job = checked(ops, who, &text);
    let out = ops.failed_rows(who, job.id, Language::Vi).expect("file");
    assert_eq!(out.rows, 2);
    let back =
        ops.receive_list(who, ListFile { name: out.name, bytes: out.bytes, ..ListFile::default() }).expect("back");
    let back = rest(ops, who, back.id);
    assert_eq!((back.rows, back.tally.fault), (2, 2), "the faults are the same, their column is passed over");
    let rows = ops.job_rows(who, back.id, None, 0, 9).expect("rows").rows;
    assert!(!format!("{rows:?}").contains("bí mật"));
    assert!(back.notes.len() <= 1, "{:?}", back.notes);
}

#[test]
fn rows_beyond_ones_own_scope_are_refused_each() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    let viewer = house.person(&admin.caller, "xem", Role::Viewer);
    let refused = ops.receive_list(&viewer.caller, list("Mã camera,Tên camera\n1,2\n"));
    assert!(matches!(refused, Err(OpsError::Refused(_))));
    let job = checked(ops, &admin.caller, &format!("{HEAD}79-0001,Một,rtsp://10.0.0.1/1,,,\n"));
    applied(ops, &admin.caller, job.id);
    let unit = |code: &str, area: &str| {
        let draft = domain::UnitDraft {
            code: code.into(),
            name: format!("UBND {code}"),
            area: area.into(),
            manages: true,
            kind: "district_centre".into(),
            sectors: vec!["transport".into()],
            ..Default::default()
        };
        ops.add_unit(&admin.caller, draft).expect("unit").id
    };
    let (north, _) = (unit("BAC", "25760"), unit("NAM", "25768"));
    let unit = house.person_of(&admin.caller, "donvi", Role::Unit, north);
    let theirs = checked(
        ops,
        &unit.caller,
        "Mã camera,Tên camera,Địa chỉ luồng chính (RTSP),Đơn vị quản lý\n79-0001,Của người khác,rtsp://10.0.0.9/1,\n\
         79-0002,Hai,rtsp://10.0.0.2/1,NAM\n79-0003,Ba,rtsp://10.0.0.3/1,\n79-0004,Bốn,rtsp://10.0.0.1/1,\n",
    );
    assert_eq!(
        rows(ops, &unit.caller, theirs.id),
        [
            (2, Verdict::Fault, vec!["code".to_owned()]),
            (3, Verdict::Fault, vec!["unit".to_owned()]),
            (4, Verdict::Add, vec![]),
            (5, Verdict::Fault, vec!["main_url".to_owned()]),
        ]
    );
    let told = format!("{:?}", ops.job_rows(&unit.caller, theirs.id, None, 0, 9).expect("rows").rows);
    assert!(!told.contains("Một"), "nothing is told of a camera that they do not see: {told}");
    assert!(matches!(ops.job(&unit.caller, job.id), Err(OpsError::NotFound(_))), "another's list");
    assert!(ops.jobs(&unit.caller).expect("own").iter().all(|j| j.id == theirs.id));
    assert!(ops.job(&admin.caller, theirs.id).is_ok(), "whoever keeps the node sees all");
    let done = applied(ops, &unit.caller, theirs.id);
    assert_eq!(ops.camera(&unit.caller, "79-0003").expect("their own").unit_id, Some(north));
    let back = undone(ops, &unit.caller, done.id);
    assert_eq!(
        (back.tally.undone, back.tally.kept),
        (1, 0),
        "their own addition, although they may not remove cameras"
    );
    let out = ops.export_cameras(&unit.caller, &CameraFilter::default(), ListFormat::Csv, Language::Vi).expect("out");
    assert_eq!(out.rows, 0, "only what these eyes see");
}

#[test]
fn many_cameras_at_once() {
    let (house, admin) = House::set_up();
    let (ops, who) = (&house.ops, &admin.caller);
    let lines: String = (1..=5).map(|n| format!("79-000{n},Camera {n},rtsp://10.0.0.{n}/1,,{n},\n")).collect();
    let job = checked(ops, who, &format!("{HEAD}{lines}"));
    applied(ops, who, job.id);
    let book = ops.registers();
    let purposes: Vec<_> = book.items(domain::Register::Purpose, book.day()).cloned().collect();
    let edit = |field: &str, how, value: &str| BulkEdit { field: field.into(), how, value: value.into() };
    let all = CameraFilter::default();
    let bulk = |edits: &[BulkEdit], filter: &CameraFilter| {
        ops.prepare_bulk(who, filter, edits, Some("đợt rà soát")).map(|job| rest(ops, who, job.id))
    };
    for (edits, field) in [
        (vec![], "field"),
        (vec![edit("name", BulkHow::Set, "x")], "field"),
        (vec![edit("height_m", BulkHow::Add, "3")], "field"),
        (vec![edit("note", BulkHow::Set, " ")], "field"),
        (vec![edit("note", BulkHow::Set, "a"), edit("note", BulkHow::Clear, "")], "field"),
    ] {
        let Err(OpsError::Invalid(faults)) = bulk(&edits, &all) else { panic!("{edits:?}") };
        assert_eq!(faults[0].field, field);
    }
    let nobody = CameraFilter { q: Some("không có".into()), ..CameraFilter::default() };
    assert!(matches!(bulk(&[edit("note", BulkHow::Set, "a")], &nobody), Err(OpsError::Invalid(_))));
    let job = bulk(&[edit("purposes", BulkHow::Add, &purposes[0].vi), edit("height_m", BulkHow::Clear, "")], &all);
    let job = job.expect("prepared");
    assert_eq!((job.rows, job.tally.change), (5, 5), "{:?}", rows(ops, who, job.id));
    assert_eq!(ops.camera(who, "79-0003").expect("there").facts.height_m, Some(3.0), "a preview changes nothing");
    applied(ops, who, job.id);
    let third = ops.camera(who, "79-0003").expect("there");
    assert_eq!((third.facts.purposes.clone(), third.facts.height_m), (vec![purposes[0].code.clone()], None));
    let only = CameraFilter { only: Some(vec![third.id]), ..CameraFilter::default() };
    let more = bulk(&[edit("purposes", BulkHow::Add, &purposes[1].code)], &only).expect("prepared");
    applied(ops, who, more.id);
    let less = bulk(&[edit("purposes", BulkHow::Remove, &purposes[0].vi)], &all).expect("prepared");
    assert_eq!(less.tally.change, 5);
    applied(ops, who, less.id);
    assert_eq!(ops.camera(who, "79-0003").expect("there").facts.purposes, [purposes[1].code.clone()]);
    assert!(ops.camera(who, "79-0001").expect("there").facts.purposes.is_empty());
    undone(ops, who, less.id);
    assert_eq!(ops.camera(who, "79-0001").expect("there").facts.purposes, [purposes[0].code.clone()]);
    assert!(acts(&house, "bulk.applied") >= 3 && acts(&house, "bulk.undone") == 1);
}

#[test]
fn a_job_survives_a_restart_and_goes_on() {
    let (house, admin) = House::set_up();
    let who = admin.caller.clone();
    let lines: String =
        (1..=250).map(|n| format!("A-{n},Camera {n},rtsp://10.0.{}.{}/1,,,\n", n / 200, n % 200)).collect();
    let job = checked(&house.ops, &who, &format!("{HEAD}{lines}"));
    assert_eq!(job.tally.add, 250);
    // Stopped before its first batch, as the node stops: interrupted, and nothing is lost.
    house.ops.turn_for_test(job.id);
    let house = house.restarted();
    let ops = &house.ops;
    let job = ops.job(&who, job.id).expect("there");
    assert!(job.interrupted && job.state == JobState::Applying);
    let job = applied(ops, &who, job.id);
    assert_eq!((job.state, job.tally.added, job.interrupted), (JobState::Applied, 250, false));
    assert_eq!(ops.list_cameras(&who, &CameraFilter::default()).expect("list").total, 250);
    ops.stop_jobs(Duration::from_secs(5));
    assert!(matches!(ops.undo_job(&who, job.id, None), Err(OpsError::Full(_))), "the node is stopping");
    let job = ops.job(&who, job.id).expect("there");
    assert_eq!((job.state, job.tally.added), (JobState::Applied, 250));
}

#[test]
fn codes_that_a_list_gives_are_not_given_to_its_other_rows() {
    let (house, admin) = House::set_up();
    let (ops, who) = (&house.ops, &admin.caller);
    let prefix = ops.next_code(who, None).expect("code");
    let text =
        format!("{HEAD},Một,rtsp://10.0.0.1/1,,,\n,Hai,rtsp://10.0.0.2/1,,,\n{prefix},Ba,rtsp://10.0.0.3/1,,,\n");
    let job = checked(ops, who, &text);
    let job = applied(ops, who, job.id);
    assert_eq!((job.tally.added, job.tally.fault), (3, 0), "{:?}", rows(ops, who, job.id));
    assert_eq!(ops.camera(who, &prefix).expect("there").name, "Ba");
}

#[test]
fn what_was_only_checked_can_be_put_away() {
    let (house, admin) = House::set_up();
    let (ops, who) = (&house.ops, &admin.caller);
    let job = checked(ops, who, &format!("{HEAD}79-0001,Một,rtsp://10.0.0.1/1,,,\n"));
    assert_eq!(ops.cancel_job(who, job.id, None).expect("cancelled").state, JobState::Cancelled);
    assert!(matches!(ops.apply_job(who, job.id, None), Err(OpsError::Taken { .. })));
    assert!(matches!(ops.mend_row(who, job.id, 2, &[], None), Err(OpsError::Taken { .. })));
    assert_eq!(acts(&house, "import.cancelled"), 1);
}

#[test]
fn two_cameras_on_one_view_need_the_agreement() {
    let (house, admin) = House::set_up();
    let (ops, who) = (&house.ops, &admin.caller);
    let book = ops.registers();
    let purpose = book.items(domain::Register::Purpose, book.day()).next().expect("shipped").vi.clone();
    let head = "Tên camera;Địa chỉ luồng chính (RTSP);Vĩ độ;Kinh độ;Hướng;Góc;Tầm nhìn;Mục đích;\
                Văn bản thống nhất: số;Văn bản thống nhất: ngày;Văn bản thống nhất: cơ quan ban hành\n";
    let row = |n: u32, agreed: &str| format!("C{n};rtsp://10.0.0.{n}/1;10.7769;106.7009;90;90;50;{purpose};{agreed}\n");
    let job = checked(
        ops,
        who,
        &format!("{head}{}{}{}", row(1, ";;"), row(2, ";;"), row(3, "12/UBND;24/11/2025;UBND Quận 1")),
    );
    let found = rows(ops, who, job.id);
    assert_eq!(found[0].1, Verdict::Add);
    assert_eq!((found[1].1, found[1].2.as_slice()), (Verdict::Fault, ["agreement_number".to_owned()].as_slice()));
    assert_eq!(found[2].1, Verdict::Add, "with the agreement");
    // A row that is mended is compared with the others of the list too.
    let odd = row(4, ";;").replace("10.7769", "x");
    let other = checked(ops, who, &format!("{head}{odd}{}", row(5, ";;")));
    assert_eq!(rows(ops, who, other.id).iter().map(|r| r.1).collect::<Vec<_>>(), [Verdict::Fault, Verdict::Add]);
    let mended = ops.mend_row(who, other.id, 2, &[("lat".to_owned(), "10.7769".to_owned())], None).expect("mended");
    assert_eq!((mended.verdict, mended.faults[0].field.as_str()), (Verdict::Fault, "agreement_number"));
    let elsewhere = ops.mend_row(who, other.id, 2, &[("lat".to_owned(), "10.7869".to_owned())], None).expect("mended");
    assert_eq!(elsewhere.verdict, Verdict::Add);
    let job = applied(ops, who, job.id);
    assert_eq!(job.tally.added, 2, "{:?}", rows(ops, who, job.id));
    // Against the catalogue too.
    let job = checked(ops, who, &format!("{head}{}", row(4, ";;")));
    assert_eq!(rows(ops, who, job.id), [(2, Verdict::Fault, vec!["agreement_number".to_owned()])]);
}

#[test]
fn the_folder_goes_the_same_way() {
    let (house, admin) = House::set_up();
    let (ops, who) = (&house.ops, &admin.caller);
    let text = format!("{HEAD}79-0001,Một,rtsp://10.0.0.1/1,,,\n79-0002,,rtsp://10.0.0.2/1,,,\n");
    let report = ops.take_inbox_file("ds.csv".into(), text.into_bytes()).expect("taken");
    assert!(!report.good && report.text.contains("Dòng 3 · Tên camera"), "{}", report.text);
    let job = ops.job(who, report.job.expect("a job")).expect("whoever keeps the node sees it");
    assert_eq!((job.state, job.tally.add), (JobState::Checked, 1), "shipped policy: a dry run");
    applied(ops, who, job.id);
    let report = ops.take_inbox_file("x.pdf".into(), b"%PDF-1.7\0\0".to_vec()).expect("a report");
    assert!(report.job.is_none() && !report.good && report.text.contains("CSV"), "{}", report.text);
}
