#!/usr/bin/env python3
"""A WHEP viewer of another maker's hand: aiortc. Decodes every frame and tells what it saw.

Prints one JSON object a line:
  {"event": "refused", "status": 403, "type": "…", "body": {…}}       the node said no; exit code 2
  {"event": "answered", "location": "/whep/…"}
  {"event": "state", "state": "connected"}
  {"event": "frame", "number": N, "width": W, "height": H, "picture": "hash of the luma"}
  {"event": "stopped", "frames": N}
Ends after --frames frames, after --seconds, or on SIGTERM (both with a DELETE unless --vanish). SIGKILL is how a
viewer vanishes.
"""

import argparse
import asyncio
import hashlib
import json
import signal
import sys
from urllib.parse import urljoin

import httpx
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError


def say(event, **facts):
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


def picture_of(frame):
    """A short name for what the frame shows: equal pictures have equal names."""
    plane = frame.reformat(width=64, height=36, format="gray").planes[0]
    return hashlib.sha256(bytes(plane)).hexdigest()[:16]


async def watch(options):
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    frames = 0
    peer = RTCPeerConnection()

    async def read(track):
        nonlocal frames
        while not stop.is_set():
            try:
                frame = await track.recv()
            except MediaStreamError:
                say("track_ended", frames=frames)
                stop.set()
                return
            frames += 1
            say(
                "frame", number=frames, width=frame.width, height=frame.height, picture=picture_of(frame), pts=frame.pts
            )
            if options.frames and frames >= options.frames:
                stop.set()

    readers = []

    @peer.on("track")
    def on_track(track):
        if track.kind == "video":
            readers.append(asyncio.ensure_future(read(track)))

    @peer.on("connectionstatechange")
    def on_state():
        say("state", state=peer.connectionState)
        if peer.connectionState in ("failed", "closed"):
            stop.set()

    peer.addTransceiver("video", direction="recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    headers = {"Content-Type": "application/sdp"}
    if options.token:
        headers["Authorization"] = f"Bearer {options.token}"
    code = 0
    async with httpx.AsyncClient(verify=not options.insecure, timeout=20) as http:
        answer = await http.post(options.url, content=peer.localDescription.sdp, headers=headers)
        if answer.status_code != 201:
            try:
                body = answer.json()
            except ValueError:
                body = {"text": answer.text[:500]}
            say("refused", status=answer.status_code, type=body.get("type"), body=body)
            await peer.close()
            return 2
        location = answer.headers.get("location", "")
        say("answered", location=location, content_type=answer.headers.get("content-type"))
        await peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
        try:
            await asyncio.wait_for(stop.wait(), options.seconds)
        except TimeoutError:
            code = 0 if frames else 3
        if location and not options.vanish:
            ended = await http.delete(urljoin(options.url, location), headers=headers)
            say("deleted", status=ended.status_code)
    for reader in readers:
        reader.cancel()
    await peer.close()
    say("stopped", frames=frames)
    return code


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("url", help="…/whep/CAMERA?stream=main")
    parse.add_argument("--token")
    parse.add_argument("--frames", type=int, default=0)
    parse.add_argument("--seconds", type=float, default=60)
    parse.add_argument("--insecure", action="store_true")
    parse.add_argument("--vanish", action="store_true", help="no goodbye at the end")
    return asyncio.run(watch(parse.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
