"""The report of a replay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eyecomm import __version__
from eyecomm.replay.learning import Key
from eyecomm.replay.results import Result, summarize

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Session:
    """What came out for one session of a person.

    Parameters
    ----------
    key : tuple of str
        Person and session.
    results : tuple of Result
        Its test rows.
    ages : tuple of int
        Of every look learned from: 0 today, 1 the session before, and so on.
    reason : str
        Why nothing could be learned; empty when it could.
    """

    key: Key
    results: tuple[Result, ...]
    ages: tuple[int, ...]
    reason: str = ""


def make_report(source: str, sessions: Sequence[Session], warnings: Mapping[str, str]) -> dict[str, Any]:
    """Put everything into one object that JSON can hold.

    Parameters
    ----------
    source : str
        Name of the file that was replayed.
    sessions : sequence of Session
        Results.
    warnings : mapping of str to str
        Pictures that could not be read, and why.
    """
    people = dict.fromkeys(session.key[0] for session in sessions)
    return {
        "schema_version": SCHEMA_VERSION,
        "program": "EyeComm",
        "program_version": __version__,
        "source": source,
        "overall": summarize(_results(sessions)),
        "people": [
            {"person": person, **summarize(_results([one for one in sessions if one.key[0] == person]))}
            for person in people
        ],
        "sessions": [_session(session) for session in sessions],
        "unreadable_images": [{"image": image, "reason": reason} for image, reason in warnings.items()],
        "rows": [result.to_json() for result in sorted(_results(sessions), key=lambda result: result.order)],
    }


def _results(sessions: Sequence[Session]) -> list[Result]:
    return [result for session in sessions for result in session.results]


def _session(session: Session) -> dict[str, object]:
    return {
        "person": session.key[0],
        "session": session.key[1],
        "calibrate_rows_used": sum(age == 0 for age in session.ages),
        "past_rows_used": sum(age > 0 for age in session.ages),
        "past_sessions_used": len(set(session.ages) - {0}),
        **summarize(session.results),
        "reason": session.reason or None,
    }
