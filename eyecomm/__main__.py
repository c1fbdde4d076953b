"""The command line."""


def main() -> int:
    """Start the app."""
    return 0
