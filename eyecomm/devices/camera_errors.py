"""What can go wrong with a camera. The windows turn these into words a carer can act on."""


class CameraError(Exception):
    """A camera cannot be used."""


class CameraNotFoundError(CameraError):
    """No such camera, file or folder."""


class CameraBusyError(CameraError):
    """The camera is there but does not open: another program has it, or the system does not allow it."""


class NotAVideoError(CameraError):
    """The file or folder holds no pictures that can be read."""


class CameraAddressError(CameraError):
    """The address is not one of this computer: pictures of the patient never cross a network."""


class CameraGoneError(CameraError):
    """The camera stopped giving pictures."""


class RecordingEndedError(CameraGoneError):
    """A recording that does not repeat came to its end."""


class UnusableFrameError(CameraError):
    """A picture is too small or of an unknown kind."""
