"""No picture of the patient leaves the computer or reaches its disk: proved by the kernel, not by reading code.

Each test runs a child process in a jail. In it the kernel kills the process as soon as anyone, Python or C++, opens a
socket that could leave this computer (seccomp), or writes one byte to a file (RLIMIT_FSIZE). An audit hook says the
same of what Python does, in words, and on every system.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KILLED_FOR_SOCKET = -getattr(signal, "SIGSYS", 0)
KILLED_FOR_WRITING = -getattr(signal, "SIGXFSZ", 0)

linux_only = pytest.mark.skipif(
    not (sys.platform == "linux" and os.uname().machine in {"x86_64", "aarch64"}),
    reason="the kernel's own jail is Linux's; elsewhere only the audit hook watches",
)

AUDIT = r"""
import os, sys

def refuse(event, arguments):
    if event.startswith("socket."):
        raise SystemExit(f"refused: {event}")
    if event == "open":
        path, _, flags = arguments
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND) and path != os.devnull:
            raise SystemExit(f"refused: writing {path}")

sys.addaudithook(refuse)
"""

JAIL = r"""
import ctypes, os, resource, signal, struct

def jail():
    # Before anything else is imported: the filter holds for this thread and all threads it will ever start.
    arch, socket_number = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}[os.uname().machine]
    load, jump_if_equal, give = 0x20, 0x15, 0x06
    allow, kill = 0x7FFF0000, 0x80000000
    steps = [
        (load, 0, 0, 4), (jump_if_equal, 0, 4, arch),           # of this kind of machine?
        (load, 0, 0, 0), (jump_if_equal, 0, 2, socket_number),  # is it socket()?
        (load, 0, 0, 16), (jump_if_equal, 0, 1, 1),             # of the kind that stays in this computer, AF_UNIX?
        (give, 0, 0, allow), (give, 0, 0, kill),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program)))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS"
    assert libc.prctl(22, 2, header, 0, 0) == 0, "PR_SET_SECCOMP"
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python would ignore it
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

jail()
"""

FOLLOW_A_FACE = r"""
import time
from pathlib import Path
import cv2, numpy as np
from eyecomm.devices.face_landmarker import FaceLandmarker
from eyecomm.samples import Frame

portrait = cv2.imread("assets/faces/astronaut.png")
head = cv2.resize(portrait[0:300, 80:380], (480, 480))
rgb = np.full((480, 640, 3), 110, np.uint8)
rgb[:, 80:560] = head[..., ::-1]
landmarker = FaceLandmarker(Path("assets/models/face_landmarker.task"))
began_s, seen, shown = time.monotonic(), 0, 0
while shown < 100 or time.monotonic() - began_s < 3:  # longer than others needed to phone home
    seen += landmarker.detect(Frame(rgb, time.monotonic())) is not None
    shown += 1
landmarker.close()
assert seen > 0.9 * shown, f"{seen} of {shown}"
print("followed")
"""

IMPORT_EVERYTHING = r"""
import importlib, pkgutil
import eyecomm

names = [one.name for one in pkgutil.walk_packages(eyecomm.__path__, "eyecomm.") if not one.name.endswith("__main__")]
for name in names:
    importlib.import_module(name)
print("imported", len(names))
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run code in a process of its own, behind the guards that are named."""

    def run(code: str, *guards: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OUTSIDE": str(tmp_path / "picture.png")}
        return subprocess.run(
            [sys.executable, "-B", "-c", "".join((*guards, code))],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@linux_only
@pytest.mark.slow
def test_the_face_model_opens_no_socket_and_writes_no_picture(run: Run) -> None:
    done = run(FOLLOW_A_FACE, JAIL, AUDIT)
    assert (done.returncode, done.stdout.strip()) == (0, "followed"), done.stderr


@linux_only
def test_importing_the_whole_app_opens_no_socket_and_writes_nothing(run: Run) -> None:
    done = run(IMPORT_EVERYTHING, JAIL, AUDIT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("imported")


@pytest.mark.slow
def test_the_face_model_runs_behind_the_audit_hook_on_every_system(run: Run) -> None:
    done = run(FOLLOW_A_FACE, AUDIT)
    assert (done.returncode, done.stdout.strip()) == (0, "followed"), done.stderr


class TestTheGuardsCanFail:
    """What is forbidden really ends the process."""

    @linux_only
    @pytest.mark.parametrize(
        "code",
        [
            "import socket; socket.socket()",
            "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
            "ctypes.CDLL(None).socket(2, 1, 0)",
            "ctypes.CDLL(None).getaddrinfo(b'name.invalid', b'80', None, ctypes.byref(ctypes.c_void_p()))",
            "import threading; threading.Thread(target=ctypes.CDLL(None).socket, args=(2, 2, 0)).start()",
            "import subprocess, sys; raise SystemExit(subprocess.call([sys.executable, '-c', 'import socket; "
            "socket.socket()']))",
        ],
        ids=["python", "python udp 6", "libc", "name look-up in libc", "thread", "child"],
    )
    def test_a_socket_kills(self, run: Run, code: str) -> None:
        returned = run(code, JAIL).returncode
        assert returned in {KILLED_FOR_SOCKET, KILLED_FOR_SOCKET % 256}  # the second is what the child handed on

    @linux_only
    @pytest.mark.parametrize(
        "code",
        [
            "open(os.environ['OUTSIDE'], 'wb').write(b'x' * 10)",
            "import cv2, numpy; cv2.imwrite(os.environ['OUTSIDE'], numpy.zeros((9, 9, 3), numpy.uint8))",
            "libc = ctypes.CDLL(None); libc.write(libc.open(os.environ['OUTSIDE'].encode(), 65, 0o600), b'x', 1)",
        ],
        ids=["python", "opencv", "libc"],
    )
    def test_one_written_byte_kills(self, run: Run, code: str) -> None:
        assert run(code, JAIL).returncode == KILLED_FOR_WRITING

    @linux_only
    def test_what_stays_in_the_computer_does_not_kill(self, run: Run) -> None:
        assert run("import socket; socket.socketpair(); print('lives')", JAIL).stdout == "lives\n"

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("import socket; socket.getaddrinfo('localhost', 80)", "refused: socket.getaddrinfo"),
            ("import socket; socket.socket()", "refused: socket.__new__"),
            ("open(os.environ['OUTSIDE'], 'w')", "refused: writing"),
            ("os.open(os.environ['OUTSIDE'], os.O_CREAT | os.O_WRONLY)", "refused: writing"),
        ],
    )
    def test_the_audit_hook_refuses_in_words(self, run: Run, code: str, words: str) -> None:
        done = run(code, AUDIT)
        assert done.returncode == 1
        assert words in done.stderr
