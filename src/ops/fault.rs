//! Why a verb was not carried out.

use base::{ErrorKind, Fault, Said};
use domain::{FieldFault, Refusal};
use std::time::Duration;
use store::StoreError;

/// Why a verb was not carried out. Holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum OpsError {
    /// A right is missing; put on record already.
    #[error("refused: {}", .0.said)]
    Refused(Refusal),
    /// Policy asks what it is for.
    #[error("a purpose is needed")]
    PurposeNeeded,
    /// The sign-in, token or account is no longer good.
    #[error("not signed in")]
    SignedOut,
    /// Name or password is wrong, or the account is disabled: never said which.
    #[error("sign-in failed")]
    SignInFailed,
    /// Too many failures; nothing is heard until the pause is over.
    #[error("sign-in locked for {} s", .wait.as_secs())]
    Locked {
        /// How long still.
        wait: Duration,
    },
    /// Fields are wrong; never empty.
    #[error("invalid: {}", .0.iter().map(|f| f.field).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<FieldFault>),
    /// A rule of the regulation asks for something that the fields lack; never empty.
    #[error("rule {article}: {}", .faults.iter().map(|f| f.field).collect::<Vec<_>>().join(", "))]
    Rule {
        /// The article.
        article: &'static str,
        /// Fields, and what is asked for.
        faults: Vec<FieldFault>,
    },
    /// No such thing, or none for these eyes.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// A name or code is taken.
    #[error("taken: {field}")]
    Taken {
        /// Field with the name or code.
        field: &'static str,
        /// By what.
        said: Said,
    },
    /// Somebody else changed it first.
    #[error("revision {found}, expected {expected}")]
    Changed {
        /// The revision that the caller had seen.
        expected: u64,
        /// The revision now.
        found: u64,
    },
    /// A bound of [`base::limits`] is reached.
    #[error("bound reached: {}", .0.en)]
    Full(Said),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file or stream that an export goes to failed.
    #[error("export: {0}")]
    Export(std::io::Error),
    /// The system gave no random numbers, or hashing failed.
    #[error("{0}")]
    Inner(String),
}

impl From<FieldFault> for OpsError {
    fn from(f: FieldFault) -> Self {
        Self::Invalid(vec![f])
    }
}
impl From<Vec<FieldFault>> for OpsError {
    fn from(f: Vec<FieldFault>) -> Self {
        Self::Invalid(f)
    }
}

impl OpsError {
    /// Every field at fault, for a form that shows all at once.
    pub fn faults(&self) -> &[FieldFault] {
        match self {
            Self::Invalid(all) | Self::Rule { faults: all, .. } => all,
            _ => &[],
        }
    }
    /// How long to wait before trying again, if that is known.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::Locked { wait } => Some(*wait),
            _ => None,
        }
    }
}

impl Fault for OpsError {
    fn kind(&self) -> ErrorKind {
        match self {
            // A refusal is a value; `web` takes it out before it asks for a kind.
            Self::Refused(_) | Self::PurposeNeeded | Self::NotFound(_) => ErrorKind::NotFound,
            Self::SignedOut | Self::SignInFailed => ErrorKind::Unauthenticated,
            Self::Locked { .. } | Self::Full(_) => ErrorKind::Exhausted,
            Self::Invalid(_) | Self::Rule { .. } => ErrorKind::Invalid,
            Self::Taken { .. } | Self::Changed { .. } => ErrorKind::Conflict,
            Self::Store(e) => e.kind(),
            Self::Export(_) => ErrorKind::Unavailable,
            Self::Inner(_) => ErrorKind::Internal,
        }
    }

    fn said(&self) -> Said {
        match self {
            Self::Refused(r) => Said::new(
                format!("{} {}", r.said.vi, r.who_can_help.vi),
                format!("{} {}", r.said.en, r.who_can_help.en),
            ),
            Self::PurposeNeeded => Said::new(
                "Camera này ở ngoài phạm vi của bạn: hãy cho biết mục đích sử dụng. Mục đích được ghi vào nhật ký.",
                "This camera is beyond your own scope: say what it is for. The purpose is put on record.",
            ),
            Self::SignedOut => Said::new(
                "Phiên đăng nhập hoặc mã truy cập đã hết hiệu lực. Hãy đăng nhập lại.",
                "The sign-in or token is no longer good. Sign in again.",
            ),
            Self::SignInFailed => Said::new(
                "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đã bị tắt. Nếu quên mật khẩu, hãy đề nghị quản trị \
                 viên của nút đặt lại.",
                "Name or password is wrong, or the account is disabled. If you have forgotten the password, ask the node's \
                 administrator to reset it.",
            ),
            Self::Locked { wait } => {
                let s = wait.as_secs().max(1);
                Said::new(
                    format!("Đã sai quá nhiều lần. Hãy đợi {s} giây rồi đăng nhập lại."),
                    format!("Too many failed attempts. Wait {s} seconds, then sign in again."),
                )
            }
            Self::Invalid(faults) | Self::Rule { faults, .. } => faults
                .first()
                .map_or_else(|| Said::new("Dữ liệu chưa đúng.", "The input is not right."), |f| f.said.clone()),
            Self::NotFound(what) => match *what {
                "camera" => Said::new(
                    "Không có camera này; có thể nó vừa bị gỡ bỏ. Hãy tìm lại trong danh mục.",
                    "There is no such camera; it may have been removed. Look it up in the catalogue.",
                ),
                "second_factor" => Said::new(
                    "Tài khoản này chưa có xác thực hai lớp; không có gì để đặt lại.",
                    "This account has no second factor; there is nothing to reset.",
                ),
                "account" => Said::new("Không có tài khoản này.", "There is no such account."),
                _ => {
                    Said::new("Không có mục này; có thể nó đã kết thúc.", "There is no such thing; it may have ended.")
                }
            },
            Self::Taken { said, .. } | Self::Full(said) => said.clone(),
            Self::Changed { .. } => Said::new(
                "Người khác vừa thay đổi mục này. Hãy mở lại để xem thay đổi đó rồi sửa tiếp; chưa có gì của bạn được lưu.",
                "Somebody else has just changed this. Open it again to see the change, then edit; nothing of yours was saved.",
            ),
            Self::Store(e) => e.said(),
            Self::Export(_) => {
                Said::new("Việc xuất bị ngắt giữa chừng. Hãy thử lại.", "The export broke off. Try again.")
            }
            Self::Inner(_) => Said::new(
                "Lỗi bên trong; không có gì bị thay đổi. Hãy xem nhật ký hệ thống.",
                "An internal fault; nothing was changed. See the system log.",
            ),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid(faults) | Self::Rule { faults, .. } => faults.first().map(|f| f.field),
            Self::Taken { field, .. } => Some(field),
            _ => None,
        }
    }
}
