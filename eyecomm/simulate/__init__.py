"""The virtual patient: a rendered face, human delays, a typist. For demo, practice, bench and tests."""
