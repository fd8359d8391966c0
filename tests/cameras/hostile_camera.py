#!/usr/bin/env python3
"""Cameras that misbehave, on plain sockets. Modes:

silent          accepts and never answers
not-rtsp        answers in HTTP
tls             answers as a TLS server would: with an alert
slow-banner     one byte a second, for ever
drip            the right answer, one byte a second
endless-header  a header line that never ends
endless-headers header lines that never end
endless-sdp     announces a body of 2 GB and keeps sending it
huge-length     announces a body of 4 GB and sends nothing of it
many-media      an SDP with 10,000 media lines
empty-lines     sends empty lines and nothing else, without end
no-video        an SDP with audio only
odd-codec       announces a codec that nobody takes
bad-sdp         an SDP that is no SDP
status-500      every request: 500
closes          closes after DESCRIBE
garbage-rtp     announces H.264, then sends random bytes as RTP
lies            announces H.264, then sends H.265 parameter sets and slices
jumps           good headers, but sequence numbers and timestamps jump about
stops           plays for two seconds, then stops without closing
endless-picture fragments of one picture, without end
unasked         announces H.264, then floods channels that nobody set up
flood           good pictures, as fast as the network takes them

Prints {"event": "ready", "port", "main"} and {"event": "request", "method"} lines. Ends when stdin closes.
"""

import base64
import json
import os
import random
import socketserver
import struct
import sys
import threading

SPS = bytes.fromhex("674d401e965201405ff2ffe0002000")
PPS = bytes.fromhex("68ee3c80")


def say(event, **facts):
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


def sdp(mode):
    head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\na=control:*\r\n"
    if mode == "no-video":
        return head + "m=audio 0 RTP/AVP 0\r\na=control:track1\r\n"
    if mode == "many-media":
        return head + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n" * 10_000
    if mode == "odd-codec":
        return head + "m=video 0 RTP/AVP 97\r\na=rtpmap:97 THEORA/90000\r\na=control:track1\r\n"
    if mode == "bad-sdp":
        return "\x00\xff this is not\r\na session description \r\n" * 20
    sets = ",".join(base64.b64encode(b).decode() for b in (SPS, PPS))
    return (
        head + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
        f"a=fmtp:96 packetization-mode=1;profile-level-id=4d401e;sprop-parameter-sets={sets}\r\na=control:track1\r\n"
    )


class Session(socketserver.BaseRequestHandler):
    mode = "silent"

    def handle(self):
        try:
            getattr(self, "do_" + self.mode.replace("-", "_"), self.talk)()
        except OSError:
            pass

    def pause(self, seconds):
        self.server.over.wait(seconds)

    def do_silent(self):
        say("connected")
        while self.request.recv(4096):
            pass

    def do_not_rtsp(self):
        self.request.recv(4096)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello")

    def do_tls(self):
        self.request.recv(4096)
        self.request.sendall(b"\x15\x03\x03\x00\x02\x02\x46")

    def do_slow_banner(self):
        while not self.server.over.is_set():
            self.request.sendall(b"R")
            self.pause(1)

    def do_endless_header(self):
        self.request.recv(4096)
        self.request.sendall(b"RTSP/1.0 200 OK\r\nX-More: ")
        self.for_ever(b"a" * 65536)

    def do_endless_headers(self):
        self.request.recv(4096)
        self.request.sendall(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n")
        for number in range(10**12):
            if self.server.over.is_set():
                return
            self.request.sendall(b"".join(b"X-%d-%d: more\r\n" % (number, n) for n in range(1000)))

    def do_empty_lines(self):
        self.request.recv(4096)
        self.for_ever(b"\r\n" * 32768)

    def do_drip(self):
        self.request.recv(4096)
        for byte in b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Type: application/sdp\r\n" * 1000:
            if self.server.over.is_set():
                return
            self.request.sendall(bytes([byte]))
            self.pause(1)

    def for_ever(self, chunk):
        while not self.server.over.is_set():
            self.request.sendall(chunk)

    def talk(self):
        buffer = b""
        while True:
            while b"\r\n\r\n" not in buffer:
                more = self.request.recv(4096)
                if not more:
                    return
                buffer += more
            head, buffer = buffer.split(b"\r\n\r\n", 1)
            lines = head.decode("latin-1").split("\r\n")
            method = lines[0].split(" ")[0]
            cseq = next((line.split(":")[1].strip() for line in lines if line.lower().startswith("cseq")), "1")
            say("request", method=method)
            if not self.answer(method, cseq):
                return

    def reply(self, cseq, status="200 OK", headers=(), body=b"", length=None):
        rows = [f"RTSP/1.0 {status}", f"CSeq: {cseq}", "Server: Hostile", *headers]
        if body or length:
            rows.append(f"Content-Length: {length or len(body)}")
        self.request.sendall(("\r\n".join(rows) + "\r\n\r\n").encode() + body)

    def answer(self, method, cseq):
        if self.mode == "status-500":
            self.reply(cseq, "500 Internal Server Error")
        elif method == "OPTIONS":
            self.reply(cseq, headers=["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"])
        elif method == "DESCRIBE" and self.mode == "endless-sdp":
            self.reply(cseq, headers=["Content-Type: application/sdp"], length=2_000_000_000)
            self.for_ever(b"a=x\r\n" * 10000)
        elif method == "DESCRIBE" and self.mode == "huge-length":
            self.reply(cseq, headers=["Content-Type: application/sdp"], length=4_294_967_296)
        elif method == "DESCRIBE":
            self.reply(cseq, headers=["Content-Type: application/sdp"], body=sdp(self.mode).encode("latin-1"))
            return self.mode != "closes"
        elif method == "SETUP":
            self.reply(cseq, headers=["Session: 12345678;timeout=60", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"])
        elif method == "PLAY":
            self.reply(cseq, headers=["Session: 12345678"])
            threading.Thread(target=self.stream, daemon=True).start()
        else:
            self.reply(cseq, headers=["Session: 12345678"])
        return method != "TEARDOWN"

    def stream(self):
        try:
            if self.mode == "unasked":
                self.for_ever(b"$\x08\xff\x00" + bytes(0xFF00))
            elif self.mode in ("endless-picture", "flood"):
                self.pour()
            else:
                self.play()
        except OSError:
            pass

    def pour(self):
        """As fast as it goes, with sequence numbers as they should be."""
        endless = self.mode == "endless-picture"
        # A fragment (RFC 6184, FU-A) of a slice that neither begins nor ends, or a whole slice that begins a picture.
        body = (b"\x7c\x05" if endless else b"\x65\x88") + random.Random(7).randbytes(60_000)
        frame = b"$\x00" + struct.pack(">H", 12 + len(body))
        sequence = 0
        while not self.server.over.is_set():
            batch = []
            for _ in range(16):
                stamp = 0 if endless else sequence * 3600 & 0xFFFFFFFF
                start = endless and sequence == 0 and not batch
                batch += [
                    frame,
                    struct.pack(">BBHII", 0x80, 96 if endless else 0xE0, sequence & 0xFFFF, stamp, 7),
                    b"\x7c\x85" + body[2:] if start else body,
                ]
                sequence += 1
            self.request.sendall(b"".join(batch))

    def play(self):
        dice = random.Random(7)
        sequence, stamp = 0, 0
        for number in range(10**9):
            if self.server.over.is_set() or (self.mode == "stops" and number == 50):
                return
            for _ in range(4):
                if self.mode == "lies":
                    payload = dice.choice([b"\x40\x01", b"\x42\x01", b"\x44\x01", b"\x26\x01"]) + dice.randbytes(200)
                    packet = struct.pack(">BBHII", 0x80, 96, sequence, stamp, 7) + payload
                elif self.mode == "jumps":
                    payload = b"\x65" + dice.randbytes(100)
                    packet = (
                        struct.pack(">BBHII", 0x80, 0xE0, dice.randrange(65536), dice.randrange(2**32), 7) + payload
                    )
                elif self.mode == "stops":
                    packet = struct.pack(">BBHII", 0x80, 0xE0, sequence, stamp, 7) + b"\x41\x9a" + dice.randbytes(100)
                else:
                    packet = dice.randbytes(dice.randrange(0, 1400))
                sequence = (sequence + 1) & 0xFFFF
                self.request.sendall(b"$\x00" + struct.pack(">H", len(packet)) + packet)
            stamp = (stamp + 3600) & 0xFFFFFFFF
            self.pause(0.04)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def main():
    Session.mode = sys.argv[1]
    server = Server(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Session)
    server.over = threading.Event()
    port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say("ready", port=port, main=f"rtsp://127.0.0.1:{port}/main")
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
