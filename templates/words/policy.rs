//! Words of the page of the policy.

use base::Language;

words! { PolicyWords {
    title: "Chính sách", "Policy";
    sub: "Số liệu đang có hiệu lực ở nút này. Trang này chỉ để xem: muốn đổi, ghi các mục khác vào tệp policy.toml trong thư mục dữ liệu rồi khởi động lại nút; thay đổi được ghi vào nhật ký.", "The figures in force at this node. For reading only: to change them, put the keys that differ into the file policy.toml in the data folder and start the node again; the change is on record.";
    key: "Mục", "Key";
    value: "Giá trị", "Value";
    article: "Điều", "Article";
    origin: "Nguồn", "Source";
    shipped: "mặc định", "shipped";
    own: "policy.toml của nút", "the node's policy.toml";
    was: "mặc định: {v}", "shipped: {v}";
    door_text: "Số liệu chính sách đang có hiệu lực: mật khẩu, thời hạn, cấp quyền, nhật ký.", "The policy in force: passwords, times, rights, audit.";
    sharing_title: "Chia sẻ và quyền được cấp", "Sharing and rights given";
    sharing_text: "Quyền được cấp trên camera, đề nghị chờ duyệt, bảng quyền theo vai trò (Điều 7.5, 10.3).", "Rights given on cameras, requests to decide, the table of rights by role (articles 7.5, 10.3).";
} }
