"""From a face to a point on the screen."""
