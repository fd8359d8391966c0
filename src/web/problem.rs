//! What a request is answered with when it cannot be done: [`Failure`], its RFC 9457 body, and the one function from
//! [`ErrorKind`] to an HTTP status.
//!
//! Handlers return `Result<_, Failure>`; `outer` writes it as `application/problem+json` for programs and as a page for
//! people. Not here: the sentences of the rooms below (they bring their own `Said`).

use actix_web::http::StatusCode;
use base::{ErrorKind, Fault, Language, Said};
use serde::Serialize;
use std::fmt;
use utoipa::ToSchema;

/// A sort of problem: the last part of `type` (`/problems/…`), which never changes once released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Stable name.
    pub slug: &'static str,
    /// HTTP status that it is answered with.
    pub status: u16,
    /// Short title, Vietnamese.
    pub vi: &'static str,
    /// Short title, English.
    pub en: &'static str,
}

macro_rules! sorts {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:literal, $vi:literal, $en:literal;)+) => {
        $($(#[$doc])* pub const $name: Sort = Sort { slug: $slug, status: $status, vi: $vi, en: $en };)+
        /// Every sort there is; `/problems/{slug}` explains each.
        pub const ALL: &[Sort] = &[$($name),+];
    };
}

sorts! {
    /// The input is wrong.
    INVALID = "invalid", 400, "Dữ liệu chưa đúng", "The input is not right";
    /// Not signed in.
    UNAUTHENTICATED = "unauthenticated", 401, "Cần đăng nhập", "Sign-in needed";
    /// A right is missing.
    REFUSED = "refused", 403, "Bị từ chối", "Refused";
    /// The form token or the origin is wrong.
    FORGED = "form-token", 403, "Biểu mẫu không hợp lệ", "The form is not valid";
    /// The password must be changed first.
    PASSWORD_DUE = "password-change-due", 403, "Cần đổi mật khẩu", "Password change due";
    /// A second factor must be set up first.
    SECOND_FACTOR_DUE = "second-factor-due", 403, "Cần thiết lập xác thực hai bước", "Second factor due";
    /// Policy asks what it is for.
    PURPOSE_NEEDED = "purpose-needed", 403, "Cần cho biết mục đích", "A purpose is needed";
    /// No such thing.
    NOT_FOUND = "not-found", 404, "Không tìm thấy", "Not found";
    /// The address knows no such method.
    METHOD = "method-not-allowed", 405, "Phương thức không được dùng ở đây", "Method not allowed";
    /// Nothing in common with what the caller can take.
    NOT_ACCEPTABLE = "not-acceptable", 406, "Không có định dạng chung", "Nothing in common";
    /// The body came too slowly.
    TOO_SLOW = "too-slow", 408, "Gửi quá chậm", "Sent too slowly";
    /// Someone else has it or was first.
    CONFLICT = "conflict", 409, "Có xung đột", "Conflict";
    /// `If-Match` names another revision.
    CHANGED_MEANWHILE = "changed-meanwhile", 412, "Đã bị người khác thay đổi", "Changed meanwhile";
    /// Larger than the bound.
    TOO_LARGE = "too-large", 413, "Quá lớn", "Too large";
    /// A media type that is not taken here.
    MEDIA_TYPE = "unsupported-media-type", 415, "Kiểu nội dung không được nhận", "Unsupported media type";
    /// The request came to a name that is not this node's.
    WRONG_HOST = "wrong-host", 421, "Sai tên máy chủ", "Wrong host name";
    /// `If-Match` is missing.
    IF_MATCH_NEEDED = "if-match-needed", 428, "Thiếu If-Match", "If-Match needed";
    /// Too many, too fast.
    TOO_MANY = "too-many", 429, "Quá nhiều yêu cầu", "Too many requests";
    /// A bug or a broken store.
    INTERNAL = "internal", 500, "Lỗi bên trong", "Internal error";
    /// Not offered by this node.
    NOT_OFFERED = "not-offered", 501, "Chưa được hỗ trợ", "Not offered";
    /// A part is away now.
    UNAVAILABLE = "unavailable", 503, "Tạm thời chưa phục vụ được", "Not available now";
}

/// The one mapping from kinds of errors to HTTP.
pub fn sort_of(kind: ErrorKind) -> Sort {
    match kind {
        ErrorKind::Invalid => INVALID,
        ErrorKind::Unauthenticated => UNAUTHENTICATED,
        ErrorKind::NotFound => NOT_FOUND,
        ErrorKind::Conflict => CONFLICT,
        ErrorKind::Exhausted => TOO_MANY,
        ErrorKind::Unavailable => UNAVAILABLE,
        ErrorKind::Internal => INTERNAL,
    }
}

/// A request that cannot be done, with everything that the answer needs.
#[derive(Debug)]
pub struct Failure(Box<Inner>);

/// Things of a kind that the address of a form names.
const ASKED_FOR_MAX: usize = 40;

#[derive(Debug)]
struct Inner {
    sort: Sort,
    detail: Said,
    help: Option<Said>,
    field: Option<String>,
    faults: Vec<(String, Said)>,
    article: Option<&'static str>,
    retry_after_s: Option<u32>,
    allow: Option<String>,
    request_form: Option<String>,
}

impl Failure {
    /// That sort of problem, in a sentence.
    pub fn new(sort: Sort, detail: Said) -> Self {
        Self(Box::new(Inner {
            sort,
            detail,
            help: None,
            field: None,
            faults: Vec::new(),
            article: None,
            retry_after_s: None,
            allow: None,
            request_form: None,
        }))
    }

    /// From an error of a room below. An internal one is logged here, once; the caller sees no inner detail.
    pub fn from_fault(fault: &(impl Fault + ?Sized)) -> Self {
        let kind = fault.kind();
        if kind == ErrorKind::Internal {
            tracing::error!(error = %fault, "a request failed inside");
        }
        let mut failure = Self::new(sort_of(kind), fault.said());
        failure.0.field = fault.field().map(str::to_owned);
        if kind == ErrorKind::Unavailable {
            failure.0.retry_after_s = Some(5);
        }
        failure
    }

    /// A rule refused.
    pub fn refused(refusal: &domain::Refusal) -> Self {
        let mut failure = Self::new(REFUSED, refusal.said.clone());
        failure.0.article = refusal.article;
        failure.0.help = Some(refusal.who_can_help.clone());
        failure
    }

    /// With the article whose rule asks for it.
    pub fn by_article(mut self, article: &'static str) -> Self {
        self.0.article = Some(article);
        self
    }

    /// There is no such thing, or none for these eyes.
    pub fn not_found() -> Self {
        Self::new(
            NOT_FOUND,
            Said::new(
                "Không có trang hay mục này, hoặc tài khoản của bạn không được xem. Hãy kiểm tra lại địa chỉ.",
                "There is no such page or item, or your account may not see it. Check the address.",
            ),
        )
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::new(
            UNAUTHENTICATED,
            Said::new(
                "Bạn chưa đăng nhập hoặc phiên đăng nhập đã kết thúc. Hãy đăng nhập lại.",
                "You are not signed in, or your sign-in has ended. Sign in again.",
            ),
        )
    }

    /// The input in that field is wrong.
    pub fn invalid(field: &str, said: Said) -> Self {
        Self::new(INVALID, said).at(field)
    }

    /// A failure that should not happen; `what` is logged, not shown.
    pub fn internal(what: impl fmt::Display) -> Self {
        tracing::error!(error = %what, "a request failed inside");
        Self::new(
            INTERNAL,
            Said::new(
                "Máy chủ gặp lỗi khi xử lý yêu cầu này. Lỗi đã được ghi lại; hãy thử lại hoặc báo quản trị viên.",
                "The server failed on this request. The failure is logged; try again or tell the administrator.",
            ),
        )
    }

    /// Names the form with which the right could be asked for, and the rule. The same for a camera that is not there and one
    /// that these eyes do not see.
    pub fn asking(mut self, camera: Option<&str>, act: domain::Act) -> Self {
        if self.0.request_form.is_none()
            && matches!(self.0.sort, REFUSED | NOT_FOUND)
            && (camera.is_some() || act.on_camera())
        {
            let fields = [("camera", camera.unwrap_or("")), ("act", if act.on_camera() { act.as_str() } else { "" })];
            self.0.request_form = Some(templates::routes::with_query(templates::routes::REQUEST_NEW, &fields));
        }
        if self.0.sort == NOT_FOUND && camera.is_some() {
            self.0.detail = Said::new(
                "Không có camera này trong phạm vi của tài khoản bạn. Camera ngoài phạm vi chỉ được xem khi có văn bản đồng ý \
                 và có thời hạn.",
                "There is no such camera within your account's scope. One beyond it is seen only with a written consent and \
                 for a time.",
            );
            self.0.article = Some("10.3");
            self.0.help = Some(Said::new(
                "Hãy gửi đề nghị cấp quyền; người có thẩm quyền chia sẻ camera sẽ xem xét.",
                "Send a request; those who may share the camera decide it.",
            ));
        }
        self
    }
    /// Names the form with which what was to be given could be asked for: those acts, cameras, areas and units.
    pub fn asking_for(mut self, acts: &[String], cameras: &[String], areas: &[String], units: &[String]) -> Self {
        if self.0.sort == REFUSED {
            let listed =
                |all: &[String]| all.iter().take(ASKED_FOR_MAX).map(String::as_str).collect::<Vec<_>>().join(",");
            let fields =
                [("camera", listed(cameras)), ("area", listed(areas)), ("unit", listed(units)), ("act", listed(acts))];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            self.0.request_form = Some(templates::routes::with_query(templates::routes::REQUEST_NEW, &fields));
        }
        self
    }
    /// Names the input field at fault.
    pub fn at(mut self, field: &str) -> Self {
        self.0.field = Some(field.to_owned());
        self
    }
    /// One more field at fault, with its sentence.
    pub fn with_fault(mut self, field: &str, said: Said) -> Self {
        self.0.faults.push((field.to_owned(), said));
        self
    }
    /// Says when to try again, in seconds.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_s = Some(seconds);
        self
    }
    /// Names the methods that are allowed here.
    pub fn allow(mut self, methods: String) -> Self {
        self.0.allow = Some(methods);
        self
    }
    /// Answers with another sort (412 instead of 409, say).
    pub fn sorted(mut self, sort: Sort) -> Self {
        self.0.sort = sort;
        self
    }

    /// Which sort of problem.
    pub fn sort(&self) -> Sort {
        self.0.sort
    }
    /// What is wrong and what to do.
    pub fn detail(&self) -> &Said {
        &self.0.detail
    }
    /// Who can help, when a rule refused.
    pub fn help(&self) -> Option<&Said> {
        self.0.help.as_ref()
    }
    /// Every field at fault with its sentence, where there are several.
    pub fn faults(&self) -> &[(String, Said)] {
        &self.0.faults
    }
    /// The field at fault.
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }
    /// The regulation's article, when a rule refused.
    pub fn article(&self) -> Option<&'static str> {
        self.0.article
    }
    /// Seconds to wait before trying again.
    pub fn retry_after_s(&self) -> Option<u32> {
        self.0.retry_after_s
    }
    /// The address of the form with which the right could be asked for.
    pub fn request_form(&self) -> Option<&str> {
        self.0.request_form.as_deref()
    }
    /// The methods that are allowed here.
    pub fn allowed_methods(&self) -> Option<&str> {
        self.0.allow.as_deref()
    }
    /// HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.sort.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The body for programs.
    pub fn problem(&self, language: Language) -> Problem {
        let sort = self.0.sort;
        Problem {
            kind: format!("/problems/{}", sort.slug),
            title: if language == Language::Vi { sort.vi } else { sort.en }.to_owned(),
            status: sort.status,
            detail: self.0.detail.of(language).to_owned(),
            field: self.0.field.clone(),
            faults: self
                .0
                .faults
                .iter()
                .map(|(field, said)| FaultBody { field: field.clone(), detail: said.of(language).to_owned() })
                .collect(),
            article: self.0.article.map(str::to_owned),
            who_can_help: self.0.help.as_ref().map(|h| h.of(language).to_owned()),
            request_form: self.0.request_form.clone(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.sort.slug, self.0.detail.en)
    }
}

impl actix_web::ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status()
    }
    /// Without a body: `outer` knows the caller's language and writes it.
    fn error_response(&self) -> actix_web::HttpResponse {
        actix_web::HttpResponse::new(self.status())
    }
}

/// `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A stable name of the sort of problem, as a reference relative to the node (`/problems/not-found`).
    #[serde(rename = "type")]
    pub kind: String,
    /// The sort of problem in a few words, in the caller's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong and what to do, in the caller's language.
    pub detail: String,
    /// The input field at fault; the first, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Every input field at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultBody>,
    /// The article of Decision 01/2022/QĐ-UBND by which it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Who can grant what was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who_can_help: Option<String>,
    /// Address of the form with which it can be asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_form: Option<String>,
}

/// One input field at fault.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultBody {
    /// Its name.
    pub field: String,
    /// What is wrong with it, in the caller's language.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_unique_and_statuses_are_errors() {
        let mut slugs: Vec<_> = ALL.iter().map(|s| s.slug).collect();
        slugs.sort_unstable();
        let n = slugs.len();
        slugs.dedup();
        assert_eq!(slugs.len(), n);
        assert!(ALL.iter().all(|s| (400..600).contains(&s.status) && !s.vi.is_empty() && !s.en.is_empty()));
    }

    #[test]
    fn the_body_is_in_the_callers_language() {
        let failure = Failure::invalid("name", Said::new("Tên trống.", "The name is empty."));
        let vi = serde_json::to_value(failure.problem(Language::Vi)).expect("JSON");
        let en = serde_json::to_value(failure.problem(Language::En)).expect("JSON");
        assert_eq!(vi["type"], "/problems/invalid");
        assert_eq!(vi["field"], "name");
        assert_eq!((vi["detail"].as_str(), en["detail"].as_str()), (Some("Tên trống."), Some("The name is empty.")));
        assert!(vi.get("article").is_none());
    }
}
