"""Single pictures: the newest key frame as JPEG, held against ffmpeg's own decoding of the same camera."""

import subprocess

import pytest
from harness import add_camera, poll
from test_pictures import live
from test_rtsp import audit, police_camera


def pixels(source, width, height, *options, data=None):
    """The first picture of a source as RGB bytes of that size, decoded by ffmpeg."""
    scale = f"scale={width}:{height}:flags=area"
    command = ["ffmpeg", "-nostdin", "-v", "error", *options, "-i", source, "-frames:v", "1", "-vf", scale]
    ran = subprocess.run([*command, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], input=data, capture_output=True, timeout=40)
    assert len(ran.stdout) == width * height * 3, ran.stderr
    return ran.stdout


def size(jpeg):
    """Width and height as ffprobe reads them."""
    command = ["ffprobe", "-v", "error", "-show_entries", "stream=width,height,codec_name", "-of", "csv=p=0", "-"]
    return subprocess.run(command, input=jpeg, capture_output=True, timeout=40).stdout.decode().strip()


def take(http, code, **params):
    return http.get(f"/api/v1/cameras/{code}/snapshot.jpg", params=params)


@pytest.mark.parametrize("profile", ["high", "main", "constrained-baseline"])
def test_a_snapshot_looks_like_the_camera(stage, profile):
    camera = stage.camera("--gop", "1", "--profile", profile, "--pattern", "smpte")
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, f"Hồ sơ {profile}", camera)["code"]
        live(http, code)
        live(http, code, "sub")
        whole = take(http, code)
        assert whole.status_code == 200, whole.text
        assert whole.headers["content-type"] == "image/jpeg" and "no-store" in whole.headers["cache-control"]
        assert f'filename="{code}_' in whole.headers["content-disposition"] and whole.headers["x-picture-time"].startswith("20")
        assert size(whole.content) == "mjpeg,1280,720"
        small = take(http, code, width=320)
        assert size(small.content) == "mjpeg,320,180"
        assert size(take(http, code, stream="sub").content) == "mjpeg,640,360"
        assert size(take(http, code, stream="sub", width=4000).content) == "mjpeg,640,360", "never larger than it is"
        # Bars of all colours, with a running clock and a corner of noise: most places have the same colour.
        ours = pixels("-", 32, 18, data=whole.content)
        theirs = pixels(camera.main, 32, 18, "-rtsp_transport", "tcp")
        near = sum(abs(a - b) <= 14 for a, b in zip(ours, theirs))
        assert near > 0.9 * len(ours), f"{near} of {len(ours)}"
        assert max(ours) - min(ours) > 60, "not one grey"


def test_who_may_and_what_is_on_record(stage):
    camera = stage.camera("--gop", "2", "--no-sub")
    node = stage.node(accounts=["viewer", "operator", "inspector"])
    with node.http() as http:
        code = add_camera(http, "Chụp ảnh", camera)["code"]
        police = police_camera(http, camera)
        away = add_camera(http, "Mất", main_url="rtsp://127.0.0.1:1/x")["code"]
        live(http, code)
        for name, wanted in [("viewer", 403), ("inspector", 404), ("operator", 200)]:
            with node.http(token=node.tokens[name]) as theirs:
                assert take(theirs, code).status_code == wanted, name
                assert take(theirs, police).status_code == (404 if name != "viewer" else 403), name
        with node.http(token=node.tokens["operator"]) as operator:
            first = take(operator, code)
            again = operator.get(f"/api/v1/cameras/{code}/snapshot.jpg", headers={"If-None-Match": first.headers["etag"]})
            assert again.status_code in (200, 304) and (again.status_code == 200 or not again.content)
            for wrong in [{"width": "0"}, {"width": "99999"}, {"width": "x"}, {"stream": "third"}, {"stream": "sub"}]:
                answer = take(operator, code, **wrong)
                assert answer.status_code == 400 and answer.json()["field"] == next(iter(wrong)), (wrong, answer.text)
            poll("it is known to be away", lambda: http.get(f"/api/v1/cameras/{away}").json()["main"]["fault"])
            gone = take(operator, away)
            assert gone.status_code == 503 and "retry-after" in gone.headers, gone.text
            assert "no picture" in gone.json()["detail"], gone.text
        entries = audit(http, "snapshot.taken")
        of_operator = [e for e in entries if "operator" in str(e["actor"]) and code in str(e["subject"])]
        assert len(of_operator) == 1 and of_operator[0]["facts"]["stream"] == "main", "one entry, however many were taken"


@pytest.mark.parametrize("mode", ["garbage-rtp", "jumps"])
def test_a_camera_that_sends_garbage_takes_nothing_down(stage, mode):
    hostile = stage.hostile(mode)
    camera = stage.camera("--gop", "1", "--no-sub")
    node = stage.node()
    with node.http() as http:
        bad = add_camera(http, "Rác", main_url=hostile.main)["code"]
        good = add_camera(http, "Tốt", camera)["code"]
        live(http, good)
        for _ in range(20):
            answer = take(http, bad)
            assert answer.status_code in (200, 409, 501, 503), answer.text
        assert take(http, good).status_code == 200
        assert node.alive()
