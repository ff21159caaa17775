"""The window of Thaw: it draws and asks; it never loads a model."""
