#!/usr/bin/env python3
"""A network in small: network namespaces, each with one address, and this process between them, which loses, delays and
thins out what goes from one to another, each direction by itself. The kernel's netem would do it where it is built in.

switch.py SEED NAME=ADDRESS…: makes the namespaces (they end with it), says "ready", then takes one link a line, and says "ok"
to it: FROM TO cut=0 delay=0.25 loss=0.1 rate=4000 (seconds, a share, bytes a second; 0: none)."""

import fcntl
import heapq
import os
import random
import selectors
import signal
import struct
import subprocess
import sys
import time

TUNSETIFF, TUN, NO_HEADER = 0x400454CA, 0x0001, 0x1000
MOST_WAITING = 256 * 1024  # bytes behind a slow link; more is thrown away, as a router does


def sh(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


class Link:
    def __init__(self, dice):
        self.cut = self.delay = self.loss = self.rate = self.free = 0.0
        self.waiting, self.dice = 0, dice

    def when(self, size, now):
        """When a packet comes out at the other end; None: never."""
        if self.cut or (self.loss and self.dice.random() < self.loss) or self.waiting + size > MOST_WAITING:
            return None
        self.free = max(self.free, now) + (size / self.rate if self.rate else 0)
        return self.free + self.delay


def main():
    seed, seats = sys.argv[1], [seat.split("=") for seat in sys.argv[2:]]
    made, devices, links, queue, count = [], {}, {}, [], 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        for number, (name, address) in enumerate(seats):
            sh("ip", "netns", "add", name)
            made.append(name)
            device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            own = f"sl{os.getpid() % 10**7}n{number}"
            fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", own.encode(), TUN | NO_HEADER))
            sh("ip", "link", "set", own, "netns", name)
            inside = ["ip", "-n", name]
            # Addresses of the loopback network, so that what is for this machine alone may be used between them.
            for words in (["link", "set", "lo", "up"], ["addr", "del", "127.0.0.1/8", "dev", "lo"]):
                sh(*inside, *words)
            sh("nsenter", f"--net=/run/netns/{name}", "sh", "-c", f"echo 1 > /proc/sys/net/ipv4/conf/{own}/route_localnet")
            sh(*inside, "addr", "add", f"{address}/8", "dev", own)
            sh(*inside, "link", "set", own, "up")
            devices[address] = (name, device)
        for one, _ in seats:
            for other, _ in seats:
                links[one, other] = Link(random.Random(f"{seed} {one} {other}"))
        eyes = selectors.DefaultSelector()
        for name, device in devices.values():
            eyes.register(device, selectors.EVENT_READ, name)
        eyes.register(sys.stdin, selectors.EVENT_READ, None)
        print("ready", flush=True)
        while True:
            now = time.monotonic()
            for key, _ in eyes.select(max(0, queue[0][0] - now) if queue else None):
                if key.data is None:
                    line = os.read(0, 65536).decode()
                    if not line:
                        return
                    for words in filter(None, map(str.split, line.splitlines())):
                        link = links[words[0], words[1]]
                        for word in words[2:]:
                            what, value = word.split("=")
                            setattr(link, what, float(value))
                        link.free = 0
                        print("ok", flush=True)
                    continue
                for _ in range(64):
                    try:
                        packet = os.read(key.fd, 65536)
                    except BlockingIOError:
                        break
                    to = devices.get(".".join(map(str, packet[16:20]))) if packet[0] >> 4 == 4 else None
                    if to is None:
                        continue
                    link, now = links[key.data, to[0]], time.monotonic()
                    at = link.when(len(packet), now)
                    if at is not None:
                        link.waiting += len(packet)
                        count += 1
                        heapq.heappush(queue, (at, count, to[1], packet, link))
            now = time.monotonic()
            while queue and queue[0][0] <= now:
                _, _, device, packet, link = heapq.heappop(queue)
                link.waiting -= len(packet)
                try:
                    os.write(device, packet)
                except OSError:
                    pass  # Its queue is full, or its namespace goes down: lost, as on a wire.
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "del", name], check=False)


main()
