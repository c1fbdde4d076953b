"""What can go wrong between landmarks and a point on the screen."""


class GazeError(Exception):
    """Gaze could not be estimated."""


class NotEnoughSamplesError(GazeError):
    """Too little was seen to learn from."""


class NotFittedError(GazeError):
    """An estimator was asked before it had learned."""


class FeatureError(GazeError):
    """Features have the wrong shape or hold numbers that are not finite."""
