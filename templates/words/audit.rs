//! Words of the audit's pages.

use base::Language;

words! { AuditWords {
    lead: "Mỗi mục được nối với mục trước bằng mã băm, và nút ký các điểm kiểm tra trên toàn bộ nhật ký; sửa, bớt hay làm lại một mục sẽ lộ ra.", "Each entry is chained to the one before by its hash, and the node signs checkpoints over the whole record: a changed, missing or rewritten entry shows.";
    subject: "Camera, đối tượng", "Camera, subject";
    also: "liên quan", "concerns";
    export: "Xuất nhật ký", "Export";
    export_whole: "Toàn bộ nhật ký (JSONL)", "The whole record (JSONL)";
    export_whole_hint: "kiểm tra ngoại tuyến bằng matluoi verify", "checked offline by matluoi verify";
    export_excerpt: "Các mục đang lọc (JSONL)", "What is filtered (JSONL)";
    export_excerpt_hint: "mỗi mục kèm bằng chứng thuộc nhật ký", "each entry with its proof of being in the record";
    export_csv: "Các mục đang lọc (CSV)", "What is filtered (CSV)";
    export_csv_hint: "mở bằng Excel, LibreOffice", "for Excel, LibreOffice";
    export_csv_all: "Toàn bộ nhật ký (CSV)", "The whole record (CSV)";
    looked_at: "Đã xem qua {n} mục, lùi đến {at}. Nhật ký dài hơn; hãy xem tiếp hoặc chọn thêm người, camera, việc, ngày.", "Looked at {n} entries, back to {at}. There is more; go on, or choose a person, camera, act or days.";
    looked_at_unsaid: "Đã xem qua {n} mục. Nhật ký dài hơn; hãy xem tiếp.", "Looked at {n} entries. There is more; go on.";
    go_on: "Xem tiếp", "Go on";
    secret_changed: "đã đổi (không ghi giá trị)", "changed (not shown)";
    nothing: "trống", "empty";
    was: "trước", "was";
    is: "nay", "now";
    more_details: "Thêm {n}", "{n} more";
    checkpoint_last: "Điểm kiểm tra mới nhất: {n} mục, {at}", "Newest checkpoint: {n} entries, {at}";
    checkpoint_none: "Chưa có điểm kiểm tra; điểm đầu tiên có sau chừng một phút.", "No checkpoint yet; the first comes within about a minute.";
    signed: "nút đã ký", "signed by the node";
    unsigned: "chưa ký", "not signed";
    countersigned: "nút khác đã ký xác nhận: {n}", "countersigned by other nodes: {n}";
    checkpoints: "Điểm kiểm tra và lưu trữ", "Checkpoints and archive";
    checkpoints_title: "Điểm kiểm tra của nhật ký", "Checkpoints of the audit";
    checkpoints_lead: "Mỗi điểm kiểm tra là gốc của cây Merkle (RFC 6962) trên mọi mục tính đến lúc đó, do nút ký. Ghi lại một điểm kiểm tra ở nơi khác: nó chứng minh mọi mục trước nó.", "Each checkpoint is the root of a Merkle tree (RFC 6962) over all entries until then, signed by the node. Note one elsewhere: it proves every entry before it.";
    checkpoints_none_title: "Chưa có điểm kiểm tra", "No checkpoint yet";
    checkpoints_none: "Nút tự tạo điểm kiểm tra sau mỗi phút hoặc mỗi 1.000 mục mới.", "The node makes one every minute, or every 1,000 new entries.";
    size: "Số mục", "Entries";
    made: "Lúc", "Made";
    root: "Gốc của cây", "Root of the tree";
    signature: "Chữ ký", "Signature";
    fingerprint: "Dấu vân tay của nút", "The node's fingerprint";
    fingerprint_what: "Khi kiểm tra một bản xuất ở nơi khác: matluoi verify TỆP --node DẤU-VÂN-TAY", "To check an export elsewhere: matluoi verify FILE --node FINGERPRINT";
    keeping: "Thời gian giữ", "How long entries are kept";
    keeping_months: "Nhật ký được giữ trong kho {n} tháng. Các mục cũ hơn được chuyển, theo từng điểm kiểm tra, vào tệp lưu trữ kiểm tra được; phần còn lại vẫn chứng minh được.", "Entries stay in the store for {n} months. Older ones go, by whole checkpoints, into archive files that can be checked; the rest still proves.";
    keeping_ever: "Nhật ký được giữ mãi trong kho.", "Entries stay in the store for ever.";
    keeping_oldest: "Mục cũ nhất trong kho: số {n}, {at}", "Oldest entry in the store: no. {n}, {at}";
    keeping_next: "Sẽ chuyển vào lưu trữ ở lần tới: các mục {from} đến {to}", "Next to go into the archive: entries {from} to {to}";
    keeping_next_none: "Chưa có mục nào đến hạn chuyển (trước ngày {day}).", "No entry is due to go (before {day}).";
    keeping_between: "từ {from} đến {to}", "from {from} to {to}";
    archive: "Tệp lưu trữ", "Archive files";
    archive_none: "Chưa có tệp lưu trữ nào.", "No archive files yet.";
    back: "Về nhật ký", "Back to the audit";
    chain_archived: "các mục trước số {n} ở trong tệp lưu trữ", "entries before no. {n} are in the archive";
    chain_checkpoints: "{n} điểm kiểm tra khớp", "{n} checkpoints fit";
    chain_signed: "nút đã ký {n} mục đầu", "the node has signed the first {n} entries";
} }
