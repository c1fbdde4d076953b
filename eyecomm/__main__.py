"""The command line."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from eyecomm import __version__

MOST_PIXELS = 2**26
EPILOG = "eyecomm replay --help tells how to check the accuracy of the gaze on recorded pictures."
INTERRUPTED = 130  # 128 + SIGINT, as a shell says it


def main(arguments: list[str] | None = None) -> int:
    """Start the app; without a screen show what it does and where the proof lies."""
    arguments = sys.argv[1:] if arguments is None else arguments
    # Many small matrices: threads only get in each other's way, and in the way of the rest of the computer.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if arguments[:1] == ["replay"]:
        return _replay(arguments[1:])
    asked = _parser().parse_args(arguments)
    if asked.say:
        return _say(asked.say, asked.wav or Path("spoken.wav"))
    headless = _has_no_screen()
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        print("There is no screen: the virtual patient shows what EyeComm does, and leaves pictures and sound.")
    # The app is imported only here: --version and --help answer at once, and Qt sees the platform chosen above.
    from eyecomm.app import Options, run

    text = asked.virtual_patient
    if headless and text is None:
        text = "Hello"
    proof = asked.proof or (Path(tempfile.mkdtemp(prefix="eyecomm-")) if headless else None)
    options = Options(asked.home, asked.camera, text or "", asked.windowed, proof)
    return run(options, lambda sentence: print(sentence, flush=True))


def _say(text: str, path: Path) -> int:
    """Write words to a sound file, and say where it is."""
    from eyecomm.conversation.voice import VoiceSettings
    from eyecomm.devices.voice import VoiceError, save_wav

    try:
        save_wav(text, path, VoiceSettings())
    except VoiceError:
        print(f"The sound could not be written to {path}: is the folder there, and is there space?")
        return 1
    print(path)
    return 0


def _replay(arguments: list[str]) -> int:
    """Predict recorded looks; a small picture file that claims to be huge must not fill the memory."""
    os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MOST_PIXELS))
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    from eyecomm.replay.command import main as replay

    try:
        return replay(arguments, print, lambda sentence: print(sentence, file=sys.stderr), _show_progress)
    except KeyboardInterrupt:
        print("\nStopped; no report was written.", file=sys.stderr)
        return INTERRUPTED


def _show_progress(doing: str, done: int, total: int) -> None:
    """Keep one line at the terminal up to date; a file or a pipe gets none."""
    if not sys.stderr.isatty():
        return
    text = f"{doing}: {done}{f' of {total}' if total else ''}"
    print(f"\r{text:40s}\r", end="", file=sys.stderr, flush=True)  # what is said next takes its place


def _camera(text: str) -> str:
    from eyecomm.devices.camera_choice import CameraChoice

    try:
        CameraChoice.from_str(text)
    except ValueError:
        message = f"{text!r} is no camera; try index:0, name:NAME, video:FILE, folder:DIR or url:http://127.0.0.1:PORT/"
        raise argparse.ArgumentTypeError(message) from None
    return text


def _has_no_screen() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return os.environ.get("QT_QPA_PLATFORM") == "offscreen"
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eyecomm", description="Speak with your eyes.", epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"EyeComm {__version__}")
    parser.add_argument("--virtual-patient", metavar="TEXT", nargs="?", const="Hello", help="watch it say TEXT")
    parser.add_argument("--camera", type=_camera, help="index:0, video:FILE, folder:DIR or url:http://127.0.0.1:PORT/")
    parser.add_argument("--say", metavar="TEXT", help="write TEXT as speech to a sound file and end")
    parser.add_argument("--wav", type=Path, metavar="FILE", help="the sound file for --say (spoken.wav)")
    parser.add_argument("--windowed", action="store_true", help="do not fill the screen")
    parser.add_argument("--home", type=Path, metavar="DIR", help="keep everything in this folder")
    parser.add_argument("--proof", type=Path, metavar="DIR", help="save pictures and sound of a demonstration there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
