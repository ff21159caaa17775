"""What a finished run can be written as: one file per kind, each ending in a constant ``EXPORT``."""
