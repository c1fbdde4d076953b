"""Find blinks in a recorded eye aspect ratio: python -m bench.blinks.

One person, four clips (blink_laiyt, MIT): dlib's aspect ratio of each frame ("x": no face; "*": the detector of its
authors fired) and the frames marked by hand as blinks. Ours sees the same numbers: the personal baseline turns them
into openness, the lid gate says when the gaze does not count, and a held blink selects.

The frame rate is not known ("fps may be an issue", say its authors). The clips' names tell their minutes, which makes
10 to 15 frames a second; the table shows that, and what would follow from 15, 20 or 30. The ratio is dlib's, open at
0.25 and in a blink seldom below 0.13; ours comes from MediaPipe and reaches farther down.

Columns
    recall, precision  of marked and found blinks; they belong together within 150 ms. Marks on neighbouring frames are
                       one blink.
    false an hour      found blinks where nobody has marked one
    theirs             the same, for the detector of the authors
    held an hour       held blinks that would select, by default settings: all false, as nobody meant to select
    away               share of the time in which the lids take the gaze away
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eyecomm.gaze.lids import LidGate
from eyecomm.gaze.openness import PersonalBaseline
from eyecomm.selection.blink import HeldBlink

DATA = Path(__file__).parents[2] / "shared" / "data" / "blink_laiyt"
RATES_HZ = (None, 15.0, 20.0, 30.0)
NEAR_S = 0.15

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip: the aspect ratios (None: no face), the frames found by its authors and marked by hand, the minutes."""

    name: str
    ratios: tuple[float | None, ...]
    fired: tuple[int, ...]
    marked: tuple[int, ...]
    minutes: float

    @property
    def rate_hz(self) -> float:
        """Frames a second, if the name tells the minutes rightly."""
        return len(self.ratios) / (60 * self.minutes)


def load(path: Path) -> Clip:
    """Read one clip and its marks."""
    lines = path.read_text(encoding="utf-8").split("\n")
    lines = [line for line in lines if line.strip()]
    ratios = tuple(None if line.strip() == "x" else float(line.split()[-1]) for line in lines)
    fired = tuple(i for i, line in enumerate(lines) if line.startswith("*"))
    marked = tuple(json.loads(path.with_name(path.stem + "_no.json").read_text(encoding="utf-8")))
    return Clip(path.stem, ratios, fired, marked, float(path.stem.rsplit("_", 1)[1].removesuffix("m")))


@dataclass(frozen=True, slots=True)
class Found:
    """What ours made of a clip: when the lids took the gaze away, times of held blinks, share of the time away."""

    gated: list[Span]
    held_s: list[float]
    away: float


def watch(clip: Clip, rate_hz: float) -> Found:
    """Run openness, lid gate and held blink over a clip."""
    baseline, gate, held = PersonalBaseline(), LidGate(), HeldBlink()
    away_s, held_s, seen = [], [], 0
    for i, ratio in enumerate(clip.ratios):
        now_s = i / rate_hz
        openness = None if ratio is None else baseline.update((ratio, ratio), now_s)
        if held.update(now_s, openness).fired:
            held_s.append(now_s)
        if openness is not None:
            seen += 1
            away_s += [] if gate.update(openness, now_s) else [now_s]
    return Found(join(away_s, 1.5 / rate_hz), held_s, len(away_s) / seen)


def join(times_s: Sequence[float], gap_s: float) -> list[Span]:
    """Join times that are no farther apart than a gap into spans."""
    spans: list[Span] = []
    for time_s in times_s:
        if spans and time_s - spans[-1][1] <= gap_s:
            spans[-1] = (spans[-1][0], time_s)
        else:
            spans.append((time_s, time_s))
    return spans


def match(found: Sequence[Span], marked: Sequence[Span]) -> int:
    """Count pairs of spans that overlap within `NEAR_S`; each belongs to one pair at most."""
    pairs, rest = 0, list(found)
    for begin_s, end_s in marked:
        near = [span for span in rest if span[0] <= end_s + NEAR_S and span[1] >= begin_s - NEAR_S]
        if near:
            rest.remove(near[0])
            pairs += 1
    return pairs


def cells(found: Sequence[Span], marked: Sequence[Span], hours: float) -> str:
    """Give recall, precision and false ones an hour as text."""
    pairs = match(found, marked)
    precision = f"{pairs / len(found):9.2f}" if found else f"{'-':>9}"
    return f"{pairs / max(len(marked), 1):6.2f} {precision} {(len(found) - pairs) / hours:7.0f}"


@dataclass
class Total:
    """Sums over clips."""

    gated: list[Span]
    theirs: list[Span]
    marked: list[Span]
    held: int = 0
    hours: float = 0.0
    away: float = 0.0

    def add(self, clip: Clip, rate_hz: float) -> str:
        """Weigh one clip, and give its line."""
        found, step_s, hours = watch(clip, rate_hz), 1.5 / rate_hz, len(clip.ratios) / rate_hz / 3600
        marked = join([i / rate_hz for i in clip.marked], step_s)
        theirs = join([i / rate_hz for i in clip.fired], step_s)
        shift_s = 1e4 + 3600 * self.hours  # clips do not touch
        for all_spans, spans in ((self.gated, found.gated), (self.theirs, theirs), (self.marked, marked)):
            all_spans += [(begin_s + shift_s, end_s + shift_s) for begin_s, end_s in spans]
        self.held += len(found.held_s)
        self.hours += hours + 0.01
        self.away += found.away * hours
        return _line(clip.name, (found.gated, theirs, marked), len(found.held_s) / hours, found.away, hours)

    def line(self, pause_hours: float) -> str:
        """Give the line of all clips."""
        hours = self.hours - pause_hours
        spans = (self.gated, self.theirs, self.marked)
        return _line("all", spans, self.held / hours, self.away / hours, hours)


def _line(name: str, spans: tuple[list[Span], list[Span], list[Span]], held: float, away: float, hours: float) -> str:
    gated, theirs, marked = spans
    found = f"{cells(gated, marked, hours)}   {cells(theirs, marked, hours)}"
    return f"{name:<16} {len(marked):>6}   {found}   {held:8.0f} {100 * away:7.1f} %"


def main() -> None:
    """Print a table for each frame rate that is assumed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    clips = [load(path) for path in sorted(DATA.glob("*m.txt"))]
    if not clips:
        parser.exit(1, f"The clips are not in {DATA}.\n")
    for assumed_hz in RATES_HZ:
        rates = [assumed_hz or clip.rate_hz for clip in clips]
        print("\nat " + (f"{assumed_hz:g} Hz" if assumed_hz else "the rate by the names of the clips"))
        print(f"{'':<16} {'blinks':>6}   {'ours: recall, precision,':^24}   {'theirs':^24}   {'held':>8} {'away':>9}")
        print(f"{'':<23}   {'false an hour':>24}   {'':>24}   {'an hour':>8}")
        total = Total([], [], [])
        for clip, rate_hz in zip(clips, rates, strict=True):
            print(f"{total.add(clip, rate_hz)}   {rate_hz:4.1f} Hz")
        print(total.line(0.01 * len(clips)))


if __name__ == "__main__":
    main()
