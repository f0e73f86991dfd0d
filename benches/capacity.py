#!/usr/bin/env python3
"""What one process needs to watch very many mailboxes, and what the lease of two hosts costs when all is quiet.

capacity.py PROGRAM [MAILBOXES…]: for each number of mailboxes (1, 290, 1000, 5000) the program watches that many over TLS, on
a light IMAP server in this process, which knows what the program asks and no more: with Dovecot a few thousand sessions
would need more memory than the machine has. It logs MAILS (20) in each, rests for QUIET (60) seconds, and is measured. A mail is
2.7 kB of header fields of a usual kind. Where etcd is there, one mailbox is watched under a lease too, through a line that
counts. Nothing is sent: there is no mail server behind the address that is named for it."""

import asyncio
import datetime
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time

MAILS, QUIET = int(os.environ.get("MAILS", 20)), int(os.environ.get("QUIET", 60))
BEGAN = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(hours=2)


def sh(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Server:
    """IMAP4rev1 with IDLE, as far as it is used: one INBOX with mails for every user, and an empty Sent."""

    def __init__(self, folder):
        key = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
        ca, server = folder / "ca", folder / "server"
        sh(*key, "-keyout", f"{ca}.key", "-out", f"{ca}.pem", "-subj", "/CN=authority")
        sh(*key, "-keyout", f"{server}.key", "-out", f"{server}.pem", "-subj", "/CN=localhost", "-CA", f"{ca}.pem", "-CAkey",
           f"{ca}.key", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(f"{server}.pem", f"{server}.key")
        self.ca, self.bytes, self.idled = f"{ca}.pem", 0, set()

    async def start(self):
        server = await asyncio.start_server(self.session, "127.0.0.1", 0, ssl=self.context, backlog=4096)
        self.port = server.sockets[0].getsockname()[1]

    @staticmethod
    def header(user, number):
        at = (BEGAN + datetime.timedelta(seconds=number)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        text = (f"From: Nina Exempel <nina.{user}@example.org>\r\nTo: {user}@example.se\r\nSubject: Fr=?utf-8?q?=C3=A5ga?= om simhallen "
                f"{number}\r\nMessage-ID: <{number}.{user}@example.org>\r\nDate: {at}\r\nMIME-Version: 1.0\r\n"
                "Content-Type: multipart/alternative; boundary=\"=_0123456789\"\r\n")
        text += "".join(f"Received: from relay{n}.example.org (relay{n}.example.org [192.0.2.{n}]) by mx.example.se with ESMTPS; "
                        f"{at}\r\n" for n in range(1, 15))
        return text + "\r\n"

    async def session(self, reader, writer):
        user, folder = "", ""
        writer.write(b"* OK ready\r\n")
        try:
            while line := await reader.readline():
                self.bytes += len(line)
                text = line.decode().rstrip("\r\n")
                if text == "DONE":
                    self.say(writer, f"{idling} OK done")
                    continue
                tag, _, command = text.partition(" ")
                words = command.upper().split(" ")
                verb, lines = words[0], []
                if verb == "CAPABILITY":
                    lines = ["CAPABILITY IMAP4rev1 IDLE"]
                elif verb == "LOGIN":
                    user = command.split(" ")[1].strip('"')
                elif verb == "LIST":
                    lines = ['LIST (\\HasNoChildren) "/" INBOX', 'LIST (\\HasNoChildren \\Sent) "/" Skickat']
                elif verb in ("SELECT", "EXAMINE"):
                    folder = command.split(" ", 1)[1].strip('"')
                    count = MAILS if folder == "INBOX" else 0
                    lines = [f"{count} EXISTS", "0 RECENT", "FLAGS (\\Seen \\Answered \\Deleted \\Draft)",
                             "OK [UIDVALIDITY 7] ok", f"OK [UIDNEXT {count + 1}] ok"]
                elif verb == "STATUS":
                    name = "INBOX" if "INBOX" in command else "Skickat"
                    count = MAILS if name == "INBOX" else 0
                    known = {"MESSAGES": count, "UIDNEXT": count + 1, "UIDVALIDITY": 7, "UNSEEN": count, "RECENT": 0}
                    asked = re.findall(r"[A-Z]+", command[command.rindex("("):])
                    lines = [f"STATUS {name} (" + " ".join(f"{one} {known[one]}" for one in asked if one in known) + ")"]
                elif command.upper().startswith("UID FETCH"):
                    self.fetch(writer, user, folder, command)
                elif command.upper().startswith("UID SEARCH"):
                    found = range(1, (MAILS if folder == "INBOX" else 0) + 1) if "HEADER" not in command else ()
                    lines = ["SEARCH" + "".join(f" {uid}" for uid in found)]
                elif verb == "IDLE":
                    idling = tag
                    self.idled.add(user)
                    writer.write(b"+ idling\r\n")
                    continue
                elif verb == "LOGOUT":
                    self.say(writer, "* BYE", f"{tag} OK")
                    break
                self.say(writer, *(f"* {line}" for line in lines), f"{tag} OK {verb} done")
        except (ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass
        writer.close()

    @staticmethod
    def say(writer, *lines):
        writer.write("".join(f"{line}\r\n" for line in lines).encode())

    def fetch(self, writer, user, folder, command):
        first, _, last = command.split(" ")[2].partition(":")
        most = MAILS if folder == "INBOX" else 0
        last = most if last == "*" else min(int(last or first), most)
        items = command.upper()
        for uid in range(int(first), last + 1):
            parts = [f"UID {uid}"]
            if "FLAGS" in items:
                parts.append("FLAGS ()")
            if "INTERNALDATE" in items:
                parts.append((BEGAN + datetime.timedelta(seconds=uid)).strftime('INTERNALDATE "%d-%b-%Y %H:%M:%S +0000"'))
            if "RFC822.SIZE" in items:
                parts.append("RFC822.SIZE 23200")
            if fields := re.search(r"BODY\.PEEK(\[[^\]]*\])", command, re.I):
                asked = {name.lower() for name in re.findall(r"[\w-]+", fields[1])}
                header = self.header(user, uid)
                lines = [line + "\r\n" for line in header.split("\r\n") if line.partition(":")[0].lower() in asked]
                wanted = "".join(lines) + "\r\n" if "FIELDS" in fields[1].upper() else header
                parts.append(f"BODY{fields[1]} {{{len(wanted.encode())}}}\r\n{wanted}")
            writer.write(f"* {uid} FETCH ({' '.join(parts)})\r\n".encode())


class Line:
    """A line to a port that counts what passes."""

    def __init__(self, to):
        self.to, self.sent, self.received = to, 0, 0

    async def start(self):
        server = await asyncio.start_server(self.session, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    async def session(self, reader, writer):
        try:
            inside, outside = await asyncio.open_connection("127.0.0.1", self.to)
            await asyncio.gather(self.pass_on(reader, outside, "sent"), self.pass_on(inside, writer, "received"))
        except ConnectionError:
            pass

    async def pass_on(self, reader, writer, way):
        while chunk := await reader.read(65536):
            setattr(self, way, getattr(self, way) + len(chunk))
            writer.write(chunk)
            await writer.drain()
        writer.close()


class Program:
    def __init__(self, program, folder, server, mailboxes, lease=""):
        self.folder = folder
        config = folder / "config.toml"
        text = ('[service]\ndatabase = "capacity.db"\noperator = "drift@example.se"\n' + lease +
                '[organisation]\nname = "Många"\n[[pledge]]\nname = "email"\ntime = { working_days = 2 }\n'
                '[[staff]]\nid = "r"\nname = "R"\nemail = "r@example.se"\nreports_to = "k"\n'
                '[[staff]]\nid = "k"\nname = "K"\nemail = "k@example.se"\n'
                f'[imap]\nhost = "localhost"\nport = {server.port}\nca_file = "{server.ca}"\npassword = "hemligt"\n'
                '[smtp]\nhost = "127.0.0.1"\nport = 9\nsecurity = "plaintext"\nlogin = false\n')
        text += "".join(f'[[mailbox]]\nname = "m{n}"\naddress = "m{n}@example.se"\nhandler = "r"\n'
                        f'start = "2020-01-01T00:00:00Z"\n[mailbox.imap]\nuser = "m{n}"\n' for n in range(1, mailboxes + 1))
        config.write_text(text)
        config.chmod(0o600)
        self.log = folder / "said"
        self.began = time.monotonic()
        self.child = subprocess.Popen([program, "--config", config, "run"], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=self.log.open("w"))

    def register(self):
        return sqlite3.connect(f"file:{self.folder / 'capacity.db'}?mode=ro", uri=True)

    async def waits_for(self, messages):
        while True:
            await asyncio.sleep(0.2)
            if self.child.poll() is not None or time.monotonic() - self.began > 1200:
                sys.exit("not all is logged:\n" + self.log.read_text()[-2000:])
            try:
                with self.register() as register:
                    if register.execute("SELECT count(*) FROM message").fetchone()[0] >= messages:
                        return time.monotonic() - self.began
            except sqlite3.OperationalError:
                pass

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, field):
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.M)[1]) / 1024

    def sockets(self):
        folder = f"/proc/{self.child.pid}/fd"
        return sum(os.readlink(f"{folder}/{one}").startswith("socket:") for one in os.listdir(folder))

    async def rests(self, server, mailboxes):
        """Until all mailboxes wait for news, and hardly anything was done, and nothing said, for ten seconds more: on a machine that
        is busy otherwise less is too short."""
        while len(server.idled) < mailboxes and self.child.poll() is None:
            await asyncio.sleep(0.2)
        calm = 0
        while calm < 5:
            before = (self.cpu(), self.log.stat().st_size)
            await asyncio.sleep(2)
            is_calm = self.cpu() - before[0] < 0.2 and self.log.stat().st_size == before[1]
            calm = calm + 1 if is_calm else 0

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(120)


async def measure(program, mailboxes):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        server = Server(folder)
        await server.start()
        watched = Program(program, folder, server, mailboxes)
        first = await watched.waits_for(mailboxes * MAILS)
        await watched.rests(server, mailboxes)
        reading = watched.cpu()
        said, asked, cpu, began = watched.log.stat().st_size, server.bytes, watched.cpu(), time.monotonic()
        await asyncio.sleep(QUIET)
        took, minutes = watched.cpu() - cpu, (time.monotonic() - began) / 60
        with watched.register() as register:
            size = register.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0]
            log = register.execute("SELECT sum(length(event) + length(detail) + length(by) + 24) FROM log").fetchone()[0]
        messages = mailboxes * MAILS
        print(f"{mailboxes} mailboxes: {messages} mails logged after {first:.1f} s ({1e6 * reading / messages:.0f} µs of processor time "
              f"each, the start included); {watched.memory('VmRSS'):.1f} MiB, at most {watched.memory('VmHWM'):.1f}; "
              f"{watched.sockets()} sockets; a quiet minute {took / minutes:.2f} s of processor time, "
              f"{(server.bytes - asked) / minutes / mailboxes:.0f} bytes asked for each mailbox, "
              f"{(watched.log.stat().st_size - said) / minutes:.0f} bytes said; the start said {said} bytes; "
              f"the register {size / messages:.0f} bytes a message, of which the log {log / messages:.0f}", flush=True)
        if watched.stop() != 0:
            sys.exit(watched.log.read_text()[-2000:])


async def lease(program):
    """One mailbox, with a lease and without one."""
    for with_lease in (False, True):
        with tempfile.TemporaryDirectory() as name:
            folder, etcd, table = pathlib.Path(name), None, ""
            server, line = Server(folder), None
            await server.start()
            if with_lease:
                ports = [free() for _ in range(2)]
                client, peer = (f"http://127.0.0.1:{port}" for port in ports)
                etcd = subprocess.Popen(
                    ["etcd", "--data-dir", folder / "etcd", "--listen-client-urls", client, "--advertise-client-urls", client,
                     "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                line = Line(ports[0])
                await line.start()
                await asyncio.sleep(3)
                table = f'[service.lease]\nendpoints = ["http://127.0.0.1:{line.port}"]\nname = "m"\nttl = 15\n'
            watched = Program(program, folder, server, 1, table)
            await watched.waits_for(MAILS)
            await watched.rests(server, 1)
            cpu, began = watched.cpu(), time.monotonic()
            before = (line.sent, line.received) if line else (0, 0)
            await asyncio.sleep(QUIET)
            minutes = (time.monotonic() - began) / 60
            told = f"{(watched.cpu() - cpu) / minutes:.3f} s of processor time a quiet minute"
            if line:
                sent, received = line.sent - before[0], line.received - before[1]
                told += f", {sent / minutes:.0f} bytes sent and {received / minutes:.0f} received"
            print("one mailbox, " + ("with a lease: " if with_lease else "without a lease: ") + told, flush=True)
            watched.stop()
            if etcd:
                etcd.kill()
                etcd.wait()


def free():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


async def main():
    program, numbers = sys.argv[1], [int(number) for number in sys.argv[2:]] or [1, 290, 1000, 5000]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for number in numbers:
        await measure(program, number)
    if shutil.which("etcd"):
        await lease(program)
    else:
        print("skipped: etcd is not there (apt-get install etcd-server)")


asyncio.run(main())
