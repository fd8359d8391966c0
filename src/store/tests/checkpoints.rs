//! Checkpoints, their signatures and proofs; and what they find that the chain alone cannot.

use super::{NOW, draft, file};
use crate::overlay::definition;
use crate::{
    ChainFault, ChainFlaw, Clear, Countersignature, NodeSigner, Store, StoreError, export_audit, export_excerpt,
    merkle, node_fingerprint, verify_audit_export, verify_chain,
};
use base::WallTime;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::{AuditFilter, Subject};
use redb::ReadableTable;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256};
use std::time::Duration;

pub(crate) struct Signer(Ed25519KeyPair);

impl Signer {
    pub(crate) fn new(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a key"))
    }
    fn fingerprint(&self) -> String {
        node_fingerprint(&self.public_key())
    }
}

impl NodeSigner for Signer {
    fn public_key(&self) -> [u8; 32] {
        self.0.public_key().as_ref().try_into().expect("32 bytes")
    }
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], String> {
        self.0.sign(message).as_ref().try_into().map_err(|_| "64 bytes".to_owned())
    }
}

pub(crate) fn at(second: u64) -> WallTime {
    NOW.plus(Duration::from_secs(second))
}

/// Entries `from..to`, one a second, on cameras 0 to 6 in turn.
pub(crate) fn fill(store: &Store, from: u64, to: u64) {
    for n in from..to {
        let draft = draft("view.began").on(Subject::new("camera", n % 7, format!("79-{:04} Chợ", n % 7)));
        store.write::<_, StoreError>(at(n), move |w| w.audit(draft)).expect("recorded");
    }
}

fn export(store: &Store) -> String {
    let mut out = Vec::new();
    store.read(|r| export_audit(r, &mut out)).expect("exported");
    String::from_utf8(out).expect("text")
}

fn check(text: &str, node: Option<&str>) -> crate::ChainReport {
    verify_audit_export(&mut text.as_bytes(), node).expect("read")
}

#[test]
fn a_checkpoint_is_over_all_entries_and_signed() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    let signer = Signer::new(1);
    assert_eq!(store.make_checkpoint(NOW, Some(&signer)).expect("nothing to do"), None);
    fill(&store, 0, 3);
    assert_eq!(store.read(|r| r.beyond_checkpoint()).expect("read"), (3, Some(at(0))));
    let first = store.make_checkpoint(at(9), Some(&signer)).expect("made").expect("one");
    assert_eq!((first.size, first.at, first.signed_by()), (3, at(9), Some(signer.fingerprint())));
    assert_eq!(store.read(|r| r.beyond_checkpoint()).expect("read"), (0, None));
    assert_eq!(store.make_checkpoint(at(10), Some(&signer)).expect("nothing to do"), None);
    fill(&store, 3, 700);
    let second = store.make_checkpoint(at(800), Some(&signer)).expect("made").expect("one");
    assert_eq!(second.size, 700);
    let (all, next) = store.read(|r| r.checkpoints(None, 1)).expect("read");
    assert_eq!((all, next), (vec![second.clone()], Some(700)));
    assert_eq!(store.read(|r| r.checkpoints(Some(700), 1)).expect("read"), (vec![first.clone()], None));
    // The text is a tlog-checkpoint: origin, size, root; the note ends in a signature line of the origin's name.
    let text = second.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], [format!("matluoi/{}", signer.fingerprint()), "700".into()]);
    assert_eq!(BASE64.decode(lines[2]).expect("base64"), second.root.0);
    let note = second.note();
    assert!(note.starts_with(&text) && note.contains(&format!("\n\n— matluoi/{} ", signer.fingerprint())), "{note}");
    // One proof for each entry, and from the first checkpoint to the second.
    let hash = |seq: u64| store.read::<_, StoreError>(|r| r.audit_entry(seq)).expect("read").expect("there").hash;
    for seq in [1, 2, 3, 255, 256, 257, 512, 513, 699, 700] {
        let proof = store.read(|r| r.inclusion_proof(seq, None)).expect("read").expect("there is one");
        assert_eq!(proof.checkpoint, second);
        let chain = crate::encoding::unhex32(hash(seq).as_bytes()).expect("hex");
        let path: Vec<_> = proof.hashes.iter().map(|h| h.0).collect();
        let root = merkle::root_of_inclusion(seq - 1, 700, merkle::leaf_hash(&chain), &path);
        assert_eq!(root, Some(second.root.0), "entry {seq}");
    }
    assert_eq!(store.read(|r| r.inclusion_proof(4, Some(3))).expect("read"), None, "later than the checkpoint");
    assert_eq!(store.read(|r| r.inclusion_proof(701, None)).expect("read"), None);
    let proof = store.read(|r| r.consistency_proof(3, 700)).expect("read").expect("there is one");
    let path: Vec<_> = proof.hashes.iter().map(|h| h.0).collect();
    assert!(merkle::is_consistent(3, &first.root.0, 700, &second.root.0, &path));
    assert_eq!(store.read(|r| r.consistency_proof(700, 3)).expect("read"), None);
    assert_eq!(store.read(|r| r.consistency_proof(4, 700)).expect("read"), None, "no such checkpoint");
}

#[test]
fn another_node_signs_what_it_has_seen() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    let (node, parent) = (Signer::new(1), Signer::new(2));
    fill(&store, 0, 2);
    let made = store.make_checkpoint(at(2), Some(&node)).expect("made").expect("one");
    let by = |text: String| Countersignature {
        name: format!("matluoi/{}", parent.fingerprint()),
        key: BASE64.encode(parent.public_key()),
        at: at(3),
        signature: BASE64.encode(parent.sign(text.as_bytes()).expect("signed")),
    };
    assert!(!store.countersign(at(3), 2, by(made.text())).expect("read"), "a signature of something else");
    assert!(!store.countersign(at(3), 1, by(made.cosigned(at(3)))).expect("read"), "no such checkpoint");
    for _ in 0..2 {
        assert!(store.countersign(at(3), 2, by(made.cosigned(at(3)))).expect("written"));
    }
    let kept = store.read(|r| r.checkpoint(2)).expect("read").expect("there");
    assert_eq!(kept.countersignatures.len(), 1, "once more is the same");
    assert_eq!(kept.note().lines().filter(|l| l.starts_with('—')).count(), 2);
    let report = check(&export(&store), Some(&node.fingerprint()));
    assert_eq!((report.fault, report.signed.map(|s| s.countersignatures)), (None, Some(1)));
}

/// Alters the closed store.
fn alter(dir: &std::path::Path, table: &str, harm: impl FnOnce(&mut redb::Table<'_, &'static [u8], &'static [u8]>)) {
    let db = redb::Database::open(file(dir)).expect("opened");
    let tx = db.begin_write().expect("write");
    harm(&mut tx.open_table(definition(table)).expect("table"));
    tx.commit().expect("committed");
}

/// A store of 600 entries with checkpoints over 300 and 550, closed.
fn sealed() -> (tempfile::TempDir, Signer) {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    let signer = Signer::new(1);
    for (from, to) in [(0, 300), (300, 550)] {
        fill(&store, from, to);
        store.make_checkpoint(at(to), Some(&signer)).expect("made");
    }
    fill(&store, 550, 600);
    (dir, signer)
}

fn found(dir: &std::path::Path, node: Option<&str>) -> Option<ChainFault> {
    let store = Store::open(dir, NOW).expect("opens");
    let report = store.read(|r| verify_chain(r, node)).expect("read");
    let exported = check(&export(&store), node).fault;
    // The kept tree is not in an export.
    if report.fault.is_none_or(|f| f.flaw != ChainFlaw::Tree) {
        assert_eq!(exported, report.fault, "the export says the same");
    }
    report.fault
}

#[test]
fn the_record_is_intact_up_to_its_end() {
    let (dir, signer) = sealed();
    assert_eq!(found(dir.path(), None), None);
    assert_eq!(found(dir.path(), Some(&signer.fingerprint())), None);
    let store = Store::open(dir.path(), NOW).expect("opens");
    let report = store.read(|r| verify_chain(r, None)).expect("read");
    assert_eq!((report.entries, report.checkpoints), (600, 2));
    let signed = report.signed.expect("signed");
    assert_eq!((signed.entries, signed.node), (550, signer.fingerprint()));
}

/// The whole chain from an entry on is made anew, as somebody would who knows how it is made.
#[test]
fn a_chain_made_anew_is_found_by_the_checkpoint() {
    let (dir, _) = sealed();
    alter(dir.path(), "_audit", |t| {
        let mut prev = Vec::new();
        for seq in 320u64..=600 {
            let mut v = t.get(&seq.to_be_bytes()[..]).expect("read").expect("there").value().to_vec();
            if seq == 320 {
                let text = String::from_utf8(v.split_off(65)).expect("JSON").replace("view.began", "view.ended");
                v.extend(text.as_bytes());
            } else {
                v.splice(1..33, prev.iter().copied());
            }
            let hash: [u8; 32] = Sha256::new().chain_update(&v[1..33]).chain_update(&v[65..]).finalize().into();
            v.splice(33..65, hash);
            prev = hash.to_vec();
            t.insert(&seq.to_be_bytes()[..], v.as_slice()).expect("set");
        }
        let head = [&600u64.to_be_bytes()[..], &prev].concat();
        std::fs::write(dir.path().join("head"), head).expect("written");
    });
    let head = std::fs::read(dir.path().join("head")).expect("read");
    alter(dir.path(), "_meta", |t| drop(t.insert(&b"audit_head"[..], head.as_slice()).expect("set")));
    let fault = found(dir.path(), None);
    assert_eq!(fault, Some(ChainFault { seq: 550, flaw: ChainFlaw::Rewritten { after: 300 } }));
    let said = fault.expect("a fault").said();
    assert!(said.vi.contains("từ số 301 đến số 550") && said.en.contains("from 301 to 550"), "{said}");
}

#[test]
fn a_checkpoint_made_anew_is_found_by_its_signature() {
    let change = |harm: &dyn Fn(&mut serde_json::Value)| {
        let (dir, signer) = sealed();
        alter(dir.path(), "_audit_checkpoints", |t| {
            let key = 550u64.to_be_bytes();
            let stored = t.get(&key[..]).expect("read").expect("there").value().to_vec();
            let mut json = serde_json::from_slice(&stored[1..]).expect("JSON");
            harm(&mut json);
            let stored = [&[1][..], &serde_json::to_vec(&json).expect("JSON")].concat();
            t.insert(&key[..], stored.as_slice()).expect("set");
        });
        (found(dir.path(), None), found(dir.path(), Some(&signer.fingerprint())))
    };
    let bad = Some(ChainFault { seq: 550, flaw: ChainFlaw::BadSignature });
    assert_eq!(change(&|c| c["root"] = "00".repeat(32).into()), (bad, bad));
    assert_eq!(change(&|c| c["at"] = serde_json::to_value(at(5)).expect("JSON")), (bad, bad));
    assert_eq!(change(&|c| drop(c.as_object_mut().expect("object").remove("signature"))), (None, bad));
    let other = Signer::new(3);
    let forged = |c: &mut serde_json::Value| {
        let mut made: crate::Checkpoint = serde_json::from_value(c.clone()).expect("one");
        made.origin = format!("matluoi/{}", other.fingerprint());
        made.signature = Some(crate::NodeSignature {
            key: BASE64.encode(other.public_key()),
            signature: BASE64.encode(other.sign(made.text().as_bytes()).expect("signed")),
        });
        *c = serde_json::to_value(made).expect("JSON");
    };
    let fault = Some(ChainFault { seq: 550, flaw: ChainFlaw::OtherNode });
    assert_eq!(change(&forged), (None, fault), "only the node's fingerprint tells");
}

#[test]
fn an_exchanged_hash_of_the_tree_is_found() {
    let (dir, _) = sealed();
    alter(dir.path(), "_audit_tree", |t| {
        let key = [&[8][..], &1u64.to_be_bytes()].concat();
        assert!(t.insert(key.as_slice(), &[9; 32][..]).expect("set").is_some(), "it was kept");
    });
    assert_eq!(found(dir.path(), None), Some(ChainFault { seq: 512, flaw: ChainFlaw::Tree }));
}

#[test]
fn an_excerpt_proves_each_of_its_entries() {
    let (dir, signer) = sealed();
    let store = Store::open(dir.path(), NOW).expect("opens");
    let filter = AuditFilter { subject: Some("79-0003".into()), kind: Some("camera".into()), ..Default::default() };
    let mut out = Vec::new();
    let told = serde_json::json!({"camera": "79-0003"});
    let entries =
        store.read(|r| export_excerpt(r, &filter, told, &Clear, &mut out)).expect("exported").expect("a checkpoint");
    let text = String::from_utf8(out).expect("text");
    let node = signer.fingerprint();
    let report = check(&text, Some(&node));
    let under = (0..550).filter(|n| n % 7 == 3).count() as u64;
    assert_eq!((report.fault, report.excerpt, report.entries, entries), (None, true, under, under));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.iter().all(|l| serde_json::from_str::<serde_json::Value>(l).is_ok()), "each line is JSON");
    let with = |n: usize, f: &dyn Fn(&str) -> String| -> String {
        lines.iter().enumerate().map(|(i, l)| if i == n { f(l) } else { format!("{l}\n") }).collect()
    };
    let flaw = |text: String| check(&text, Some(&node)).fault.map(|f| f.flaw);
    assert_eq!(flaw(with(5, &|l| l.replace("view.began", "view.ended") + "\n")), Some(ChainFlaw::Altered));
    assert_eq!(flaw(with(5, &|_| String::new())), Some(ChainFlaw::EndMissing), "one taken out");
    assert_eq!(flaw(with(0, &|l| l.replace("\"size\":550", "\"size\":551") + "\n")), Some(ChainFlaw::BadSignature));
    // An entry of another record has another tree.
    let forged = with(5, &|l| {
        let (prev, json) = (&l[14..78], l[167..].split(",\"proof\":").next().expect("entry").replace("began", "ended"));
        let prev = crate::encoding::unhex32(prev.as_bytes()).expect("hex");
        let hash = crate::encoding::hex(&Sha256::new().chain_update(prev).chain_update(&json).finalize());
        let proof = l.split(",\"proof\":").nth(1).expect("proof");
        format!("{}{hash}\",\"entry\":{json},\"proof\":{proof}\n", &l[..88])
    });
    assert_eq!(flaw(forged), Some(ChainFlaw::Unproven));
    assert_eq!(check(&text, Some("00")).fault.map(|f| f.flaw), Some(ChainFlaw::OtherNode));
}
