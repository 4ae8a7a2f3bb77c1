"""Words and dates: comparing, masking, showing, and the texts that people read."""
