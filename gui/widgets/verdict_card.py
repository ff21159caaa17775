"""What kind of learning this is: two answers with their reasons, and the four corners."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.protocol.stack import Answer, Verdict
from gui.look.painting import draw_panel
from gui.look.terms import meaning
from gui.look.theme import Theme
from gui.widgets.cards import Card
from gui.widgets.corner_presets import CornerPreset
from gui.widgets.four_corners import FourCorners
from gui.widgets.labels import ThemedLabel

_WORDS = {Answer.YES: "Yes", Answer.NO: "No", Answer.UNKNOWN: "Not known"}
_SPOKEN = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "not known"}


class AnswerBadge(QWidget):
    """An answer of the verdict: filled for yes, an outline for no.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._answer: Answer | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    @property
    def answer(self) -> Answer | None:
        """Returns the answer; ``None`` while it is not known to the window."""
        return self._answer

    def set_answer(self, answer: Answer | None) -> None:
        """Shows an answer."""
        self._answer = answer
        self.setAccessibleName(_WORDS[answer] if answer else "…")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 38 × 22; wider for "Not known"."""
        return QSize(self._theme.px(70 if self._answer is Answer.UNKNOWN else 38), self._theme.px(22))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the badge."""
        theme, rect = self._theme, QRectF(self.rect())
        painter = QPainter(self)
        yes = self._answer is Answer.YES
        fill = theme.color("ink") if yes else None
        draw_panel(painter, rect, fill, None if yes else theme.color("borderStrong"), radius=theme.px(6))
        painter.setFont(theme.font("small", 600))
        painter.setPen(theme.color("onInk" if yes else "text"))
        painter.drawText(
            rect, int(Qt.AlignmentFlag.AlignCenter), _WORDS[self._answer] if self._answer else "…"
        )
        painter.end()


class _Legend(QWidget):
    """What the filled and the hollow dots mean."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._theme.px(200), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("caption"))
        middle, x = self.height() / 2, px(63)
        for words, filled in (("this setup", True), ("other methods", False)):
            painter.setPen(Qt.PenStyle.NoPen if filled else QPen(theme.color("borderStrong"), 1.5))
            painter.setBrush(theme.color("ink") if filled else Qt.BrushStyle.NoBrush)
            radius = px(4.5) if filled else px(3.5)
            painter.drawEllipse(QRectF(x - radius, middle - radius, 2 * radius, 2 * radius))
            painter.setPen(theme.color("text3"))
            width = painter.fontMetrics().horizontalAdvance(words)
            painter.drawText(
                QRectF(x + px(11), 0, width + 4, self.height()), int(Qt.AlignmentFlag.AlignVCenter), words
            )
            x += px(11) + width + px(18)
        painter.end()


class VerdictCard(Card):
    """Transfer learning? Fine-tuning? With the reasons from the model and the run.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    method_chosen = Signal(str)
    """The person clicked another method's dot."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "What kind of learning is this?", parent=parent)
        self.setObjectName("verdict")
        self.transfer = AnswerBadge(theme)
        self.fine_tuning = AnswerBadge(theme)
        self._transfer_words = ThemedLabel(theme, "", "small", "text2", wrap=True)
        self._fine_tuning_words = ThemedLabel(theme, "", "small", "text2", wrap=True)
        self.corners = FourCorners(theme)
        self.corners.method_chosen.connect(self.method_chosen)
        self._legend = _Legend(theme)
        self._rows = QVBoxLayout()
        self._grids: list[QHBoxLayout] = []
        self._compact = False
        for badge, title, words in (
            (self.transfer, "Transfer learning", self._transfer_words),
            (self.fine_tuning, "Fine-tuning", self._fine_tuning_words),
        ):
            self._rows.addLayout(self._answer_row(badge, title, words))
        self._field = QGridLayout()
        self._field.addWidget(self.corners, 0, 0)
        self._field.addWidget(self._legend, 1, 0)
        self.body.addLayout(self._rows)
        self.body.addLayout(self._field, 100)
        self.body.addStretch(1)
        self.set_verdict(None)
        self._space()
        theme.changed.connect(self._space)

    def _answer_row(self, badge: AnswerBadge, title: str, words: ThemedLabel) -> QHBoxLayout:
        row, texts = QHBoxLayout(), QVBoxLayout()
        texts.setSpacing(0)
        name = ThemedLabel(self._theme, title, "bodyStrong")
        name.setToolTip(meaning(title))
        texts.addWidget(name)
        texts.addWidget(words)
        row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        self._grids.append(row)
        return row

    def set_compact(self, compact: bool, *, titled: bool = True) -> None:
        """Leaves the legend out and draws the corners lower, for small windows.

        Args:
            compact: Whether the window is small.
            titled: Whether the title is shown; not where a tab says it already.
        """
        self.set_title("What kind of learning is this?" if titled else "")
        self.corners.set_compact(compact)
        self._legend.setVisible(not compact)
        self._compact = compact
        self.set_padding(12 if compact else 16)
        self._space()

    def set_verdict(self, verdict: Verdict | None, presets: Sequence[CornerPreset] = ()) -> None:
        """Shows a verdict.

        Args:
            verdict: Of this setup; ``None`` while it is not known.
            presets: The other methods.
        """
        self.transfer.set_answer(verdict.task_changes if verdict else None)
        self.fine_tuning.set_answer(verdict.weights_change if verdict else None)
        self._transfer_words.setText(verdict.transfer_sentence if verdict else "…")
        self._fine_tuning_words.setText(verdict.fine_tuning_sentence if verdict else "…")
        self.corners.set_verdict(verdict, presets)
        if verdict is None:
            self.setAccessibleName("Verdict: not known yet")
        else:
            transfer, tuning = _SPOKEN[verdict.task_changes], _SPOKEN[verdict.weights_change]
            self.setAccessibleName(f"Verdict: transfer learning {transfer}, fine-tuning {tuning}")

    def _space(self) -> None:
        px = self._theme.px
        self._rows.setSpacing(px(8 if self._compact else 12))
        self._field.setContentsMargins(0, px(4), 0, 0)
        self._field.setVerticalSpacing(px(8))
        for row in self._grids:
            row.setSpacing(px(10))
