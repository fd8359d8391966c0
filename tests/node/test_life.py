"""A node's life: first start, set-up, second start, signals, and what it says when it cannot start."""

import json
import os
import shutil
import signal
import socket
import stat

import httpx
import pytest
from harness import ADMIN, PASSWORD, add_camera, binary, form_token, free_port, run, sign_in

# ---- starting and ending ------------------------------------------------------------------------------------------


def test_first_start_prints_one_json_line_and_serves(stage):
    node = stage.launch().ready()
    assert len(node.lines) == 1, f"--json prints exactly one line on stdout: {node.lines}"
    about = json.loads(node.lines[0])["nodes"][0]
    assert set(about) >= {"name", "role", "url"}
    assert not about.get("password") and not about.get("token"), "`run` gives no password or token away"
    with node.http() as http:
        assert http.get("/healthz").status_code == 200
        assert http.get("/readyz").status_code == 200


def test_the_data_folder_is_private(stage):
    node = stage.launch().ready()
    assert stat.S_IMODE((node.data / "keys").stat().st_mode) == 0o700
    for name in ["node.redb", "keys/sealing.key", "keys/node.key", "keys/tls.key"]:
        assert stat.S_IMODE((node.data / name).stat().st_mode) == 0o600, name


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_cleanly(stage, number):
    node = stage.node()
    assert node.stop(number) == 0, node.tail()
    assert "panic" not in node.text()


def test_second_start_continues(stage):
    camera = stage.camera("--gop", "1")
    node = stage.node()
    with node.http() as http:
        made = add_camera(http, "Cầu Bông", camera)
    certificate = (node.data / "keys/tls.crt").read_bytes()
    assert node.stop() == 0
    again = stage.node()
    with again.http() as http:
        found = http.get(f"/api/v1/cameras/{made['code']}").raise_for_status().json()
        assert (found["id"], found["name"]) == (made["id"], "Cầu Bông")
    assert (again.data / "keys/tls.crt").read_bytes() == certificate
    assert "/setup?token=" not in again.text(), "a node that is set up prints no set-up address"


def test_killed_hard_nothing_is_lost_and_the_chain_holds(stage):
    node = stage.node()
    with node.http() as http:
        made = [add_camera(http, f"Camera {n}", main_url=f"rtsp://127.0.0.1:1/{n}") for n in range(5)]
    node.signal(signal.SIGKILL)
    node.wait()
    again = stage.node()
    with again.http() as http:
        for camera in made:
            assert http.get(f"/api/v1/cameras/{camera['id']}").status_code == 200
    assert again.stop() == 0
    checked = run("verify", data=again.data)
    assert checked.returncode == 0, checked.stdout + checked.stderr


# ---- set-up -------------------------------------------------------------------------------------------------------


def setup_form(http, token, **changes):
    page = http.get("/setup", params={"token": token})
    assert page.status_code == 200, page.text[:300]
    fields = {
        "csrf": form_token(page),
        "token": token,
        "account": ADMIN,
        "display_name": "Quản trị viên",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "node_name": "Nút Quận 1",
        "area": "79.760",
        "language": "vi",
        **changes,
    }
    return http.post("/setup", data=fields, headers={"Origin": str(http.base_url).rstrip("/")})


def test_set_up_address_works_once(stage):
    node = stage.launch().ready()
    token = node.setup_token()
    with node.http() as http:
        weak = setup_form(http, token, password="1234567890", password_again="1234567890")
        assert weak.status_code == 422, "a weak password is refused, and the address stays good"
        guessed = http.get("/setup", params={"token": "0" * 32})
        assert guessed.status_code in (403, 404, 410)
        done = setup_form(http, token)
        assert done.status_code == 303, done.text[:500]
    with node.http() as other:
        second = other.get("/setup", params={"token": token})
        assert second.status_code in (303, 403, 404, 410) and "password" not in second.text, "the second use is refused"
        fields = {"token": token, "csrf": form_token(other.get("/sign-in")), "account": "ke.gian", "password": PASSWORD}
        assert other.post("/setup", data=fields, headers={"Origin": node.url}).status_code == 403


def test_a_new_start_voids_the_old_set_up_address(stage):
    node = stage.launch().ready()
    old = node.setup_token()
    node.stop()
    again = stage.launch().ready()
    new = again.setup_token()
    assert old != new
    with again.http() as http:
        assert http.get("/setup", params={"token": old}).status_code in (403, 404, 410)
        assert http.get("/setup", params={"token": new}).status_code == 200


def test_nothing_works_before_set_up(stage):
    node = stage.launch().ready()
    with node.http() as http:
        assert http.get("/api/v1/cameras").status_code == 401
        for name in ["admin", "root", ADMIN, "demo"]:
            for password in ["admin", "password", "123456", "matluoi", "demo"]:
                if 'name="csrf"' not in http.get("/sign-in").text:
                    return  # there is no sign-in before the set-up: better still
                answer = sign_in(http, name, password)
                assert answer.status_code != 303 or "/live" not in answer.headers["location"]
        assert http.get("/live").status_code == 303


# ---- HTTPS --------------------------------------------------------------------------------------------------------


def test_https_cookie_and_headers(stage):
    node = stage.node()
    with node.http() as http:
        http.headers.pop("Authorization")
        answer = sign_in(http)
        assert answer.status_code == 303, answer.text[:500]
        cookies = [c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-")]
        assert cookies, answer.headers
        for cookie in cookies:
            attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"secure", "httponly", "path=/"} <= attributes, cookie
            assert attributes & {"samesite=lax", "samesite=strict"}, cookie
            assert not any(a.startswith("domain") for a in attributes), cookie
        for path in ["/live", "/cameras", "/audit", "/account", "/sign-in", "/nonsense", "/api/v1/cameras"]:
            page = http.get(path)
            policy = page.headers.get("content-security-policy", "")
            assert "default-src 'none'" in policy and "unsafe" not in policy, (path, policy)
            assert "max-age=" in page.headers.get("strict-transport-security", ""), path
            assert page.headers.get("x-content-type-options") == "nosniff", path
            assert "frame-ancestors 'none'" in policy or page.headers.get("x-frame-options") == "DENY", path
            assert page.headers.get("referrer-policy") in ("no-referrer", "same-origin"), path
            assert "no-store" in page.headers.get("cache-control", ""), f"{path}: what rights guard is not cached"
        assert "server" not in http.get("/live").headers or "actix" not in http.get("/live").headers["server"].lower()


def test_plain_http_at_the_https_port_is_no_way_in(stage):
    node = stage.node()
    with pytest.raises(httpx.HTTPError):
        httpx.get(node.url.replace("https:", "http:") + "/healthz", timeout=5).raise_for_status()


# ---- when it cannot start -----------------------------------------------------------------------------------------


def ends_with_a_sentence(node, *words):
    code = node.wait(30)
    text = node.text()
    assert code != 0, text
    assert "panicked" not in text and "RUST_BACKTRACE" not in text, text
    for word in words:
        assert word in text, f"{word!r} is missing in: {text}"
    said = [line for line in text.splitlines() if line.strip()]
    assert len(said) <= 3, f"one plain sentence: {text}"


def test_port_in_use_is_named(stage):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        node = stage.launch(ports={"https": port, "webrtc": free_port(socket.SOCK_DGRAM)})
        ends_with_a_sentence(node, str(port))


def test_webrtc_port_in_use_is_named(stage):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", 0))
        port = taken.getsockname()[1]
        node = stage.launch(ports={"https": free_port(), "webrtc": port})
        ends_with_a_sentence(node, str(port))


def test_two_nodes_in_one_folder(stage):
    first = stage.node()
    second = stage.launch(first.data)
    ends_with_a_sentence(second, str(first.data))
    assert first.alive() and first.http().get("/readyz").status_code == 200


def test_a_file_where_the_folder_should_be(stage):
    stage.folder().write_text("a file")
    ends_with_a_sentence(stage.launch(), str(stage.folder()))
    assert stage.folder().read_text() == "a file"


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root to become nobody")
def test_folder_not_writable(stage):
    stage.root.chmod(0o755)
    folder = stage.folder()
    folder.mkdir(mode=0o755)
    program = stage.root / "matluoi"  # nobody may not reach the build folder
    shutil.copy(binary(), program)
    program.chmod(0o755)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    node = stage.launch(program=[*nobody, str(program)])
    ends_with_a_sentence(node, str(folder))
    assert not list(folder.iterdir())


@pytest.mark.parametrize("keep", [0, 100, 4096, 20_000])
def test_store_cut_short_is_refused_and_left_alone(stage, keep):
    node = stage.node()
    with node.http() as http:
        add_camera(http, "Chợ Bến Thành", main_url="rtsp://127.0.0.1:1/x")
    assert node.stop() == 0
    store = node.data / "node.redb"
    whole = store.read_bytes()
    assert len(whole) > keep
    store.write_bytes(whole[:keep])
    ends_with_a_sentence(stage.launch(node.data), str(store), "restore")
    assert store.read_bytes() == whole[:keep], "the damaged file is evidence: it is not touched"
    store.write_bytes(whole)
    again = stage.node()
    with again.http() as http:
        assert http.get("/api/v1/cameras").json()["total"] == 1


def test_store_with_a_flipped_byte_is_said_in_a_sentence(stage):
    """Whatever a damaged page does inside the database, the person gets a sentence, never a bare crash."""
    node = stage.node()
    assert node.stop() == 0
    store = node.data / "node.redb"
    whole = bytearray(store.read_bytes())
    for at in (9, 70, 140, 4096 + 11, len(whole) // 2):
        bad = bytearray(whole)
        bad[at] ^= 0xFF
        store.write_bytes(bad)
        tried = run("verify", data=node.data)
        assert tried.returncode in (0, 1), (at, tried.returncode, tried.stderr)
        assert tried.returncode == 0 or str(store) in tried.stderr, (at, tried.stderr)
        assert store.read_bytes() == bad or tried.returncode == 0, "a damaged file is left alone"


def test_store_without_its_sealing_key(stage):
    node = stage.node()
    assert node.stop() == 0
    (node.data / "keys/sealing.key").unlink()
    ends_with_a_sentence(stage.launch(node.data), "sealing.key")
    assert not (node.data / "keys/sealing.key").exists(), "a new key would lose every camera password"


def test_unknown_configuration_key_names_the_nearest(stage):
    config = stage.root / "node.toml"
    config.write_text('[listen]\nhtps = "127.0.0.1:0"\n')
    tried = run("run", "--config", str(config))
    assert tried.returncode != 0 and "listen.htps" in tried.stderr and "listen.https" in tried.stderr, tried.stderr


def test_wrong_command_line_is_a_sentence(stage):
    for arguments in (
        ["rnu"],
        ["run", "--prot", "1"],
        ["account", "add"],
        ["token", "issue"],
        ["simulate", "--cameras", "x"],
    ):
        tried = run(*arguments)
        assert tried.returncode != 0 and tried.stderr and not tried.stdout, arguments
        assert "panicked" not in tried.stderr


@pytest.mark.parametrize(
    "command", ["demo", "run", "simulate", "account", "token", "verify", "check", "backup", "restore"]
)
def test_every_command_has_help(command):
    shown = run(command, "--help")
    assert shown.returncode == 0 and "Usage" in shown.stdout, shown.stderr
