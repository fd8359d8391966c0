"""Long runs: viewers come and go, cameras flap, and nothing grows. Part of `tests/run --long` only."""

import itertools
import os
import signal
import time

import pytest
from harness import add_camera, poll

MINUTES = float(os.environ.get("MATLUOI_SOAK_MINUTES", "10"))
pytestmark = pytest.mark.timeout(MINUTES * 60 + 300)


def figure(node, name):
    return sum(v for k, v in node.metrics().items() if k.split("{")[0] == name)


def test_viewers_come_and_go_and_cameras_flap(stage):
    steady = stage.camera("--gop", "2", "--main", "640x360", "--sub", "320x180", "--kbit", "500")
    flapping = stage.camera("--gop", "1", "--main", "640x360", "--no-sub", "--kbit", "500")
    port = flapping.port
    node = stage.node()
    with node.http() as http:
        code = add_camera(http, "Bền", steady)["code"]
        add_camera(http, "Chập chờn", flapping)
        watcher = stage.viewer(node, code, "--seconds", str(MINUTES * 60 + 120))
        watcher.frame(50)
        until = time.monotonic() + MINUTES * 60
        memory, files = [], []
        for round_number in itertools.count():
            guests = [stage.viewer(node, code, stream="sub") for _ in range(3)]
            for guest in guests:
                guest.frame(20, 60)
            guests[0].signal(signal.SIGTERM)
            for guest in guests[1:]:
                guest.signal(signal.SIGKILL)
            if round_number % 3 == 1:
                flapping.signal(signal.SIGKILL)
            if round_number % 3 == 2:
                flapping = stage.camera("--gop", "1", "--main", "640x360", "--no-sub", "--kbit", "500", port=port)
            poll("the guests gone", lambda: figure(node, "matluoi_track_viewers") == 1, 40)
            memory.append(figure(node, "process_resident_memory_bytes"))
            files.append(figure(node, "process_open_fds"))
            if time.monotonic() > until:
                break
        before = len(watcher.frames())
        watcher.next_event("frame", 10)
        assert before > MINUTES * 60 * 20, "the watcher saw the whole time"
    settled = memory[len(memory) // 3]
    assert memory[-1] < settled * 1.2 + 16e6, [round(m / 1e6) for m in memory]
    assert max(files[len(files) // 3 :]) <= files[len(files) // 3] + 8, files
    assert node.stop() == 0 and "panicked" not in node.text()
