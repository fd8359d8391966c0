"""Live pictures as fragmented MP4 over WebSocket: read by ffprobe, refused to strangers, ended with the right."""

import json
import ssl
import subprocess

import pytest
from harness import add_camera, pages, poll
from test_pictures import live
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect


def anyone():
    """The node's certificate is its own."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def socket_of(node, code, query="", token=None, **more):
    url = f"{node.url.replace('https', 'wss')}/ws/mse/{code}{query}"
    headers = {"Authorization": f"Bearer {token or node.token}"}
    return connect(url, ssl=anyone(), additional_headers=headers, max_size=None, **more)


def watch(ws, fragments):
    """The initialisation's text and the bytes of so many fragments behind it."""
    told = json.loads(ws.recv(10))
    assert told["type"] == "init", told
    return told, b"".join([ws.recv(10)] + [ws.recv(10) for _ in range(fragments)])


def probe(path):
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return json.loads(done.stdout)["streams"][0]


@pytest.mark.parametrize(
    ("codec", "kind", "name"), [("h264", "avc1.", "h264"), ("h265", "hvc1.1.6.L", "hevc")], ids=["h264", "h265"]
)
def test_what_is_sent_is_a_file_that_others_read(stage, tmp_path, codec, kind, name):
    camera = stage.camera("--no-sub", "--gop", "1", "--codec", codec, "--main", "640x360")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Qua HTTPS", camera)["code"]
        live(http, code)
        with socket_of(node, code) as ws:
            told, data = watch(ws, 60)
        assert told["kind"].startswith(f'video/mp4; codecs="{kind}') and told["stream"] == "main"
        (tmp_path / "live.mp4").write_bytes(data)
        seen = probe(tmp_path / "live.mp4")
        assert (seen["codec_name"], seen["width"], seen["height"]) == (name, 640, 360)
        assert int(seen["nb_read_frames"]) >= 58, "every fragment is a picture"
        # On record like every view, with its bytes.
        poll(
            "the view on record",
            lambda: http.get("/api/v1/audit", params={"act": "view.ended"}).raise_for_status().json()["items"],
        )


def test_refusals_are_said(stage):
    camera = stage.camera("--no-sub", "--gop", "1", "--main", "320x180")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Có quyền mới xem", camera)["code"]
        live(http, code)
        for token, path, status in [("mlt_nobody", code, 401), (None, "79.000-9999", 404)]:
            with pytest.raises(InvalidStatus) as refused:
                socket_of(node, path, token=token)
            assert refused.value.response.status_code == status
        with pytest.raises(InvalidStatus) as refused:
            socket_of(node, code, "?stream=sub")
        assert refused.value.response.status_code == 409
        plain = http.get(f"/ws/mse/{code}")
        assert plain.status_code == 400 and "WebSocket" in plain.json()["detail"], plain.text
        gone = add_camera(http, "Không có hình", main_url="rtsp://127.0.0.1:9/x")["code"]
        poll("away", lambda: http.get(f"/api/v1/cameras/{gone}").json()["main"]["phase"] == "waiting")
        with socket_of(node, gone) as ws:
            said = json.loads(ws.recv(10))
            assert (said["type"], said["status"], said["retry_after"]) == ("problem", 503, 2), said
            with pytest.raises(ConnectionClosed):
                ws.recv(10)


def test_a_page_of_another_origin_opens_nothing(stage):
    camera = stage.camera("--no-sub", "--gop", "1", "--main", "320x180")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Không cho trang lạ", camera)["code"]
        live(http, code)

    with pages(node) as mine:
        cookie = "; ".join(f"{c.name}={c.value}" for c in mine.cookies.jar)
    url = f"{node.url.replace('https', 'wss')}/ws/mse/{code}"
    with pytest.raises(InvalidStatus) as refused:
        connect(url, ssl=anyone(), origin="https://evil.example", additional_headers={"Cookie": cookie})
    assert refused.value.response.status_code == 403
    with connect(url, ssl=anyone(), origin=node.url, additional_headers={"Cookie": cookie}, max_size=None) as ws:
        watch(ws, 5)


def test_the_picture_stops_with_the_right(stage):
    camera = stage.camera("--no-sub", "--gop", "1", "--main", "320x180")
    node = stage.node(accounts=["viewer"])
    with node.http() as http:
        code = add_camera(http, "Thu hồi quyền", camera)["code"]
        live(http, code)
        with socket_of(node, code, token=node.tokens["viewer"]) as ws:
            watch(ws, 10)
            accounts = http.get("/api/v1/accounts").raise_for_status().json()["items"]
            account = next(a for a in accounts if a["name"] == "viewer")
            http.patch(f"/api/v1/accounts/{account['id']}", json={"disabled": True}).raise_for_status()
            rest = 0
            with pytest.raises(ConnectionClosed):
                while True:
                    ws.recv(10)
                    rest += 1
            assert rest < 75, f"{rest} more pictures of 25 a second"


def test_a_player_that_reads_nothing_harms_nobody(stage):
    camera = stage.camera("--no-sub", "--gop", "1")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Người xem chậm", camera)["code"]
        live(http, code)
        # The library reads ahead only this much.
        with socket_of(node, code, max_queue=1):
            before = node.memory()
            quick = stage.viewer(node, code)
            quick.frame(200, 60)
            assert node.memory() - before < 24 << 20, "what it does not take is not kept"
