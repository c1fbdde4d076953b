"""From selections to words."""
