//! The records of access as they were first stored: accounts of units and services, limited tokens, second factors, the
//! history of sign-ins, networks, reviews. As `golden`: files are only added to.

use super::NOW;
use super::golden::{account, reads};
use crate::Record;
use base::{LoginSessionId, ReviewId, TokenId, UnitId};
use domain::account::StrangeSignIn;
use domain::network::RoleNetworks;
use domain::review::{Answer, Reminder, ReviewClosed, ReviewScope, Unanswered, Verdict};
use domain::sign_in::Seen;
use domain::{
    Account, AccountKind, Act, Extra, Known, LoginSession, PasswordRecord, Review, ReviewLine, Role, Scope,
    SecondFactor, SignInEvent, SignInNetworks, Token, TokenLimit, TokenUse,
};

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!("../golden/", $name))
    };
}

fn unit() -> UnitId {
    UnitId::from_bytes([9; 16])
}

#[test]
fn accounts_and_their_keys() {
    let mut person = Account::new(account(), "an".into(), "Lê Văn An".into(), Role::Unit, NOW);
    person.kind = AccountKind::Service;
    person.unit_id = Some(unit());
    person.title = Some("Trưởng ca".into());
    person.phone = Some("0912 345 678".into());
    person.email = Some("an@q1.gov.vn".into());
    person.role_since = Some(NOW);
    person.second_factor_since = Some(NOW);
    person.strange_sign_in = Some(StrangeSignIn { at: NOW, address: "192.0.2.9".into() });
    person.revision = 3;
    reads(golden!("account_2.json"), &person);
    let password = PasswordRecord::new(account(), "$argon2id$1".into()).renewed("$argon2id$2".into(), 5);
    reads(golden!("password_2.json"), &password);
    let session = LoginSession {
        id: LoginSessionId::from_parts(6, [2; 10]),
        account: account(),
        token_hash: "ab".repeat(32),
        created_at: NOW,
        address: Some("10.0.0.9".into()),
        agent: "Firefox".into(),
        second_factor: true,
        extra: Extra::new(),
    };
    reads(golden!("login_session_2.json"), &session);
    let limit = TokenLimit {
        acts: Some(vec![Act::SeeCatalogue, Act::WatchLive]),
        scope: Some(Scope { units: vec![unit()], ..Scope::default() }),
        networks: vec!["10.0.0.0/8".into()],
    };
    let token = Token {
        id: TokenId::from_parts(7, [3; 10]),
        account: account(),
        name: "máy chủ phân tích".into(),
        token_hash: "cd".repeat(32),
        created_at: NOW,
        not_after: NOW,
        limit: Some(limit),
        extra: Extra::new(),
    };
    reads(golden!("token_2.json"), &token);
    let used = TokenUse { token: token.id, account: account(), at: NOW, extra: Extra::new() };
    reads(golden!("token_use.json"), &used);
    let factor = SecondFactor {
        account: account(),
        created_at: NOW,
        confirmed_at: Some(NOW),
        last_step: 59_850_000,
        recovery: vec!["ef".repeat(32)],
        extra: Extra::new(),
    };
    reads(golden!("second_factor.json"), &factor);
}

#[test]
fn sign_ins_and_networks() {
    let event = SignInEvent {
        account: account(),
        at: NOW,
        number: 1,
        ok: true,
        reason: String::new(),
        address: "192.0.2.9".into(),
        agent: "Firefox".into(),
        second_factor: true,
        new_network: true,
        extra: Extra::new(),
    };
    reads(golden!("sign_in_event.json"), &event);
    let seen = |what: &str| vec![Seen { what: what.into(), at: NOW }];
    let known =
        Known { account: account(), networks: seen("10.0.0.0"), browsers: seen(&"01".repeat(32)), extra: Extra::new() };
    reads(golden!("known_origin.json"), &known);
    let rule = SignInNetworks {
        version: 2,
        since: NOW,
        by: "lan".into(),
        reason: "Chỉ mạng nội bộ".into(),
        everyone: vec!["10.0.0.0/8".into()],
        roles: vec![RoleNetworks { role: Role::Administrator, networks: vec!["10.9.0.0/16".into()] }],
        extra: Extra::new(),
    };
    reads(golden!("sign_in_networks.json"), &rule);
}

#[test]
fn reviews() {
    let id = ReviewId::from_parts(9, [5; 10]);
    let day = |text: &str| text.parse().expect("date");
    let review = Review {
        id,
        name: "Rà soát quý IV/2026".into(),
        due: day("2026-12-31"),
        scope: ReviewScope { units: vec![unit()], roles: vec![Role::Unit], services: true },
        unanswered: Unanswered::Disable,
        started_at: NOW,
        started_by: "lan".into(),
        reminders: vec![Reminder { on: day("2026-12-24"), days_left: 7, waiting: 4 }],
        closed: Some(ReviewClosed { at: NOW, by: "lan".into(), remark: "Đã hoàn tất".into() }),
        revision: 2,
        extra: Extra::new(),
    };
    reads(golden!("review.json"), &review);
    let line = ReviewLine {
        review: id,
        account: account(),
        name: "an".into(),
        display_name: "Lê Văn An".into(),
        role: Role::Unit,
        kind: AccountKind::Person,
        title: "Trưởng ca".into(),
        unit: Some(unit()),
        unit_name: "Công an Quận 1".into(),
        last_sign_in_at: Some(NOW),
        reviewer: Some(account()),
        reviewer_name: "Trần Thị Lan".into(),
        answer: Some(Answer {
            verdict: Verdict::End,
            reason: "đã chuyển công tác".into(),
            at: NOW,
            by: "Trần Thị Lan".into(),
            in_place: true,
        }),
        disabled_at_close: true,
        extra: Extra::new(),
    };
    reads(golden!("review_line.json"), &line);
}

#[test]
fn their_tables_keep_their_names() {
    let names = [
        SecondFactor::TABLE,
        SignInEvent::TABLE,
        Known::TABLE,
        SignInNetworks::TABLE,
        Review::TABLE,
        ReviewLine::TABLE,
        TokenUse::TABLE,
    ];
    let kept =
        ["second_factor", "sign_in_event", "known_origin", "sign_in_networks", "review", "review_line", "token_use"];
    assert_eq!(names, kept);
}
