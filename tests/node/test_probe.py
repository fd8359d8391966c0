"""Looking at an address before adding it: each fault has its own stable name and comes within the probe's 5 s."""

import socket

import pytest
from harness import free_port, poll


def ask(http, address, **more):
    """Asks for a probe; waits where the node brakes too many from one address (429)."""

    def answer():
        given = http.post("/api/v1/cameras/probe", json={"main_url": address, **more}, timeout=15)
        return given if given.status_code != 429 else None

    return poll("a probe that is heard", answer, 30)


def probe(http, address, **more):
    answer = ask(http, address, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def fault(http, address, **more):
    found = probe(http, address, **more)["main"]
    assert found["fault"], found
    assert len(found["said"]) > 20, "says in words what is wrong and what to do"
    return found["fault"]


def test_what_is_found(stage):
    camera = stage.camera("--audio", "--gop", "2")
    node = stage.node()
    with node.http() as http:
        found = probe(http, camera.main, sub_url=camera.sub)
        main, sub = found["main"], found["sub"]
        assert (main["codec"], main["width"], main["height"]) == ("H.264", 1280, 720)
        assert (sub["codec"], sub["width"], sub["height"]) == ("H.264", 640, 360)
        assert main["supported"] is True and 20 <= main["fps"] <= 30
        assert main["audio"] == ["PCMU"]
        assert main.get("gop_s") is None or 1.5 <= main["gop_s"] <= 2.5
        assert found["took_ms"] <= 5_500


def test_wrong_password(stage):
    node = stage.node()
    with node.http() as http:
        for auth in ("basic", "digest"):
            camera = stage.camera("--auth", auth, "--no-sub", password="right")
            assert fault(http, camera.main) == "wrong-password"
            assert fault(http, camera.main, username="admin", password="wrong") == "wrong-password"
            assert probe(http, camera.main, username="admin", password="right")["main"]["codec"] == "H.264"


def test_no_such_path_and_unsupported_codec(stage):
    camera = stage.camera("--no-sub")
    jpeg = stage.camera("--no-sub", "--codec", "jpeg", "--main", "640x360")
    node = stage.node()
    with node.http() as http:
        assert fault(http, camera.main.replace("/main", "/nothing")) == "no-such-path"
        found = probe(http, jpeg.main)["main"]
        assert found.get("supported") is False or found.get("fault") == "unsupported-codec", found


def test_nobody_there(stage):
    node = stage.node()
    with node.http() as http:
        assert fault(http, f"rtsp://127.0.0.1:{free_port()}/x") == "refused"


@pytest.mark.parametrize(
    ("mode", "faults"),
    [
        ("silent", {"timeout"}),
        ("slow-banner", {"too-slow"}),
        ("not-rtsp", {"not-rtsp"}),
        ("tls", {"tls", "not-rtsp"}),
        ("endless-header", {"too-much"}),
        ("endless-sdp", {"too-much"}),
        ("no-video", {"no-video"}),
        ("odd-codec", {"unsupported-codec"}),
        ("bad-sdp", {"protocol", "no-video"}),
        ("status-500", {"status"}),
        ("closes", {"lost", "protocol"}),
        ("garbage-rtp", {"no-pictures", "protocol", "lost"}),
        ("lies", {"no-pictures", "protocol", "lost"}),
    ],
)
def test_misbehaving_cameras(shared_stage, mode, faults):
    camera = shared_stage.hostile(mode)
    with shared_node(shared_stage).http() as http:
        found = probe(http, camera.main)["main"]
        if mode == "odd-codec" and found.get("supported") is False:
            return
        assert found.get("fault") in faults, found
        assert found["said"]


def shared_node(stage):
    if not hasattr(stage, "the_node"):
        stage.the_node = stage.node()
    return stage.the_node


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1/",
        "rtsp://",
        "rtsp:///x",
        "file:///etc/passwd",
        "rtsp://10.0.0.1:99999/",
        "rtsp://10.0.0.1/\r\nX: y",
        "x" * 5000,
        "rtsp://" + "a" * 5000,
    ],
)
def test_what_is_no_address(shared_stage, address):
    with shared_node(shared_stage).http() as http:
        answer = ask(http, address)
        if answer.status_code == 200:
            assert answer.json()["main"]["fault"] == "bad-address", answer.text
        else:
            assert answer.status_code in (400, 413, 422) and answer.json()["field"] == "main_url", answer.text


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "8.8.8.8",
        "192.0.2.9",
        "0.0.0.0",
        "224.0.0.1",
        "[::1]",
        "[::ffff:169.254.169.254]",
        "2130706433",
    ],
)
def test_addresses_outside_the_camera_networks(shared_stage, host):
    """The node is no way to reach what is not a camera (allowed here: 127.0.0.0/8 and 10.0.0.0/8)."""
    with shared_node(shared_stage).http() as http:
        answer = ask(http, f"rtsp://{host}:80/x")
        if answer.status_code == 200:
            wanted = {"address-not-allowed", "bad-address"} | ({"refused"} if host == "2130706433" else set())
            assert answer.json()["main"]["fault"] in wanted, answer.text
        else:
            assert answer.status_code in (400, 422)


def test_redirects_and_udp_do_not_widen_the_networks(shared_stage):
    """A name that resolves to something outside is refused after resolution."""
    with shared_node(shared_stage).http() as http:
        outside = socket.gethostbyname(socket.gethostname())
        if outside.startswith(("127.", "10.")):
            pytest.skip("this machine's name lies inside the allowed networks")
        assert fault(http, f"rtsp://{socket.gethostname()}:1/x") == "address-not-allowed"
