//! Words of the pages of saved lists of cameras.

use base::Language;

words! { ListWords {
    title: "Danh sách camera", "Lists of cameras";
    sub: "Nhóm camera được lưu để cấp quyền một lần cho nhiều camera.", "Groups of cameras that are kept, to give a right on many at once.";
    new: "Lưu danh sách mới", "Save a new list";
    q: "Tên danh sách, đơn vị", "Name of the list, unit";
    name: "Tên danh sách", "Name";
    name_hint: "Ví dụ: Camera cổng trường học", "For example: Cameras at school gates";
    unit: "Đơn vị giữ danh sách", "Kept by";
    node: "Quản trị viên của nút", "The node's administrators";
    cameras: "Camera", "Cameras";
    rights: "Quyền dựa trên danh sách", "Rights that rest on it";
    changed: "Thay đổi gần nhất", "Last changed";
    made: "Người lập", "Made by";
    empty_title: "Chưa có danh sách nào", "There is no list";
    empty: "Đánh dấu camera ở trang Camera rồi chọn “Lưu thành danh sách”, hoặc lưu danh sách mới tại đây.", "Tick cameras on the Cameras page and choose “Save as a list”, or save a new list here.";
    none: "Không có danh sách nào khớp.", "No list matches.";
    new_sub: "Danh sách thuộc đơn vị của bạn. Thêm camera vào danh sách không tự thêm camera vào quyền đã cấp.", "The list belongs to your unit. Adding cameras to it adds none to rights that were given already.";
    into: "Lưu vào", "Save into";
    into_new: "– danh sách mới, đặt tên bên dưới –", "– a new list, named below –";
    codes: "Mã camera", "Codes of the cameras";
    codes_hint: "Mỗi dòng một mã. Camera chuyên dụng của Công an không thuộc danh sách nào.", "One code a line. Police cameras are on no list.";
    save: "Lưu danh sách", "Save the list";
    back: "Quay lại danh sách camera", "Back to the lists of cameras";
    edit_title: "Sửa danh sách", "Change the list";
    edit_sub: "Camera thêm sau chỉ thuộc quyền được cấp từ lúc đó; camera bỏ ra rời mọi quyền dựa trên danh sách ngay lập tức, hình đang xem dừng lại.", "Cameras that come later are within rights given from then on only; cameras taken off leave every right that rests on the list at once, and pictures stop.";
    add: "Thêm camera", "Add cameras";
    off: "Bỏ ra", "Take off";
    off_one: "Bỏ {name} ra khỏi danh sách", "Take {name} off the list";
    no_cameras: "Danh sách chưa có camera nào.", "There is no camera on the list.";
    resting_title: "Quyền dựa trên danh sách này", "Rights that rest on this list";
    resting_none: "Chưa có quyền nào được cấp theo danh sách này.", "No right has been given by this list.";
    give: "Cấp quyền theo danh sách", "Give a right by this list";
    later: "{n} camera thêm vào danh sách sau khi cấp, chưa thuộc quyền này.", "{n} cameras came onto the list after it was given and are not within it.";
    anew: "Cấp lại cho cả danh sách", "Give anew for the whole list";
    remove_title: "Xóa danh sách", "Remove the list";
    remove_text: "Camera và lịch sử của chúng không đổi. Chỉ xóa được khi không còn quyền nào dựa trên danh sách.", "The cameras and their history stay. It can be removed only when no right rests on it.";
    remove: "Xóa danh sách", "Remove the list";
    ticked: "Lưu thành danh sách", "Save as a list";
    part: "Danh sách camera", "Lists of cameras";
    part_hint: "Gồm các camera đang có trong danh sách lúc cấp; camera thêm sau phải được cấp lại.", "With the cameras that are on it when the right is given; later ones need it given anew.";
    grant_later: "{n} camera mới trong danh sách “{name}” chưa thuộc quyền này.", "{n} cameras newly on the list “{name}” are not within this right.";
} }
