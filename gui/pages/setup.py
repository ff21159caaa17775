"""Setup: what of the model may change, what that needs, and what kind of learning it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.fields import SettingValue
from engine.protocol.problems import Action
from engine.protocol.stack import StackFacts
from gui.state import draft_check
from gui.state.draft_repairs import repair_draft
from gui.state.findable_settings import findable_settings
from gui.state.layer_probing import LayerProbing
from gui.state.layers_by_hand import thaw_line_pattern, wish_layers
from gui.state.model_shelf import ModelShelf
from gui.state.noise_trial import NoiseTrial
from gui.state.page_context import PageContext, PageEntry
from gui.state.run_start import RunStart
from gui.state.time_plan import TimePlan
from gui.views.model_choice import connect_models
from gui.widgets.basics import Banner
from gui.widgets.corner_presets import corner_presets
from gui.widgets.layer_map_view import StackView
from gui.widgets.map_card import MapCard
from gui.widgets.method_list import MethodList
from gui.widgets.method_rows import method_rows
from gui.widgets.model_panel import ModelPanel
from gui.widgets.setup_column import SetupColumn
from gui.widgets.setup_header import SetupHeader
from gui.widgets.setup_sheets import SetupSheets

_PATIENCE = 300
"""Milliseconds after which an estimate that is out of date gives way to "…"."""


class SetupPage(QWidget):
    """The page of the open project's run to be."""

    go_requested = Signal(str)
    """Id of the page that the person wants next."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows the open project."""
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._project = context.project
        self._open_groups: set[str] = set()
        self._alone, self._waits = False, False  # the last wish to start: one fold; not carried out yet
        self._facts: StackFacts | None = None
        self._noticed_at = -1
        self._read: set[str] = set()  # codes of the notes that the person has closed
        self.setObjectName("setup_page")
        self.setAccessibleName("Setup")
        self._make_widgets()
        self._lay_out()
        self._connect()
        connect_models(self._shelf, self.models, self.map_card)
        self.models.banner.action_chosen.connect(self._act)
        self._shelf.chosen_arrived.connect(self._context.advisor.ask_again)
        self._show_layout()
        self._show_all()

    # --- building ---------------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        theme = self._theme
        self._header = SetupHeader(theme)
        self.settings_button, self.start = self._header.settings, self._header.start
        self.banner = Banner(theme, dismissable=True)
        self.banner.setObjectName("setup_problem")
        self.methods = MethodList(theme)
        self.map_card = MapCard(theme, self._project.undo_stack)
        self.column = SetupColumn(theme)
        self._above = QWidget(self)
        self._sheets = SetupSheets(theme, self, self._header, self._above)
        self.sheet, self.noise = self._sheets.settings, self._sheets.noise
        self._probing = LayerProbing(self._project, self._context.engines, self)
        self._noise_trial = NoiseTrial(self._project, self._context.engines, self)
        self.models = ModelPanel(theme, self)
        self._shelf = ModelShelf(self._project, self._context.engines, self._context.preferences, self)
        self._starting = RunStart(self._project, self._context.runs, self)
        self.column.estimate.planner.follow(TimePlan(self._project, self._context.engines, self))
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._patience.timeout.connect(self._forget_estimate)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout()
        for part, share in ((self.methods, 0), (self.map_card, 1), (self.column, 0)):
            self._row.addWidget(part, share)
        self._column_layout = QVBoxLayout(self)
        self._above_column = QVBoxLayout(self._above)
        self._above_column.setContentsMargins(0, 0, 0, 0)
        self._above_column.addWidget(self._header)
        self._above_column.addWidget(self.banner)
        self._column_layout.addWidget(self._above)
        self._column_layout.addLayout(self._row, 1)

    def _connect(self) -> None:
        project, layer_map = self._project, self.map_card.map
        project.draft_changed.connect(self._take_draft)
        project.undo_stack.indexChanged.connect(self._take_step)
        project.checked_changed.connect(self._show_checked)
        project.previews_changed.connect(self._show_draft)
        project.model_changed.connect(self._show_model)
        self._context.engines.catalog_changed.connect(self._show_all)
        self._context.layout.changed.connect(self._show_layout)
        self._theme.changed.connect(self._show_layout)
        self.methods.method_chosen.connect(project.set_method)
        self.methods.reset_requested.connect(project.reset_layers)
        self.column.method_chosen.connect(project.set_method)
        layer_map.state_requested.connect(self._wish_states)
        layer_map.thaw_line_requested.connect(self._wish_thaw_line)
        layer_map.settings_requested.connect(self._sheets.open_at)
        layer_map.group_opened.connect(self._open_group)
        self.map_card.probe_requested.connect(self._probing.toggle)
        self._probing.changed.connect(self.map_card.show_probe)
        self.map_card.undo_requested.connect(project.undo_stack.undo)
        self._sheets.setting_changed.connect(project.set_setting)
        self._sheets.width_changed.connect(self._give_room)
        self.sheet.form.entry_changed.connect(self._show_start)
        self.sheet.reset_requested.connect(project.reset_settings)
        self.noise.preview_requested.connect(self._try_noise)
        self._noise_trial.previewed.connect(self.noise.show_examples)
        self.start.clicked.connect(lambda: self.start_training())
        self._header.alone.clicked.connect(lambda: self.start_training(alone=True))
        self._starting.changed.connect(self._show_start)
        self.banner.action_chosen.connect(self._act)
        self.banner.dismissed.connect(lambda: self._read.update(draft_check.note_codes(self._project)))

    def primary_button(self) -> QAbstractButton | None:
        """Returns what Ctrl + Enter presses."""
        return self.start

    def show_entry(self, setting: str) -> None:
        """Opens the settings at one of them."""
        self._sheets.open_at(setting)

    # --- what is shown ----------------------------------------------------------------------------

    def _show_layout(self) -> None:
        layout, px = self._context.layout, self._theme.px
        wide, narrow = layout.is_wide, layout.is_narrow
        side, top, gap = (24, 20, 16) if wide else (16, 12, 12)
        out = px(8)  # the chosen method's frame stands out of the column by that much
        right = px(side) - self.column.gutter
        self._column_layout.setContentsMargins(px(side) - out, px(top), right, px(top))
        self._above.setContentsMargins(out, 0, self.column.gutter, 0)
        self._row.setContentsMargins(out if narrow else 0, 0, 0, 0)
        for layout_of in (self._column_layout, self._above_column, self._row):
            layout_of.setSpacing(px(gap))
        self.methods.setVisible(not narrow)
        self.methods.setFixedWidth(px(252 if wide else 222) + out)
        self.methods.set_compact(not wide)
        self.map_card.set_layout(wide=wide, narrow=narrow)
        self.column.set_layout(wide=wide, narrow=narrow)
        self._give_room()
        self._sheets.place()

    def _give_room(self) -> None:
        """Makes the right column as wide as the sheet that lies over it, so that it hides nothing else."""
        layout, px = self._context.layout, self._theme.px
        inside = self.contentsRect().marginsRemoved(self._column_layout.contentsMargins()).width()
        others = self.methods.width() + self.map_card.minimumWidth() + self.column.gutter
        room = 0 if layout.is_narrow else inside - others - 2 * self._row.spacing()
        width = max(px(326 if layout.is_wide else 292), min(self._sheets.width, room))
        self.column.set_card_width(width, covered=self._sheets.width > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Gives an open sheet the room that there is now."""
        super().resizeEvent(event)
        self._give_room()
        self._column_layout.invalidate()  # parts that show others lay the page out while it is laid out

    def _show_all(self) -> None:
        self._show_model()
        self._show_draft()

    def _show_model(self) -> None:
        chosen = self._project.draft.model if self._project.draft is not None else ""
        self.map_card.set_model(self._project.model, chosen)
        self.models.set_chosen(chosen)
        self._show_problems()

    def _take_draft(self) -> None:
        """Shows what was chosen at once; what it needs follows when the engine has answered."""
        self._patience.start()
        self._waits = False
        self._show_draft()

    def _take_step(self, index: int) -> None:
        """Takes the notice away as soon as something else was done, or undone."""
        if index != self._noticed_at:
            self.map_card.say("")

    def _show_checked(self) -> None:
        self._patience.stop()
        self._show_draft()
        if self._waits:
            self.start_training(alone=self._alone)

    def _show_draft(self) -> None:
        self._facts = draft_check.stack_of_draft(self._project, self._facts)
        view = self._view()
        self.map_card.set_view(view, fails=bool(draft_check.draft_errors(self._project)))
        self._show_methods(view)
        self._show_settings()
        self._show_estimate()
        self._show_problems()

    def _view(self) -> StackView | None:
        if self._facts is None:
            return None
        view = StackView.from_facts(self._facts, open_groups=self._open_groups)
        return view if self._project.is_checked else view.with_states(self._project.layers)

    def _open_group(self, layer: str) -> None:
        self._open_groups.add(layer)
        self.map_card.set_view(self._view())

    def _show_methods(self, view: StackView | None) -> None:
        project, catalog = self._project, self._context.engines.catalog
        if catalog is None:
            return
        rows = method_rows(
            catalog.methods,
            {preview.method: preview for preview in project.previews},
            task=project.task,
            edited={entry.id for entry in catalog.methods if project.is_edited(entry.id)},
            chosen=project.method,
            chosen_view=view,
        )
        self.methods.set_rows(rows, project.method)
        self.column.methods.set_rows(rows, project.method)

    def _show_settings(self) -> None:
        project, entry, task = self._project, self._project.method_entry, self._project.task_entry
        name, of_task = entry.name if entry is not None else "", task.fields if task is not None else ()
        self._sheets.show_settings(project.fields, of_task, name, project.settings, project.recommended)

    def _try_noise(self, settings: dict[str, SettingValue]) -> None:
        """Asks for texts with noise while they can be seen."""
        if self.noise.isVisible():
            self._noise_trial.ask(self._project.settings | settings)

    def _show_estimate(self) -> None:
        project, catalog = self._project, self._context.engines.catalog
        checked = project.checked
        if checked is not None and project.is_checked:
            presets = corner_presets(project.previews, catalog.methods if catalog else (), project.method)
            self.column.estimate.set_estimate(checked.stack, checked.estimate)
            self.column.verdict.set_verdict(checked.verdict, presets)
        elif checked is None:
            self._forget_estimate()

    def _forget_estimate(self) -> None:
        if not self._project.is_checked:
            self.column.estimate.set_estimate(None, None)
            self.column.verdict.set_verdict(None)

    # --- problems and the start -------------------------------------------------------------------

    def _show_problems(self) -> None:
        errors = draft_check.draft_errors(self._project)
        self.sheet.form.show_errors({one.setting: one.reason for one in errors if one.setting})
        wanted = draft_check.problem_to_show(self._project, self.banner.problem, self._read)
        if wanted is None:
            self.banner.clear()
        else:
            self.banner.show_problem(wanted)
        self._show_start()

    def _show_start(self) -> None:
        missing, words = draft_check.missing_for_start(self._project), self._starting.words()
        self._header.set_start(words.main, words.alone)
        self.column.estimate.set_runs(words.runs)
        self.start.setEnabled(not missing)
        self.start.setToolTip(missing or self.sheet.form.unfinished_sentence or words.tip)

    def start_training(self, *, anyway: bool = False, alone: bool = False) -> None:
        """Starts the run, or those of all folds, or says what stands in the way.

        Args:
            anyway: Whether the person has read the warnings.
            alone: Whether one fold is wished, where there are folds.
        """
        self._alone, self._waits = alone, False
        if self._project.draft is None or self.sheet.show_unfinished():
            return  # what stands in a field is what the person means to train with
        if in_the_way := draft_check.in_the_way(self._project, anyway=anyway):
            self.banner.show_problem(in_the_way[0])
            return
        self._waits = self._starting.must_wait
        if not self._waits:
            self.banner.clear()
            self._sheets.close()
            self.go_requested.emit(self._starting.start(alone=alone))

    def _act(self, action: Action) -> None:
        """Does what the button of a problem says."""
        deeds: dict[str, Callable[[], object]] = {
            "continue_anyway": lambda: self.start_training(anyway=True, alone=self._alone),
            "change_settings": lambda: self.show_entry(action.arguments.get("setting", "")),
            "choose_folder": self.map_card.model.choose_folder,
            "open_page": lambda: QDesktopServices.openUrl(QUrl(action.arguments["page"])),
            "download_model": lambda: self._download(action.arguments["model"]),
            "restart_engine": self._context.restart_engine,
        }
        if action.id in deeds:
            deeds[action.id]()
        elif not repair_draft(action, self._project, self._context.engines.catalog):
            self.go_requested.emit("data")

    def _download(self, model: str) -> None:
        self.models.open_below(self.map_card.model)
        self._shelf.download(model)

    # --- what the person does ---------------------------------------------------------------------

    def _wish_states(self, layers: list[str], trainable: bool) -> None:
        self._wish(dict.fromkeys(layers, trainable))

    def _wish_thaw_line(self, rows_below: int) -> None:
        if self._facts is not None:
            self._wish(thaw_line_pattern(self._facts, rows_below))

    def _wish(self, wanted: dict[str, bool]) -> None:
        catalog = self._context.engines.catalog
        if catalog is None or self._facts is None:
            return
        sentence = wish_layers(self._project, catalog, self._facts, wanted)
        self._noticed_at = self._project.undo_stack.index()
        self.map_card.say(sentence)
        self._show_draft()  # a wish that changed nothing must not stay on the map


PAGE = PageEntry(
    id="setup",
    title="Setup",
    icon="layers",
    order=2,
    build=SetupPage,
    unavailable=lambda opened: "" if opened.project.data is not None else "Choose data first",
    complete=lambda opened: bool(opened.runs.runs),
    findable=findable_settings,
)
