//! Every page with sample data: once as in an office, once with hostile text in every place where text can stand.

mod access;
mod finding;
mod sharing;

use base::{Language, StreamKind, WallTime};
use finding::{camera_filter, filter_choices};
use std::time::Duration;
use templates::views::*;

/// Everything that could break out of text or of an attribute.
pub const HOSTILE: &str = r#"<script>alert(1)</script>'"&amp;</title><img src=x onerror=alert(2)>"#;

fn now() -> WallTime {
    WallTime::parse_rfc3339("2026-11-24T01:46:40Z").expect("RFC 3339")
}

fn before(seconds: u64) -> WallTime {
    now().minus(Duration::from_secs(seconds))
}

/// Text of the sample, or the hostile one in its place.
#[derive(Clone, Copy)]
pub struct Ink(pub bool);

impl Ink {
    fn s(self, text: &str) -> String {
        if self.0 { HOSTILE.into() } else { text.into() }
    }
    fn o(self, text: &str) -> Option<String> {
        Some(self.s(text))
    }
}

pub fn shell(language: Language, theme: Theme, ink: Ink, here: &str, signed_in: bool) -> Shell {
    Shell {
        language,
        theme,
        csrf: ink.s("csrf-token"),
        node_name: ink.s("Phường Sài Gòn"),
        person: signed_in.then(|| Person {
            name: ink.s("tran.thi.mai"),
            display_name: ink.s("Trần Thị Mai"),
            role: Role::Administrator,
            edits_cameras: true,
            shares: true,
            reads_audit: true,
            manages_accounts: true,
            manages_node: true,
            manages_registers: true,
        }),
        here: ink.s(here),
        flash: None,
        notices: access::notices(ink, signed_in),
        watermark: signed_in.then(|| ink.s("Trần Thị Mai · UBND phường")),
        now: now(),
    }
}

fn facts(ink: Ink, main: bool) -> PictureFacts {
    PictureFacts {
        codec: ink.s("H.264"),
        width: if main { 1920 } else { 640 },
        height: if main { 1080 } else { 360 },
        fps: Some(25.0),
        key_frame_s: Some(2.0),
        kbit_s: Some(if main { 4_120.0 } else { 512.4 }),
    }
}

fn state(ink: Ink, stream: StreamKind, phase: Phase) -> StreamStatus {
    let waiting = phase == Phase::Waiting;
    StreamStatus {
        stream,
        phase,
        since: Some(before(if waiting { 312 } else { 86_520 })),
        reason: waiting.then(|| {
            ink.s("Camera không trả lời. Kiểm tra nguồn điện và đường truyền tới camera, hoặc địa chỉ có đổi không.")
        }),
        next_attempt: waiting.then(|| now().plus(Duration::from_secs(14))),
        attempts: 9,
        facts: Some(facts(ink, stream == StreamKind::Main)),
        viewers: 3,
    }
}

fn rows(ink: Ink) -> Vec<CameraRow> {
    [
        ("79.760-0001", "Ngã tư Nguyễn Huệ – Lê Lợi", "Bến Nghé", "Công an phường", Phase::Live),
        (
            "79.760-0002",
            "Cổng chợ Bến Thành, hướng quảng trường Quách Thị Trang",
            "Bến Thành",
            "Ban quản lý chợ",
            Phase::Live,
        ),
        ("79.760-0003", "Cầu Mống – thước nước rạch Bến Nghé", "Bến Nghé", "Trung tâm chống ngập", Phase::Waiting),
        ("79.760-0004", "Trường THCS Võ Trường Toản, cổng chính", "Bến Nghé", "Phòng Giáo dục", Phase::Connecting),
        ("79.760-0005", "Công viên 23/9, lối vào phía bắc", "Phạm Ngũ Lão", "Công viên cây xanh", Phase::Live),
        ("79.760-0006", "Bến xe buýt Hàm Nghi", "Bến Thành", "Công an phường", Phase::Unknown),
    ]
    .into_iter()
    .map(|(code, name, area, unit, phase)| CameraRow {
        id: ink.s("0193-camera"),
        purposes: vec![ink.s("Giao thông"), ink.s("An ninh")],
        place: ink.o("Đường phố"),
        height: ink.o("4,5 m · 3–5 m"),
        device: ink.o("Hãng Máy"),
        completeness: 72,
        changed_at: now(),
        code: ink.s(code),
        name: ink.s(name),
        area: ink.o(area),
        unit: if phase == Phase::Unknown { None } else { ink.o(unit) },
        status: state(ink, StreamKind::Main, phase),
    })
    .collect()
}

fn fault(ink: Ink, field: &str, text: &str) -> FieldFault {
    FieldFault { field: field.into(), text: ink.s(text) }
}

/// A page: its name, its HTML.
pub type Page = (&'static str, String);

/// Every page, in some of its moods.
pub fn pages(language: Language, theme: Theme, ink: Ink) -> Vec<Page> {
    let at = |here: &str, signed_in| shell(language, theme, ink, here, signed_in);
    let rules = PasswordRules { length_min: 10, age_days_max: Some(180) };
    let strings = |list: &[&str]| list.iter().map(|s| ink.s(s)).collect::<Vec<_>>();
    let (areas, units) = (strings(&["Bến Nghé", "Bến Thành"]), strings(&["Công an phường", "Ban quản lý chợ"]));
    let mut flashed = at("/cameras?state=waiting", true);
    flashed.flash = Some(Flash { good: true, text: ink.s("Đã thêm camera 79.760-0006.") });
    let address = AddressForm {
        main_url: ink.s("rtsp://10.20.3.14:554/Streaming/Channels/101"),
        sub_url: String::new(),
        username: ink.s("viewer"),
        udp: false,
    };
    let details = DetailsForm {
        name: ink.s("Ngã tư Nguyễn Huệ – Lê Lợi"),
        code: ink.s("79.760-0001"),
        area: ink.s("Bến Nghé"),
        unit: ink.s("Công an phường"),
    };
    let probed = |main: bool| ProbedStreamView {
        url: ink.s(if main {
            "rtsp://10.20.3.14:554/Streaming/Channels/101"
        } else {
            "rtsp://10.20.3.14:554/Streaming/Channels/102"
        }),
        supported: true,
        facts: PictureFacts { key_frame_s: if main { None } else { Some(2.0) }, ..facts(ink, main) },
        key_frame_s_min: main.then_some(4.3),
        audio: strings(&["PCMU"]),
        clock_difference_ms: main.then_some(-7_400),
    };
    let add = AddCameraView {
        shell: at("/cameras/add", true),
        address: AddressForm::default(),
        probe: None,
        draft: None,
        details: DetailsForm::default(),
        record: record(ink),
        code_suggestion: ink.s("79.760-0007"),
        areas: areas.clone(),
        units: units.clone(),
        faults: vec![],
        networks: strings(&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]),
    };
    let camera = CameraView {
        shell: at("/cameras/79.760-0001", true),
        id: ink.s("0193"),
        code: ink.s("79.760-0001"),
        name: ink.s("Ngã tư Nguyễn Huệ – Lê Lợi"),
        area: ink.o("Bến Nghé"),
        unit: ink.o("Công an phường"),
        main_url: Some(address.main_url.clone()),
        sub_url: ink.o("rtsp://10.20.3.14:554/Streaming/Channels/102"),
        password_kept: true,
        udp: false,
        created_at: before(8_640_000),
        changed_at: before(4_000),
        streams: vec![state(ink, StreamKind::Main, Phase::Live), state(ink, StreamKind::Sub, Phase::Waiting)],
        may_watch: true,
        record: record(ink),
        edit: Some(EditCameraForm {
            details: details.clone(),
            address: address.clone(),
            revision: 4,
            areas: areas.clone(),
            units: units.clone(),
        }),
        rights: sharing::camera_part(ink),
        faults: vec![],
    };
    let mut out = vec![
        ("setup", templates::setup_page(&SetupView {
            shell: Shell { node_name: String::new(), ..at("/setup", false) },
            token: ink.s("0123456789abcdef"),
            account: ink.s("Mai"),
            display_name: ink.s("Trần Thị Mai"),
            node_name: ink.s("Phường Sài Gòn"),
            area: ink.s("79.760"),
            language,
            faults: vec![fault(ink, "account", "Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số, dấu chấm và gạch nối.")],
            password: rules,
        })),
        ("sign-in", templates::sign_in_page(&SignInView {
            shell: at("/sign-in", false),
            name: String::new(),
            next: ink.s("/live"),
            fault: None,
            wait_s: None,
        })),
        ("sign-in-refused", templates::sign_in_page(&SignInView {
            shell: at("/sign-in", false),
            name: ink.s("tran.thi.mai"),
            next: ink.s("/live"),
            fault: ink.o("Tên đăng nhập hoặc mật khẩu không đúng."),
            wait_s: Some(8),
        })),
        ("live", templates::live_page(&LiveView {
            shell: at("/live", true),
            grid: None,
            tiles: if ink.0 { strings(&["a"]) } else { vec![] },
            cameras_total: 8,
            account_key: ink.s("0193-account"),
            snapshots: true,
            wall: false,
        })),
        ("live-wall", templates::live_page(&LiveView {
            shell: at("/live?wall=1", true),
            grid: Some(6),
            tiles: vec![],
            cameras_total: 8,
            account_key: ink.s("0193-account"),
            wall: true,
            snapshots: false,
        })),
        ("live-empty", templates::live_page(&LiveView {
            shell: at("/live", true),
            grid: Some(4),
            tiles: vec![],
            cameras_total: 0,
            account_key: ink.s("0193-account"),
            snapshots: true,
            wall: false,
        })),
        ("cameras", templates::cameras_page(&CamerasView {
            shell: flashed,
            filter: camera_filter(ink),
            choices: filter_choices(ink),
            columns: CAMERA_COLUMNS.to_vec(),
            rows: rows(ink),
            paging: Paging { total: Some(10_000), from: Some(51), first: ink.o("/cameras"), previous: ink.o("/cameras?page=1"), next: ink.o("/cameras?page=3") },
            cameras_total: 10_412,
            fault: None,
        })),
        ("cameras-fault", templates::cameras_page(&CamerasView {
            shell: at("/cameras?bbox=x", true),
            filter: CameraFilter::default(),
            choices: FilterChoices::default(),
            columns: CAMERA_COLUMNS_USUAL.to_vec(),
            rows: vec![],
            paging: Paging::default(),
            cameras_total: 3,
            fault: ink.o("bbox …"),
        })),
        ("map", templates::map_page(&MapView {
            shell: at("/map", true),
            filter: camera_filter(ink),
            choices: filter_choices(ink),
            bases: vec![(ink.s("/maps/quan-1.pmtiles"), ink.s("quan-1"))],
            outlines: ink.o("/maps/areas.geojson"),
            cameras_total: 12,
            fault: ink.o("within …"),
        })),
        ("search", templates::search_page(&SearchView {
            shell: at("/search?q=ben", true),
            q: ink.s("ben"),
            hits: HitKind::ALL
                .map(|kind| Hit {
                    kind,
                    id: ink.s("0193-hit"),
                    code: ink.s("79.760-0001"),
                    name: ink.s("Bến Cũ"),
                    about: ink.s("Địa bàn"),
                    href: ink.s("/cameras/1"),
                    score: 1,
                })
                .to_vec(),
            cameras_total: 40,
            meant: ink.o("bến"),
        })),
        ("cameras-empty", templates::cameras_page(&CamerasView {
            shell: at("/cameras", true),
            filter: CameraFilter::default(),
            choices: FilterChoices::default(),
            columns: vec![],
            rows: vec![],
            paging: Paging::default(),
            cameras_total: 0,
            fault: None,
        })),
        ("add", templates::add_camera_page(&add)),
        ("add-refused", templates::add_camera_page(&AddCameraView {
            address: address.clone(),
            probe: Some(ProbeView {
                main: Err(ink.s("Camera từ chối tên người dùng hoặc mật khẩu. Hãy nhập lại; nhiều camera khóa tài khoản sau vài lần sai.")),
                sub: None,
                server: ink.o("Hikvision"),
                took_ms: 412,
            }),
            faults: vec![fault(ink, "password", "Camera không chấp nhận mật khẩu này.")],
            ..add.clone()
        })),
        ("add-found", templates::add_camera_page(&AddCameraView {
            address: address.clone(),
            probe: Some(ProbeView { main: Ok(probed(true)), sub: Some(Ok(probed(false))), server: ink.o("GStreamer RTSP server"), took_ms: 2_740 }),
            draft: ink.o("draft"),
            details: details.clone(),
            ..add
        })),
        ("camera", templates::camera_page(&camera)),
        ("camera-refused", templates::camera_page(&CameraView {
            faults: vec![fault(ink, "main_url", "Địa chỉ phải bắt đầu bằng rtsp://"), fault(ink, "confirm_name", "Tên chưa khớp.")],
            may_watch: false,
            ..camera
        })),
    ];
    out.extend(office(language, theme, ink, rules));
    out.extend(access::pages(language, theme, ink));
    out.extend(sharing::pages(language, theme, ink));
    out
}

fn office(language: Language, theme: Theme, ink: Ink, rules: PasswordRules) -> Vec<Page> {
    let at = |here: &str| shell(language, theme, ink, here, true);
    let entry = |seq: u64, act: &str, good: bool, subject: Option<&str>, facts: &[(&str, &str)]| AuditRow {
        seq,
        at: before((12_900 - seq) * 67),
        actor: ink.s("Trần Thị Mai"),
        act: ink.s(act),
        good,
        subjects: subject
            .map(|s| AuditSubject {
                kind: ink.s("camera"),
                id: ink.s("0199"),
                name: ink.s(s),
                href: Some(ink.s("/cameras/79.760-0001")),
            })
            .into_iter()
            .chain([AuditSubject {
                kind: ink.s("unit"), id: ink.s("7"), name: ink.s("Công an phường"), href: None
            }])
            .collect(),
        changes: vec![
            AuditChange { field: ink.s("name"), old: ink.o("Chợ cũ"), new: ink.o("Chợ Bến Thành") },
            AuditChange { field: ink.s("unit"), old: None, new: ink.o("Công an phường") },
            AuditChange { field: ink.s("sub_url"), old: ink.o("rtsp://10.0.0.1/2"), new: None },
            AuditChange { field: ink.s("password"), old: None, new: None },
        ],
        facts: facts.iter().map(|(a, b)| (ink.s(a), ink.s(b))).collect(),
        address: ink.o("10.20.1.77"),
        prev_hash: ink.s("77aa0a4be1"),
        hash: ink.s("9f2c0a4be1"),
    };
    let checkpoint = CheckpointRow {
        size: 12_800,
        at: before(90),
        root: ink.s("c3e89f2c0a4be1d07a55c3e89f2c0a4be1d07a55c3e89f2c0a4be1d07a55c3e8"),
        signed_by: ink.o("5e1d77aa0a4be19f2c"),
        countersigned_by: vec![],
    };
    let audit = AuditView {
        shell: at("/audit"),
        filter: AuditFilter {
            who: ink.s(""),
            act: ink.s("view.began"),
            from: "2026-11-01".into(),
            ..AuditFilter::default()
        },
        acts: ["sign_in.ok", "view.began", "camera.added"].iter().map(|a| ink.s(a)).collect(),
        rows: vec![
            entry(12_873, "view.began", true, Some("Ngã tư Nguyễn Huệ – Lê Lợi"), &[("stream", "main")]),
            entry(12_872, "sign_in.failed", false, None, &[("reason", "sai mật khẩu"), ("agent", "Firefox 145")]),
            entry(
                12_871,
                "camera.added",
                true,
                Some("Cầu Mống – thước nước"),
                &[("code", "79.760-0003"), ("unit", "Trung tâm chống ngập")],
            ),
            entry(
                12_870,
                "view.ended",
                true,
                Some("Bến xe buýt Hàm Nghi"),
                &[("duration_s", "418"), ("reason", "người xem rời trang")],
            ),
            entry(12_869, "sign_in.ok", true, None, &[("agent", "Chrome 142")]),
        ],
        paging: Paging { total: None, from: None, first: None, previous: None, next: ink.o("/audit?before=12869") },
        chain: Some(ChainView {
            whole: true,
            entries: 12_873,
            archived: 0,
            checkpoints: 41,
            signed: Some((12_800, ink.s("5e1d77aa0a4be19f2c"))),
            broken_at: None,
            said: None,
            head: ink.s("9f2c0a4be1d07a55c3e8"),
            at: before(2),
        }),
        looked_at: None,
        checkpoint: Some(checkpoint.clone()),
        exports: true,
        faults: vec![],
    };
    let checkpoints = CheckpointsView {
        shell: at("/audit/checkpoints"),
        fingerprint: ink.o("5e1d77aa0a4be19f2c5e1d77aa0a4be19f2c5e1d77aa0a4be19f2c5e1d77aa0a4b"),
        rows: vec![
            checkpoint.clone(),
            CheckpointRow {
                size: 12_001,
                signed_by: None,
                countersigned_by: vec![ink.s("Trung tâm TP")],
                ..checkpoint
            },
        ],
        paging: Paging {
            total: None,
            from: None,
            first: None,
            previous: None,
            next: ink.o("/audit/checkpoints?before=9"),
        },
        keeping: KeepingView {
            months: Some(120),
            before: ink.o("01/11/2016"),
            next: Some((1, 9_000, Some(before(9_000_000)), Some(before(8_000_000)))),
            oldest: Some((1, before(9_000_000))),
            archives: vec![(ink.s("nhat-ky-000000000001-000000009000.jsonl"), 1_234_567)],
        },
        exports: true,
    };
    let account = AccountView {
        shell: at("/account"),
        display_name: ink.s("Trần Thị Mai"),
        language,
        theme,
        password_changed_at: before(3_000_000),
        must_change_password: false,
        password: rules,
        sign_ins: [true, false]
            .map(|current| SignInRow {
                id: ink.s("s1"),
                current,
                began_at: before(9_000),
                used_at: before(if current { 2 } else { 5_400 }),
                address: ink.s("10.20.1.77"),
                agent: ink.s("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
            })
            .to_vec(),
        tokens: vec![TokenRow {
            id: ink.s("t1"),
            label: ink.s("Màn hình trung tâm điều hành"),
            created_at: before(1_000_000),
            expires_at: Some(now().plus(Duration::from_secs(6_000_000))),
            used_at: Some(before(12)),
            limit: vec![ink.s("xem danh mục camera"), ink.s("10.0.0.0/8")],
        }],
        token_form: access::token_form(ink),
        due: ink.o("Mật khẩu quản trị phải đổi sau mỗi 90 ngày (Điều 12, khoản 2 và 3)."),
        second_factor_since: None,
        second_factor_required: true,
        history: access::history(ink),
        history_days: 90,
        token_once: ink.o("mlt_5f3c9a0d7e1b42c8a6f0e9d3b7c15a284f6e0d9c3b8a7162"),
        may_issue_tokens: true,
        faults: vec![],
    };
    vec![
        (
            "audit-broken",
            templates::audit_page(&AuditView {
                chain: Some(ChainView {
                    whole: false,
                    entries: 12_873,
                    archived: 9_000,
                    checkpoints: 3,
                    signed: None,
                    broken_at: Some(8_120),
                    said: ink.o("Mã băm của mục 8120 không khớp với nội dung."),
                    head: ink.s("9f2c"),
                    at: before(2),
                }),
                rows: vec![],
                ..audit.clone()
            }),
        ),
        (
            "audit-bound",
            templates::audit_page(&AuditView {
                rows: vec![],
                looked_at: Some((5_000, Some(before(9_000)))),
                ..audit.clone()
            }),
        ),
        ("audit", templates::audit_page(&audit)),
        ("audit-checkpoints", templates::checkpoints_page(&checkpoints)),
        (
            "account-must-change",
            templates::account_page(&AccountView {
                must_change_password: true,
                token_once: None,
                tokens: vec![],
                faults: vec![
                    fault(ink, "password", "Mật khẩu này dễ đoán. Hãy thêm vài từ không liên quan."),
                    fault(ink, "", "Chưa đổi được mật khẩu."),
                ],
                ..account.clone()
            }),
        ),
        ("account", templates::account_page(&account)),
        (
            "node",
            templates::node_page(&NodeView {
                shell: at("/node"),
                name: ink.s("Phường Sài Gòn"),
                area: ink.s("79.760"),
                language,
                networks: ["10.0.0.0/8", "192.168.0.0/16"].iter().map(|n| ink.s(n)).collect(),
                config_file: ink.o("/etc/matluoi/node.toml"),
                facts: vec![
                    (ink.s("Phiên bản"), ink.s("0.1.0")),
                    (ink.s("Thư mục dữ liệu"), ink.s("/var/lib/matluoi")),
                ],
                faults: vec![],
            }),
        ),
        (
            "refusal",
            templates::refusal_page(&RefusalView {
                shell: at("/cameras/79.760-0001"),
                status: 403,
                said: ink.s("Vai trò Người xem không được sửa camera."),
                article: ink.o("7.2"),
                who_can_help: ink.o("Người quản trị nút: Trần Thị Mai"),
                next: vec![(ink.s("Xem danh mục"), ink.s("/cameras"))],
            }),
        ),
        (
            "not-found",
            templates::refusal_page(&RefusalView {
                shell: shell(language, theme, ink, "/x", false),
                status: 404,
                said: ink.s("Không có trang này."),
                article: None,
                who_can_help: None,
                next: vec![],
            }),
        ),
    ]
}

/// A camera's record with something in every part.
fn record(ink: Ink) -> RecordView {
    let fact = |name, label: &str, value: &str, input| FactField {
        name,
        label: label.to_owned(),
        value: ink.s(value),
        shown: ink.s(value),
        input,
    };
    RecordView {
        facts: vec![
            fact("address", "Địa chỉ lắp đặt", "12 Nguyễn Huệ", FactInput::Line),
            fact("height_m", "Độ cao", "6", FactInput::Number("m")),
            fact("note", "Ghi chú", "Cạnh trạm biến áp", FactInput::Remark),
        ],
        missing: vec![("position".to_owned(), ink.s("Vị trí"))],
        percent: 40,
        advice: ink.o("Mục đích không phù hợp với lớp độ cao."),
        documents: vec![DocumentRow {
            id: ink.s("0195"),
            kind: ink.s("Văn bản đồng thuận"),
            number: ink.s("12/UBND"),
            date: None,
            issuer: ink.s("UBND phường"),
            title: ink.s("Về vị trí lắp đặt"),
            file: Some((ink.s("van-ban.pdf"), 120_000)),
            withdrawn: false,
        }],
        history: vec![RecordChange {
            at: now(),
            who: ink.s("mai"),
            act: ink.s("Sửa camera"),
            changes: vec![(ink.s("Tên"), Some(ink.s("Cũ")), Some(ink.s("Mới")))],
            reason: Some(ink.s("Đổi tên đường")),
            happened_on: None,
        }],
        ..RecordView::default()
    }
}
