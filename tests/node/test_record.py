"""A camera's record from outside: facts, the agreement to a second view, documents and hostile files, assets, history."""

import io

import pytest
from harness import form_token, pages

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
VIEW = {"position": "10.7769, 106.7009", "direction_deg": 90, "angle_deg": 90, "range_m": 50, "purposes": ["traffic"]}


def new(http, name, **more):
    return http.post("/api/v1/cameras", json={"name": name, "main_url": "rtsp://127.0.0.1:9/x", **more})


def test_facts_come_back_as_they_were_meant(stage):
    with stage.node().http() as http:
        facts = {**VIEW, "height_m": "7,5 m", "purposes": ["Trật tự an toàn giao thông"], "device": {"model": "M1"}}
        answer = new(http, "Một", facts=facts)
        assert answer.status_code == 201, answer.text
        camera = answer.json()
        assert camera["facts"]["purposes"] == ["traffic"] and camera["facts"]["height_m"] == 7.5
        assert camera["completeness"]["layer"] == "from_5" and 0 < camera["completeness"]["percent"] < 100
        bad = new(http, "Hai", facts={"height_m": -1, "hieght": 5})
        assert bad.status_code == 400
        assert {f["field"] for f in bad.json()["faults"]} >= {"height_m"}, bad.text
        place = f"/api/v1/cameras/{camera['code']}"
        etag = http.get(place).headers["etag"]
        plane = {"facts": {"position": "VN2000 1191942.5 603797.77 105°45'"}, "reason": "đo lại"}
        changed = http.patch(place, json=plane, headers={"If-Match": etag})
        assert changed.status_code == 200, changed.text
        assert abs(changed.json()["facts"]["position"]["lat"] - 10.776901749) < 1e-7
        history = http.get(f"{place}/history", params={"field": "position"}).json()["items"]
        assert history[0]["reason"] == "đo lại"


def test_a_second_camera_on_a_view_is_refused_without_the_agreement(stage):
    with stage.node().http() as http:
        first = new(http, "Một", facts=VIEW).json()
        refused = new(http, "Hai", facts=VIEW)
        assert refused.status_code == 400
        assert refused.json()["article"] == "5.4" and first["code"] in refused.text
        agreement = {"kind": "second_view", "number": "1/UB", "date": "2026-11-01", "issuer": "UBND"}
        agreed = new(http, "Hai", facts=VIEW, agreement=agreement)
        assert agreed.status_code == 201, agreed.text
        pairs = http.get("/api/v1/cameras/overlaps").json()
        assert pairs["total"] == 1 and pairs["items"][0]["agreed"]


@pytest.mark.parametrize(
    "name,data",
    [("x.pdf", b"<script>alert(1)</script>"), ("x.png", b"MZ\x90\0\3"), ("x.svg", b"<svg xmlns='x'/>"), ("x.pdf", b"")],
)
def test_hostile_files_are_refused(stage, name, data):
    with stage.node().http() as http:
        camera = new(http, "Một").json()
        place = f"/api/v1/cameras/{camera['code']}/documents"
        paper = http.post(place, json={"kind": "technical", "title": "Sơ đồ"}).json()
        answer = http.put(f"{place}/{paper['id']}/file", params={"name": name}, content=data)
        assert answer.status_code == 400, answer.text
        assert http.get(f"/api/v1/documents/{paper['id']}").json()["file"] is None


def test_what_a_document_says_is_changed_with_if_match_and_has_a_history(stage):
    with stage.node().http() as http:
        camera = new(http, "Một").json()
        place = f"/api/v1/cameras/{camera['code']}/documents"
        paper = http.post(place, json={"kind": "technical", "title": "Sơ đồ", "number": "1/HC"}).json()
        one, change = f"/api/v1/documents/{paper['id']}", f"{place}/{paper['id']}"
        etag = http.get(one).headers["etag"]
        words = {"number": "2/HC", "date": "24/11/2026", "issuer": "Sở TTTT", "title": "Sơ đồ mới"}
        assert http.patch(change, json=words).status_code == 428
        changed = http.patch(change, json=words, headers={"If-Match": etag})
        assert changed.status_code == 200, changed.text
        assert {k: changed.json()[k] for k in words} == {**words, "date": "2026-11-24"}
        assert changed.headers["etag"] == http.get(one).headers["etag"] != etag
        late = http.patch(change, json={"title": "x"}, headers={"If-Match": etag})
        assert late.status_code == 412 and late.json()["type"] == "/problems/changed-meanwhile", late.text
        bad = http.patch(change, json={"date": "2026-13-01"}, headers={"If-Match": changed.headers["etag"]})
        assert bad.status_code == 400 and bad.json()["field"] == "date"
        page = http.get(f"{one}/history", params={"limit": 1})
        first = page.json()["items"][0]
        assert first["act"] == "document.changed" and page.json()["next"]
        assert {"field": "number", "old": "1/HC", "new": "2/HC"} in first["changes"], first
        rest = http.get(f"{one}/history", params={"cursor": page.json()["next"]}).json()
        assert [r["act"] for r in rest["items"]] == ["document.added"] and rest["next"] is None
        again = http.get(f"{one}/history", params={"limit": 1}, headers={"If-None-Match": page.headers["etag"]})
        assert again.status_code == 304 and not again.content
        history = http.get(f"/api/v1/cameras/{camera['code']}/history")
        known = http.get(
            f"/api/v1/cameras/{camera['code']}/history", headers={"If-None-Match": history.headers["etag"]}
        )
        assert history.status_code == 200 and known.status_code == 304


def test_files_are_given_out_as_attachments_only(stage):
    node = stage.node()
    with node.http() as http:
        camera = new(http, "Một").json()
        place = f"/api/v1/cameras/{camera['code']}/documents"
        paper = http.post(place, json={"kind": "technical", "title": "Sơ đồ"}).json()
        name = '../../"; evil.html\r\nSet-Cookie: a=b'
        kept = http.put(f"{place}/{paper['id']}/file", params={"name": name}, content=PDF)
        assert kept.status_code == 200, kept.text
        assert "/" not in kept.json()["file"]["name"] and kept.json()["file"]["name"].endswith(".pdf")
        file = http.get(f"/api/v1/documents/{paper['id']}/file")
        assert file.content == PDF
        assert file.headers["content-disposition"].startswith("attachment")
        assert file.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in file.headers["content-security-policy"] and "set-cookie" not in file.headers
        large = http.put(f"{place}/{paper['id']}/file", params={"name": "l.pdf"}, content=PDF + b"0" * (20 << 20))
        assert large.status_code == 413
        http.headers.pop("Authorization")
        assert http.get(f"/api/v1/documents/{paper['id']}/file").status_code == 401


def test_a_form_with_a_file_needs_its_token(stage):
    node = stage.node()
    with node.http() as http:
        code = new(http, "Một").json()["code"]
    with pages(node) as http:
        token = form_token(http.get(f"/cameras/{code}"))
        fields = {"kind": "technical", "number": "7", "title": "", "issuer": "", "date": ""}
        file = {"file": ("Bản vẽ.pdf", io.BytesIO(PDF), "text/html")}
        origin = {"Origin": str(http.base_url).rstrip("/")}
        place = f"/cameras/{code}/documents"
        assert http.post(place, data=fields, files=file, headers=origin).status_code == 403
        file["file"][1].seek(0)
        done = http.post(place, data={**fields, "csrf": token}, files=file, headers=origin)
        assert done.status_code == 303, done.text
        assert "Bản vẽ.pdf" in http.get(f"/cameras/{code}").text


def test_mounting_assets(stage):
    with stage.node().http() as http:
        made = http.post("/api/v1/assets", json={"code": "TRU-1", "kind": "column"})
        assert made.status_code == 201, made.text
        camera = new(http, "Một", facts={"asset": "tru-1"}).json()
        one = http.get("/api/v1/assets/TRU-1")
        assert one.json()["cameras"] == [camera["code"]]
        match = {"If-Match": one.headers["etag"]}
        assert http.delete("/api/v1/assets/TRU-1", headers=match).status_code == 400, "a camera is on it"
