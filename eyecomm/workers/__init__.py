"""Threads: the tracker (eyes) and the speaker (voice)."""
