"""An item by its log, for recount.py: `fold` takes in its events, `place` names its line, `promises` what became of each."""
from datetime import datetime; read = datetime.fromisoformat
PASSED_ON = {"answered_in_time": "forwarded_in_kept", "noticed_in_time": "forwarded_in_kept", "broken": "forwarded_in_broken", "pending": "forwarded_in_pending"}
OWN, NO_PLEDGE = ("own_mail", "staff_reply", "staff_command", "copy_of_answer"), "no_question internal handed_over bulk auto_reply bounce receipt calendar own_traffic other_excluded history".split()
BY_WORD = {"letter": ["letter"], "decision": ["decision"], "release": ["released"], "contact": ["answered", "phone", "letter", "meeting", "digital"]}
def fold(i, event, f, at):  # what an event makes of an item
    flags, mails, effect, led = i["flags"], i["mails"], f.get("effect"), i.get("leader")
    if event == "logged":
        state, facts = next(iter(f["standing"].items())) if isinstance(f["standing"], dict) else (f["standing"], {})
        i.update({k: v for k, v in f.items() if k != "flags"}, state=state, since=at, came=f["received_at"], presumed=state == "no_question", doubted=state == "no_question", **facts)
        flags.update(f.get("flags", []))
    elif event in ("answered", "probably_answered", "closed"):
        flags -= {"unverified"} | ({"note_missing"} if "note" in f else set()); flags |= {"unverified"} if f["evidence"].get("verified") is False else set()
        i.update(state=event if event != "answered" or i["state"] != "no_question" else "no_question", settled=f, noted=i.get("noted") or event == "closed" and "note" in f)
    elif event == "presumed" and i["state"] == "answered": i.update(state="no_question", presumed=True, covered_by=None)
    elif event in ("not_answered", "presumed", "reopened"):
        flags -= {"unverified"} | ({"note_missing"} if event == "reopened" else set())
        i.update(f | {"state": "no_question" if event == "presumed" else "open", "settled": None, "presumed": event == "presumed"} | ({} if event == "not_answered" else {"covered_by": None}) | ({"noted": False, "leader": None} if event == "reopened" else {}))
    elif event in ("excluded", "lapsed"): i.update(f, state={"lapsed": "closed"}.get(event, event))
    elif event in ("flagged", "unflagged"): (flags.add if event == "flagged" else flags.discard)(f["flag"])
    elif event in ("assigned", "handed_back"): i.update(handler=f["to"], given=at); flags -= {"handler_away"} if event == "assigned" else set()
    elif event == "notice_freed" and mails.get("notice", {}).get("failure", "unknown") != "unknown": i.update(no_notice=False, lost=mails.pop("notice"))
    elif event in ("notice_barred", "notice_freed", "notice_reset"): i["no_notice"] = f.get("barred", event == "notice_barred"); mails.update({"notice": i.pop("lost"), **mails} if event == "notice_reset" and "lost" in i else {})
    elif event == "promised": i["by_hand"].append((read(at), f["date"])); i["promise"] = f["date"]
    elif event == "unpromised":
        i["by_hand"] = i["by_hand"][:-1] if i["by_hand"][-1:] and i["by_hand"][-1][1] == f["date"] else i["by_hand"]
        i["promise"] = max([(read(m.get("queued") or m["sent"]), m["promise"]) for m in mails.values() if m.get("promise")] + i["by_hand"][-1:], default=(0, None))[1]
    elif event == "noticed_by_hand": i.update(state="open", since=at, settled=None, promise=f["promise"]); mails["notice"] = {"queued": at, "sent": f["at"], "promise": f["promise"]}
    elif event == "twinned": i["came"] = min(i["came"], f.get("arrival") or i["came"], key=read)
    elif event in ("due_changed", "repledged", "judged", "posted", "uncovered", "tied", "follows"):
        i.update({k: v for k, v in f.items() if k != "reasons"} | ({"covered_by": None} if event == "uncovered" else {"leader": f.get("leader")} if event == "follows" else {}))
    elif event == "withdrawn": mails.pop(effect, None); i["promise"] = i["by_hand"][-1][1] if i["by_hand"] and effect in ("notice", "letter") else None if effect in ("notice", "letter") else i.get("promise")
    elif effect:
        known = {k: v for k, v in mails.get(effect, {}).items() if k != "failed" or event != "sent" or mails[effect]["failure"] != "unknown"}
        mails[effect] = ({"queued": min(at, f["at"], key=read), **f, **known} if event == "sent" else {**known, **f}) | {"queued" if event == "withheld" else event: f.get("at", at)}; i["promise"] = (f.get("promise") if event != "sent" or not i["by_hand"] else None) or i.get("promise")
    i["since"] = at if event in ("answered", "probably_answered", "not_answered", "closed", "excluded", "presumed", "lapsed", "reopened") else i["since"]
    i["asked"] = at if event in ("reopened", "not_answered", "uncovered") or event == "repledged" and not f.get("back") or event == "follows" and led and not f.get("leader") else i.get("asked")
    i["turned_out"] = event == "reopened" and i["doubted"] or event != "presumed" and i.get("turned_out"); i["doubted"] = event == "presumed" or event != "reopened" and i["doubted"]
def place(i, closes, answered, by_word, how, now):
    if not i.get("due") and not i.get("reason"): return "history"
    if i["state"] == "excluded" or not i.get("due"):
        why = next(iter(i["reason"])) if isinstance(i["reason"], dict) else i["reason"]
        return "excluded_by_hand" if why == "person" else "internal" if why == "internal" else "own_traffic" if why in OWN or i["class"] == "own" else i["class"] if i["class"] in NO_PLEDGE else "other_excluded"
    if how in ("no-answer-needed", "handed-over"): return {"no-answer-needed": "closed_without_answer"}.get(how, "handed_over")
    if i["presumed"] or i.get("covered_by"): return "no_question" if i["presumed"] else "covered"
    if answered and answered < closes and not by_word: return "answered_in_time"
    in_time = i["sent"] and read(i["sent"]) < closes and (read(i["came"]) <= read(i["sent"]) or i.get("leader")) or i.get("on", "9999") <= i["due"]["date"]
    if in_time and i["due"].get("kept_by") not in ("contact", "release"): return "noticed_in_time"
    if (answered or now) >= closes: return "broken"
    return "pending" if not answered else "filed" if how == "done-folder" else "said_afterwards" if read(i["since"]) >= closes else "self_reported"
def promises(i, told, answered, today):
    given, fates, ended, since = i["by_hand"], [], str(answered.date()) if answered else None, told.get("queued") or i["sent"]
    is_new = told.get("promise") and not any(at <= read(since) and until == told["promise"] for at, until in given)
    given = sorted(given + ([(read(since), told["promise"])] if is_new else []), key=lambda promise: promise[0])
    given = [promise for n, promise in enumerate(given) if n == 0 or given[n - 1][1] != promise[1]]
    for n, (_, until) in enumerate(given):
        moved = str(given[n + 1][0].date()) if n + 1 < len(given) else None
        kept, runs = not moved and ended and ended <= until, not moved and not ended and str(today) <= until
        fates.append("promises_" + ("moved" if moved and moved <= until else "kept" if kept else "pending" if runs else "broken"))
    return fates
