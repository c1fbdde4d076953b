"""The command `eyecomm replay`."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from eyecomm.devices.camera_errors import CameraError
from eyecomm.devices.camera_recording import VideoSource
from eyecomm.devices.face_landmarker import FaceLandmarker, FaceModelError
from eyecomm.devices.still_landmarker import StillLandmarker
from eyecomm.replay.report import make_report
from eyecomm.replay.stills import Album, Tell, replay_stills
from eyecomm.replay.video import Track, Viewing, replay_video
from eyecomm.storage.errors import StorageError
from eyecomm.storage.files import write_json
from eyecomm.storage.frames import read_frames, read_track
from eyecomm.storage.resources import resource

SETTLE_S = 0.8
DONE, FAILED = 0, 1
Say = Callable[[str], None]

DESCRIPTION = """\
Predict where people looked in recorded pictures or a video, with the app's own code, and write a report.

FRAMES.csv has the columns session, image, target_x_px, target_y_px and split (past, calibrate or test), and may have
person, screen_width_px, screen_height_px, screen_width_mm, distance_mm and timestamp_s; image paths are relative to it.
For each person and session with test rows it learns from the past rows of that person's other sessions and the
calibrate rows of this one. With --targets the file is a video, and TRACK.csv has timestamp_s instead of image."""


def main(arguments: Sequence[str], say: Say, complain: Say, tell: Tell) -> int:
    """Replay as the command line asks.

    Parameters
    ----------
    arguments : sequence of str
        What stands behind `replay`.
    say : callable
        Is given each sentence of the result.
    complain : callable
        Is given the sentence that says why there is no report.
    tell : callable
        Is told of the progress: what is done, how much of it, and of how much (0 when that is not known).

    Returns
    -------
    int
        0 when the report is written, 1 when not. A command line that makes no sense ends the program with 2.
    """
    asked = _parser().parse_args(arguments)
    try:
        report = _replay(asked, _tell_nobody if asked.quiet else tell)
        write_json(asked.out, report)
    except (StorageError, CameraError, FaceModelError) as error:
        complain(str(error))
        return FAILED
    if not asked.quiet:
        for sentence in sum_up(report, asked.out):
            say(sentence)
    return DONE


def sum_up(report: dict[str, Any], out: Path) -> list[str]:
    """Say in a few sentences what a report holds."""
    overall = report["overall"]
    sentences = [
        f"{overall['predicted_rows']} of {overall['test_rows']} test rows predicted, "
        f"{overall['rows_without_face']} without a face."
    ]
    if overall["median_error_px"] is not None:
        degrees = "" if overall["median_error_deg"] is None else f" ({overall['median_error_deg']:.2f} degrees)"
        sentences.append(
            f"Error: median {overall['median_error_px']:.0f} px{degrees}, mean {overall['mean_error_px']:.0f} px, "
            f"p95 {overall['p95_error_px']:.0f} px; {overall['share_within_95']:.0%} within the 95 % ellipse."
        )
    unreadable = report["unreadable_images"]
    if unreadable:
        first = unreadable[0]
        sentences.append(
            f"{len(unreadable)} pictures could not be read; the first: {first['image']}, {first['reason']}."
        )
    return [*sentences, str(out)]


def _replay(asked: argparse.Namespace, tell: Tell) -> dict[str, Any]:
    if asked.out.is_dir():
        raise StorageError(asked.out, "it is a folder, and the report needs a file")
    if asked.targets is None:
        return _replay_stills(asked, tell)
    return _replay_video(asked, tell)


def _replay_stills(asked: argparse.Namespace, tell: Tell) -> dict[str, Any]:
    rows = read_frames(asked.source)
    _keep_inputs(asked.out, [asked.source, *{row.path for row in rows}])
    detector = StillLandmarker(resource("models/face_landmarker.task"))
    try:
        album = Album(detector)
        album.look_at(rows, tell)
    finally:
        detector.close()
    return make_report(asked.source.name, replay_stills(rows, album, tell), album.warnings)


def _replay_video(asked: argparse.Namespace, tell: Tell) -> dict[str, Any]:
    track = Track(read_track(asked.targets), asked.settle_s)
    _keep_inputs(asked.out, [asked.source, asked.targets])
    model = resource("models/face_landmarker.task")
    viewing = Viewing(lambda: VideoSource(asked.source, live=False, loop=False), lambda: FaceLandmarker(model))
    return make_report(asked.source.name, replay_video(viewing, track, tell), {})


def _keep_inputs(out: Path, inputs: Iterable[Path]) -> None:
    """Refuse to write over what is read."""
    written = out.resolve()
    if any(one.resolve() == written for one in inputs):
        raise StorageError(out, "it is read here, and is not written over")


def _tell_nobody(_doing: str, _done: int, _total: int) -> None:
    pass


def seconds(text: str) -> float:
    """Read a time to leave out, 0 to 60 s; argparse puts this function's name into its sentence."""
    value = float(text)
    if not 0 <= value <= 60:
        raise ValueError(text)
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="eyecomm replay", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, metavar="FRAMES.csv|VIDEO", help="list of pictures, or a video")
    parser.add_argument("--out", type=Path, required=True, metavar="REPORT.json", help="where the report goes")
    parser.add_argument("--targets", type=Path, metavar="TRACK.csv", help="what is looked at in the video, and when")
    parser.add_argument(
        "--settle-s",
        type=seconds,
        default=SETTLE_S,
        metavar="S",
        help=f"seconds of the video left out after the target has changed ({SETTLE_S})",
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing but what went wrong")
    return parser
