"""What stands beside the preview: labels and lengths, the split, the health check."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.protocol.config import DataConfig
from engine.protocol.data_facts import ClassCount, PreparedFacts
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from gui.look.texts import count
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Card
from gui.widgets.doubts_row import DoubtsRow
from gui.widgets.health_list import HealthList, asks_what_answers_mean, notes_words
from gui.widgets.label_editor import LabelEditor
from gui.widgets.label_share import LabelShare
from gui.widgets.labels import ThemedLabel, label
from gui.widgets.length_histogram import LengthHistogram
from gui.widgets.scroll_column import GUTTER, ScrollColumn
from gui.widgets.segmented import Segmented
from gui.widgets.split_bar import SplitBar
from gui.widgets.split_editor import SplitEditor

_UNCOUNTED = "Divided as soon as the rows are counted."
_TOO_FEW = "These rows cannot be divided into three parts."
_TABS = (("labels", "Labels"), ("split", "Split"), ("health", "Health check"))


class FactsColumn(QWidget):
    """Three cards below each other; in a narrow window one of them at a time.

    Signals:
        split_chosen: A :class:`SplitConfig`, and the number of training rows or ``None`` for all.
        action_chosen: The :class:`Action` of a finding, and the finding.
        repair_chosen: The :class:`Repair` that renames labels.
        save_requested: The rows are to be written to a new file.
    """

    split_chosen = Signal(object, object)
    action_chosen = Signal(object, object)
    repair_chosen = Signal(object)
    save_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with nothing known."""
        super().__init__(parent)
        self._theme = theme
        self._data: DataConfig | None = None
        self._columns: tuple[str, ...] = ()
        self._usable = 0
        self._prepared: PreparedFacts | None = None
        self._classes: tuple[ClassCount, ...] = ()
        self._renaming: Repair | None = None
        self._narrow = False
        self.setObjectName("facts")
        self.setAccessibleName("What is in the file")
        self._build_labels()
        self._build_split()
        self._health = HealthList(theme)
        self._health.action_chosen.connect(self.action_chosen)
        self._health_card = Card(theme, "Health check")
        self._health_card.setObjectName("health_card")
        self._unchecked = self._waiting_words("Checked as soon as the columns are known.")
        self._health_card.body.addWidget(self._unchecked)
        self._health_card.body.addWidget(self._health, 1)
        self.doubts = DoubtsRow(theme)
        self.doubts.repair_chosen.connect(self.repair_chosen)
        self._health_card.body.addWidget(self.doubts)
        self._save_rows = Button(theme, "Save the rows as a file", "link")
        self._save_rows.setObjectName("save_rows")
        self._save_rows.setToolTip("Writes the rows as they are now to a new file")
        self._save_rows.clicked.connect(self.save_requested)
        self._health_card.body.addWidget(self._save_rows)
        self._health_note = self._add_note(self._health_card)
        self._cards = {
            "labels": self._label_card,
            "split": self._split_card,
            "health": self._health_card,
        }
        self._tabs = Segmented(theme, _TABS)
        self._tabs.setObjectName("facts_tabs")
        self._tabs.setAccessibleName("What to show about the file")
        self._tabs.chosen.connect(lambda _name: self._show_cards())
        self._lay_out()
        theme.changed.connect(self._restyle)
        self._restyle()
        self.set_prepared(None, (), "texts")

    def _build_labels(self) -> None:
        self._labels = LabelShare(self._theme)
        self.asked = HealthList(self._theme)
        self.asked.setObjectName("asked_about_labels")
        self.asked.action_chosen.connect(self.action_chosen)
        self._lengths = LengthHistogram(self._theme)
        self._length_title = label(self._theme, "", "small", "text3")
        self._unknown = self._waiting_words("Counted as soon as the columns are known.")
        self._label_card = Card(self._theme, "Labels")
        self._label_card.setObjectName("label_card")
        self.rename_labels = Button(self._theme, "Rename or merge labels", "link")
        self.rename_labels.setObjectName("rename_labels")
        self.rename_labels.clicked.connect(self.open_label_editor)
        for widget in (
            self.asked,
            self._labels,
            self.rename_labels,
            self._length_title,
            self._lengths,
            self._unknown,
        ):
            self._label_card.body.addWidget(widget)
        self._label_card.body.addStretch(1)
        self._label_note = self._add_note(self._label_card)

    def _waiting_words(self, words: str) -> ThemedLabel:
        return label(self._theme, words, "small", "text3", wrap=True)

    def _add_note(self, card: Card) -> ThemedLabel:
        """Adds quiet words at the right end of a card's title row."""
        note = label(self._theme, "", "caption", "text3")
        card.header.addStretch(1)
        card.header.addWidget(note)
        return note

    def _build_split(self) -> None:
        self._split = SplitBar(self._theme)
        self._limit_note = label(self._theme, "", "small", "text3", wrap=True)
        self._split_card = Card(self._theme, "Split")
        self._split_card.setObjectName("split_card")
        self._undivided = self._waiting_words(_UNCOUNTED)
        self._split_card.body.addWidget(self._split)
        self._split_card.body.addWidget(self._undivided)
        self._split_card.body.addWidget(self._limit_note)
        self._split_card.body.addStretch(1)
        self.change_split = Button(self._theme, "Change", "quiet", size="small")
        self.change_split.setObjectName("change_split")
        self.change_split.setAccessibleName("Change the split")
        self.change_split.clicked.connect(self.open_editor)
        self._split_card.header.addStretch(1)
        self._split_card.header.addWidget(self.change_split)

    def _lay_out(self) -> None:
        self._area = ScrollColumn()
        self._area.setObjectName("facts_scroll")
        self._area.setAccessibleName("Labels, split and health check")
        self._area.content.setObjectName("facts_content")
        self._cards_column = self._area.column
        for card in self._cards.values():
            self._cards_column.addWidget(card)
        self._cards_column.setStretchFactor(self._health_card, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._tabs)
        self._column.addWidget(self._area, 1)

    # What is shown

    def set_data(self, data: DataConfig | None, columns: Sequence[str] = ()) -> None:
        """Takes over the split and the row limit that were chosen.

        Args:
            data: The person's choices.
            columns: Names of the columns of the file.
        """
        self._data, self._columns = data, tuple(columns)
        notes = split_notes(data) if data else []
        self._limit_note.setText(" ".join(notes))
        self._limit_note.setVisible(bool(notes))
        self.change_split.setEnabled(data is not None)

    def set_prepared(
        self,
        prepared: PreparedFacts | None,
        findings: Sequence[Problem],
        unit: str,
        *,
        labels: str = "labels",
        limit: int | None = None,
        rows_in_reach: Collection[int] = (),
        in_the_way: bool = False,
    ) -> None:
        """Shows counts and findings.

        Args:
            prepared: The counts; ``None`` while they are not known.
            findings: What deserves a look.
            unit: What a row is called, in the plural.
            labels: What the answers are called, in the plural.
            limit: Longest text in words that is read whole; ``None`` when not known.
            rows_in_reach: Numbers of the file's rows that the preview holds.
            in_the_way: Whether an error is told elsewhere.
        """
        self._usable = prepared.usable if prepared else 0
        classes, lengths = (prepared.classes, prepared.lengths) if prepared else ((), ())
        self._labels.set_classes(classes, prepared.usable if prepared and prepared.majority_share else 0)
        self._labels.setVisible(bool(classes))
        self._classes, self._renaming = classes, prepared.renaming if prepared else None
        self.rename_labels.setVisible(bool(classes) and self._renaming is not None)
        if prepared is not self._prepared:
            self.doubts.reset(self._renaming.columns[0] if self._renaming else "")
        self._prepared = prepared
        self._lengths.setVisible(bool(lengths))
        self._length_title.setVisible(bool(lengths))
        self._unknown.setVisible(not classes and not lengths)
        self._label_card.set_title("Length" if lengths and not classes else labels.capitalize())
        self._label_note.setText(count(unit, prepared.usable) if prepared and prepared.usable else "")
        of = prepared.lengths_of if prepared and prepared.lengths_of else unit
        self._length_title.setText(f"Length of the {of}")
        self._lengths.set_bins(lengths, limit)
        divided = prepared is not None and prepared.train + prepared.validation + prepared.test > 0
        if prepared is not None and divided:
            self._split.set_counts(prepared.train, prepared.validation, prepared.test)
        else:
            self._split.clear()
        self._split.setVisible(divided)
        self._undivided.setText(_TOO_FEW if prepared is not None else _UNCOUNTED)
        self._undivided.setVisible(not divided)
        asked = [finding for finding in findings if asks_what_answers_mean(finding)]
        self.asked.set_findings(asked)
        self.asked.setVisible(bool(asked))
        findings = [finding for finding in findings if finding not in asked]
        self._health.set_findings(findings, rows_in_reach, in_the_way=in_the_way)
        counted = prepared is not None and prepared.usable > 0
        known = counted or bool(findings or asked)
        self._health_note.setText(notes_words(findings, in_the_way=in_the_way) if known else "")
        self._unchecked.setVisible(not known)
        self._save_rows.setVisible(known)

    @property
    def gutter(self) -> int:
        """Room beside the cards for a scroll bar, in pixels."""
        return self._theme.px(GUTTER)

    @property
    def health(self) -> HealthList:
        """The list of findings."""
        return self._health

    @property
    def split_bar(self) -> SplitBar:
        """The picture of the split."""
        return self._split

    def set_layout(self, width: int, *, narrow: bool) -> None:
        """Takes a width; a narrow column shows one card at a time, with a switch above.

        Args:
            width: Of the cards in pixels. The column is wider by :attr:`gutter`, where a scroll bar may
                stand, so that the cards keep their width and their place.
            narrow: Whether to show one card at a time.
        """
        self._narrow = narrow
        self._area.set_widths(width, self.gutter)
        self.setFixedWidth(width + self.gutter)
        self._show_cards()

    def open_editor(self) -> SplitEditor | None:
        """Opens the editor of the split below its button; ``None`` without data."""
        if self._data is None:
            return None
        editor = SplitEditor(
            self._theme,
            self._data.split,
            self._data.row_limit,
            max(self._usable, 2),
            self._columns,
            self.window(),
        )
        editor.split_chosen.connect(self.split_chosen)
        editor.open_below(self.change_split)
        return editor

    def open_label_editor(self) -> LabelEditor | None:
        """Opens the editor of the labels below its button; ``None`` where labels have no names to change."""
        if self._renaming is None:
            return None
        editor = LabelEditor(self._theme, self._classes, self._renaming, self.window())
        editor.repair_chosen.connect(self.repair_chosen)
        editor.open_below(self.rename_labels)
        return editor

    def _show_cards(self) -> None:
        self._tabs.setVisible(self._narrow)
        for name, card in self._cards.items():
            card.setVisible(not self._narrow or name == self._tabs.current())

    def _restyle(self) -> None:
        px = self._theme.px
        self._cards_column.setSpacing(px(16))
        self._column.setSpacing(px(8))
        self._show_cards()


def split_notes(data: DataConfig) -> list[str]:
    """Returns what is special about how rows are divided, in sentences.

    Args:
        data: The person's choices.
    """
    split, notes = data.split, []
    if split.part_column:
        notes.append(f'Divided as the column "{split.part_column}" says.')
    elif split.time_column:
        notes.append(f'By "{split.time_column}": the last rows are the test.')
    elif split.folds:
        notes.append(f"Fold {split.fold + 1} of {split.folds} is the test; the others judge the other rows.")
    if split.group_column:
        notes.append(f'Rows with the same "{split.group_column}" stay together.')
    if data.row_limit is not None:
        few = count("training rows", data.row_limit)
        notes.append(f"Only {few} are used; validation and test rows stay as they are.")
    return notes
