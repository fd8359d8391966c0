//! The second factor, the networks for signing in, reviews of accounts, and the notices above pages.

use super::ask;
use super::entry::turn;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::{SignedIn, Visitor};
use base::{AccountId, CivilDate, Language, ReviewId, Said, Secret};
use domain::review::Verdict;
use domain::{Review, ReviewLine, SecondFactor, SignInNetworks};
use ops::{Caller, Duty, Enrolment, NetworksWish, Origin, ReviewInfo, ReviewWish, SignedIn as In};
use templates::routes;
use templates::views::{Notice, ReviewAnswer, ReviewLineRow, ReviewRow, ReviewUnit};

/// From where a visitor comes, for signing in.
pub fn origin(visitor: &Visitor) -> Origin {
    Origin { browser: visitor.browser.clone(), ..Origin::new(visitor.address, visitor.agent.clone()) }
}

/// Gives the code of the second factor.
pub async fn enter_code(state: &WebState, visitor: &Visitor, half: Secret, code: String) -> Result<In, Failure> {
    let origin = origin(visitor);
    ask(state, move |ops| ops.enter_code(&half, &code, &origin)).await
}

/// Is that half of a sign-in still waiting for its code?
pub fn code_awaited(state: &WebState, half: &Secret) -> bool {
    state.ops.code_awaited(half)
}

/// The caller's second factor, if it has one.
pub async fn second_factor(state: &WebState, who: &SignedIn) -> Result<Option<SecondFactor>, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.second_factor(&caller)).await
}

/// Does the policy ask the caller for one?
pub fn second_factor_required(state: &WebState, caller: &Caller) -> bool {
    state.ops.second_factor_required(&caller.account)
}

/// A secret for the caller's app.
pub async fn begin_second_factor(state: &WebState, who: &SignedIn) -> Result<Enrolment, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.begin_second_factor(&caller)).await
}

/// The address that an authenticator app reads (Google Authenticator's key URI format).
pub fn enrolment_uri(enrolment: &Enrolment) -> String {
    let (issuer, account) = (routes::segment(&enrolment.issuer), routes::segment(&enrolment.account));
    let secret = enrolment.secret.expose();
    format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
}

/// What is done with a second factor by password and code.
#[derive(Clone, Copy, Debug)]
pub enum FactorStep {
    /// Set up.
    Confirm,
    /// New recovery codes.
    Renew,
    /// Given up.
    Remove,
}

/// Does it; the recovery codes to be shown once.
pub async fn factor_step(
    state: &WebState,
    who: &SignedIn,
    step: FactorStep,
    password: Secret,
    code: String,
) -> Result<Vec<Secret>, Failure> {
    let _turn = turn(state)?;
    let caller = who.caller.clone();
    let codes = ask(state, move |ops| match step {
        FactorStep::Confirm => ops.confirm_second_factor(&caller, &password, &code),
        FactorStep::Renew => ops.renew_recovery_codes(&caller, &password, &code),
        FactorStep::Remove => ops.remove_second_factor(&caller, &password, &code).map(|()| Vec::new()),
    });
    let codes = codes.await?;
    state.hub.sign_in_ended();
    Ok(codes)
}

/// Must the caller set up a second factor before anything else?
pub fn must_set_second_factor(caller: &Caller) -> bool {
    caller.duty == Some(Duty::SecondFactor)
}

/// Why the caller must change the password, in words.
pub fn password_due(caller: &Caller, language: Language) -> Option<String> {
    match caller.duty {
        Some(Duty::Password(due)) => Some(due.said().of(language).to_owned()),
        _ => None,
    }
}

/// What the person should see to.
pub fn notices(state: &WebState, caller: &Caller, language: Language) -> Vec<Notice> {
    let words = templates::NoticeWords::of(language);
    let mut out = Vec::new();
    if caller.barred.is_some() {
        return out;
    }
    if let Some(strange) = &caller.account.strange_sign_in {
        out.push(Notice {
            text: words.strange(&strange.address, strange.at),
            link: None,
            urgent: true,
            seen: Some((routes::SIGN_IN_SEEN.to_owned(), words.seen().to_owned())),
        });
    }
    if let Some(from) = caller.second_factor_from {
        let link = Some((routes::SECOND_FACTOR.to_owned(), words.set_up().to_owned()));
        out.push(Notice { text: words.factor(from), link, urgent: false, seen: None });
    }
    for duty in state.ops.review_duties(caller) {
        out.push(Notice {
            text: words.review(&duty.name, duty.waiting, duty.days_left, &day(duty.due)),
            link: Some((format!("{}/{}?show=waiting", routes::REVIEWS, duty.id), words.review_link().to_owned())),
            urgent: duty.days_left < 0,
            seen: None,
        });
    }
    out
}

// ---- networks -----------------------------------------------------------------------------------------------------------

/// All versions of the rule, newest first.
pub async fn networks(state: &WebState, who: &SignedIn) -> Result<Vec<SignInNetworks>, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.sign_in_networks(&caller)).await
}

/// What a wish would mean: would the caller's own address be inside?
pub async fn preview_networks(state: &WebState, who: &SignedIn, wish: NetworksWish) -> Result<bool, Failure> {
    let caller = who.caller.clone();
    Ok(ask(state, move |ops| ops.preview_sign_in_networks(&caller, &wish)).await?.1)
}

/// Sets the rule.
pub async fn set_networks(state: &WebState, who: &SignedIn, wish: NetworksWish) -> Result<SignInNetworks, Failure> {
    let caller = who.caller.clone();
    let set = ask(state, move |ops| ops.set_sign_in_networks(&caller, &wish)).await?;
    state.hub.sign_in_ended();
    Ok(set)
}

// ---- reviews ------------------------------------------------------------------------------------------------------------

/// A day as pages show it.
pub fn day(day: CivilDate) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// A day as a form or the API sends it.
pub fn read_day(field: &str, text: &str) -> Result<CivilDate, Failure> {
    text.trim().parse().map_err(|_| {
        Failure::invalid(
            field,
            Said::new(
                "Ngày có dạng năm-tháng-ngày, ví dụ 2026-12-31.",
                "A day is written yyyy-mm-dd, for example 2026-12-31.",
            ),
        )
    })
}

/// May the caller start and close reviews?
pub fn runs_reviews(state: &WebState, caller: &Caller) -> bool {
    state.ops.runs_reviews(caller)
}

/// The reviews that the caller may see.
pub async fn reviews(state: &WebState, who: &SignedIn) -> Result<Vec<ReviewInfo>, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.reviews(&caller)).await
}

/// Days for answers that a form proposes.
pub fn review_days(state: &WebState) -> u32 {
    state.ops.policy().review.days_default
}

/// Starts one.
pub async fn start_review(state: &WebState, who: &SignedIn, wish: ReviewWish) -> Result<Review, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.start_review(&caller, wish)).await
}

/// One with its lines; `out`: for a file or the printer, which goes on record.
pub async fn review(
    state: &WebState,
    who: &SignedIn,
    id: ReviewId,
    out: bool,
) -> Result<(ReviewInfo, Vec<ReviewLine>), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| if out { ops.export_review(&caller, id) } else { ops.review(&caller, id) }).await
}

/// A review's result as CSV.
pub async fn review_csv(state: &WebState, who: &SignedIn, id: ReviewId) -> Result<(Review, Vec<u8>), Failure> {
    let (caller, language) = (who.caller.clone(), who.visitor.language);
    ask(state, move |ops| ops.review_csv(&caller, id, language)).await
}

/// Answers for an account.
pub async fn answer_review(
    state: &WebState,
    who: &SignedIn,
    id: ReviewId,
    account: AccountId,
    verdict: Verdict,
    reason: String,
) -> Result<ReviewLine, Failure> {
    let caller = who.caller.clone();
    let line = ask(state, move |ops| ops.answer_review(&caller, id, account, verdict, &reason)).await?;
    state.hub.sign_in_ended();
    Ok(line)
}

/// Closes a review.
pub async fn close_review(
    state: &WebState,
    who: &SignedIn,
    id: ReviewId,
    remark: String,
    revision: Option<u64>,
) -> Result<Review, Failure> {
    let caller = who.caller.clone();
    let review = ask(state, move |ops| ops.close_review(&caller, id, &remark, revision)).await?;
    state.hub.sign_in_ended();
    Ok(review)
}

/// A review as a page shows it.
pub fn review_row(info: &ReviewInfo) -> ReviewRow {
    let r = &info.review;
    ReviewRow {
        id: r.id.to_string(),
        name: r.name.clone(),
        started_at: r.started_at,
        started_by: r.started_by.clone(),
        due: day(r.due),
        days_left: info.days_left,
        closed: r.closed.as_ref().map(|c| (c.at, c.by.clone(), c.remark.clone())),
        all: info.progress.all,
        kept: info.progress.kept,
        ended: info.progress.ended,
        own_waiting: if r.closed.is_some() { 0 } else { info.own.waiting() },
        disables: r.unanswered == domain::review::Unanswered::Disable,
        reminders: r.reminders.iter().map(|m| (day(m.on), m.days_left, m.waiting)).collect(),
        revision: r.revision,
    }
}

/// Lines by unit, as a page shows them.
pub fn review_units(
    state: &WebState,
    caller: &Caller,
    open: bool,
    lines: &[ReviewLine],
    show: &str,
) -> Vec<ReviewUnit> {
    let mut units: Vec<ReviewUnit> = Vec::new();
    let shown = lines.iter().filter(|l| match show {
        "waiting" => l.answer.is_none(),
        "answered" => l.answer.is_some(),
        _ => true,
    });
    for l in shown {
        let row = ReviewLineRow {
            account: l.account.to_string(),
            name: l.name.clone(),
            display_name: l.display_name.clone(),
            role: l.role,
            service: l.kind == domain::AccountKind::Service,
            title: l.title.clone(),
            last_sign_in_at: l.last_sign_in_at,
            reviewer: l.reviewer_name.clone(),
            answer: l.answer.as_ref().map(|a| ReviewAnswer {
                keep: a.verdict == Verdict::Keep,
                reason: a.reason.clone(),
                at: a.at,
                by: a.by.clone(),
                in_place: a.in_place,
            }),
            disabled_at_close: l.disabled_at_close,
            answerable: open && state.ops.answers_for(caller, l),
        };
        match units.last_mut() {
            Some(unit) if unit.name == l.unit_name => unit.lines.push(row),
            _ => units.push(ReviewUnit { name: l.unit_name.clone(), lines: vec![row] }),
        }
    }
    units
}
