"""What a person types to be answered: a field or two that grow, typos, a test row by lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from engine.protocol.catalog import RoleEntry
from gui.look.texts import count, percent
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Divider, Panel
from gui.widgets.clamped_text import ClampedText
from gui.widgets.labels import label

MOST_TYPOS = 30
_FEWEST_LINES, _MOST_LINES = 2, 6
_LONG, _LONG_NARROW = 48, 16
"""Characters of a right answer from which it has lines of its own."""


class GrowingText(QPlainTextEdit):
    """A field of two lines that grows to six; Tab leaves it.

    Args:
        theme: Fonts and lengths.
        name: What is typed, for a screen reader and, as a hint, for the eye.
        parent: Owner.
        role: Of the type.
    """

    def __init__(
        self, theme: Theme, name: str, parent: QWidget | None = None, *, role: str = "title"
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._fewest = _FEWEST_LINES
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("plain", True)
        self.document().setDocumentMargin(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._fit)
        # A text that is put in the place of another is told before its lines are counted.
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.changed.connect(self._measure)
        self._measure()

    def set_fewest_lines(self, lines: int) -> None:
        """Takes fewer lines while there is little to read, in a low window."""
        self._fewest = lines
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the height of its lines."""
        return QSize(self._theme.px(400), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Fits the height to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _measure(self) -> None:
        self.setFont(self._theme.font(self._role, 400))
        self._fit()

    def _fit(self) -> None:
        step = QFontMetricsF(self.font()).lineSpacing()
        lines = max(self._fewest, min(_MOST_LINES, round(self.document().size().height())))
        height = round(lines * step) + self._theme.px(2)
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)
        bar = Qt.ScrollBarPolicy
        is_full = self.document().size().height() > _MOST_LINES
        self.setVerticalScrollBarPolicy(bar.ScrollBarAsNeeded if is_full else bar.ScrollBarAlwaysOff)


class TrialText(Panel):
    """The fields with what can be done to their texts.

    Attributes:
        fields: Role → field.
    """

    text_changed = Signal(str, str)
    """Role and text that a person types."""
    typos_changed = Signal(int)
    """Typos wanted, in per cent of the characters."""
    draw_requested = Signal()
    """A test row by lot is wanted."""
    clear_requested = Signal()
    """The texts are to go."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with no field."""
        super().__init__(theme, edge="borderStrong", parent=parent)
        self.setObjectName("trial_text")
        self.setProperty("focus_box", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.fields: dict[str, GrowingText] = {}
        self._compact = self._narrow = False
        self._shown_truth = ""
        self.draw = Button(theme, "Random test text", "secondary", "refresh", size="small")
        self.draw.setObjectName("random_test_row")
        self.clear = Button(theme, "Clear", "quiet", size="small")
        self.clear.setObjectName("clear_trial")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("typos")
        self.slider.setAccessibleName("Typos, per cent of the characters")
        self.slider.setRange(0, MOST_TYPOS)
        self.slider.setPageStep(5)
        self._typos = label(theme, "Typos", "small", "text2")
        self._share = label(theme, "0 %", "small", "text3")
        self._words = label(theme, "", "small", "text3")
        self._truth = label(theme, "", "small", "text2", elide=True)
        self._truth.setObjectName("trial_truth")
        self._long_truth = label(theme, "", "small", "text2", wrap=True)
        self._long_truth.setObjectName("trial_long_truth")
        self._read_heading = label(theme, "Read with typos", "caption", "text3")
        self._read = ClampedText(theme, "", lines=3, token="text2")
        self._read.setObjectName("read_with_typos")
        self._lay_out()
        self.draw.clicked.connect(self.draw_requested)
        self.clear.clicked.connect(self.clear_requested)
        self.slider.valueChanged.connect(self._move)
        self._measure()
        theme.changed.connect(self._measure)
        self.show_read({}, typos=0)

    def _lay_out(self) -> None:
        self._texts = QVBoxLayout()
        self._below = QHBoxLayout()
        for widget in (self.draw, self._typos, self.slider, self._share):
            self._below.addWidget(widget)
        self._below.addWidget(self._truth, 1)
        self._below.addWidget(self._words)
        self._below.addWidget(self.clear)
        self._noisy = QVBoxLayout()
        self._noisy.addWidget(self._read_heading)
        self._noisy.addWidget(self._read)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._texts)
        self._column.addLayout(self._noisy)
        self._column.addLayout(self._below)
        self._column.addWidget(self._long_truth)

    def set_fields(self, roles: Sequence[RoleEntry], unit: str) -> None:
        """Makes a field for each text; those that are there already stay.

        Args:
            roles: What is typed, in the order in which it is read.
            unit: What a row is called, one of them.
        """
        self.draw.setText(f"Random test {unit}")
        if list(self.fields) == [role.id for role in roles]:
            return
        for field in self.fields.values():
            field.removeEventFilter(self)
        while (item := self._texts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.fields = {}
        for place, role in enumerate(roles):
            if place:
                self._texts.addWidget(Divider(self._theme))
            hint = "Type a text" if len(roles) == 1 else role.label
            # A passage below its question is long, and read rather than typed.
            field = GrowingText(self._theme, hint, role="lead" if place else "title")
            field.setObjectName(f"trial_{role.id}")
            field.textChanged.connect(lambda name=role.id: self._take(name))
            field.installEventFilter(self)
            self.fields[role.id] = field
            self._texts.addWidget(field)
        for below in (self.draw, self.slider, self.clear):
            below.raise_()  # Tab goes to what was made last at the end
        self._measure()

    def show_row(self, row: Mapping[str, str], typos: int, truth: str) -> None:
        """Shows texts that nobody has typed.

        Args:
            row: Role → text.
            typos: In per cent.
            truth: The right answer; empty where it is not known.
        """
        for role, field in self.fields.items():
            if field.toPlainText() != row.get(role, ""):
                field.blockSignals(True)
                field.setPlainText(row.get(role, ""))
                field.blockSignals(False)
                field._fit()  # noqa: SLF001 - nobody else was told
        self.slider.blockSignals(True)
        self.slider.setValue(typos)
        self.slider.blockSignals(False)
        self._share.setText(f"{typos} %")
        self.show_truth(truth)
        self._count()

    def show_truth(self, truth: str) -> None:
        """Says what the right answer is, a long one in lines of its own; empty where that is not known."""
        words = f"The truth in your file: **{truth}**" if truth else ""
        is_long = len(truth) > (_LONG_NARROW if self._narrow else _LONG)
        self._truth.setText("" if is_long else words)
        self._long_truth.setText(words if is_long else "")
        self._long_truth.setVisible(is_long)
        self._shown_truth = truth

    def show_read(self, row: Mapping[str, str], *, typos: int) -> None:
        """Shows the texts as the models read them, where that is with typos.

        Args:
            row: Role → text.
            typos: In per cent.
        """
        text = " · ".join(row.values())
        is_shown = bool(typos and text)
        self._read.set_text(text if is_shown else "")
        self._read.setVisible(is_shown)
        self._read_heading.setVisible(is_shown)

    def read_words(self) -> str:
        """Returns the text with typos that is shown."""
        return self._read.text

    def focus_text(self) -> None:
        """Puts the keyboard into the first field, behind its text."""
        for field in list(self.fields.values())[:1]:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            field.moveCursor(field.textCursor().MoveOperation.End)

    def set_compact(self, compact: bool, *, narrow: bool = False) -> None:
        """Takes less height, in a low window; the count of words goes in a narrow one."""
        self._compact, self._narrow = compact, narrow
        self.show_truth(self._shown_truth)
        self._words.setVisible(not narrow)
        self._measure()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Shows the edge of the card in ink while a field has the keyboard."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            has_focus = event.type() == QEvent.Type.FocusIn
            self.set_look(edge="ink" if has_focus else "borderStrong", edge_width=1.5 if has_focus else 1.0)
        return super().eventFilter(watched, event)

    def _take(self, role: str) -> None:
        self.show_truth("")
        self._count()
        self.text_changed.emit(role, self.fields[role].toPlainText())

    def _count(self) -> None:
        words = sum(len(field.toPlainText().split()) for field in self.fields.values())
        self._words.setText(count("words", words))
        self.clear.setEnabled(any(field.toPlainText() for field in self.fields.values()))

    def _move(self, value: int) -> None:
        self._share.setText(percent(value / 100))
        self.typos_changed.emit(value)

    def _measure(self) -> None:
        px = self._theme.px
        side, top = px(12 if self._compact else 20), px(10 if self._compact else 18)
        self._column.setContentsMargins(side, top, side, px(8 if self._compact else 14))
        self._column.setSpacing(px(6 if self._compact else 12))
        self.setProperty("focus_radius", float(self._theme.radius("card")))
        self._texts.setSpacing(px(8))
        self._noisy.setSpacing(px(2))
        self._below.setSpacing(px(10))
        self._below.setDirection(QBoxLayout.Direction.LeftToRight)
        self.slider.setFixedWidth(px(140))
        self._share.setMinimumWidth(px(34))
        for field in self.fields.values():
            field.set_fewest_lines(1 if self._compact or len(self.fields) > 1 else _FEWEST_LINES)
