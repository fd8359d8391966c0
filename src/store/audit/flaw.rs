//! What can be wrong with the audit, and how that is said.
//!
//! Here: findings and their words. Not here: finding them (`chain`, `verify`).

use super::entry::AuditHash;
use base::{Said, WallTime};

/// What is wrong at a place of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainFlaw {
    /// There is no entry with this number, but later ones.
    Missing,
    /// The entry's contents are not what its hash was made of.
    Altered,
    /// The entry does not follow from the one before: that one, or this one's link, was exchanged.
    BrokenLink,
    /// The entry has no readable form.
    Unreadable,
    /// The entries from this number to the end are missing.
    EndMissing,
    /// The checkpoint over this many entries has no signature of the node, or not a good one.
    BadSignature,
    /// The checkpoint over this many entries is signed by another node than the one expected.
    OtherNode,
    /// The chain holds together, but the checkpoint over this many entries says otherwise: one of the entries since the
    /// checkpoint before was exchanged, and all links after it made anew.
    Rewritten {
        /// Entries that the last checkpoint that fits is over.
        after: u64,
    },
    /// A kept hash of the tree over the entries up to this one was exchanged.
    Tree,
    /// What stands in place of the entries up to this one, which are in the archive, does not fit its checkpoint.
    Floor,
    /// The proof of this entry does not lead to the checkpoint.
    Unproven,
}

/// The first place where a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainFault {
    /// Number of the entry.
    pub seq: u64,
    /// What is wrong with it.
    pub flaw: ChainFlaw,
}

impl ChainFault {
    /// The finding in words.
    pub fn said(&self) -> Said {
        let n = self.seq;
        let (vi, en) = match self.flaw {
            ChainFlaw::Missing => (format!("thiếu mục số {n}"), format!("entry {n} is missing")),
            ChainFlaw::Altered => (format!("nội dung mục số {n} đã bị sửa"), format!("entry {n} was altered")),
            ChainFlaw::BrokenLink => (
                format!("mục số {n} không nối tiếp mục trước nó (mục này hoặc mục trước đã bị thay)"),
                format!("entry {n} does not follow from the one before it (one of the two was exchanged)"),
            ),
            ChainFlaw::Unreadable => (format!("không đọc được mục số {n}"), format!("entry {n} cannot be read")),
            ChainFlaw::EndMissing => {
                (format!("thiếu các mục từ số {n} đến cuối"), format!("the entries from {n} to the end are missing"))
            }
            ChainFlaw::BadSignature => (
                format!(
                    "điểm kiểm tra trên {n} mục không có chữ ký đúng của nút (điểm kiểm tra hoặc chữ ký đã bị sửa)"
                ),
                format!(
                    "the checkpoint over {n} entries has no good signature of the node (one of the two was altered)"
                ),
            ),
            ChainFlaw::OtherNode => (
                format!("điểm kiểm tra trên {n} mục do một nút khác ký"),
                format!("the checkpoint over {n} entries is signed by another node"),
            ),
            ChainFlaw::Rewritten { after } => (
                format!(
                    "một mục từ số {} đến số {n} đã bị thay và chuỗi được làm lại; điểm kiểm tra trên {n} mục không khớp",
                    after + 1
                ),
                format!(
                    "an entry from {} to {n} was exchanged and the chain made anew; the checkpoint over {n} entries does not fit",
                    after + 1
                ),
            ),
            ChainFlaw::Tree => (
                format!("giá trị băm đã lưu của cây trên các mục đến số {n} đã bị thay"),
                format!("a kept hash of the tree over the entries up to {n} was exchanged"),
            ),
            ChainFlaw::Floor => (
                format!("phần đầu đã lưu trữ (đến mục số {n}) không khớp điểm kiểm tra của nó"),
                format!("the beginning that is in the archive (up to entry {n}) does not fit its checkpoint"),
            ),
            ChainFlaw::Unproven => (
                format!("bằng chứng của mục số {n} không dẫn tới điểm kiểm tra (mục hoặc bằng chứng đã bị sửa)"),
                format!("the proof of entry {n} does not lead to the checkpoint (one of the two was altered)"),
            ),
        };
        Said::new(
            format!("Nhật ký không còn nguyên vẹn: {vi}. Hãy giữ nguyên tệp và so với các bản sao lưu."),
            format!("The record is not intact: {en}. Keep the file as it is and compare it with the backups."),
        )
    }
}

/// What a verification has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainReport {
    /// Entries before the first one looked at: those that retention has moved into the archive.
    pub archived: u64,
    /// Number of the last entry found intact; all from [`ChainReport::archived`] on up to it are.
    pub entries: u64,
    /// Hash of the last intact entry. Noted elsewhere (on paper, at the parent), it proves all entries up to it.
    pub head: AuditHash,
    /// Checkpoints that fit.
    pub checkpoints: u64,
    /// The newest checkpoint that fits and is signed.
    pub signed: Option<SignedHead>,
    /// Entries of which the file holds number and hashes alone: they were not for whoever took it out. Their place in the
    /// record is proven, their contents are not told.
    pub veiled: u64,
    /// Is it an excerpt? Then each entry is proven by itself, and `entries` counts them.
    pub excerpt: bool,
    /// The first flaw, if there is one.
    pub fault: Option<ChainFault>,
}

/// Up to where a node has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// Entries under the signature.
    pub entries: u64,
    /// When it was made.
    pub at: WallTime,
    /// Fingerprint of the node's key.
    pub node: String,
    /// Good signatures of other nodes beside it.
    pub countersignatures: u64,
}
