//! What any release has stored, this one reads (invariant 9). The files in `golden/` are never changed, only added to:
//! when a record gains a field, a new file comes beside the old one.

use super::{NOW, camera, draft, file};
use crate::encoding::{decode, encode};
use crate::overlay::definition;
use crate::{Record, Store, StoreError};
use base::{AccountId, LeaseId, LoginSessionId, StreamKind, TokenId};
use domain::{Account, Actor, Camera, LoginSession, NodeRecord, OpenView, PasswordRecord, Role, Subject, Token};
use serde_json::Value;

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!("../golden/", $name))
    };
}

pub(super) fn account() -> AccountId {
    AccountId::from_parts(5, [1; 10])
}

/// `text` is read as `T`, is `record`, and is written again with every field it has.
pub(super) fn reads<T: Record>(text: &str, record: &T) {
    let stored = [&[1], text.trim_end().as_bytes()].concat();
    let json = |bytes: &[u8]| serde_json::from_slice::<Value>(&bytes[1..]).expect("JSON");
    let read: T = decode(&stored).expect("an older release's record is read");
    assert_eq!(json(&encode(&read).expect("written")), json(&stored), "nothing is lost: {}", T::TABLE);
    assert_eq!(json(&encode(record).expect("written")), json(&stored), "{} means what it meant", T::TABLE);
    // A field of a newer release stays.
    let mut newer = json(&stored);
    newer["from_the_future"] = Value::from(vec![1, 2]);
    let bytes = [&[1], serde_json::to_vec(&newer).expect("JSON").as_slice()].concat();
    let read: T = decode(&bytes).expect("a newer release's record is read");
    assert_eq!(json(&encode(&read).expect("written")), newer, "{} keeps unknown fields", T::TABLE);
}

#[test]
fn records_of_the_first_release() {
    reads(golden!("camera.json"), &camera(1));
    let mut person = Account::new(account(), "lan".into(), "Trần Thị Lan".into(), Role::Administrator, NOW);
    person.unit = Some("Công an phường".into());
    reads(golden!("account.json"), &person);
    reads(
        golden!("password.json"),
        &PasswordRecord {
            account: account(),
            hash: "$argon2id$v=19$…".into(),
            former: Default::default(),
            extra: Default::default(),
        },
    );
    let sign_in = LoginSession {
        id: LoginSessionId::from_parts(6, [2; 10]),
        account: account(),
        token_hash: "ab".repeat(32),
        created_at: NOW,
        address: Some("10.0.0.9".into()),
        agent: "Firefox".into(),
        second_factor: Default::default(),
        extra: Default::default(),
    };
    reads(golden!("login_session.json"), &sign_in);
    let token = Token {
        id: TokenId::from_parts(7, [3; 10]),
        account: account(),
        name: "kịch bản".into(),
        token_hash: "cd".repeat(32),
        created_at: NOW,
        not_after: NOW,
        limit: Default::default(),
        extra: Default::default(),
    };
    reads(golden!("token.json"), &token);
    let node =
        NodeRecord { name: "Nút Bến Nghé".into(), area: "760".into(), set_up_at: Some(NOW), ..Default::default() };
    reads(golden!("node.json"), &node);
    let view = OpenView {
        lease: LeaseId::from_parts(8, [4; 10]),
        account: account(),
        actor: Actor::Account { id: account(), name: "lan".into() },
        address: None,
        camera: camera(1).id,
        camera_name: "79.760-0001".into(),
        stream: StreamKind::Main,
        began_at: NOW,
        extra: Default::default(),
    };
    reads(golden!("open_view.json"), &view);
}

/// The bytes of an audit entry are part of its hash: they must never come out otherwise.
#[test]
fn an_audit_entry_of_the_first_release() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    store
        .write::<_, StoreError>(NOW, |w| {
            w.audit(draft("node.started"))?;
            let mut second = draft("camera.added").on(Subject::new("camera", camera(1).id, "79.760-0001"));
            second.actor = Actor::Account { id: account(), name: "lan".into() };
            second.facts.insert("name".into(), "— → Ngã tư".into());
            second.address = Some("10.0.0.9".into());
            w.audit(second)
        })
        .expect("recorded");
    let mut export = Vec::new();
    store.read(|r| crate::export_audit(r, &mut export)).expect("exported");
    assert_eq!(String::from_utf8(export).expect("text"), golden!("audit.jsonl"));
    let report = crate::verify_audit_export(&mut golden!("audit.jsonl").as_bytes(), None).expect("read");
    assert_eq!((report.entries, report.fault), (2, None));
}

#[test]
fn a_record_of_an_unknown_format_is_not_guessed_at() {
    for bytes in [&b""[..], b"\x02{}", b"\x01{", b"{}"] {
        assert!(matches!(decode::<Camera>(bytes), Err(StoreError::Unreadable { .. })), "{bytes:?}");
    }
}

/// Tables and their names are what older files have.
#[test]
fn the_tables_keep_their_names() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    super::add(&store, 1).expect("added");
    drop(store);
    let db = redb::Database::open(file(dir.path())).expect("opened");
    let tx = redb::ReadableDatabase::begin_read(&db).expect("read");
    // Of format 2; the secondary tables of format 1 are brought along by `upgrade`.
    let audit = ["_audit", "_audit_by_time", "_audit_who", "_audit_act", "_audit_names"];
    for name in ["_meta", "_index", "camera"].into_iter().chain(audit) {
        tx.open_table(definition(name)).expect(name);
    }
    let names =
        [Account::TABLE, PasswordRecord::TABLE, LoginSession::TABLE, Token::TABLE, NodeRecord::TABLE, OpenView::TABLE];
    assert_eq!(names, ["account", "password", "login_session", "token", "node", "open_view"]);
}
