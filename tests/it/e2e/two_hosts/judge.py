#!/usr/bin/env python3
"""Judges what two hosts did, by what is left of it: the mails that arrived, the register that survives, what was asked and
answered, the mail server's log, and etcd's own history. Shares no code with the program.

judge.py STORY: a JSON file with maildir, postfix (its log, or null), register, asked, answered, logs, etcd, addresses (of
the hosts, or none), begun, lines. Times are those of this machine, in seconds; the hosts' run ten times as quickly."""

import base64
import collections
import datetime
import email
import json
import pathlib
import re
import sqlite3
import sys
import urllib.request

SLACK = 0.5  # Seconds between two clocks that are looked at: a line of a log, and a file.
BEGAN = datetime.datetime(2026, 11, 19, 12, 30)  # The hosts' time at the beginning.


def revisions(etcd):
    """All that was ever written into etcd, in its order: revision, key, value (None: removed), revision of its making."""
    range_end = base64.b64encode(b"servicelofte0").decode()
    key = base64.b64encode(b"servicelofte/").decode()
    asked = {"create_request": {"key": key, "range_end": range_end, "start_revision": "1"}}
    last = json.dumps({"key": key, "range_end": range_end, "count_only": True}).encode()
    with urllib.request.urlopen(f"{etcd}/v3/kv/range", last, timeout=20) as answer:
        now = int(json.load(answer)["header"]["revision"])
    found, seen = [], 0
    with urllib.request.urlopen(f"{etcd}/v3/watch", json.dumps(asked).encode(), timeout=20) as stream:
        # It goes on for ever; the last who led gave the lease back, so the newest revision is one of these.
        while seen < now:
            for event in json.loads(stream.readline())["result"].get("events", []):
                kv = event["kv"]
                seen = int(kv["mod_revision"])
                name = base64.b64decode(kv["key"]).decode()
                value = None if event.get("type") == "DELETE" else base64.b64decode(kv.get("value", "")).decode()
                found.append((seen, name, value, int(kv.get("create_revision", 0))))
    return found


def told(history):
    """In which generation each mail to a citizen was allowed, by etcd's order alone; and what it let pass wrongly."""
    leads, allowed, faults = None, {}, []
    for revision, name, value, made in history:
        if name.startswith("servicelofte/lease/"):
            leads = None if value is None else made
        elif name.startswith("servicelofte/told/") and value is not None:
            generation, mail = value.split(" ", 1)
            allowed[mail] = int(generation)
            if leads != int(generation):
                faults.append(f"revision {revision}: generation {generation} said {mail}, when {leads} led")
    return allowed, faults


def log_of_postfix(file):
    """Of each mail: who handed it over, and how long after its acceptance it was delivered."""
    clients, waits = {}, {}
    for line in pathlib.Path(file).read_text(errors="replace").splitlines() if file else []:
        if client := re.search(r"smtpd\[\d+\]: ([0-9A-F]+): client=[^\[]*\[([\d.]+)\]", line):
            clients[client[1]] = client[2]
        elif waited := re.search(r"\]: ([0-9A-F]+): to=.* delays=[\d.]+/([\d.]+)/([\d.]+)/([\d.]+), .*status=sent", line):
            waits[waited[1]] = sum(map(float, waited.groups()[1:]))
    return clients, waits


def began(logs, begun):
    """When each generation began, and whose it is, by what the hosts say."""
    led = {}
    for host, ahead, log in logs:
        for stamp, generation in re.findall(r"^(\d{4}-\d\d-\d\dT[\d:.]+)Z .*this host leads generation=(\d+)", log, re.M):
            since = datetime.datetime.fromisoformat(stamp) - datetime.timedelta(seconds=ahead) - BEGAN
            led.setdefault(int(generation), set()).add((host, begun + since.total_seconds() / 10))
    return led


def too_late(at, host, led, lines):
    """Seconds by which a mail came after another host had begun to lead; 0 where its line had held it for so long."""
    since = [(begins, whose) for whose, begins in (next(iter(one)) for one in led.values())]
    before = sorted(one for one in since if one[0] <= at)
    others = []
    while before and before[-1][1] != host:
        others.append(before.pop()[0])
    # Whoever has never led before this has begun since: its line of the log came after the mail.
    late = at - others[-1] if others and before else 0
    held = [most for whose, begins, ends, most in lines if whose == host and begins - 1 <= at <= ends + most]
    return late, late > SLACK and late <= max(held, default=0)


def main():
    story = json.loads(pathlib.Path(sys.argv[1]).read_text())
    faults = []
    notices = collections.Counter()
    mails = collections.defaultdict(list)
    history = revisions(story["etcd"])
    allowed, wrong = told(history)
    faults.extend(wrong)
    clients, waits = log_of_postfix(story["postfix"])
    led = began(story["logs"], story["begun"])
    hosts = {generation: next(iter(one))[0] for generation, one in led.items()}
    left, held, latest = 0, 0, 0.0
    for file in pathlib.Path(story["maildir"], "new").iterdir():
        mail = email.message_from_bytes(file.read_bytes())
        reader, mark = mail["Delivered-To"] or "", mail["X-Servicelofte"] or ""
        received = " ".join(mail.get("Received", "").split())
        queue = re.search(r" id ([0-9A-F]+)", received)
        queue = queue[1] if queue else ""
        name = mail["Message-ID"].strip("<>")
        shown = f"{mark} to {reader}, {name}, {received}"
        address = clients.get(queue)
        host = story["addresses"].index(address) if address in story["addresses"] else None
        if reader.endswith("@example.org"):
            notices[reader.split("@")[0]] += 1
            mails[reader.split("@")[0]].append(shown)
            generation = allowed.get(name)
            if generation is None:
                faults.append(f"left without a word to etcd: {shown}")
            elif host is not None and host != hosts.get(generation):
                faults.append(f"handed over by {address}, and not by the host of generation {generation}: {shown}")
            host = hosts.get(generation)
        # Alarms are about a host, and are not fenced.
        if mark.startswith("alarm") or host is None:
            continue
        left += 1
        late, by_line = too_late(file.stat().st_mtime - waits.get(queue, 0), host, led, story["lines"])
        held += by_line
        latest = max(latest, late)
        if late > SLACK and not by_line:
            faults.append(f"accepted {late:.1f} s after another host had begun to lead: {shown}")
    with sqlite3.connect(f"file:{story['register']}?mode=ro", uri=True) as register:
        failed = register.execute(
            "SELECT subject, detail FROM log JOIN message ON message.id = log.item WHERE event = 'failed'"
        )
        unsure = {name for name, detail in failed if '"notice"' in detail and '"unknown"' in detail}
        known = {subject for (subject,) in register.execute("SELECT subject FROM message")}
        noted = [text for (text,) in register.execute("SELECT detail FROM log WHERE event = 'noted' ORDER BY id")]
    # A mail that was under way when a host was killed is never sent again: a person hears of it.
    for name in story["asked"]:
        if notices[name] != 1 and not (notices[name] == 0 and name in unsure):
            faults.append(f"{name} has had {notices[name]} notices, not one")
            faults.extend(f"  {shown}" for shown in mails[name])
    for name in story["answered"]:
        if notices[name]:
            faults.append(f"{name} has had a notice after the answer")
    strange = set(notices) - set(story["asked"]) - set(story["answered"])
    if strange:
        faults.append(f"who is {sorted(strange)}?")
    lost = (set(story["asked"]) | set(story["answered"])) - known
    if lost:
        faults.append(f"not in the register that survives: {sorted(lost)}")
    generations = [int(found[1]) for text in noted if (found := re.search(r"generation (\d+)", text))]
    if generations != sorted(set(generations)):
        faults.append(f"generations that do not grow: {generations}")
    # Who led when: a generation is of one host alone, and etcd knows each.
    shared = {generation for generation, ones in led.items() if len({host for host, _ in ones}) > 1}
    if shared:
        faults.append(f"two hosts led in one generation: {sorted(shared)}")
    made = {made for _, name, value, made in history if name.startswith("servicelofte/lease/") and value is not None}
    if set(led) - made:
        faults.append(f"generations that etcd does not know: {sorted(set(led) - made)}")
    kept = sum(log.count("does not lead any more") + log.count("leads is in doubt") for _, _, log in story["logs"])
    for fault in faults:
        print(f"fault: {fault}")
    print(
        f"asked {len(story['asked'])}, answered {len(story['answered'])}, notices {sum(notices.values())}, "
        f"second notices {sum(count - 1 for count in notices.values() if count > 1)}, "
        f"after an answer {sum(notices[name] for name in story['answered'])}, lost {len(lost)}, leaders {len(led)}, "
        f"not known whether sent {len(unsure)}, mails of a host that led {left}, of which came late over a line that was "
        f"slow or cut {held} (at most {latest:.1f} s after another had begun), kept back by the fence {kept} times"
    )
    return 1 if faults else 0


sys.exit(main())
