"""What every whole-node test stands on: children that always die, polling with a deadline, the node, cameras, viewers.

There is no sleep here: `poll` waits for a condition, `Child.wait_for` for a line of output.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx

TESTS = Path(__file__).resolve().parent.parent
OUT = Path(os.environ.get("MATLUOI_TEST_OUT", TESTS / "out"))
PYTHON = sys.executable
PASSWORD = "Sông-Sài-Gòn 7 nhánh"
ADMIN = "quantri"


def binary():
    """The binary under test, built by tests/run."""
    named = os.environ.get("MATLUOI_BIN")
    if named:
        return named
    target = os.environ.get("CARGO_TARGET_DIR", TESTS.parent / "target")
    return str(Path(target) / "debug" / "matluoi")


def poll(what, check, seconds=20.0):
    """Asks `check` until it gives something true and returns that; fails after `seconds` with the last answer."""
    until = time.monotonic() + seconds
    last = None
    quiet = threading.Event()
    while True:
        try:
            last = check()
            if last:
                return last
        except (httpx.HTTPError, KeyError, OSError) as fault:
            last = fault
        if time.monotonic() >= until:
            raise AssertionError(f"not within {seconds:g} s: {what}; last seen: {last!r}")
        quiet.wait(0.05)


def free_port(kind=socket.SOCK_STREAM):
    """A port that nobody uses now, on all addresses; a UDP port is free for TCP too, as WebRTC wants it."""
    while True:
        with socket.socket(socket.AF_INET, kind) as s:
            s.bind(("0.0.0.0", 0))
            port = s.getsockname()[1]
            if kind == socket.SOCK_STREAM:
                return port
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
                try:
                    other.bind(("0.0.0.0", port))
                except OSError:
                    continue
                return port


def own_address():
    """This machine's address towards the outside, or loopback if it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.1", 9))
            return s.getsockname()[0]
        except OSError:
            return "127.0.0.1"


class Child:
    """A process in a group of its own, with its output read line by line and kept in a log."""

    def __init__(self, arguments, log, env=None, cwd=None, **more):
        self.log_path = Path(log)
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        self.lines = []
        self.heard = threading.Condition()
        self.log = open(self.log_path, "ab")
        # Whatever happens to the tests, their children do not outlive them.
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
            **more,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for raw in self.process.stdout:
            self.log.write(raw)
            self.log.flush()
            with self.heard:
                self.lines.append(raw.decode("utf-8", "replace").rstrip("\n"))
                self.heard.notify_all()
        with self.heard:
            self.heard.notify_all()

    def tell(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def wait_for(self, match, seconds=20.0, start=0):
        """The first thing that `match` makes of a line from number `start` on."""
        until = time.monotonic() + seconds
        seen = start
        with self.heard:
            while True:
                while seen < len(self.lines):
                    found = match(self.lines[seen])
                    seen += 1
                    if found:
                        return found
                left = until - time.monotonic()
                over = self.process.poll() is not None and not self.reader.is_alive()
                if left <= 0 or over:
                    why = f"it ended with {self.process.returncode}" if over else f"not within {seconds:g} s"
                    raise AssertionError(f"awaited line did not come ({why}); log:\n{self.tail()}")
                self.heard.wait(min(left, 0.2))

    def wait(self, seconds=20.0):
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"did not end within {seconds:g} s; log:\n{self.tail()}") from None
        self.reader.join(5)
        return code

    def signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join(5)
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()

    def alive(self):
        return self.process.poll() is None

    def text(self):
        return self.log_path.read_text("utf-8", "replace")

    def tail(self, count=60):
        return "\n".join(self.text().splitlines()[-count:])


class Events(Child):
    """A child that prints one JSON object a line."""

    def events(self, name):
        with self.heard:
            lines = list(self.lines)
        return [e for e in map(json.loads, lines) if e["event"] == name]

    def event(self, name, seconds=20.0, start=0, **facts):
        def match(line):
            e = json.loads(line)
            return e if e["event"] == name and all(e.get(k) == v for k, v in facts.items()) else None

        return self.wait_for(match, seconds, start)

    def next_event(self, name, seconds=20.0, **facts):
        """The first such event from now on."""
        with self.heard:
            start = len(self.lines)
        return self.event(name, seconds, start, **facts)


class Camera(Events):
    """A GStreamer camera; see tests/cameras/gst_camera.py."""

    def __init__(self, log, *options, port=0, password=None):
        self.options = options
        env = {"GST_DEBUG": "1"} | ({"CAMERA_PASSWORD": password} if password else {})
        super().__init__([PYTHON, str(TESTS / "cameras/gst_camera.py"), "--port", str(port), *options], log, env=env)
        ready = self.event("ready", 30)
        self.port, self.main, self.sub = ready["port"], ready["main"], ready["sub"]

    def status(self):
        with self.heard:
            start = len(self.lines)
        self.tell("status")
        return self.event("status", 10, start)


class Hostile(Events):
    """A camera that misbehaves; see tests/cameras/hostile_camera.py."""

    def __init__(self, log, mode, *options):
        super().__init__([PYTHON, str(TESTS / "cameras/hostile_camera.py"), mode, *options], log)
        ready = self.event("ready", 20)
        self.port, self.main = ready["port"], ready["main"]


class Viewer(Events):
    """An aiortc WHEP viewer; see tests/viewers/whep_viewer.py."""

    def __init__(self, log, node, camera, *options, stream="main", token=None):
        url = f"{node.url}/whep/{camera}?stream={stream}"
        arguments = [PYTHON, str(TESTS / "viewers/whep_viewer.py"), url, "--insecure", *options]
        token = token or node.token
        super().__init__([*arguments, "--token", token], log)

    def frames(self):
        return self.events("frame")

    def frame(self, number, seconds=30.0):
        return self.event("frame", seconds, number=number)


class Node(Child):
    """A running `matluoi run` in a folder of its own, on free ports, that may reach cameras on loopback."""

    def __init__(self, data, log, env=None, program=None, ports=None):
        self.data = Path(data)
        self.ports = ports or {"https": free_port(), "webrtc": free_port(socket.SOCK_DGRAM)}
        settings = {
            "MATLUOI_LISTEN__HTTPS": f"127.0.0.1:{self.ports['https']}",
            "MATLUOI_LISTEN__WEBRTC": f"0.0.0.0:{self.ports['webrtc']}",
            "MATLUOI_RTSP__LISTEN": "127.0.0.1:0",
            "MATLUOI_RTSP__TLS_LISTEN": "127.0.0.1:0",
            "MATLUOI_CAMERAS__NETWORKS": "127.0.0.0/8,10.0.0.0/8",
            "NO_COLOR": "1",
            **(env or {}),
        }
        self.token = None
        self.url = f"https://127.0.0.1:{self.ports['https']}"
        program = program or [binary()]
        super().__init__([*program, "run", "--json", "--data", str(self.data)], log, env=settings)

    def ready(self, seconds=30.0):
        """Waits for the line that `--json` prints once the node serves."""

        def match(line):
            try:
                return json.loads(line).get("nodes")
            except ValueError:
                return None

        self.nodes = self.wait_for(match, seconds)
        self.url = self.nodes[0]["url"].rstrip("/")
        self.rtsp, self.rtsps = (*self.nodes[0].get("rtsp_urls", ()), None, None)[:2]
        return self

    def rtsp_url(self, path, user=None, token=None, tls=False):
        """An address as a person would give it to a player."""
        scheme, host = (self.rtsps if tls else self.rtsp).split("://")
        who = f"{user}:{token}@" if user else ""
        return f"{scheme}://{who}{host}/{path}"

    def setup_token(self):
        """The token of the one-time set-up address that `run` prints."""
        return re.search(r"/setup\?token=([0-9a-fA-F]{32})$", self.nodes[0]["setup_url"])[1]

    def stop(self, number=signal.SIGTERM, seconds=15.0):
        """Asks it to end and returns its exit code."""
        os.kill(self.process.pid, number)
        return self.wait(seconds)

    def http(self, token=None, **more):
        headers = {"Authorization": f"Bearer {token or self.token}"} if (token or self.token) else {}
        headers["Accept-Language"] = "en"
        return httpx.Client(base_url=self.url, verify=False, headers=headers, timeout=30, **more)

    def memory(self, what="VmRSS"):
        """Bytes as the kernel counts them: resident now, or `VmHWM` for the most since `forget_peak`."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{what}:\s+(\d+) kB", status, re.M)[1]) * 1024

    def cpu(self):
        """Seconds of CPU time, of all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def forget_peak(self):
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def metrics(self, http=None):
        """Prometheus text as {name{labels}: value}; over a connection that is there, if one is given."""
        text = (http or self.http()).get("/metrics").raise_for_status().text
        rows = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, value in rows}


def run(*arguments, data=None, stdin="", env=None, seconds=60, **more):
    """Runs the binary to its end."""
    arguments = [binary(), *arguments] + (["--data", str(data)] if data else [])
    return subprocess.run(
        arguments,
        input=stdin,
        text=True,
        capture_output=True,
        timeout=seconds,
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
        **more,
    )


def new_account(data, name, role, password=PASSWORD):
    """Adds an account and returns a bearer token of it; the node must not be running."""
    added = run("account", "add", name, "--role", role, "--password-stdin", data=data, stdin=password + "\n")
    assert added.returncode == 0, added.stderr
    issued = run("token", "issue", name, "--days", "1", data=data)
    assert issued.returncode == 0, issued.stderr
    return re.search(r"mlt_\S+", issued.stdout)[0]


def form_token(page):
    """The token that every form of a page sends back."""
    return re.search(r'name="csrf" value="([^"]*)"', page.text)[1]


def sign_in(http, name=ADMIN, password=PASSWORD):
    """Signs in as a browser would; returns the answer of the form."""
    fields = {"csrf": form_token(http.get("/sign-in")), "name": name, "password": password, "next": "/live"}
    return http.post("/sign-in", data=fields, headers={"Origin": str(http.base_url).rstrip("/")})


@contextlib.contextmanager
def pages(node, name=ADMIN):
    """A client with a sign-in cookie and without a bearer token."""
    with node.http(token="none") as http:
        http.headers.pop("Authorization")
        answer = sign_in(http, name)
        assert answer.status_code == 303, answer.text[:400]
        yield http


def add_camera(http, name, camera=None, **fields):
    """POSTs a camera and returns the record."""
    body = {"name": name, **fields}
    if camera is not None:
        body.setdefault("main_url", camera.main)
        if getattr(camera, "sub", None):
            body.setdefault("sub_url", camera.sub)
    answer = http.post("/api/v1/cameras", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()
