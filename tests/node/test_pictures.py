"""Real cameras in, live pictures out: GStreamer on one side, aiortc on the other."""

import signal

import pytest
from harness import add_camera, poll


def stream_of(http, code, stream="main"):
    """The state of one stream as the API tells it."""
    return http.get(f"/api/v1/cameras/{code}").raise_for_status().json()[stream]


def live(http, code, stream="main", seconds=30):
    return poll(
        f"{code} {stream} live",
        lambda: (s := stream_of(http, code, stream))["phase"] == "live" and s,
        seconds,
    )


def pictures_differ(viewer):
    seen = {f["picture"] for f in viewer.frames()}
    assert len(seen) > len(viewer.frames()) // 3, "the ball moves: most pictures differ"


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_camera_is_watched(stage, transport):
    camera = stage.camera("--transport", transport, "--gop", "1")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, f"Ngã tư {transport}", camera, transport=transport)["code"]
        main = stage.viewer(node, code)
        last = main.frame(50)
        assert (last["width"], last["height"]) == (1280, 720)
        pictures_differ(main)
        sub = stage.viewer(node, code, stream="sub")
        last = sub.frame(50)
        assert (last["width"], last["height"]) == (640, 360)
        pictures_differ(sub)
        facts = poll("measured facts", lambda: (f := stream_of(http, code))["fps"] and f)
        assert facts["codec"] == "H.264" and (facts["width"], facts["height"]) == (1280, 720)
        assert 20 <= facts["fps"] <= 30, facts


@pytest.mark.parametrize("auth", ["basic", "digest"])
def test_camera_with_a_password(stage, auth):
    camera = stage.camera("--auth", auth, "--gop", "1", "--no-sub", password="p:a@ss/Mật 1")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Kênh Nhiêu Lộc", camera, username="admin", password="p:a@ss/Mật 1")["code"]
        live(http, code)
        stage.viewer(node, code).frame(25)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--slices"], id="several-slices"),
        pytest.param(["--no-inline-sets"], id="parameter-sets-in-the-sdp-only"),
        pytest.param(["--profile", "constrained-baseline"], id="baseline"),
        pytest.param(["--audio"], id="with-audio"),
        pytest.param(["--fps", "5", "--gop", "10"], id="5-fps"),
    ],
)
def test_odd_but_honest_cameras(stage, options):
    camera = stage.camera("--no-sub", "--gop", "1", *options)
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Camera khác hãng", camera)["code"]
        viewer = stage.viewer(node, code)
        viewer.frame(30)
        pictures_differ(viewer)


def test_h265_cameras(stage):
    """H.265 is taken as it is. Who cannot play it sees the small stream, if that is H.264; else a sentence."""
    large = stage.camera("--no-sub", "--codec", "h265", "--main", "640x360", "--gop", "1")
    small = stage.camera("--no-sub", "--main", "320x180", "--gop", "1")
    node = stage.node()
    with node.http() as http:
        both = add_camera(http, "H.265 và H.264", main_url=large.main, sub_url=small.main)["code"]
        alone = add_camera(http, "Chỉ H.265", main_url=large.main)["code"]
        for code in (both, alone):
            live(http, code)
            facts = poll("measured facts", lambda c=code: (f := stream_of(http, c))["fps"] and f)
            assert facts["codec"] == "H.265" and (facts["width"], facts["height"]) == (640, 360), facts
            assert 20 <= facts["fps"] <= 30 and 0.8 <= facts["gop_s"] <= 1.3, facts
            assert facts.get("profile_level_id") is None
        viewer = stage.viewer(node, both, stream="main")
        last = viewer.frame(30)
        assert (last["width"], last["height"]) == (320, 180)
        pictures_differ(viewer)
        refused = stage.viewer(node, alone).event("refused")
        assert refused["status"] == 406 and "H.265" in refused["body"]["detail"], refused


def test_first_picture_does_not_wait_for_the_next_key_frame(stage):
    """With 10 s between key frames, a viewer who comes after one has decoded pictures before the camera made the
    next, and is then at the live edge: it has seen nearly as many pictures as the camera made since that key frame."""
    camera = stage.camera("--gop", "10", "--no-sub", "--main", "640x360")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Chậm khung hình chính", camera)["code"]
        live(http, code)
        key = camera.next_event("key_frame", 15, path="/main")
        viewer = stage.viewer(node, code)
        viewer.frame(25)
        status = camera.status()
        assert status["key_frames"]["/main"] == key["number"], "the viewer had to wait for a new key frame"

        def at_the_edge():
            now = camera.status()
            made = now["frames"]["/main"] - key["frame"] + 1
            return len(viewer.frames()) >= made - 12

        poll("the viewer at the live edge", at_the_edge, 10)


def test_one_ingest_however_many_viewers(stage):
    camera = stage.camera("--gop", "1", "--kbit", "500")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Đông người xem", camera)["code"]
        viewers = [stage.viewer(node, code, stream="sub") for _ in range(4)] + [stage.viewer(node, code)]
        for viewer in viewers:
            viewer.frame(10, 60)
    status = camera.status()
    assert status["playing"] == {"/main": 1, "/sub": 1}, status


def viewers_in(metrics):
    return sum(v for k, v in metrics.items() if k.startswith("matluoi_track_viewers"))


def test_viewers_that_leave_or_vanish_are_gone(stage):
    camera = stage.camera("--gop", "1", "--kbit", "500")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Người xem biến mất", camera)["code"]
        live(http, code, "sub")
        polite, vanishing, frozen = (stage.viewer(node, code, stream="sub") for _ in range(3))
        for viewer in (polite, vanishing, frozen):
            viewer.frame(5, 60)
        assert viewers_in(node.metrics()) == 3
        polite.signal(signal.SIGTERM)
        assert polite.event("deleted", 20)["status"] in (200, 204)
        poll("the polite one gone at once", lambda: viewers_in(node.metrics()) == 2, 3)
        vanishing.signal(signal.SIGKILL)
        frozen.signal(signal.SIGSTOP)
        poll("the vanished and the frozen one gone", lambda: viewers_in(node.metrics()) == 0, 30)

        def views():
            items = http.get("/api/v1/audit", params={"limit": 200}).raise_for_status().json()["items"]
            acts = [e["act"] for e in items]
            return acts.count("view.began") == 3 and acts.count("view.ended") == 3

        poll("all three views in the audit with begin and end", views)


def test_camera_killed_and_restarted_comes_back(stage):
    camera = stage.camera("--gop", "1", "--no-sub")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Mất điện", camera)["code"]
        before = live(http, code)
        camera.signal(signal.SIGKILL)
        away = poll("away", lambda: (s := stream_of(http, code))["phase"] != "live" and s["said"] and s, 20)
        assert away["since"] >= before["since"]
        refused = poll("waiting, refused", lambda: (s := stream_of(http, code))["phase"] == "waiting" and s, 20)
        assert refused["fault"] in ("refused", "lost"), refused
        assert refused["width"] == 1280, "what was known of the pictures is kept"
        answer = http.post(f"/whep/{code}?stream=main", content="v=0\r\n", headers={"Content-Type": "application/sdp"})
        assert answer.status_code in (400, 503)
        back = stage.camera("--gop", "1", "--no-sub", port=camera.port)
        again = live(http, code, seconds=45)
        assert again["since"] > away["since"]
        stage.viewer(node, code).frame(10)
        assert back.status()["playing"] == {"/main": 1}


def test_a_viewer_stays_while_the_camera_restarts(stage):
    camera = stage.camera("--gop", "1", "--no-sub", "--main", "640x360")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Khởi động lại", camera)["code"]
        viewer = stage.viewer(node, code)
        viewer.frame(10)
        camera.signal(signal.SIGKILL)
        poll("away", lambda: stream_of(http, code)["phase"] != "live")
        stage.camera("--gop", "1", "--no-sub", "--main", "640x360", port=camera.port)
        live(http, code, seconds=45)
        before = len(viewer.frames())
        ended = viewer.events("track_ended") or not viewer.alive()
        if not ended:
            viewer.next_event("frame", 20)
            assert len(viewer.frames()) > before


def test_removing_a_camera_ends_its_views_and_its_ingest(stage):
    camera = stage.camera("--gop", "1", "--no-sub")
    node = stage.node()
    with node.http() as http:
        made = add_camera(http, "Sẽ gỡ", camera)
        viewer = stage.viewer(node, made["code"])
        viewer.frame(5)
        removed = http.request("DELETE", f"/api/v1/cameras/{made['code']}", params={"confirm_name": "Sẽ gỡ"})
        assert removed.status_code in (200, 204), removed.text
        poll("no viewer left", lambda: viewers_in(node.metrics()) == 0, 5)
        poll("the camera is left alone", lambda: camera.status()["playing"] == {"/main": 0}, 10)


def test_withdrawing_the_right_stops_the_picture(stage):
    """Disabling an account ends its views within seconds."""
    camera = stage.camera("--gop", "1", "--no-sub")
    node = stage.node(accounts=["viewer"])
    with node.http() as http:
        code = add_camera(http, "Thu hồi quyền", camera)["code"]
        viewer = stage.viewer(node, code, token=node.tokens["viewer"])
        viewer.frame(5)
        accounts = http.get("/api/v1/accounts").raise_for_status().json()["items"]
        account = next(a for a in accounts if a["name"] == "viewer")
        answer = http.patch(f"/api/v1/accounts/{account['id']}", json={"disabled": True})
        assert answer.status_code in (200, 204), answer.text
        poll("the view is over", lambda: viewers_in(node.metrics()) == 0, 5)
        assert node.http(token=node.tokens["viewer"]).get("/api/v1/cameras").status_code == 401
