"""From a frame to a painted cell: milliseconds a stage, CPU share at 30 frames a second, memory and start-up time.

    python -m bench.latency [--frames 300]

The frames are rendered beforehand: drawing the virtual patient is no part of the path. Everything else is the app's
own: MediaPipe, pipeline, session, board. Simulated face, offscreen window; figures of a machine as busy as it is.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psutil
from PySide6.QtWidgets import QApplication

from eyecomm.calibration.layout import read_layout
from eyecomm.calibration.model import calibrate
from eyecomm.calibration.session import CalibrationSession
from eyecomm.conversation.session import Session
from eyecomm.devices.face_landmarker import FaceLandmarker
from eyecomm.gaze.pipeline import GazePipeline
from eyecomm.geometry import Point, Rect, Screen
from eyecomm.samples import Frame
from eyecomm.selection.dwell import DwellSelector
from eyecomm.simulate.face import CameraModel
from eyecomm.simulate.portrait import Portrait
from eyecomm.simulate.typist import Say
from eyecomm.simulate.view import ScreenView, SeenCell
from eyecomm.simulate.visitor import virtual_patient
from eyecomm.storage.boards import load_boards
from eyecomm.storage.paths import find_paths
from eyecomm.storage.resources import resource
from eyecomm.ui.board_view import BoardView

SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
AREA = Rect(0, 173, 1920, 855)
STAGES = ("face landmarks", "features and gaze", "dwell and session", "decision (sum of the above)", "paint", "all")
START_UP = """
import time; began_s = time.monotonic()
import sys; from pathlib import Path
from PySide6.QtWidgets import QApplication
from eyecomm.app import App, Options
qt = QApplication([]); app = App(qt, Options(home=Path(sys.argv[1])), print); app._show(); qt.processEvents()
print(time.monotonic() - began_s); app.tracker.stop(); app.clicker.close()
"""


def rendered(size_px: tuple[int, int], count: int) -> tuple[GazePipeline, Session, FaceLandmarker, list[Frame]]:
    """Calibrate the virtual patient, and draw the frames in which it looks at the board."""
    faces = resource("faces/astronaut.png").read_bytes(), resource("faces/astronaut.json").read_text(encoding="utf-8")
    camera = virtual_patient(SCREEN, Portrait.decode(*faces), (Say("HELLO"),), camera=CameraModel(*size_px))
    landmarker, pipeline = FaceLandmarker(resource("models/face_landmarker.task")), GazePipeline()
    layout = read_layout(resource("calibration/layouts/nine.json").read_text(encoding="utf-8"))
    calibration = CalibrationSession(layout, SCREEN)
    while not calibration.done:
        camera.see(ScreenView(beacon=calibration.step.target))
        frame = camera.read()
        assert frame is not None
        sample, features = pipeline.update(landmarker.detect(frame), frame.timestamp_s)
        calibration.update(features, sample.openness, sample.timestamp_s)
    learned = calibrate(calibration.result())
    pipeline.use(learned.estimator, learned.quality.precision_px)
    with tempfile.TemporaryDirectory() as home:
        boards = load_boards(find_paths(Path(home))).value
    session = Session(boards, DwellSelector(), AREA)
    camera.see(ScreenView(tuple(SeenCell(cell.button.label, cell.rect) for cell in session.turn.cells)))
    frames = [frame for _ in range(count) if (frame := camera.read()) is not None]
    return pipeline, session, landmarker, frames


def measure(size_px: tuple[int, int], count: int, qt: QApplication) -> tuple[list[str], float]:
    """Give a row a stage, and the CPU seconds of one frame."""
    pipeline, session, landmarker, frames = rendered(size_px, count)
    view = BoardView()
    view.setGeometry(0, 0, int(AREA.width), int(AREA.height))
    view.place_at(Point(AREA.x, AREA.y))
    view.show()
    view.show_turn(session.turn)
    qt.processEvents()
    times_ms, cpu_s = np.empty((len(frames), len(STAGES))), time.process_time()
    for row, frame in zip(times_ms, frames, strict=True):
        marks = [time.perf_counter()]
        face = landmarker.detect(frame)
        marks.append(time.perf_counter())
        sample, _ = pipeline.update(face, frame.timestamp_s)
        marks.append(time.perf_counter())
        turn = session.update(sample)
        marks.append(time.perf_counter())
        view.show_turn(turn)
        qt.processEvents()
        marks.append(time.perf_counter())
        steps = np.diff(marks) * 1000
        row[:] = (*steps[:3], steps[:3].sum(), steps[3], steps.sum())
    cpu_s = (time.process_time() - cpu_s) / len(frames)
    landmarker.close()
    name = f"{size_px[0]}x{size_px[1]}"
    rows = [
        f"{name:10s} {stage:28s} {np.median(column):8.2f} {np.percentile(column, 95):8.2f}"
        for stage, column in zip(STAGES, times_ms.T, strict=True)
    ]
    return rows, cpu_s


def start_up_s() -> float:
    """Time from the start of Python's imports to the painted window."""
    with tempfile.TemporaryDirectory() as home:
        told = subprocess.run([sys.executable, "-c", START_UP, home], capture_output=True, text=True, check=True)
    return float(told.stdout.split()[-1])


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--frames", type=int, default=300)
    count = options.parse_args().frames
    qt = QApplication([])
    print(f"{'camera':10s} {'stage':28s} {'median':>8s} {'p95':>8s}   milliseconds")
    for size_px in ((640, 480), (1280, 720)):
        rows, cpu_s = measure(size_px, count, qt)
        print("\n".join(rows))
        print(f"{size_px[0]}x{size_px[1]:<6d} CPU at 30 frames a second: {cpu_s * 30:.0%} of one core")
    print(
        f"memory of this process, frames kept for the bench included: {psutil.Process().memory_info().rss / 1e6:.0f} MB"
    )
    starts = sorted(start_up_s() for _ in range(3))
    print(f"start-up to the painted window: median {starts[1]:.2f} s of {', '.join(f'{s:.2f}' for s in starts)}")


if __name__ == "__main__":
    main()
