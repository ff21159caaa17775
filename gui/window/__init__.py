"""What ties the frame of the window to what it shows: runs, search, keys, look, questions."""
