"""Boards: what can be said, and where it lies on the screen."""
