"""The record from outside: checkpoints and proofs by another implementation, excerpts, filters, `matluoi verify`."""

import base64
import csv
import hashlib
import io
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from harness import add_camera, run


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tree_root(leaves):
    """RFC 6962, section 2.1, as it stands there."""
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return sha(b"\0", leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\1", tree_root(leaves[:k]), tree_root(leaves[k:]))


def root_of(index, size, leaf, proof):
    """RFC 9162, section 2.1.3.2."""
    fn, sn, r = index, size - 1, sha(b"\0", leaf)
    for p in proof:
        assert sn != 0
        if fn & 1 or fn == sn:
            r = sha(b"\1", p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha(b"\1", r, p)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return r


def signed_by(note):
    """The fingerprint of the key in a signed note of C2SP, after checking the signature against the API's key."""
    text, signatures = note.split("\n\n")
    origin = text.splitlines()[0]
    dash, name, value = signatures.splitlines()[0].split(" ")
    assert (dash, name) == ("—", origin)
    return text + "\n", origin.removeprefix("matluoi/"), base64.b64decode(value)


def test_checkpoints_and_proofs_hold_for_another_implementation(stage):
    node = stage.node()
    with node.http() as http:
        for n in range(20):
            add_camera(http, f"Cổng {n}", main_url=f"rtsp://127.0.0.1:1/{n}")
        lines = [json.loads(line) for line in http.get("/api/v1/audit/export").text.splitlines()]
        entries = [line for line in lines if "entry" in line]
        leaves = [bytes.fromhex(line["hash"]) for line in entries]
        made = [line["checkpoint"] for line in lines if "checkpoint" in line]
        assert made and made[-1]["size"] == len(leaves), "the export's end is under a checkpoint"
        for checkpoint in made:
            assert bytes.fromhex(checkpoint["root"]) == tree_root(leaves[: checkpoint["size"]])
            assert checkpoint["head"] == leaves[checkpoint["size"] - 1].hex()

        listed = http.get("/api/v1/audit/checkpoints", params={"limit": 1}).json()
        newest = listed["items"][0]
        one = http.get(f"/api/v1/audit/checkpoints/{newest['size']}").json()
        assert one == newest
        text, fingerprint, value = signed_by(newest["note"])
        key = base64.b64decode(made[-1]["signature"]["key"])
        assert hashlib.sha256(key).hexdigest() == fingerprint == newest["signed_by"]
        assert value[:4] == sha(f"matluoi/{fingerprint}\n".encode(), b"\1", key)[:4]
        Ed25519PublicKey.from_public_bytes(key).verify(value[4:], text.encode())
        assert text.splitlines()[1:3] == [str(newest["size"]), base64.b64encode(bytes.fromhex(newest["root"])).decode()]

        for seq in (1, 2, len(leaves) // 2, len(leaves)):
            proof = http.get(f"/api/v1/audit/{seq}/proof", params={"size": newest["size"]}).json()
            path = [bytes.fromhex(h) for h in proof["hashes"]]
            assert root_of(seq - 1, newest["size"], leaves[seq - 1], path).hex() == newest["root"]
            entry = http.get(f"/api/v1/audit/{seq}").json()
            assert (entry["hash"], entry["prev_hash"]) == (entries[seq - 1]["hash"], entries[seq - 1]["prev_hash"])
        for path in ("/api/v1/audit/999999", "/api/v1/audit/abc", "/api/v1/audit/999999/proof", "/api/v1/audit/checkpoints/1"):
            answer = http.get(path)
            assert answer.status_code == 404 and answer.headers["content-type"].startswith("application/problem+json"), path
        assert http.get(f"/api/v1/audit/checkpoints/{newest['size']}/consistency").status_code == 400
        first = made[0]["size"]
        answer = http.get(f"/api/v1/audit/checkpoints/{newest['size']}/consistency", params={"from": first})
        assert answer.status_code == 200 and answer.json()["checkpoint"]["size"] == newest["size"]


def test_what_is_filtered_by_camera_is_found_and_taken_out(stage):
    node = stage.node()
    with node.http() as http:
        one = add_camera(http, "Chợ Bến Thành", main_url="rtsp://127.0.0.1:1/1")
        add_camera(http, "Chợ Cũ", main_url="rtsp://127.0.0.1:1/2")
        now = http.get(f"/api/v1/cameras/{one['id']}")
        http.patch(f"/api/v1/cameras/{one['id']}", json={"name": "Chợ Mới"}, headers={"If-Match": now.headers["etag"]})
        for wanted in (one["code"], one["id"], f"{one['code']} cho ben"):
            items = http.get("/api/v1/audit", params={"camera": wanted}).json()["items"]
            assert [i["act"] for i in items] == ["camera.changed", "camera.added"], wanted
            assert items[0]["changes"]["name"] == {"old": "Chợ Bến Thành", "new": "Chợ Mới"}
            assert items[1]["changes"]["name"] == {"new": "Chợ Bến Thành"}
        page = http.get("/api/v1/audit", params={"camera": one["code"], "limit": 1}).json()
        rest = http.get("/api/v1/audit", params={"camera": one["code"], "limit": 1, "cursor": page["next"]}).json()
        assert [i["act"] for i in page["items"] + rest["items"]] == ["camera.changed", "camera.added"]
        assert rest["next"] is None

        table = http.get("/api/v1/audit/export", params={"camera": one["code"], "form": "csv"}, headers={"Accept-Language": "vi"})
        assert table.content.startswith(b"\xef\xbb\xbf") and table.headers["content-type"].startswith("text/csv")
        rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
        assert len(rows) == 3 and "camera.changed" in rows[1]
        assert http.get("/api/v1/audit/export", params={"form": "pdf"}).status_code == 400
        assert http.get("/api/v1/audit/export", params={"from": "hôm qua"}).status_code == 400

        file = stage.root / "excerpt.jsonl"
        file.write_bytes(http.get("/api/v1/audit/export", params={"camera": one["code"]}).content)
        whole = http.post("/api/v1/audit/verify").json()
        assert whole["whole"] is True and whole["signed"]["entries"] >= 2
        keeping = http.get("/api/v1/audit/keeping").json()
        assert keeping["archives"] == [] and keeping["next_first"] is None
    fingerprint = whole["signed"]["node"]
    for arguments in ((), ("--node", fingerprint), ("--node", ":".join(fingerprint[i : i + 2] for i in range(0, 64, 2)))):
        tried = run("verify", str(file), *arguments)
        assert tried.returncode == 0, tried.stderr
    told = json.loads(run("verify", str(file), "--json").stdout)
    assert (told["excerpt"], told["entries"], told["signed"]["node"]) == (True, 2, fingerprint)
    other = run("verify", str(file), "--node", "0" * 64)
    assert other.returncode != 0 and "another node" in other.stderr + other.stdout
    assert run("verify", str(file), "--node", "nobody").returncode != 0
    file.write_text(file.read_text().replace("Chợ Mới", "Chợ Xưa", 1))
    assert run("verify", str(file)).returncode != 0


def test_the_end_is_signed_when_the_node_stops_and_its_own_key_is_asked_for(stage):
    node = stage.node()
    with node.http() as http:
        add_camera(http, "Cổng", main_url="rtsp://127.0.0.1:1/1")
    assert node.stop() == 0
    tried = run("verify", data=node.data)
    assert tried.returncode == 0, tried.stderr
    assert "0 entries since are not signed" in tried.stdout, tried.stdout
    key = node.data / "keys" / "node.key"
    key.rename(key.with_suffix(".away"))
    other = stage.node()
    assert other.stop() == 0
    key.write_bytes((other.data / "keys" / "node.key").read_bytes())
    tried = run("verify", data=node.data)
    assert tried.returncode != 0 and "another node" in tried.stderr, tried.stderr
