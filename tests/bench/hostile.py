"""What one hostile camera costs the node: its peak of memory and its CPU, by what the camera does.

    tests/run node -- --collect-only -q >/dev/null   # once, installs what is needed
    MATLUOI_BIN=target/release/matluoi tests/.cache/venv/bin/python tests/bench/hostile.py [SECONDS [MODE…]]

A fresh node for each, which has nothing else to do. The camera is tests/cameras/hostile_camera.py on the same machine.
"""

import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "node"))
import harness  # noqa: E402

MODES = [
    "silent",
    "endless-header",
    "endless-headers",
    "endless-sdp",
    "huge-length",
    "many-media",
    "empty-lines",
    "endless-picture",
    "unasked",
    "flood",
    "drip",
]


def measure(mode, seconds, folder):
    token = harness.new_account(folder / "data", harness.ADMIN, "administrator")
    node = harness.Node(folder / "data", folder / "node.log").ready()
    node.token = token
    camera = harness.Hostile(folder / "camera.log", mode)
    try:
        with node.http() as http:
            quiet = threading.Event()
            quiet.wait(1)
            node.forget_peak()
            memory, cpu = node.memory(), node.cpu()
            code = harness.add_camera(http, mode, camera)["code"]
            quiet.wait(seconds)
            peak, cpu = node.memory("VmHWM") - memory, node.cpu() - cpu
            stream = http.get(f"/api/v1/cameras/{code}").json()["main"]
            return peak / 2**20, cpu / seconds, stream["fault"] or stream["phase"]
    finally:
        camera.kill()
        node.kill()


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 15
    print(f"over {seconds:g} s: most memory above idle, CPU of the node, what stands at the camera")
    for mode in sys.argv[2:] or MODES:
        with tempfile.TemporaryDirectory(prefix="matluoi-bench-") as folder:
            memory, cpu, fault = measure(mode, seconds, Path(folder))
        print(f"{mode:16} {memory:8.1f} MiB {cpu:6.3f} core   {fault}", flush=True)


if __name__ == "__main__":
    main()
