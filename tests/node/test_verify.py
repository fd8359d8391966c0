"""The audit's chain: intact says so, one changed byte is named."""

import json
import re

from harness import add_camera, pages, run


def exported(stage):
    node = stage.node()
    with node.http() as http:
        for n in range(6):
            add_camera(http, f"Cổng {n}", main_url=f"rtsp://127.0.0.1:1/{n}")
    with pages(node) as http:
        answer = http.get("/audit/export.jsonl")
        assert answer.status_code == 200, answer.text
    file = stage.root / "audit.jsonl"
    file.write_bytes(answer.content)
    assert node.stop() == 0
    return node, file


def test_intact(stage):
    node, file = exported(stage)
    entries = [json.loads(line) for line in file.read_text().splitlines()]
    acts = [e["entry"]["act"] for e in entries if "entry" in e]
    assert entries[-1]["end"]["entries"] == len(acts)
    assert acts.count("camera.added") == 6, acts
    for tried in (run("verify", str(file)), run("verify", data=node.data)):
        assert tried.returncode == 0, tried.stdout + tried.stderr
        assert re.search(r"intact|nguyên vẹn|unbroken", tried.stdout, re.I), tried.stdout


def test_one_changed_byte_is_named(stage):
    _, file = exported(stage)
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    target = next(i for i, line in enumerate(lines) if "Cổng 3".encode() in line)
    seq = json.loads(lines[target])["entry"]["seq"]
    at = sum(map(len, lines[:target])) + lines[target].index("Cổng 3".encode()) + len("Cổng ".encode())
    changed = bytearray(whole)
    changed[at] = ord("4")
    file.write_bytes(changed)
    tried = run("verify", str(file))
    assert tried.returncode != 0
    assert re.search(rf"\b{seq}\b", tried.stdout + tried.stderr), f"names entry {seq}: {tried.stdout}{tried.stderr}"


def test_entries_taken_out_moved_or_cut(stage):
    _, file = exported(stage)
    lines = file.read_bytes().splitlines(keepends=True)
    middle = len(lines) // 2
    for name, changed in {
        "one taken out": lines[:middle] + lines[middle + 1 :],
        "two changed places": lines[:middle] + [lines[middle + 1], lines[middle]] + lines[middle + 2 :],
        "one doubled": lines[: middle + 1] + lines[middle:],
        "half a line": [*lines[:-1], lines[-1][: len(lines[-1]) // 2]],
        "rubbish": [*lines, b"rubbish\n"],
    }.items():
        file.write_bytes(b"".join(changed))
        tried = run("verify", str(file))
        assert tried.returncode != 0, name
        assert "panicked" not in tried.stderr, name


def test_what_is_no_export(stage):
    for name, content in {"empty": b"", "binary": bytes(range(256)) * 100, "other": b'{"a":1}\n'}.items():
        file = stage.root / name
        file.write_bytes(content)
        tried = run("verify", str(file))
        assert tried.returncode != 0 and tried.stderr and "panicked" not in tried.stderr, name
    missing = run("verify", str(stage.root / "missing"))
    assert missing.returncode != 0 and "missing" in missing.stderr
