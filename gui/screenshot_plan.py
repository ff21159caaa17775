"""What ``thaw --screenshots DIR`` draws: which scenes, how large, how dressed."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.protocol.config import SplitConfig
from gui.state.preferences import ThemeChoice

SIZES = ((1440, 900), (1366, 688), (960, 520))
THEMES = (ThemeChoice.LIGHT, ThemeChoice.DARK)
SCENES = (
    "welcome",
    "setup",
    "data",
    "train-running",
    "train-finished",
    "results",
    "try",
    "export",
    "setup-inserts",
    "results-compare",
    "train-failed",
    "help",
    "settings",
    "data-error",
)
"""In the order in which they come about."""


@dataclass(frozen=True)
class Plan:
    """How much is trained and drawn; tests take less of it.

    Attributes:
        row_limit: Training rows.
        epochs: Epochs of the run that finishes.
        split: How the rows are divided.
        patience: Seconds that a step of the story may take.
    """

    row_limit: int = 400
    epochs: int = 3
    split: SplitConfig = field(default_factory=SplitConfig)
    sizes: tuple[tuple[int, int], ...] = SIZES
    themes: tuple[ThemeChoice, ...] = THEMES
    patience: float = 400.0


def picture_names(plan: Plan) -> list[str]:
    """Returns the names of all files that a plan makes, e.g. ``"setup-light-1440x900.png"``."""
    looks = [(theme, size) for theme in plan.themes for size in plan.sizes]
    return [picture_name(scene, theme, size) for scene in SCENES for theme, size in looks]


def picture_name(scene: str, theme: ThemeChoice, size: tuple[int, int]) -> str:
    """Returns the name of a picture's file."""
    return f"{scene}-{theme.value}-{size[0]}x{size[1]}.png"
