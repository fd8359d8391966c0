"""RTSP out of the node, played by other makers' players: ffmpeg, GStreamer, VLC; and what is refused, and how it ends."""

import os
import re
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from harness import ADMIN, Child, add_camera, poll
from test_pictures import live


def ffmpeg(url, *options, frames=25, seconds=40):
    """Plays so many pictures; returns the run and their checksums."""
    command = ["ffmpeg", "-nostdin", "-v", "warning", *options, "-i", url, "-an", "-frames:v", str(frames)]
    ran = subprocess.run([*command, "-f", "framemd5", "-"], capture_output=True, text=True, timeout=seconds)
    return ran, [line.rsplit(",", 1)[1] for line in ran.stdout.splitlines() if line and not line.startswith("#")]


def played(url, *options, frames=25):
    ran, sums = ffmpeg(url, *options, frames=frames)
    assert ran.returncode == 0 and len(sums) == frames, ran.stderr[-2000:]
    assert len(set(sums)) > frames // 3, "the ball moves: most pictures differ"
    return ran


def audit(http, act):
    items = http.get("/api/v1/audit", params={"limit": 200, "act": act}).raise_for_status().json()["items"]
    return [e for e in items if e["act"] == act]


def police_camera(http, camera):
    """A camera of the police; nobody sees it without a right that names it."""
    unit = {"code": "CA-BN", "name": "Công an phường Bến Nghé", "kind": "police", "area": "25760"}
    made = http.post("/api/v1/units", json=unit)
    assert made.status_code == 201, made.text
    body = {"name": "Công an", "code": "79.760-9911", "main_url": camera.main, "area": "25760", "unit": "CA-BN"}
    added = http.post("/api/v1/cameras", json={**body, "facts": {"police": True}})
    assert added.status_code == 404, "it is there, and its maker does not see it"
    again = http.post("/api/v1/cameras", json=body)
    assert again.status_code == 400 and again.json()["field"] == "code", "the code is taken"
    return body["code"]


@pytest.fixture(scope="module")
def world(shared_stage):
    """A node with one live camera and one of the police, a viewer, and an inspector who has no right of its own."""
    camera = shared_stage.camera("--gop", "1", "--kbit", "800")
    node = shared_stage.node(accounts=["viewer", "operator", "inspector"])
    node.camera_process = camera
    with node.http() as http:
        node.camera = add_camera(http, "Cổng chợ", camera)
        node.code = node.camera["code"]
        node.single = add_camera(http, "Một luồng", main_url=camera.main)["code"]
        node.police = police_camera(http, camera)
        node.away = add_camera(http, "Mất kết nối", main_url="rtsp://127.0.0.1:1/x")["code"]
        for code, stream in [(node.code, "main"), (node.code, "sub"), (node.single, "main")]:
            live(http, code, stream)
    return node


class Rtsp:
    """The plainest player: what it is told is looked at word by word."""

    def __init__(self, node, tls=False):
        host, port = (node.rtsps if tls else node.rtsp).split("://")[1].split(":")
        self.base = f"rtsp{'s' if tls else ''}://{host}:{port}"
        self.socket = socket.create_connection((host, int(port)), 10)
        if tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket)
        self.file = self.socket.makefile("rb")
        self.seq = 0

    def ask(self, method, path, **headers):
        self.seq += 1
        lines = "".join(f"{n.replace('_', '-')}: {v}\r\n" for n, v in headers.items())
        self.socket.sendall(f"{method} {self.base}/{path} RTSP/1.0\r\nCSeq: {self.seq}\r\n{lines}\r\n".encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self.file.read(1)
            assert byte, f"closed after {head!r}"
            if not head and byte == b"$":
                _, high, low = self.file.read(3)
                self.file.read(high << 8 | low)
                continue
            head += byte
        head = head.decode()
        length = re.search(r"^Content-Length: (\d+)", head, re.M)
        body = self.file.read(int(length[1])).decode() if length else ""
        return int(head[9:12]), head, body


def basic(user, token):
    import base64

    return "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()


@pytest.mark.parametrize("stream", ["main", "sub"])
@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_ffmpeg_plays_in_the_clear_with_digest(world, transport, stream):
    url = world.rtsp_url(f"{world.code}/{stream}", ADMIN, world.token)
    played(url, "-rtsp_transport", transport)


def test_ffmpeg_plays_over_tls_with_the_token_in_the_address_or_as_password(world):
    played(world.rtsp_url(f"{world.code}/main", ADMIN, world.token, tls=True), "-rtsp_transport", "tcp")
    played(world.rtsp_url(f"{world.code}/main?token={world.token}", tls=True), "-rtsp_transport", "tcp")
    # By id as well as by code.
    played(world.rtsp_url(f"{world.camera['id']}/sub", ADMIN, world.token, tls=True), "-rtsp_transport", "tcp", frames=10)


def test_the_description_says_size_and_rate_before_the_first_picture(world):
    url = world.rtsp_url(f"{world.code}/main", ADMIN, world.token)
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_streams", "-of", "flat", url],
        capture_output=True,
        text=True,
        timeout=40,
    ).stdout
    assert 'codec_name="h264"' in shown and "width=1280" in shown and "height=720" in shown, shown


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_gstreamer_plays(world, protocol):
    source = ["rtspsrc", f"location={world.rtsp_url(world.code + '/main')}", f"user-id={ADMIN}", f"user-pw={world.token}"]
    chain = [f"protocols={protocol}", "!", "rtph264depay", "!", "h264parse", "!", "avdec_h264", "!"]
    ran = subprocess.run(
        ["gst-launch-1.0", "-q", *source, *chain, "fakesink", "num-buffers=25", "sync=false"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0 and "ERROR" not in ran.stderr + ran.stdout, ran.stderr[-2000:] + ran.stdout[-2000:]


def vlc_speaks_rtsp():
    """Some distributions build VLC without live555, and with it without RTSP."""
    return shutil.which("cvlc") and any(Path("/usr/lib").glob("*/vlc/plugins/access/liblive555_plugin.so"))


@pytest.mark.skipif(not vlc_speaks_rtsp(), reason="no VLC with RTSP (live555) here")
def test_vlc_plays(world, tmp_path):
    tmp_path.chmod(0o777)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.geteuid() and folder != folder.parent and str(folder) != "/tmp":
            folder.chmod(folder.stat().st_mode | 0o055)
    target = tmp_path / "out.ts"
    # VLC does not run as root.
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    ran = subprocess.run(
        [*nobody, "env", f"HOME={tmp_path}", "cvlc", "-q", "--rtsp-tcp", f"--rtsp-user={ADMIN}", f"--rtsp-pwd={world.token}"]
        + [f"--sout=#std{{access=file,mux=ts,dst={target}}}", "--run-time=6", "--play-and-exit"]
        + [world.rtsp_url(f"{world.code}/main"), "vlc://quit"],
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert target.exists() and target.stat().st_size > 10_000, ran.stderr[-2000:]
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_streams", "-of", "flat", str(target)],
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    assert int(re.search(r'nb_read_frames="(\d+)"', shown)[1]) >= 25 and "width=1280" in shown, shown


def test_what_is_refused_and_what_is_said(world):
    p = Rtsp(world)
    # Before the sign-in everything looks alike, whatever is there.
    seen = {p.ask("DESCRIBE", path)[0] for path in [f"{world.code}/main", f"{world.police}/main", "none/main", "x", ""]}
    assert seen == {401}
    _, head, _ = p.ask("DESCRIBE", f"{world.code}/main")
    assert "algorithm=SHA-256" in head and "algorithm=MD5" in head and "Basic" not in head, head
    # In the clear the token itself is not taken, however it comes: it would have been read on the way.
    for path, headers in [
        (f"{world.code}/main", {"Authorization": basic(ADMIN, world.token)}),
        (f"{world.code}/main", {"Authorization": f"Bearer {world.token}"}),
        (f"{world.code}/main?token={world.token}", {}),
    ]:
        assert Rtsp(world).ask("DESCRIBE", path, **headers)[0] == 401, (path, headers)
    ran, sums = ffmpeg(world.rtsp_url(f"{world.code}/main", ADMIN, "mlt_" + "0" * 64), "-rtsp_transport", "tcp")
    assert ran.returncode != 0 and not sums and "401" in ran.stderr, ran.stderr
    ran, sums = ffmpeg(world.rtsp_url(f"{world.code}/main", "viewer", world.token), "-rtsp_transport", "tcp")
    assert ran.returncode != 0 and not sums, "another's token under one's own name"
    # After it, reasons.
    t = Rtsp(world, tls=True)
    mine = {"Authorization": basic("operator", world.tokens["operator"])}
    for path in [f"{world.police}/main", "none/main", "x", f"{world.code}/third"]:
        assert t.ask("DESCRIBE", path, **mine)[0] == 404, path
    status, head, body = t.ask("DESCRIBE", f"{world.single}/sub", **mine)
    assert status == 404 and "no sub stream" in head and "luồng phụ" in body, head + body
    status, head, _ = t.ask("DESCRIBE", f"{world.away}/main", **mine)
    assert status == 503 and "Retry-After" in head, head
    assert t.ask("DESCRIBE", f"{world.code}/main", **mine)[0] == 200
    assert t.ask("SETUP", f"{world.code}/main/trackID=0", Transport="RTP/AVP;unicast;client_port=5000-5001", **mine)[0] == 461
    # Passwords of people are no tokens.
    from harness import PASSWORD

    assert Rtsp(world, tls=True).ask("DESCRIBE", f"{world.code}/main", Authorization=basic(ADMIN, quote(PASSWORD)))[0] == 401


def test_the_limits_of_a_token_hold(world):
    with world.http() as http:
        accounts = http.get("/api/v1/accounts").raise_for_status().json()["items"]
    viewer = next(a["id"] for a in accounts if a["name"] == "viewer")
    from harness import pages
    from test_access import api

    with pages(world) as boss:
        api(boss)
        for limit, status in [
            ({"networks": ["192.0.2.0/24"]}, 403),
            ({"acts": ["see_catalogue"]}, 403),
            ({"cameras": [world.single]}, 404),
            ({"acts": ["watch_live"], "networks": ["127.0.0.0/8"], "cameras": [world.code]}, 200),
        ]:
            issued = boss.post(f"/api/v1/accounts/{viewer}/tokens", json={"label": "đầu ghi", "limit": limit})
            assert issued.status_code == 201, issued.text
            token = issued.json()["token"]
            answer = Rtsp(world, tls=True).ask("DESCRIBE", f"{world.code}/main", Authorization=basic("viewer", token))
            assert answer[0] == status, (limit, answer)


class Player(Child):
    """ffmpeg that plays until it is ended; its pictures are counted."""

    def __init__(self, log, url):
        command = ["ffmpeg", "-nostdin", "-v", "warning", "-rtsp_transport", "tcp", "-i", url, "-an", "-f", "framemd5", "-"]
        super().__init__(command, log)

    def pictures(self):
        with self.heard:
            return sum(1 for line in self.lines if not line.startswith("#"))


def player(stage, url):
    return stage._keep(lambda log: Player(log, url), "player")


def test_a_picture_stops_with_its_right_and_is_on_record(world, stage):
    with world.http() as http:
        accounts = http.get("/api/v1/accounts").raise_for_status().json()["items"]
        inspector = next(a["id"] for a in accounts if a["name"] == "inspector")
        token = world.tokens["inspector"]
        url = world.rtsp_url(f"{world.code}/main", "inspector", token)
        nothing = Rtsp(world, tls=True).ask("DESCRIBE", f"{world.code}/main", Authorization=basic("inspector", token))
        assert nothing[0] == 404, "no right, no camera"
        grant = http.post(
            "/api/v1/grants",
            json={
                "account": inspector,
                "acts": ["watch_live"],
                "scope": {"cameras": [world.code]},
                "purpose": "Kiểm tra",
                "times": {"until": "2027-01-01T00:00:00Z"},
                "paper": {"kind": "consent", "number": "1/UBND", "date": "2026-11-20", "issuer": "UBND Thành phố"},
            },
        )
        assert grant.status_code == 201, grant.text
        # Outside of their own scope the policy asks what for; a program says it in its address.
        ran, sums = ffmpeg(url, "-rtsp_transport", "tcp")
        assert ran.returncode != 0 and not sums and "403" in ran.stderr, ran.stderr
        began = len(audit(http, "view.began"))
        plays = player(stage, url + "?purpose=" + quote("tuần tra đêm"))
        poll("pictures", lambda: plays.pictures() > 10, 30)
        assert world.metrics()["matluoi_rtsp_viewers"] == 1
        entry = audit(http, "view.began")[0]
        assert len(audit(http, "view.began")) == began + 1 and entry["facts"]["purpose"] == "tuần tra đêm", entry
        end = http.delete(
            f"/api/v1/grants/{grant.json()['id']}", params={"why": "xong"}, headers={"If-Match": grant.headers["etag"]}
        )
        assert end.status_code == 200, end.text
        poll("the view has ended", lambda: world.metrics()["matluoi_rtsp_viewers"] == 0, 2)
        plays.wait(20)
        seen = plays.pictures()
        entry = poll("its end on record", lambda: next((e for e in audit(http, "view.ended") if "inspector" in str(e["actor"])), None), 5)
        assert entry["facts"]["reason"] == "right_ended" and int(entry["facts"]["bytes"]) > 10_000 and seen > 10, entry
        assert Rtsp(world, tls=True).ask("DESCRIBE", f"{world.code}/main", Authorization=basic("inspector", token))[0] == 404


def test_a_picture_stops_with_its_token(world, stage):
    from harness import pages
    from test_access import api

    with pages(world) as boss:
        api(boss)
        issued = boss.post("/api/v1/tokens", json={"label": "thu hồi"})
        assert issued.status_code == 201, issued.text
        plays = player(stage, world.rtsp_url(f"{world.code}/sub", ADMIN, issued.json()["token"]))
        poll("pictures", lambda: plays.pictures() > 10, 30)
        assert boss.delete(f"/api/v1/tokens/{issued.json()['id']}").status_code in (200, 204)
        poll("the view has ended", lambda: world.metrics()["matluoi_rtsp_viewers"] == 0, 2)
        plays.wait(20)


def test_a_player_that_leaves_is_counted_out(world, stage):
    plays = player(stage, world.rtsp_url(f"{world.code}/sub", ADMIN, world.token))
    poll("pictures", lambda: plays.pictures() > 5, 30)
    before = world.metrics()
    assert before["matluoi_rtsp_viewers"] == 1 and before["matluoi_rtsp_bytes_total"] > 10_000, before
    plays.kill()
    poll("gone", lambda: world.metrics()["matluoi_rtsp_viewers"] == 0, 10)


def test_no_token_in_any_log(world):
    text = world.text()
    assert not re.search(r"mlt_[0-9a-f]{8}", text), re.search(r".*mlt_[0-9a-f]{8}.*", text)[0]


def test_a_port_in_use_is_named(stage):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        node = stage.launch(env={"MATLUOI_RTSP__LISTEN": f"127.0.0.1:{port}"})
        assert node.wait(30) != 0
        assert f"{port}/TCP" in node.text(), node.tail()
