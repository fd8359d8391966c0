//! What can go wrong in this room, and what a person is told about it.
//!
//! Here: the one error enum of `store`. Not here: flaws of the audit chain (`audit::ChainFlaw`), which are findings
//! and not errors.

use base::{ErrorKind, Fault, Said};
use std::io;
use std::path::{Path, PathBuf};

/// Why the store did not do what was asked. Holds no secret and no record's contents.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store in this folder.
    #[error("no store at {0}")]
    Missing(PathBuf),
    /// The sealing key is there, but the store that belongs to it is not.
    #[error("the sealing key is there but the store {0} is not")]
    StoreGone(PathBuf),
    /// The file ends before the store does.
    #[error("{path} is cut short: {len} bytes")]
    CutShort {
        /// The store file.
        path: PathBuf,
        /// Its length in bytes.
        len: u64,
    },
    /// The file is something else than a store.
    #[error("{0} is not a store")]
    NotAStore(PathBuf),
    /// The file is a store whose contents do not hold together.
    #[error("{path} is damaged: {detail}")]
    Damaged {
        /// The store file.
        path: PathBuf,
        /// What the engine said.
        detail: String,
    },
    /// A newer release has written this store.
    #[error("{path} has format {found}, this release knows up to {known}")]
    NewerFormat {
        /// The store file.
        path: PathBuf,
        /// Format found.
        found: u32,
        /// Newest format that this release reads.
        known: u32,
    },
    /// Another process has the store open.
    #[error("{0} is in use by another process")]
    Locked(PathBuf),
    /// The folder or a file in it cannot be written.
    #[error("cannot write {path}: {source}")]
    NotWritable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The sealing key is not there.
    #[error("the sealing key {0} is missing")]
    KeyMissing(PathBuf),
    /// The sealing key has the wrong length.
    #[error("the sealing key {0} is damaged")]
    KeyDamaged(PathBuf),
    /// The sealing key belongs to another store.
    #[error("the sealing key {0} belongs to another store")]
    WrongKey(PathBuf),
    /// Something is there already and is not overwritten.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// The disk failed or is full.
    #[error("disk: {0}")]
    Disk(#[from] io::Error),
    /// The engine failed; the store takes no more writes until it is opened anew.
    #[error("engine: {0}")]
    Engine(String),
    /// A closure given to the store panicked; what it had written is undone.
    #[error("a transaction panicked: {0}")]
    Panicked(String),
    /// A write changed records without an audit entry; it is undone.
    #[error("a write changed `{0}` without an audit entry")]
    Unaudited(&'static str),
    /// A write was asked for within a write; it would wait for itself.
    #[error("a write within a write")]
    Nested,
    /// [`base::limits::STORE_QUEUE_MAX`] writes are waiting.
    #[error("too many writes are waiting")]
    Busy,
    /// The store is being closed.
    #[error("the store is closed")]
    Closed,
    /// Another record has this unique secondary key.
    #[error("`{index}` of `{table}` is taken")]
    Taken {
        /// Its table.
        table: &'static str,
        /// The secondary key's name.
        index: &'static str,
    },
    /// A record, key or fact is over its bound.
    #[error("a value of `{table}` is too large: {bytes} bytes")]
    TooLarge {
        /// Its table.
        table: &'static str,
        /// Its size.
        bytes: usize,
    },
    /// A stored record cannot be read by this release.
    #[error("a record of `{table}` cannot be read: {detail}")]
    Unreadable {
        /// Its table.
        table: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A sealed secret does not open: altered, or moved from another place.
    #[error("the secret `{field}` of `{table}` does not open")]
    SealBroken {
        /// The table it belongs to.
        table: &'static str,
        /// The field it is.
        field: &'static str,
    },
    /// The node's key did not sign a checkpoint of the audit.
    #[error("a checkpoint could not be signed: {0}")]
    Unsigned(String),
    /// An archive of old audit entries does not hold what it must; nothing was taken away.
    #[error("the archive {path} is not good: {detail}")]
    BadArchive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The system gave no random bytes.
    #[error("no random bytes: {0}")]
    NoRandom(String),
}

impl StoreError {
    /// An I/O error at a path: not writable, or the disk's own trouble.
    pub(crate) fn at(path: &Path, e: io::Error) -> Self {
        use io::ErrorKind as K;
        match e.kind() {
            K::PermissionDenied | K::ReadOnlyFilesystem | K::NotADirectory => {
                Self::NotWritable { path: path.into(), source: e }
            }
            _ => Self::Disk(io::Error::new(e.kind(), format!("{}: {e}", path.display()))),
        }
    }
}

impl From<redb::StorageError> for StoreError {
    fn from(e: redb::StorageError) -> Self {
        match e {
            redb::StorageError::Io(e) => Self::Disk(e),
            e => Self::Engine(e.to_string()),
        }
    }
}

macro_rules! engine {
    ($($error:ident),+) => {$(
        impl From<redb::$error> for StoreError {
            fn from(e: redb::$error) -> Self {
                match e {
                    redb::$error::Storage(e) => e.into(),
                    e => Self::Engine(e.to_string()),
                }
            }
        }
    )+};
}
engine!(TableError, CommitError, TransactionError, DatabaseError);

impl Fault for StoreError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Taken { .. } | Self::Exists(_) => ErrorKind::Conflict,
            Self::TooLarge { .. } => ErrorKind::Invalid,
            Self::Busy => ErrorKind::Exhausted,
            Self::Locked(_) | Self::NotWritable { .. } | Self::Disk(_) | Self::Closed => ErrorKind::Unavailable,
            Self::Missing(_) => ErrorKind::NotFound,
            _ => ErrorKind::Internal,
        }
    }

    fn said(&self) -> Said {
        let p = |p: &PathBuf| p.display().to_string();
        const MEND_VI: &str = "Tệp được giữ nguyên. Hãy chép riêng tệp này để giữ lại, rồi dời nó đi và khôi phục từ thư \
            mục backups bằng lệnh “matluoi restore”, hoặc khởi động với thư mục dữ liệu khác.";
        const MEND_EN: &str = "The file was left as it is. Keep a copy of it, move it away and restore from the folder \
            backups with `matluoi restore`, or start with another data folder.";
        match self {
            Self::Missing(path) => Said::new(
                format!("Không có kho dữ liệu tại {}. Hãy kiểm tra lại thư mục dữ liệu.", p(path)),
                format!("There is no store at {}. Check the data folder.", p(path)),
            ),
            Self::StoreGone(path) => Said::new(
                format!(
                    "Có khóa niêm phong nhưng không có kho dữ liệu {}. Nút không tự tạo kho trống thay cho kho đã mất: \
                     hãy khôi phục bằng lệnh “matluoi restore”, hoặc khởi động với thư mục dữ liệu khác.",
                    p(path)
                ),
                format!(
                    "The sealing key is there but the store {} is not. An empty one is not put in place of a lost one: \
                     restore with `matluoi restore`, or start with another data folder.",
                    p(path)
                ),
            ),
            Self::CutShort { path, len } => Said::new(
                format!("Kho dữ liệu {} bị cắt cụt (còn {len} byte). {MEND_VI}", p(path)),
                format!("The store {} is cut short ({len} bytes are left). {MEND_EN}", p(path)),
            ),
            Self::NotAStore(path) => Said::new(
                format!("Tệp {} không phải là kho dữ liệu của Mắt Lưới. {MEND_VI}", p(path)),
                format!("The file {} is not a store of Mắt Lưới. {MEND_EN}", p(path)),
            ),
            Self::Damaged { path, .. } => Said::new(
                format!("Kho dữ liệu {} bị hỏng. {MEND_VI}", p(path)),
                format!("The store {} is damaged. {MEND_EN}", p(path)),
            ),
            Self::NewerFormat { path, found, known } => Said::new(
                format!(
                    "Kho dữ liệu {} do một phiên bản mới hơn ghi (định dạng {found}; phiên bản này đọc được đến {known}). \
                     Hãy chạy phiên bản mới hơn. Tệp được giữ nguyên.",
                    p(path)
                ),
                format!(
                    "The store {} was written by a newer release (format {found}; this release reads up to {known}). \
                     Run the newer release. The file was left as it is.",
                    p(path)
                ),
            ),
            Self::Locked(path) => Said::new(
                format!("Kho dữ liệu {} đang được một tiến trình khác sử dụng. Hãy dừng nút đang chạy trước.", p(path)),
                format!("The store {} is in use by another process. Stop the running node first.", p(path)),
            ),
            Self::NotWritable { path, source } => Said::new(
                format!("Không ghi được vào {} ({source}). Hãy cấp quyền ghi hoặc chọn thư mục dữ liệu khác.", p(path)),
                format!("Cannot write to {} ({source}). Grant write access or choose another data folder.", p(path)),
            ),
            Self::KeyMissing(path) => Said::new(
                format!(
                    "Thiếu khóa niêm phong {}. Không có khóa này thì không đọc được mật khẩu camera: hãy đặt lại tệp khóa \
                     từ bản lưu của thư mục keys. Kho dữ liệu được giữ nguyên.",
                    p(path)
                ),
                format!(
                    "The sealing key {} is missing. Without it the camera passwords cannot be read: put the key file back \
                     from your copy of the folder keys. The store was left as it is.",
                    p(path)
                ),
            ),
            Self::KeyDamaged(path) => Said::new(
                format!("Khóa niêm phong {} bị hỏng (phải dài đúng 32 byte). Hãy đặt lại từ bản lưu.", p(path)),
                format!("The sealing key {} is damaged (it must be 32 bytes). Put it back from your copy.", p(path)),
            ),
            Self::WrongKey(path) => Said::new(
                format!("Khóa niêm phong {} thuộc về một kho dữ liệu khác. Hãy đặt đúng khóa của kho này.", p(path)),
                format!("The sealing key {} belongs to another store. Put this store's own key there.", p(path)),
            ),
            Self::Exists(path) => Said::new(
                format!("{} đã tồn tại và không bị ghi đè. Hãy dời tệp đó đi hoặc chọn tên khác.", p(path)),
                format!("{} exists already and is not overwritten. Move it away or choose another name.", p(path)),
            ),
            Self::Disk(e) => Said::new(
                format!("Ổ đĩa báo lỗi khi đọc hoặc ghi kho dữ liệu ({e}). Hãy kiểm tra dung lượng trống và ổ đĩa."),
                format!("The disk failed while the store was read or written ({e}). Check free space and the disk."),
            ),
            Self::Busy => Said::new(
                "Có quá nhiều thay đổi đang chờ ghi. Hãy thử lại sau giây lát.",
                "Too many changes are waiting to be written. Try again in a moment.",
            ),
            Self::Closed => Said::new("Nút đang dừng. Hãy thử lại sau.", "The node is stopping. Try again later."),
            Self::Taken { .. } => Said::new("Tên hoặc mã này đã được dùng.", "This name or code is taken."),
            Self::TooLarge { .. } => Said::new("Nội dung quá lớn để lưu.", "The contents are too large to store."),
            Self::Engine(_) => Said::new(
                "Kho dữ liệu ngừng nhận thay đổi vì lỗi ghi. Hãy kiểm tra ổ đĩa rồi khởi động lại nút.",
                "The store takes no more changes after a failed write. Check the disk, then restart the node.",
            ),
            Self::BadArchive { path, .. } => Said::new(
                format!(
                    "Tệp lưu trữ nhật ký {} không đúng; không có mục nào bị bỏ. Hãy dời tệp đó đi rồi thử lại.",
                    p(path)
                ),
                format!("The archive {} is not good; no entry was taken away. Move it away and try again.", p(path)),
            ),
            Self::SealBroken { .. } => Said::new(
                "Không mở được một bí mật đã niêm phong. Hãy nhập lại mật khẩu của camera.",
                "A sealed secret does not open. Enter the camera's password again.",
            ),
            _ => Said::new(
                "Lỗi bên trong của kho dữ liệu; không có gì bị thay đổi. Hãy xem nhật ký hệ thống.",
                "An internal fault of the store; nothing was changed. See the system log.",
            ),
        }
    }
}
