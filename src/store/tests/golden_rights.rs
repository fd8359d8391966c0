//! Grants and requests. As `golden`: files are only added to.

use super::golden::{account, reads};
use super::{NOW, camera};
use crate::Record;
use base::{AreaId, CameraListId, CivilDate, DocumentId, GrantId, LayoutId, RequestId, UnitId};
use domain::grant::GrantEnd;
use domain::{
    AccessRequest, Act, CameraList, Document, Extra, Grant, Holder, Layout, LayoutOwner, LayoutTour, ListedAs,
    ListedCamera, RequestState, Scope, Shift, Times,
};

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!("../golden/", $name))
    };
}

fn times() -> Times {
    let shifts = vec![Shift { weekday: 2, from_min: 450, until_min: 1_020 }];
    Times { from: Some(NOW), until: Some(NOW), shifts }
}

fn scope() -> Scope {
    Scope {
        all: false,
        areas: vec![AreaId::from_parts(30, [1; 10])],
        units: vec![UnitId::from_parts(31, [2; 10])],
        sectors: vec!["transport".into()],
        purposes: vec!["traffic".into()],
        cameras: vec![camera(1).id],
        lists: Vec::new(),
    }
}

#[test]
fn rights_of_the_second_release() {
    let (id, document) = (GrantId::from_parts(32, [3; 10]), DocumentId::from_parts(33, [4; 10]));
    let grant = Grant {
        id,
        holder: Holder::Account(account()),
        acts: vec![Act::WatchLive, Act::Playback],
        scope: scope(),
        times: times(),
        purpose: "điều tra".into(),
        document: Some(document),
        request: Some(RequestId::from_parts(34, [5; 10])),
        via: Some(GrantId::from_parts(35, [6; 10])),
        within: Some(Scope::of_area(AreaId::from_parts(30, [1; 10]))),
        founding: true,
        warned_at: Some(NOW),
        given_by: account(),
        given_at: NOW,
        awaits_second: true,
        confirmed_by: Some(account()),
        ended: Some(GrantEnd { at: NOW, by: account(), why: "xong".into() }),
        revision: 3,
        extra: Extra::new(),
    };
    reads(golden!("grant.json"), &grant);
    let list = CameraList {
        id: CameraListId::from_parts(36, [7; 10]),
        name: "Cổng trường học".into(),
        unit: Some(UnitId::from_parts(31, [2; 10])),
        cameras: vec![ListedCamera { camera: camera(1).id, since: 2 }],
        made_by: account(),
        made_at: NOW,
        changed_at: NOW,
        revision: 4,
        extra: Extra::new(),
    };
    reads(golden!("camera_list.json"), &list);
    let by_list = Scope { lists: vec![ListedAs { list: list.id, revision: 4 }], ..Scope::default() };
    reads(golden!("grant_by_list.json"), &Grant { scope: by_list, within: None, founding: false, ..grant.clone() });
    let request = AccessRequest {
        id: RequestId::from_parts(34, [5; 10]),
        account: account(),
        holder: Holder::Unit(UnitId::from_parts(31, [2; 10])),
        acts: vec![Act::WatchLive],
        scope: scope(),
        named: vec!["79-0001".into()],
        times: times(),
        purpose: "điều tra".into(),
        document: Some(document),
        made_at: NOW,
        state: RequestState::Approved { at: NOW, by: account(), grant: id },
        revision: 2,
        extra: Extra::new(),
    };
    reads(golden!("access_request.json"), &request);
    let refused =
        AccessRequest { state: RequestState::Refused { at: NOW, by: account(), why: "trùng".into() }, ..request };
    reads(golden!("access_request_refused.json"), &refused);
    let paper = Document {
        id: document,
        kind: "consent".into(),
        number: "123/UBND-VX".into(),
        date: Some(CivilDate::constant(2026, 11, 20)),
        issuer: "UBND Thành phố".into(),
        title: "Đồng ý chia sẻ".into(),
        file: None,
        added_by: account(),
        added_at: NOW,
        withdrawn: Some((NOW, "hết hiệu lực".into())),
        extra: Extra::new(),
    };
    reads(golden!("document_withdrawn.json"), &paper);
    assert_eq!(
        [Grant::TABLE, AccessRequest::TABLE, Document::TABLE, CameraList::TABLE],
        ["grant", "access_request", "document", "camera_list"]
    );
}

#[test]
fn layouts() {
    let id = LayoutId::from_parts(37, [8; 10]);
    let layout = Layout {
        id,
        owner: LayoutOwner::Unit(UnitId::from_parts(31, [2; 10])),
        name: "Cổng trường".into(),
        favourites: false,
        grid: 6,
        tiles: vec![Some(camera(1).id), None, Some(camera(1).id)],
        tour: Some(LayoutTour { seconds: 20, layouts: vec![id] }),
        made_by: account(),
        made_at: NOW,
        changed_at: NOW,
        revision: 2,
        extra: Extra::new(),
    };
    reads(golden!("layout.json"), &layout);
    let theirs = Layout { owner: LayoutOwner::Account(account()), favourites: true, tour: None, ..layout.clone() };
    reads(golden!("layout_favourites.json"), &theirs);
    reads(
        golden!("layout_of_the_node.json"),
        &Layout { owner: LayoutOwner::Node, tiles: vec![], tour: None, ..layout },
    );
    assert_eq!(Layout::TABLE, "layout");
}
