"""The office's verbs from outside: sign-ins, accounts, tokens, events, backup."""

import contextlib
import json
import threading

import httpx
import pytest
from harness import ADMIN, PASSWORD, add_camera, form_token, pages, poll, run, sign_in


def form(http, path, fields, page):
    """Posts a form of a page as a browser would."""
    fields = {"csrf": form_token(http.get(page)), **fields}
    return http.post(path, data=fields, headers={"Origin": str(http.base_url).rstrip("/")})


def test_sign_out_ends_the_sign_in(stage):
    node = stage.node()
    with pages(node) as http:
        assert http.get("/cameras").status_code == 200
        kept = dict(http.cookies)
        assert form(http, "/sign-out", {}, "/cameras").status_code == 303
        http.cookies.clear()
        for name, value in kept.items():
            http.cookies.set(name, value)
        assert http.get("/cameras").status_code == 303, "the old cookie opens nothing"


def test_guessing_passwords_is_slowed_down(stage):
    node = stage.node()
    with node.http() as http:
        http.headers.pop("Authorization")
        answers = [sign_in(http, ADMIN, f"wrong {n}") for n in range(12)]
        assert all(a.status_code != 303 for a in answers)
        assert answers[-1].status_code == 429, [a.status_code for a in answers]
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert sign_in(http).status_code == 429, "while it is paused, the right password is not heard either"
        unknown = [sign_in(http, "nobody.here", f"wrong {n}") for n in range(2)]
        assert all(a.status_code != 303 for a in unknown)


def test_unknown_name_and_wrong_password_look_the_same(stage):
    node = stage.node()
    with node.http() as http:
        http.headers.pop("Authorization")

        def words(name):
            answer = sign_in(http, name, "something wrong")
            text = answer.text.replace(name, "NAME")
            return answer.status_code, text[text.index("flash--bad") :][:400]

        assert words(ADMIN) == words("nobody.here")


def test_changing_the_password_ends_other_sign_ins(stage):
    node = stage.node()
    new = "Rạch Bến Nghé 9 nhịp"
    with pages(node) as mine, pages(node) as other:
        weak = form(
            mine, "/account/password", {"password_old": PASSWORD, "password": "short", "password_again": "short"}, "/account"
        )
        assert weak.status_code == 422
        wrong = form(mine, "/account/password", {"password_old": "no", "password": new, "password_again": new}, "/account")
        assert wrong.status_code == 422
        fields = {"password_old": PASSWORD, "password": new, "password_again": new}
        assert form(mine, "/account/password", fields, "/account").status_code == 303
        assert mine.get("/cameras").status_code == 200, "the one who changed it stays"
        assert other.get("/cameras").status_code == 303, "the others are out"
        assert sign_in(other, ADMIN, PASSWORD).status_code != 303
        assert sign_in(other, ADMIN, new).status_code == 303


def test_a_new_account_must_change_its_one_time_password(stage):
    node = stage.node()
    with node.http() as http:
        made = http.post("/api/v1/accounts", json={"name": "le.thi.binh", "display_name": "Lê Thị Bình", "role": "viewer"})
        assert made.status_code == 201, made.text
        once = made.json()["password_once"]
    with node.http() as theirs:
        theirs.headers.pop("Authorization")
        answer = sign_in(theirs, "le.thi.binh", once)
        assert answer.status_code == 303
        blocked = theirs.get("/live")
        assert blocked.status_code in (303, 403), "first the password"
        new = "Rạch Bến Nghé 9 nhịp"
        done = form(theirs, "/account/password", {"password_old": once, "password": new, "password_again": new}, "/account")
        assert done.status_code == 303, done.text[:300]
        assert theirs.get("/live").status_code == 200


def test_tokens_are_issued_and_revoked(stage):
    node = stage.node()
    with node.http() as http:
        refused = http.post("/api/v1/tokens", json={"label": "màn hình", "days": 1})
        assert refused.status_code == 403 and refused.json()["article"] == "12.3", "no token makes further tokens"
    with pages(node) as http:
        http.headers["X-CSRF-Token"] = form_token(http.get("/account"))
        made = http.post("/api/v1/tokens", json={"label": "màn hình", "days": 1})
        assert made.status_code == 201, made.text
        token, number = made.json()["token"], made.json()["id"]
        with node.http(token=token) as other:
            assert other.get("/api/v1/me").json()["name"] == ADMIN
            listed = http.get("/api/v1/tokens")
            assert number in listed.text and token not in listed.text, "it is shown once"
            assert http.delete(f"/api/v1/tokens/{number}").status_code in (200, 204)
            assert other.get("/api/v1/me").status_code == 401, "revoked means at once"


def test_two_nodes_on_one_host_do_not_clash(stage):
    first, second = stage.node(stage.folder("first")), stage.node(stage.folder("second"))
    with first.http() as http:
        http.headers.pop("Authorization")
        assert sign_in(http).status_code == 303
        names = set(http.cookies)
        http.base_url = second.url
        assert sign_in(http).status_code == 303
        assert http.get("/cameras").status_code == 200
        http.base_url = first.url
        assert http.get("/cameras").status_code == 200, "still signed in at the first"
        assert set(http.cookies) > names


def test_events_tell_of_changes(stage):
    camera = stage.camera("--gop", "1", "--no-sub", "--main", "640x360")
    node = stage.node()
    heard = []

    def listen():
        with node.http() as http, http.stream("GET", "/api/v1/events") as answer:
            heard.append(answer.headers["content-type"])
            with contextlib.suppress(httpx.HTTPError):  # the node ends with the test
                for line in answer.iter_lines():
                    if line.startswith("data:"):
                        heard.append(json.loads(line[5:]))

    threading.Thread(target=listen, daemon=True).start()
    with node.http() as http:
        code = add_camera(http, "Sự kiện", camera)["code"]
        poll("told that it is live", lambda: any(code in json.dumps(e) and "live" in json.dumps(e) for e in heard), 30)
        camera.kill()
        assert heard[0].startswith("text/event-stream")
        poll("told that it is away", lambda: any(code in json.dumps(e) and "waiting" in json.dumps(e) for e in heard), 30)


def test_backup_and_restore(stage):
    node = stage.node()
    with node.http() as http:
        made = add_camera(http, "Sao lưu", main_url="rtsp://127.0.0.1:1/x", username="u", password="a camera's secret")
        place = f"/api/v1/cameras/{made['code']}/documents"
        paper = http.post(place, json={"kind": "technical", "title": "Sơ đồ"}).json()
        pdf = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
        kept = http.put(f"{place}/{paper['id']}/file", params={"name": "so-do.pdf"}, content=pdf).json()["file"]
    backup = stage.root / "node.backup"
    busy = run("backup", str(backup), data=node.data)
    assert busy.returncode != 0 and busy.stderr, "a running node's store is locked, and it says so"
    assert node.stop() == 0
    done = run("backup", str(backup), data=node.data)
    assert done.returncode == 0, done.stderr
    assert run("backup", str(backup), data=node.data).returncode != 0, "never over an existing file"
    assert b"a camera's secret" not in backup.read_bytes()
    assert run("verify", str(backup)).returncode == 0
    assert run("restore", str(backup), data=node.data).returncode != 0, "never over an existing store"
    elsewhere = stage.folder("elsewhere")
    (elsewhere / "keys").mkdir(parents=True, mode=0o700)
    (elsewhere / "keys/sealing.key").write_bytes((node.data / "keys/sealing.key").read_bytes())
    (elsewhere / "keys/sealing.key").chmod(0o600)
    restored = run("restore", str(backup), data=elsewhere)
    assert restored.returncode == 0, restored.stderr
    assert run("verify", data=elsewhere).returncode == 0
    again = stage.launch(elsewhere).ready()
    with again.http(token=node.token) as http:
        assert http.get(f"/api/v1/cameras/{made['code']}").json()["name"] == "Sao lưu"
        assert http.get(f"/api/v1/documents/{paper['id']}/file").content == pdf, "files of documents come back"
    beside = stage.root / "node.backup.files" / "files" / kept["sha256"][:2] / kept["sha256"]
    beside.unlink()
    lost = run("verify", str(backup))
    assert lost.returncode != 0 and "so-do.pdf" in lost.stderr and kept["sha256"] in lost.stderr, lost.stderr
    changed = bytearray(backup.read_bytes())
    changed[len(changed) // 2] ^= 1
    backup.write_bytes(changed)
    tried = run("verify", str(backup))
    assert tried.returncode != 0 and "panicked" not in tried.stderr


@pytest.mark.parametrize("slug", ["invalid", "unauthenticated", "refused", "not-found", "too-large", "too-many"])
def test_problem_types_are_explained(shared_stage, slug):
    if not hasattr(shared_stage, "the_node"):
        shared_stage.the_node = shared_stage.node()
    with shared_stage.the_node.http() as http:
        http.headers.pop("Authorization")
        assert http.get(f"/problems/{slug}").status_code == 200


def test_check_says_what_is_wrong(stage):
    node = stage.node()
    assert node.stop() == 0
    env = {
        "MATLUOI_LISTEN__HTTPS": "127.0.0.1:0",
        "MATLUOI_LISTEN__WEBRTC": "127.0.0.1:0",
        "MATLUOI_RTSP__ENABLED": "false",
    }
    good = run("check", data=node.data, env=env)
    assert good.returncode == 0, good.stdout + good.stderr
    (node.data / "keys/node.key").write_text("rubbish")
    bad = run("check", data=node.data, env=env)
    assert bad.returncode != 0 and "node.key" in bad.stdout, bad.stdout
