//! Samples of the pages of access.

use super::{Ink, Page, before, now, shell};
use base::Language;
use std::time::Duration;
use templates::views::*;

pub fn notices(ink: Ink, signed_in: bool) -> Vec<Notice> {
    if !signed_in {
        return vec![];
    }
    vec![
        Notice {
            text: ink.s("Tài khoản của bạn vừa được đăng nhập từ một mạng mới: 192.0.2.9"),
            link: None,
            urgent: true,
            seen: Some(("/account/sign-in-seen".into(), ink.s("Đúng là tôi"))),
        },
        Notice {
            text: ink.s("“Rà soát quý IV”: còn 4 tài khoản chờ bạn xác nhận"),
            link: Some(("/reviews/1".into(), ink.s("Rà soát"))),
            urgent: false,
            seen: None,
        },
    ]
}

pub fn token_form(ink: Ink) -> TokenForm {
    TokenForm {
        days_default: 90,
        days_max: 366,
        acts: vec![
            ("see_catalogue".into(), ink.s("xem danh mục camera")),
            ("watch_live".into(), ink.s("xem hình trực tiếp")),
        ],
    }
}

pub fn history(ink: Ink) -> Vec<SignInEventRow> {
    [(true, "", true), (false, "wrong_password", false), (false, "of a newer release", false)]
        .map(|(ok, reason, new_network)| SignInEventRow {
            at: before(9_000),
            ok,
            reason: if ok { String::new() } else { ink.s(reason) },
            address: ink.s("192.0.2.9"),
            agent: ink.s("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
            second_factor: ok,
            new_network,
        })
        .to_vec()
}

fn form(ink: Ink) -> AddAccountForm {
    AddAccountForm {
        name: ink.s("le.van.an"),
        display_name: ink.s("Lê Văn An"),
        role: Role::Unit,
        service: false,
        unit: ink.s("Công an phường"),
        title: ink.s("Trưởng ca"),
        phone: ink.s("0912 345 678"),
        email: ink.s("an@q1.gov.vn"),
    }
}

fn row(ink: Ink, id: &str, name: &str, role: Role, n: u8) -> AccountRow {
    AccountRow {
        id: ink.s(id),
        name: ink.s(name),
        display_name: ink.s("Lê Văn Hùng"),
        role,
        service: n == 2,
        unit: if n == 0 { String::new() } else { ink.s("Công an phường") },
        title: ink.s("Trưởng ca"),
        phone: ink.s("0912 345 678"),
        email: ink.s("an@q1.gov.vn"),
        disabled_at: (n == 3).then(|| before(90_000)),
        must_change_password: n == 1,
        used_at: (n != 1).then(|| before(700)),
        idle: n == 2,
        second_factor: n == 0,
        created_at: before(9_000_000),
        own: n == 0,
        revision: 3,
    }
}

fn review(ink: Ink, days_left: i64, closed: bool) -> ReviewRow {
    ReviewRow {
        id: "r1".into(),
        name: ink.s("Rà soát tài khoản quý IV/2026"),
        started_at: before(900_000),
        started_by: ink.s("tran.thi.mai"),
        due: "31/12/2026".into(),
        days_left,
        closed: closed.then(|| (before(60), ink.s("tran.thi.mai"), ink.s("Đã hoàn tất, 1 tài khoản kết thúc."))),
        all: 4,
        kept: 1,
        ended: 1,
        own_waiting: if closed { 0 } else { 2 },
        disables: true,
        reminders: vec![("24/12/2026".into(), 7, 3)],
        revision: 2,
    }
}

fn units(ink: Ink) -> Vec<ReviewUnit> {
    let line = |account: &str, keep: Option<bool>| ReviewLineRow {
        account: account.into(),
        name: ink.s("le.van.an"),
        display_name: ink.s("Lê Văn An"),
        role: Role::Unit,
        service: false,
        title: ink.s("Trưởng ca"),
        last_sign_in_at: Some(before(90_000)),
        reviewer: ink.s("Nguyễn Đầu Mối"),
        answer: keep.map(|keep| ReviewAnswer {
            keep,
            reason: ink.s("đã chuyển công tác"),
            at: before(600),
            by: ink.s("Nguyễn Đầu Mối"),
            in_place: !keep,
        }),
        disabled_at_close: false,
        answerable: true,
    };
    vec![
        ReviewUnit {
            name: ink.s("Công an phường"),
            lines: vec![line("1", Some(true)), line("2", Some(false)), line("3", None)],
        },
        ReviewUnit { name: String::new(), lines: vec![line("4", None)] },
    ]
}

pub fn pages(language: Language, theme: Theme, ink: Ink) -> Vec<Page> {
    let at = |here: &str| shell(language, theme, ink, here, true);
    let factor = SecondFactorView {
        shell: at("/account/second-factor"),
        since: None,
        required: true,
        due_from: Some(now().plus(Duration::from_secs(900_000))),
        overdue: false,
        recovery_left: 0,
        enrolment: Some(EnrolmentView {
            uri: "otpauth://totp/Qu%E1%BA%ADn%201:lan?secret=JBSWY3DPEHPK3PXP&issuer=Qu%E1%BA%ADn%201".into(),
            secret: ink.s("JBSW Y3DP EHPK 3PXP"),
        }),
        codes_once: vec![],
        faults: vec![FieldFault { field: "code".into(), text: ink.s("Mã không đúng hoặc đã được dùng.") }],
    };
    let accounts = AccountsView {
        shell: at("/accounts"),
        filter: AccountsFilter { q: ink.s("hung"), unit: ink.s("Công an"), ..AccountsFilter::default() },
        rows: (0..4).map(|n| row(ink, &format!("{n}"), "le.van.hung", Role::ALL[usize::from(n)], n)).collect(),
        total: 1_204,
        paging: Paging { next: Some("/accounts?cursor=4".into()), ..Paging::default() },
        counts: [12, 1_100, 40],
        idle_days: 90,
        export_href: "/accounts/export.csv".into(),
        add: form(ink),
        roles: Role::ALL.to_vec(),
        faults: vec![FieldFault { field: "phone".into(), text: ink.s("Số điện thoại chưa đúng.") }],
        password_once: Some((ink.s("Phạm Minh"), ink.s("cau-mong-xanh-4821"))),
        units: vec![ink.s("Công an phường")],
        runs_node: true,
    };
    let one = OneAccountView {
        shell: at("/accounts/1"),
        row: row(ink, "1", "le.van.an", Role::Unit, 2),
        form: form(ink),
        roles: Role::ALL.to_vec(),
        units: vec![ink.s("Công an phường")],
        tokens: vec![],
        token_form: token_form(ink),
        token_once: Some(ink.s("mlt_5f3c9a0d7e1b42c8")),
        password_once: Some(ink.s("cau-mong-xanh-4821")),
        history: history(ink),
        history_days: 90,
        faults: vec![FieldFault { field: "email".into(), text: ink.s("Thư điện tử có dạng ten@donvi.vn.") }],
    };
    let person = OneAccountView {
        row: AccountRow { second_factor: true, ..row(ink, "1", "le.van.an", Role::Unit, 1) },
        faults: vec![],
        ..one.clone()
    };
    let networks = NetworksView {
        shell: at("/sign-in-networks"),
        version: 2,
        everyone: ink.s("10.0.0.0/8"),
        roles: Role::ALL
            .into_iter()
            .map(|r| (r, ink.s(if r == Role::Administrator { "10.9.0.0/16" } else { "" })))
            .collect(),
        reason: ink.s("Chỉ mạng nội bộ"),
        own_address: ink.s("10.20.1.77"),
        preview: Some(false),
        history: vec![NetworksRow {
            version: 2,
            since: before(90_000),
            by: ink.s("tran.thi.mai"),
            reason: ink.s("Chỉ mạng nội bộ"),
            everyone: ink.s("10.0.0.0/8"),
            roles: vec![(Role::Administrator, ink.s("10.9.0.0/16"))],
        }],
        faults: vec![FieldFault { field: "reason".into(), text: ink.s("Hãy ghi lý do.") }],
    };
    let reviews = ReviewsView {
        shell: at("/reviews"),
        rows: vec![review(ink, 5, false), review(ink, -3, false), review(ink, 0, false), review(ink, -9, true)],
        runs: true,
        covered: (128, 3),
        form: ReviewForm { name: ink.s("Quý IV"), due: "2026-12-31".into(), ..ReviewForm::default() },
        units: vec![ink.s("Công an phường")],
        faults: vec![FieldFault {
            field: "due".into(), text: ink.s("Hạn trả lời phải từ hôm nay trở đi.")
        }],
    };
    let one_review = ReviewView {
        shell: at("/reviews/r1"),
        review: review(ink, 5, false),
        show: String::new(),
        units: units(ink),
        runs: true,
        refused: Some(("3".into(), ink.s("vì"))),
        faults: vec![FieldFault { field: "reason".into(), text: ink.s("Hãy ghi lý do.") }],
    };
    let closed = ReviewView { review: review(ink, -9, true), refused: None, faults: vec![], ..one_review.clone() };
    vec![
        (
            "sign-in-code",
            templates::sign_in_code_page(&SignInCodeView {
                shell: shell(language, theme, ink, "/sign-in/code", false),
                next: ink.s("/live"),
                fault: Some(ink.s("Mã không đúng.")),
                wait_s: Some(5),
            }),
        ),
        ("second-factor", templates::second_factor_page(&factor)),
        (
            "second-factor-set",
            templates::second_factor_page(&SecondFactorView {
                since: Some(before(900)),
                required: false,
                due_from: None,
                recovery_left: 9,
                enrolment: None,
                codes_once: vec![ink.s("abcd-efgh-jkmn-pqrs"), ink.s("tuvw-xyz2-3456-789a")],
                faults: vec![],
                ..factor
            }),
        ),
        ("accounts", templates::accounts_page(&accounts)),
        ("account-one", templates::one_account_page(&one)),
        ("account-person", templates::one_account_page(&person)),
        ("networks", templates::networks_page(&networks)),
        ("reviews", templates::reviews_page(&reviews)),
        (
            "reviews-none",
            templates::reviews_page(&ReviewsView { rows: vec![], runs: false, faults: vec![], ..reviews.clone() }),
        ),
        ("review", templates::review_page(&one_review)),
        ("review-closed", templates::review_page(&closed)),
        ("review-print", templates::review_print_page(&closed)),
    ]
}
