"""The command line: the same engine as in the window, with words instead of pictures."""
