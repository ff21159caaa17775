"""How the window looks: colours, type, icons, lengths and words, all read from the design tokens."""
