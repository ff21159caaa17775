"""What every test of the window gets: a theme."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from gui.look.theme import Theme


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """A light theme with motion off; the application itself is not dressed."""
    theme = Theme()
    theme.set_reduced_motion(True)
    return theme
