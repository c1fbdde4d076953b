"""The speech process: owns the speech engine and the audio device, so that neither can hurt the program.

It is started by `eyecomm.devices.voice` and speaks the protocol of `eyecomm.devices.voice_protocol`. It ends as soon
as the program does.
"""

import os
import queue
import signal
import sys
import threading
from typing import BinaryIO, Final, NoReturn

from eyecomm.devices.voice_channel import Channel, StopGate
from eyecomm.devices.voice_protocol import Message, decode

LOOKS_EVERY_S: Final = 2.0  # for an audio device that came or went


def main() -> NoReturn:
    """Run until the program closes its end of the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the terminal is for the program to handle
    channel = Channel(_claim_stdout())
    jobs: queue.SimpleQueue[Message] = queue.SimpleQueue()
    gate = StopGate()
    threading.Thread(target=_read, args=(sys.stdin.buffer, jobs, gate), daemon=True).start()
    try:
        from eyecomm.devices.voice_engine import SpeechEngine  # only now: libraries may print when they are imported

        engine = SpeechEngine(channel, gate)
    except Exception as error:  # noqa: BLE001  # whatever the vendors raise, the program must hear of it
        channel.send({"is": "broken", "reason": f"{type(error).__name__}: {error}"})
        sys.exit(1)
    channel.send({"is": "ready"})
    while True:
        try:
            message = jobs.get(timeout=LOOKS_EVERY_S)
        except queue.Empty:
            engine.look()
        else:
            engine.do(message)


def _claim_stdout() -> BinaryIO:
    """Keep the pipe for the protocol; what any library prints goes to the error stream instead."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return pipe


def _read(pipe: BinaryIO, jobs: queue.SimpleQueue[Message], gate: StopGate) -> None:
    """Queue what the program says, but obey a stop at once; end with the program."""
    for line in pipe:
        message = decode(line)
        if message is None:
            continue
        if message["is"] == "stop":
            gate.close_for(message["id"])
        else:
            jobs.put(message)
    os._exit(0)  # the engine may be busy or hanging: nothing is worth waiting for


if __name__ == "__main__":
    main()
