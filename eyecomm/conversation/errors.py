"""What can go wrong in a conversation."""


class ConversationError(Exception):
    """The conversation cannot go on like this."""


class NoHomeError(ConversationError):
    """The boards have no home board to begin with."""
