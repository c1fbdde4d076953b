"""What every test needs before Qt and numpy are imported."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small matrices: threads only get in each other's way
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
