"""Replays recorded pictures and videos through the app's own path, so that anyone can check its accuracy."""
