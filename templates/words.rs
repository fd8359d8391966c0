//! The words of the pages, each in Vietnamese and English: a key cannot exist in one language only.
//!
//! Vietnamese uses the regulation's own terms (nút, địa bàn, đơn vị, luồng chính, luồng phụ, nhật ký, thiết bị, quyền,
//! từ chối). `{name}` stands for a value, put in by [`fill`]. Not here: sentences about errors (`base::Said`).

use base::Language;

macro_rules! words {
    ($type:ident { $($key:ident: $vi:literal, $en:literal;)+ }) => {
        #[derive(Debug)]
        #[cfg_attr(test, allow(dead_code))]
        pub(crate) struct $type { $(pub(crate) $key: &'static str,)+ }
        impl $type {
            const VI: $type = $type { $($key: $vi,)+ };
            const EN: $type = $type { $($key: $en,)+ };
            /// The words of one language.
            pub(crate) fn of(language: Language) -> &'static $type {
                match language { Language::Vi => &Self::VI, Language::En => &Self::EN }
            }
            /// Every key with its word.
            #[allow(dead_code)]
            pub(crate) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key),)+]
            }
        }
    };
}

mod access;
mod audit;
mod finding;
mod imports;
mod lists;
mod policy;
mod record;
mod registers;
mod sharing;
mod wall;

pub(crate) use access::AccessWords;
pub(crate) use audit::AuditWords;
pub(crate) use finding::FindingWords;
pub(crate) use imports::ImportWords;
pub(crate) use lists::ListWords;
pub(crate) use policy::PolicyWords;
pub(crate) use record::RecordWords;
pub(crate) use registers::RegisterWords;
pub(crate) use sharing::SharingWords;
pub(crate) use wall::WallWords;

words! { Words {
    product: "Mắt Lưới", "Mắt Lưới";
    tagline: "Hệ thống quản lý tập trung camera giám sát", "Central management of public-space cameras";
    skip: "Đến nội dung chính", "Skip to the main content";
    nav_main: "Điều hướng chính", "Main navigation";
    nav_live: "Trực tiếp", "Live";
    nav_cameras: "Camera", "Cameras";
    nav_audit: "Nhật ký", "Audit";
    nav_admin: "Quản trị", "Administration";
    nav_accounts: "Tài khoản", "Accounts";
    nav_node: "Nút", "Node";
    nav_me: "Của tôi", "Profile";
    menu_me: "Tài khoản của tôi", "My account";
    sign_out: "Đăng xuất", "Sign out";
    language: "Ngôn ngữ", "Language";
    switch_language: "English", "Tiếng Việt";
    theme: "Giao diện", "Theme";
    theme_auto: "Theo hệ thống", "As the system";
    theme_light: "Sáng", "Light";
    theme_dark: "Tối", "Dark";
    apply: "Áp dụng", "Apply";
    save: "Lưu thay đổi", "Save changes";
    cancel: "Hủy", "Cancel";
    optional: "không bắt buộc", "optional";
    updated: "Cập nhật lúc", "Updated at";
    form_refused: "Chưa lưu được. Hãy xem các ô được đánh dấu bên dưới.", "Not saved yet. Please look at the fields marked below.";
    all: "Tất cả", "All";
    filter: "Lọc", "Filter";
    filter_clear: "Bỏ lọc", "Clear filter";
    search: "Tìm kiếm", "Search";
    search_hint: "Nhấn / để tìm", "Press / to search";
    yes: "Có", "Yes";
    no: "Không", "No";
    none: "Không có", "None";
    unknown: "Chưa rõ", "Unknown";
    never: "Chưa bao giờ", "Never";
    close: "Đóng", "Close";
    back: "Quay lại", "Back";
    page_first: "Trang đầu", "First page";
    page_previous: "Trang trước", "Previous";
    page_next: "Trang sau", "Next";
    paging: "Phân trang", "Pages";
    shown_of: "{from}–{to} trong {total}", "{from}–{to} of {total}";
    shown: "{from}–{to}", "{from}–{to}";
    actions: "Thao tác", "Actions";
    role: "Vai trò", "Role";
    role_administrator: "Quản trị", "Administrator";
    role_operator: "Vận hành", "Operator";
    role_viewer: "Người xem", "Viewer";
    role_city_centre: "Trung tâm điều hành đô thị thông minh", "City operations centre";
    role_sector_centre: "Trung tâm điều hành ngành, lĩnh vực", "Sector centre";
    role_district_centre: "Trung tâm điều hành quận, huyện", "District centre";
    role_unit: "Đơn vị quản lý hệ thống camera", "Managing unit";
    role_unit_administrator: "Quản trị đơn vị", "Unit administrator";
    role_investor: "Chủ đầu tư", "Investor";
    role_inspector: "Kiểm tra, thanh tra", "Inspector";
    role_citizen: "Người dân", "Citizen";
    role_administrator_hint: "quản lý camera, tài khoản, nhật ký và nút", "manages cameras, accounts, the audit and the node";
    role_operator_hint: "xem trực tiếp, thêm và sửa camera", "watches live, adds and edits cameras";
    role_viewer_hint: "xem trực tiếp và danh mục", "watches live and sees the catalogue";

    setup_title: "Thiết lập nút", "Set up this node";
    setup_intro: "Địa chỉ này chỉ dùng được một lần. Tạo tài khoản quản trị đầu tiên và đặt tên cho nút; mọi thứ khác có thể đổi sau.", "This address works once. Create the first administrator and name the node; everything else can be changed later.";
    setup_account: "Tài khoản quản trị", "Administrator account";
    setup_node: "Nút này", "This node";
    setup_finish: "Hoàn tất thiết lập", "Finish set-up";
    sign_in_name: "Tên đăng nhập", "Sign-in name";
    sign_in_name_hint: "Chữ thường, số, dấu chấm hoặc gạch nối; ví dụ: nguyen.van.an", "Lower-case letters, digits, dots or hyphens, for example nguyen.van.an";
    display_name: "Tên hiển thị", "Display name";
    display_name_hint: "Họ tên hiện trong nhật ký và trên trang", "The full name shown in the audit and on pages";
    password: "Mật khẩu", "Password";
    password_again: "Nhập lại mật khẩu", "Password again";
    password_old: "Mật khẩu hiện tại", "Current password";
    password_new: "Mật khẩu mới", "New password";
    password_rule: "Ít nhất {n} ký tự, khó đoán, không chứa tên đăng nhập, họ tên, không nằm trong danh sách mật khẩu đã lộ. Một cụm nhiều từ dễ nhớ là tốt nhất.", "At least {n} characters, hard to guess, without your sign-in name or name, and not on the list of leaked passwords. A phrase of several words works best.";
    password_rule_age: "Phải đổi sau {n} ngày.", "Must be changed after {n} days.";
    password_show: "Hiện mật khẩu", "Show password";
    node_name: "Tên nút", "Node name";
    node_name_hint: "Ví dụ: Phường Sài Gòn", "For example: Saigon Ward";
    area: "Địa bàn", "Area";
    node_area_hint: "Tên hoặc mã địa bàn; mã camera mới bắt đầu bằng mã này", "Name or code of the area; new camera codes begin with it";

    sign_in_title: "Đăng nhập", "Sign in";
    sign_in_submit: "Đăng nhập", "Sign in";
    sign_in_lead: "Đăng nhập để xem camera của nút này.", "Sign in to see this node's cameras.";
    sign_in_wait: "Quá nhiều lần thử. Hãy đợi {n} giây rồi thử lại.", "Too many attempts. Wait {n} seconds, then try again.";
    sign_in_forgot: "Quên mật khẩu? Người quản trị nút đặt lại được cho bạn.", "Forgot the password? The node's administrator can reset it.";
    sign_in_note: "Mọi lần đăng nhập và xem đều được ghi nhật ký.", "Every sign-in and every view is recorded in the audit.";

    live_title: "Trực tiếp", "Live";
    live_cameras: "Danh sách camera", "Camera list";
    live_pick: "Chọn camera", "Choose cameras";
    live_search: "Tìm camera, mã, địa bàn…", "Find camera, code, area…";
    live_grid: "Chia ô", "Grid";
    live_grid_n: "{n} ô", "{n} tiles";
    live_fullscreen: "Toàn màn hình", "Full screen";
    live_clear: "Xóa các ô", "Empty all tiles";
    live_keys: "Phím: ← ↑ → ↓ chọn ô · Enter đặt camera · 1–6 chia ô · F toàn màn hình · Del bỏ camera · T tuần tra · ? mọi phím", "Keys: ← ↑ → ↓ choose tile · Enter place camera · 1–6 grid · F full screen · Del empty · T tour · ? all keys";
    live_noscript: "Xem trực tiếp cần JavaScript. Các trang còn lại dùng được mà không cần.", "Watching live needs JavaScript. All other pages work without it.";
    live_empty_title: "Chưa có camera nào", "No camera yet";
    live_empty: "Thêm camera đầu tiên bằng địa chỉ RTSP của nó; hình sẽ hiện ở đây.", "Add the first camera by its RTSP address; its picture will appear here.";
    live_empty_viewer: "Khi người vận hành thêm camera, hình sẽ hiện ở đây.", "Once an operator adds a camera, its picture appears here.";

    phase_live: "Có hình", "Live";
    phase_connecting: "Đang kết nối", "Connecting";
    phase_waiting: "Mất hình", "No picture";
    phase_unknown: "Chưa rõ", "Unknown";
    since: "từ {t}", "since {t}";
    next_attempt: "Thử lại lúc {t} (đã thử {n} lần)", "Next attempt at {t} ({n} so far)";
    stream_main: "Luồng chính", "Main stream";
    stream_sub: "Luồng phụ", "Substream";
    viewers_n: "{n} người đang xem", "{n} watching";
    codec: "Mã hóa", "Codec";
    resolution: "Độ phân giải", "Resolution";
    fps: "Khung hình/giây", "Frames per second";
    bitrate: "Tốc độ", "Bit rate";
    key_frame: "Khoảng cách khung khóa", "Key-frame distance";
    seconds: "{n} giây", "{n} s";
    at_least_seconds: "trên {n} giây", "over {n} s";
    audio: "Âm thanh", "Audio";
    clock_difference: "Lệch đồng hồ", "Clock difference";
    clock_ahead: "nhanh {n} giây", "{n} s ahead";
    clock_behind: "chậm {n} giây", "{n} s behind";
    clock_right: "khớp (dưới 1 giây)", "in step (under 1 s)";

    cameras_title: "Camera", "Cameras";
    cameras_count: "{n} camera", "{n} cameras";
    camera_add: "Thêm camera", "Add camera";
    cameras_search: "Tên, mã, địa bàn, đơn vị; không cần dấu", "Name, code, area, unit; accents not needed";
    state: "Trạng thái", "State";
    unit: "Đơn vị", "Unit";
    code: "Mã", "Code";
    name: "Tên", "Name";
    sort: "Sắp xếp", "Sort by";
    sort_code: "Theo mã", "Code";
    sort_name: "Theo tên", "Name";
    sort_area: "Theo địa bàn", "Area";
    sort_unit: "Theo đơn vị", "Unit";
    sort_state: "Mất hình trước", "No picture first";
    cameras_empty_title: "Danh mục đang trống", "The catalogue is empty";
    cameras_empty: "Bắt đầu bằng địa chỉ RTSP của một camera. Hệ thống kiểm tra địa chỉ, cho biết thấy gì, rồi bạn thêm bằng một lần bấm.", "Begin with the RTSP address of one camera. The address is probed, you see what was found, and one click adds it.";
    cameras_none_title: "Không camera nào khớp bộ lọc", "No camera matches the filter";
    cameras_none: "Thử bỏ bớt điều kiện hoặc tìm không dấu.", "Try fewer conditions, or search without accents.";
    open_live: "Xem trực tiếp", "Watch live";

    add_title: "Thêm camera", "Add a camera";
    step_1: "Địa chỉ", "Address";
    step_2: "Kiểm tra và đặt tên", "Check and name";
    step_of: "Bước {n}/2", "Step {n} of 2";
    main_url: "Địa chỉ luồng chính (RTSP)", "Main stream address (RTSP)";
    main_url_hint: "Ví dụ: rtsp://10.20.3.14:554/Streaming/Channels/101", "For example: rtsp://10.20.3.14:554/Streaming/Channels/101";
    sub_url: "Địa chỉ luồng phụ (RTSP)", "Substream address (RTSP)";
    sub_url_hint: "Luồng nhỏ dùng khi chia nhiều ô. Để trống thì hệ thống tự tìm.", "The small stream for grids. Leave empty and it is looked for.";
    camera_user: "Tên người dùng của camera", "Camera user name";
    camera_password: "Mật khẩu của camera", "Camera password";
    camera_password_hint: "Được niêm phong khi lưu và không bao giờ hiện lại.", "Sealed when stored and never shown again.";
    camera_password_keep: "Để trống để giữ mật khẩu đã lưu.", "Leave empty to keep the stored password.";
    camera_password_clear: "Xóa mật khẩu đã lưu", "Remove the stored password";
    transport: "Đường truyền", "Transport";
    transport_tcp: "TCP (khuyên dùng, qua được tường lửa)", "TCP (recommended, crosses firewalls)";
    transport_udp: "UDP", "UDP";
    probe: "Kiểm tra địa chỉ", "Probe the address";
    probe_again: "Kiểm tra lại", "Probe again";
    probe_wait: "Mất nhiều nhất 5 giây.", "Takes 5 seconds at most.";
    probe_result: "Kết quả kiểm tra", "What was found";
    probe_took: "Kiểm tra trong {n} giây", "Probed in {n} s";
    probe_good: "Đã thấy hình từ camera", "Pictures arrive from the camera";
    probe_bad: "Chưa lấy được hình", "No picture yet";
    probe_unsupported: "Thấy luồng {codec}, nhưng nút chưa nhận được loại mã hóa này. Hãy đổi camera sang H.264.", "Found {codec}, which this node cannot take. Set the camera to H.264.";
    probe_no_sub: "Không thấy luồng phụ. Khi chia nhiều ô, hệ thống dùng luồng chính và tốn băng thông hơn.", "No substream was found. Grids will use the main stream, which needs more bandwidth.";
    probe_long_gop: "Khung khóa cách nhau quá 4 giây: hình hồi phục chậm khi mất gói. Nên đặt 1–2 giây trên camera.", "Key frames are more than 4 s apart: recovery after loss is slow. Set 1–2 s on the camera.";
    probe_clock_off: "Đồng hồ camera lệch. Hãy đặt NTP trên camera.", "The camera's clock is off. Set NTP on the camera.";
    device_calls: "Thiết bị tự giới thiệu", "The device calls itself";
    address_change: "Sửa địa chỉ", "Change the address";
    networks_allowed: "Chỉ nhận camera trong các mạng: {list}", "Only cameras in these networks are accepted: {list}";
    camera_name: "Tên camera", "Camera name";
    camera_name_hint: "Ví dụ: Ngã tư Nguyễn Huệ – Lê Lợi, hướng chợ", "For example: Nguyen Hue – Le Loi crossing, towards the market";
    camera_code_hint: "Để trống để nhận mã {code}", "Leave empty to get {code}";
    add_submit: "Thêm camera", "Add camera";
    add_anyway_not: "Hãy sửa địa chỉ rồi kiểm tra lại. Có thể thêm khi đã thấy luồng chính.", "Mend the address and probe again. It can be added once its main stream is seen.";

    camera_streams: "Các luồng", "Streams";
    camera_record: "Hồ sơ", "Record";
    camera_edit: "Sửa thông tin", "Edit";
    camera_edit_hint: "Đổi địa chỉ hoặc mật khẩu sẽ kết nối lại camera.", "A new address or password reconnects the camera.";
    camera_added: "Thêm lúc", "Added";
    camera_changed: "Sửa lần cuối", "Last changed";
    camera_password_kept: "Mật khẩu", "Password";
    kept_sealed: "Đã lưu, niêm phong", "Stored, sealed";
    not_watch: "Tài khoản của bạn không có quyền xem camera này.", "Your account may not watch this camera.";
    danger: "Vùng nguy hiểm", "Danger zone";
    remove_title: "Gỡ camera khỏi nút", "Remove the camera from this node";
    remove_what: "Camera rời danh mục, mọi người đang xem bị ngắt và mật khẩu đã lưu bị xóa. Nhật ký được giữ nguyên.", "It leaves the catalogue, everyone watching is cut off and its stored password is erased. The audit stays.";
    remove_confirm: "Gõ đúng tên camera để xác nhận", "Type the camera's name to confirm";
    remove_submit: "Gỡ camera", "Remove camera";

    audit_title: "Nhật ký", "Audit";
    audit_who: "Người", "Person";
    audit_act: "Việc", "Act";
    audit_from: "Từ ngày", "From";
    audit_to: "Đến ngày", "To";
    audit_text: "Nội dung", "Text";
    audit_at: "Lúc", "At";
    audit_address: "Địa chỉ", "Address";
    audit_facts: "Chi tiết", "Details";
    audit_hash: "Mã băm", "Hash";
    audit_seq: "Số", "No.";
    audit_verify: "Kiểm tra chuỗi", "Verify the chain";
    audit_none_title: "Không có mục nào khớp", "No entry matches";
    audit_none: "Thử khoảng ngày rộng hơn hoặc bỏ bớt điều kiện.", "Try a wider range of days or fewer conditions.";
    chain_whole: "Chuỗi nguyên vẹn: {n} mục khớp với nhau.", "The chain is whole: {n} entries fit together.";
    chain_broken: "Chuỗi bị đứt ở mục {n}.", "The chain is broken at entry {n}.";
    chain_broken_what: "Hãy giữ nguyên máy, sao lưu thư mục dữ liệu và báo đơn vị quản lý.", "Leave the machine as it is, back up the data folder and tell the managing unit.";
    chain_head: "Mã băm cuối", "Last hash";
    failed: "Không thành", "Failed";

    account_title: "Tài khoản của tôi", "My account";
    account_profile: "Hồ sơ và hiển thị", "Profile and display";
    account_password: "Đổi mật khẩu", "Change password";
    account_password_since: "Đổi lần cuối lúc {t}", "Last changed {t}";
    account_must_change: "Bạn phải đổi mật khẩu trước khi tiếp tục.", "You must change your password before going on.";
    account_password_effect: "Các lần đăng nhập khác của bạn sẽ kết thúc.", "Your other sign-ins will end.";
    sign_ins: "Các lần đăng nhập", "Sign-ins";
    sign_in_current: "Phiên này", "This one";
    sign_in_end: "Kết thúc", "End";
    sign_in_began: "Bắt đầu", "Began";
    sign_in_used: "Dùng lần cuối", "Last used";
    sign_in_browser: "Trình duyệt", "Browser";
    tokens: "Mã truy cập API", "API tokens";
    tokens_lead: "Cho chương trình và hệ thống khác. Mã có đúng các quyền của bạn và chỉ hiện một lần.", "For programs and other systems. A token has exactly your rights and is shown once.";
    tokens_none: "Chưa có mã nào.", "No token yet.";
    token_label: "Dùng cho", "Used for";
    token_label_hint: "Ví dụ: màn hình trung tâm điều hành", "For example: wall screen of the operations centre";
    token_days: "Hiệu lực (ngày)", "Valid for (days)";
    token_issue: "Cấp mã", "Issue token";
    token_revoke: "Thu hồi", "Revoke";
    token_once: "Sao chép mã này ngay. Mã sẽ không hiện lại.", "Copy this token now. It will not be shown again.";
    token_expires: "Hết hạn", "Expires";
    token_issued: "Cấp lúc", "Issued";
    copy: "Sao chép", "Copy";

    accounts_title: "Tài khoản", "Accounts";
    accounts_add: "Thêm tài khoản", "Add account";
    accounts_add_submit: "Tạo tài khoản", "Create account";
    accounts_add_hint: "Nút tạo mật khẩu dùng một lần; người đó phải đổi khi đăng nhập lần đầu.", "The node makes a one-time password, to be changed at the first sign-in.";
    accounts_search: "Tên đăng nhập, họ tên, đơn vị", "Sign-in name, name, unit";
    accounts_none: "Không có tài khoản nào khớp.", "No account matches.";
    account_active: "Hoạt động", "Active";
    account_disabled: "Đã khóa", "Disabled";
    account_disabled_since: "khóa từ {t}", "disabled since {t}";
    account_pending: "Chờ đổi mật khẩu", "Must change password";
    account_last: "Đăng nhập cuối", "Last sign-in";
    account_own: "Bạn", "You";
    account_disable: "Khóa", "Disable";
    account_enable: "Mở khóa", "Enable";
    account_reset: "Đặt lại mật khẩu", "Reset password";
    account_set_role: "Đổi vai trò", "Set role";
    account_manage: "Quản lý", "Manage";
    account_manage_whom: "Quản lý {name}", "Manage {name}";
    account_disable_hint: "Khóa và đặt lại mật khẩu có hiệu lực ngay: mọi lần đăng nhập, mã truy cập và quyền xem đang dùng đều kết thúc.", "Disabling and resetting act at once: every sign-in, token and view in use ends.";
    password_once: "Mật khẩu dùng một lần của {name}. Chuyển cho người đó ngay; mật khẩu sẽ không hiện lại.", "One-time password of {name}. Pass it on now; it will not be shown again.";

    node_title: "Thiết lập nút", "Node settings";
    node_identity: "Tên và địa bàn", "Name and area";
    node_language_hint: "Cho người chưa chọn ngôn ngữ", "For those who have not chosen";
    node_networks: "Mạng camera được phép", "Allowed camera networks";
    node_networks_what: "Nút chỉ kết nối tới camera trong các mạng này, để không ai dùng nút truy cập nơi khác. Không đổi được từ trình duyệt.", "The node only connects to cameras inside these networks, so that nobody can use it to reach elsewhere. They cannot be changed from the browser.";
    node_networks_where: "Đổi ở khóa cameras.networks trong tệp {file}; có hiệu lực khi lưu tệp.", "Change key cameras.networks in {file}; it takes effect when the file is saved.";
    node_networks_where_none: "Nút đang chạy không có tệp cấu hình. Tạo tệp cấu hình với khóa cameras.networks rồi chạy lại với --config.", "This node runs without a configuration file. Write one with the key cameras.networks and start with --config.";
    node_facts: "Thông tin nút", "About this node";

    refused_401: "Cần đăng nhập", "Please sign in";
    refused_403: "Không được phép", "Not permitted";
    refused_404: "Không tìm thấy", "Not found";
    refused_409: "Đã có thay đổi khác", "Changed by someone else";
    refused_413: "Dữ liệu quá lớn", "Too large";
    refused_429: "Quá nhiều yêu cầu", "Too many requests";
    refused_503: "Tạm thời chưa phục vụ được", "Not available right now";
    refused_500: "Lỗi bên trong nút", "The node has failed";
    refused_other: "Yêu cầu không được chấp nhận", "Request not accepted";
    refused_rule: "Quy định", "Rule";
    refused_article: "Điều {a}, Quyết định 01/2022/QĐ-UBND", "Article {a}, Decision 01/2022/QĐ-UBND";
    refused_who: "Ai có thể giúp", "Who can help";
    refused_next: "Làm gì tiếp", "What to do next";
    refused_home: "Về trang trực tiếp", "Go to the live page";
} }

words! { ScriptWords {
    find_results: "Kết quả tìm kiếm", "Search results";
    find_meant: "Không có gì khớp; đang hiện kết quả cho “{meant}”", "Nothing matches; showing results for “{meant}”";
    find_n: "{n} kết quả; phím mũi tên để chọn, Enter để mở", "{n} results; arrow keys to choose, Enter to open";
    find_none: "Không tìm thấy. Enter để mở trang tìm kiếm.", "Nothing found. Enter opens the search page.";
    find_camera: "Camera", "Cameras";
    find_area: "Địa bàn", "Areas";
    find_unit: "Đơn vị", "Units";
    find_person: "Người", "People";
    find_document: "Văn bản", "Documents";
    purpose_title: "Xem “{name}” để làm gì?", "What do you watch “{name}” for?";
    purpose_why: "Camera này ở ngoài phạm vi của bạn. Mục đích được ghi vào nhật ký cùng lượt xem.", "This camera is beyond your own scope. The purpose is put on record with the view.";
    purpose_label: "Mục đích", "Purpose";
    purpose_send: "Xem", "Watch";
    purpose_cancel: "Không xem", "Do not watch";
    connecting: "Đang kết nối", "Connecting";
    connecting_what: "Đang xin hình từ nút…", "Asking the node for the picture…";
    first_frame: "Đã kết nối, đang chờ khung hình đầu tiên…", "Connected, waiting for the first frame…";
    no_picture: "Không có hình", "No picture";
    no_picture_since: "Không có hình từ {t}", "No picture since {t}";
    stale: "Hình đứng từ {t}", "Frozen since {t}";
    age: "{n} giây trước", "{n} s ago";
    age_minutes: "{n} phút trước", "{n} min ago";
    age_hours: "{n} giờ trước", "{n} h ago";
    age_days: "{n} ngày trước", "{n} days ago";
    just_now: "vừa xong", "just now";
    retry_in: "Thử lại sau {n} giây", "Trying again in {n} s";
    retrying: "Đang kết nối lại…", "Reconnecting…";
    lost: "Mất kết nối với nút.", "The connection to the node was lost.";
    slow: "Nút không trả lời kịp.", "The node did not answer in time.";
    snapshot_take: "Chụp ảnh", "Take a picture";
    snapshot_failed: "Chưa chụp được ảnh. Hãy thử lại.", "No picture could be taken. Try again.";
    purpose_say: "Nêu mục đích để xem", "Say what for, to watch";
    no_frames: "Nút đã kết nối nhưng không có khung hình mới.", "Connected, but no new frame arrives.";
    offline: "Không gọi được nút. Kiểm tra mạng của máy này.", "The node cannot be reached. Check this computer's network.";
    signed_out: "Phiên đăng nhập đã kết thúc. Hãy đăng nhập lại.", "Your sign-in has ended. Please sign in again.";
    paused: "Tạm dừng vì thẻ đang ẩn", "Paused while the tab is hidden";
    no_webrtc: "Trình duyệt này không hỗ trợ WebRTC. Hãy dùng Chrome, Edge, Firefox hoặc Safari bản mới.", "This browser has no WebRTC. Use a recent Chrome, Edge, Firefox or Safari.";
    fullscreen: "Toàn màn hình", "Full screen";
    stats: "Thông số", "Statistics";
    stats_codec: "Mã hóa", "Codec";
    stats_size: "Độ phân giải", "Resolution";
    stats_fps: "Khung hình/giây", "Frames per second";
    stats_rate: "Tốc độ", "Bit rate";
    stats_rtt: "Khứ hồi", "Round trip";
    stats_lost: "Gói mất", "Packets lost";
    stats_path: "Đường truyền", "Path";
    stats_why: "Lý do", "Why";
    path_mse: "qua HTTPS", "by HTTPS";
    path_mse_why: "Mạng không cho WebRTC đi qua (UDP và TCP); hình đi cùng đường với trang và có thể trễ hơn.", "The network lets no WebRTC through (UDP or TCP); the pictures come the way the page came and may be later.";
    no_mse: "Trình duyệt này không phát được hình bằng cách nào trong các cách của nút.", "This browser can play live pictures in none of the node's ways.";
    no_codec: "Trình duyệt này không giải mã được chuẩn nén của camera.", "This browser cannot decode the camera's codec.";
    stream_main: "Luồng chính", "Main stream";
    stream_sub: "Luồng phụ", "Substream";
    clock: "Giờ của khung hình mới nhất", "Time of the newest frame";
    phase_live: "Có hình", "Live";
    phase_connecting: "Đang kết nối", "Connecting";
    phase_waiting: "Mất hình", "No picture";
    phase_unknown: "Chưa rõ", "Unknown";
    tile: "Ô {n}", "Tile {n}";
    tile_empty: "Ô trống", "Empty tile";
    tile_hint: "Kéo camera vào đây, hoặc chọn ô rồi bấm camera trong danh sách", "Drag a camera here, or choose this tile and click a camera in the list";
    tile_remove: "Bỏ camera khỏi ô", "Take the camera out of the tile";
    no_area: "Chưa có địa bàn", "No area";
    no_unit: "Chưa có đơn vị", "No unit";
    loading: "Đang tải danh sách…", "Loading the list…";
    list_failed: "Chưa tải được danh sách. Thử lại sau {n} giây.", "The list could not be loaded. Trying again in {n} s.";
    matches: "{n} camera khớp", "{n} cameras match";
    total: "{n} camera", "{n} cameras";
    more: "Còn {n} camera, gõ thêm để thu hẹp", "{n} more; type on to narrow it down";
    events_lost: "Chưa nhận được trạng thái mới (mất liên kết với nút)", "No fresh states (link to the node lost)";
    favourite: "Yêu thích", "Favourite";
    favourites: "Camera yêu thích", "Favourite cameras";
    favourite_on: "Đã đánh dấu yêu thích: {name}", "Marked as a favourite: {name}";
    favourite_off: "Đã bỏ yêu thích: {name}", "No longer a favourite: {name}";
    near: "Gần {name}", "Near {name}";
    metres: "{n} m", "{n} m";
    layout_own: "Của tôi", "Mine";
    layout_node: "Của nút", "The node's";
    layout_none: "Chưa có bố cục nào được lưu.", "No layout has been saved.";
    layout_failed: "Chưa tải được bố cục.", "The layouts could not be loaded.";
    layout_name: "Tên bố cục", "Name of the layout";
    layout_for_unit: "Cho cả đơn vị tôi", "For my whole unit";
    layout_save: "Lưu vào “{name}”", "Save to “{name}”";
    layout_save_as: "Lưu thành bố cục mới", "Save as a new layout";
    layout_rename: "Đổi tên", "Rename";
    layout_remove: "Xóa “{name}”", "Remove “{name}”";
    layout_remove_sure: "Bấm lần nữa để xóa hẳn", "Press again to remove it for good";
    layout_saved: "Đã lưu bố cục “{name}”", "Layout “{name}” saved";
    layout_removed: "Đã xóa bố cục “{name}”", "Layout “{name}” removed";
    layout_opened: "Đã mở bố cục “{name}”", "Layout “{name}” opened";
    layout_changed: "Bố cục đã được người khác sửa; đã tải lại, hãy lưu lần nữa.", "Somebody else changed the layout; it was read anew, save again.";
    layout_tiles: "{n} ô · {c} camera", "{n} tiles · {c} cameras";
    tour_seconds: "Giây mỗi trang", "Seconds a page";
    tour_over: "Đi qua", "Going through";
    tour_shown: "Camera trong các ô và các trang sau", "Cameras in the tiles and on further pages";
    tour_found: "Camera trong danh sách bên trái ({n})", "Cameras in the list at the left ({n})";
    tour_favourites: "Camera yêu thích ({n})", "Favourite cameras ({n})";
    tour_layouts: "Các bố cục được đánh dấu", "The ticked layouts";
    tour_start: "Bắt đầu", "Start";
    tour_stop: "Dừng tuần tra", "End the tour";
    tour_pause: "Tạm dừng", "Pause";
    tour_resume: "Tiếp tục", "Go on";
    tour_before: "Trang trước", "Page before";
    tour_after: "Trang sau", "Page after";
    tour_at: "Trang {n}/{of}", "Page {n} of {of}";
    tour_paused: "Trang {n}/{of}, tạm dừng", "Page {n} of {of}, paused";
    tour_one_page: "Chỉ có một trang: tuần tra cần nhiều camera hơn số ô, hoặc từ hai bố cục.", "There is one page only: a tour needs more cameras than tiles, or two layouts.";
    wall_here: "Tường đang mở ở cửa sổ khác", "The wall is open in another window";
    wall_sent: "Đã đưa {name} lên tường", "{name} placed on the wall";
    wall_blocked: "Trình duyệt không cho mở cửa sổ. Hãy cho phép cửa sổ mới của trang này.", "The browser did not open the window. Allow this page to open windows.";
    out_of_sight: "Tạm dừng vì ô nằm ngoài màn hình", "Paused while the tile is out of sight";
    password_short: "Cần thêm {n} ký tự", "{n} more characters needed";
    password_name: "Không được chứa tên đăng nhập", "Must not contain the sign-in name";
    password_weak: "Dễ đoán: thêm vài từ không liên quan", "Easy to guess: add some unrelated words";
    password_fair: "Tạm được, dài thêm thì tốt hơn", "Fair; longer is better";
    password_strong: "Khó đoán", "Hard to guess";
    password_differs: "Hai lần nhập chưa giống nhau", "The two entries differ";
    password_same: "Hai lần nhập giống nhau", "The two entries match";
    copied: "Đã sao chép", "Copied";
    copy_failed: "Không sao chép được; hãy chọn và chép bằng tay", "Could not copy; select and copy by hand";
    probing: "Đang kiểm tra…", "Probing…";
} }

/// Puts values in place of `{name}`s.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    // One pass from left to right: a value that looks like a placeholder is not filled again.
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((key, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = values.iter().find(|(k, _)| *k == key) {
            out.push_str(value);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The name of a fact or field of an audit entry in words.
pub(crate) fn fact(name: &str, language: Language) -> String {
    domain::audit_words::field_said(name).of(language).to_owned()
}

/// The value of a fact, in words where it is one of a known few.
pub(crate) fn fact_value(name: &str, value: &str, language: Language) -> String {
    domain::audit_words::value_said(name, value).of(language).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_both_languages_with_the_same_places() {
        let places = |s: &str| {
            let mut p: Vec<String> =
                s.split('{').skip(1).filter_map(|t| t.split_once('}')).map(|t| t.0.into()).collect();
            p.sort();
            p
        };
        let pairs = |vi: Vec<(&'static str, &'static str)>, en: Vec<(&'static str, &'static str)>| {
            for ((key, vi), (_, en)) in vi.into_iter().zip(en) {
                assert!(!vi.trim().is_empty() && !en.trim().is_empty(), "{key} is empty");
                assert_eq!(places(vi), places(en), "{key} has other places in the other language");
            }
        };
        pairs(Words::of(Language::Vi).all(), Words::of(Language::En).all());
        pairs(FindingWords::of(Language::Vi).all(), FindingWords::of(Language::En).all());
        pairs(ScriptWords::of(Language::Vi).all(), ScriptWords::of(Language::En).all());
        pairs(WallWords::of(Language::Vi).all(), WallWords::of(Language::En).all());
        pairs(AuditWords::of(Language::Vi).all(), AuditWords::of(Language::En).all());
        pairs(AccessWords::of(Language::Vi).all(), AccessWords::of(Language::En).all());
    }

    #[test]
    fn values_are_put_in_once() {
        assert_eq!(fill("{a} và {b}", &[("a", "{b}"), ("b", "2")]), "{b} và 2");
        assert_eq!(fill("một { lẻ", &[]), "một { lẻ");
    }
}
