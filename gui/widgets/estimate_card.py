"""What a run will need: how much learns, memory, time, size."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.protocol.kept_facts import in_words
from engine.protocol.stack import Estimate, Fit, StackFacts
from gui.look.texts import about_duration, count, duration_range, million, percent, size
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Card
from gui.widgets.chip import Chip
from gui.widgets.labels import ThemedLabel
from gui.widgets.share_bar import ShareBar
from gui.widgets.time_planner import TimePlanner

_FIT = {
    Fit.FITS: ("Fits this computer", "check", "ok"),
    Fit.TIGHT: ("Tight", "alert", "warn"),
    Fit.TOO_LARGE: ("Too large", "alert", "err"),
}
_UNKNOWN = "…"
_TWO_MINUTES = 120


def time_text(estimate: Estimate) -> str:
    """Returns how long a run takes; before this machine was timed, a range that says so."""
    known = _time_of(estimate)
    if known and estimate.seconds is not None and estimate.measured:
        return f"{known}: the computer was busy" if estimate.others else known
    return f"{known}, measured in the first steps" if known else "measured in the first steps"


def why_a_range(estimate: Estimate) -> str:
    """Returns why figures that were measured are doubtful; empty where they are not."""
    if not estimate.others:
        return ""
    share = percent(estimate.others)
    told = f"Other programs used {share} of the processor when steps were timed; alone a run takes less."
    return f"{told} They are timed anew when these rest."


def runs_text(estimate: Estimate | None, runs: int) -> str:
    """Returns how long a run for each fold takes: ``"5 runs, one for each fold: about 11 min"``."""
    told = f"{count('runs', runs)}, one for each fold"
    if estimate is None:
        return told
    times = (estimate.seconds, estimate.seconds_low, estimate.seconds_high)
    seconds, low, high = (None if time is None else runs * time for time in times)
    if seconds is not None and seconds >= _TWO_MINUTES:
        seconds = round(seconds / 60) * 60.0
    known = _time_of(replace(estimate, seconds=seconds, seconds_low=low, seconds_high=high))
    return f"{told}: {known}" if known else told


def _time_of(estimate: Estimate) -> str:
    """Returns a time or a range; empty where nothing is known."""
    low, high = estimate.seconds_low, estimate.seconds_high
    if estimate.seconds is not None and estimate.measured:
        if not estimate.others:
            return about_duration(estimate.seconds)
        high = estimate.seconds
    return "" if low is None or high is None else f"about {duration_range(low, high)}"


class EstimateCard(Card):
    """The counts of the model and what the run needs of this computer.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.

    Attributes:
        planner: Cuts the run to the time that there is.
        more: Shows what there is no room for in small windows.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Estimate", parent=parent)
        self.setObjectName("estimate")
        self.chip = Chip(theme, _FIT[Fit.FITS][0], "check", "ok")
        self.chip.setObjectName("estimate_fit")
        policy = self.chip.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.chip.setSizePolicy(policy)
        self.header.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignRight)
        self.trainable = ThemedLabel(theme, _UNKNOWN, "hero")
        self.trainable.setObjectName("estimate_trainable")
        self._share = ThemedLabel(theme, "", "small", "emberLine", weight=600)
        self._of = ThemedLabel(theme, "", "small", "text2")
        self.bar = ShareBar(theme)
        self.memory = ThemedLabel(theme, _UNKNOWN, "bodyStrong")
        self._free = ThemedLabel(theme, "", "caption", "text3", elide=True)
        self.time = ThemedLabel(theme, _UNKNOWN, "bodyStrong", wrap=True)
        self.runs = ThemedLabel(theme, "", "small", "text2", wrap=True)
        self.disk = ThemedLabel(theme, _UNKNOWN, "bodyStrong")
        self.kept = ThemedLabel(theme, "", "small", "text2", wrap=True)
        self.planner = TimePlanner(theme)
        self.more = Button(theme, "More", "link", size="small")
        self.more.setObjectName("estimate_more")
        self.more.setAccessibleName("More about time and disk")
        self.more.clicked.connect(self._toggle_more)
        named = {
            "memory": self.memory,
            "time": self.time,
            "runs": self.runs,
            "disk": self.disk,
            "kept": self.kept,
        }
        for name, value in named.items():
            value.setObjectName(f"estimate_{name}")
        self._estimate: Estimate | None = None
        self._run_count = 0
        self._time_label = ThemedLabel(theme, "Time", "small", "text2")
        self._icons: list[tuple[QLabel, str]] = []
        self._compact = False
        self._unfolded = False
        self._lay_out()
        self.set_estimate(None, None)
        self._space()
        theme.changed.connect(self._space)

    def _lay_out(self) -> None:
        self._hero = QHBoxLayout()
        self._hero.addWidget(self.trainable)
        self._hero.addWidget(self._share, 1, Qt.AlignmentFlag.AlignBottom)
        self._counts = QVBoxLayout()
        self._counts.addLayout(self._hero)
        self._counts.addWidget(self._of)
        self._memory = QHBoxLayout()
        self._memory.addWidget(self.memory)
        self._memory.addWidget(self._free, 1)
        self._disk = QHBoxLayout()
        self._disk.addWidget(self.disk, 1)
        self._disk.addWidget(self.more)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(2, 1)
        rows: tuple[tuple[str, ThemedLabel, QHBoxLayout | ThemedLabel], ...] = (
            ("chip", ThemedLabel(self._theme, "Memory", "small", "text2"), self._memory),
            ("clock", self._time_label, self.time),
            ("disk", ThemedLabel(self._theme, "Size on disk", "small", "text2"), self._disk),
        )
        self._grid.addWidget(self.runs, 2, 1, 1, 2)
        for line, (icon, words, value) in zip((0, 1, 3), rows, strict=True):
            picture = QLabel()
            self._icons.append((picture, icon))
            self._grid.addWidget(picture, line, 0)
            self._grid.addWidget(words, line, 1)
            if isinstance(value, ThemedLabel):
                self._grid.addWidget(value, line, 2)
            else:
                self._grid.addLayout(value, line, 2)
        self.body.addLayout(self._counts)
        self.body.addWidget(self.bar)
        self.body.addLayout(self._grid)
        self._kept_icon = QLabel()
        self._icons.append((self._kept_icon, "snow"))
        self._grid.addWidget(self._kept_icon, 4, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self.kept, 4, 1, 1, 2)
        self.body.addWidget(self.planner)
        self.body.addStretch(1)

    def set_compact(self, compact: bool) -> None:
        """Uses a smaller figure and less room, for small windows."""
        self._compact = compact
        self._show_more()
        self.set_padding(12 if compact else 16)
        self.trainable.set_role("title" if compact else "hero")
        self._space()

    def set_estimate(self, stack: StackFacts | None, estimate: Estimate | None) -> None:
        """Shows an estimate; what is not known is "…", never 0.

        Args:
            stack: The model as it would train.
            estimate: What the run needs.
        """
        if stack is None:
            self.trainable.setText(_UNKNOWN)
            self._share.setText("")
            self._of.setText("trainable parameters")
        else:
            self.trainable.setText(million(stack.trainable_parameters))
            self._share.setText(percent(stack.trainable_share))
            self._of.setText(f"trainable, of {million(stack.total_parameters)} parameters")
        self.bar.set_share(stack.trainable_share if stack is not None else None)
        self.chip.setVisible(estimate is not None)
        self._estimate = estimate
        self._show_kept("" if estimate is None else in_words(estimate.kept))
        self._show_runs()
        if estimate is None:
            self.memory.setText(_UNKNOWN)
            self._free.setText("")
            self.time.setText(_UNKNOWN)
            self.time.setToolTip("")
            self.disk.setText(_UNKNOWN)
            self._time_label.setText("Time")
            return
        self.chip.set_value(*_FIT[estimate.fit])
        self.memory.setText(size(estimate.memory))
        self._free.setText(f"of {size(estimate.memory_free)} free")
        self.time.setText(time_text(estimate))
        self.time.setToolTip(why_a_range(estimate))
        self._time_label.setText(f"Time, {count('epochs', estimate.epochs)}" if estimate.epochs else "Time")
        self.disk.setText(size(estimate.disk))

    def set_runs(self, runs: int) -> None:
        """Says how long so many runs take together, one for each fold; 0 where only one is meant."""
        self._run_count = runs
        self._show_runs()

    def _show_runs(self) -> None:
        self.runs.setVisible(bool(self._run_count))
        self.runs.setText(runs_text(self._estimate, self._run_count) if self._run_count else "")

    def _show_kept(self, words: str) -> None:
        self.kept.setText(words)
        self._show_more()

    def _toggle_more(self) -> None:
        self._unfolded = not self._unfolded
        self._show_more()

    def _show_more(self) -> None:
        """Shows what is kept and the planner; in a small window the corners of learning need their room."""
        shown = self._unfolded or not self._compact
        for part in (self.kept, self._kept_icon):
            part.setVisible(shown and bool(self.kept.text()))
        self.planner.setVisible(shown)
        self.more.setVisible(self._compact)
        self.more.setText("Less" if self._unfolded else "More")

    def _space(self) -> None:
        px = self._theme.px
        self.body.setSpacing(px(8 if self._compact else 13))
        self._counts.setSpacing(0)
        self._counts.setContentsMargins(0, 0 if self._compact else px(6), 0, 0)
        self._hero.setSpacing(px(8))
        self._share.setContentsMargins(0, 0, 0, px(5))
        self._memory.setSpacing(px(5))
        self._grid.setHorizontalSpacing(px(10))
        self._grid.setVerticalSpacing(px(9))
        self._grid.setColumnMinimumWidth(1, px(102 if self._compact else 120))
        for picture, icon in self._icons:
            picture.setPixmap(self._theme.pixmap(icon, "text2", 18))
