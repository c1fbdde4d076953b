"""Measure the voice against a sound server: how soon it is heard, how soon it is silent, how it survives its engine.

Starts a PulseAudio of its own with a sink into nothing, records what that sink is given, and finds in the recording
when sound began and ended. Where PulseAudio is missing, what can be measured without it is.

Run with `python bench/speech.py [rounds] [utterances]`.
"""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil

from eyecomm.conversation.voice import Configured, Finished, Interrupted, Started, Utterance, VoiceEvent, VoiceSettings
from eyecomm.devices.alarm import Alarm
from eyecomm.devices.sound import SelectionSounds
from eyecomm.devices.voice import SupervisedVoice

RATE_HZ = 16000
LOUD = 200  # of 32767; the sink's own silence is exact
SENTENCE = "I would like to have a glass of water, and then I would like to sleep for a while, please."
Row = tuple[str, str]
RECORDED = ("--format=s16le", f"--rate={RATE_HZ}", "--channels=1")
MODULES = ("-L", "module-native-protocol-unix", "-L", "module-null-sink sink_name=bench")


class Recorder:
    """Records the sink and remembers when each piece of the recording came."""

    def __init__(self) -> None:
        form = ["--latency-msec=5", "--raw", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1"]
        self._process = subprocess.Popen(
            ["parec", "-d", "bench.monitor", *form],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._pieces: list[tuple[float, npt.NDArray[np.int16]]] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        pipe = self._process.stdout
        if pipe is None:
            return
        with pipe:
            while data := os.read(pipe.fileno(), 4096):
                self._pieces.append((time.monotonic(), np.frombuffer(data[: len(data) // 2 * 2], np.int16)))

    def forget(self) -> None:
        """Forget what was recorded."""
        self._pieces = []

    def loud_s(self) -> npt.NDArray[np.float64]:
        """Give the times at which sound arrived, in monotonic seconds."""
        times = [
            at_s - (len(piece) - np.flatnonzero(np.abs(piece.astype(np.int32)) > LOUD)) / RATE_HZ
            for at_s, piece in list(self._pieces)
        ]
        return np.concatenate(times) if times else np.empty(0)

    def close(self) -> None:
        """Stop recording."""
        self._process.kill()
        self._process.wait()
        self._thread.join()


@contextlib.contextmanager
def sound_server() -> Iterator[Recorder]:
    """Run a sound server of our own in a folder of its own, and record what it plays."""
    with tempfile.TemporaryDirectory(prefix="eyecomm-bench-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = os.environ["PULSE_RUNTIME_PATH"] = folder
        os.environ.pop("PULSE_SERVER", None)
        modules = ["-L", "module-native-protocol-unix", "-L", "module-null-sink sink_name=bench"]
        server = subprocess.Popen(
            ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no", *modules],
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(lambda: subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode == 0)
            recorder = Recorder()
            time.sleep(3.0)  # the sink sleeps in blocks of 2 s until its recorder wakes it
            yield recorder
            recorder.close()
        finally:
            server.terminate()
            server.wait()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it holds, at most 20 s."""
    give_up_s = time.monotonic() + 20.0
    while not condition():
        if time.monotonic() > give_up_s:
            raise TimeoutError("this takes too long")
        time.sleep(0.002)


class Bench:
    """A voice, a recorder, and what was asked for so far."""

    def __init__(self, voice: SupervisedVoice, recorder: Recorder | None) -> None:
        self.voice = voice
        self.recorder = recorder
        self._number = 0

    def say(self, text: str) -> int:
        """Ask for words."""
        self._number += 1
        self.voice.speak(Utterance(self._number, text))
        return self._number

    def save(self, text: str, path: Path) -> int:
        """Ask for a file."""
        self._number += 1
        self.voice.speak(Utterance(self._number, text, path))
        return self._number

    def until(self, *wanted: VoiceEvent) -> None:
        """Let the voice work until one of the events comes."""
        give_up_s = time.monotonic() + 30.0
        while not any(event in wanted for event in self.voice.events(0.5)):
            if time.monotonic() > give_up_s:
                raise TimeoutError(f"{wanted} never came")

    def until_heard(self, since_s: float) -> float:
        """Give the seconds from a time until sound."""
        recorder = self.recorder
        if recorder is None:
            raise ValueError("nothing is recorded")
        wait_for(lambda: bool(self.voice.events(0.0)) or bool(np.any(recorder.loud_s() >= since_s)))
        wait_for(lambda: bool(np.any(recorder.loud_s() >= since_s)))
        loud_s = recorder.loud_s()
        return float(loud_s[loud_s >= since_s][0] - since_s)

    def hush(self) -> float:
        """Stop, and give the seconds until silence."""
        recorder = self.recorder
        if recorder is None:
            raise ValueError("nothing is recorded")
        since_s = time.monotonic()
        self.voice.stop()
        self.until(Interrupted(self._number))
        time.sleep(0.4)
        loud_s = recorder.loud_s()
        recorder.forget()
        return max(0.0, float(loud_s[-1] - since_s)) if len(loud_s) else 0.0

    def engine(self) -> int:
        """Give the number of the process that speaks."""
        active = self.voice._pair.active  # noqa: SLF001  # only a bench kills it
        if active is None:
            raise ValueError("nothing speaks")
        return active.pid


def summary(name: str, values_s: list[float]) -> Row:
    """Give the median, the 95th percentile and the worst."""
    ms = np.array(values_s) * 1000
    return name, f"{np.median(ms):6.0f} ms {np.percentile(ms, 95):6.0f} ms {ms.max():6.0f} ms"


def measure_heard(bench: Bench, rounds: int) -> list[Row]:
    """Measure from request to sound and from stop to silence."""
    heard, silent = [], []
    for _ in range(rounds):
        asked_s = time.monotonic()
        bench.say(SENTENCE)
        heard.append(bench.until_heard(asked_s))
        time.sleep(0.3)
        bench.voice.events(0.0)
        silent.append(bench.hush())
    return [summary("request to audible", heard), summary("stop to silence", silent)]


def measure_failures(bench: Bench, rounds: int) -> list[Row]:
    """Measure how soon words are heard again after a crash, a hang that is stopped, and a hang that nobody stops."""
    crashes = [_failure(bench, signal.SIGKILL, stop=False) for _ in range(rounds)]
    stopped = [_failure(bench, signal.SIGSTOP, stop=True) for _ in range(rounds)]
    hangs = [_failure(bench, signal.SIGSTOP, stop=False) for _ in range(3)]
    return [
        summary("crash to audible again", crashes),
        summary("stop of a hung engine to the next words", stopped),
        summary("hang (noticed after 3 s) to audible again", hangs),
    ]


def _failure(bench: Bench, how: signal.Signals, *, stop: bool) -> float:
    """Let the engine fail in the midst of words, and give the seconds until words are heard again."""
    wait_for(lambda: bench.voice.events(0.01) == () and len(list(bench.voice._pair.ready)) == 2)  # noqa: SLF001  # ditto
    number = bench.say(SENTENCE)
    bench.until(Started(number))
    bench.until_heard(time.monotonic())
    failed_s = time.monotonic()
    os.kill(bench.engine(), how)
    if stop:
        bench.voice.stop()
        number = bench.say(SENTENCE)
    bench.until(Started(number))
    started_s = time.monotonic()
    heard_s = started_s + bench.until_heard(started_s)
    bench.hush()
    return heard_s - failed_s


def measure_click(recorder: Recorder, rounds: int) -> list[Row]:
    """Measure from a selection to its click."""
    sounds, results = SelectionSounds(1.0), []
    sounds.click()
    time.sleep(0.5)
    for _ in range(rounds):
        recorder.forget()
        asked_s = time.monotonic()
        sounds.click()
        wait_for(lambda: bool(np.any(recorder.loud_s() >= asked_s)))  # noqa: B023  # called before the next round
        results.append(float(recorder.loud_s()[0] - asked_s))
        time.sleep(0.2)
    sounds.close()
    return [summary("click to audible", results)]


def measure_call(recorder: Recorder, rounds: int, folder: Path) -> list[Row]:
    """Measure from the call for the carer to its siren, and from the answer to silence."""
    alarm, heard, silent = Alarm(folder), [], []
    for _ in range(rounds):
        recorder.forget()
        asked_s = time.monotonic()
        alarm.ring()
        wait_for(lambda: len(recorder.loud_s()) > 0)
        heard.append(float(recorder.loud_s()[0] - asked_s))
        time.sleep(0.5)
        answered_s = time.monotonic()
        alarm.acknowledge()
        time.sleep(0.6)
        silent.append(max(0.0, float(recorder.loud_s()[-1] - answered_s)))
    return [summary("call to siren", heard), summary("answer to silence", silent)]


def measure_memory(bench: Bench, utterances: int, folder: Path) -> list[Row]:
    """Measure the growth of the processes over many utterances."""

    def say_some(count: int) -> None:
        for number in range(count):
            last = bench.save(f"Sentence number {number}.", folder / "a.wav")
            if bench.recorder is not None:
                last = bench.say("Yes.")
                bench.until(Started(last))
                bench.voice.stop()
                bench.until(Interrupted(last), Finished(last))
            else:
                bench.until(Finished(last))

    def rss_mb(pid: int) -> float:
        return float(psutil.Process(pid).memory_info().rss) / 1e6

    say_some(20)
    before = rss_mb(bench.engine()), rss_mb(os.getpid())
    say_some(utterances)
    after = rss_mb(bench.engine()), rss_mb(os.getpid())
    return [
        (f"speech process over {utterances} utterances", f"{before[0]:6.1f} MB -> {after[0]:.1f} MB"),
        (f"program over {utterances} utterances", f"{before[1]:6.1f} MB -> {after[1]:.1f} MB"),
    ]


def measure_all(recorder: Recorder | None, rounds: int, utterances: int) -> list[Row]:
    """Measure what can be measured here."""
    began_s = time.monotonic()
    voice = SupervisedVoice(VoiceSettings("en"))
    bench = Bench(voice, recorder)
    bench.until(Configured("gmw/en", as_asked=True))
    rows = [("start to ready", f"{(time.monotonic() - began_s) * 1000:6.0f} ms")]
    try:
        if recorder is not None:
            bench.say("Hello.")
            bench.until_heard(began_s)
            bench.hush()
            rows += measure_heard(bench, rounds)
            rows += measure_failures(bench, max(3, rounds // 2))
            rows += measure_click(recorder, rounds)
        with tempfile.TemporaryDirectory() as folder:
            if recorder is not None:
                rows += measure_call(recorder, max(3, rounds // 4), Path(folder))
            rows += measure_memory(bench, utterances, Path(folder))
    finally:
        voice.close()
    return rows


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", nargs="?", type=int, default=20)
    parser.add_argument("utterances", nargs="?", type=int, default=200)
    arguments = parser.parse_args()
    missing = [tool for tool in ("pulseaudio", "parec", "pactl") if shutil.which(tool) is None]
    if missing:
        print(f"No sound is measured: {', '.join(missing)} not found.")
        rows = measure_all(None, arguments.rounds, arguments.utterances)
    else:
        with sound_server() as recorder:
            rows = measure_all(recorder, arguments.rounds, arguments.utterances)
    print(f"{'':42}{'median':>9} {'p95':>9} {'worst':>9}")
    for name, value in rows:
        print(f"{name:42}{value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
