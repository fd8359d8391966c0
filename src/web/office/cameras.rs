//! Cameras, probes, leases.

use super::ask;
use crate::drafts::Address;
use crate::problem::Failure;
use crate::state::WebState;
use crate::streams;
use crate::visitor::SignedIn;
use base::{CameraId, Lease, Said, Secret, StreamKind};
use domain::{Act, Camera, CameraDraft, CameraPatch};
use media::{ProbeReport, ProbeRequest, StreamState, TrackKey, WhepError};
use ops::CameraFilter;
use std::collections::HashMap;
use templates::views::{CameraSort, DetailsForm, Phase};

/// Areas and units that occur.
#[derive(Debug, Default)]
pub struct Places {
    /// Areas.
    pub areas: Vec<String>,
    /// Units.
    pub units: Vec<String>,
}

/// A wish for a page of cameras.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Search text.
    pub q: String,
    /// Area.
    pub area: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// Phase of the main stream.
    pub phase: Option<Phase>,
    /// Order.
    pub sort: CameraSort,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Rows.
    pub limit: usize,
}

/// A page of cameras.
#[derive(Debug)]
pub struct CameraPage {
    /// The cameras.
    pub items: Vec<Camera>,
    /// Where to go on.
    pub next: Option<String>,
    /// All that match.
    pub total: Option<u64>,
}

/// A change to a camera: `None` stays, `Some(None)` takes away.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Name.
    pub name: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// Area.
    pub area: Option<Option<String>>,
    /// Unit.
    pub unit: Option<Option<String>>,
    /// RTSP address of the main stream.
    pub main_url: Option<String>,
    /// RTSP address of the substream.
    pub sub_url: Option<Option<String>>,
    /// The camera's user name.
    pub username: Option<Option<String>>,
    /// The camera's password.
    pub password: Option<Option<Secret>>,
    /// RTP over UDP.
    pub udp: Option<bool>,
}

/// The camera of that code or id, for these eyes.
pub async fn camera(state: &WebState, who: &SignedIn, named: &str) -> Result<Camera, Failure> {
    let (caller, named) = (who.caller.clone(), named.to_owned());
    ask(state, move |ops| ops.camera(&caller, &named)).await
}

/// Codes of all cameras, for the node's own use (events, figures).
pub fn codes(state: &WebState) -> HashMap<CameraId, String> {
    state.ops.camera_codes()
}

/// How many cameras these eyes may see.
pub async fn cameras_total(state: &WebState, who: &SignedIn) -> Result<u64, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.list_cameras(&caller, &CameraFilter { limit: 1, ..CameraFilter::default() }))
        .await
        .map(|p| p.total as u64)
}

/// Areas and units that occur.
pub async fn places(state: &WebState, who: &SignedIn) -> Result<Places, Failure> {
    let caller = who.caller.clone();
    let (areas, units) = ask(state, move |ops| ops.places(&caller)).await?;
    Ok(Places { areas, units })
}

/// The code that a new camera of that area would get.
pub async fn code_suggestion(state: &WebState, who: &SignedIn, area: &str) -> Result<String, Failure> {
    let (caller, area) = (who.caller.clone(), area.to_owned());
    ask(state, move |ops| ops.next_code(&caller, Some(area.as_str()).filter(|a| !a.is_empty()))).await
}

/// The states of these cameras' streams.
pub fn states_of(state: &WebState, cameras: &[&Camera]) -> HashMap<TrackKey, StreamState> {
    let keys = cameras
        .iter()
        .flat_map(|c| [StreamKind::Main, StreamKind::Sub].map(|stream| TrackKey { camera: c.id, stream }));
    keys.filter_map(|key| state.media.state(key).map(|s| (key, s))).collect()
}

/// A page of cameras. It comes straight from the catalogue, except where the state of streams counts: that is a running
/// fact which the office does not know, so all that match are put in order here.
pub async fn list_cameras(state: &WebState, who: &SignedIn, wish: Listing) -> Result<CameraPage, Failure> {
    let caller = who.caller.clone();
    let filter = CameraFilter {
        q: Some(wish.q.clone()).filter(|q| !q.is_empty()),
        area: wish.area.clone(),
        unit: wish.unit.clone(),
        limit: wish.limit,
        cursor: wish.cursor.clone(),
        sort: match wish.sort {
            CameraSort::Code | CameraSort::State => domain::CameraSort::Code,
            CameraSort::Name => domain::CameraSort::Name,
            CameraSort::Area => domain::CameraSort::Area,
            CameraSort::Unit => domain::CameraSort::Unit,
        },
    };
    if wish.phase.is_none() && wish.sort != CameraSort::State {
        let page = ask(state, move |ops| ops.list_cameras(&caller, &filter)).await?;
        return Ok(CameraPage { items: page.items, next: page.next, total: Some(page.total as u64) });
    }
    let start: usize = match wish.cursor.as_deref() {
        None => 0,
        Some(text) => text.parse().map_err(|_| bad_cursor())?,
    };
    let phases = streams::main_phases(state);
    ask(state, move |ops| {
        let mut all = Vec::new();
        let mut filter = CameraFilter { cursor: None, limit: base::limits::PAGE_ROWS_MAX, ..filter };
        loop {
            let page = ops.list_cameras(&caller, &filter)?;
            all.extend(page.items);
            filter.cursor = page.next;
            if filter.cursor.is_none() {
                break;
            }
        }
        let stand = |c: &Camera| phases.get(&c.id).copied();
        if let Some(wanted) = wish.phase {
            all.retain(|c| stand(c).map_or(Phase::Unknown, |(p, _)| p) == wanted);
        }
        if wish.sort == CameraSort::State {
            // Those without a picture first, longest first; stable, so that equals stay in the order of their codes.
            all.sort_by_cached_key(|c| match stand(c) {
                None => (0, None),
                Some((Phase::Live, _)) => (2, None),
                Some((_, since)) => (1, Some(since)),
            });
        }
        let total = all.len();
        let items: Vec<Camera> = all.into_iter().skip(start).take(wish.limit).collect();
        let end = start.saturating_add(items.len());
        Ok(CameraPage { next: (end < total).then(|| end.to_string()), items, total: Some(total as u64) })
    })
    .await
}

fn bad_cursor() -> Failure {
    Failure::invalid(
        "cursor",
        Said::new("cursor không phải của danh sách này.", "This cursor does not belong to this list."),
    )
}

/// Adds a camera.
pub async fn register(
    state: &WebState,
    who: &SignedIn,
    details: &DetailsForm,
    address: Address,
) -> Result<Camera, Failure> {
    let caller = who.caller.clone();
    let optional = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
    let draft = CameraDraft {
        name: details.name.clone(),
        code: optional(&details.code),
        area: optional(&details.area),
        unit: optional(&details.unit),
        main_url: address.main_url,
        sub_url: address.sub_url,
        username: address.username,
        password: address.password,
        transport: transport(address.udp),
    };
    ask(state, move |ops| ops.register_camera(&caller, draft)).await
}

fn transport(udp: bool) -> domain::Transport {
    if udp { domain::Transport::Udp } else { domain::Transport::Tcp }
}

/// Does its RTP come over UDP?
pub fn is_udp(camera: &Camera) -> bool {
    camera.transport == domain::Transport::Udp
}

/// Is a password kept for it?
pub fn password_kept(camera: &Camera) -> bool {
    camera.has_password
}

/// Changes a camera; a revision that is not the stored one is refused.
pub async fn change(
    state: &WebState,
    who: &SignedIn,
    id: CameraId,
    change: Change,
    revision: u64,
) -> Result<Camera, Failure> {
    let caller = who.caller.clone();
    let patch = CameraPatch {
        name: change.name,
        code: change.code,
        area: change.area,
        unit: change.unit,
        main_url: change.main_url,
        sub_url: change.sub_url,
        username: change.username,
        password: change.password,
        transport: change.udp.map(transport),
    };
    ask(state, move |ops| ops.change_camera(&caller, id, patch, revision)).await
}

/// Removes a camera.
pub async fn remove(state: &WebState, who: &SignedIn, id: CameraId, confirm_name: String) -> Result<(), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.remove_camera(&caller, id, &confirm_name)).await.map(|_| ())
}

/// Probes an address, by the rules of the office (who may, what an address looks like) and within the allowed networks
/// (`media`). The address comes back without the user and password that may have stood in it.
pub async fn probe(state: &WebState, who: &SignedIn, address: Address) -> Result<(Address, ProbeReport), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.authorise(&caller, Act::EditCameras)).await?;
    let address = split_credentials(address)?;
    let request = ProbeRequest {
        main_url: address.main_url.clone(),
        sub_url: address.sub_url.clone(),
        username: address.username.clone(),
        password: address.password.clone(),
        transport: if address.udp { media::Transport::Udp } else { media::Transport::Tcp },
    };
    let report = state.media.probe(request).await;
    Ok((address, report))
}

/// Takes user and password out of the addresses, as registering does.
fn split_credentials(address: Address) -> Result<Address, Failure> {
    let main = domain::address::camera_address("main_url", &address.main_url).map_err(|f| field(&f))?;
    let sub = match address.sub_url.as_deref() {
        Some(text) => Some(domain::address::camera_address("sub_url", text).map_err(|f| field(&f))?),
        None => None,
    };
    Ok(Address {
        main_url: main.url,
        username: address.username.or(main.username),
        password: address.password.or(main.password),
        sub_url: sub.map(|s| s.url),
        udp: address.udp,
    })
}

fn field(fault: &domain::FieldFault) -> Failure {
    Failure::invalid(fault.field, fault.said.clone())
}

/// An address for showing again: without user and password. One that cannot be read is shown as it was typed, unless
/// it may hold a password.
pub fn without_credentials(text: &str) -> String {
    match domain::address::camera_address("main_url", text) {
        Ok(address) => address.url,
        Err(_) if text.contains('@') => String::new(),
        Err(_) => text.to_owned(),
    }
}

/// A right to watch, or the refusal.
pub async fn lease(state: &WebState, who: &SignedIn, camera: CameraId, stream: StreamKind) -> Result<Lease, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.lease_live(&caller, camera, stream)).await?.map_err(|r| Failure::refused(&r))
}

/// The view that was about to begin did not: `media` refused. The record says so.
pub async fn view_refused(state: &WebState, lease: &Lease, error: &WhepError) {
    let (lease, why) = (lease.clone(), error.to_string());
    if let Err(failure) = ask(state, move |ops| ops.refuse_view(&lease, &why)).await {
        tracing::error!(error = %failure, "the end of a view is not on record");
    }
}
