"""The small editor behind *Change* on the split: shares, seed, and how many rows to use."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.config import SplitConfig
from gui.look.terms import meaning
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.labels import label
from gui.widgets.number_field import NumberField
from gui.widgets.popover import Popover

_LEAST_TRAIN = 10
"""Per cent of the rows that must stay for training."""


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
        parent: QWidget | None = None,
    ) -> None:
        """Shows the present values.

        Args:
            theme: Colours and fonts.
            split: The present split.
            row_limit: How many training rows are used; ``None`` means all.
            rows: How many rows could be trained on.
            parent: Owner.
        """
        super().__init__(theme, parent)
        self.setObjectName("split_editor")
        self.setAccessibleName("Change the split")
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
        self._lay_out()
        self._validation.valueChanged.connect(self._keep_train_rows)
        self._test.valueChanged.connect(self._keep_train_rows)
        self._limited.toggled.connect(self._limit.setEnabled)
        self._keep_train_rows()

    def chosen(self) -> tuple[SplitConfig, int | None]:
        """Returns what the editor says now."""
        split = SplitConfig(
            validation=self._validation.value() / 100, test=self._test.value() / 100, seed=self._seed.value()
        )
        return split, self._limit.value() if self._limited.isChecked() else None

    def _spin(self, name: str, accessible: str, low: int, high: int, suffix: str) -> NumberField:
        spin = NumberField(self._theme, low, high, suffix, self)
        spin.setObjectName(name)
        spin.setAccessibleName(accessible)
        spin.setMinimumWidth(self._theme.px(110))
        return spin

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
        rows: tuple[tuple[QWidget, NumberField], ...] = (
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
        train = 100 - self._validation.value() - self._test.value()
        self._note.setText(
            f"{train} % of the rows are for training. The same seed gives the same split each time. "
            "With few rows the differences between methods show best."
        )

    def _recommend(self) -> None:
        recommended = SplitConfig()
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
