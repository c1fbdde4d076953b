"""Pictures from a program on this computer: a small server here plays that program."""

import http.server
import threading
import time
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from eyecomm.devices.camera import (
    CameraAddressError,
    CameraChoice,
    CameraError,
    CameraGoneError,
    CameraKind,
    CameraNotFoundError,
    MjpegSource,
    NotAVideoError,
    open_camera,
)
from eyecomm.gaze.protocols import FrameSource

COLOURS_BGR = ((200, 40, 40), (40, 200, 40), (40, 40, 200))


def picture(index: int, size_px: tuple[int, int] = (320, 240)) -> Any:
    return np.full((size_px[1], size_px[0], 3), COLOURS_BGR[index % 3], np.uint8)


def which(rgb: Any) -> int:
    """Tell which of the three colours a frame has."""
    return 2 - int(np.argmax(rgb.mean(axis=(0, 1))))


def count_reads(source: FrameSource, until: type[CameraError]) -> int:
    """Read until this error comes, and count how often that went well."""
    for count in range(10_000):
        try:
            source.read()
        except until:
            return count
    pytest.fail("it never ends")


class StreamHandler(http.server.BaseHTTPRequestHandler):
    """Sends three pictures as motion JPEG; then hangs, ends, or never was a stream."""

    def do_GET(self) -> None:
        behaviour = self.path.strip("/")
        if behaviour == "redirect":
            self.send_response(302)
            self.send_header("Location", "/sound")
            self.end_headers()
            return
        self.send_response(404 if behaviour == "missing" else 200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        if behaviour == "text":
            self.wfile.write(b"hello " * 1000)
            return
        self.send_pictures(b"damaged" if behaviour == "damaged" else None)
        if behaviour == "hang":
            self.server.released.wait(10)  # type: ignore[attr-defined]  # set by the fixture

    def send_pictures(self, instead: bytes | None) -> None:
        for index in range(3):
            jpeg = cv2.imencode(".jpg", picture(index))[1].tobytes()
            body = jpeg if instead is None else jpeg[:2] + instead + jpeg[-2:]
            self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + body + b"\r\n")
            self.server.taken.acquire(timeout=10)  # type: ignore[attr-defined]  # set by the fixture

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Any]:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StreamHandler)
    server.taken, server.released = threading.Semaphore(0), threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.released.set()
    server.taken.release(3)
    server.shutdown()
    thread.join()
    server.server_close()


class TestStream:
    @staticmethod
    def source(server: Any, behaviour: str, host: str = "127.0.0.1") -> MjpegSource:
        return MjpegSource(f"http://{host}:{server.server_port}/{behaviour}")

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_pictures_come_in_order_until_the_stream_ends(self, server: Any, host: str) -> None:
        with self.source(server, "sound", host) as source:
            for index in range(3):
                before_s = time.monotonic()
                frame = source.read()
                assert frame is not None
                assert which(frame.rgb) == index
                assert before_s <= frame.timestamp_s <= time.monotonic()
                server.taken.release()
            with pytest.raises(CameraGoneError):
                source.read()

    def test_only_the_newest_picture_counts(self, server: Any) -> None:
        server.taken.release(3)
        with self.source(server, "sound") as source:
            frame = source.read()
            while frame is not None and which(frame.rgb) != 2:
                frame = source.read()
            with pytest.raises(CameraGoneError):
                source.read()

    def test_a_stream_that_stands_still_is_gone(self, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("eyecomm.devices.camera_mjpeg._TIMEOUT_S", 0.1)
        server.taken.release(3)
        with self.source(server, "hang") as source:
            assert count_reads(source, CameraGoneError) >= 1

    def test_a_damaged_picture_is_passed_over(self, server: Any) -> None:
        with self.source(server, "damaged") as source:
            assert source.read() is None

    @pytest.mark.parametrize("behaviour", ["missing", "redirect"])
    def test_any_other_answer_is_no_video(self, server: Any, behaviour: str) -> None:
        with pytest.raises(NotAVideoError):
            self.source(server, behaviour)

    def test_a_page_is_no_stream(self, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("eyecomm.devices.camera_mjpeg._MAX_PICTURE_BYTES", 1000)
        with self.source(server, "text") as source, pytest.raises(NotAVideoError):
            source.read()

    def test_nobody_answers(self, server: Any) -> None:
        port = server.server_port
        server.shutdown()
        server.server_close()
        with pytest.raises(CameraNotFoundError):
            open_camera(CameraChoice(CameraKind.URL, f"http://127.0.0.1:{port}/"))

    @pytest.mark.parametrize(
        "url",
        [
            "http://192.168.1.4:8080/",
            "http://example.org/",
            "http://127.0.0.1.example.org/",
            "http://localhost.example.org/",
            "http://127.0.0.1@example.org/",
            "http://0.0.0.0/",
            "http://[::ffff:8.8.8.8]/",
            "https://127.0.0.1/",
            "rtsp://127.0.0.1/",
            "file:///etc/hosts",
            "http://127.0.0.1:99999/",
            "http://[::1/",
            "http:///",
            "",
        ],
    )
    def test_other_computers_are_refused_before_any_connection(self, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        def refuse(*_: object, **__: object) -> None:
            pytest.fail("a connection was made")

        monkeypatch.setattr("http.client.HTTPConnection", refuse)
        with pytest.raises(CameraAddressError):
            MjpegSource(url)
