"""The one room that the window and the engine share: messages, fields, problems.

Nothing here imports anything but the standard library and msgspec.
"""
