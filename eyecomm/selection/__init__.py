"""When has the patient chosen, and what."""
