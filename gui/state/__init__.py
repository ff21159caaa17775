"""What the window knows: the project, its runs, the person's preferences. Qt signals, no widgets."""
