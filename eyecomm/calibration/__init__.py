"""Learning one patient's eyes, and knowing how well."""
