#!/usr/bin/env python3
"""Judges what two hosts did, by what is left of it: the mails that arrived, the register that survives, and what was
asked and answered. Shares no code with the program.

judge.py STORY: a JSON file with maildir, register, asked, answered, logs."""

import collections
import datetime
import email
import json
import pathlib
import re
import sqlite3
import sys


def shown(mail):
    """What tells one notice from another."""
    received = (mail["Received"] or "").rsplit(";", 1)[-1].strip()
    return f"{mail['X-Servicelofte']}, dated {mail['Date']}, received {received}, {mail['Message-ID']}"


def history(logs):
    """Who led when, and sent: of each generation when it began, when its host knew that it was over, and each line about
    mails that left. The hosts' time, ten times as quick as ours; a clock may be some seconds ahead."""
    led = {}
    for _host, seconds, log in logs:
        ahead = datetime.timedelta(seconds=seconds)
        now, lines = None, log.splitlines()
        for line, following in zip(lines, lines[1:] + [""]):
            if not (stamp := re.match(r"(\d{4}-\d\d-\d\dT[\d:.]+)Z ", line)):
                continue
            at = datetime.datetime.fromisoformat(stamp[1]) - ahead
            if begins := re.search(r"this host leads generation=(\d+)", line):
                now = led.setdefault(int(begins[1]), {"began": at, "over": None, "sent": [], "untimed": 0})
            elif now and re.search(r"this host leads no more| stopping", line):
                now["over"] = at
            elif now and " sent mailbox=" in line:
                # It is said at the end of a burst. Where the next mail hung, on a line that was cut, until the fence
                # refused it, it is said when that was known, and the others had left before.
                if now["over"] and "does not lead any more" in following:
                    now["untimed"] += 1
                else:
                    now["sent"].append(at)
    return led


def at_once(led):
    """A host that sends when another leads already. One that was stopped tells late of what left before; then it learns
    within seconds that it leads no more."""
    slack, learns = datetime.timedelta(seconds=3), datetime.timedelta(seconds=60)
    for generation, tenure in led.items():
        later = [other["began"] for number, other in led.items() if number > generation]
        for sent in tenure["sent"]:
            is_late = tenure["over"] and abs(tenure["over"] - sent) < learns
            if later and sent > min(later) + slack and not is_late:
                yield f"generation {generation} sent at {sent}, when another led since {min(later)}"


def main():
    story = json.loads(pathlib.Path(sys.argv[1]).read_text())
    faults = []
    notices = collections.Counter()
    mails = collections.defaultdict(list)
    for file in pathlib.Path(story["maildir"], "new").iterdir():
        mail = email.message_from_bytes(file.read_bytes())
        reader = mail["Delivered-To"] or ""
        if reader.endswith("@example.org"):
            notices[reader.split("@")[0]] += 1
            mails[reader.split("@")[0]].append(mail)
    with sqlite3.connect(f"file:{story['register']}?mode=ro", uri=True) as register:
        failed = register.execute(
            "SELECT subject, detail FROM log JOIN message ON message.id = log.item WHERE event = 'failed'"
        )
        unsure = {name for name, detail in failed if '"notice"' in detail and '"unknown"' in detail}
    # A mail that was under way when a host was killed is never sent again: a person hears of it.
    for name in story["asked"]:
        if notices[name] != 1 and not (notices[name] == 0 and name in unsure):
            faults.append(f"{name} has had {notices[name]} notices, not one")
            faults.extend(f"  {shown(mail)}" for mail in mails[name])
    for name in story["answered"]:
        if notices[name]:
            faults.append(f"{name} has had a notice after the answer")
    strange = set(notices) - set(story["asked"]) - set(story["answered"])
    if strange:
        faults.append(f"who is {sorted(strange)}?")
    with sqlite3.connect(f"file:{story['register']}?mode=ro", uri=True) as register:
        known = {subject for (subject,) in register.execute("SELECT subject FROM message")}
        told = [text for (text,) in register.execute("SELECT detail FROM log WHERE event = 'noted' ORDER BY id")]
    lost = (set(story["asked"]) | set(story["answered"])) - known
    if lost:
        faults.append(f"not in the register that survives: {sorted(lost)}")
    generations = [int(found[1]) for text in told if (found := re.search(r"generation (\d+)", text))]
    if generations != sorted(set(generations)):
        faults.append(f"generations that do not grow: {generations}")
    # Who led when: a generation is of one host alone, and none leads in one that is over.
    led = collections.defaultdict(set)
    for host, _ahead, log in story["logs"]:
        for generation in re.findall(r"this host leads generation=(\d+)", log):
            led[int(generation)].add(host)
    shared = {generation: hosts for generation, hosts in led.items() if len(hosts) > 1}
    if shared:
        faults.append(f"two hosts led in one generation: {shared}")
    tenures = history(story["logs"])
    faults.extend(at_once(tenures))
    for fault in faults:
        print(f"fault: {fault}")
    print(
        f"asked {len(story['asked'])}, answered {len(story['answered'])}, notices {sum(notices.values())}, "
        f"second notices {sum(count - 1 for count in notices.values() if count > 1)}, "
        f"after an answer {sum(notices[name] for name in story['answered'])}, lost {len(lost)}, leaders {len(led)}, "
        f"not known whether sent {len(unsure)}, lines about sending {sum(len(tenure['sent']) for tenure in tenures.values())}, "
        f"at the end of a burst that the fence cut off {sum(tenure['untimed'] for tenure in tenures.values())}"
    )
    return 1 if faults else 0


sys.exit(main())
