//! The papers behind grants and requests: their files are kept, bounded, and open to those whom they concern alone.

use super::rights::{City, consent};
use super::*;
use crate::{GrantFilter, RequestWish, Upload, Verdict};
use domain::grant::PaperDraft;
use domain::{Act, Holder, Scope, StoredFile, audit};

const PDF: &[u8] = b"%PDF-1.7\nscan of the consent";

fn scan(c: &City, who: &Caller) -> StoredFile {
    c.ops().keep_paper_file(who, &Upload { name: "đồng ý.pdf".into(), bytes: PDF.to_vec() }).expect("kept")
}

fn with_scan(c: &City, who: &Caller) -> PaperDraft {
    PaperDraft { file: Some(scan(c, who)), ..consent() }
}

/// Who of these can take the file out.
fn readers(c: &City, id: base::DocumentId, all: &[(&'static str, &Caller)]) -> Vec<&'static str> {
    let can = |who: &Caller| match c.ops().document_file(who, id) {
        Ok((_, bytes)) => bytes == PDF,
        Err(OpsError::NotFound("document")) => false,
        Err(other) => panic!("not there, or the file: {other:?}"),
    };
    all.iter().filter(|(_, who)| can(who)).map(|(name, _)| *name).collect()
}

#[test]
fn what_is_no_paper_is_not_kept() {
    let c = City::new();
    let an = c.person("an", Role::DistrictCentre, Some(c.north));
    let keep = |bytes: &[u8]| {
        c.ops().keep_paper_file(&an, &Upload { name: "a.pdf".into(), bytes: bytes.to_vec() }).expect_err("refused")
    };
    let mut large = PDF.to_vec();
    large.resize(base::limits::FILE_BYTES_MAX + 1, 0);
    for bytes in [&b"<script>"[..], b"MZ\x90\x00", b"", &large] {
        let OpsError::Invalid(faults) = keep(bytes) else { panic!("a fault of the file") };
        assert_eq!(faults[0].field, "file");
    }
}

#[test]
fn the_paper_of_a_grant_is_for_giver_second_person_and_holders() {
    let c = City::new();
    let an = c.person("an", Role::DistrictCentre, Some(c.north));
    let (same, other) =
        (c.person("bo", Role::Unit, Some(c.north)), c.person("chi", Role::DistrictCentre, Some(c.south)));
    let admin = c.person("duc", Role::Administrator, None);
    let all = [("giver", &c.boss), ("an", &an), ("same", &same), ("other", &other), ("admin", &admin)];
    let mut wish = c.wish(&an, &[Act::WatchLive], &c.in_south);
    wish.paper = Some(with_scan(&c, &c.boss));
    let grant = c.ops().give_grant(&c.boss, wish).expect("given");
    let paper = grant.document.expect("a paper");
    let told = c.house.last(audit::GRANT_GIVEN);
    assert_eq!(told.facts["file"], "đồng ý.pdf");
    assert_eq!(told.facts["sha256"].len(), 64);
    assert_eq!(readers(&c, paper, &all), ["giver", "an"]);
    assert_eq!(c.house.last(audit::DOCUMENT_READ).facts["file"], "đồng ý.pdf");
    for (who, opens) in [(&c.boss, true), (&an, true), (&admin, false)] {
        assert_eq!(c.ops().grant(who, grant.id).expect("concerns them").file.is_some(), opens, "{}", who.account.name);
    }
    // Another right on the same paper: only who may read or choose it may rest a right on it.
    let mut wish = c.wish(&same, &[Act::WatchLive], &c.in_south);
    (wish.paper, wish.document) = (None, Some(paper));
    let centre = c.person("em", Role::CityCentre, None);
    let stolen = c.ops().give_grant(&centre, wish.clone()).expect_err("a paper of others");
    assert!(matches!(&stolen, OpsError::Invalid(f) if f[0].field == "document"), "{stolen:?}");
    wish.holder = Holder::Unit(c.north);
    wish.scope = Scope::of_camera(c.in_south.id);
    c.ops().give_grant(&c.boss, wish).expect("the giver's own paper");
    assert_eq!(readers(&c, paper, &all), ["giver", "an", "same"]);
    for g in c.ops().list_grants(&c.boss, &GrantFilter { limit: 50, ..GrantFilter::default() }).expect("list").items {
        c.ops().end_grant(&c.boss, g.grant.id, None, "xong").expect("ended");
    }
    assert_eq!(readers(&c, paper, &all), ["giver"], "with the right its holder's sight of the paper ends");
}

#[test]
fn the_paper_of_a_request_is_for_who_asked_and_who_decides() {
    let c = City::new();
    let an = c.person("an", Role::DistrictCentre, Some(c.north));
    let other = c.person("chi", Role::DistrictCentre, Some(c.south));
    let bystander = c.person("vo", Role::Viewer, None);
    let all = [("boss", &c.boss), ("an", &an), ("other", &other), ("bystander", &bystander)];
    let ask = RequestWish {
        acts: vec![Act::WatchLive],
        named: vec![c.in_south.code.clone()],
        times: domain::Times { until: Some(c.hours(2)), ..Default::default() },
        purpose: "Theo dõi ngập".into(),
        paper: Some(with_scan(&c, &an)),
        ..RequestWish::default()
    };
    let request = c.ops().request_access(&an, ask).expect("asked");
    let paper = request.document.expect("a paper");
    assert_eq!(readers(&c, paper, &all), ["boss", "an", "other"], "the ward's centre may decide it, too");
    let verdict = Verdict::Approve { acts: None, times: None, paper: None };
    c.ops().decide_request(&c.boss, request.id, Some(1), verdict).expect("approved");
    assert_eq!(readers(&c, paper, &all), ["boss", "an"], "who has not decided it has no more to do with it");
}

#[test]
fn a_file_may_follow_once() {
    let c = City::new();
    let an = c.person("an", Role::DistrictCentre, Some(c.north));
    let grant = c.give(&an, &[Act::WatchLive], &c.in_south);
    let paper = grant.document.expect("a paper");
    let upload = Upload { name: "đồng ý.pdf".into(), bytes: PDF.to_vec() };
    assert!(matches!(c.ops().attach_file(&an, paper, &upload), Err(OpsError::NotFound("document"))), "not theirs");
    c.ops().attach_file(&c.boss, paper, &upload).expect("kept");
    assert!(matches!(c.ops().attach_file(&c.boss, paper, &upload), Err(OpsError::Invalid(_))), "once");
    assert_eq!(readers(&c, paper, &[("boss", &c.boss), ("an", &an)]), ["boss", "an"]);
}
