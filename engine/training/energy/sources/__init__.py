"""Where energy is read: one file each, ending in one constant ``SOURCE``; all are tried at each run."""
