#!/usr/bin/env python3
"""Recounts a month of the report from the log alone: recount.py LOG.jsonl 2026-10 MADE_AT CALENDAR.json…
LOG: `servicelofte export --format jsonl`. CALENDAR: `servicelofte calendar YEAR --json`, for every year that the log touches.
MADE_AT is the report's. Prints the counts of each mailbox/pledge by the report's names, and the minutes to each answer."""
import json, sys
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
OPENS, CLOSES, DAY = time(8), time(17), timedelta(days=1)  # office_hours of the configuration
BY_WORD = {"letter": ["letter"], "decision": ["decision"], "records": ["released"],  # keeps a pledge besides a mail
           "callback": ["answered", "phone", "letter", "meeting", "digital"]}
log, month, now = sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3])
works = {date.fromisoformat(day["date"]): day["working_day"] for name in sys.argv[4:] for day in json.load(open(name))}
def days(start, end):  # after start, up to and with end
    return [start + DAY * n for n in range(1, (end - start).days + 1)]
def office_minutes(start, end):
    total = 0
    for day in filter(works.get, [start.date(), *days(start.date(), end.date())]):
        opens, closes = (datetime.combine(day, at, (start if day == start.date() else end).tzinfo) for at in (OPENS, CLOSES))
        total += max(0, int((min(closes, end) - max(opens, start)).total_seconds() // 60))
    return total
items = defaultdict(lambda: {"notice": {}, "letter": {}, "pledge": ""})
for line in map(json.loads, open(log)):
    event, facts, item = line["event"], line["detail"], items[line["ref"]]
    if event == "logged":
        standing = facts["standing"] if isinstance(facts["standing"], dict) else {facts["standing"]: {}}
        item.update(facts, state=next(iter(standing)), **standing.get("open", {}), reason=standing.get("excluded", {}).get("reason"), presumed="no_question" in standing)
    elif event in ("answered", "closed", "excluded", "reopened", "probably_answered", "not_answered"):
        item.update({"how": None, "at": None} | ({"presumed": False, "covered_by": None} if event == "reopened" else {}) | facts, said=line["at"], state=event.replace("reopened", "open").replace("not_answered", "open"))
    elif event in ("due_changed", "posted", "presumed", "uncovered"):
        item.update(facts | ({"covered_by": None, "presumed": event == "presumed"} if event in ("presumed", "uncovered") else {}))
    elif facts.get("effect") in ("notice", "letter"):
        item[facts["effect"]] = {} if event == "withdrawn" else item[facts["effect"]] | {event: facts.get("at", line["at"]), **facts}
rows, minutes = defaultdict(Counter), defaultdict(list)
for item in (item for item in items.values() if item.get("received_at", "").startswith(month)):
    key, state, how, put = f"{item['mailbox']}/{item['pledge']}", item["state"], item.get("how"), rows[f"{item['mailbox']}/{item['pledge']}"]
    if state == "history" or state == "excluded" and not item["pledge"] or item["presumed"] or how == "handed-over": continue
    received, closes = datetime.fromisoformat(item["received_at"]), datetime.fromisoformat(item["due"]["closes"])
    said, settled = (datetime.fromisoformat(item[name]) if item.get(name) and state in ("answered", "closed") else None for name in ("said", "at"))
    by_word = state == "closed" and how not in BY_WORD.get(item["pledge"], [])
    sent = None if "failed" in item["notice"] else item["notice"].get("sent")
    noticed = sent and received <= datetime.fromisoformat(sent) < closes or item.get("on", "9999") <= item["due"]["date"]
    if state == "excluded": place = "excluded_by_hand"
    elif how == "no-answer-needed" and state == "closed" or item.get("covered_by"): place = "covered" if item.get("covered_by") and how != "no-answer-needed" else "closed_without_answer"
    elif settled and settled < closes and not by_word: place = "answered_in_time"
    elif noticed: place = "noticed_in_time"
    elif (settled or now) >= closes: place = "broken"
    else: place = "pending" if not settled else "filed" if how == "done-folder" else "said_afterwards" if said >= closes else "self_reported"
    put.update(["arrived", place])
    answer = None if by_word else settled
    if place == "noticed_in_time":
        promised = date.fromisoformat(item["notice"].get("promise") or item["letter"].get("promise") or "0001-01-01")
        put["notice_" + ("closed_otherwise" if by_word else "waits" if not answer else "answered_by_date" if answer.date() <= promised else "answered_later")] += 1
    if place in ("answered_in_time", "noticed_in_time", "broken"):
        start = date.fromisoformat(item["due"]["arrival_date"])
        while item["due"]["rule"] == "next-working-day" and not works[start]: start += DAY
        n = sum(map(works.get, days(start, answer.date()))) if answer else None
        put["not_answered" if n is None else f"answered_day_{n}" if n <= 2 else "answered_day_3_to_5" if n <= 5 else "answered_day_6_to_10" if n <= 10 else "answered_later"] += 1
        put.update(name for most, name in ((1, "answered_within_1_working_day"), (2, "answered_within_2_working_days")) if answer and n <= most)
        minutes[key] += [office_minutes(received, answer)] if answer else []
print(json.dumps({key: {**row, "minutes": sorted(minutes[key])} for key, row in sorted(rows.items())}, indent=1))
