//! Words of access: second factor, accounts, networks for signing in, reviews of accounts.

use base::Language;

words! { AccessWords {
    code_title: "Xác thực hai bước", "Second factor";
    code_lead: "Mật khẩu đúng. Nhập mã 6 số mà ứng dụng xác thực đang hiện, hoặc một mã khôi phục.", "The password is right. Enter the six digits that your authenticator app shows, or a recovery code.";
    code: "Mã xác thực", "Code";
    code_hint: "6 số của ứng dụng, hoặc mã khôi phục dạng abcd-efgh-jkmn-pqrs", "Six digits of the app, or a recovery code like abcd-efgh-jkmn-pqrs";
    code_submit: "Tiếp tục", "Go on";
    code_back: "Đăng nhập bằng tài khoản khác", "Sign in with another account";
    code_lost: "Mất điện thoại? Dùng mã khôi phục; nếu mất cả hai, quản trị viên của nút đặt lại được cho bạn.", "Phone lost? Use a recovery code; if both are lost, the node's administrator can reset it.";

    factor_title: "Xác thực hai bước", "Second factor";
    factor_lead: "Ngoài mật khẩu, mỗi lần đăng nhập cần thêm một mã do ứng dụng trên điện thoại tạo ra. Người biết mật khẩu của bạn vẫn không vào được.", "Beside the password, each sign-in asks for a code from an app on your phone. Whoever knows your password still cannot come in.";
    factor_on: "Đang bật từ {t}", "On since {t}";
    factor_off: "Chưa bật", "Not set up";
    factor_required: "Chính sách của nút buộc vai trò của bạn phải có (Điều 12, khoản 3).", "The node's policy asks your role for it (article 12.3).";
    factor_due: "Hãy thiết lập trước {t}; sau đó các chức năng khác tạm khóa.", "Set it up before {t}; after that everything else is closed.";
    factor_overdue: "Đã quá hạn thiết lập: các chức năng khác tạm khóa cho đến khi xong.", "Its time has come: everything else is closed until it is set up.";
    factor_step_1: "1. Mở ứng dụng xác thực (Google Authenticator, Microsoft Authenticator, FreeOTP, Aegis …) và quét mã QR.", "1. Open an authenticator app (Google Authenticator, Microsoft Authenticator, FreeOTP, Aegis …) and scan the QR code.";
    factor_qr: "Mã QR cho ứng dụng xác thực", "QR code for the authenticator app";
    factor_secret: "Không quét được? Nhập khóa này vào ứng dụng", "Cannot scan? Type this key into the app";
    factor_step_2: "2. Nhập mật khẩu hiện tại và mã 6 số mà ứng dụng đang hiện.", "2. Enter your current password and the six digits that the app shows.";
    factor_confirm: "Bật xác thực hai bước", "Turn on";
    factor_ends: "Các lần đăng nhập khác của bạn sẽ kết thúc.", "Your other sign-ins will end.";
    factor_codes: "Mã khôi phục", "Recovery codes";
    factor_codes_once: "Cất các mã này ở nơi an toàn, tách khỏi điện thoại. Mỗi mã dùng một lần khi mất điện thoại. Chúng sẽ không hiện lại.", "Keep these codes in a safe place apart from the phone. Each works once when the phone is lost. They will not be shown again.";
    factor_codes_left: "Còn {n} mã khôi phục.", "{n} recovery codes are left.";
    factor_codes_renew: "Tạo mã khôi phục mới", "Make new recovery codes";
    factor_codes_renew_hint: "Các mã cũ mất hiệu lực.", "The old ones become void.";
    factor_remove: "Tắt xác thực hai bước", "Turn off";
    factor_manage: "Thiết lập", "Set up";
    factor_print: "Đã lưu, quay lại trang Của tôi", "I have kept them; back to my page";

    history: "Lịch sử đăng nhập", "History of sign-ins";
    history_lead: "{n} ngày gần đây, cả lần thành công và không thành công. Thấy lần nào không phải của bạn, hãy đổi mật khẩu ngay và báo quản trị viên.", "The last {n} days, successes and failures. If one was not you, change your password at once and tell the administrator.";
    history_none: "Chưa có lần đăng nhập nào được ghi.", "No sign-in on record yet.";
    history_result: "Kết quả", "Result";
    history_ok: "Thành công", "Signed in";
    history_ok_two: "Thành công, hai bước", "Signed in, two steps";
    history_new: "mạng mới", "new network";
    wrong_password: "Sai mật khẩu", "Wrong password";
    wrong_code: "Sai mã xác thực", "Wrong code";
    why_disabled: "Tài khoản đã khóa", "Account disabled";
    why_network: "Ngoài mạng được phép", "Outside the networks";
    why_service: "Tài khoản dịch vụ", "Service account";
    notice_strange: "Tài khoản của bạn vừa được đăng nhập từ một mạng mới: {address}, lúc {t}. Nếu không phải bạn, hãy đổi mật khẩu ngay.", "Your account was signed in from a new network: {address}, at {t}. If that was not you, change your password at once.";
    notice_strange_seen: "Đúng là tôi", "That was me";
    notice_factor: "Vai trò của bạn phải có xác thực hai bước trước {t}.", "Your role must have a second factor before {t}.";
    notice_review: "“{name}”: còn {n} tài khoản chờ bạn xác nhận, còn {days} ngày (hạn {due}).", "“{name}”: {n} accounts wait for your answer, {days} days left (until {due}).";
    notice_review_today: "“{name}”: còn {n} tài khoản chờ bạn xác nhận, hôm nay là ngày cuối.", "“{name}”: {n} accounts wait for your answer; today is the last day.";
    notice_review_late: "“{name}”: còn {n} tài khoản chờ bạn xác nhận, đã quá hạn {days} ngày.", "“{name}”: {n} accounts wait for your answer, {days} days overdue.";
    notice_review_link: "Rà soát", "Review";
    notice_more: "Xem", "Open";

    token_limits: "Giới hạn của mã", "Limits of the token";
    token_limits_lead: "Mã có quyền của tài khoản, trừ những gì giới hạn dưới đây lấy đi. Bỏ trống: không giới hạn.", "A token has its account's rights less what these limits take away. Left empty: no limit.";
    token_networks: "Chỉ từ các mạng", "Only from these networks";
    token_networks_hint: "Ví dụ: 10.20.0.0/16, 192.168.1.7", "For example 10.20.0.0/16, 192.168.1.7";
    token_areas: "Chỉ camera thuộc địa bàn", "Only cameras of these areas";
    token_areas_hint: "Tên hoặc mã, cách nhau bằng dấu chấm phẩy", "Names or codes, separated by semicolons";
    token_cameras: "Chỉ các camera", "Only these cameras";
    token_cameras_hint: "Mã camera, cách nhau bằng dấu cách hoặc dấu phẩy", "Camera codes, separated by spaces or commas";
    token_acts: "Chỉ các quyền", "Only these acts";
    token_limit: "Giới hạn", "Limits";
    token_days_hint: "Tối đa {n} ngày", "At most {n} days";

    accounts_lead: "Tài khoản phải đúng với nhiệm vụ (Điều 12, khoản 3). Tài khoản lâu không dùng được đánh dấu sau {n} ngày.", "Accounts must fit the task (article 12.3). Accounts that nobody uses are flagged after {n} days.";
    accounts_unit: "Đơn vị", "Unit";
    accounts_kind: "Loại", "Kind";
    kind_person: "Cá nhân", "Person";
    kind_service: "Dịch vụ", "Service";
    kind_service_hint: "cho chương trình: không có mật khẩu, chỉ dùng mã truy cập", "for a program: no password, tokens only";
    kind_person_hint: "cho một người, có mật khẩu riêng", "for one person, with an own password";
    state_idle: "Lâu không dùng", "Idle";
    state_no_factor: "Chưa có xác thực hai bước", "Without second factor";
    state_enabled: "Đang hoạt động", "Enabled";
    state_disabled: "Đã khóa", "Disabled";
    sort: "Sắp xếp", "Order";
    sort_name: "Tên hiển thị", "Display name";
    sort_sign_in_name: "Tên đăng nhập", "Sign-in name";
    sort_role: "Vai trò", "Role";
    sort_unit: "Đơn vị", "Unit";
    sort_last_use: "Lâu không dùng nhất", "Longest unused";
    sort_created: "Mới tạo", "Newest";
    accounts_export: "Xuất CSV", "Export CSV";
    accounts_n: "{n} tài khoản", "{n} accounts";
    accounts_reviews: "Rà soát tài khoản", "Reviews of accounts";
    accounts_networks: "Mạng được phép đăng nhập", "Networks for signing in";
    position: "Chức vụ", "Position";
    phone: "Điện thoại", "Telephone";
    email: "Thư điện tử", "E-mail";
    unit_hint: "Chọn đơn vị trong danh mục; tên khác được giữ như đã nhập", "Choose a unit of the register; another name is kept as entered";
    used_last: "Dùng lần cuối", "Last used";
    details: "Thông tin tài khoản", "Account details";
    access: "Quyền truy cập", "Access";
    open_account: "Mở", "Open";
    reset_password: "Đặt mật khẩu dùng một lần mới", "Set a new one-time password";
    reset_factor: "Đặt lại xác thực hai bước", "Reset second factor";
    reset_factor_hint: "Khi người đó mất cả điện thoại và mã khôi phục. Các phiên đăng nhập và mã truy cập của tài khoản kết thúc.", "When the person has lost phone and recovery codes. The account's sign-ins and tokens end.";
    reason: "Lý do", "Reason";
    reason_hint: "Được ghi vào nhật ký", "Goes on record";
    enable: "Mở khóa tài khoản", "Enable the account";
    disable: "Khóa tài khoản", "Disable the account";
    created: "Tạo lúc {t}", "Made {t}";
    tokens_of: "Mã truy cập", "Tokens";

    networks_title: "Mạng được phép đăng nhập", "Networks for signing in";
    networks_lead: "Điều 12, khoản 4: kết nối qua mạng riêng, mạng chuyên dùng. Ngoài các mạng này, không ai đăng nhập hay tiếp tục phiên làm việc được. Bỏ trống: từ mọi nơi.", "Article 12.4: connections over private or dedicated networks. From outside these networks nobody signs in or goes on working. Left empty: from anywhere.";
    networks_everyone: "Mọi vai trò", "All roles";
    networks_hint: "Mỗi dòng một mạng, ví dụ 10.0.0.0/8, 192.168.1.7 hoặc 2001:db8::/32", "One network a line, for example 10.0.0.0/8, 192.168.1.7 or 2001:db8::/32";
    networks_roles: "Danh sách riêng theo vai trò", "Lists of their own for single roles";
    networks_roles_hint: "Vai trò có danh sách riêng chỉ theo danh sách đó. Bỏ trống: theo danh sách chung.", "A role with a list of its own goes by that list alone. Left empty: by the list for all.";
    networks_own: "Bạn đang kết nối từ {address}.", "You are connected from {address}.";
    networks_preview: "Xem trước", "Preview";
    networks_inside: "Địa chỉ của bạn ({address}) nằm trong danh sách này: bạn vẫn đăng nhập được.", "Your address ({address}) is within these lists: you can still sign in.";
    networks_outside: "Địa chỉ của bạn ({address}) nằm ngoài danh sách này: không lưu được.", "Your address ({address}) is outside these lists: they cannot be saved.";
    networks_save: "Áp dụng ngay", "Set at once";
    networks_history: "Các phiên bản", "Versions";
    networks_anywhere: "Mọi nơi", "Anywhere";
    networks_none: "Chưa đặt: hiện đăng nhập được từ mọi nơi.", "Not set: people sign in from anywhere now.";
    version: "Phiên bản", "Version";
    since: "Từ", "Since";
    by: "Người đặt", "By";

    reviews_title: "Rà soát tài khoản", "Reviews of accounts";
    reviews_lead: "Điều 19, khoản 4: đầu mối của từng đơn vị xác nhận hoặc kết thúc từng tài khoản; kết quả được lưu giữ và in được.", "Article 19.4: each unit's focal point confirms or ends each account; the result is kept and can be printed.";
    reviews_none_title: "Chưa có đợt rà soát nào", "No review yet";
    reviews_none: "Mở đợt đầu tiên: mỗi đầu mối sẽ thấy các tài khoản cần xác nhận của đơn vị mình.", "Start the first one: each focal point will see the accounts of their unit that wait for an answer.";
    reviews_none_own: "Chưa có đợt rà soát nào cần bạn trả lời.", "No review waits for your answer.";
    review_start: "Mở đợt rà soát", "Start a review";
    review_name: "Tên đợt", "Name";
    review_name_hint: "Ví dụ: Rà soát tài khoản quý IV/2026", "For example: Review of accounts, 4th quarter 2026";
    review_due: "Hạn trả lời", "Last day for answers";
    review_unit: "Chỉ đơn vị", "Only unit";
    review_unit_hint: "Cả đơn vị trực thuộc; bỏ trống: mọi đơn vị", "With those below it; left empty: all units";
    review_services: "Cả tài khoản dịch vụ", "Service accounts too";
    review_covered: "Điều 19, khoản 4: từng tài khoản. Không chọn đơn vị và vai trò thì đợt này gồm {p} tài khoản của người và {s} tài khoản dịch vụ.", "Article 19.4: each account. With no unit and no role chosen, persons: {p}, services: {s}.";
    review_unanswered: "Khi đóng, tài khoản chưa được trả lời", "At the close, accounts without an answer";
    review_report: "giữ nguyên và nêu trong kết quả", "stay as they are and stand in the result";
    review_disable: "bị khóa", "are disabled";
    review_progress: "Tiến độ", "Progress";
    review_state: "Trạng thái", "State";
    review_open: "Đang mở", "Running";
    review_closed: "Đã đóng", "Closed";
    review_overdue: "Quá hạn {n} ngày", "{n} days overdue";
    review_left: "Còn {n} ngày", "{n} days left";
    review_today: "Hôm nay là ngày cuối", "Today is the last day";
    review_kept: "Giữ", "Kept";
    review_ended: "Kết thúc", "Ended";
    review_waiting: "Chưa trả lời", "Without an answer";
    review_all: "Tổng số", "All";
    review_yours: "{n} tài khoản chờ bạn", "{n} wait for you";
    review_keep: "Giữ", "Keep";
    review_end: "Kết thúc", "End";
    review_end_hint: "Kết thúc có hiệu lực ngay: tài khoản bị khóa.", "Ending takes effect at once: the account is disabled.";
    review_who: "Người rà soát", "Reviewer";
    review_admins: "Quản trị viên", "Administrators";
    review_answer: "Kết quả", "Answer";
    review_in_place: "thay đầu mối", "in place of the focal point";
    review_disabled_at_close: "Bị khóa khi đóng đợt (chưa trả lời)", "Disabled at the close (no answer)";
    review_no_unit: "Không thuộc đơn vị nào trong danh mục", "Without a unit of the register";
    review_show: "Hiện", "Show";
    review_show_all: "Tất cả", "All";
    review_show_waiting: "Chưa trả lời", "Without an answer";
    review_show_answered: "Đã trả lời", "Answered";
    review_close: "Đóng đợt rà soát", "Close the review";
    review_close_hint: "Kết quả không thay đổi được nữa sau khi đóng. {n} tài khoản chưa được trả lời.", "After that the result cannot be changed. {n} accounts are without an answer.";
    review_close_disables: "Các tài khoản chưa được trả lời sẽ bị khóa.", "Accounts without an answer will be disabled.";
    review_remark: "Kết luận", "Conclusion";
    review_print: "Bản in", "Print view";
    review_csv: "Xuất CSV", "Export CSV";
    review_started: "Mở lúc {t}, bởi {who}", "Started {t} by {who}";
    review_closed_at: "Đóng lúc {t}, bởi {who}", "Closed {t} by {who}";
    review_reminders: "Nhắc việc đã ghi", "Reminders on record";
    review_reminder: "{on}: còn {n} tài khoản, {days} ngày đến hạn", "{on}: {n} accounts left, {days} days to go";
    review_nothing: "Không có tài khoản nào trong mục này.", "No account here.";

    print_state: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
    print_motto: "Độc lập - Tự do - Hạnh phúc", "Độc lập - Tự do - Hạnh phúc";
    print_number: "Số: ........../BC-........", "No.: ........../BC-........";
    print_place_date: "............, ngày {d} tháng {m} năm {y}", "............, {d}/{m}/{y}";
    print_heading: "BÁO CÁO KẾT QUẢ RÀ SOÁT TÀI KHOẢN", "REPORT ON THE REVIEW OF ACCOUNTS";
    print_basis: "Căn cứ Điều 12 và khoản 4 Điều 19 Quy chế ban hành kèm theo Quyết định số 01/2022/QĐ-UBND của Ủy ban nhân dân Thành phố Hồ Chí Minh.", "On the basis of article 12 and article 19.4 of the regulation issued with Decision 01/2022/QĐ-UBND of the People's Committee of Ho Chi Minh City.";
    print_draft: "Đợt rà soát đang mở: số liệu đến {t}.", "The review is still running: figures as of {t}.";
    print_no: "STT", "No.";
    print_unit_total: "Cộng: {all} tài khoản; giữ {kept}, kết thúc {ended}, chưa trả lời {waiting}.", "Sum: {all} accounts; {kept} kept, {ended} ended, {waiting} without an answer.";
    print_summary: "I. Tổng hợp", "I. Summary";
    print_by_unit: "II. Kết quả theo đơn vị", "II. Results by unit";
    print_conclusion: "III. Kết luận", "III. Conclusion";
    print_author: "NGƯỜI LẬP BIỂU", "DRAWN UP BY";
    print_head: "THỦ TRƯỞNG ĐƠN VỊ", "HEAD OF THE UNIT";
    print_sign: "(Ký, ghi rõ họ tên)", "(Signature, full name)";
    print_sign_seal: "(Ký, ghi rõ họ tên, đóng dấu)", "(Signature, full name, seal)";
    print_name: "Họ và tên", "Full name";
    print_period: "Thời gian: từ {from} đến {to}.", "Period: from {from} to {to}.";
    print_button: "In", "Print";
    print_back: "Quay lại đợt rà soát", "Back to the review";
} }

impl AccessWords {
    /// Why a sign-in failed, in words; an unknown reason as it stands.
    pub(crate) fn why<'a>(&'a self, reason: &'a str) -> &'a str {
        match reason {
            "wrong_password" | "no_password" => self.wrong_password,
            "wrong_code" => self.wrong_code,
            "disabled" => self.why_disabled,
            "network" => self.why_network,
            "service" => self.why_service,
            other => other,
        }
    }
}
