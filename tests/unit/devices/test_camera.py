"""Cameras, videos, folders and local streams as one thing; the sources are made here, on the fly."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from eyecomm.devices import camera, camera_choice, camera_recording
from eyecomm.devices.camera import (
    CameraAddressError,
    CameraBusyError,
    CameraChoice,
    CameraError,
    CameraGoneError,
    CameraKind,
    CameraNotFoundError,
    DeviceSource,
    FolderSource,
    NotAVideoError,
    RecordingEndedError,
    UnusableFrameError,
    VideoSource,
    open_camera,
)
from eyecomm.gaze.protocols import FrameSource

COLOURS_BGR = ((200, 40, 40), (40, 200, 40), (40, 40, 200))


def picture(index: int, size_px: tuple[int, int] = (320, 240)) -> Any:
    return np.full((size_px[1], size_px[0], 3), COLOURS_BGR[index % 3], np.uint8)


def which(rgb: Any) -> int:
    """Tell which of the three colours a frame has."""
    return 2 - int(np.argmax(rgb.mean(axis=(0, 1))))


def write_video(path: Path, codec: str, size_px: tuple[int, int] = (320, 240), count: int = 6) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), 25.0, size_px)
    assert writer.isOpened()
    for index in range(count):
        writer.write(picture(index, size_px))
    writer.release()
    return path


def count_reads(source: FrameSource, until: type[CameraError]) -> int:
    """Read until this error comes, and count how often that went well."""
    for count in range(10_000):
        try:
            source.read()
        except until:
            return count
    pytest.fail("it never ends")


class TestVideo:
    @pytest.mark.parametrize(("name", "codec"), [("a.avi", "MJPG"), ("a.mp4", "mp4v")])
    def test_all_frames_come_in_order_in_rgb(self, tmp_path: Path, name: str, codec: str) -> None:
        source = VideoSource(write_video(tmp_path / name, codec), live=False, loop=False)
        frames = [source.read() for _ in range(6)]
        assert [which(frame.rgb) for frame in frames if frame] == [0, 1, 2, 0, 1, 2]
        assert all(frame and frame.rgb.shape == (240, 320, 3) and frame.rgb.flags.c_contiguous for frame in frames)
        stamps = [frame.timestamp_s for frame in frames if frame]
        assert np.diff(stamps) == pytest.approx([0.04] * 5)
        with pytest.raises(RecordingEndedError):
            source.read()
        source.close()
        source.close()

    def test_a_video_begins_again(self, tmp_path: Path) -> None:
        source = VideoSource(write_video(tmp_path / "a.avi", "MJPG", count=2), live=False)
        frames = [source.read() for _ in range(5)]
        assert [which(frame.rgb) for frame in frames if frame] == [0, 1, 0, 1, 0]
        assert np.all(np.diff([frame.timestamp_s for frame in frames if frame]) > 0)
        source.close()

    def test_a_grey_video_comes_in_three_channels(self, tmp_path: Path) -> None:
        path = tmp_path / "grey.avi"
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (320, 240), isColor=False)
        writer.write(np.full((240, 320), 90, np.uint8))
        writer.release()
        frame = VideoSource(path, live=False).read()
        assert frame is not None
        assert frame.rgb.shape == (240, 320, 3)
        assert frame.rgb.mean() == pytest.approx(90, abs=3)

    def test_4k_is_shrunk(self, tmp_path: Path) -> None:
        frame = VideoSource(write_video(tmp_path / "a.avi", "MJPG", (3840, 2160), 1), live=False).read()
        assert frame is not None
        assert frame.rgb.shape == (720, 1280, 3)

    def test_32_by_32_is_refused(self, tmp_path: Path) -> None:
        source = VideoSource(write_video(tmp_path / "a.avi", "MJPG", (32, 32), 1), live=False)
        with pytest.raises(UnusableFrameError):
            source.read()

    @pytest.mark.parametrize(
        "content",
        [b"", b"this is text, not a video\n" * 100, b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(range(256)) * 8],
        ids=["empty", "text", "damaged"],
    )
    def test_what_is_no_video_is_refused(self, tmp_path: Path, content: bytes, capfd: Any) -> None:
        path = tmp_path / "film.avi"
        path.write_bytes(content)
        with pytest.raises(NotAVideoError):
            open_camera(CameraChoice(CameraKind.VIDEO, str(path)))
        assert capfd.readouterr().err == ""

    def test_a_truncated_video_gives_what_it_has(self, tmp_path: Path) -> None:
        path = write_video(tmp_path / "a.avi", "MJPG", count=30)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        source = VideoSource(path, live=False, loop=False)
        assert 0 < count_reads(source, RecordingEndedError) < 30

    @pytest.mark.parametrize("value", ["http://127.0.0.1:9/", "/no/such/file.avi", "frame%03d.png", "."])
    def test_only_files_are_opened(self, value: str) -> None:
        with pytest.raises(CameraNotFoundError):
            open_camera(CameraChoice(CameraKind.VIDEO, value))


class TestFolder:
    def test_pictures_come_in_the_order_of_their_names(self, tmp_path: Path) -> None:
        for name, index in (("c.png", 2), ("a.png", 0), ("b.jpg", 1)):
            assert cv2.imwrite(str(tmp_path / name), picture(index))
        (tmp_path / "a.txt").write_text("not a picture")
        source = FolderSource(tmp_path, 10.0, live=False, loop=False)
        frames = [source.read() for _ in range(3)]
        assert [which(frame.rgb) for frame in frames if frame] == [0, 1, 2]
        assert np.diff([frame.timestamp_s for frame in frames if frame]) == pytest.approx([0.1, 0.1])
        with pytest.raises(RecordingEndedError):
            source.read()
        source.close()

    def test_names_in_any_script_and_16_bits_and_alpha(self, tmp_path: Path) -> None:
        deep = cv2.imencode(".png", np.full((240, 320), 0x8000, np.uint16))[1]
        clear = cv2.imencode(".png", np.full((240, 320, 4), 128, np.uint8))[1]
        (tmp_path / "眼.png").write_bytes(deep.tobytes())
        (tmp_path / "глаз.png").write_bytes(clear.tobytes())
        source = FolderSource(tmp_path, live=False)
        for _ in range(2):
            frame = source.read()
            assert frame is not None
            assert np.all(frame.rgb == 128)

    def test_a_damaged_picture_is_passed_over(self, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_bytes(b"no")
        (tmp_path / "b.png").write_bytes(b"")
        assert cv2.imwrite(str(tmp_path / "c.png"), picture(2))
        frame = FolderSource(tmp_path, live=False).read()
        assert frame is not None
        assert which(frame.rgb) == 2

    def test_only_damaged_pictures_are_no_video(self, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_bytes(b"no")
        source = FolderSource(tmp_path, live=False)
        with pytest.raises(NotAVideoError):
            source.read()

    def test_a_missing_or_empty_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(NotAVideoError):
            open_camera(CameraChoice(CameraKind.FOLDER, str(tmp_path)))
        with pytest.raises(CameraNotFoundError):
            open_camera(CameraChoice(CameraKind.FOLDER, str(tmp_path / "none")))


class TestPace:
    """A recording in live use keeps its own pace, by a clock of the test's own."""

    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
        clock = SimpleNamespace(now_s=100.0)

        def sleep(duration_s: float) -> None:
            clock.now_s += duration_s

        fake_time = SimpleNamespace(monotonic=lambda: clock.now_s, sleep=sleep)
        monkeypatch.setattr(camera_recording, "time", fake_time)
        return clock

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for index in range(3):
            assert cv2.imwrite(str(tmp_path / f"{index}.png"), picture(index))
        return tmp_path

    @staticmethod
    def stamps(source: FolderSource, count: int) -> list[float]:
        return [frame.timestamp_s for frame in (source.read() for _ in range(count)) if frame]

    def test_frames_come_when_they_are_due(self, folder: Path, clock: SimpleNamespace) -> None:
        assert self.stamps(FolderSource(folder, 10.0), 5) == pytest.approx([100.0, 100.1, 100.2, 100.3, 100.4])

    def test_after_a_pause_it_does_not_hurry(self, folder: Path, clock: SimpleNamespace) -> None:
        source = FolderSource(folder, 10.0)
        source.read()
        clock.now_s += 60
        assert np.diff(self.stamps(source, 4)[1:]) == pytest.approx([0.1, 0.1])

    def test_a_frame_due_much_later_does_not_block(self, folder: Path, clock: SimpleNamespace) -> None:
        source = FolderSource(folder, 0.8)
        results = [source.read() is not None for _ in range(7)]
        assert results == [True, False, False, True, False, False, True]
        assert clock.now_s == pytest.approx(102.5)


class FakeCapture:
    """A camera as OpenCV shows it, following a script."""

    def __init__(self, script: list[Any], *, opens: bool = True) -> None:
        self.script = script
        self.opens = opens
        self.asked: dict[int, float] = {}
        self.is_released = False

    def isOpened(self) -> bool:  # noqa: N802  OpenCV's name
        return self.opens

    def set(self, key: int, value: float) -> bool:
        self.asked[key] = value
        return False

    def read(self) -> tuple[bool, Any]:
        step = self.script.pop(0) if self.script else None
        if isinstance(step, Exception):
            raise step
        return step is not None, step

    def release(self) -> None:
        self.is_released = True


class TestDevice:
    @pytest.fixture
    def plug_in(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeCapture]:
        def plug_in(script: list[Any], *, opens: bool = True, listed: bool = True) -> FakeCapture:
            capture = FakeCapture(script, opens=opens)
            fake_cv2 = SimpleNamespace(**{**vars(cv2), "VideoCapture": lambda *_: capture})
            monkeypatch.setattr(camera, "cv2", fake_cv2)
            known = [SimpleNamespace(index=0, name="Front")] if listed else []
            monkeypatch.setattr(camera_choice, "enumerate_cameras", lambda _: known)
            return capture

        return plug_in

    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
        clock = SimpleNamespace(now_s=0.0)

        def sleep(duration_s: float) -> None:
            clock.now_s += duration_s

        monkeypatch.setattr(camera, "time", SimpleNamespace(monotonic=lambda: clock.now_s, sleep=sleep))
        return clock

    def test_frames_are_stamped_when_they_come(
        self, plug_in: Callable[..., FakeCapture], clock: SimpleNamespace
    ) -> None:
        capture = plug_in([picture(0), picture(2)])
        source = open_camera(CameraChoice(CameraKind.NAME, "Front"))
        clock.now_s = 5.0
        first = source.read()
        clock.now_s = 5.1
        second = source.read()
        assert first is not None
        assert second is not None
        assert (which(first.rgb), first.timestamp_s) == (0, 5.0)
        assert (which(second.rgb), second.timestamp_s) == (2, 5.1)
        source.close()
        assert capture.is_released

    def test_a_small_size_is_asked_for_uncompressed_a_large_one_as_mjpeg(
        self, plug_in: Callable[..., FakeCapture]
    ) -> None:
        capture = plug_in([])
        DeviceSource(0)
        assert (capture.asked[cv2.CAP_PROP_FRAME_WIDTH], capture.asked[cv2.CAP_PROP_FPS]) == (640, 30)
        assert cv2.CAP_PROP_FOURCC not in capture.asked
        DeviceSource(0, (1280, 720))
        assert capture.asked[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")

    def test_a_camera_that_refuses_for_a_second_is_gone(
        self, plug_in: Callable[..., FakeCapture], clock: SimpleNamespace
    ) -> None:
        plug_in([picture(0)])
        source = DeviceSource(0)
        assert source.read() is not None
        assert count_reads(source, CameraGoneError) > 10
        assert 1.0 <= clock.now_s < 1.1

    def test_a_camera_that_hesitates_is_not_gone(
        self, plug_in: Callable[..., FakeCapture], clock: SimpleNamespace
    ) -> None:
        damaged = np.zeros((0, 0, 3), np.uint8)
        plug_in([None, damaged, cv2.error("damaged picture"), picture(1), None])
        source = DeviceSource(0)
        assert [source.read() is not None for _ in range(5)] == [False, False, False, True, False]

    def test_a_busy_camera_is_told_from_a_missing_one(self, plug_in: Callable[..., FakeCapture]) -> None:
        capture = plug_in([], opens=False)
        with pytest.raises(CameraBusyError):
            DeviceSource(0)
        assert capture.is_released
        plug_in([], opens=False, listed=False)
        with pytest.raises(CameraNotFoundError):
            DeviceSource(0)

    def test_no_such_camera_here(self, capfd: Any) -> None:
        with pytest.raises(CameraNotFoundError):
            open_camera(CameraChoice(CameraKind.INDEX, "987"))
        assert capfd.readouterr().err == ""

    def test_the_virtual_patient_is_no_camera(self) -> None:
        with pytest.raises(CameraNotFoundError):
            open_camera(camera.VIRTUAL_CAMERA)


def test_every_error_is_a_camera_error() -> None:
    kinds = (CameraNotFoundError, CameraBusyError, NotAVideoError, CameraGoneError, CameraAddressError)
    assert all(issubclass(kind, CameraError) for kind in (*kinds, UnusableFrameError, RecordingEndedError))
