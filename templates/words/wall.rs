//! Words of the live page beside its tiles: layouts, tours, the wall on a second monitor, keys.

use base::Language;

words! { WallWords {
    layouts: "Bố cục", "Layouts";
    tour: "Tuần tra", "Tour";
    tour_title: "Tuần tra (T)", "Tour (T)";
    wall: "Màn hình tường", "Video wall";
    wall_title: "Mở tường camera ở cửa sổ riêng, cho màn hình thứ hai", "Open the wall in a window of its own, for a second monitor";
    to_wall: "Chọn cho tường", "Place on the wall";
    to_wall_title: "Camera được chọn sẽ hiện trên tường thay vì ở đây", "Chosen cameras go to the wall instead of this window";
    keys: "Phím tắt", "Keys";
    keys_title: "Phím tắt (?)", "Keys (?)";
    close: "Đóng", "Close";
    key_tile: "Chọn ô", "Choose a tile";
    key_enter: "Tìm camera cho ô đang chọn", "Find a camera for the chosen tile";
    key_grid: "Chia 1, 4, 6, 9, 16, 25 ô", "Grid of 1, 4, 6, 9, 16, 25 tiles";
    key_full: "Phóng to ô (trên tường: toàn màn hình)", "Enlarge the tile (on the wall: full screen)";
    key_double: "Nhấp đúp", "Double click";
    key_double_what: "Phóng to ô với luồng chính", "Enlarge the tile with its main stream";
    key_delete: "Bỏ camera khỏi ô", "Take the camera out of the tile";
    key_star: "Đánh dấu, bỏ đánh dấu yêu thích", "Mark, unmark as a favourite";
    key_tour: "Bắt đầu, dừng tuần tra", "Start, end the tour";
    key_pause: "Tạm dừng, tiếp tục tuần tra", "Pause, go on with the tour";
    key_pages: "Trang trước, trang sau của tuần tra", "Page before, page after of the tour";
    key_layouts: "Mở danh sách bố cục", "Open the list of layouts";
    key_search: "Tìm khắp nơi", "Search everywhere";
    key_escape: "Đóng, thoát toàn màn hình", "Close, leave full screen";
    key_help: "Bảng phím này", "This list of keys";
    space: "Phím cách", "Space";
} }
