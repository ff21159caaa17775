"""What is looked at while a run is written: three lines that tick, each with what was measured."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.protocol.exports import CheckOutcome, ExportCheck, ExportedItem
from gui.look.theme import Theme
from gui.widgets.cards import Card, Divider
from gui.widgets.labels import ThemedLabel

_LOOKS = {
    CheckOutcome.PASSED: ("check", "ok"),
    CheckOutcome.FAILED: ("alert", "err"),
    CheckOutcome.TOLD: ("info", "text2"),
}
_LONG = re.compile(r"(\w{16})(?=\w{8})")
_WORST = (CheckOutcome.PASSED, CheckOutcome.TOLD, CheckOutcome.FAILED)


class _Mark(QWidget):
    """An open circle, or how a check came out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._outcome: CheckOutcome | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_outcome(self, outcome: CheckOutcome | None) -> None:
        self._outcome = outcome
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._theme.px(18), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        painter, theme, px = QPainter(self), self._theme, self._theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._outcome is None:
            painter.setPen(QPen(theme.color("borderStrong"), 1.5 * theme.scale))
            painter.drawEllipse(QRectF(self.rect()).adjusted(px(2), px(2), -px(2), -px(2)))
            return
        icon, token = _LOOKS[self._outcome]
        painter.drawPixmap(QPointF(px(1), px(1)), theme.pixmap(icon, token, 16))


class _CheckRow(QWidget):
    def __init__(self, theme: Theme, title: str, waiting: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plain = (title, waiting)
        self._mark = _Mark(theme, self)
        self._title = ThemedLabel(theme, title, "body", "text", weight=500, wrap=True)
        self._detail = ThemedLabel(theme, waiting, "small", "text2", wrap=True)
        self._words = QVBoxLayout()
        self._words.addWidget(self._title)
        self._words.addWidget(self._detail)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._words, 1)
        theme.changed.connect(self._space)
        self._space()

    def set_waiting(self, waiting: str) -> None:
        self._plain = (self._plain[0], waiting)

    def clear(self) -> None:
        self._show(None, *self._plain)

    def show_checks(self, checks: Sequence[tuple[str, ExportCheck]]) -> None:
        """Shows the worst outcome, and what was measured for each form."""
        if not checks:
            return
        worst = max((check.outcome for _, check in checks), key=_WORST.index)
        told = [(name, check) for name, check in checks if check.outcome is worst]
        if worst is CheckOutcome.PASSED:  # of several that are well, that with the largest difference
            told = [max(told, key=lambda one: one[1].difference or 0.0)]
        details = [check.detail for _, check in told]
        if len(checks) > 1 and len({check.detail for _, check in checks}) > 1:
            details = [f"{name}: {check.detail}" for name, check in told]
        self._show(worst, told[0][1].title, " ".join(dict.fromkeys(details)))

    def _show(self, outcome: CheckOutcome | None, title: str, detail: str) -> None:
        self._mark.show_outcome(outcome)
        self._title.setText(title)
        self._detail.setText(_LONG.sub("\\1\u200b", detail))  # a fingerprint may be wider than the card
        words = {None: "not looked at yet", CheckOutcome.PASSED: "passed", CheckOutcome.FAILED: "failed"}
        self.setAccessibleName(f"{title}: {words.get(outcome, 'told')}")
        self.setAccessibleDescription(detail)

    def _space(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(0, px(8), 0, px(4))
        self._row.setSpacing(px(8))
        self._words.setSpacing(px(2))


class ExportChecks(Card):
    """The card *Checked while writing*.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Checked while writing", parent=parent)
        self.setObjectName("export_checks")
        self._items: list[ExportedItem] = []
        self._rows: dict[str, _CheckRow] = {}
        self._extra: list[QWidget] = []
        for check, title, waiting in (
            ("same_answers", "Same answers as in Thaw", "50 test rows, after loading the files again"),
            (
                "nothing_of_the_data",
                "Nothing of your data inside",
                "Every text of the final test is looked for",
            ),
            (
                "base_model",
                "The base model is named exactly",
                "By its name and its weights' fingerprint",
            ),
        ):
            self.body.addWidget(Divider(theme))
            self._rows[check] = _CheckRow(theme, title, waiting, self)
            self.body.addWidget(self._rows[check])
        self._always = tuple(self._rows)

    def set_unit(self, unit: str) -> None:
        """Says what the test rows are called, plural."""
        row = self._rows["same_answers"]
        row.set_waiting(f"50 test {unit}, after loading the files again")
        if not self._items:
            row.clear()

    def clear(self) -> None:
        """Begins anew."""
        self._items.clear()
        for row in self._rows.values():
            row.clear()
        for part in self._extra:
            part.hide()
            part.deleteLater()
        self._extra.clear()
        self._rows = {check_id: self._rows[check_id] for check_id in self._always}

    def add(self, item: ExportedItem) -> None:
        """Shows what was looked at in a form that was written."""
        self._items.append(item)
        for check in item.checks:
            if check.id not in self._rows:  # what only some forms look at
                self._rows[check.id] = _CheckRow(self._theme, check.title, check.detail, self)
                self._extra += [Divider(self._theme), self._rows[check.id]]
                for part in self._extra[-2:]:
                    self.body.addWidget(part)
        for check_id, row in self._rows.items():
            found = [(one.name, check) for one in self._items for check in one.checks if check.id == check_id]
            row.show_checks(found)

    @property
    def has_failed(self) -> bool:
        """Returns whether a check came out badly."""
        return any(check.outcome is CheckOutcome.FAILED for one in self._items for check in one.checks)
