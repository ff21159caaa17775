"""The window's end of the pipe: processes, messages, signals. No widgets."""
