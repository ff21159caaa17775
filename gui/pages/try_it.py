"""Try it: type a text, and the runs answer side by side, with the words that moved them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QVBoxLayout, QWidget

from engine.protocol.explanations import OCCLUSION
from engine.protocol.run_versions import Version
from gui.look.texts import singular
from gui.state import run_words
from gui.state.answer_words import certainty_words
from gui.state.explanation import Explanation
from gui.state.file_answering import FileAnswering
from gui.state.page_context import OpenProject, PageContext, PageEntry
from gui.state.trial import MOST_MODELS
from gui.state.trial_answer import TrialAnswer
from gui.state.trial_history import Tried
from gui.state.trial_texts import shown_line, what_to_type
from gui.state.trial_words import base_before_training, classes_of, is_written, model_words, score_range
from gui.widgets.answer_card import AnswerCard, ModelWords
from gui.widgets.basics import Button, EmptyState, PageHeader
from gui.widgets.choice_menu import Choice, open_choices
from gui.widgets.earlier_texts import EarlierColumn, EarlierRow, EarlierTexts
from gui.widgets.file_answers_row import FileAnswersRow
from gui.widgets.file_dialog import ask_for_file
from gui.widgets.layer_map_view import StackView
from gui.widgets.scroll_column import ScrollColumn, fit_page
from gui.widgets.trial_text import TrialText
from gui.widgets.why_card import WhyCard

MOST_COMPACT = 3
"""Cards beside each other in a window that is not wide; a fourth stands below."""
_EXPLAIN_AFTER = 350
"""Milliseconds of quiet after an answer before it is asked why."""


class TryPage(QWidget):
    """Where a person types a text and every run answers."""

    go_requested = Signal(str)
    """Id of the page that the person wants next."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows the trial of the open project."""
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._trial = context.trial
        self._cards: list[AnswerCard] = []
        self._earlier: list[Tried] = []
        self._why_place = 0
        self._method = OCCLUSION
        self.explanation = Explanation(context.engines, self)
        self.file = FileAnswering(context.engines, self)
        self._explain_soon = QTimer(self, singleShot=True, interval=_EXPLAIN_AFTER)
        self.setObjectName("try_page")
        self.setAccessibleName("Try it")
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._show_models()
        self._show_row()
        self._measure()

    # Building

    def _make_widgets(self) -> None:
        theme = self._theme
        self._export = Button(theme, "Export a model", "primary", "export")
        self._export.setObjectName("export_a_model")
        self.add_model = Button(theme, "Add a model", "secondary", "plus")
        self.add_model.setObjectName("add_a_model")
        self.answer_file = Button(theme, "Answer a file", "secondary", "file")
        self.answer_file.setObjectName("answer_a_file")
        self._header = PageHeader(theme, "Try it", "", [self.answer_file, self.add_model], self._export)
        self.file_row, self.text = FileAnswersRow(theme), TrialText(theme)
        self.why, self.earlier = WhyCard(theme), EarlierTexts(theme)
        words = "Train a model once; then its answers can be read here."
        self._empty = EmptyState(theme, "Nothing to try yet", words, "Go to setup")
        self._empty.setObjectName("nothing_to_try")

    def _lay_out(self) -> None:
        self._scroll = ScrollColumn(gutter=self._theme)
        self._row = QGridLayout()
        inside = self._scroll.column
        for part in (self.file_row, self.text):
            inside.addWidget(part)
        inside.addLayout(self._row)
        inside.addWidget(self.why)
        inside.addWidget(self.earlier, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._header)
        self._column.addWidget(self._empty, 1)
        self._column.addWidget(self._scroll, 1)

    def _connect(self) -> None:
        trial, context = self._trial, self._context
        self._export.clicked.connect(partial(self.go_requested.emit, "export"))
        self._empty.button_clicked.connect(partial(self.go_requested.emit, "setup"))
        self.add_model.clicked.connect(self._open_models)
        self.answer_file.clicked.connect(self._open_file)
        self.text.text_changed.connect(trial.set_text)
        self.text.typos_changed.connect(trial.set_typos)
        self.text.draw_requested.connect(trial.draw)
        self.text.clear_requested.connect(trial.clear)
        self.why.model_chosen.connect(self._ask_why_of)
        self.why.method_chosen.connect(self._ask_why_by)
        self.earlier.wanted.connect(self._bring_back)
        trial.models_changed.connect(self._show_models)
        trial.row_changed.connect(self._show_row)
        trial.read_changed.connect(self._show_read)
        trial.asked.connect(self._forget_why)
        trial.answer_changed.connect(self._take_change)
        trial.answered.connect(self._take_answered)
        trial.history.changed.connect(self._show_earlier)
        self._explain_soon.timeout.connect(self._explain)
        self.explanation.changed.connect(self._show_why)
        self.file.changed.connect(self._show_file)
        self.file_row.stop_requested.connect(self.file.stop)
        self.file_row.put_away.connect(self.file.put_away)
        context.runs.run_ended.connect(self._take_runs)
        context.runs.run_removed.connect(self._take_runs)
        context.engines.catalog_changed.connect(self._show_models)
        context.layout.changed.connect(self._measure)
        self._theme.changed.connect(self._measure)

    def primary_button(self) -> QAbstractButton | None:
        """Returns what Ctrl + Enter presses."""
        return self._export if self._trial.models else self._empty.button

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Lets the last runs answer where nobody was chosen, and the one that the person comes from."""
        super().showEvent(event)
        if not self._trial.models:
            self._trial.begin()
        if (led_by := self._trial.follow()) is not None:
            self._why_place = [model.run for model in self._trial.models].index(led_by)
            self._show_models()
        self.text.focus_text()

    def _take_runs(self) -> None:
        if not self._trial.models and self.isVisible():
            self._trial.begin()
        self._show_models()

    # Models

    def _words(self, model: TrialAnswer) -> ModelWords:
        catalog = self._context.engines.catalog
        name, caption = model_words(model, self._context.runs.called(model.run, catalog), catalog)
        is_base, started = model.version is Version.BEFORE, model.run.started
        view = StackView.from_facts(started.stack) if started is not None and not is_base else None
        scores, writes = score_range(model.run), is_written(model.run, catalog)
        return ModelWords(name, caption, model.run.color_number, view, is_base, scores, writes)

    def _show_models(self) -> None:
        """Makes a card for each model."""
        models = self._trial.models
        has_models = bool(models)
        self._empty.setVisible(not has_models)
        self._scroll.setVisible(has_models)
        for action in (self.add_model, self.answer_file, self._export):
            action.setVisible(has_models)
        for card in self._cards:
            self._row.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [self._card(model) for model in models]
        self._why_place = min(self._why_place, max(0, len(models) - 1))
        self.why.set_models([self._words(model).name for model in models], self._why_place)
        if models:
            unit = run_words.unit_of(models[0].run.config, self._context.engines.catalog)
            self.text.set_fields(self._trial.fields, singular(unit))
            told = what_to_type(self._trial.fields)
            self._header.set_subtitle(f"{told} Every model you picked answers as you type.")
            self._show_row()
        full = len(models) >= MOST_MODELS
        self.add_model.setEnabled(not full)
        self.add_model.setToolTip(f"At most {MOST_MODELS} models answer side by side" if full else "")
        self._show_earlier()
        self._measure()
        self._explain_soon.start()

    def _card(self, model: TrialAnswer) -> AnswerCard:
        card = AnswerCard(self._theme)
        has_inserts = model.has_inserts and model.version is not Version.BEFORE
        card.set_model(self._words(model), has_inserts=has_inserts, can_go=len(self._trial.models) > 1)
        card.removed.connect(partial(self._trial.remove, model))
        card.set_inserts(on=model.version is not Version.WITHOUT_INSERTS)
        card.inserts_switched.connect(lambda on: self._trial.switch_inserts(model, on=on))
        self._show_answer(model, card)
        return card

    def _take_change(self, model: TrialAnswer) -> None:
        place = self._trial.models.index(model) if model in self._trial.models else len(self._cards)
        if place < len(self._cards):
            self._show_answer(model, self._cards[place])

    def _show_answer(self, model: TrialAnswer, card: AnswerCard) -> None:
        if model.problem is not None:
            card.show_problem(model.problem)
        elif model.answer is not None:
            card.show_answer(model.answer, certainty_words(model.answer), classes_of(model.run))
        elif not model.is_waiting:
            card.show_nothing()
        card.set_old(model.is_waiting)

    def _open_models(self) -> None:
        catalog, trial = self._context.engines.catalog, self._trial
        runs = trial.addable()
        called = partial(self._context.runs.called, catalog=catalog)
        choices = [Choice(called(run), partial(trial.add, run)) for run in runs]
        finished = self._context.runs.finished
        bases = {run.config.model: run for run in finished if run.config.task == trial.task}
        for place, run in enumerate(bases.values()):
            take = partial(trial.add, run, Version.BEFORE)
            words, can_answer = base_before_training(run)
            can_be_added = can_answer and not trial.has_before(run)
            choices.append(Choice(words, take, can_be_added, bool(runs) and not place))
        open_choices(self.add_model, "models_menu", choices)

    # Texts

    def _show_row(self) -> None:
        self.text.show_row(self._trial.row, self._trial.typos, self._trial.truth)
        self._show_read()

    def _show_read(self) -> None:
        self.text.show_read(self._trial.read, typos=self._trial.typos)

    def _bring_back(self, row: int) -> None:
        self._trial.bring_back(self._earlier[row])
        self.text.focus_text()

    def _show_earlier(self) -> None:
        models = self._trial.models
        fields = {role.id for role in self._trial.fields}
        self._earlier = [one for one in self._trial.history.entries if set(one.row) <= fields]
        columns = [
            EarlierColumn(self._words(one).name, 0 if one.version is Version.BEFORE else one.run.color_number)
            for one in models
        ]
        rows = [
            EarlierRow(shown_line(one.row), one.typos, tuple(one.words_of(*model.key) for model in models))
            for one in self._earlier
        ]
        self.earlier.show_rows(columns, rows)

    # Why

    @property
    def _explained(self) -> TrialAnswer | None:
        models = self._trial.models
        return models[self._why_place] if self._why_place < len(models) else None

    def _ask_why_of(self, place: int) -> None:
        self._why_place = place
        self._explain()

    def _ask_why_by(self, method: str) -> None:
        self._method = method
        self._explain()

    def _forget_why(self) -> None:
        self._explain_soon.stop()
        self.explanation.clear()

    def _take_answered(self, model: TrialAnswer) -> None:
        if model is self._explained:
            self._explain_soon.start()

    def _explain(self) -> None:
        model = self._explained
        if model is None or model.answer is None or model.is_waiting or not self._trial.read:
            self.explanation.clear()
            return
        self.explanation.ask(model.run.folder, self._trial.read, self._method, model.version)

    def _show_why(self) -> None:
        model, found = self._explained, self.explanation
        answer = model.answer if model is not None else None
        self.why.setVisible(bool(self._trial.read) and any(one.answer for one in self._trial.models))
        if model is None or answer is None:
            self.why.show_no_answer(self._words(model).name if model and model.problem else "")
            return
        if found.found is not None:
            second_first = run_words.second_first(model.run, self._context.engines.catalog)
            self.why.show_explained(found.found, classes_of(model.run), second_first=second_first)
            return
        self.why.show_text(shown_line(self._trial.read))
        if found.problem is not None:
            self.why.show_problem(answer.said, found.problem)
        else:
            self.why.show_waiting(answer.said, found.progress)

    # A file

    def _open_file(self) -> None:
        """Lets the person choose who answers a file, where several could."""
        models = [one for one in self._trial.models if one.version is not Version.BEFORE]
        if len(models) == 1:
            self._choose_file(models[0])
        else:
            choices = [Choice(self._words(one).name, partial(self._choose_file, one)) for one in models]
            open_choices(self.answer_file, "file_menu", choices, "Which model answers it?")

    def _choose_file(self, model: TrialAnswer) -> None:
        ask_for_file(self, "Answer a file", self._context.engines.catalog, partial(self._answer, model))

    def _answer(self, model: TrialAnswer, paths: list[str]) -> None:
        for path in paths[:1]:
            self.file.ask(model.run.folder, path, self._words(model).name)

    def _show_file(self) -> None:
        one = self.file
        self.answer_file.setEnabled(one.stage is None)
        self.file_row.show_state(one.stage, one.written, one.problem, one.notice, one.name)

    # Sizes

    def _measure(self) -> None:
        layout, px = self._context.layout, self._theme.px
        wide = layout.is_wide
        side, top = (24, 20) if wide else (16, 12)
        fit_page(self._theme, self._column, side, top, self._header, self._empty)
        self._column.setSpacing(px(16 if wide else 12))
        self._scroll.column.setSpacing(px(16 if wide else 10))
        self._row.setSpacing(px(16 if wide else 10))
        self.text.set_compact(not wide, narrow=layout.is_narrow)
        self.why.set_compact(not wide, narrow=layout.is_narrow)
        across = min(len(self._cards), MOST_MODELS if wide else MOST_COMPACT)
        for place, card in enumerate(self._cards):
            self._row.addWidget(card, place // across, place % across)
            tight = across > (2 if layout.is_narrow else 3)
            card.set_compact(not wide, narrow=layout.is_narrow or across > (3 if wide else 2), tight=tight)
        for below in (self.why, self.earlier):
            below.raise_()  # Tab comes to them after the cards
        for column in range(MOST_MODELS):
            self._row.setColumnStretch(column, 1 if column < across else 0)


def _why_not(opened: OpenProject) -> str:
    return "" if opened.runs.finished else "Train a run first"


PAGE = PageEntry(id="try", title="Try it", icon="try", order=5, build=TryPage, unavailable=_why_not)
