"""How a task is written in plain lines of Python: one file per task that can be, each ending in ``LINES``."""
