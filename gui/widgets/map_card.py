"""The layer map with what stands above it: the model, the legend, undo, freeze all, thaw all."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QUndoStack
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.protocol.layer_probes import LayersProbed
from engine.protocol.model_events import DownloadProgressed
from engine.protocol.stack import ModelFacts
from gui.look.painting import draw_panel
from gui.look.terms import meaning
from gui.look.texts import compact_number
from gui.look.theme import Theme
from gui.widgets.buttons import Button, icon_button
from gui.widgets.cards import Divider, Panel
from gui.widgets.labels import ThemedLabel
from gui.widgets.layer_map import LayerMap
from gui.widgets.layer_map_columns import WORDS_FROM_WIDTH
from gui.widgets.layer_map_keys import wish_states
from gui.widgets.layer_map_rows import ProbeView, probe_view
from gui.widgets.layer_map_tiers import MapSize
from gui.widgets.layer_map_view import StackView
from gui.widgets.model_button import ModelButton

_PATIENCE = 300
"""Milliseconds before the card says that the model is being read."""
_NO_MODEL = "There is no model to show; why stands above."


_ASK = (
    "Ask each layer what it knows of this task: a small classifier on what it says, judged on validation "
    "rows. It takes about as long as reading the texts once."
)

_LEAST_WIDTH = 520
"""Of the card, at 100 %."""

_NAME, _SHORT_NAME = 220, 96
"""Widths of the model's name, at 100 %: at most, and cut so far that the legend can stay beside it."""


class _StateSample(QWidget):
    """A small block in one of the two states, with its name."""

    def __init__(self, theme: Theme, *, trainable: bool) -> None:
        super().__init__()
        self._theme = theme
        self._trainable = trainable
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        return QSize(self._theme.px(18), self._theme.px(12))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        painter = QPainter(self)
        kind, radius = ("ember", self._theme.px(5)) if self._trainable else ("frozen", self._theme.px(2))
        fill, edge = self._theme.color(f"{kind}Fill2"), self._theme.color(f"{kind}Edge")
        draw_panel(painter, QRectF(self.rect()), fill, edge, radius=radius, width=1.25)
        painter.end()


class MapCard(Panel):
    """The centre of Setup.

    Args:
        theme: Colours, fonts, lengths.
        undo_stack: What undo and redo work on.
        parent: Owner.

    Attributes:
        map: The layer map.
        model: The button with the model's name.
    """

    undo_requested = Signal()
    """The person clicked *Undo* in the notice."""

    probe_requested = Signal()
    """The person wishes to know what each layer knows of the task, or nothing more of it."""

    def __init__(self, theme: Theme, undo_stack: QUndoStack, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self.setObjectName("map_card")
        self._narrow = False
        self._about = ""
        self._probe: ProbeView | None = None
        self._probe_words = self._said = ""
        self.map = LayerMap(theme)
        self.model = ModelButton(theme)
        self._facts = ThemedLabel(theme, "", "caption", "text3", elide=False)
        self._make_buttons(undo_stack)
        self._make_legend()
        self._make_notice()
        self._waiting = ThemedLabel(theme, "", "body", "text3")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._patience.timeout.connect(lambda: self._waiting.setText("The model is being read."))
        self._lay_out()
        self._space()
        theme.changed.connect(self._space)
        self._patience.start()

    # --- building ---------------------------------------------------------------------------------

    def _make_buttons(self, stack: QUndoStack) -> None:
        self.undo = icon_button(self._theme, "undo", "Undo (Ctrl Z)", size="small")
        self.redo = icon_button(self._theme, "redo", "Redo (Ctrl Shift Z)", size="small")
        self.freeze_all = Button(self._theme, "Freeze all", "quiet", "snow")
        self.thaw_all = Button(self._theme, "Thaw all", "quiet", "flame")
        self.freeze_all.setToolTip("Freeze every layer but the head (F)")
        self.thaw_all.setToolTip("Make every layer trainable (T)")
        self.ask_layers = icon_button(self._theme, "results", _ASK, size="small")
        self.ask_layers.clicked.connect(self.probe_requested)
        for name in ("ask_layers", "undo", "redo", "freeze_all", "thaw_all"):
            getattr(self, name).setObjectName(name)
        self.undo.clicked.connect(stack.undo)
        self.redo.clicked.connect(stack.redo)
        self.freeze_all.clicked.connect(lambda: self._all(trainable=False))
        self.thaw_all.clicked.connect(lambda: self._all(trainable=True))
        self.undo.setEnabled(stack.canUndo())
        self.redo.setEnabled(stack.canRedo())
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        stack.undoTextChanged.connect(self._name_undo)
        stack.redoTextChanged.connect(self._name_redo)

    def _make_legend(self) -> None:
        self._legend = QWidget()
        self._legend_row = QHBoxLayout(self._legend)
        for trainable, words in ((False, "Frozen"), (True, "Trainable")):
            pair = QHBoxLayout()
            pair.setSpacing(self._theme.px(6))
            name = ThemedLabel(self._theme, words, "small", "text2")
            name.setToolTip(meaning(words))
            pair.addWidget(_StateSample(self._theme, trainable=trainable))
            pair.addWidget(name)
            self._legend_row.addLayout(pair)

    def _make_notice(self) -> None:
        self.notice = Panel(self._theme, fill="sunken", edge="", radius="control")
        self.notice.setObjectName("map_notice")
        self._notice_words = ThemedLabel(self._theme, "", "small", "text2", wrap=True)
        self._notice_undo = Button(self._theme, "Undo", "link")
        self._notice_undo.setObjectName("notice_undo")
        self._notice_undo.clicked.connect(self._press_notice)
        row = QHBoxLayout(self.notice)
        row.addWidget(self._notice_words, 1)
        row.addWidget(self._notice_undo)
        row.setContentsMargins(10, 2, 10, 2)
        self.notice.hide()

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.model)
        self._head.addWidget(self._facts)
        self._head.addStretch(1)
        self._head.addWidget(self._legend)
        self._rule = Divider(self._theme, vertical=True)
        self._rule.setFixedHeight(20)
        for widget in (self._rule, self.ask_layers, self.undo, self.redo, self.freeze_all, self.thaw_all):
            self._head.addWidget(widget)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setStyleSheet(
            "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"
        )
        self._scroll.setWidget(self.map)
        self._notice_holder = QVBoxLayout()
        self._notice_holder.addWidget(self.notice)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(Divider(self._theme))
        self._column.addLayout(self._notice_holder)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._waiting)
        self._stack.addWidget(self._scroll)
        self._column.addWidget(self._stack, 1)

    # --- what is shown ----------------------------------------------------------------------------

    def set_view(self, view: StackView | None, *, fails: bool = False) -> None:
        """Shows a model; ``None`` while it is not known, or because it fails."""
        known = view is not None and bool(view.rows)
        if fails:
            self._patience.stop()
            self._waiting.setText(_NO_MODEL)
        elif self._waiting.text() == _NO_MODEL:
            self._waiting.setText("")
            self._patience.start()
        self._stack.setCurrentWidget(self._scroll if known else self._waiting)
        for button in (self.freeze_all, self.thaw_all, self.ask_layers):
            button.setEnabled(known)
        if view is not None and known:
            self._patience.stop()
            self.map.set_view(replace(view, probe=self._probe))

    def show_probe(self, probed: LayersProbed | None, words: str, is_asked: bool) -> None:
        """Shows what each layer knows, in the place of the rule of thumb.

        Args:
            probed: What was found; ``None`` where nothing is.
            words: What is being done, or was found; empty for nothing.
            is_asked: Whether an answer is waited for.
        """
        self._probe, self._probe_words = probe_view(probed), words
        self._notice_words.setText(words or self._said)
        self._notice_undo.setText(("Stop" if is_asked else "Hide") if words else "Undo")
        self.notice.setVisible(bool(words or self._said))
        self._space_notice()
        if self.map.given.rows:
            self.map.set_view(replace(self.map.given, probe=self._probe))

    def set_model(self, model: ModelFacts | None, chosen: str = "") -> None:
        """Shows what the base model is.

        Args:
            model: The model; ``None`` while it is not known.
            chosen: What was chosen, to be shown meanwhile.
        """
        self.model.set_model(model, chosen)
        number = model.parameters if model else 0
        size = f"{number / 1e6:,.1f} M" if number >= 1e6 else compact_number(number) if number else ""
        self._about = ", ".join(part for part in ((model.language if model else ""), size) if part)
        self._facts.setText(self._about)
        self._fit_head()

    def show_download(self, _model: str, progress: DownloadProgressed | None) -> None:
        """Shows that a model is fetched, in the place of what the chosen one is; ``None``: it has ended."""
        share = progress.done / progress.total if progress is not None and progress.total else 0.0
        words = f"{100 * share:.0f} % fetched" if share else "Fetching…"
        self._facts.setText(self._about if progress is None else words)
        self._fit_head()

    def set_layout(self, *, wide: bool, narrow: bool) -> None:
        """Draws it for the size of the window."""
        self.map.set_size(MapSize.EDIT if wide else MapSize.COMPACT)
        self._narrow = narrow
        self._space()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Leaves out of the head what has no room."""
        super().resizeEvent(event)
        self._fit_head()

    def _fit_head(self) -> None:
        """Lets the facts give way first, then the end of the model's name, at last the legend."""
        scale, spacing = self._theme.scale, self._head.spacing()
        self.model.limit_words(_NAME)
        self.ask_layers.setVisible(self._has_margin())
        edges = self._head.contentsMargins()
        free = self.width() - 2 - edges.left() - edges.right()
        free -= sum(_room(one) + spacing for one in self._buttons())
        name, legend = _room(self.model), _room(self._legend) + _room(self._rule) + 2 * spacing
        facts = _room(self._facts) + 2 * spacing
        around = name - self.model.words_width()
        has_legend = free - legend >= around + min(self.model.words_width(), self._theme.px(_SHORT_NAME))
        free -= legend if has_legend else 0
        self._legend.setVisible(has_legend)
        self._rule.setVisible(has_legend)
        self._facts.setVisible(has_legend and name + facts <= free)
        if name > free:
            self.model.limit_words(max(1, int((free - around) / scale)))

    def say(self, sentence: str) -> None:
        """Says what just happened, with a link to undo it; empty hides the line."""
        self._said = sentence
        if sentence or not self._probe_words:
            self._notice_words.setText(sentence)
            self._notice_undo.setText("Undo")
            self.notice.setVisible(bool(sentence))
            self._space_notice()

    def _press_notice(self) -> None:
        (self.undo_requested if self._notice_undo.text() == "Undo" else self.probe_requested).emit()

    def _buttons(self) -> tuple[QWidget, ...]:
        always = (self.undo, self.redo, self.freeze_all, self.thaw_all)
        return (self.ask_layers, *always) if self._has_margin() else always

    def _has_margin(self) -> bool:
        """Whether the map is wide enough to show what layers know beside them."""
        return self.width() - 2 >= self._theme.px(WORDS_FROM_WIDTH)  # an edge on each side

    def _space_notice(self) -> None:
        px = self._theme.px
        around = (px(12), px(8), px(12), 0) if self._notice_words.text() else (0, 0, 0, 0)
        self._notice_holder.setContentsMargins(*around)

    def _name_undo(self, words: str) -> None:
        self.undo.setToolTip(f"Undo{_step(words)} (Ctrl Z)")

    def _name_redo(self, words: str) -> None:
        self.redo.setToolTip(f"Redo{_step(words)} (Ctrl Shift Z)")

    def _all(self, *, trainable: bool) -> None:
        layers = [layer for row in self.map.shown.toggle_rows for layer in row.ids]
        wish_states(self.map, layers, trainable)

    def _space(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self.setMinimumWidth(px(_LEAST_WIDTH))
        edge = px(4 if self._narrow else 9)
        self._head.setContentsMargins(px(4), edge, px(4), edge)
        self._head.setSpacing(px(3))
        self._legend_row.setContentsMargins(px(6), 0, px(7), 0)
        self._legend_row.setSpacing(px(14))
        self._space_notice()
        self._rule.setFixedHeight(px(20))
        self._fit_head()


def _room(widget: QWidget) -> int:
    """Returns the width that a part of the head needs for all its words."""
    return max(1, widget.sizeHint().width())


def _step(words: str) -> str:
    """Returns what would be undone or done again, for a tooltip."""
    return f": {words[:1].lower()}{words[1:]}" if words else ""
