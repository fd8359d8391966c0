#!/usr/bin/python3
"""Draws and encodes the clips of the simulated cameras. A tool for developers; the clips are committed.

    apt-get install python3-cairo ffmpeg fonts-noto-core
    data/demo/make.py [SCENE | SCENE-main | SCENE-sub ...]
    data/demo/make.py --stills FOLDER

Each scene is a seamless loop of 10 or 20 s at 12 pictures a second, H.264 (High, CAVLC, one slice a picture, no B pictures, a
key frame every 2 s). The upper 64 (32) lines of a camera's picture are missing here: `media::simulate` writes them
itself, with the camera's name and the true time. So nothing may move near the upper edge of a scene, because motion
vectors must not reach beyond it. After a change of a scene, check that a camera's picture below the banner is that of the clip,
bit by bit, and that nothing warns:

    data/demo/make.py --check rtsp://127.0.0.1:8554/cam1/main street-main
"""
import cairo, math, os, random, subprocess, sys

FPS, GOP_S = 12, 2
T = 30  # seconds of the loop being drawn as its scene counts them: 1.5 to a real one
W, H = 1920, 1016
SIZES = {"main": (1920, 1016, 64, 38), "sub": (640, 328, 32, 18)}  # width, height, lines of the banner, font size
BYTES_MAX = {"main": (575_000, 750_000), "sub": (135_000, 230_000)}  # of a clip of 10 s, of 20 s: all together stay below 6 MiB
GLYPHS = "0123456789/: ()"
HERE = os.path.dirname(os.path.abspath(__file__))
TAU = 2 * math.pi


def rgb(h):
    return int(h[1:3], 16) / 255, int(h[3:5], 16) / 255, int(h[5:7], 16) / 255


class Pen:
    def __init__(self, c):
        self.c = c

    def rect(self, x, y, w, h, col, r=0):
        c = self.c
        c.set_source_rgb(*rgb(col))
        if r:
            c.new_sub_path()
            c.arc(x + w - r, y + r, r, -TAU / 4, 0)
            c.arc(x + w - r, y + h - r, r, 0, TAU / 4)
            c.arc(x + r, y + h - r, r, TAU / 4, TAU / 2)
            c.arc(x + r, y + r, r, TAU / 2, 3 * TAU / 4)
            c.close_path()
        else:
            c.rectangle(x, y, w, h)
        c.fill()

    def poly(self, pts, col):
        self.c.set_source_rgb(*rgb(col))
        self.c.move_to(*pts[0])
        for p in pts[1:]:
            self.c.line_to(*p)
        self.c.close_path()
        self.c.fill()

    def disc(self, x, y, r, col, ry=None):
        c = self.c
        c.save()
        c.translate(x, y)
        c.scale(1, (ry or r) / r)
        c.arc(0, 0, r, 0, TAU)
        c.restore()
        c.set_source_rgb(*rgb(col))
        c.fill()

    def line(self, pts, col, w):
        c = self.c
        c.set_source_rgb(*rgb(col))
        c.set_line_width(w)
        c.set_line_cap(cairo.LINE_CAP_ROUND)
        c.set_line_join(cairo.LINE_JOIN_ROUND)
        c.move_to(*pts[0])
        for p in pts[1:]:
            c.line_to(*p)
        c.stroke()

    def text(self, s, x, y, size, col, anchor=0.5, bold=True):
        c = self.c
        c.select_font_face("Noto Sans", cairo.FONT_SLANT_NORMAL, cairo.FONT_WEIGHT_BOLD if bold else cairo.FONT_WEIGHT_NORMAL)
        c.set_font_size(size)
        c.set_source_rgb(*rgb(col))
        c.move_to(x - c.text_extents(s).x_advance * anchor, y)
        c.show_text(s)

    def sign(self, s, x, y, w, h, bg, fg="#ffffff", size=None):
        self.rect(x, y, w, h, bg, 6)
        size = size or h * 0.56
        self.text(s, x + w / 2, y + h / 2 + size * 0.36, size, fg)

    def sky(self, bands, bottom):
        for i, col in enumerate(bands):
            self.rect(0, bottom * i / len(bands), W, bottom / len(bands) + 1, col)

    def tree(self, x, y, s, col="#4f8f4a", dark="#3f7a3f"):
        self.rect(x - 7 * s, y - 70 * s, 14 * s, 70 * s, "#7a5a3c")
        self.disc(x, y - 105 * s, 52 * s, dark)
        self.disc(x - 30 * s, y - 85 * s, 36 * s, dark)
        self.disc(x + 12 * s, y - 115 * s, 42 * s, col)
        self.disc(x + 32 * s, y - 85 * s, 32 * s, col)

    def palm(self, x, y, s):
        self.line([(x, y), (x + 8 * s, y - 160 * s)], "#8a6a48", 13 * s)
        for a in (-2.9, -2.4, -1.9, -1.2, -0.7, -0.2):
            ex, ey = x + 8 * s + 85 * s * math.cos(a), y - 160 * s + 70 * s * math.sin(a) + 30 * s
            self.poly([(x + 8 * s, y - 166 * s), ((x + 8 * s + ex) / 2, (y - 185 * s + ey) / 2 - 14 * s), (ex, ey),
                       ((x + 8 * s + ex) / 2, (y - 160 * s + ey) / 2)], "#3f8a50")

    def person(self, x, y, s, shirt, step, hat=None, bag=None, trousers="#3c4656", skin="#d9a47a"):
        k = math.sin(step) * 15 * s
        self.line([(x, y - 48 * s), (x - k, y)], trousers, 11 * s)
        self.line([(x, y - 48 * s), (x + k, y)], trousers, 11 * s)
        if bag:
            self.rect(x - 25 * s, y - 98 * s, 20 * s, 38 * s, bag, 6 * s)
        self.rect(x - 15 * s, y - 102 * s, 30 * s, 60 * s, shirt, 10 * s)
        self.line([(x, y - 92 * s), (x + k * 0.9, y - 55 * s)], skin, 8 * s)
        self.disc(x, y - 118 * s, 15 * s, skin)
        if hat == "nón":
            self.poly([(x - 32 * s, y - 118 * s), (x, y - 150 * s), (x + 32 * s, y - 118 * s)], "#ecdca8")
        else:
            self.c.arc(x, y - 120 * s, 16 * s, TAU / 2, TAU)
            self.c.set_source_rgb(*rgb(hat or "#2b2420"))
            self.c.fill()

    def wheel(self, x, y, r):
        self.disc(x, y, r, "#23262b")
        self.disc(x, y, r * 0.45, "#aeb6bf")

    def car(self, x, y, d, col, s=1.0):
        c = self.c
        c.save()
        c.translate(x, y)
        c.scale(d * s, s)
        self.rect(-105, -62, 210, 46, col, 16)
        self.poly([(-72, -58), (-46, -100), (38, -100), (72, -58)], col)
        self.poly([(-60, -61), (-40, -92), (-6, -92), (-6, -61)], "#cfe6f2")
        self.poly([(2, -61), (2, -92), (33, -92), (58, -61)], "#cfe6f2")
        self.rect(94, -52, 11, 12, "#ffe9a8", 3)
        self.rect(-105, -52, 9, 12, "#e0483e", 3)
        self.wheel(-62, -18, 20)
        self.wheel(62, -18, 20)
        c.restore()

    def bus(self, x, y, d, col, label, s=1.0):
        c = self.c
        c.save()
        c.translate(x, y)
        c.scale(s, s)
        self.rect(-190, -172, 380, 152, col, 16)
        self.rect(-190, -50, 380, 10, "#ffffff")
        for i in range(6):
            self.rect(-176 + i * 59, -158, 50, 56, "#cfe6f2", 6)
        self.rect(d * 176 - 8, -158, 16, 74, "#a9d3e6", 4)
        self.text(label, 0, -62, 30, "#ffffff")
        self.wheel(-118, -22, 27)
        self.wheel(118, -22, 27)
        c.restore()

    def moto(self, x, y, d, col, shirt, s=1.0, helmet="#e9e9ec"):
        c = self.c
        c.save()
        c.translate(x, y)
        c.scale(d * s, s)
        self.wheel(-38, -17, 18)
        self.wheel(38, -17, 18)
        self.line([(-38, -22), (-8, -34), (22, -34), (38, -20)], col, 13)
        self.line([(24, -38), (34, -70)], "#555b63", 6)
        self.line([(-14, -46), (14, -40), (14, -24)], "#38404e", 13)
        self.rect(-26, -96, 26, 54, shirt, 10)
        self.line([(-12, -84), (30, -66)], shirt, 9)
        self.disc(-11, -110, 16, "#d9a47a")
        c.arc(-11, -113, 18, TAU / 2, TAU)
        c.set_source_rgb(*rgb(helmet))
        c.fill()
        c.restore()

    def boat(self, x, y, d, col, s=1.0):
        self.poly([(x - d * 130 * s, y - 34 * s), (x + d * 160 * s, y - 44 * s), (x + d * 110 * s, y), (x - d * 110 * s, y)], col)
        self.rect(x - 70 * s, y - 84 * s, 110 * s, 46 * s, "#f3ead6", 8 * s)
        self.rect(x - 78 * s, y - 92 * s, 126 * s, 12 * s, "#b5532f", 4 * s)
        for i in range(3):
            self.rect(x - 58 * s + i * 32 * s, y - 72 * s, 22 * s, 20 * s, "#7fb2c9", 3 * s)


def ways(t, laps, phase, margin=240):
    """Where something is that crosses the picture `laps` times in 30 s, in whole steps of 2 pixels. What needs two loops
    for its way is there twice, so that the loop is seamless."""
    laps = laps * T / 30
    for twin in (0,) if laps == int(laps) else (0, 0.5):
        f = (t / T * laps + phase + twin) % 1.0
        yield round((f * (W + 2 * margin) - margin) / 2) * 2


def traffic(p, t, lanes):
    for y, d, laps, things in lanes:
        for phase, kind, *a in things:
            for x in ways(t, laps, phase):
                x = x if d > 0 else W - x
                if kind == "car":
                    p.car(x, y, d, a[0], 1.15)
                elif kind == "bus":
                    p.bus(x, y, d, a[0], a[1], 1.05)
                else:
                    p.moto(x, y, d, a[0], a[1], 1.2)


# ---- scenes: a background drawn once and what moves ---------------------------------------------------------------

def street_bg(p):
    p.sky(["#bfe0ef", "#cbe6f1", "#d8ecf3", "#e4f2f5"], 640)
    houses = [(0, 260, 250, "#e8c07a", "TẠP HÓA CÔ BA", "#b3432e"), (260, 230, 150, "#d98f76", "NHÀ THUỐC", "#2e7d4f"),
              (490, 290, 290, "#8fb7b0", "PHỞ GIA TRUYỀN", "#a8322a"), (780, 220, 190, "#f0dcae", "CÀ PHÊ", "#5b3a25"),
              (1000, 270, 120, "#c9a3b4", "NGÂN HÀNG", "#1f4f8f"), (1270, 240, 260, "#a9c3dd", "HIỆU SÁCH", "#385d8a"),
              (1510, 410, 210, "#e3b18c", "SIÊU THỊ MINI", "#c2571f")]
    for x, w, top, col, name, sc in houses:
        p.rect(x, top, w, 640 - top, col)
        p.rect(x, top - 12, w, 16, "#f7f0e2")
        n = max(2, int(w // 95))
        y = top + 40
        while y < 440:
            for i in range(n):
                wx = x + (i + 0.5) * w / n - 26
                p.rect(wx - 5, y - 5, 62, 82, "#f7f0e2", 4)
                p.rect(wx, y, 52, 72, "#6f97ab", 3)
                p.line([(wx + 26, y), (wx + 26, y + 72)], "#f7f0e2", 4)
            y += 110
        p.sign(name, x + 10, 486, w - 20, 48, sc, size=28)
        p.rect(x + 22, 546, w - 44, 94, "#5b6570", 3)
        p.rect(x + 34, 556, (w - 80) / 2, 84, "#d8e7ec")
        p.rect(x + w / 2 + 6, 556, (w - 80) / 2, 84, "#d8e7ec")
    p.rect(0, 640, W, 76, "#cfc7b8")
    p.rect(0, 708, W, 12, "#a79f90")
    p.rect(0, 720, W, H - 720, "#5e646d")
    for x in range(20, W, 160):
        p.rect(x, 862, 90, 8, "#f2f2ee")
    p.rect(0, 992, W, 24, "#cfc7b8")
    for x in (255, 778, 1264, 1508):
        p.tree(x, 700, 0.95)
    p.rect(1848, 420, 10, 270, "#7c8590")
    p.sign("PHỐ TRẦN PHÚ", 1668, 412, 190, 52, "#1e5aa8", size=23)


def street(p, t):
    for phase, laps, shirt in ((0.1, 1, "#c94f4f"), (0.55, 1, "#4f7ac9")):
        for x in ways(t, laps, phase):
            p.person(x, 706, 1.0, shirt, t * TAU * 1.0, hat="nón" if shirt == "#c94f4f" else None)
    traffic(p, t, [
        (838, -1, 2, [(0.0, "car", "#e7e9ec"), (0.2, "moto", "#b23b3b", "#f0c75e"), (0.36, "bus", "#2f8f5b", "TUYẾN 09"),
                      (0.62, "moto", "#345a9e", "#d77fa1"), (0.8, "car", "#c8402f")]),
        (972, 1, 2, [(0.05, "moto", "#2e3440", "#6aa5d8"), (0.22, "car", "#2b6cb0"), (0.45, "moto", "#b8433a", "#efefef"),
                     (0.58, "moto", "#3c6e57", "#f29f4b"), (0.78, "car", "#f0b429")])])


def crossing_bg(p):
    p.rect(0, 0, W, H, "#9dbf86")
    for x, y in ((0, 0), (1240, 0), (0, 716), (1240, 716)):
        p.rect(x, y, 680, 300, "#cdc6b6")
    p.rect(700, 0, 520, H, "#5e646d")
    p.rect(0, 318, W, 380, "#5e646d")
    p.rect(0, 300, 700, 18, "#e4ded0"), p.rect(1220, 300, 700, 18, "#e4ded0")
    p.rect(0, 698, 700, 18, "#e4ded0"), p.rect(1220, 698, 700, 18, "#e4ded0")
    p.rect(682, 0, 18, 318, "#e4ded0"), p.rect(1220, 0, 18, 318, "#e4ded0")
    p.rect(682, 698, 18, 318, "#e4ded0"), p.rect(1220, 698, 18, 318, "#e4ded0")
    for i in range(9):
        p.rect(590, 330 + i * 41, 80, 24, "#f4f4f0"), p.rect(1250, 330 + i * 41, 80, 24, "#f4f4f0")
    for i in range(12):
        p.rect(714 + i * 42, 718, 24, 80, "#f4f4f0"), p.rect(714 + i * 42, 218, 24, 80, "#f4f4f0")
    for x in list(range(10, 540, 110)) + list(range(1370, 1920, 110)):
        p.rect(x, 504, 60, 7, "#f2d04a")
    for y in list(range(0, 180, 90)) + list(range(830, 1016, 90)):
        p.rect(956, y, 7, 50, "#f2d04a")
    roofs = [(40, 30, 260, 220, "#b5533c", "CHỢ MỚI"), (360, 40, 260, 190, "#c98a4b", "BƯU ĐIỆN"), (1310, 36, 300, 200, "#4f7f9e", "BỆNH VIỆN"),
             (1660, 40, 220, 200, "#a65a6a", "KHÁCH SẠN"), (60, 770, 300, 200, "#7d8f5a", "NHÀ VĂN HÓA"), (1330, 780, 260, 190, "#b8763c", "NGÂN HÀNG"),
             (1640, 776, 240, 200, "#6b6f9c", "ỦY BAN")]
    for x, y, w, h, col, name in roofs:
        p.rect(x + 10, y + 12, w, h, "#a9a294", 8)
        p.rect(x, y, w, h, col, 8)
        p.rect(x + 14, y + 14, w - 28, h - 28, "#ffffff", 6)
        p.rect(x + 18, y + 18, w - 36, h - 36, col, 5)
        p.text(name, x + w / 2, y + h / 2 + 11, 31, "#ffffff")
    for x, y in ((450, 800), (540, 900), (420, 940), (640, 60), (1260, 760), (1266, 880), (1280, 60)):
        p.disc(x + 6, y + 8, 38, "#b7b09f"), p.disc(x, y, 38, "#4f8f4a"), p.disc(x - 8, y - 8, 22, "#63a35c")


def top_car(p, x, y, ang, col, l=120, w=58):
    c = p.c
    c.save()
    c.translate(x, y)
    c.rotate(ang)
    p.rect(-l / 2, -w / 2, l, w, col, 16)
    p.rect(l / 2 - 46, -w / 2 + 8, 18, w - 16, "#cfe6f2", 5)
    p.rect(-l / 2 + 16, -w / 2 + 9, 13, w - 18, "#cfe6f2", 5)
    p.rect(l / 2 - 8, -w / 2 + 6, 7, 12, "#ffe9a8"), p.rect(l / 2 - 8, w / 2 - 18, 7, 12, "#ffe9a8")
    c.restore()


def top_moto(p, x, y, ang, shirt):
    c = p.c
    c.save()
    c.translate(x, y)
    c.rotate(ang)
    p.rect(-32, -7, 64, 14, "#30343c", 7)
    p.rect(-14, -19, 24, 38, shirt, 10)
    p.disc(2, 0, 12, "#f2f2f2")
    c.restore()


def through(t, begin, stop, end, arrive, go):
    """Comes to the stop line, waits for green, crosses: distance along the way at second t of the loop."""
    if t < arrive:
        return begin + (stop - begin) * (t / arrive if arrive else 1)
    if t < go:
        return stop
    u = t - go
    return stop + min(60 * u * u if u < 2 else 240 + 240 * (u - 2), end - stop)


def crossing(p, t):
    green_ew = t < 13
    amber = 13 <= t < 15 or 28 <= t
    # east-west: waited since the previous loop, go in 0..13
    for i, (col, lane) in enumerate((("#2b6cb0", 610), ("#c8402f", 610), ("#f0b429", 610))):
        u = (t + 12) % T
        x = through(u, -160 - i * 150, 500 - i * 150, 2150, 9 + i, 12 + i * 0.8)
        top_car(p, round(x), lane, 0, col)
    for i, (col, lane) in enumerate((("#e7e9ec", 400), ("#3c8f63", 400))):
        u = (t + 12) % T
        x = W - through(u, -160 - i * 150, 500 - i * 150, 2150, 8 + i, 12 + i * 0.9)
        top_car(p, round(x), lane, math.pi, col)
    for i, (shirt, lane) in enumerate((("#f29f4b", 665), ("#d77fa1", 545), ("#6aa5d8", 670))):
        x = through((t + 12) % T, -80 - i * 60, 540 - i * 70, 2100, 10, 11.6 + i * 0.5)
        top_moto(p, round(x), lane, 0, shirt)
    # north-south (from below): go in 15..28
    for i, (col, lane) in enumerate((("#8a4fa3", 1090), ("#e7e9ec", 1090))):
        v = through((t - 3) % T, -170 - i * 150, 130 - i * 150, 1500, 9, 12 + i * 0.9)
        top_car(p, lane, round(H - v), -TAU / 4, col)
    for i, (shirt, lane) in enumerate((("#efefef", 1170), ("#c94f4f", 1010))):
        v = through((t - 3) % T, -90 - i * 80, 160 - i * 20, 1400, 9, 11.8 + i * 0.6)
        top_moto(p, lane, round(H - v), -TAU / 4, shirt)
    # pedestrians cross the lower road while east-west is green
    for i, shirt in enumerate(("#c94f4f", "#4f7ac9", "#e6b84c")):
        u = max(0.0, min(1.0, (t - 1 - i * 0.8) / 10))
        x = 690 + 540 * u if i != 1 else 1230 - 540 * u
        if 0 < u < 1:
            p.person(x, 790 - i * 14, 0.55, shirt, t * TAU * 1.2)
    # a footbridge over the upper arm: what passes under it never reaches the upper edge of the picture
    p.rect(640, 138, 640, 12, "#4c5159"), p.rect(640, 0, 640, 138, "#b9c3cb")
    p.rect(640, 0, 640, 10, "#8d979f"), p.rect(640, 128, 640, 10, "#8d979f")
    p.sign("CẦU BỘ HÀNH", 790, 48, 340, 66, "#1e5aa8", size=40)
    for x, y, ew in ((560, 740, True), (1350, 262, True), (1250, 700, False), (650, 300, False)):
        p.rect(x - 15, y - 40, 30, 84, "#23262b", 8)
        g = (green_ew if ew else 15 <= t < 28)
        a = (13 <= t < 15 if ew else t >= 28)
        p.disc(x, y - 24, 9, "#ff5a4a" if not g and not a else "#5a2a26")
        p.disc(x, y + 2, 9, "#ffd24a" if a else "#5a4a20")
        p.disc(x, y + 28, 9, "#4be07f" if g else "#204a30")


def canal_bg(p):
    p.sky(["#f6d9b8", "#f8e2c6", "#faebd6", "#fbf1e2"], 420)
    p.disc(1480, 240, 70, "#fff3cf")
    random.seed(3)
    x = 0
    while x < W:
        w = random.choice((120, 150, 180))
        h = random.choice((110, 150, 190, 230))
        p.rect(x, 430 - h, w, h, random.choice(("#c9a58a", "#b98f7a", "#d3b295", "#a98578")))
        for i in range(int(h // 50)):
            for k in range(int(w // 40)):
                p.rect(x + 12 + k * 38, 442 - h + i * 48, 20, 26, "#f1dcb4", 2)
        x += w + 6
    p.rect(0, 420, W, 40, "#8fae6c")
    for x in range(60, W, 210):
        p.palm(x, 440, 0.9)
    p.poly([(0, 456), (W, 456), (W, 640), (0, 640)], "#b9b2a4")
    for y in range(456, 640, 30):
        p.line([(0, y), (W, y)], "#a8a193", 3)
    for i, y in enumerate(range(456, 640, 30)):
        for x in range((i % 2) * 60, W, 120):
            p.line([(x, y), (x, y + 30)], "#a8a193", 3)
    p.sign("KÊNH THỦY LỢI · TRẠM ĐO MỰC NƯỚC", 60, 476, 720, 64, "#1e5aa8", size=33)


def canal(p, t):
    f = (1 - math.cos(TAU * t / T)) / 2
    top = round(760 - 170 * f)
    p.rect(0, 640, W, 130, "#9d968a")
    p.rect(0, top, W, H - top, "#5f9aa8")
    p.rect(0, top, W, 8, "#a8d2d8")
    for i in range(14):
        x = next(ways(t, 2 if i % 2 else 1, i / 14))
        y = top + 36 + (i * 53) % 260
        if y < H - 8:
            p.rect(x, y, 110, 5, "#86b8c2", 2)
    p.boat(next(ways(t, 1, 0.15)), top + 120, 1, "#7a4a2c", 1.3)
    gx = 1330
    p.rect(gx - 14, 470, 208, 540, "#474d55", 6)
    p.rect(gx, 480, 100, 520, "#ffffff")
    for i in range(27):
        y = 490 + i * 19
        p.rect(gx, y, 100 if i % 5 == 0 else (58 if i % 2 else 42), 9, "#c8402f" if 5 <= i < 10 else "#1c2733")
    for i, s in enumerate(("5,0", "4,5", "4,0", "3,5", "3,0", "2,5")):
        p.text(s, gx + 144, 504 + i * 95, 32, "#ffffff")
    p.c.set_source_rgba(0.37, 0.60, 0.66, 0.72)
    p.c.rectangle(gx - 14, top, 208, H - top)
    p.c.fill()
    level = 5.0 - (top - 494) / 190
    p.sign(f"MỰC NƯỚC {level:.2f} m".replace(".", ","), 1540, 476, 350, 62, "#22303c", "#ffe08a", 34)
    n = 3 if level > 4.35 else 2 if level > 4.05 else 1
    p.sign(f"BÁO ĐỘNG {'I' * n}", 1540, 546, 350, 56, ("#2e8b57", "#d08a1d", "#c8402f")[n - 1], size=32)


def market_bg(p):
    p.rect(0, 0, W, H, "#d9cbb2")
    p.sky(["#cfe3d6", "#dbe9da"], 300)
    p.poly([(120, 250), (960, 70), (1800, 250)], "#b5533c")
    p.rect(160, 250, 1600, 220, "#ead7b0")
    for x in range(200, 1740, 190):
        p.rect(x, 250, 22, 250, "#cdb483")
    p.sign("CHỢ HOA SEN", 640, 236, 640, 92, "#a8322a", "#ffe9a8", 62)
    stalls = [(40, "RAU SẠCH", "#3f8f4f"), (500, "TRÁI CÂY", "#d9822b"), (960, "HẢI SẢN", "#2f7fae"), (1420, "BÁNH MÌ", "#a85a32")]
    for x, name, col in stalls:
        p.rect(x, 400, 430, 240, "#8d7658")
        for i in range(10):
            c = col if i % 2 else "#fbf5e6"
            p.poly([(x - 10 + i * 45, 470), (x + i * 43 + 20, 392), (x + i * 43 + 63, 392), (x + 35 + i * 45, 470)], c)
            p.disc(x + 12 + i * 45, 470, 22, c, 16)
        p.sign(name, x + 100, 340, 230, 48, col, size=31)
        p.rect(x - 6, 588, 442, 92, "#a5794a", 6)
        random.seed(name)
        palette = {"RAU SẠCH": ("#4f9d4a", "#7fbf5a", "#d64f3f"), "TRÁI CÂY": ("#f2b632", "#e8622c", "#c93b4f"),
                   "HẢI SẢN": ("#a9bac6", "#e08a6b", "#7f97a8"), "BÁNH MÌ": ("#d9a05a", "#c98a42", "#ecc98a")}[name]
        for r in range(2):
            for i in range(13):
                p.disc(x + 24 + i * 32, 596 + r * 26, 15, random.choice(palette))
    p.rect(0, 690, W, H - 690, "#c9b896")
    for i, y in enumerate(range(700, H, 64)):
        p.line([(0, y), (W, y)], "#b8a684", 4)
        for x in range((i % 2) * 80, W, 160):
            p.line([(x, y), (x, y + 64)], "#b8a684", 4)


def market(p, t):
    for x, shirt in ((250, "#c94f8f"), (720, "#5a6fb0"), (1180, "#3f8f7f"), (1640, "#b0503f")):
        sway = round(4 * math.sin(TAU * t / 3 + x))
        p.person(x + sway, 630, 1.05, shirt, 0, hat="nón")
        p.rect(x - 80, 592, 160, 12, "#a5794a")
    walkers = [(760, 1, 1, .05, "#4f7ac9", None), (775, -1, 1, .3, "#c94f4f", "nón"), (840, 1, 2, .6, "#6b8e4e", None), (850, -1, 1, .8, "#e6b84c", "nón"),
               (925, 1, 1, .4, "#9c5fb0", "nón"), (940, -1, 2, .1, "#efefef", None), (995, 1, 1, .75, "#d9663f", None)]
    for y, d, laps, ph, shirt, hat in walkers:
        for x in ways(t, laps, ph):
            x = x if d > 0 else W - x
            p.person(x, y, 1.0 + (y - 760) / 500, shirt, t * TAU * laps * 0.8, hat=hat, bag="#8a5a3a" if laps == 1 else None)
    p.moto(next(ways(t, 2, 0.5)), 1000, 1, "#2e6f57", "#f0c75e", 1.45)


def bridge_bg(p):
    p.sky(["#a9cbe3", "#bcd7e8", "#cfe2ed", "#e2edf1"], 560)
    p.poly([(0, 560), (0, 430), (260, 330), (520, 450), (760, 360), (1080, 470), (1400, 350), (1700, 440), (1920, 380), (1920, 560)], "#8fae9d")
    p.poly([(0, 560), (0, 490), (380, 420), (720, 500), (1180, 450), (1560, 505), (1920, 460), (1920, 560)], "#76997f")
    p.rect(0, 556, W, H - 556, "#4f8fae")
    for y, col in ((556, "#7fb4ca"), (640, "#5a9ab8"), (760, "#5393b2")):
        p.rect(0, y, W, 60, col)
    for tx in (560, 1360):
        p.poly([(tx - 34, 800), (tx - 14, 110), (tx + 14, 110), (tx + 34, 800)], "#e9e6df")
        p.rect(tx - 70, 790, 140, 60, "#c9c4b8", 8)
        for i in range(1, 9):
            for d in (-1, 1):
                p.line([(tx, 110 + i * 26), (tx + d * i * 48, 560)], "#f6d24a", 4)
    p.rect(0, 560, W, 20, "#d7d2c6")
    p.rect(0, 580, W, 54, "#8f959c")
    p.rect(0, 634, W, 18, "#b9b4a8")
    p.sign("CẦU SÔNG HOÀNG", 760, 590, 400, 42, "#1e5aa8", size=28)


def bridge(p, t):
    for laps, d, items in ((2, 1, ((.0, "car", "#c8402f"), (.18, "moto", "#2e3440", "#f0c75e"), (.4, "bus", "#2f6fb0", "LIÊN TỈNH"), (.66, "car", "#e7e9ec"), (.85, "moto", "#b8433a", "#6aa5d8"))),):
        for ph, kind, *a in items:
            x = next(ways(t, laps, ph))
            if kind == "car":
                p.car(x, 576, d, a[0], .8)
            elif kind == "bus":
                p.bus(x, 576, d, a[0], a[1], .68)
            else:
                p.moto(x, 576, d, a[0], a[1], .85)
    p.rect(0, 572, W, 10, "#efeae0")
    for x in range(0, W, 96):
        p.rect(x, 548, 8, 30, "#efeae0")
    for x in ways(t, 1, 0.3):
        p.boat(x, 770, 1, "#8a4a2c", 1.0)
    for x in ways(t, 1, 0.65):
        p.boat(W - x, 930, -1, "#2f5f7a", 1.7)
    for i in range(12):
        x = next(ways(t, 2, i / 12))
        p.rect(x, 690 + (i * 71) % 300, 120, 5, "#86bcd0", 2)


def park_bg(p):
    p.sky(["#c6e3ea", "#d3eaee", "#e0f1f1"], 440)
    for i, (x, s) in enumerate(((80, 2.1), (330, 1.7), (600, 2.0), (860, 1.6), (1150, 1.9), (1420, 1.7), (1700, 2.2), (1880, 1.8))):
        p.tree(x, 450, s, "#6aa35f", "#568f52")
    p.rect(0, 430, W, H - 430, "#8fc076")
    p.disc(960, 640, 640, "#dccfb2", 190)
    p.disc(960, 630, 470, "#c4b593", 132)
    p.disc(960, 622, 450, "#69b3cf", 120)
    p.disc(960, 612, 60, "#c9c4b8", 20)
    p.rect(944, 540, 32, 76, "#d9d4c8", 8)
    p.poly([(0, 860), (W, 820), (W, 960), (0, 990)], "#dccfb2")
    for x in (240, 620, 1300, 1690):
        p.rect(x - 70, 792, 140, 14, "#9c6b3f", 4), p.rect(x - 70, 762, 140, 12, "#9c6b3f", 4)
        p.rect(x - 58, 804, 10, 34, "#5b6570"), p.rect(x + 48, 804, 10, 34, "#5b6570")
    random.seed(8)
    for i in range(70):
        x, y = random.choice((random.randint(20, 300), random.randint(1620, 1900))), random.randint(560, 740)
        p.disc(x, y, 11, random.choice(("#e2557a", "#f2c53d", "#ffffff", "#e9793a")))
    p.sign("CÔNG VIÊN HÒA BÌNH", 60, 470, 520, 70, "#2e7d4f", "#fff6d8", 42)
    p.sign("GIỮ GÌN VỆ SINH CHUNG", 1480, 478, 390, 54, "#ffffff", "#2e7d4f", 28)


def park(p, t):
    for i in range(9):
        a = (i - 4) * 0.16
        for k in range(5):
            f = ((t * 0.8 + k / 5 + i * 0.13) % 1.0)
            x = 960 + a * 560 * f
            y = 540 - 300 * f + 330 * f * f + 40 * f
            p.disc(round(x), round(y), 8 - 3 * f, "#e8f6fa")
    for i in range(4):
        r = ((t / 3 + i / 4) % 1.0)
        p.c.save()
        p.c.translate(960, 622)
        p.c.scale(1, .26)
        p.c.arc(0, 0, 90 + 330 * r, 0, TAU)
        p.c.restore()
        p.c.set_source_rgb(*rgb("#9ad0e2"))
        p.c.set_line_width(4)
        p.c.stroke()
    for ph, laps, d, shirt, hat in ((.0, 2, 1, "#e2557a", None), (.5, 2, 1, "#3f8fd0", None), (.25, 1, -1, "#f2b632", "nón"), (.7, 1, -1, "#7a5fb0", None)):
        for x in ways(t, laps, ph):
            x = x if d > 0 else W - x
            p.person(x, 930 - (x - 960) * 0.02 + (20 if d > 0 else -10), 1.25, shirt, t * TAU * laps * .9, hat=hat)
    bx = W - next(ways(t, 2, .15))
    p.c.save()
    p.c.translate(bx, 975)
    p.wheel(-42, -28, 28), p.wheel(42, -28, 28)
    p.line([(-42, -28), (-8, -70), (34, -66), (42, -28)], "#c8402f", 7)
    p.c.restore()
    p.person(bx + 6, 958, .95, "#ffffff", t * TAU * 1.4, hat="#2f6fb0")


def school_bg(p):
    p.sky(["#c9e4f2", "#d6ebf4", "#e3f1f5"], 612)
    p.rect(200, 190, 1520, 420, "#f3d58a")
    p.poly([(170, 196), (250, 130), (1670, 130), (1750, 196)], "#b5533c")
    for r in range(3):
        y = 216 + r * 128
        p.rect(200, y + 104, 1520, 14, "#ffffff")
        for i in range(14):
            x = 226 + i * 108
            if 6 <= i <= 7 and r == 0:
                continue
            p.rect(x, y + 8, 64, 82, "#ffffff", 4), p.rect(x + 6, y + 14, 52, 70, "#5f9bb8", 3)
    p.disc(960, 262, 46, "#ffffff"), p.disc(960, 262, 40, "#c8402f")
    p.poly([(960 + (34 if i % 2 == 0 else 14) * math.sin(i * TAU / 10), 262 - (34 if i % 2 == 0 else 14) * math.cos(i * TAU / 10)) for i in range(10)], "#ffd94a")
    p.rect(0, 606, W, 114, "#d8cdb6")
    for x in list(range(0, 620, 36)) + list(range(1310, W, 36)):
        p.rect(x, 560, 12, 150, "#3f7f6a")
    p.rect(0, 580, 620, 12, "#3f7f6a"), p.rect(1310, 580, 610, 12, "#3f7f6a")
    p.rect(600, 440, 66, 276, "#c9794a"), p.rect(1254, 440, 66, 276, "#c9794a")
    p.rect(560, 392, 800, 92, "#1e5aa8", 10)
    p.text("TRƯỜNG TIỂU HỌC HOA MAI", 960, 456, 50, "#ffffff")
    p.tree(110, 610, 2.1), p.tree(1810, 610, 2.1)
    p.rect(0, 716, W, 96, "#c2b79f"), p.rect(0, 806, W, 12, "#a0967f")
    p.rect(0, 818, W, H - 818, "#5e646d")
    for x in range(0, W, 150):
        p.rect(x, 912, 80, 8, "#f2f2ee")
    for i in range(11):
        p.rect(700 + i * 48, 822, 28, 190, "#f4f4f0")
    p.sign("TRƯỜNG HỌC", 1474, 596, 190, 46, "#f2c53d", "#2b2420", 27)
    p.sign("ĐI CHẬM", 1474, 646, 190, 46, "#c8402f", size=29)


def school(p, t):
    kids = [("#ffffff", "#c8402f"), ("#ffffff", "#2f6fb0"), ("#ffffff", "#e6a21c"), ("#ffffff", "#3f8f4f"), ("#ffffff", "#9c5fb0"), ("#ffffff", "#d9663f")]
    for i, (shirt, bag) in enumerate(kids):
        f = (t / T + i / 6) % 1.0
        if f < 0.75:
            u = f / 0.75
            side = -1 if i % 2 else 1
            x = 960 + side * max(40, 1060 * (1 - u) - 160)
            y = 790 if u < .82 else 790 - (u - .82) / .18 * 90
            p.person(round(x), round(y), .82 if u < .9 else .74, shirt, t * TAU * 1.6, bag=bag, trousers="#2f4f8f")
    for x, shirt in ((500, "#5a6fb0"), (1420, "#b0503f")):
        p.person(x, 800, 1.15, shirt, 0, hat=None)
    traffic(p, t, [(900, -1, 2, [(.0, "moto", "#b23b3b", "#f0c75e"), (.3, "moto", "#345a9e", "#d77fa1"), (.62, "car", "#e7e9ec")]),
                   (1004, 1, 2, [(.1, "car", "#2b6cb0"), (.42, "moto", "#2e3440", "#6aa5d8"), (.75, "bus", "#e6a21c", "XE ĐƯA ĐÓN")])])


def station_bg(p):
    p.sky(["#d4dfe9", "#dde6ed", "#e6edf1"], 510)
    p.rect(100, 150, 1720, 360, "#eef0f0")
    p.rect(60, 130, 1800, 44, "#2f6f8f")
    p.rect(560, 70, 800, 96, "#c2371f", 10)
    p.text("BẾN XE TRUNG TÂM", 960, 140, 62, "#ffffff")
    for i in range(12):
        p.rect(140 + i * 140, 200, 110, 120, "#9cc3d3", 4)
        p.line([(195 + i * 140, 200), (195 + i * 140, 320)], "#eef0f0", 6)
    for i, s in enumerate(("HÀ NỘI", "HẢI PHÒNG", "ĐÀ NẴNG", "ĐÀ LẠT", "CẦN THƠ")):
        p.sign(s, 150 + i * 340, 340, 260, 58, "#22303c", "#ffd24a", 34)
        p.sign(f"BẾN {i + 1}", 210 + i * 340, 404, 140, 42, "#2f6f8f", size=26)
    p.rect(0, 500, W, 120, "#c9c6bd")
    for x in range(120, W, 220):
        p.rect(x, 548, 120, 14, "#2f6f8f", 4), p.rect(x + 12, 560, 8, 30, "#5b6570"), p.rect(x + 100, 560, 8, 30, "#5b6570")
    p.rect(0, 614, W, 14, "#f2c53d")
    p.rect(0, 628, W, H - 628, "#6a7078")
    for x in range(40, W, 380):
        p.poly([(x, 640), (x + 10, 640), (x - 40, 800), (x - 50, 800)], "#f2f2ee")
    for x in range(0, W, 160):
        p.rect(x, 884, 90, 8, "#f2d04a")


def station(p, t):
    for ph, laps, d, shirt, y, bag in ((.1, 1, 1, "#c94f4f", 590, "#2f4f8f"), (.4, 1, -1, "#3f8f7f", 600, "#8a5a3a"), (.7, 1, 1, "#e6b84c", 604, "#444444"), (.9, 1, -1, "#7a5fb0", 584, None)):
        for x in ways(t, laps, ph):
            x = x if d > 0 else W - x
            p.person(x, y, .95, shirt, t * TAU * .8, bag=bag)

    def stay(u):  # arrives, stays, leaves
        if u < 7:
            return -440 + 1100 * (1 - (1 - u / 7) ** 2)
        if u < 17:
            return 660
        return 660 + 40 * (u - 17) ** 2
    p.bus(round(stay(t)), 800, 1, "#c8402f", "HÀ NỘI – HẢI PHÒNG", 1.35)
    p.bus(round(W - stay((t + 15) % T)), 846, -1, "#2f8f5b", "ĐÀ LẠT", 1.35)
    traffic(p, t, [(972, -1, 2, [(.0, "bus", "#2f6fb0", "CẦN THƠ"), (.35, "car", "#f0b429"), (.6, "moto", "#b23b3b", "#f0c75e"), (.8, "car", "#e7e9ec")])])


SCENES = [("street", "Phố Trần Phú", street_bg, street, 15), ("crossing", "Ngã tư Chợ Mới", crossing_bg, crossing, 30),
          ("canal", "Kênh thủy lợi", canal_bg, canal, 30), ("market", "Chợ Hoa Sen", market_bg, market, 15),
          ("bridge", "Cầu Sông Hoàng", bridge_bg, bridge, 15), ("park", "Công viên Hòa Bình", park_bg, park, 15),
          ("school", "Trường tiểu học Hoa Mai", school_bg, school, 15), ("station", "Bến xe Trung tâm", station_bg, station, 30)]


def frame_maker(size, bg, moving):
    w, h, _, _ = SIZES[size]
    k = w / W
    s = cairo.ImageSurface(cairo.FORMAT_RGB24, w, h)
    c = cairo.Context(s)
    c.scale(k, k)
    c.translate(0, h / k - H)
    back = cairo.ImageSurface(cairo.FORMAT_RGB24, w, h)
    b = cairo.Context(back)
    b.set_matrix(c.get_matrix())
    bg(Pen(b))
    back.flush()

    def make(t):
        c.save()
        c.identity_matrix()
        c.set_source_surface(back)
        c.paint()
        c.restore()
        moving(Pen(c), t)
        s.flush()
        return s
    return make


def encode(name, size, bg, moving, loop):
    global T
    T = loop
    count = loop * FPS * 2 // 3
    w, h, _, _ = SIZES[size]
    make = frame_maker(size, bg, moving)
    out = f"{HERE}/{name}-{size}.h264"
    x264 = (f"keyint={FPS * GOP_S}:min-keyint={FPS * GOP_S}:scenecut=0:bframes=0:ref=1:weightp=0:cabac=0:slices=1:"
            f"threads=1:open-gop=0:aud=0:repeat-headers=1:psy=0:aq-mode=0:rc-lookahead=15:8x8dct=1:me=umh:merange=64")
    pictures = [bytes(make(n * T / count).get_data()) for n in range(count)] if size == "sub" else None
    for crf in range(28, 44, 2):
        if encode_at(crf, out, w, h, size, x264, pictures or (bytes(make(n * T / count).get_data()) for n in range(count))) <= BYTES_MAX[size][loop // 30]:
            print(os.path.basename(out), os.path.getsize(out), "crf", crf, flush=True)
            return
    sys.exit(f"{out}: too large")


def encode_at(crf, out, w, h, size, x264, pictures):
    cmd = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgra", "-s", f"{w}x{h}", "-r", str(FPS), "-i", "-",
           "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-c:v", "libx264", "-preset", "medium", "-profile:v", "high",
           "-level:v", "4.0" if size == "main" else "3.0", "-crf", str(crf), "-x264-params", x264,
           "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-bsf:v", "filter_units=remove_types=6",
           "-f", "h264", out]
    f = subprocess.Popen(cmd, stdin=subprocess.PIPE)
    for picture in pictures:
        f.stdin.write(picture)
    f.stdin.close()
    if f.wait():
        sys.exit(f"{out}: ffmpeg failed")
    return os.path.getsize(out)


def gray(path, width, height, draw):
    s = cairo.ImageSurface(cairo.FORMAT_A8, width, height)
    c = cairo.Context(s)
    c.set_source_rgba(1, 1, 1, 1)
    draw(c)
    s.flush()
    rows = s.get_data()
    with open(path, "wb") as f:
        f.write(b"P5\n%d %d\n255\n" % (width, height))
        for y in range(height):
            f.write(rows[y * s.get_stride():y * s.get_stride() + width])


def banner(size):
    """The camera names and the digits that `media::simulate` writes above the scenes."""
    _, _, lines, font = SIZES[size]
    base = lines / 2 + font * 0.36

    def face(c):
        c.select_font_face("Noto Sans", cairo.FONT_SLANT_NORMAL, cairo.FONT_WEIGHT_BOLD)
        c.set_font_size(font)
    probe = cairo.Context(cairo.ImageSurface(cairo.FORMAT_A8, 8, 8))
    face(probe)
    cell = math.ceil(probe.text_extents("0").x_advance)

    def digits(c):
        face(c)
        for i, g in enumerate(GLYPHS):
            c.move_to(i * cell + (cell - c.text_extents(g).x_advance) / 2, base)
            c.show_text(g)
    gray(f"{HERE}/glyphs-{size}.pgm", cell * len(GLYPHS), lines, digits)
    for name, title, *_ in SCENES:
        def write(c):
            face(c)
            c.move_to(0, base)
            c.show_text(title)
        gray(f"{HERE}/{name}-name-{size}.pgm", math.ceil(probe.text_extents(title).x_advance) + 2, lines, write)


def check(url, clip):
    """Compares 25 s of a running simulated camera with its clip."""
    w, h, banner_lines, _ = SIZES[clip.rsplit("-", 1)[1]]

    def sums(*args):
        r = subprocess.run(["ffmpeg", "-v", "warning", *args, "-f", "framemd5", "-"], capture_output=True, text=True)
        if r.returncode or r.stderr:
            sys.exit(f"ffmpeg: {r.stderr}")
        return {line.rsplit(",", 1)[1].strip() for line in r.stdout.splitlines() if not line.startswith("#")}
    wanted = sums("-i", f"{HERE}/{clip}.h264")
    seen = sums("-rtsp_transport", "tcp", "-t", "25", "-i", url, "-vf", f"crop={w}:{h}:0:{banner_lines}")
    if not seen or seen - wanted:
        sys.exit(f"{clip}: {len(seen - wanted)} of {len(seen)} pictures differ from the clip")
    print(clip, len(seen), "pictures, all as in the clip")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        sys.exit(check(*sys.argv[2:4]))
    if sys.argv[1:2] == ["--stills"]:  # for a look: PNG files in the folder given
        for name, _, bg, moving, T in SCENES:
            for t in (4, T - 5):
                frame_maker("main", bg, moving)(t).write_to_png(f"{sys.argv[2]}/{name}-{t}.png")
        sys.exit()
    for size in reversed(SIZES):
        banner(size)
        for name, _, bg, moving, loop in SCENES:
            if len(sys.argv) == 1 or {name, f"{name}-{size}"} & set(sys.argv[1:]):
                encode(name, size, bg, moving, loop)
