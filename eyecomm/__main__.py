"""The command line."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from eyecomm import __version__


def main(arguments: list[str] | None = None) -> int:
    """Start the app; without a screen show what it does and where the proof lies."""
    asked = _parser().parse_args(arguments)
    headless = _has_no_screen()
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        print("There is no screen: the virtual patient shows what EyeComm does, and leaves pictures and sound.")
    # Many small matrices: threads only get in each other's way, and in the way of the rest of the computer.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # The app is imported only here: --version and --help answer at once, and Qt sees the platform chosen above.
    from eyecomm.app import Options, run

    text = asked.virtual_patient
    if headless and text is None:
        text = "Hello"
    proof = asked.proof or (Path(tempfile.mkdtemp(prefix="eyecomm-")) if headless else None)
    options = Options(asked.home, asked.camera, text or "", asked.windowed, proof)
    return run(options, lambda sentence: print(sentence, flush=True))


def _has_no_screen() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return os.environ.get("QT_QPA_PLATFORM") == "offscreen"
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eyecomm", description="Speak with your eyes.")
    parser.add_argument("--version", action="version", version=f"EyeComm {__version__}")
    parser.add_argument("--virtual-patient", metavar="TEXT", nargs="?", const="Hello", help="watch it say TEXT")
    parser.add_argument("--camera", help="index:0, video:FILE, folder:DIR or url:http://127.0.0.1:PORT/")
    parser.add_argument("--windowed", action="store_true", help="do not fill the screen")
    parser.add_argument("--home", type=Path, metavar="DIR", help="keep everything in this folder")
    parser.add_argument("--proof", type=Path, metavar="DIR", help="save pictures and sound of a demonstration there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
