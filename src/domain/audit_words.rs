//! The words of the record's details: names of facts and fields, and values of a known few.
//!
//! Here: a table for each. Not here: the acts' own words ([`crate::audit`]), sentences.
//!
//! A name or value that is not in the table is shown as it stands: entries of a newer release, free text. That no name
//! written by this program lacks words is asserted by a test that reads the sources of `ops`.

use crate::Act;
use base::{CivilDate, Said, WallTime};

/// Name of a fact or of a changed field, Vietnamese, English.
const FIELDS: &[(&str, &str, &str)] = &[
    ("stream", "luồng", "stream"),
    ("is", "tình trạng", "state"),
    ("reason", "lý do", "reason"),
    ("duration_s", "thời lượng (giây)", "duration (s)"),
    ("duration_ms", "thời lượng (mili giây)", "duration (ms)"),
    ("duration", "thời lượng", "duration"),
    ("bytes", "số byte", "bytes"),
    ("fields", "đã đổi", "changed"),
    ("changed", "đã đổi", "changed"),
    ("role", "vai trò", "role"),
    ("agent", "trình duyệt", "browser"),
    ("article", "điều", "article"),
    ("name", "tên", "name"),
    ("label", "dùng cho", "used for"),
    ("code", "mã", "code"),
    ("area", "địa bàn", "area"),
    ("unit", "đơn vị", "unit"),
    ("url", "địa chỉ", "address"),
    ("main_url", "địa chỉ", "address"),
    ("act", "việc", "act"),
    ("days", "số ngày", "days"),
    ("entries", "số mục", "entries"),
    ("password", "mật khẩu", "password"),
    ("transport", "đường truyền", "transport"),
    ("sub_url", "địa chỉ luồng phụ", "substream address"),
    ("username", "tên người dùng", "user name"),
    ("display_name", "tên hiển thị", "display name"),
    ("language", "ngôn ngữ", "language"),
    ("theme", "giao diện", "theme"),
    ("expires_at", "hết hạn", "expires"),
    ("camera", "camera", "camera"),
    ("rule", "quy tắc", "rule"),
    ("version", "phiên bản", "version"),
    ("seconds", "thời lượng (giây)", "duration (s)"),
    ("counts_for_s", "tính chung một lần trong (giây)", "counted as one within (s)"),
    ("account", "tài khoản", "account"),
    ("until", "hiệu lực đến", "good until"),
    ("fault", "lỗi", "fault"),
    ("head", "mã băm cuối", "last hash"),
    ("result", "kết quả", "result"),
    ("node", "nút", "node"),
    ("set", "đã đặt", "set"),
    ("locked_seconds", "phải chờ (giây)", "wait (s)"),
    ("sign_ins_ended", "phiên đăng nhập đã đóng", "sign-ins ended"),
    ("sign_ins_and_tokens_ended", "phiên và mã truy cập đã đóng", "sign-ins and tokens ended"),
    ("views_left_open", "lượt xem chưa đóng trước đó", "views left open before"),
    ("wrong_old_password", "sai mật khẩu cũ", "wrong old password"),
    ("accounts", "tài khoản", "accounts"),
    ("acts", "việc được làm", "acts"),
    ("account_id", "tài khoản", "account"),
    ("added", "thêm vào", "added"),
    ("added_at", "thêm lúc", "added"),
    ("added_by", "người thêm", "added by"),
    ("address", "địa chỉ", "address"),
    ("addresses", "địa chỉ", "addresses"),
    ("agreement", "văn bản thống nhất", "agreement"),
    ("all", "tất cả", "all"),
    ("angle", "góc nhìn", "angle"),
    ("angle_deg", "góc nhìn (độ)", "angle (degrees)"),
    ("area_id", "địa bàn", "area"),
    ("areas", "địa bàn", "areas"),
    ("areas_before", "địa bàn trước đó", "areas before"),
    ("asset", "cột, tủ", "pole, cabinet"),
    ("asset_id", "cột, tủ", "pole, cabinet"),
    ("at", "lúc", "at"),
    ("audit", "nhật ký", "audit"),
    ("awaits_second", "chờ người thứ hai", "awaits a second person"),
    ("became", "trở thành", "became"),
    ("before", "trước ngày", "before"),
    ("began_at", "bắt đầu lúc", "began"),
    ("below_m", "dưới (m)", "below (m)"),
    ("brought_up_to_date", "đã cập nhật", "brought up to date"),
    ("browsers", "trình duyệt", "browsers"),
    ("by", "người làm", "by"),
    ("by_name", "người làm", "by"),
    ("by_register", "theo danh mục", "by register"),
    ("camera_name", "camera", "camera"),
    ("cameras", "camera", "cameras"),
    ("favourites", "camera yêu thích", "favourite cameras"),
    ("grid", "số ô", "tiles of the grid"),
    ("layouts", "bố cục", "layouts"),
    ("tiles", "camera theo ô", "cameras by tile"),
    ("tour", "tuần tra (giây mỗi trang)", "tour (seconds a page)"),
    ("checkpoint", "điểm kiểm tra", "checkpoint"),
    ("class", "loại", "class"),
    ("closed_at", "đóng lúc", "closed"),
    ("completed_on", "ngày hoàn thành", "completed on"),
    ("confirmed_at", "xác nhận lúc", "confirmed"),
    ("confirmed_by", "người xác nhận", "confirmed by"),
    ("conformity", "chứng nhận hợp quy", "certificate of conformity"),
    ("consent", "văn bản chấp thuận", "consent"),
    ("count", "số lượng", "count"),
    ("cross_scope", "ngoài phạm vi", "beyond the scope"),
    ("date", "ngày", "date"),
    ("days_left", "số ngày còn lại", "days left"),
    ("device", "thiết bị", "device"),
    ("direction_deg", "hướng nhìn (độ)", "direction (degrees)"),
    ("disabled", "đã tắt", "disabled"),
    ("disabled_at", "tắt lúc", "disabled"),
    ("disabled_at_close", "tắt khi kết thúc rà soát", "disabled at the close"),
    ("document", "văn bản", "document"),
    ("documents", "văn bản", "documents"),
    ("due", "hạn", "due"),
    ("duty", "phận sự", "duty"),
    ("email", "thư điện tử", "e-mail"),
    ("en", "tên tiếng Anh", "English name"),
    ("end_on", "ngày kết thúc", "ends on"),
    ("ended", "đã kết thúc", "ended"),
    ("ended_at", "kết thúc lúc", "ended"),
    ("ended_on", "ngày kết thúc", "ended on"),
    ("removed", "bỏ ra", "removed"),
    ("removed_at", "gỡ bỏ lúc", "removed at"),
    ("entered_at", "nhập lúc", "entered"),
    ("everyone", "mọi người", "everyone"),
    ("file", "tệp", "file"),
    ("files", "tệp", "files"),
    ("firmware", "phần mềm thiết bị", "firmware"),
    ("first", "mục đầu", "first entry"),
    ("focal_point", "đầu mối", "focal point"),
    ("form", "dạng", "form"),
    ("format", "định dạng", "format"),
    ("former", "trước đây", "former"),
    ("former_devices", "thiết bị trước đây", "former devices"),
    ("former_names", "tên cũ", "former names"),
    ("founding", "văn bản làm căn cứ", "founding document"),
    ("from", "từ", "from"),
    ("from_m", "từ (m)", "from (m)"),
    ("from_min", "từ phút", "from minute"),
    ("funding", "nguồn vốn", "funding"),
    ("given_at", "cấp lúc", "given"),
    ("given_by", "người cấp", "given by"),
    ("grant", "quyền được cấp", "grant"),
    ("grants_ended", "quyền đã kết thúc", "grants ended"),
    ("handed_over", "bàn giao địa bàn", "handovers of areas"),
    ("handover", "chuyển giao", "handover"),
    ("happened_on", "ngày xảy ra", "happened on"),
    ("happenings", "diễn biến", "happenings"),
    ("has_password", "có mật khẩu", "has a password"),
    ("height", "độ cao", "height"),
    ("height_m", "độ cao (m)", "height (m)"),
    ("holder", "người được cấp", "holder"),
    ("in_place", "tại chỗ", "in place"),
    ("in_place_of", "thay cho", "in place of"),
    ("in_use", "đang được dùng", "in use"),
    ("installed_on", "ngày lắp đặt", "installed on"),
    ("integrated_on", "ngày tích hợp", "integrated on"),
    ("interrupted", "bị ngắt", "interrupted"),
    ("invests", "chủ đầu tư", "invests"),
    ("issuer", "cơ quan ban hành", "issuer"),
    ("item", "mục", "item"),
    ("items", "số mục", "items"),
    ("job", "đợt nhập", "job"),
    ("kept", "giữ lại", "kept"),
    ("kind", "loại", "kind"),
    ("last", "mục cuối", "last entry"),
    ("last_sign_in_at", "đăng nhập gần nhất", "last sign-in"),
    ("last_step", "bước cuối", "last step"),
    ("lat", "vĩ độ", "latitude"),
    ("layers", "lớp độ cao", "height layers"),
    ("lease", "lượt dùng", "lease"),
    ("limit", "giới hạn", "limit"),
    ("list", "danh sách camera", "list of cameras"),
    ("lists", "danh sách camera", "lists of cameras"),
    ("lon", "kinh độ", "longitude"),
    ("made_at", "lập lúc", "made"),
    ("made_by", "người lập", "made by"),
    ("maker", "hãng sản xuất", "maker"),
    ("manages", "quản lý hệ thống camera", "manages cameras"),
    ("media_type", "kiểu tệp", "media type"),
    ("model", "kiểu máy", "model"),
    ("moved", "đã chuyển", "moved"),
    ("named", "tên được nêu", "named"),
    ("networks", "mạng", "networks"),
    ("new_network", "mạng mới", "new network"),
    ("not_after", "hết hạn", "ends"),
    ("not_before", "hiệu lực từ", "good from"),
    ("note", "ghi chú", "note"),
    ("number", "số", "number"),
    ("ok", "được", "ok"),
    ("on", "ngày", "on"),
    ("order", "thứ tự", "order"),
    ("other_names", "tên khác", "other names"),
    ("others", "khác", "others"),
    ("owner", "chủ sở hữu", "owner"),
    ("ownership", "hình thức sở hữu", "ownership"),
    ("parent", "cấp trên", "parent"),
    ("parts", "phần", "parts"),
    ("phone", "điện thoại", "telephone"),
    ("place", "loại nơi công cộng", "place category"),
    ("police", "chuyên dụng của công an", "police camera"),
    ("position", "vị trí", "position"),
    ("public", "nơi công cộng", "public place"),
    ("purpose", "mục đích", "purpose"),
    ("purposes", "mục đích", "purposes"),
    ("range_m", "tầm xa (m)", "range (m)"),
    ("recording_class", "mức lưu trữ", "recording class"),
    ("register", "danh mục", "register"),
    ("remark", "nhận xét", "remark"),
    ("reminders", "lần nhắc", "reminders"),
    ("request", "đề nghị", "request"),
    ("review", "đợt rà soát", "review"),
    ("reviewer", "người rà soát", "reviewer"),
    ("reviewer_name", "người rà soát", "reviewer"),
    ("reviewers", "người rà soát", "reviewers"),
    ("role_since", "giữ vai trò từ", "role since"),
    ("roles", "vai trò", "roles"),
    ("root", "gốc của cây", "root of the tree"),
    ("rows", "số dòng", "rows"),
    ("scope", "phạm vi", "scope"),
    ("second_factor", "xác thực hai bước", "second factor"),
    ("second_factor_since", "xác thực hai bước từ", "second factor since"),
    ("second_view", "camera thứ hai cùng vùng nhìn", "second camera on a view"),
    ("sector", "lĩnh vực", "sector"),
    ("sectors", "lĩnh vực", "sectors"),
    ("seen_sign_in_from", "đăng nhập từ", "signed in from"),
    ("serial", "số sê-ri", "serial number"),
    ("services", "dịch vụ", "services"),
    ("set_up_at", "thiết lập lúc", "set up"),
    ("sha256", "SHA-256", "SHA-256"),
    ("sharing_class", "mức chia sẻ", "sharing class"),
    ("shifts", "ca trong tuần", "weekly shifts"),
    ("short", "tên ngắn", "short name"),
    ("short_name", "tên ngắn", "short name"),
    ("since", "từ", "since"),
    ("size", "kích thước", "size"),
    ("started_at", "bắt đầu lúc", "started"),
    ("started_by", "người bắt đầu", "started by"),
    ("state", "trạng thái", "state"),
    ("subject", "đối tượng", "subject"),
    ("sha512", "SHA-512", "SHA-512"),
    ("taken_back", "đã đưa về như trước", "taken back"),
    ("text", "nội dung", "text"),
    ("times", "thời gian", "times"),
    ("title", "chức danh, tiêu đề", "title"),
    ("to", "đến", "to"),
    ("told", "được báo", "told"),
    ("traits", "đặc tính", "traits"),
    ("unanswered", "chưa trả lời", "unanswered"),
    ("undone", "đã hoàn tác", "undone"),
    ("unit_id", "đơn vị", "unit"),
    ("unit_name", "đơn vị", "unit"),
    ("units", "đơn vị", "units"),
    ("until_min", "đến phút", "until minute"),
    ("update_form", "hình thức cập nhật", "form of update"),
    ("update_frequency", "tần suất cập nhật", "frequency of update"),
    ("use", "cách dùng", "use"),
    ("uses_data", "khai thác dữ liệu", "uses data"),
    ("valid_from", "hiệu lực từ", "in force from"),
    ("valid_to", "hiệu lực đến", "in force to"),
    ("verdict", "kết luận", "verdict"),
    ("vi", "tên tiếng Việt", "Vietnamese name"),
    ("via", "qua", "via"),
    ("waiting", "đang chờ", "waiting"),
    ("warned_at", "đã báo sắp hết hạn lúc", "warned"),
    ("weekday", "thứ", "weekday"),
    ("what", "mục", "what"),
    ("who", "người", "person"),
    ("why", "lý do", "why"),
    ("with", "cùng", "with"),
    ("withdrawn", "đã rút", "withdrawn"),
    ("within", "trong", "within"),
    ("words", "từ khóa", "words"),
    ("token", "mã truy cập", "token"),
    ("login_session", "phiên đăng nhập", "sign-in"),
    ("archive", "tệp lưu trữ", "archive"),
];

/// Name of a fact, its value, Vietnamese, English. The name `*` stands for every fact.
const VALUES: &[(&str, &str, &str, &str)] = &[
    ("reason", "closed", "người xem đóng", "closed by the viewer"),
    ("reason", "silent", "người xem mất liên lạc", "the viewer fell silent"),
    ("reason", "never_connected", "không kết nối được", "never connected"),
    ("reason", "right_ended", "quyền xem kết thúc", "the right ended"),
    ("reason", "stopped", "nút hoặc camera dừng", "node or camera stopped"),
    ("reason", "node_stopped", "nút dừng", "the node stopped"),
    ("reason", "expired", "hết thời hạn", "its time ran out"),
    ("reason", "not_started", "không bắt đầu được", "could not begin"),
    ("stream", "main", "chính", "main"),
    ("stream", "sub", "phụ", "sub"),
    ("role", "administrator", "quản trị", "administrator"),
    ("role", "operator", "vận hành", "operator"),
    ("role", "viewer", "người xem", "viewer"),
    ("password", "changed", "đã đổi", "changed"),
    ("password", "removed", "đã xóa", "removed"),
    ("*", "true", "có", "yes"),
    ("*", "false", "không", "no"),
    ("result", "whole", "nguyên vẹn", "intact"),
    ("result", "broken", "không nguyên vẹn", "not intact"),
    ("form", "jsonl", "JSONL", "JSONL"),
    ("form", "csv", "CSV", "CSV"),
    ("form", "xlsx", "Excel", "Excel"),
    ("form", "archive", "tệp lưu trữ", "archive file"),
    ("second_factor", "totp", "ứng dụng xác thực", "authenticator app"),
    ("second_factor", "recovery_code", "mã khôi phục", "recovery code"),
    ("reason", "wrong_password", "sai mật khẩu", "wrong password"),
    ("reason", "wrong_code", "sai mã xác thực", "wrong code"),
    ("reason", "no_such_account", "không có tài khoản này", "no such account"),
    ("reason", "disabled", "tài khoản đã tắt", "account disabled"),
    (
        "reason",
        "service",
        "tài khoản dịch vụ không đăng nhập bằng mật khẩu",
        "service accounts do not sign in with a password",
    ),
    ("reason", "locked", "đang tạm khoá", "locked for a while"),
    ("reason", "network", "ngoài mạng được phép", "outside the allowed networks"),
    ("transport", "tcp", "TCP", "TCP"),
    ("transport", "udp", "UDP", "UDP"),
    ("language", "vi", "Tiếng Việt", "Vietnamese"),
    ("language", "en", "Tiếng Anh", "English"),
    ("theme", "auto", "theo máy", "as the machine"),
    ("theme", "light", "sáng", "light"),
    ("theme", "dark", "tối", "dark"),
    ("kind", "person", "người", "person"),
    ("kind", "account", "tài khoản", "account"),
    ("kind", "unit", "đơn vị", "unit"),
    ("kind", "service", "dịch vụ", "service"),
    ("password", "set", "đã đặt", "set"),
];

/// The name of a fact or field, for people. A field inside another (`facts.height`) goes by its own name.
pub fn field_said(name: &str) -> Said {
    let last = name.rsplit('.').next().unwrap_or(name);
    let found = [name, last].into_iter().find_map(|n| FIELDS.iter().find(|f| f.0 == n));
    found.map_or_else(|| Said::new(name, name), |(_, vi, en)| Said::new(*vi, *en))
}

/// Are there words for this name?
pub fn knows_field(name: &str) -> bool {
    FIELDS.iter().any(|f| f.0 == name)
}

/// The value of a fact or field: in words where it is one of a known few, moments and days as people write them.
pub fn value_said(name: &str, value: &str) -> Said {
    let last = name.rsplit('.').next().unwrap_or(name);
    let found = VALUES.iter().find(|v| (v.0 == last || v.0 == "*") && v.1 == value);
    match found {
        Some((_, _, vi, en)) => Said::new(*vi, *en),
        None if matches!(last, "acts" | "act") && value.split(", ").all(|a| Act::parse(a).is_some()) => {
            let all: Vec<Said> = value.split(", ").filter_map(Act::parse).map(Act::said).collect();
            let join = |of: fn(&Said) -> &str| all.iter().map(of).collect::<Vec<_>>().join(", ");
            Said::new(join(|s| &s.vi), join(|s| &s.en))
        }
        None => {
            let shown = moment(value).or_else(|| day(value)).unwrap_or_else(|| value.to_owned());
            Said::new(shown.clone(), shown)
        }
    }
}

/// A moment as records keep it: microseconds since 1970, or RFC 3339.
fn moment(value: &str) -> Option<String> {
    let at = match value.len() {
        16 => WallTime::from_unix_us(value.parse().ok()?),
        20.. if value.ends_with('Z') => WallTime::parse_rfc3339(value)?,
        _ => return None,
    };
    Some(at.office_text())
}

/// A day, yyyy-mm-dd.
fn day(value: &str) -> Option<String> {
    let whole = value.len() == 10 && value.as_bytes().get(4).copied() == Some(b'-');
    Some(value.parse::<CivilDate>().ok().filter(|_| whole)?.strftime("%d/%m/%Y").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_name_stands_once_with_both_words() {
        let names: BTreeSet<&str> = FIELDS.iter().map(|f| f.0).collect();
        assert_eq!(names.len(), FIELDS.len());
        let values: BTreeSet<(&str, &str)> = VALUES.iter().map(|v| (v.0, v.1)).collect();
        assert_eq!(values.len(), VALUES.len());
        let words = FIELDS.iter().map(|f| (f.1, f.2)).chain(VALUES.iter().map(|v| (v.2, v.3)));
        assert!(words.into_iter().all(|(vi, en)| !vi.is_empty() && !en.is_empty()));
        assert_eq!(field_said("facts.unit").vi, "đơn vị");
        assert_eq!(field_said("of_tomorrow").vi, "of_tomorrow");
        assert_eq!(value_said("stream", "main").en, "main");
        assert_eq!(value_said("name", "main").vi, "main");
        assert_eq!(value_said("valid_to", "2026-11-24").vi, "24/11/2026");
        assert_eq!(value_said("until", "2026-11-24T02:00:00Z").en, "24/11/2026 09:00:00");
        assert_eq!(value_said("given_at", "1795500000000000").vi, "24/11/2026 13:00:00");
        assert_eq!(value_said("police", "true").vi, "có");
        assert_eq!(value_said("number", "1795500000000").vi, "1795500000000");
    }
}
