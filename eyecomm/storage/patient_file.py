"""What is kept of one patient while the app runs: the message at each selection, every calibration, and the reach."""

from collections.abc import Callable

from eyecomm.calibration.data import CalibrationData
from eyecomm.calibration.errors import CalibrationError
from eyecomm.calibration.model import MOST_SESSIONS, Calibration, calibrate
from eyecomm.calibration.reach import ReachMap
from eyecomm.conversation.turn import Turn
from eyecomm.gaze.features import FEATURE_NAMES
from eyecomm.gaze.kernels import Eyes
from eyecomm.geometry import Screen
from eyecomm.storage.calibrations import Calibrations, SavedCalibration
from eyecomm.storage.errors import Loaded, StorageError
from eyecomm.storage.journal import Entry, Journal
from eyecomm.storage.profiles import Profile
from eyecomm.storage.reach import read_reach, write_reach

MOST_KEPT = 60
"""Calibrations on disk; more than are learned from, as some were made on another screen."""


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
        self._reach_path = profile.path / "reach.json"
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
        """Keep what was seen; the estimator is learned from it again when it is needed. The oldest ones go.

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
        entry = self._calibrations.save(
            SavedCalibration(
                data.features, data.targets_px, data.target_index, FEATURE_NAMES, data.screen, self._now(), accuracy
            )
        )
        self._calibrations.prune(MOST_KEPT, entry.path)

    def keep_reach(self, reach: ReachMap) -> None:
        """Keep what the patient's eyes reach.

        Raises
        ------
        StorageError
            When it cannot be written.
        """
        write_reach(self._reach_path, reach)

    def last_entry(self) -> Loaded[Entry]:
        """Give the message and board from before."""
        return self._journal.read()

    def reach(self) -> ReachMap:
        """Give what the patient's eyes reach; a damaged file is set aside, and all is worth trying again."""
        return read_reach(self._reach_path).value

    def past(self, screen: Screen) -> tuple[CalibrationData, ...]:
        """Give earlier calibrations, the newest first, one row a target, as far as they help on a screen of this size.

        What cannot be read is left out; `last_calibration` tells of it.
        """
        try:
            return tuple(one.condense() for one in self._load(screen).value)
        except StorageError:
            return ()

    def last_calibration(self, screen: Screen, eyes: Eyes | None = None) -> Loaded[Calibration | None]:
        """Learn again from the newest calibration made with these features on a screen of this size, and those before.

        Parameters
        ----------
        screen : Screen
            As it is now.
        eyes : Eyes, optional
            Which eyes the carer chose.
        """
        loaded = self._load(screen)
        if not loaded.value:
            return Loaded(None, loaded.notices)
        newest, *past = loaded.value
        try:
            calibration = calibrate(newest, tuple(one.condense() for one in past), eyes=eyes)
        except CalibrationError:
            return Loaded(None, loaded.notices)
        return Loaded(calibration, loaded.notices)

    def _load(self, screen: Screen) -> Loaded[tuple[CalibrationData, ...]]:
        def fits(saved: SavedCalibration) -> bool:
            return saved.feature_names == FEATURE_NAMES and _same_size(saved.screen, screen)

        loaded = self._calibrations.load_newest(MOST_SESSIONS, fits)
        found = tuple(
            CalibrationData(saved.features, saved.targets_px, saved.target_index, saved.screen)
            for saved in loaded.value
        )
        return Loaded(found, loaded.notices)


class Guest:
    """Someone of whom nothing is kept: the virtual patient."""

    def keep_turn(self, turn: Turn) -> None:
        """Keep nothing."""

    def keep_calibration(self, calibration: Calibration) -> None:
        """Keep nothing."""

    def keep_reach(self, reach: ReachMap) -> None:
        """Keep nothing."""

    def reach(self) -> ReachMap:
        """Know nothing."""
        return ReachMap()

    def past(self, screen: Screen) -> tuple[CalibrationData, ...]:
        """Remember nothing."""
        return ()


def _same_size(a: Screen, b: Screen) -> bool:
    return (a.width_px, a.height_px) == (b.width_px, b.height_px)
