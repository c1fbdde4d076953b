"""Single pictures: what comes out, and what is said of files that are none."""

import os
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from eyecomm.devices import picture_file
from eyecomm.devices.picture_file import PictureError, read_picture


def write(path: Path, shape: tuple[int, ...], value: int = 90) -> Path:
    picture = np.full(shape, value, np.uint8)
    done, content = cv2.imencode(path.suffix, picture)
    assert done
    path.write_bytes(content.tobytes())
    return path


@pytest.mark.parametrize("name", ["a.png", "b.jpg", "модель.bmp"])
def test_a_picture_comes_out_in_colour(tmp_path: Path, name: str) -> None:
    assert read_picture(write(tmp_path / name, (480, 640, 3))).shape == (480, 640, 3)
    assert read_picture(write(tmp_path / name, (480, 640))).shape == (480, 640, 3)


def test_red_stays_red(tmp_path: Path) -> None:
    bgr = np.zeros((200, 200, 3), np.uint8)
    bgr[..., 2] = 255
    (tmp_path / "red.png").write_bytes(cv2.imencode(".png", bgr)[1].tobytes())
    assert read_picture(tmp_path / "red.png")[0, 0].tolist() == [255, 0, 0]


def test_a_large_picture_is_shrunk(tmp_path: Path) -> None:
    assert max(read_picture(write(tmp_path / "large.png", (3000, 4000, 3))).shape) == 1280


def lying_png(path: Path) -> None:
    """Write the head of a PNG file that claims to hold 30000 x 30000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (30000).to_bytes(4, "big")
    head = chunk(b"IHDR", size + size + bytes([8, 2, 0, 0, 0]))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"") + chunk(b"IEND", b""))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "there is no such file"),
        (lambda path: path.mkdir(), "there is no such file"),
        (lambda path: path.write_bytes(b""), "no picture that can be read"),
        (lambda path: path.write_text("not a picture"), "no picture that can be read"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200)), "no picture that can be read"),
        (lying_png, "no picture that can be read"),
        (lambda path: write(path, (40, 40, 3)), "too small"),
    ],
    ids=["missing", "folder", "empty", "text", "damaged", "huge by its own account", "tiny"],
)
def test_what_is_no_picture(tmp_path: Path, make: Callable[[Path], object], words: str) -> None:
    path = tmp_path / "eye.png"
    make(path)
    with pytest.raises(PictureError, match=words):
        read_picture(path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_file, "MAX_PICTURE_BYTES", 100)
    with pytest.raises(PictureError, match="larger"):
        read_picture(write(tmp_path / "noise.bmp", (200, 200, 3)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(PictureError, match="no such file"):
        read_picture(tmp_path / "pipe.png")


def test_a_name_with_a_zero_in_it() -> None:
    with pytest.raises(PictureError):
        read_picture(Path("eye\0.png"))
