"""Lists of cameras: the folder `inbox`, the API from sending to undoing, files that come out and go in again."""

import io
import os
import stat
import zipfile

import pytest
from harness import poll

HEAD = "Mã camera;Tên camera;Địa chỉ luồng chính (RTSP);Mật khẩu camera;Ghi chú\n"
SECRET = "Camera-Bi-Mat-97531"


def wait(http, job):
    def rests():
        body = http.get(f"/api/v1/imports/{job}").raise_for_status().json()
        return None if body["works"] else body

    return poll("the list rests", rests)


def send(http, text, name="ds.csv", **more):
    data = text if isinstance(text, bytes) else text.encode()
    answer = http.post("/api/v1/imports", params={"name": name, **more}, content=data,
                       headers={"content-type": "application/octet-stream"})
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/imports/{answer.json()['id']}"
    return wait(http, answer.json()["id"])


def act(http, job, what, **more):
    answer = http.post(f"/api/v1/imports/{job}/{what}", **more)
    assert answer.status_code == 202, answer.text
    return wait(http, job)


def files(folder):
    return sorted(p.name for p in folder.iterdir() if p.is_file())


def test_a_file_in_the_folder_is_taken_in(stage):
    node = stage.node()
    inbox = stage.folder() / "inbox"
    poll("the folder is there", inbox.is_dir)
    # Written bit by bit, and two that are none of ours.
    (inbox / ".ẩn.csv").write_text(HEAD + "79-9;x;rtsp://10.0.0.9/1;;\n")
    os.symlink("/etc/passwd", inbox / "link.csv")
    os.mkfifo(inbox / "fifo.csv")
    with open(inbox / "danh sách.csv", "w") as out:
        out.write(HEAD)
        out.flush()
        out.write(f"79-0001;Ngã tư;rtsp://10.0.0.1/1;{SECRET};\n;;rtsp://10.0.0.2/1;;\n")
    failed = poll("it is put away", lambda: files(inbox / "failed"), seconds=30)
    poll("with a report", lambda: len(files(inbox / "failed")) == 2)
    report = next(p for p in (inbox / "failed").iterdir() if p.name.endswith(".report.txt")).read_text()
    assert "Dòng 3 · Tên camera" in report and "lỗi: 1" in report, report
    assert SECRET not in report
    assert any(name.endswith(" danh sách.csv") for name in failed), failed
    kept = next(p for p in (inbox / "failed").iterdir() if p.name.endswith("danh sách.csv"))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    # It waits for a person, as the shipped policy says.
    http = node.http(node.token)
    job = http.get("/api/v1/imports").json()["items"][0]
    assert (job["kind"], job["state"], job["tally"]["add"], job["by"]) == ("inbox", "checked", 1, "system")
    assert http.get("/api/v1/cameras").json()["total"] == 0
    act(http, job["id"], "apply")
    assert http.get("/api/v1/cameras/79-0001").json()["name"] == "Ngã tư"
    # What is no list stays; a list that cannot be read is told of.
    (inbox / "hỏng.xlsx").write_bytes(b"PK\x03\x04 nonsense")
    (inbox / "ảnh.png").write_bytes(b"\x89PNG")
    poll("the broken one is put away", lambda: any("hỏng.xlsx.report" in n for n in files(inbox / "failed")), seconds=30)
    assert (inbox / "ảnh.png").exists() and (inbox / ".ẩn.csv").exists() and (inbox / "fifo.csv").exists()
    assert os.path.islink(inbox / "link.csv")
    acts = [e["act"] for e in http.get("/api/v1/audit", params={"limit": 100}).json()["items"]]
    assert {"import.received", "import.unreadable", "import.applied"} <= set(acts), acts
    assert node.stop() == 0


def test_a_list_that_lies_there_at_the_start(stage):
    node = stage.node()
    assert node.stop() == 0
    inbox = stage.folder() / "inbox"
    (inbox / "a.csv").write_text(HEAD + "79-0001;Một;rtsp://10.0.0.1/1;;\n")
    node = stage.node()
    poll("it is taken in", lambda: len(files(inbox / "done")) == 2, seconds=30)
    assert node.http(node.token).get("/api/v1/imports").json()["items"][0]["state"] == "checked"


def test_from_sending_to_undoing(stage):
    node = stage.node(accounts=["viewer", "operator"])
    http = node.http(node.token)
    good = "".join(f";Camera {n};rtsp://10.0.{n // 200}.{n % 200}/1;{SECRET};\n" for n in range(1, 301))
    job = send(http, HEAD + good + "79-0001;;x;;\n", reason="đợt 1")
    assert (job["state"], job["rows"], job["tally"]["add"], job["tally"]["fault"]) == ("checked", 301, 300, 1)
    rows = http.get(f"/api/v1/imports/{job['id']}/rows", params={"verdict": "fault"}).json()
    assert rows["next"] is None and {f["field"] for f in rows["items"][0]["faults"]} == {"name", "main_url"}
    # Pages of rows.
    seen, cursor = [], None
    while True:
        page = http.get(f"/api/v1/imports/{job['id']}/rows", params={"limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        seen += [r["row"] for r in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == list(range(2, 303))
    assert SECRET not in http.get(f"/api/v1/imports/{job['id']}/rows", params={"limit": 500}).text
    mended = http.patch(f"/api/v1/imports/{job['id']}/rows/302", json={"cells": {"name": "Chợ", "main_url": "rtsp://10.9.9.9/1"}})
    assert mended.json()["verdict"] == "add", mended.text
    stale = http.post(f"/api/v1/imports/{job['id']}/apply", headers={"if-match": f'"r{job["revision"]}"'})
    assert stale.status_code == 412, stale.text
    done = act(http, job["id"], "apply")
    assert (done["state"], done["tally"]["added"]) == ("applied", 301)
    assert http.get("/api/v1/cameras").json()["total"] == 301
    # Out and in again: nothing changes.
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        out = http.get(f"/api/v1/cameras.{kind}")
        assert out.status_code == 200 and out.content.startswith(start) and SECRET.encode() not in out.content
        assert "attachment" in out.headers["content-disposition"]
        if kind == "xlsx":
            assert all(SECRET.encode() not in zipfile.ZipFile(io.BytesIO(out.content)).read(n) for n in zipfile.ZipFile(io.BytesIO(out.content)).namelist())
        back = send(http, out.content, name=f"out.{kind}")
        assert (back["rows"], back["tally"]["same"]) == (301, 301), back
    # Many at once, undone again.
    bulk = http.post("/api/v1/cameras/bulk", params={"q": "cho"}, json={"edits": [{"field": "note", "how": "set", "value": "x"}]})
    assert bulk.status_code == 202, bulk.text
    assert wait(http, bulk.json()["id"])["tally"]["change"] == 1
    # Whoever may not edit gets nothing of it; another's list is not there.
    assert node.http(node.tokens["viewer"]).get("/api/v1/imports").status_code == 403
    assert node.http(node.tokens["viewer"]).get("/api/v1/cameras.csv").status_code == 200
    assert node.http(node.tokens["operator"]).get(f"/api/v1/imports/{job['id']}").status_code == 404
    undone = act(http, job["id"], "undo")
    assert (undone["state"], undone["tally"]["undone"]) == ("undone", 301)
    assert http.get("/api/v1/cameras").json()["total"] == 0
    again = http.post(f"/api/v1/imports/{job['id']}/undo")
    assert again.status_code == 409 and again.headers["content-type"] == "application/problem+json"
    entries = http.get("/api/v1/audit", params={"act": "camera.added", "limit": 500}).json()["items"]
    assert len(entries) == 301, "each camera has an entry of its own"
    assert node.stop() == 0


@pytest.mark.parametrize("body, field", [(b"", "file"), (b"a,b\n1,2\n", "file"), (b"\x89PNG\r\n\x1a\n\0", "file"), (b"PK\x03\x04", "file")])
def test_what_is_no_list(shared_stage, body, field):
    node = getattr(shared_stage, "one", None) or shared_stage.node()
    shared_stage.one = node
    answer = node.http(node.token).post("/api/v1/imports", content=body, headers={"content-type": "text/csv"})
    assert answer.status_code == 400 and answer.json()["field"] == field, answer.text
