"""MediaPipe's eyes without its ears.

Importing MediaPipe also imports a recorder for microphones. That one starts programs that search the disk for a sound
library, writes a temporary file, and opens the sound system where there is one. Hidden from MediaPipe, it stays out.
"""

import sys

_RECORDER = "sounddevice"

_kept = sys.modules.get(_RECORDER)
sys.modules[_RECORDER] = None  # type: ignore[assignment]  # Python's own way to say: this cannot be imported

# Only now, with the recorder hidden (E402).
from mediapipe.tasks.python import vision  # noqa: E402
from mediapipe.tasks.python.core.base_options import BaseOptions  # noqa: E402
from mediapipe.tasks.python.vision.core.image import Image, ImageFormat  # noqa: E402
from mediapipe.tasks.python.vision.core.image_processing_options import ImageProcessingOptions  # noqa: E402

if _kept is None:
    del sys.modules[_RECORDER]
else:
    sys.modules[_RECORDER] = _kept

__all__ = ["BaseOptions", "Image", "ImageFormat", "ImageProcessingOptions", "vision"]
