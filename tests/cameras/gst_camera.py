#!/usr/bin/env python3
"""A real RTSP camera of another maker's hand: GStreamer's RTSP server with a moving ball, a clock and x264.

Prints one JSON object a line on stdout:
  {"event": "ready", "main": "rtsp://…", "sub": "rtsp://…", "port": N}
  {"event": "key_frame", "path": "/main", "number": N, "frame": M}   the encoder made its Nth key frame
  {"event": "client", "open": N, "ever": M}                          connections now and ever
  {"event": "play", "path": "/main"} and {"event": "gone", …}        somebody plays, somebody left
Answers the line "status" on stdin with {"event": "status", "frames": {path: N}, "key_frames": {…}, "playing": {…}}.
Ends when stdin closes, so that a dead test leaves no camera behind.
"""

import argparse
import json
import os
import signal
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402


def say(event, **facts):
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


class Counters:
    """What the camera knows of itself, per path."""

    def __init__(self, paths):
        self.lock = threading.Lock()
        self.frames = {p: 0 for p in paths}
        self.key_frames = {p: 0 for p in paths}
        self.playing = {p: 0 for p in paths}
        self.open = 0
        self.ever = 0

    def frame(self, path, key):
        with self.lock:
            self.frames[path] += 1
            if key:
                self.key_frames[path] += 1
                say("key_frame", path=path, number=self.key_frames[path], frame=self.frames[path])

    def status(self):
        with self.lock:
            say(
                "status",
                frames=self.frames,
                key_frames=self.key_frames,
                playing=self.playing,
                open=self.open,
                ever=self.ever,
            )


class Stream(GstRtspServer.RTSPMediaFactory):
    """One path of the camera. Shared: all clients see the same encoder, as with a real camera."""

    def __init__(self, path, size, options, counters):
        super().__init__()
        self.path, self.counters = path, counters
        width, height = size
        key_distance = max(1, round(options.fps * options.gop))
        source = "fakesrc" if options.mute else f"videotestsrc is-live=true pattern={options.pattern}"
        parts = [
            f"{source} ! video/x-raw,format=I420,width={width},height={height},framerate={options.fps}/1",
            'clockoverlay time-format="%H:%M:%S" font-desc="Sans 24" shaded-background=true',
            f'timeoverlay valignment=bottom text="{path}" shaded-background=true',
            "videoconvert ! video/x-raw,format=I420",
        ]
        if options.codec == "h264":
            threads = "sliced-threads=true threads=2" if options.slices else "threads=1"
            parts += [
                f"x264enc name=encoder tune=zerolatency speed-preset=ultrafast bitrate={options.kbit} "
                f'key-int-max={key_distance} option-string="scenecut=0:keyint={key_distance}" {threads} '
                + ("cabac=true dct8x8=true" if options.profile == "high" else ""),
                f"video/x-h264,profile={options.profile}",
                "rtph264pay name=pay0 pt=96 config-interval=" + ("0" if options.no_inline_sets else "-1"),
            ]
        elif options.codec == "h265":
            parts += [
                f"x265enc name=encoder tune=zerolatency speed-preset=ultrafast bitrate={options.kbit} "
                f"key-int-max={key_distance}",
                "rtph265pay name=pay0 pt=96 config-interval=-1",
            ]
        else:
            parts += ["jpegenc name=encoder", "rtpjpegpay name=pay0 pt=26"]
        launch = " ! ".join(parts)
        if options.audio:
            launch += " audiotestsrc is-live=true wave=ticks ! audio/x-raw,rate=8000,channels=1 ! mulawenc"
            launch += " ! rtppcmupay name=pay1 pt=0"
        self.launch = f"( {launch} )"
        self.set_shared(True)
        self.set_latency(0)
        lower = GstRtsp.RTSPLowerTrans
        self.set_protocols({"tcp": lower.TCP, "udp": lower.UDP, "both": lower.TCP | lower.UDP}[options.transport])

    def do_create_element(self, _url):
        element = Gst.parse_launch(self.launch)
        pad = element.get_by_name("encoder").get_static_pad("src")
        pad.add_probe(Gst.PadProbeType.BUFFER, self.on_buffer)
        return element

    def on_buffer(self, _pad, info):
        key = not info.get_buffer().has_flags(Gst.BufferFlags.DELTA_UNIT)
        self.counters.frame(self.path, key)
        return Gst.PadProbeReturn.OK


def allow(server, factories, options):
    """Basic or Digest, exactly one: a node that only knows the other cannot get in."""
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if options.auth == "basic":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(options.user, options.password), token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(options.user, options.password, token)
    server.set_auth(auth)
    for factory in factories:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)


def watch_clients(server, counters):
    def on_client(_server, client):
        plays = []
        with counters.lock:
            counters.open += 1
            counters.ever += 1
            say("client", open=counters.open, ever=counters.ever)

        def on_play(_client, context):
            path = context.uri.abspath.rstrip("/")
            with counters.lock:
                if path in counters.playing:
                    plays.append(path)
                    counters.playing[path] += 1
            say("play", path=path)

        def on_closed(_client):
            with counters.lock:
                counters.open -= 1
                for path in plays:
                    counters.playing[path] -= 1
                say("gone", open=counters.open, paths=plays)

        client.connect("play-request", on_play)
        client.connect("closed", on_closed)

    server.connect("client-connected", on_client)


def read_stdin(counters, loop):
    for line in sys.stdin:
        if line.strip() == "status":
            counters.status()
    loop.quit()


def size(text):
    width, height = text.split("x")
    return int(width), int(height)


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--port", default="0")
    parse.add_argument("--host", default="127.0.0.1")
    parse.add_argument("--main", type=size, default=(1280, 720))
    parse.add_argument("--sub", type=size, default=(640, 360))
    parse.add_argument("--no-sub", action="store_true")
    parse.add_argument("--fps", type=int, default=25)
    parse.add_argument("--gop", type=float, default=2.0, help="seconds between key frames")
    parse.add_argument("--kbit", type=int, default=1500)
    parse.add_argument("--codec", choices=["h264", "h265", "jpeg"], default="h264")
    parse.add_argument("--profile", default="high", help="constrained-baseline, main or high")
    parse.add_argument("--pattern", default="ball")
    parse.add_argument("--slices", action="store_true", help="several slices a picture")
    parse.add_argument("--no-inline-sets", action="store_true", help="SPS and PPS in the SDP only")
    parse.add_argument("--transport", choices=["tcp", "udp", "both"], default="both")
    parse.add_argument("--auth", choices=["none", "basic", "digest"], default="none")
    parse.add_argument("--user", default="admin")
    parse.add_argument("--password", default=os.environ.get("CAMERA_PASSWORD", ""))
    parse.add_argument("--audio", action="store_true")
    parse.add_argument("--mute", action="store_true", help="announce video, never send any")
    options = parse.parse_args()

    Gst.init(None)
    loop = GLib.MainLoop()
    paths = {"/main": options.main} | ({} if options.no_sub else {"/sub": options.sub})
    counters = Counters(paths)
    server = GstRtspServer.RTSPServer()
    server.set_address(options.host)
    server.set_service(options.port)
    factories = []
    for path, wanted in paths.items():
        factory = Stream(path, wanted, options, counters)
        server.get_mount_points().add_factory(path, factory)
        factories.append(factory)
    if options.auth != "none":
        allow(server, factories, options)
    watch_clients(server, counters)
    if server.attach(None) == 0:
        say("failed", why=f"cannot listen on {options.host}:{options.port}")
        return 1
    port = server.get_bound_port()
    address = f"rtsp://{options.host}:{port}"
    say("ready", port=port, main=f"{address}/main", sub=None if options.no_sub else f"{address}/sub")
    threading.Thread(target=read_stdin, args=(counters, loop), daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, loop.quit)
    loop.run()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # GStreamer's threads may still be stopping; nothing of theirs is worth waiting for
