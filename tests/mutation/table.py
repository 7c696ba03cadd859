"""What a run of mutants came to: a table, a file, a score."""

import json


def cut(text, width):
    return text if len(text) <= width else text[:width - 1] + "…"


def readable(text):
    """Sources are read as Latin-1."""
    try:
        return text.encode("latin-1").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def rows(choices, verdicts):
    order = {"survived": 0, "equivalent": 1, "killed": 2}
    for choice in sorted(choices, key=lambda c: (order[verdicts[c.key].verdict], c.where)):
        verdict = verdicts[choice.key]
        by = f"{verdict.by} ({verdict.how})" if verdict.by else verdict.how
        yield choice.key, choice.where, readable(choice.change), verdict.verdict, by


def print_table(choices, verdicts):
    table = [("mutant", "where", "what changed", "verdict", "killed by"), *rows(choices, verdicts)]
    widths = [min(max(len(row[at]) for row in table), most) for at, most in enumerate((40, 60, 90, 10, 80))]
    for row in table:
        print("  ".join(cut(cell, width).ljust(width) for cell, width in zip(row, widths)).rstrip())


def summary(verdicts, dropped, total):
    count = {name: sum(v.verdict == name for v in verdicts.values()) for name in ("killed", "survived", "equivalent")}
    judged = count["killed"] + count["survived"]
    return {**count, "timed_out": sum(v.how == "time-out" for v in verdicts.values()), "do_not_compile": dropped,
            "possible": total, "score": count["killed"] / judged if judged else None}


def print_summary(s):
    score = "" if s["score"] is None else f"; mutation score {100 * s['score']:.1f} %"
    print(f"\n{s['killed']} killed ({s['timed_out']} of them by time-out), {s['survived']} survived, {s['equivalent']} equivalent"
          f"{score}; {s['do_not_compile']} more did not compile; {s['possible']:,} mutants are possible")


def write_json(path, arguments, choices, verdicts, totals):
    mutants = [{"key": c.key, "change": readable(c.change), **verdicts[c.key]._asdict(),
                "places": [{"file": p.file, "line": p.line, "function": p.function, "operator": p.operator,
                            "original": readable(p.original), "mutated": readable(p.mutated)} for p in c.places]}
               for c in choices]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"seed": arguments.seed, "count": arguments.count, "only": arguments.only, "totals": totals,
                                "mutants": mutants}, indent=1, ensure_ascii=False) + "\n")
