"""How sure a model is: one bar with the tick of the decision, or a bar for every class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.texts import probability_words
from gui.look.theme import Theme
from gui.widgets.class_marks import class_color, paint_mark


def paint_share_bar(painter: QPainter, theme: Theme, rect: QRectF, share: float, color: str | None) -> None:
    """Paints a track with a filled part.

    Args:
        painter: Where to; pen and brush are changed.
        theme: Colours.
        rect: The whole track.
        share: Filled part, 0 to 1; anything above 0 shows.
        color: Colour token of the filled part; ``None`` takes the painter's brush.
    """
    brush = painter.brush()
    radius = rect.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("pressed"))
    painter.drawRoundedRect(rect, radius, radius)
    if share <= 0:
        return
    painter.setBrush(brush if color is None else theme.color(color))
    width = max(theme.px(3), min(1.0, share) * rect.width())
    inner = min(radius, width / 2)
    painter.drawRoundedRect(QRectF(rect.left(), rect.top(), width, rect.height()), inner, inner)


class PredictionBar(QWidget):
    """The probability of one class in a run's colour, with a tick where the decision turns."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._probability: float | None = None
        self._decision: float | None = 0.5
        self._run_number = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    @property
    def probability(self) -> float | None:
        """Returns what is shown, 0 to 1; ``None`` before the first answer."""
        return self._probability

    def set_value(self, probability: float | None, run_number: int, decision: float | None = 0.5) -> None:
        """Shows a probability.

        Args:
            probability: 0 to 1; ``None`` while there is no answer.
            run_number: Number of the run's colour.
            decision: Where the answer turns; ``None`` where no single place exists (many classes).
        """
        self._probability, self._run_number, self._decision = probability, run_number, decision
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 130 × 14."""
        return QSize(self._theme.px(130), self._theme.px(14))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns a width at which it can still be read."""
        return QSize(self._theme.px(48), self._theme.px(14))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws track, value and tick."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = self._theme.px
        track = QRectF(0, (self.height() - px(8)) / 2, self.width(), px(8))
        painter.setBrush(self._theme.run_color(self._run_number))
        paint_share_bar(painter, self._theme, track, self._probability or 0.0, None)
        if self._decision is not None:
            x = round(self._decision * self.width()) - px(1)
            painter.fillRect(QRectF(x, 0, 2 * self._theme.scale, self.height()), self._theme.color("text3"))


class PredictionBars(QWidget):
    """Every class with its probability, the most probable first; fewer of them in a low place."""

    MOST = 5
    """Classes that are drawn at most; of the others the last line says how many there are."""
    FEWEST = 1
    """Classes that there is always room for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[tuple[str, float, int], ...] = ()
        self._truth = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setAccessibleName("Probabilities")
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def set_values(self, probabilities: Mapping[str, float], classes: Sequence[str], truth: str = "") -> None:
        """Shows probabilities.

        Args:
            probabilities: Class → 0 to 1.
            classes: All classes in the order of their marks.
            truth: The right answer, which is written strongly; may be empty.
        """
        numbers = {name: number for number, name in enumerate(classes, start=1)}
        rows = [(name, share, numbers.get(name, 0)) for name, share in probabilities.items()]
        self._rows = tuple(sorted(rows, key=lambda row: -row[1]))
        self._truth = truth
        words = [f"{name} {probability_words(share)}" for name, share, _ in self._rows]
        self.setAccessibleDescription(", ".join(words))
        self.updateGeometry()
        self.update()

    def rows(self) -> list[tuple[str, float]]:
        """Returns class and probability, top first."""
        return [(name, share) for name, share, _ in self._rows]

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 24 for every line."""
        return QSize(self._theme.px(240), self._height_of(self.MOST))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the height of the fewest lines."""
        return QSize(self._theme.px(120), self._height_of(self.FEWEST))

    def drawn(self) -> list[tuple[str, float]]:
        """Returns class and probability of the lines that there is room for."""
        lines = self.height() // self._theme.px(24)
        if lines < len(self._rows):
            lines -= 1  # says how many more there are
        return self.rows()[: max(0, min(lines, self.MOST))]

    def _height_of(self, most: int) -> int:
        lines = min(len(self._rows), most) + (len(self._rows) > most)
        return lines * self._theme.px(24)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, px = self._theme, self._theme.px
        metrics = QFontMetricsF(theme.font("small", 600))
        shown = self._rows[: len(self.drawn())]
        widest = max((metrics.horizontalAdvance(name) for name, _, _ in shown), default=0.0)
        names = min(widest, self.width() * 0.4)
        numbers = metrics.horizontalAdvance("> 99 %")
        for index, (name, share, number) in enumerate(shown):
            row = QRectF(0, index * px(24), self.width(), px(24))
            paint_mark(painter, theme, QRectF(0, row.center().y() - px(9) / 2, px(9), px(9)), number)
            strong = name == self._truth
            painter.setFont(theme.font("small", 600 if strong else 400))
            painter.setPen(theme.color("text" if strong else "text2"))
            place = QRectF(px(16), row.top(), names + 1, row.height())
            cut = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(names) + 1)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, cut)
            left = px(16) + names + px(12)
            track = QRectF(left, row.center().y() - px(4), self.width() - left - numbers - px(10), px(8))
            painter.setBrush(class_color(theme, number))
            paint_share_bar(painter, theme, track, share, None)
            painter.setPen(theme.color("text"))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(row, side, probability_words(share))
        rest = len(self._rows) - len(shown)
        if rest > 0:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text3"))
            row = QRectF(px(16), len(shown) * px(24), self.width(), px(24))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, f"and {rest} more")
