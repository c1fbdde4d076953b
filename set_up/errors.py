"""What can go wrong in set-up."""


class SetUpError(Exception):
    """Set-up cannot go on; the text says why, and what to do about it."""
