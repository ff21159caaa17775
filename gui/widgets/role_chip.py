"""The chip below a column's name: what the column means, and a menu to change it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from engine.protocol.catalog import RoleEntry
from gui.look.theme import Theme

IGNORE = ""
"""The role of a column that is not used."""

_ICONS = {"text": "file", "text_pair": "file", "label": "tag", "question": "quest", "passage": "file"}
_OTHER_ICON = "merge"


class RoleChip(QAbstractButton):
    """Shows the role of one column and offers the others.

    Signals:
        role_chosen: Id of the chosen role, ``""`` for ignore.
    """

    role_chosen = Signal(str)

    def __init__(self, theme: Theme, column: str, parent: QWidget | None = None) -> None:
        """Makes a chip for a column.

        Args:
            theme: Colours, fonts and icons.
            column: The column's name.
            parent: The header.
        """
        super().__init__(parent)
        self._theme = theme
        self._column = column
        self._roles: tuple[RoleEntry, ...] = ()
        self._role = IGNORE
        self.setObjectName(f"role_{column}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self.open_menu)
        theme.changed.connect(self.update)

    @property
    def column(self) -> str:
        """The column's name."""
        return self._column

    @property
    def role(self) -> str:
        """Id of the role, ``""`` for ignore."""
        return self._role

    @property
    def role_label(self) -> str:
        """The role in words, e.g. ``"Text to read"``."""
        return next((entry.label for entry in self._roles if entry.id == self._role), "Ignore")

    def set_role(self, roles: Sequence[RoleEntry], role: str) -> None:
        """Shows a role.

        Args:
            roles: All roles of the chosen task, without ignore.
            role: Id of the column's role, ``""`` for ignore.
        """
        self._roles = tuple(roles)
        self._role = role
        self.setAccessibleName(f"Role of the column {self._column}: {self.role_label}")
        self.setToolTip(f"{self._column}: {self.role_label}. Click to say what this column means.")
        self.updateGeometry()
        self.update()

    def make_menu(self) -> QMenu:
        """Returns the menu of all roles and ignore, the present one ticked; the caller shows it."""
        menu = QMenu(self)
        menu.setObjectName("roles")
        group = QActionGroup(menu)
        choices = [(entry.id, entry.label) for entry in self._roles] + [(IGNORE, "Ignore")]
        for role, label in choices:
            if role == IGNORE and len(choices) > 1:
                menu.addSeparator()
            # Where an icon stands, the style draws no tick beside it.
            icon = "check" if role == self._role else self._icon_of(role)
            action = QAction(self._theme.icon(icon), label, menu)
            action.setCheckable(True)
            action.setChecked(role == self._role)
            action.setData(role)
            group.addAction(action)
            menu.addAction(action)
        menu.triggered.connect(lambda action: self._chosen(str(action.data())))
        return menu

    def open_menu(self) -> None:
        """Opens the menu below the chip, without waiting for it."""
        menu = self.make_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + self._theme.px(2))))

    def _chosen(self, role: str) -> None:
        if role != self._role:
            self.role_chosen.emit(role)

    @staticmethod
    def _icon_of(role: str) -> str:
        return "minus" if role == IGNORE else _ICONS.get(role, _OTHER_ICON)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Opens the menu on Enter and arrow down too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns room for icon, words and arrow."""
        words = QFontMetrics(self._theme.font("small")).horizontalAdvance(self.role_label)
        return QSize(words + self._theme.px(8 + 14 + 6 + 6 + 12 + 8) + 2, self._theme.px(22))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns room for the icon and the arrow."""
        return QSize(self._theme.px(56), self._theme.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints the chip."""
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = "pressed" if self.isDown() else "hover" if self.underMouse() else "surface"
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color(fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(6), px(6))
        ink = "text3" if self._role == IGNORE else "text2"
        left, right = px(8), self.width() - px(8)
        middle = self.height() // 2
        size = px(14)
        painter.drawPixmap(left, middle - size // 2, theme.pixmap(self._icon_of(self._role), ink, 14))
        arrow = px(12)
        painter.drawPixmap(right - arrow, middle - arrow // 2, theme.pixmap("down", ink, 12))
        room = QRect(left + size + px(6), 0, right - arrow - px(6) - left - size - px(6), self.height())
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(ink))
        words = painter.fontMetrics().elidedText(self.role_label, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)
