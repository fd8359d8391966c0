//! Pages of rights and requests.

use super::{Ink, Page, before, fault, now, shell};
use base::Language;
use domain::rights_table::{self, Kind};
use domain::{Act, presets};
use templates::views::*;

/// A grant with everything in it.
fn grant(ink: Ink, state: &'static str) -> GrantRow {
    GrantRow {
        id: "0198f0c0-0000-7000-8000-000000000001".into(),
        holder: ink.s("Trung tâm điều hành Bình Dương"),
        acts: vec![ink.s("xem hình trực tiếp"), ink.s("xem lại hình đã ghi")],
        scope: vec![
            (ink.s("Camera"), vec![ink.s("79-0001 Ngã tư Nguyễn Huệ")]),
            (ink.s("Địa bàn"), vec![ink.s("Phường Sài Gòn")]),
        ],
        from: None,
        until: Some(now()),
        shifts: vec![ink.s("T2-T6 07:30-17:00")],
        state,
        state_word: ink.s("Đang hiệu lực"),
        purpose: ink.s("Theo dõi ngập"),
        document: Some(ink.s("123/UBND-VX, 20/11/2026, UBND Thành phố")),
        file: Some(PaperFile {
            document: "0198f0c0-0000-7000-8000-000000000002".into(),
            name: ink.s("123-UBND-VX.pdf"),
            size: 48_213,
        }),
        given_by: ink.s("Trần Thị Mai"),
        given_at: before(60),
        founding: false,
        lost: 3,
        withheld: 2,
        later: vec![(ink.s("Cổng trường"), 4)],
    }
}

fn request(ink: Ink, state: &'static str) -> RequestRow {
    let g = grant(ink, "current");
    RequestRow {
        id: g.id,
        who: ink.s("Nguyễn Văn An"),
        holder: g.holder,
        acts: g.acts,
        scope: g.scope,
        from: None,
        until: g.until,
        shifts: g.shifts,
        purpose: g.purpose,
        document: None,
        file: None,
        made_at: before(600),
        state,
        decided: (state == "refused").then(|| (ink.s("Trần Thị Mai"), before(30), ink.s("Chưa có văn bản"))),
        grant: None,
    }
}

/// The part of a camera's page.
pub(super) fn camera_part(ink: Ink) -> CameraRightsView {
    let line = |act: Act, may, never| ActLine {
        act: act.as_str(),
        word: ink.s(&act.said().vi),
        may,
        never,
        grant: may.then(|| "0198f0c0-0000-7000-8000-000000000001".to_owned()),
        until: may.then_some(now()),
    };
    CameraRightsView {
        code: ink.s("79.760-0001"),
        role: ink.s("Trung tâm điều hành quận, huyện"),
        own_scope: ink.s("camera trên địa bàn"),
        at_home: false,
        acts: vec![
            line(Act::WatchLive, true, false),
            line(Act::Ptz, false, false),
            line(Act::RemoveCameras, false, true),
        ],
        grants: vec![grant(ink, "current")],
        others: Some(vec![grant(ink, "expiring")]),
    }
}

fn choices(ink: Ink) -> RightsChoices {
    let pair = |v: &str, w: &str| (v.to_owned(), ink.s(w));
    RightsChoices {
        acts: Act::ON_CAMERAS.map(|a| (a.as_str().to_owned(), ink.s(&a.said().vi))).to_vec(),
        lists: vec![pair("0198f0c0-0000-7000-8000-000000000009", "Cổng trường (12)")],
        sectors: vec![pair("transport", "Giao thông vận tải")],
        purposes: vec![pair("traffic", "Giao thông")],
        papers: vec![pair("consent", "Văn bản đồng ý")],
        documents: vec![pair("0198f0c0-0000-7000-8000-000000000002", "123/UBND-VX")],
        holders: vec![ink.s("UBND Quận 1 (Q1)")],
        areas: Vec::new(),
        units: Vec::new(),
        own_unit: Some(ink.s("UBND Quận 1")),
        file_mib_max: 20,
    }
}

/// All of them.
pub(super) fn pages(language: Language, theme: Theme, ink: Ink) -> Vec<Page> {
    let at = |here: &str| shell(language, theme, ink, here, true);
    let form = RightsForm {
        acts: vec!["watch_live".into()],
        cameras: ink.s("79-0001"),
        purpose: ink.s("Ngập"),
        ..RightsForm::default()
    };
    let list = SharingView {
        shell: at("/sharing"),
        tab: SharingTab::Grants,
        shares: true,
        waiting: 3,
        filter: SharingFilter { q: ink.s("ngập"), ..SharingFilter::default() },
        acts: vec![("ptz".into(), ink.s("điều khiển camera"))],
        states: vec![("ended".into(), ink.s("Đã kết thúc"))],
        units: vec![ink.s("UBND Quận 1")],
        grants: ["current", "expiring", "awaits_second", "ended"].map(|s| grant(ink, s)).to_vec(),
        requests: ["open", "approved", "refused"].map(|s| request(ink, s)).to_vec(),
        paging: Paging { total: Some(4), from: Some(1), ..Paging::default() },
    };
    let one = GrantView {
        shell: at("/sharing/1"),
        row: grant(ink, "awaits_second"),
        revision: 2,
        confirmed_by: Some(ink.s("Lê Thị Hoa")),
        ended: Some((now(), Some(ink.s("Trần Thị Mai")), ink.s("xong việc"))),
        request: Some("0198f0c0-0000-7000-8000-000000000003".into()),
        via: Some("0198f0c0-0000-7000-8000-000000000004".into()),
        unseen: 2,
        may_end: true,
        may_confirm: true,
        may_give: true,
        faults: vec![fault(ink, "", "Người cấp quyền không thể tự xác nhận quyền do mình cấp.")],
    };
    let asked = RequestView {
        shell: at("/requests/1"),
        row: request(ink, "open"),
        revision: 1,
        cameras: vec![(ink.s("79-0001"), ink.s("Ngã tư"))],
        beyond: true,
        may_decide: true,
        may_withdraw: true,
        form: form.clone(),
        why: String::new(),
        choices: choices(ink),
        asked_acts: vec![("watch_live".into(), ink.s("xem hình trực tiếp"))],
        faults: vec![fault(ink, "until", "Ngày kết thúc phải ở sau hiện tại.")],
    };
    let give = RightsFormView {
        shell: at("/sharing/new"),
        asks: false,
        form,
        choices: choices(ink),
        faults: vec![fault(ink, "holder", "Không có tài khoản hay đơn vị nào như vậy.")],
    };
    let preset = |role: Role| PresetTable {
        role: role.as_str(),
        name: ink.s(&role.said().vi),
        article: presets::of(role).article.to_owned(),
        own_scope: ink.s(&presets::of(role).home.said().vi),
        must_end: presets::of(role).must_end,
        on_cameras: Act::ON_CAMERAS
            .map(|a| {
                (
                    a.article().unwrap_or("–").to_owned(),
                    ink.s(&a.said().vi),
                    Kind::ALL.map(|k| rights_table::cell(role, a, k)).to_vec(),
                )
            })
            .to_vec(),
        on_node: vec![("12.3".into(), ink.s("quản lý tài khoản"), true)],
    };
    let table = RightsTableView {
        shell: at("/sharing/table"),
        kinds: Kind::ALL.map(|k| ink.s(&k.said().vi)).to_vec(),
        presets: [Role::DistrictCentre, Role::Inspector].map(preset).to_vec(),
    };
    vec![
        ("sharing", templates::sharing_page(&list)),
        (
            "sharing-empty",
            templates::sharing_page(&SharingView { grants: vec![], filter: SharingFilter::default(), ..list.clone() }),
        ),
        ("requests-to-decide", templates::sharing_page(&SharingView { tab: SharingTab::ToDecide, ..list.clone() })),
        (
            "requests-mine-empty",
            templates::sharing_page(&SharingView { tab: SharingTab::Mine, requests: vec![], ..list }),
        ),
        ("grant", templates::grant_page(&one)),
        ("request", templates::request_page(&asked)),
        ("rights-ask", templates::rights_form_page(&RightsFormView { asks: true, ..give.clone() })),
        ("rights-give", templates::rights_form_page(&give)),
        ("rights-table", templates::rights_table_page(&table)),
    ]
    .into_iter()
    .chain(lists(language, theme, ink))
    .collect()
}

/// Saved lists of cameras.
fn lists(language: Language, theme: Theme, ink: Ink) -> Vec<Page> {
    let at = |here: &str| shell(language, theme, ink, here, true);
    let row = |unit: bool| CameraListRow {
        id: "0198f0c0-0000-7000-8000-000000000009".into(),
        name: ink.s("Cổng trường"),
        unit: unit.then(|| ink.s("UBND Quận 1")),
        cameras: 12,
        resting: 2,
        changed_at: before(90),
    };
    let index = CameraListsView {
        shell: at("/sharing/lists"),
        waiting: 3,
        q: ink.s("trường"),
        rows: vec![row(true), row(false)],
        paging: Paging { total: Some(2), from: Some(1), ..Paging::default() },
    };
    let new = CameraListNewView {
        shell: at("/sharing/lists/new"),
        form: CameraListForm { name: ink.s("Chợ"), cameras: ink.s("79-0001"), ..CameraListForm::default() },
        lists: vec![("0198f0c0-0000-7000-8000-000000000009".into(), ink.s("Cổng trường"))],
        faults: vec![
            fault(ink, "name", "Đã có danh sách “Chợ”."),
            fault(ink, "cameras", "Không có camera nào có mã 79-9."),
        ],
    };
    let one = CameraListView {
        shell: at("/sharing/lists/1"),
        row: row(true),
        made_by: ink.s("Trần Thị Mai"),
        made_at: before(900),
        revision: 4,
        form: CameraListForm { name: ink.s("Cổng trường"), ..CameraListForm::default() },
        cameras: vec![("0198f0c0-0000-7000-8000-00000000000a".into(), ink.s("79-0001"), ink.s("Trường Lê Lợi"))],
        resting: vec![RestingGrant { row: grant(ink, "current"), later: 4 }],
        faults: vec![fault(ink, "", "Còn 2 quyền được cấp theo danh sách này.")],
    };
    vec![
        ("camera-lists", templates::camera_lists_page(&index)),
        (
            "camera-lists-empty",
            templates::camera_lists_page(&CameraListsView { q: String::new(), rows: vec![], ..index }),
        ),
        ("camera-list-new", templates::camera_list_new_page(&new)),
        ("camera-list", templates::camera_list_page(&one)),
        (
            "camera-list-empty",
            templates::camera_list_page(&CameraListView { cameras: vec![], resting: vec![], faults: vec![], ..one }),
        ),
    ]
}
