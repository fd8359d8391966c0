// @ts-check
// Words of the map, each in Vietnamese and English: a word cannot exist in one language only.

const n = document.documentElement.lang === "en" ? 1 : 0;

/** @satisfies {Record<string, [string, string]>} */
const words = {
  map: ["Bản đồ camera. Phím mũi tên để di chuyển, + và − để phóng.", "Map of cameras. Arrow keys move it, + and − zoom."],
  zoom_in: ["Phóng to", "Zoom in"],
  zoom_out: ["Thu nhỏ", "Zoom out"],
  live: ["Có hình", "Live"],
  connecting: ["Đang kết nối", "Connecting"],
  waiting: ["Mất hình", "No picture"],
  unknown: ["Chưa rõ", "Unknown"],
  north: ["B", "N"],
  south: ["N", "S"],
  east: ["Đ", "E"],
  west: ["T", "W"],
  loading: ["Đang tải camera…", "Loading cameras…"],
  load_failed: ["Không tải được camera. Sẽ thử lại.", "The cameras could not be loaded. Trying again."],
  library_failed: ["Không tải được bản đồ. Hãy tải lại trang.", "The map could not be loaded. Reload the page."],
  in_view: ["{n} camera trong khung nhìn", "{n} cameras in view"],
  in_shape: ["{n} camera trong vùng đã vẽ", "{n} cameras in the drawn area"],
  placed: ["{n} trên {all} camera có vị trí", "{n} of {all} cameras have a position"],
  cells: ["Quá nhiều camera để vẽ từng cái ({n}): đang hiện số lượng theo ô. Phóng to hoặc lọc bớt.", "Too many cameras to draw each ({n}): counts by cell are shown. Zoom in or filter."],
  none_here: ["Không có camera nào ở đây với bộ lọc này. Thu nhỏ bản đồ hoặc bỏ bớt điều kiện lọc.", "No camera here with this filter. Zoom out or clear parts of the filter."],
  none_at_all: ["Chưa camera nào có vị trí. Mở trang của một camera và đặt vị trí trên bản đồ.", "No camera has a position yet. Open a camera's page and set its place on the map."],
  more: ["và {n} camera nữa; phóng to để thấy hết", "and {n} more; zoom in to see all"],
  cluster: ["Cụm {n} camera, {m} mất hình", "Cluster of {n} cameras, {m} without picture"],
  open_live: ["Mở trực tiếp", "Open live"],
  open_camera: ["Hồ sơ camera", "Camera record"],
  close: ["Đóng", "Close"],
  area: ["Địa bàn", "Area"],
  unit: ["Đơn vị", "Unit"],
  code: ["Mã", "Code"],
  state: ["Trạng thái", "State"],
  height: ["Độ cao", "Height"],
  view: ["Hướng nhìn", "View"],
  purposes: ["Mục đích", "Purposes"],
  metres: ["{n} m", "{n} m"],
  view_text: ["{d}°, góc {a}°, tầm {r} m", "{d}°, angle {a}°, range {r} m"],
  no_view: ["chưa khai hướng, góc hoặc tầm", "direction, angle or range not recorded"],
  draw_box: ["Kéo trên bản đồ để vẽ hình chữ nhật. Esc để thôi.", "Drag on the map to draw a rectangle. Esc cancels."],
  draw_circle: ["Kéo từ tâm ra để vẽ hình tròn. Esc để thôi.", "Drag from the centre to draw a circle. Esc cancels."],
  draw_polygon: ["Bấm từng đỉnh; bấm đúp hoặc Enter để khép, Backspace bỏ đỉnh cuối, Esc để thôi.", "Click the corners; double-click or Enter closes, Backspace drops the last, Esc cancels."],
  shape_open: ["Mở {a}–{b} trực tiếp", "Open {a}–{b} live"],
  shape_bad: ["Bốn số phải là toạ độ: nam < bắc, tây < đông.", "The four numbers must be coordinates: south < north, west < east."],
  zoom_for_coverage: ["Phóng to hơn để tính vùng quan sát.", "Zoom in further to work out the coverage."],
  coverage: ["Tính trong khung nhìn từ hướng, góc và tầm đã khai của {n} camera; {m} camera thiếu số liệu không được tính; không xét vật cản.", "Worked out within the view from the recorded direction, angle and range of {n} cameras; {m} without these are left out; obstacles are not considered."],
  coverage_outline: ["Chỗ trống chỉ tính bên trong ranh giới địa bàn.", "Gaps count inside the areas' outlines only."],
  coverage_no_outline: ["Chưa có ranh giới địa bàn: mọi chỗ trong khung nhìn đều được tính.", "There are no outlines of areas: every place within the view counts."],
  basemap_failed: ["Không đọc được tệp bản đồ “{name}”. Hãy kiểm tra tệp trong thư mục maps.", "The map file “{name}” cannot be read. Check the file in the folder maps."],
  events_lost: ["Mất kết nối tới nút; trạng thái có thể đã cũ.", "Connection to the node lost; states may be old."],
  pick_hint: ["Bấm vào bản đồ để đặt vị trí; kéo các nút tròn để đặt hướng, tầm và góc. Có thể gõ số vào các ô.", "Click the map to set the place; drag the round handles for direction, range and angle. Numbers can be typed into the fields."],
  pick_place: ["Vị trí camera", "Camera's place"],
  pick_direction: ["Hướng và tầm", "Direction and range"],
  pick_angle: ["Góc quan sát", "Angle of view"],
};

/**
 * A word with its places filled.
 * @param {keyof typeof words} key
 * @param {Record<string, string | number>} [values]
 */
export function word(key, values = {}) {
  return words[key][n].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
