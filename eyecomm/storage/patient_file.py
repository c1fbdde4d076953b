"""What is kept of one patient while the app runs: the message at each selection, and every calibration."""

from collections.abc import Callable

from eyecomm.calibration.errors import CalibrationError
from eyecomm.calibration.model import Calibration, calibrate
from eyecomm.calibration.session import CalibrationData
from eyecomm.conversation.turn import Turn
from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.geometry import Screen
from eyecomm.storage.calibrations import Calibrations, SavedCalibration
from eyecomm.storage.errors import Loaded
from eyecomm.storage.journal import Entry, Journal
from eyecomm.storage.profiles import Profile


class PatientFile:
    """Writes and reads for one profile.

    Parameters
    ----------
    profile : Profile
        The patient.
    now : callable
        Gives the moment in ISO 8601, for the name of a calibration.
    """

    def __init__(self, profile: Profile, now: Callable[[], str]) -> None:
        self._journal = Journal(profile.journal_path)
        self._calibrations = Calibrations(profile.calibrations_path)
        self._now = now

    def keep_turn(self, turn: Turn) -> None:
        """Keep message and board.

        Raises
        ------
        StorageError
            When they cannot be written; what was kept before is as it was.
        """
        self._journal.write(Entry(turn.message, turn.board.id))

    def keep_calibration(self, calibration: Calibration) -> None:
        """Keep what was seen; the estimator is learned from it again when it is needed.

        Raises
        ------
        StorageError
            When it cannot be written.
        """
        data, quality = calibration.data, calibration.quality
        accuracy = {
            "accuracy_deg": quality.accuracy_deg,
            "accuracy_px": quality.accuracy_px,
            "precision_deg": quality.precision_deg,
            "precision_px": quality.precision_px,
        }
        self._calibrations.save(
            SavedCalibration(
                data.features, data.targets_px, data.target_index, FEATURE_NAMES, data.screen, self._now(), accuracy
            )
        )

    def last_entry(self) -> Loaded[Entry]:
        """Give the message and board from before."""
        return self._journal.read()

    def last_calibration(self, screen: Screen) -> Loaded[Calibration | None]:
        """Learn again from the newest calibration, if it was made with these features on a screen of this size."""
        loaded = self._calibrations.newest()
        saved = loaded.value
        if saved is None or saved.feature_names != FEATURE_NAMES or not _same_size(saved.screen, screen):
            return Loaded(None, loaded.notices)
        data = CalibrationData(saved.features, saved.targets_px, saved.target_index, saved.screen)
        try:
            return Loaded(calibrate(data), loaded.notices)
        except CalibrationError:
            return Loaded(None, loaded.notices)


class Guest:
    """Someone of whom nothing is kept: the virtual patient."""

    def keep_turn(self, turn: Turn) -> None:
        """Keep nothing."""

    def keep_calibration(self, calibration: Calibration) -> None:
        """Keep nothing."""


def _same_size(a: Screen, b: Screen) -> bool:
    return (a.width_px, a.height_px) == (b.width_px, b.height_px)
