"""What the program and its speech process say to each other: one JSON object a line, over the process's own pipes.

Words travel only here: not on a command line, not in the environment, not in a log and not in a file of their own.

==========  ===========================================  ==========================================================
To           Message                                      Meaning
==========  ===========================================  ==========================================================
process      configure, language, voice, rate_wpm, volume  Use these settings from the next utterance on.
process      activate                                     Watch the audio device: you are the one who speaks.
process      say, id, text                                Speak.
process      save, id, text, path                         Write a WAV file.
process      stop, id                                     Be silent, if that utterance is the one being said.
process      voices                                       List the voices.
program      ready                                        The engine works.
program      broken, reason                               The engine cannot be made; the process ends.
program      configured, voice, as_asked                  The settings are in force.
program      audible, value                               Whether there is an audio device.
program      started, id                                  The first sound is on its way.
program      progress                                     Sound is being made: not hanging.
program      finished, id, completed                      Said to the end, or stopped.
program      failed, id, reason                           Not said, and another try would not help.
program      unheard, id                                  Not said: no audio device.
program      voices, voices                               Id, name and languages of each.
==========  ===========================================  ==========================================================
"""

import json
from pathlib import Path
from typing import Any

Message = dict[str, Any]


def encode(message: Message) -> bytes:
    """Write a message as one line of ASCII."""
    return json.dumps(message).encode("ascii") + b"\n"


def decode(line: bytes) -> Message | None:
    """Read a message; None when the line is none."""
    try:
        message = json.loads(line)
    except ValueError:  # also what is not UTF-8
        return None
    return message if isinstance(message, dict) and isinstance(message.get("is"), str) else None


def draft_of(path: Path) -> Path:
    """Name the file that becomes `path` when it is complete."""
    return path.with_name(path.name + ".part")
