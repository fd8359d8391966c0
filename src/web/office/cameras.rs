//! Cameras, probes, leases.

use super::ask;
use crate::drafts::Address;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use base::{CameraId, CivilDate, Lease, Secret, StreamKind};
use domain::{Act, Camera, CameraDraft, CameraPatch, DocumentDraft, FactsPatch};
use media::{ProbeReport, ProbeRequest, StreamState, TrackKey, WhepError};
use std::collections::HashMap;
use templates::views::DetailsForm;

/// Areas and units that occur.
#[derive(Debug, Default)]
pub struct Places {
    /// Areas.
    pub areas: Vec<String>,
    /// Units.
    pub units: Vec<String>,
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
    /// The further facts.
    pub facts: FactsPatch,
    /// The agreement to a further camera.
    pub agreement: Option<DocumentDraft>,
    /// The day on which it happened outside.
    pub happened_on: Option<CivilDate>,
    /// Why.
    pub reason: Option<String>,
}

/// What a new camera has beyond name and address.
#[derive(Clone, Debug, Default)]
pub struct Further {
    /// The further facts.
    pub facts: FactsPatch,
    /// The agreement to a further camera.
    pub agreement: Option<DocumentDraft>,
    /// Why.
    pub reason: Option<String>,
}

/// The camera of that code or id, for these eyes.
pub async fn camera(state: &WebState, who: &SignedIn, named: &str) -> Result<Camera, Failure> {
    let (caller, named) = (who.caller.clone(), named.to_owned());
    ask(state, move |ops| ops.camera(&caller, &named)).await
}

/// Codes of the cameras that the caller sees.
pub fn codes_for(state: &WebState, caller: &ops::Caller) -> HashMap<CameraId, String> {
    state.ops.visible_codes(caller)
}

/// Codes of all cameras but those of the police, for the node's own figures.
pub fn figure_codes(state: &WebState) -> HashMap<CameraId, String> {
    state.ops.figure_codes()
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

/// Adds a camera.
pub async fn register(
    state: &WebState,
    who: &SignedIn,
    details: &DetailsForm,
    address: Address,
    further: Further,
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
        facts: further.facts,
        agreement: further.agreement,
        reason: further.reason,
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
        facts: change.facts,
        agreement: change.agreement,
        happened_on: change.happened_on,
        reason: change.reason,
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
pub async fn lease(
    state: &WebState,
    who: &SignedIn,
    camera: CameraId,
    stream: StreamKind,
    purpose: String,
) -> Result<Lease, Failure> {
    let caller = who.caller.clone();
    let lease = ask(state, move |ops| ops.lease_live_for(&caller, camera, stream, &purpose)).await?;
    lease.map_err(|r| Failure::refused(&r).asking(Some(&camera.to_string()), Act::WatchLive))
}

/// The view that was about to begin did not: `media` refused. The record says so.
pub async fn view_refused(state: &WebState, lease: &Lease, error: &WhepError) {
    let (lease, why) = (lease.clone(), error.to_string());
    if let Err(failure) = ask(state, move |ops| ops.refuse_view(&lease, &why)).await {
        tracing::error!(error = %failure, "the end of a view is not on record");
    }
}
