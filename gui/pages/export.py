"""Export: which run, in which forms, and where to; each is loaded again and compared while it is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.export_events import ExportsListed, ModelExported
from engine.protocol.exports import ExportedItem
from engine.protocol.fields import SettingValue
from engine.protocol.problems import Action, Problem
from gui.look import texts
from gui.state import run_words
from gui.state.page_context import OpenProject, PageContext, PageEntry
from gui.state.run_export import ExportOffers, RunExport, free_place
from gui.state.run_status import RunStatus
from gui.views.export_row import export_row
from gui.views.hub_upload_sheet import HubUploadCard, hub_upload_sheet
from gui.widgets.announce import announce
from gui.widgets.basics import Banner, Button, Card, Divider, EmptyState, PageHeader, ThemedLabel
from gui.widgets.export_checks import ExportChecks
from gui.widgets.export_kind import ExportKindCard
from gui.widgets.export_place import ExportPlace
from gui.widgets.export_runs import ExportRunCombo, ExportRunList
from gui.widgets.model_card_sheet import ModelCardCard, ModelCardSheet
from gui.widgets.scroll_column import GUTTER, ScrollColumn, fit_page

_SHOW = Action(id="show_folder", label="Show in folder")
_COPY = Action(id="copy_path", label="Copy path")


class ExportPage(QWidget):
    """Where a person takes a trained model away.

    Signals:
        go_requested: Id of the page that the person wants next.
    """

    go_requested = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows the runs of the open project."""
        super().__init__(parent)
        self._context = context
        self._run: RunStatus | None = None
        self._led_by: RunStatus | None = None
        self._written_to: Path | None = None
        self._kinds: dict[str, ExportKindCard] = {}
        self._offers = ExportOffers(context.engines, self)
        self._export = RunExport(context.engines, self)
        self.setObjectName("export_page")
        self.setAccessibleName("Export")
        self._build()
        self._connect()
        self._measure()
        self._show_runs()

    @property
    def run(self) -> RunStatus | None:
        """Returns the run that would be written."""
        return self._run

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Offers the run that the person comes from."""
        super().showEvent(event)
        self._follow()

    def primary_button(self) -> QAbstractButton:
        """Returns the button that Ctrl Enter presses."""
        return self._go

    # Building

    def _build(self) -> None:
        theme = self._context.theme
        self._go = Button(theme, "Export", "primary", "export")
        self._go.setObjectName("export_button")
        self._stop = Button(theme, "Cancel", "secondary", "x")
        self._stop.setObjectName("cancel_export")
        self._stop.hide()
        sentence = "Take a trained model with you. Every file works without Thaw."
        self._header = PageHeader(theme, "Export", sentence, [self._stop], self._go)
        self._banner = Banner(theme, dismissable=True)
        self._banner.setObjectName("export_banner")
        self._above = QWidget()
        self._above_column = QVBoxLayout(self._above)
        self._above_column.setContentsMargins(0, 0, 0, 0)
        self._above_column.addWidget(self._header)
        self._above_column.addWidget(self._banner)
        nothing = ("Nothing to export yet", "Train a model once; then it can be taken away.")
        self._empty = EmptyState(theme, *nothing)
        self._empty.set_texts(*nothing, "Go to setup")
        self._empty.button_clicked.connect(lambda: self.go_requested.emit("setup"))
        self._row = QHBoxLayout()
        self._row.addLayout(self._build_left())
        self._row.addWidget(self._build_centre(), 1)
        self._row.addWidget(self._build_right())
        self._inside = QWidget()
        self._inside.setLayout(self._row)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._above)
        self._column.addWidget(self._inside, 1)
        self._column.addWidget(self._empty, 1)

    def _build_left(self) -> QVBoxLayout:
        theme = self._context.theme
        self._runs_title = ThemedLabel(theme, "Which run", "small", "text3", weight=500)
        self._list = ExportRunList(theme)
        self._left = QVBoxLayout()
        self._left.addWidget(self._runs_title)
        self._left.addWidget(self._list, 1)
        return self._left

    def _build_centre(self) -> QWidget:
        theme = self._context.theme
        self._centre = Card(theme, "What to write")
        self._combo = ExportRunCombo(theme)
        self._scroll = ScrollColumn()
        self._scroll.setAccessibleName("What to write")
        self._scroll.column.addStretch(1)
        self._where = ExportPlace(theme)
        self._centre.body.addWidget(self._combo)
        self._centre.body.addWidget(self._scroll, 1)
        self._centre.body.addWidget(Divider(theme))
        self._centre.body.addWidget(self._where)
        return self._centre

    def _build_right(self) -> QWidget:
        theme = self._context.theme
        self._checks = ExportChecks(theme)
        self._doing = ThemedLabel(theme, "", "small", "text2", wrap=True)
        self._doing.setObjectName("export_stage")
        self._doing.hide()
        self._checks.body.addWidget(self._doing)
        self._sheet = ModelCardSheet(theme, self, self._above)
        self._card = ModelCardCard(theme, self._sheet)
        self._hub_sheet = hub_upload_sheet(self._context, self, self._above, self._sheet)
        self._hub = HubUploadCard(theme, self._hub_sheet)
        self._right = ScrollColumn()
        for card in (self._checks, self._card, self._hub):
            self._right.column.addWidget(card)
        self._right.column.addStretch(1)
        return self._right

    def _connect(self) -> None:
        context = self._context
        context.engines.catalog_changed.connect(self._show_kinds)
        runs = context.runs
        for signal in (runs.run_ended, runs.run_added, runs.run_removed, runs.looked_at_changed):
            signal.connect(self._show_runs)
        context.theme.changed.connect(self._measure)
        context.layout.changed.connect(self._measure)
        self._list.run_chosen.connect(self._choose)
        self._combo.run_chosen.connect(self._choose)
        self._go.clicked.connect(self._start)
        self._stop.clicked.connect(self._export.cancel)
        self._banner.action_chosen.connect(self._do)
        self._offers.listed.connect(self._take_offers)
        self._offers.failed.connect(self.show_problem)
        self._export.progressed.connect(self._tell)
        self._export.item_written.connect(self._take_item)
        self._export.exported.connect(self._take_export)
        self._export.ended.connect(self._take_end)

    # Showing

    def show_problem(self, problem: Problem) -> None:
        """Shows a problem above the contents."""
        self._banner.show_problem(problem)

    def _show_runs(self) -> None:
        runs, catalog = self._context.runs.finished, self._context.engines.catalog
        has_some = bool(runs)
        self._inside.setVisible(has_some)
        self._empty.setVisible(not has_some)
        self._go.setVisible(has_some)
        if self._run not in runs:
            self._run = self._led_by = None
        if self._run is None or not self.isVisible():
            self._follow()
        names = self._context.runs.names(catalog)
        rows = [export_row(run, names[str(run.folder)], catalog) for run in runs]
        self._list.set_rows(rows, self._run.run_id if self._run else "")
        self._combo.set_rows(rows, self._run.run_id if self._run else "")
        if catalog is not None and not self._kinds:
            self._show_kinds()

    def _follow(self) -> None:
        """Chooses the run that was trained or looked at last, once; what is picked here stays after that."""
        runs, looked_at = self._context.runs.finished, self._context.runs.looked_at
        leading = looked_at if looked_at in runs else next(reversed(runs), None)
        if leading is not None and leading is not self._led_by and not self._export.is_writing:
            self._led_by = leading
            self._choose(leading.run_id)

    def _show_kinds(self) -> None:
        catalog = self._context.engines.catalog
        entries = [entry for entry in catalog.exports if entry.on_page] if catalog else []
        if [entry.id for entry in entries] == list(self._kinds):
            return
        for card in self._kinds.values():
            card.hide()
            card.deleteLater()
        self._kinds = {entry.id: ExportKindCard(self._context.theme, entry) for entry in entries}
        for place, card in enumerate(self._kinds.values()):
            card.toggled.connect(self._show_button)
            self._scroll.column.insertWidget(place, card)
        self._show_runs()
        self._ask_offers()
        self._show_button()

    def _show_button(self) -> None:
        count = len(self._chosen)
        self._go.setText(f"Export {texts.count('items', count)}" if count else "Export")
        self._go.setEnabled(bool(count) and self._run is not None)
        self._go.setToolTip("" if count else "Tick at least one item")
        self._go.set_busy(self._export.is_writing)
        self._stop.setVisible(self._export.is_writing)

    @property
    def _chosen(self) -> list[str]:
        return [kind for kind, card in self._kinds.items() if card.is_chosen]

    # What the person does

    def _choose(self, run_id: str) -> None:
        run = self._context.runs.run(run_id)
        if run is None or run is self._run:
            return
        self._run = run
        catalog = self._context.engines.catalog
        name = self._context.runs.called(run, catalog)
        self._where.set_place(free_place(self._context.project.folder, name))
        self._hub_sheet.set_run(run.folder, name)
        if not self._export.is_writing:
            self._checks.clear()
            self._tell("")
            self._banner.clear()
        self._checks.set_unit(run_words.unit_of(run.config, catalog))
        for card in self._kinds.values():
            card.show_offer(None)
        names = self._context.runs.names(catalog)
        rows = [export_row(one, names[str(one.folder)], catalog) for one in self._context.runs.finished]
        self._list.set_rows(rows, run_id)
        self._combo.set_rows(rows, run_id)
        self._ask_offers()
        self._show_button()

    def _ask_offers(self) -> None:
        if self._run is not None and self._kinds:
            self._offers.ask(self._run.folder)

    def _start(self) -> None:
        place = self._where.place
        if self._run is None or place is None or not self._chosen or self._export.is_writing:
            return
        self._checks.clear()
        self._banner.clear()
        options: dict[str, SettingValue] = {}
        for kind in self._chosen:
            options |= self._kinds[kind].options
        self._written_to = place
        self._export.start(self._run.folder, self._chosen, place, options, self._sheet.text)
        self._show_button()

    def _do(self, action: Action) -> None:
        if action.id == _COPY.id:
            QApplication.clipboard().setText(str(self._written_to))
        elif action.id == _SHOW.id:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written_to)))
        elif action.id == "choose_folder":
            self._where.ask()

    # What the engine says

    def _take_offers(self, listed: ExportsListed) -> None:
        if self._run is None or listed.folder != str(self._run.folder):
            return
        for offer in listed.offers:
            if offer.kind in self._kinds:
                self._kinds[offer.kind].show_offer(offer)
        self._sheet.set_card(listed.card)
        self._hub_sheet.take_offers(listed, self._context.engines.catalog)
        self._show_button()

    def _take_item(self, item: ExportedItem) -> None:
        self._checks.add(item)

    def _take_export(self, exported: ModelExported) -> None:
        self._tell("")
        size = texts.size(sum(item.size for item in exported.items))
        items = texts.count("items", len(exported.items))
        said = f"{items}, {size}, in {texts.place_in_words(Path(exported.folder))}"
        if self._checks.has_failed:
            title = "Exported, but a check failed: read what stands at the right"
            self._banner.show_message("warn", title, said, (_SHOW, _COPY))
        else:
            self._banner.show_message("ok", "Exported", said, (_SHOW, _COPY))
        announce(self, f"Exported {items}.")
        if self._run is not None:
            name = self._context.runs.called(self._run, self._context.engines.catalog)
            self._where.set_place(free_place(self._context.project.folder, name))
        self._show_button()

    def _take_end(self, problem: Problem | None) -> None:
        self._tell("" if problem else "Cancelled. Nothing half-written was left behind.")
        if problem is not None:
            self._banner.show_problem(problem)
        self._show_button()

    def _tell(self, stage: str) -> None:
        self._doing.setText(stage)
        self._doing.setVisible(bool(stage))

    def _measure(self) -> None:
        px, layout = self._context.theme.px, self._context.layout
        side, top = (24, 20) if layout.is_wide else (16, 12)
        gap = px(16 if layout.is_wide else 12)
        gutter = px(GUTTER)
        fit_page(self._context.theme, self._column, side, top, self._above, self._empty)
        for column in (self._column, self._above_column):
            column.setSpacing(gap)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(gap)
        for part in (self._list, self._runs_title):
            part.setVisible(not layout.is_narrow)
        self._combo.setVisible(layout.is_narrow)
        self._list.setFixedWidth(px(268 if layout.is_wide else 232))
        self._right.set_widths(px(340 if layout.is_wide else 300), gutter)
        self._right.column.setSpacing(gap)
        self._left.setSpacing(px(8))
        self._scroll.column.setSpacing(px(10))
        padding = 16 if layout.is_wide else 12
        for card in (self._centre, self._checks, self._card, self._hub):
            card.set_padding(padding)
        self._banner.set_tight(layout.is_narrow)


def _why_not(opened: OpenProject) -> str:
    return "" if opened.runs.finished else "Train a run first"


PAGE = PageEntry(id="export", title="Export", icon="export", order=6, build=ExportPage, unavailable=_why_not)
