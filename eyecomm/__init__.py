"""EyeComm: speak with your eyes, on a plain webcam, offline and private."""

__version__ = "0.1.0"
