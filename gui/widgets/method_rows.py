"""The rows of the method list: headings by what changes, methods with what they would do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.protocol.catalog import MethodEntry, MethodGroup
from engine.protocol.stack import MethodPreview
from gui.look.texts import percent
from gui.widgets.layer_map_view import StackView

HEADINGS = {
    MethodGroup.HEAD: "Train only the head",
    MethodGroup.WEIGHTS: "Change the model's own weights",
    MethodGroup.INSERTS: "Add small parts, keep the weights",
}

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
"""Role under which the model gives the whole :class:`MethodRow` or :class:`HeadingRow`."""

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class HeadingRow:
    """What the methods below change."""

    text: str


@dataclass(frozen=True)
class MethodRow:
    """A method in the list.

    Attributes:
        share: Trainable share in words, e.g. ``"23.6 % trainable"``; ``"…"`` while not known.
        view: What it would do to the model; ``None`` while not known.
        reason: Why it cannot be used; empty when it can.
        edited: Whether its layers were set by hand.
        help: One sentence and where it comes from.
    """

    id: str
    name: str
    share: str
    view: StackView | None
    reason: str = ""
    edited: bool = False
    help: str = ""

    @property
    def short(self) -> str:
        """Returns name and share for a tight place: ``"LoRA, 0.33 %"``."""
        if self.reason:
            return f"{self.name}. {self.reason}"
        mark = "edited" if self.edited else self.share.removesuffix(" trainable")
        return f"{self.name}, {mark}"

    @property
    def note(self) -> str:
        """Returns the second line."""
        if self.reason:
            return self.reason
        return f"edited · {self.share}" if self.edited else self.share


ListRow = HeadingRow | MethodRow


def method_rows(
    methods: Sequence[MethodEntry],
    previews: Mapping[str, MethodPreview],
    *,
    task: str = "",
    edited: Collection[str] = (),
    chosen: str = "",
    chosen_view: StackView | None = None,
) -> list[ListRow]:
    """Makes the rows of the list.

    Args:
        methods: Of the catalog, in its order.
        previews: Method id → what it would do with its recommended settings.
        task: Id of the task; methods that cannot serve it say so.
        edited: Ids of methods whose layers were set by hand.
        chosen: Id of the chosen method.
        chosen_view: The chosen method's model as it is set now, by hand and with its settings.
    """
    rows: list[ListRow] = []
    plain = _all_frozen(previews)
    for group, heading in HEADINGS.items():
        members = [entry for entry in methods if entry.group is group]
        if members:
            rows.append(HeadingRow(heading))
        for entry in members:
            preview = previews.get(entry.id)
            view = StackView.from_facts(preview.stack) if preview and preview.stack else None
            if entry.id == chosen and chosen_view is not None:
                view = chosen_view
            reason = preview.reason if preview else ""
            if reason:
                view = plain
            if preview is None and task and entry.tasks and task not in entry.tasks:
                reason = "Not for this task"
            rows.append(
                MethodRow(
                    id=entry.id,
                    name=entry.name,
                    share=_share(view),
                    view=view,
                    reason=reason,
                    edited=entry.id in edited,
                    help=f"{entry.summary}\n{entry.reference}" if entry.reference else entry.summary,
                )
            )
    return rows


def _all_frozen(previews: Mapping[str, MethodPreview]) -> StackView | None:
    """Returns the model with nothing done to it, for methods that cannot be combined with it."""
    for preview in previews.values():
        view = StackView.from_facts(preview.stack) if preview.stack else None
        if view is not None and not view.has_inserts:
            return view.with_states({row.id: False for row in view.rows})
    return None


def _share(view: StackView | None) -> str:
    if view is None or not view.total_parameters:
        return "…"
    return f"{percent(view.trainable_parameters / view.total_parameters)} trainable"


class MethodModel(QAbstractListModel):
    """The rows as Qt's views want them; headings and unsupported methods cannot be chosen.

    Args:
        parent: Owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ListRow] = []

    def set_rows(self, rows: Sequence[ListRow]) -> None:
        """Shows other rows; when only their contents differ, selection and scrolling stay."""
        same = [_identity(row) for row in rows] == [_identity(row) for row in self.rows]
        if same:
            self.rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def place_of(self, method: str) -> int:
        """Returns the row of a method, -1 for none."""
        places = [
            place for place, row in enumerate(self.rows) if isinstance(row, MethodRow) and row.id == method
        ]
        return places[0] if places else -1

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 (Qt's name)
        """Returns how many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Returns what a view asks for."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if isinstance(row, HeadingRow):
            return row.text if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.ToolTipRole:
            again = "\nClick again to let the method set the layers." if row.edited else ""
            return (f"{row.reason}\n{row.help}" if row.reason else row.help) + again
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.name}, {row.note}"
        return row.name if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Returns what can be done with a row."""
        row = self.rows[index.row()] if index.isValid() and index.row() < len(self.rows) else None
        if not isinstance(row, MethodRow) or row.reason:
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


def _identity(row: ListRow) -> tuple[str, str]:
    return ("heading", row.text) if isinstance(row, HeadingRow) else (row.id, row.reason)
