"""What can go wrong while learning a patient's eyes."""


class CalibrationError(Exception):
    """The calibration could not be made; what was there before stays."""


class NotEnoughPointsError(CalibrationError):
    """The eyes were seen on too few targets."""


class NoVariationError(CalibrationError):
    """The eyes were seen, but they did not move with the targets."""


class LayoutError(CalibrationError):
    """A file with target points makes no sense."""
