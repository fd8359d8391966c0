//! The words of the record's details: names of facts and fields, and values of a known few.
//!
//! Here: a table for each. Not here: the acts' own words ([`crate::audit`]), sentences.
//!
//! A name or value that is not in the table is shown as it stands: entries of a newer release, free text. That no name
//! written by this program lacks words is asserted by a test that reads the sources of `ops`.

use base::Said;

/// Name of a fact or of a changed field, Vietnamese, English.
const FIELDS: &[(&str, &str, &str)] = &[
    ("stream", "luồng", "stream"),
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

/// The value of a fact or field, in words where it is one of a known few.
pub fn value_said(name: &str, value: &str) -> Said {
    let last = name.rsplit('.').next().unwrap_or(name);
    let found = VALUES.iter().find(|v| (v.0 == last || v.0 == "*") && v.1 == value);
    found.map_or_else(|| Said::new(value, value), |(_, _, vi, en)| Said::new(*vi, *en))
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
    }
}
