#!/usr/bin/env python3
"""Recounts a month of the report from the log alone: recount.py LOG.jsonl 2026-10 MADE_AT CALENDAR.json…
LOG: `servicelofte export --format jsonl`. CALENDAR: `servicelofte calendar YEAR --json`, for every year that the log touches.
MADE_AT is the report's. Prints each mailbox/pledge by the report's names, and the minutes to each answer. When a mailbox was
blind is not in the log: broken_while_blind and broken_otherwise are the two figures that it cannot find."""
import json, sys; sys.dont_write_bytecode = True
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from recount_log import BY_WORD, NO_PLEDGE, PASSED_ON, fold, place, promises, read
OPENS, CLOSES, DAY, SHARES = time(8), time(17), timedelta(days=1), ("answered_in_time", "noticed_in_time", "broken")  # office_hours
log, month, now = sys.argv[1], sys.argv[2], read(sys.argv[3])
calendar = {date.fromisoformat(day["date"]): day for name in sys.argv[4:] for day in json.load(open(name))}
days = lambda start, end: [start + DAY * n for n in range(1, (end - start).days + 1)]  # after start, up to and with end
working = lambda start, end: sum(calendar[day]["working_day"] for day in days(start, end))
step = lambda n, steps, more: next((name for most, name in steps if n <= most), more)
def office_minutes(start, end):
    spans = [[datetime.combine(day, at, (start if day == start.date() else end).tzinfo) for at in (OPENS, CLOSES)]
             for day in [start.date(), *days(start.date(), end.date())] if calendar[day]["working_day"]]
    return sum(max(0, int((min(closes, end) - max(opens, start)).total_seconds() // 60)) for opens, closes in spans)
def count(i, put):
    due, settled = i.get("due"), i.get("settled") or {}
    closes, how = due and read(due["closes"]), settled.get("how") if i["state"] == "closed" else None
    answered = read(settled["at"]) if settled and i["state"] in ("answered", "closed") else None
    by_word, notice, letter = bool(how) and how not in BY_WORD.get("letter" if i.get("pledge") == "letter" else (due or {}).get("kept_by"), []), i["mails"].get("notice", {}), i["mails"].get("letter", {})
    i["sent"] = None if "failed" in notice else notice.get("sent"); told = notice if i["sent"] else letter if i.get("on") else {}  # whose date its citizen has
    found, answer, today = place(i, closes, answered, by_word, how, now), None if by_word else answered, now.date()
    if i["state"] in ("open", "probably_answered") and found in (*SHARES, "pending"):
        put.append("waits_in_time" if now < closes else "waits_" + step(working(date.fromisoformat(due["date"]), today), ((2, "1_to_2_days"), (5, "3_to_5_days"), (10, "6_to_10_days")), "longer") + "_late")
        put += ["waits_promise_" + ("runs" if today <= date.fromisoformat(i["promise"]) else "broken")] if i.get("promise") and (told or i["by_hand"]) else []
    where = PASSED_ON.get(found, found) if "forwarded_in" in i["flags"] else found
    if not i["received_at"].startswith(month): return None
    put += ["received", where] + ["closed_without_answer_late"] * (where == "closed_without_answer" and read(i["since"]) >= closes)
    if where in NO_PLEDGE: return None
    put.append("arrived")
    if where == "noticed_in_time":
        until = notice.get("promise") or letter.get("promise") or "0001-01-01"
        put.append("notice_" + ("closed_otherwise" if by_word else "waits" if not answer else "answered_by_date" if str(answer.date()) <= until else "answered_later"))
        put += ["notice_waits_past_date"] * (put[-1] == "notice_waits" and str(today) > until) + ["notice_by_function" if i["sent"] else "notice_posted_by_report"] * bool(not i["sent"] or notice.get("as_function"))
    if where in SHARES:
        start = date.fromisoformat(due["arrival_date"])
        while due["rule"] == "next-working-day" and not calendar[start]["working_day"]: start += DAY
        n = working(start, answer.date()) if answer else None
        put += ["not_answered"] if n is None else ["answered_" + step(n, ((0, "day_0"), (1, "day_1"), (2, "day_2"), (5, "day_3_to_5"), (10, "day_6_to_10")), "later")]
        put += [f"answered_within_{most}_working_day{'s' * (most > 1)}" for most in (1, 2) if answer and n <= most] + ["answered_late"] * bool(answer and where != SHARES[0])
    if where == "broken":
        first, last = date.fromisoformat(due["arrival_date"]), date.fromisoformat(due["date"])
        put += [name for name, true in (("broken_unassigned", not i.get("handler")), ("broken_over_closed_days", any(calendar[day]["kind"] == "closed" for day in days(first, last))),
            ("broken_untouched", not (settled or i.get("given") or i["by_hand"])), ("broken_handler_away", "handler_away" in i["flags"]), ("broken_recognised_late", i.get("asked") and read(i["asked"]).date() >= last)) if true]
    put += [name for name, true in (("answered_unverified", "unverified" in i["flags"]), ("probably_answered", i["state"] == "probably_answered"), ("notice_held_by_cap", i["flags"] & {"notice_held_by_cap", "notice_held_by_hour"}),
        ("turned_out_a_question", i.get("turned_out")), ("notice_held_by_person", i.get("no_notice")), ("noted", i.get("noted")), ("note_missing", "note_missing" in i["flags"]), ("escalated", any(k.startswith("escalation") and "sent" in m for k, m in i["mails"].items()))) if true]
    put += promises(i, told, answered, today)
    return office_minutes(read(i["received_at"]), answer) if where in SHARES and answer else None
items, rows, minutes = defaultdict(lambda: {"flags": set(), "mails": {}, "by_hand": []}), defaultdict(Counter), defaultdict(list)
for line in map(json.loads, open(log)):
    if line["ref"]: fold(items[line["ref"]], line["event"], line["detail"], line["at"])
for i in items.values():
    put, key = [], f"{i['mailbox']}/{i.get('pledge') or ''}"
    took = count(i, put); rows[key].update(put)
    minutes[key] += [] if took is None else [took]
print(json.dumps({key: {**row, "minutes": sorted(minutes[key])} for key, row in sorted(rows.items())}, indent=1))
