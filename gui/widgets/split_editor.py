"""The small editor behind *Change* on the split: how rows are divided, shares, seed, how many to use."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.config import SplitConfig
from engine.protocol.fold_problems import FEWEST, MOST, USUAL
from gui.look.terms import meaning
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.labels import label
from gui.widgets.number_field import NumberField
from gui.widgets.popover import Popover

_LEAST_TRAIN = 10
"""Per cent of the rows that must stay for training."""
_MOST_SHARE = 60
_WAYS = {
    "": "By lot",
    "part_column": "As a column says",
    "time_column": "By time",
    "folds": "In folds (small data)",
}
"""Field of a ``SplitConfig`` that says how rows are divided → how that is called."""
_BY_COLUMN = {"part_column", "time_column"}
_NOTES = {
    "": "The same seed gives the same split each time.",
    "part_column": "The column says train, validation or test. Without validation rows some of those for "
    "training are taken.",
    "time_column": "The earliest rows are for training, the last ones for the test.",
}
_SHARED = {"", "time_column"}
"""Ways in which the test is a share of the rows."""


class SplitEditor(Popover):
    """A popover with the numbers of the split; nothing changes before *Use this split*.

    Signals:
        split_chosen: A :class:`SplitConfig`, and the number of training rows to use or ``None`` for all.
    """

    split_chosen = Signal(object, object)

    def __init__(
        self,
        theme: Theme,
        split: SplitConfig,
        row_limit: int | None,
        rows: int,
        columns: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Shows the present values.

        Args:
            theme: Colours and fonts.
            split: The present split.
            row_limit: How many training rows are used; ``None`` means all.
            rows: How many rows could be trained on.
            columns: Names of the columns of the file.
            parent: Owner.
        """
        super().__init__(theme, parent)
        self._split = split
        self._columns = tuple(columns)
        self.setObjectName("split_editor")
        self.setAccessibleName("Change the split")
        self._make_fields(max(rows, 2))
        self._fill(split)
        self._limited.setChecked(row_limit is not None)
        self._limit.setValue(row_limit if row_limit is not None else min(rows, 200))
        self._limit.setEnabled(row_limit is not None)
        self._lay_out()
        for combo in (self._way, self._column, self._together):
            combo.currentIndexChanged.connect(self._show_what_counts)
        for field in (self._validation, self._test, self._folds):
            field.valueChanged.connect(self._show_what_counts)
        self._limited.toggled.connect(self._limit.setEnabled)
        self._show_what_counts()

    def chosen(self) -> tuple[SplitConfig, int | None]:
        """Returns what the editor says now."""
        way, split = str(self._way.currentData()), SplitConfig()
        # That a column found later may divide the rows holds on; one that was let go is not found again.
        part_column = None if self._split.part_column is None else ""
        split = msgspec.structs.replace(
            split,
            validation=self._validation.value() / 100,
            test=self._test.value() / 100,
            seed=self._seed.value(),
            part_column=part_column,
            group_column=str(self._together.currentData()),
        )
        if way == "folds":
            split = msgspec.structs.replace(split, folds=self._folds.value(), fold=self._fold.value() - 1)
        elif way and self._column.count():
            split = msgspec.structs.replace(split, **{way: str(self._column.currentData())})
        return split, self._limit.value() if self._limited.isChecked() else None

    # Building

    def _make_fields(self, rows: int) -> None:
        self._way = self._combo(
            "split_way", "How rows are divided", [(words, way) for way, words in _WAYS.items()]
        )
        named = [(name, name) for name in self._columns]
        self._column = self._combo("split_column", "The column that divides the rows", named)
        self._folds = self._spin("split_folds", "Number of folds", FEWEST, MOST, " folds")
        self._fold = self._spin("split_fold", "Fold that is the test", 1, MOST, "")
        self._fold.setPrefix("Fold ")
        self._together = self._combo("split_group", "Keep rows together", [("Nothing", ""), *named])
        self._validation = self._spin("validation_share", "Validation, per cent", 1, _MOST_SHARE, " %")
        self._test = self._spin("test_share", "Test, per cent", 1, _MOST_SHARE, " %")
        self._seed = self._spin("split_seed", "Seed", 0, 999_999, "")
        self._limited = QCheckBox("Use only", self)
        self._limited.setObjectName("use_only_rows")
        self._limited.setAccessibleName("Use only some of the training rows")
        self._limit = self._spin("row_limit", "Number of training rows to use", 2, rows, " training rows")
        self._note = label(self._theme, "", "small", "text3", wrap=True)

    def _spin(self, name: str, accessible: str, low: int, high: int, suffix: str) -> NumberField:
        spin = NumberField(self._theme, low, high, suffix, self)
        spin.setObjectName(name)
        spin.setAccessibleName(accessible)
        spin.setMinimumWidth(self._theme.px(110))
        return spin

    def _combo(self, name: str, accessible: str, choices: Sequence[tuple[str, str]]) -> QComboBox:
        combo = QComboBox(self)
        combo.setObjectName(name)
        combo.setAccessibleName(accessible)
        combo.setMaximumWidth(self._theme.px(220))
        for words, value in choices:
            self._add(combo, words, value)
        return combo

    def _add(self, combo: QComboBox, words: str, value: str) -> None:
        """Adds a choice; of a long name the end is left out, and seen when the pointer rests on it."""
        room = combo.maximumWidth() - self._theme.px(66)
        metrics = QFontMetrics(self._theme.font("body"))
        combo.addItem(metrics.elidedText(words, Qt.TextElideMode.ElideRight, room), value)
        combo.setItemData(combo.count() - 1, words, Qt.ItemDataRole.ToolTipRole)

    def _lay_out(self) -> None:
        px = self._theme.px
        words = {
            name: label(self._theme, name)
            for name in ("Divided", "Column", "Folds", "Kept together", "Validation", "Test", "Seed")
        }
        final = label(self._theme, "Test")
        for name, sentence in (
            ("Folds", meaning("Fold")),
            ("Kept together", "Rows with the same value, of one author say, stay on one side of the split."),
            ("Validation", meaning("Validation rows")),
            ("Test", meaning("Test rows")),
            ("Seed", "A number from which the division is drawn by lot."),
        ):
            words[name].setToolTip(sentence)
        final.setToolTip(meaning("Test rows"))
        rows: tuple[tuple[QWidget, QWidget], ...] = (
            (words["Divided"], self._way),
            (words["Column"], self._column),
            (words["Folds"], self._folds),
            (final, self._fold),
            (words["Kept together"], self._together),
            (words["Validation"], self._validation),
            (words["Test"], self._test),
            (words["Seed"], self._seed),
            (self._limited, self._limit),
        )
        self._words = {field: word for word, field in rows}
        form = QGridLayout()
        form.setHorizontalSpacing(px(16))
        form.setVerticalSpacing(px(8))
        form.setColumnStretch(1, 1)
        for row, (word, field) in enumerate(rows):
            form.addWidget(word, row, 0)
            form.addWidget(field, row, 1)
        use = Button(self._theme, "Use this split", "primary")
        use.setObjectName("use_split")
        use.clicked.connect(self._choose)
        back = Button(self._theme, "Back to 70 / 15 / 15", "quiet")
        back.setObjectName("recommended_split")
        back.clicked.connect(self._recommend)
        buttons = QHBoxLayout()
        buttons.addWidget(back)
        buttons.addStretch(1)
        buttons.addWidget(use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(14), px(16), px(14))
        layout.setSpacing(px(10))
        layout.addWidget(label(self._theme, "Split", "bodyStrong"))
        layout.addLayout(form)
        layout.addWidget(self._note)
        layout.addLayout(buttons)
        self.setFixedWidth(px(360))

    # What is shown

    def _fill(self, split: SplitConfig) -> None:
        """Shows a split, whatever was shown before."""
        for field in (self._validation, self._test, self._fold):
            field.setMaximum(100)
        self._validation.setValue(round(split.validation * 100))
        self._test.setValue(round(split.test * 100))
        self._seed.setValue(split.seed)
        self._folds.setValue(split.folds or USUAL)
        self._fold.setValue(split.fold + 1)
        way = next(iter(split.ways), "")
        self._way.setCurrentIndex(self._way.findData(way))
        self._select(self._column, split.columns.get(way, ""))
        self._select(self._together, split.group_column)

    def _select(self, combo: QComboBox, column: str) -> None:
        """Shows a column; one that the file does not have is shown as missing, not as another one."""
        if column and combo.findData(column) < 0:
            self._add(combo, f"Missing: {column}", column)
        combo.setCurrentIndex(max(0, combo.findData(column)))

    def _show_what_counts(self) -> None:
        """Shows the fields that the way of dividing asks for, keeps a tenth for training, says what is so."""
        way = str(self._way.currentData())
        shown = {
            self._column: way in _BY_COLUMN,
            self._folds: way == "folds",
            self._fold: way == "folds",
            self._test: way in _SHARED,
        }
        for field, is_shown in shown.items():
            field.setVisible(is_shown)
            self._words[field].setVisible(is_shown)
        self._column.setEnabled(way in _BY_COLUMN and self._column.count() > 0)
        self._test.setEnabled(way in _SHARED)
        other = self._test.value() if way in _SHARED else 0
        self._validation.setMaximum(min(_MOST_SHARE, 100 - _LEAST_TRAIN - other))
        if way in _SHARED:  # else it is kept as it is, for whoever comes back
            self._test.setMaximum(min(_MOST_SHARE, 100 - _LEAST_TRAIN - self._validation.value()))
        self._fold.setMaximum(self._folds.value())
        self._fold.setSuffix(f" of {self._folds.value()}")
        missing = self._show_missing(way)
        gone = f'The file has no column "{missing}"; choose another one. ' if missing else ""
        self._note.setText(gone + self._words_about(way))
        self.fit()

    def _words_about(self, way: str) -> str:
        if way == "folds":
            folds, checked = self._folds.value(), self._validation.value()
            return (
                f"Small data: {folds} parts, each the test once. To judge every row so takes {folds} runs, "
                f"one for each fold. {checked} % of the rows outside of the fold are for validation."
            )
        share = ""
        if way in _SHARED:
            train = 100 - self._validation.value() - self._test.value()
            share = f"{train} % of the rows are for training. "
        return f"{share}{_NOTES[way]} With few rows the differences between methods show best."

    def _show_missing(self, way: str) -> str:
        """Marks columns that the file does not have, and returns the first of them."""
        missing = ""
        for combo, is_asked in ((self._column, way in _BY_COLUMN), (self._together, True)):
            column = str(combo.currentData() or "")
            is_missing = is_asked and bool(column) and column not in self._columns
            missing = missing or (column if is_missing else "")
            combo.setToolTip(combo.currentData(Qt.ItemDataRole.ToolTipRole) or "")
            if combo.property("wrong") != is_missing:
                combo.setProperty("wrong", is_missing)
                combo.style().unpolish(combo)
                combo.style().polish(combo)
        return missing

    # What the person does

    def _recommend(self) -> None:
        self._fill(SplitConfig())
        self._limited.setChecked(False)
        self._show_what_counts()

    def _choose(self) -> None:
        split, limit = self.chosen()
        self.split_chosen.emit(split, limit)
        self.close()
