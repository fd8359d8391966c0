"""A camera's password is nowhere to be seen: no answer, log, audit entry or file of the data folder holds it."""

import base64
import hashlib
from urllib.parse import quote

from harness import PASSWORD, add_camera, poll

SECRET = "Xoài-Cát-Hòa-Lộc-9137"


def needles():
    yield SECRET.encode()
    yield quote(SECRET).encode()
    yield base64.b64encode(SECRET.encode()).rstrip(b"=")
    yield base64.b64encode(f"admin:{SECRET}".encode()).rstrip(b"=")
    yield SECRET.encode("utf-16-le")
    yield SECRET.encode().hex().encode()
    yield hashlib.sha256(SECRET.encode()).hexdigest().encode()


def test_camera_password_appears_nowhere(stage):
    camera = stage.camera("--auth", "digest", "--gop", "1", password=SECRET)
    wrong = stage.camera("--auth", "basic", "--no-sub", password="other")
    node = stage.node(env={"MATLUOI_LOG": "trace"})
    answers = []
    with node.http() as http:
        http.event_hooks["response"].append(lambda r: answers.append((r.request.url.path, r.read(), str(r.headers))))
        http.post("/api/v1/cameras/probe", json={"main_url": camera.main, "username": "admin", "password": SECRET})
        in_url = camera.main.replace("rtsp://", f"rtsp://admin:{quote(SECRET)}@")
        http.post("/api/v1/cameras/probe", json={"main_url": in_url})
        made = add_camera(http, "Bí mật", camera, username="admin", password=SECRET)
        second = add_camera(http, "Bí mật trong địa chỉ", main_url=in_url)
        in_query = f"{camera.main}?user=admin&password={quote(SECRET)}"
        third = add_camera(http, "Bí mật trong truy vấn", main_url=in_query, username="admin")
        assert third["main_url"].endswith("?user=admin&password=$PASSWORD")
        refused = add_camera(http, "Sai mật khẩu", wrong, username="admin", password=SECRET)
        for record in (made, second, third):
            poll(
                "live",
                lambda: http.get(f"/api/v1/cameras/{record['code']}").json()["main"]["phase"] == "live",
                30,
            )
        poll(
            "wrong password told",
            lambda: (
                http.get(f"/api/v1/cameras/{refused['code']}").json()["main"].get("fault") == "wrong-password"
            ),
            20,
        )
        http.post("/api/v1/cameras", json={"name": "", "main_url": in_url, "password": SECRET})
        tag = http.get(f"/api/v1/cameras/{made['code']}").headers["etag"]
        http.patch(f"/api/v1/cameras/{made['code']}", json={"password": SECRET}, headers={"If-Match": tag})
        for path in ["/api/v1/cameras", "/api/v1/audit", "/metrics", "/api/v1/openapi.json"]:
            http.get(path)
        stage.viewer(node, made["code"]).frame(5)
    assert len(answers) >= 10
    assert node.stop() == 0
    files = [p for p in node.data.rglob("*") if p.is_file()]
    assert any(p.name == "node.redb" for p in files)
    for needle in needles():
        for path, body, headers in answers:
            assert needle not in body and needle not in headers.encode(), (path, needle)
        assert needle not in node.log_path.read_bytes(), f"{needle!r} in the log"
        for file in files:
            assert needle not in file.read_bytes(), (file, needle)


def test_account_passwords_and_tokens_are_not_stored(stage):
    node = stage.node()
    token = node.token
    with node.http() as http:
        assert http.get("/api/v1/cameras").status_code == 200
    assert node.stop() == 0
    for file in node.data.rglob("*"):
        if file.is_file():
            text = file.read_bytes()
            assert PASSWORD.encode() not in text and token.encode() not in text and token[4:].encode() not in text, file
