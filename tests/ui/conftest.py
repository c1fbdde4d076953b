"""Windows go where they came from."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def collect_windows() -> Iterator[None]:
    """Collect what a test leaves, here in the windows' own thread: in any other, Python's collector would crash Qt."""
    yield
    gc.collect()
