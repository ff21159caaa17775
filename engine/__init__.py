"""The engine of Thaw: it loads, trains, evaluates and writes; it knows no window."""
