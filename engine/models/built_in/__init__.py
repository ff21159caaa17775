"""Models that Thaw knows by name: one file each, ending in one constant ``MODEL``."""
