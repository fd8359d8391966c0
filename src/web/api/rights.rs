//! What the caller may, and why: `/api/v1/me/rights`, `/api/v1/cameras/{camera}/rights`.

use super::rights_bodies::{self as b, GrantBody};
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::{SignedIn, TheCamera};
use actix_web::{HttpResponse, web};
use base::WallTime;
use domain::presets::{self, Reach};
use domain::{Act, Holder};
use ops::GrantFilter;
use serde::Serialize;
use utoipa::ToSchema;

/// How far an act reaches.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReachBody {
    /// Name of the act.
    pub act: &'static str,
    /// `own` (in the own scope without more, elsewhere by a grant), `granted` (only by a grant) or `never`.
    pub reach: &'static str,
}

/// The caller's rights.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyRightsBody {
    /// The preset.
    pub role: &'static str,
    /// The article of Decision 01/2022/QĐ-UBND that it comes from.
    pub article: &'static str,
    /// The own scope, in the caller's language.
    pub own_scope: String,
    /// Acts on cameras and how far they reach.
    pub acts: Vec<ReachBody>,
    /// What was given to the caller or its unit and has not ended.
    pub grants: Vec<GrantBody>,
}

/// One act on one camera.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActOnCamera {
    /// Name of the act.
    pub act: &'static str,
    /// May the caller, now?
    pub may: bool,
    /// The grant behind it; `null` if it is the own scope.
    pub grant: Option<String>,
    /// When it ends by itself, RFC 3339 UTC.
    pub until: Option<String>,
}

/// The caller's rights on one camera.
#[derive(Debug, Serialize, ToSchema)]
pub struct CameraRightsBody {
    /// The preset.
    pub role: &'static str,
    /// Is the camera in the caller's own scope?
    pub in_own_scope: bool,
    /// Each act on cameras.
    pub acts: Vec<ActOnCamera>,
    /// The caller's grants that hold the camera, in force or not.
    pub grants: Vec<GrantBody>,
}

fn word(reach: Reach) -> &'static str {
    match reach {
        Reach::Own => "own",
        Reach::Granted => "granted",
        Reach::Never => "never",
    }
}

/// What the caller may, by preset and by grants
#[utoipa::path(get, path = "/api/v1/me/rights", tag = "rights", operation_id = "my_rights",
    responses((status = 200, body = MyRightsBody),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn mine(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let grants = office::ask(&state, move |ops| {
        let of =
            |holder| GrantFilter { holder: Some(holder), limit: base::limits::PAGE_ROWS_MAX, ..GrantFilter::default() };
        let mut all = ops.list_grants(&caller, &of(Holder::Account(caller.account.id)))?.items;
        if let Some(unit) = caller.account.unit_id {
            all.extend(ops.list_grants(&caller, &of(Holder::Unit(unit)))?.items);
        }
        Ok(all)
    })
    .await?;
    let role = who.caller.account.role;
    let preset = presets::of(role);
    Ok(HttpResponse::Ok().json(MyRightsBody {
        role: role.as_str(),
        article: preset.article,
        own_scope: preset.home.said().of(who.visitor.language).to_owned(),
        acts: Act::ON_CAMERAS.map(|a| ReachBody { act: a.as_str(), reach: word(presets::reach(role, a)) }).into(),
        grants: grants.iter().map(b::grant_body).collect(),
    }))
}

/// What the caller may do to a camera, and why
#[utoipa::path(get, path = "/api/v1/cameras/{camera}/rights", tag = "rights", operation_id = "camera_rights",
    params(("camera" = String, Path, description = "Code or id")),
    responses((status = 200, body = CameraRightsBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn on_camera(state: web::Data<WebState>, who: SignedIn, camera: TheCamera) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let told = office::ask(&state, move |ops| ops.explain(&caller, &camera.0)).await?;
    Ok(HttpResponse::Ok().json(CameraRightsBody {
        role: told.role.as_str(),
        in_own_scope: told.at_home,
        acts: told
            .acts
            .iter()
            .map(|(act, _, right)| ActOnCamera {
                act: act.as_str(),
                may: right.is_some(),
                grant: right.and_then(|r| r.grant).map(|g| g.to_string()),
                until: right.and_then(|r| r.until).map(WallTime::rfc3339),
            })
            .collect(),
        grants: told.grants.iter().map(b::grant_body).collect(),
    }))
}
