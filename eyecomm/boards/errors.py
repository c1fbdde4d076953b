"""What can be wrong with a board."""


class BoardFormatError(Exception):
    """A file is not a board that can be read.

    Parameters
    ----------
    name : str
        Name of the file.
    reason : str
        What is wrong, as one sentence without its full stop.
    button : str or None
        The id of the button at fault.
    """

    def __init__(self, name: str, reason: str, button: str | None = None) -> None:
        super().__init__(name, reason, button)
        self.name = name
        self.reason = reason
        self.button = button

    def __str__(self) -> str:
        """Name the file, the button and what is wrong."""
        place = f"board {self.name}" if self.button is None else f"board {self.name}, button {self.button}"
        return f"{place}: {self.reason}."
