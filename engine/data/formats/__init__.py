"""One file for each format of files that Thaw reads; each ends in a constant ``FORMAT``."""
