"""How soon cameras are live again once they are back after an outage.

    tests/run node -- --collect-only -q >/dev/null   # once, installs what is needed
    MATLUOI_BIN=target/release/matluoi tests/.cache/venv/bin/python tests/bench/reconnect.py [CAMERAS [OUTAGE_S…]]

All cameras of one `matluoi simulate` die and come back together, once for each OUTAGE_S. Measured is from its line that it
is ready until the node has the first key frame (key frames 1 s apart).
"""

import datetime
import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "node"))
import harness  # noqa: E402


def simulate(count, port, log):
    arguments = ["simulate", "--cameras", str(count), "--port", str(port), "--gop", "1", "--json"]
    child = harness.Child([harness.binary(), *arguments], log)
    cameras = child.wait_for(lambda line: json.loads(line)["cameras"], 30)
    return child, time.time(), cameras


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    outages = [float(s) for s in sys.argv[2:]] or [3, 10, 30, 60]
    with tempfile.TemporaryDirectory(prefix="matluoi-bench-") as folder:
        folder = Path(folder)
        token = harness.new_account(folder / "data", harness.ADMIN, "administrator")
        node = harness.Node(folder / "data", folder / "node.log").ready()
        node.token = token
        port = harness.free_port()
        cameras, _, offered = simulate(count, port, folder / "cameras.log")
        try:
            with node.http() as http:
                for n, camera in enumerate(offered):
                    harness.add_camera(http, f"Camera {n}", main_url=camera["main_url"])

                def since(phase):
                    items = http.get("/api/v1/cameras", params={"limit": 500}).json()["items"]
                    streams = [i["main"] for i in items if i["main"]["phase"] == phase]
                    return len(streams) == count and [s["since"] for s in streams]

                harness.poll("all live", lambda: since("live"), 60)
                everything = []
                for outage in outages:
                    cameras.kill()
                    threading.Event().wait(outage)
                    cameras, back, _ = simulate(count, port, folder / "cameras.log")

                    def again():
                        live = since("live")
                        times = [datetime.datetime.fromisoformat(t).timestamp() - back for t in live or []]
                        return times and min(times) > 0 and times

                    times = sorted(harness.poll("all live again", again, 120))
                    everything += times
                    print(f"after {outage:g} s: {summary(times)}", flush=True)
                print(f"all: {summary(sorted(everything))}")
        finally:
            cameras.kill()
            node.kill()


def summary(times):
    p95 = times[max(0, -(-len(times) * 95 // 100) - 1)]
    return f"p50 {statistics.median(times):.2f} s, p95 {p95:.2f} s, slowest {times[-1]:.2f} s of {len(times)}"


if __name__ == "__main__":
    main()
