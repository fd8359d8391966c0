"""`matluoi demo`: ready at once, eight cameras really ingested, a second start continues."""

import json

from harness import Events, binary, free_port, poll


def demo(stage, port):
    child = stage._keep(
        lambda log: Events(
            [binary(), "demo", "--json", "--data", str(stage.folder()), "--port", str(port)], log, env={"NO_COLOR": "1"}
        ),
        "demo",
    )
    nodes = child.wait_for(lambda line: json.loads(line).get("nodes"), 30)
    return child, nodes[0]


class At:
    """The demo's node as viewers want it."""

    def __init__(self, about):
        self.url, self.token = about["url"].rstrip("/"), about["token"]


def test_demo(stage):
    import httpx

    port = free_port()
    child, about = demo(stage, port)
    assert about["account"] and about["password"] and about["token"]
    assert str(port) in about["url"]

    def all_live(http):
        items = http.get("/api/v1/cameras").json()["items"]
        streams = [i[kind]["phase"] for i in items for kind in ("main", "sub")]
        return len(items) == 8 and len(streams) == 16 and set(streams) == {"live"} and items

    with httpx.Client(base_url=about["url"], headers={"Authorization": f"Bearer {about['token']}"}) as http:
        items = poll("8 cameras live, main and sub", lambda: all_live(http), 30)
    names = {i["name"] for i in items}
    assert len(names) == 8
    viewers = [stage.viewer(At(about), i["code"], stream="sub") for i in items[:2]]
    for viewer in viewers:
        viewer.frame(20)
    big = stage.viewer(At(about), items[0]["code"])
    last = big.frame(10)
    assert (last["width"], last["height"]) == (1920, 1080)
    first, second = ({f["picture"] for f in v.frames()} for v in viewers)
    assert not first & second, "two cameras show different pictures"
    import os
    import signal

    os.kill(child.process.pid, signal.SIGINT)
    assert child.wait(15) == 0, child.tail()
    child, again = demo(stage, port)
    with httpx.Client(base_url=again["url"], headers={"Authorization": f"Bearer {again['token']}"}) as http:
        kept = poll("the same cameras again", lambda: all_live(http), 30)
    assert {i["id"] for i in kept} == {i["id"] for i in items}
