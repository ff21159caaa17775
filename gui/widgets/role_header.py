"""A table header in which each column says what it means to the task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QWidget

from engine.protocol.catalog import RoleEntry
from gui.look.theme import Theme
from gui.widgets.role_chip import IGNORE, RoleChip
from gui.widgets.rows_model import RowsModel

_LONGEST_NAME, _LONGEST_IGNORED = 260, 180
"""Room that a name can have, in pixels; what means nothing to the task leaves more of it to the texts."""


def assign_role(columns: Mapping[str, str], column: str, role: str) -> dict[str, str]:
    """Returns role → column after a column was given a role.

    A column that had the role before takes over the role which the chosen column gives up, so that
    swapping two columns takes one click.

    Args:
        columns: Role → column as it was.
        column: Name of the column that was changed.
        role: Its new role, ``""`` for ignore.
    """
    given_up = next((known for known, name in columns.items() if name == column), IGNORE)
    before = columns.get(role, "") if role != IGNORE else ""
    changed = {known: name for known, name in columns.items() if name != column and known != role}
    if role != IGNORE:
        changed[role] = column
        if before and before != column and given_up != IGNORE:
            changed[given_up] = before
    return changed


class RoleHeader(QHeaderView):
    """Column names, each with a chip that shows its role and opens the menu of roles.

    Signals:
        role_chosen: Column name and role id; ``""`` means ignore.
    """

    role_chosen = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes a header; its view must show a :class:`RowsModel`."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._roles: tuple[RoleEntry, ...] = ()
        self._columns: dict[str, str] = {}
        self._chips: dict[str, RoleChip] = {}
        self.setObjectName("role_header")
        self.setAccessibleName("Columns and their roles")
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setStretchLastSection(False)
        self.sectionResized.connect(lambda *_: self._place_chips())
        self.geometriesChanged.connect(self._place_chips)
        theme.changed.connect(self._restyle)

    def set_roles(self, roles: Sequence[RoleEntry], columns: Mapping[str, str]) -> None:
        """Shows what the columns mean.

        Args:
            roles: The roles of the chosen task; without any there is nothing to choose.
            columns: Role → column name.
        """
        self._roles = tuple(roles)
        self._columns = dict(columns)
        names = self._names()
        for name in set(self._chips) - set(names):
            self._chips.pop(name).deleteLater()
        role_of = {column: role for role, column in columns.items()}
        for name in names:
            chip = self._chips.get(name)
            if chip is None:
                chip = self._chips[name] = RoleChip(self._theme, name, self.viewport())
                chip.role_chosen.connect(lambda role, column=name: self.role_chosen.emit(column, role))
            chip.setVisible(bool(roles))
            chip.set_role(self._roles, role_of.get(name, IGNORE))
        self._place_chips()

    def chip(self, column: str) -> RoleChip:
        """Returns the chip of a column.

        Raises:
            KeyError: When there is no such column.
        """
        return self._chips[column]

    def needed_width(self, column: str) -> int:
        """Returns how wide a column must be to show its chip and its name whole, in pixels.

        Of a very long name the beginning is shown; the whole stands in its tooltip.
        """
        chip, px = self._chips.get(column), self._theme.px
        longest = px(_LONGEST_IGNORED if self.is_ignored(column) else _LONGEST_NAME)
        name = QFontMetrics(self._theme.font("bodyStrong")).horizontalAdvance(column) + 1
        return max(chip.sizeHint().width() if chip else 0, min(name, longest)) + px(24)

    def is_ignored(self, column: str) -> bool:
        """Whether a column means nothing to the task; not so as long as no roles are shown."""
        chip = self._chips.get(column)
        return bool(self._roles) and chip is not None and not chip.role

    def _names(self) -> tuple[str, ...]:
        model = self.model()
        return model.names if isinstance(model, RowsModel) else ()

    def _restyle(self) -> None:
        self._place_chips()
        self.viewport().update()

    def _place_chips(self) -> None:
        px = self._theme.px
        model = self.model()
        if not isinstance(model, RowsModel):
            return
        for section in range(1, min(self.count(), 1 + len(model.names))):
            chip = self._chips.get(model.column_name(section))
            if chip is None:
                continue
            width = min(chip.sizeHint().width(), self.sectionSize(section) - px(16))
            left = self.sectionViewportPosition(section) + px(12)
            chip.setGeometry(left, px(28), max(width, px(40)), px(22))

    # Qt

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns room for a name and a chip."""
        return QSize(super().sizeHint().width(), self._theme.px(58))

    def updateGeometries(self) -> None:  # noqa: N802 - Qt's own name
        """Moves the chips with the columns."""
        super().updateGeometries()
        self._place_chips()

    def setOffset(self, offset: int) -> None:  # noqa: N802 - Qt's own name
        """Moves the chips when the table is scrolled sideways."""
        super().setOffset(offset)
        self._place_chips()

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N802, N803 - Qt
        """Paints a column's name; the chip below it is a widget."""
        theme, px = self._theme, self._theme.px
        painter.save()
        painter.fillRect(rect, theme.color("sunken"))
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        model = self.model()
        if isinstance(model, RowsModel):
            name = model.column_name(logicalIndex)
            inner = rect.adjusted(px(12), px(6), -px(12), -px(8))
            if name:
                painter.setFont(theme.font("bodyStrong"))
                painter.setPen(theme.color("text"))
                words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, inner.width())
                painter.drawText(inner, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft), words)
            elif logicalIndex == model.words_column:
                painter.setFont(theme.font("small"))
                painter.setPen(theme.color("text2"))
                corner = int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight)
                painter.drawText(inner, corner, "words")
        painter.restore()
