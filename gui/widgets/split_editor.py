"""The small editor behind *Change* on the split: shares, seed, and how many rows to use."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.config import SplitConfig
from gui.look.terms import meaning
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.labels import label
from gui.widgets.number_field import NumberField
from gui.widgets.popover import Popover

_LEAST_TRAIN = 10
"""Per cent of the rows that must stay for training."""
_WAYS = {
    "": "By lot",
    "part_column": "As a column says",
    "time_column": "By time",
}
"""Which field of a ``SplitConfig`` names the column that divides the rows → how that is called."""
_NOTES = {
    "": "The same seed gives the same split each time.",
    "part_column": "The column says train, validation or test. Without validation rows some of those for "
    "training are taken.",
    "time_column": "The earliest rows are for training, the last ones for the test.",
}


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
        self.setObjectName("split_editor")
        self.setAccessibleName("Change the split")
        self._way = self._combo(
            "split_way", "How rows are divided", [(words, way) for way, words in _WAYS.items()]
        )
        named = [(name, name) for name in columns]
        self._column = self._combo("split_column", "The column that divides the rows", named)
        self._together = self._combo("split_group", "Keep rows together", [("Nothing", ""), *named])
        self._validation = self._spin("validation_share", "Validation, per cent", 1, 60, " %")
        self._test = self._spin("test_share", "Test, per cent", 1, 60, " %")
        self._seed = self._spin("split_seed", "Seed", 0, 999_999, "")
        self._limited = QCheckBox("Use only", self)
        self._limited.setObjectName("use_only_rows")
        self._limited.setAccessibleName("Use only some of the training rows")
        self._limit = self._spin(
            "row_limit", "Number of training rows to use", 2, max(rows, 2), " training rows"
        )
        self._note = label(theme, "", "small", "text3", wrap=True)
        self._validation.setValue(round(split.validation * 100))
        self._test.setValue(round(split.test * 100))
        self._seed.setValue(split.seed)
        self._limited.setChecked(row_limit is not None)
        self._limit.setValue(row_limit if row_limit is not None else min(rows, 200))
        self._limit.setEnabled(row_limit is not None)
        way = next((way for way in _WAYS if way and getattr(split, way)), "")
        self._way.setCurrentIndex(list(_WAYS).index(way))
        self._column.setCurrentIndex(max(0, self._column.findData(getattr(split, way, ""))))
        self._together.setCurrentIndex(max(0, self._together.findData(split.group_column)))
        self._lay_out()
        self._way.currentIndexChanged.connect(self._keep_train_rows)
        self._validation.valueChanged.connect(self._keep_train_rows)
        self._test.valueChanged.connect(self._keep_train_rows)
        self._limited.toggled.connect(self._limit.setEnabled)
        self._keep_train_rows()

    def chosen(self) -> tuple[SplitConfig, int | None]:
        """Returns what the editor says now."""
        way = str(self._way.currentData())
        split = SplitConfig(
            validation=self._validation.value() / 100,
            test=self._test.value() / 100,
            seed=self._seed.value(),
            group_column=str(self._together.currentData()),
            **({way: str(self._column.currentData())} if way and self._column.count() else {}),
        )
        return split, self._limit.value() if self._limited.isChecked() else None

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
        for words, value in choices:
            combo.addItem(words, value)
        combo.setMaximumWidth(self._theme.px(220))
        return combo

    def _lay_out(self) -> None:
        px = self._theme.px
        form = QGridLayout()
        form.setHorizontalSpacing(px(16))
        form.setVerticalSpacing(px(8))
        form.setColumnStretch(1, 1)
        validation, test, seed = (label(self._theme, words) for words in ("Validation", "Test", "Seed"))
        validation.setToolTip(meaning("Validation rows"))
        test.setToolTip(meaning("Test rows"))
        seed.setToolTip("A number from which the division is drawn by lot.")
        divided, column, together = (
            label(self._theme, words) for words in ("Divided", "Column", "Kept together")
        )
        together.setToolTip("Rows with the same value, of one author say, stay on one side of the split.")
        rows: tuple[tuple[QWidget, QWidget], ...] = (
            (divided, self._way),
            (column, self._column),
            (together, self._together),
            (validation, self._validation),
            (test, self._test),
            (seed, self._seed),
            (self._limited, self._limit),
        )
        for row, (words, field) in enumerate(rows):
            form.addWidget(words, row, 0)
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
        self.setMinimumWidth(px(320))

    def _keep_train_rows(self) -> None:
        """Keeps a tenth of the rows for training and says what is left."""
        self._validation.setMaximum(100 - _LEAST_TRAIN - self._test.value())
        self._test.setMaximum(100 - _LEAST_TRAIN - self._validation.value())
        way = str(self._way.currentData())
        self._column.setEnabled(bool(way) and self._column.count() > 0)
        self._test.setEnabled(way != "part_column")
        train = 100 - self._validation.value() - self._test.value()
        share = "" if way == "part_column" else f"{train} % of the rows are for training. "
        self._note.setText(f"{share}{_NOTES[way]} With few rows the differences between methods show best.")

    def _recommend(self) -> None:
        recommended = SplitConfig()
        self._way.setCurrentIndex(0)
        self._together.setCurrentIndex(0)
        for field in (self._validation, self._test):
            field.setMaximum(100)
        self._validation.setValue(round(recommended.validation * 100))
        self._test.setValue(round(recommended.test * 100))
        self._seed.setValue(recommended.seed)
        self._limited.setChecked(False)
        self._keep_train_rows()

    def _choose(self) -> None:
        split, limit = self.chosen()
        self.split_chosen.emit(split, limit)
        self.close()
