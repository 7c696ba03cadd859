"""What the comparison prints."""
import json
import sys
import time

from . import coverage

MOST_REFUSED = 0.15  # of what was tried: a sample that is refused tells nothing
WIDTH = 160


def short(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= WIDTH else text[:WIDTH] + "…"


class Progress:
    """A line on a terminal, and differences as they are found."""

    def __init__(self, total):
        self.total, self.done, self.differing, self.began = total, 0, 0, time.monotonic()
        self.is_drawn = sys.stderr.isatty()

    def tell(self, told):
        self.done += 1
        self.differing += bool(told.differences)
        if self.is_drawn:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        if told.commands:
            print_difference(told)
        if self.is_drawn and self.done < self.total:
            left = (time.monotonic() - self.began) / self.done * (self.total - self.done)
            print(f"same_results: {self.done} of {self.total} runs, {self.differing} differ, {left // 60:.0f}:{left % 60:02.0f} left", end="", file=sys.stderr, flush=True)


def print_difference(told):
    for found in told.differences:
        print(f"run {told.run.number}: {found.where}: {short(found.old)} -> {short(found.new)}")
    if told.failed:
        print(f"run {told.run.number}: both programs fail alike: {short(told.failed)}")
    for command in told.commands:
        print(f"    {command}", flush=True)


def lacking(all_told, runs, registry, covered, is_whole):
    """Why the sample says less than it should."""
    reasons = []
    if len(all_told) < len(runs):
        print(f"ended by --minutes after {len(all_told)} of {len(runs)} runs")
    missing = sorted(coverage.wanted(registry) - covered)
    if is_whole and missing:
        reasons.append("no run that both simulated has " + ", ".join(map(coverage.wording, missing)))
    pairs, refused = (sum(getattr(told, key) for told in all_told) for key in ("pairs", "refused"))
    if is_whole and refused > MOST_REFUSED * pairs:
        reasons.append(f"{refused} of {pairs} refused, which is too many")
    return reasons if all_told else ["no run matches"]


def conclude(all_told, runs, registry, mode, is_whole, seconds):
    """Prints the last lines; the exit code."""
    differing = sum(bool(told.differences) for told in all_told)
    covered = {item for told in all_told if told.simulated for item in coverage.of(told.simulated, registry)}
    untold = sum(bool(told.differences) and not told.commands for told in all_told)
    if untold:
        print(f"and {untold} more runs that differ")
    if registry.lone:
        print("not compared, as one program alone has it: " + ", ".join(registry.lone))
    print(coverage.line(coverage.wanted(registry), covered))
    summary, unmet = mode.conclusion()
    if summary:
        print(summary)
    reasons = lacking(all_told, runs, registry, covered, is_whole and not differing) + [f"{path} is in no results" for path in unmet]
    for reason in reasons:
        print(f"same_results: error: {reason}", file=sys.stderr)
    pairs, refused, size = (sum(getattr(told, key) for told in all_told) for key in ("pairs", "refused", "bytes"))
    failed = sum(bool(told.failed) for told in all_told)
    print(f"{pairs} runs by each program, {size / 1e6:.1f} MB compared, {seconds:.0f} s; {refused} refused by both ({100 * refused / max(pairs, 1):.1f} %)"
          + (f", {failed} failed in both" if failed else "") + (f"; {differing} differ" if differing else "; no difference"))
    return 1 if differing else 2 if reasons else 0
