//! `/api/v1/me`: changing what is one's own: preferences, password, second factor. As on the page **Của tôi**; a password and a
//! second factor are changed by the cookie of a sign-in alone, never by a token.

use crate::body::Json;
use crate::office::{self, FactorStep};
use crate::problem::{self, Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::{Language, Said, Secret};
use serde::{Deserialize, Serialize};
use templates::views::Theme;
use utoipa::ToSchema;

/// How the caller wants it; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferencesBody {
    /// Name that others read.
    pub display_name: Option<String>,
    /// `vi` or `en`.
    pub language: Option<String>,
    /// `system`, `light` or `dark`.
    pub theme: Option<String>,
}

/// Changes one's own name, language and theme
#[utoipa::path(patch, path = "/api/v1/me", tag = "accounts", operation_id = "own_preferences",
    request_body = PreferencesBody,
    responses((status = 204, description = "Kept"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn prefer(
    state: web::Data<WebState>,
    who: SignedIn,
    body: Json<PreferencesBody>,
) -> Result<HttpResponse, Failure> {
    let body = body.0;
    let unknown = |field: &str, of: &str| {
        Failure::invalid(field, Said::new(format!("Chỉ nhận: {of}."), format!("One of: {of}.")))
    };
    let language = match body.language.as_deref() {
        None => None,
        Some(text) => Some(Language::parse(text).ok_or_else(|| unknown("language", "vi, en"))?),
    };
    let theme = match body.theme.as_deref() {
        None => None,
        Some(text) => Some(Theme::parse(text).ok_or_else(|| unknown("theme", "system, light, dark"))?),
    };
    office::prefer(&state, &who.visitor, body.display_name, language, theme).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPasswordBody {
    /// The one in force.
    pub password_old: String,
    /// The new one.
    pub password: String,
}

/// Changes one's own password; the other sign-ins and all tokens end
#[utoipa::path(post, path = "/api/v1/me/password", tag = "accounts", operation_id = "own_password",
    request_body = OwnPasswordBody,
    responses((status = 204, description = "Changed"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn password(
    state: web::Data<WebState>,
    who: SignedIn,
    body: Json<OwnPasswordBody>,
) -> Result<HttpResponse, Failure> {
    signed_in_here(&who)?;
    let body = body.0;
    office::change_password(&state, &who, Secret::new(body.password_old), Secret::new(body.password))
        .await
        .map_err(old_password)?;
    Ok(HttpResponse::NoContent().finish())
}

/// One's own second factor.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorBody {
    /// Since when there is one, RFC 3339 UTC.
    pub since: Option<String>,
    /// Does the policy ask the account for one?
    pub required: bool,
    /// From when everything else waits for it.
    pub due_from: Option<String>,
    /// Recovery codes that are left.
    pub recovery_left: usize,
}

/// One's own second factor
#[utoipa::path(get, path = "/api/v1/me/second-factor", tag = "accounts", operation_id = "own_second_factor",
    responses((status = 200, body = SecondFactorBody),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn second_factor(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let factor = office::second_factor(&state, &who).await?;
    Ok(HttpResponse::Ok().json(SecondFactorBody {
        since: factor.as_ref().and_then(|f| f.confirmed_at).map(|at| at.rfc3339()),
        required: office::second_factor_required(&state, &who.caller),
        due_from: who.caller.second_factor_from.filter(|_| factor.is_none()).map(|at| at.rfc3339()),
        recovery_left: factor.as_ref().map_or(0, |f| f.recovery.len()),
    }))
}

/// The secret for an authenticator app.
#[derive(Serialize, ToSchema)]
pub struct EnrolmentBody {
    /// `otpauth://totp/…`, as QR codes hold it.
    pub uri: String,
    /// The secret alone, base32.
    pub secret: String,
}

/// Begins setting one's second factor up; nothing is asked for before its first code has been confirmed
#[utoipa::path(post, path = "/api/v1/me/second-factor/enrolment", tag = "accounts", operation_id = "own_second_factor_begin",
    responses((status = 200, body = EnrolmentBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub async fn enrol(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    signed_in_here(&who)?;
    let enrolment = office::begin_second_factor(&state, &who).await?;
    let body = EnrolmentBody { uri: office::enrolment_uri(&enrolment), secret: enrolment.secret.expose().to_owned() };
    Ok(HttpResponse::Ok().json(body))
}

/// What a step of the second factor is proved by.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorStepBody {
    /// The password.
    pub password_old: String,
    /// The code of the app; a recovery code is taken where the app is lost.
    pub code: String,
}

/// Recovery codes.
#[derive(Serialize, ToSchema)]
pub struct RecoveryBody {
    /// Each works once; told this once. Empty after the second factor has been given up.
    pub recovery_codes: Vec<String>,
}

async fn step(
    state: &WebState,
    who: &SignedIn,
    body: FactorStepBody,
    step: FactorStep,
) -> Result<HttpResponse, Failure> {
    signed_in_here(who)?;
    let codes = office::factor_step(state, who, step, Secret::new(body.password_old), body.code).await;
    let codes = codes.map_err(old_password)?;
    let recovery_codes = codes.iter().map(|c| c.expose().to_owned()).collect();
    Ok(HttpResponse::Ok().json(RecoveryBody { recovery_codes }))
}

/// Confirms one's second factor by password and first code; the answer holds the recovery codes
#[utoipa::path(post, path = "/api/v1/me/second-factor", tag = "accounts", operation_id = "own_second_factor_confirm",
    request_body = FactorStepBody,
    responses((status = 200, body = RecoveryBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn confirm(
    state: web::Data<WebState>,
    who: SignedIn,
    body: Json<FactorStepBody>,
) -> Result<HttpResponse, Failure> {
    step(&state, &who, body.0, FactorStep::Confirm).await
}

/// New recovery codes; the old ones end
#[utoipa::path(post, path = "/api/v1/me/second-factor/codes", tag = "accounts", operation_id = "own_second_factor_codes",
    request_body = FactorStepBody,
    responses((status = 200, body = RecoveryBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn codes(
    state: web::Data<WebState>,
    who: SignedIn,
    body: Json<FactorStepBody>,
) -> Result<HttpResponse, Failure> {
    step(&state, &who, body.0, FactorStep::Renew).await
}

/// Gives one's second factor up
#[utoipa::path(post, path = "/api/v1/me/second-factor/remove", tag = "accounts", operation_id = "own_second_factor_remove",
    request_body = FactorStepBody,
    responses((status = 200, body = RecoveryBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn remove(
    state: web::Data<WebState>,
    who: SignedIn,
    body: Json<FactorStepBody>,
) -> Result<HttpResponse, Failure> {
    step(&state, &who, body.0, FactorStep::Remove).await
}

/// A token is no way to its account's password or second factor.
fn signed_in_here(who: &SignedIn) -> Result<(), Failure> {
    if who.caller.session.is_some() {
        return Ok(());
    }
    Err(Failure::refused(&domain::Refusal {
        article: Some("12.3"),
        said: Said::new(
            "Mật khẩu và xác thực hai bước chỉ đổi được khi chính người đó đăng nhập, không bằng mã truy cập.",
            "Passwords and second factors are changed by whoever has signed in, not with a token.",
        ),
        who_can_help: Said::new("Hãy đăng nhập rồi thử lại.", "Sign in and try again."),
    }))
}

/// A wrong password is a fault of its field here, not an ended sign-in.
fn old_password(failure: Failure) -> Failure {
    if failure.sort() == problem::UNAUTHENTICATED && failure.field().is_some() {
        return Failure::invalid("password_old", failure.detail().clone());
    }
    failure
}
