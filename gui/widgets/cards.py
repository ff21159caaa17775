"""Cards: white panels with a thin edge, a title, and room for content."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.look.painting import draw_panel
from gui.look.theme import Theme
from gui.widgets.labels import ThemedLabel


class Panel(QFrame):
    """A rounded surface with a thin edge.

    Args:
        theme: Where colours and lengths come from.
        fill: Colour token of the inside; empty for none.
        edge: Colour token of the edge; empty for none.
        radius: Name of a corner radius.
        dashed: Whether the edge is dashed.
        parent: Owner.
    """

    def __init__(
        self,
        theme: Theme,
        *,
        fill: str = "surface",
        edge: str = "border",
        radius: str = "card",
        dashed: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fill = fill
        self._edge = edge
        self._radius = radius
        self._dashed = dashed
        self._edge_width = 1.0
        theme.changed.connect(self.update)

    def set_look(
        self,
        *,
        fill: str | None = None,
        edge: str | None = None,
        edge_width: float = 1.0,
        dashed: bool = False,
    ) -> None:
        """Changes the colours and the edge.

        Args:
            fill: Colour token of the inside; ``None`` leaves it.
            edge: Colour token of the edge; ``None`` leaves it.
            edge_width: Width of the edge at 100 %.
            dashed: Whether the edge is dashed.
        """
        self._fill = self._fill if fill is None else fill
        self._edge = self._edge if edge is None else edge
        self._edge_width = edge_width
        self._dashed = dashed
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the surface, inside of the margins."""
        painter = QPainter(self)
        draw_panel(
            painter,
            QRectF(self.contentsRect()),
            self._theme.color(self._fill) if self._fill else None,
            self._theme.color(self._edge) if self._edge else None,
            radius=self._theme.radius(self._radius),
            width=max(1.0, self._edge_width * self._theme.scale),
            dashed=self._dashed,
        )


class Card(Panel):
    """A panel with a title row and a body.

    Args:
        theme: Where colours and lengths come from.
        title: What the card shows.
        note: A few quiet words beside the title.
        padding: Room around the content at 100 %; 0 where the body goes to the edge (tables).
        parent: Owner.

    Attributes:
        header: The title row; add switches and buttons at its end. It is hidden while empty.
        body: Where the content goes.
    """

    def __init__(
        self,
        theme: Theme,
        title: str = "",
        note: str = "",
        *,
        padding: int = 16,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent=parent)
        self._padding = padding
        self._title = ThemedLabel(theme, title, "bodyStrong", elide=False)
        self._note = ThemedLabel(theme, note, "caption", "text3", elide=True)
        self.header = QHBoxLayout()
        self.header.addWidget(self._title)
        self.header.addWidget(self._note, 1)
        self.body = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.addLayout(self.header)
        self._column.addLayout(self.body, 1)
        self._column.addStretch(0)  # keeps the title at the top while the body is empty
        self.set_title(title, note)
        self._measure()
        theme.changed.connect(self._measure)

    def set_title(self, title: str, note: str = "") -> None:
        """Changes the title and the quiet words beside it."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._note.setText(note)
        self._note.setVisible(bool(title or note))
        self.setAccessibleName(title)

    def set_padding(self, padding: int) -> None:
        """Changes the room around the content, e.g. 12 in the compact layout."""
        self._padding = padding
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        edge = px(self._padding)
        self._column.setContentsMargins(edge, edge, edge, edge)
        has_header = bool(self._title.text() or self._note.text())
        self._column.setSpacing(px(12) if has_header else 0)
        self.header.setSpacing(px(8))
        self.body.setSpacing(px(8))


class Divider(QWidget):
    """A thin line between two things.

    Args:
        theme: Where the colour comes from.
        vertical: Whether it stands.
        parent: Owner.
    """

    def __init__(self, theme: Theme, *, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._vertical = vertical
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(fixed if vertical else free, free if vertical else fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns one line's width."""
        return QSize(self._theme.px(1), self._theme.px(1))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the line."""
        QPainter(self).fillRect(self.rect(), self._theme.color("border"))
