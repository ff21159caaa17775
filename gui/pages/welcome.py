"""Welcome: start with a sample, with a file of one's own, or where one stopped."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.protocol.problems import Problem
from gui.look.paths import resource
from gui.look.texts import count, day, score
from gui.state.page_context import PageContext, PageEntry
from gui.state.workspace import RecentProject
from gui.widgets.basics import Banner, Button, IconLabel, Panel, ThemedLabel
from gui.widgets.drop_zone import DropZone, dropped_files
from gui.widgets.file_dialog import ask_for_file
from gui.widgets.half_thawed_stack import HalfThawedStack
from gui.widgets.layer_map_view import StackView
from gui.widgets.recent_list import RecentEntry, RecentList
from gui.widgets.sample_card import SampleCard
from gui.widgets.thaw_mark import ThawMark

_HEADLINE = "Freeze what the model already knows. Thaw what it must learn. Watch it happen."
_LEAD = (
    "Teach a ready-made language model a new task with your own texts. "
    "Everything runs on this computer. No code, no account."
)
_MISSING = "Not in this installation"
_COLUMNS = 2


class WelcomePage(QWidget):
    """The first page.

    Args:
        context: What every page is given; no project is needed.
        parent: Owner.
    """

    go_requested = Signal(str)

    sample_chosen = Signal(object)
    """The person chose a sample; carries its ``SampleEntry``. A copy is to be made and opened on Setup."""

    folder_requested = Signal()
    """The person wants to choose a folder of texts."""

    hub_requested = Signal()
    """The person wants to choose a data set of the hub."""

    files_chosen = Signal(object)
    """The person chose or dropped a file; carries its path. It is to be opened on Data."""

    project_chosen = Signal(str)
    """The person chose a recent project; carries its folder."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._cards: dict[str, SampleCard] = {}
        self._build_left()
        self._build_right()
        self._banner = Banner(self._theme, dismissable=True)
        self._columns = QHBoxLayout()
        self._columns.addWidget(self._left_box)
        self._columns.addWidget(self._scroll, 1)
        self._page = QVBoxLayout(self)
        self._page.addWidget(self._banner)
        self._page.addLayout(self._columns, 1)
        self.setAcceptDrops(True)
        self.setAccessibleName("Welcome")
        self._show_recent()
        self._measure()
        self._connect()

    def primary_button(self) -> QAbstractButton | None:
        """Returns the card to start with."""
        return next(iter(self._cards.values()), None)

    def show_problem(self, problem: Problem) -> None:
        """Shows above everything else why something could not be opened."""
        self._banner.show_problem(problem)

    def card(self, sample_id: str) -> SampleCard:
        """Returns the card of a sample.

        Raises:
            KeyError: When there is none.
        """
        return self._cards[sample_id]

    # Building

    def _build_left(self) -> None:
        theme = self._theme
        self._mark = ThawMark(theme, 32)
        self._name = ThemedLabel(theme, "Thaw", "brand")
        self._headline = ThemedLabel(theme, _HEADLINE, "headline", wrap=True)
        self._lead = ThemedLabel(theme, _LEAD, "lead", "text2", wrap=True)
        self._stack = HalfThawedStack(theme)
        self._brand = QHBoxLayout()
        self._brand.addWidget(self._mark)
        self._brand.addWidget(self._name, 1)
        self._left_box = QWidget()
        self._left = QVBoxLayout(self._left_box)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.addLayout(self._brand)
        self._left.addWidget(self._headline)
        self._left.addWidget(self._lead)
        self._left.addWidget(self._stack, 1)

    def _build_right(self) -> None:
        theme = self._theme
        heading = QHBoxLayout()
        heading.addWidget(ThemedLabel(theme, "Start with a sample", "lead", weight=600), 1)
        self._offline = ThemedLabel(theme, "Data and model included, works offline", "caption", "text3")
        heading.addWidget(self._offline)
        self._grid = QGridLayout()
        self._build_cards()
        self._drop = DropZone(
            theme,
            "Drop files here, or paste a table",
            "CSV, Excel, JSON, CoNLL, SQuAD, texts",
            "Choose a file",
        )
        self._recent_heading = ThemedLabel(theme, "Recent projects", "lead", weight=600)
        self._recent = RecentList(theme)
        content = QWidget()
        self._right = QVBoxLayout(content)
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.addLayout(heading)
        self._right.addLayout(self._grid)
        self._right.addWidget(self._drop)
        self._right.addWidget(self._recent_heading)
        self._right.addWidget(self._recent, 100)
        self._right.addStretch(1)
        self._right.addWidget(self._build_workshop())
        self._scroll = QScrollArea()
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)

    def _build_cards(self) -> None:
        for number, entry in enumerate(self._context.workspace.samples):
            badge = "Start here" if number == 0 else ""
            card = SampleCard(
                self._theme, entry.title, entry.summary, entry.rows_text, entry.icon, badge=badge
            )
            card.setObjectName(f"sample_{entry.id}")
            card.clicked.connect(lambda _checked=False, entry=entry: self.sample_chosen.emit(entry))
            self._grid.addWidget(card, number // _COLUMNS, number % _COLUMNS)
            self._cards[entry.id] = card
        self._grey_cards()

    def _grey_cards(self) -> None:
        """Greys samples that cannot be used: no data here, or no such task in the catalog."""
        catalog = self._context.engines.catalog
        tasks = None if catalog is None else {task.id for task in catalog.tasks}
        for entry in self._context.workspace.samples:
            here = resource("samples", entry.file).is_file()
            works = here and (tasks is None or entry.task in tasks)
            self._cards[entry.id].set_reason("" if works else _MISSING)

    def _build_workshop(self) -> Panel:
        theme = self._theme
        self._strip = Panel(theme, fill="", edge="border")
        self._workshop_words = ThemedLabel(
            theme,
            "**Leading a workshop?** Projector mode makes everything larger.",
            "small",
            "text2",
            elide=True,
        )
        self._projector = Button(theme, "Projector mode", "secondary", size="small")
        self._projector.setObjectName("welcome_projector")
        self._strip_row = QHBoxLayout(self._strip)
        self._strip_row.addWidget(IconLabel(theme, "projector", "text2", 20))
        self._strip_row.addWidget(self._workshop_words, 1)
        self._strip_row.addWidget(self._projector)
        return self._strip

    def _connect(self) -> None:
        context = self._context
        self._drop.files_dropped.connect(self.files_chosen)
        self._drop.choose_requested.connect(self.choose_file)
        self._drop.folder_requested.connect(self.folder_requested)
        self._drop.hub_requested.connect(self.hub_requested)
        self._recent.chosen.connect(self.project_chosen)
        self._recent.forget_requested.connect(self._forget)
        self._projector.clicked.connect(self._toggle_projector)
        context.workspace.recent_changed.connect(self._show_recent)
        context.engines.catalog_changed.connect(self._take_catalog)
        context.layout.changed.connect(self._measure)
        self._theme.changed.connect(self._measure)

    # What it shows

    def _take_catalog(self, _catalog: object) -> None:
        models = self._context.engines.catalog.models if self._context.engines.catalog else ()
        if models and not any(model.available for model in models):
            self._offline.setText("Data included; the base model is not on this computer yet")
        self._grey_cards()
        self._show_recent()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Tells what became of the projects meanwhile."""
        super().showEvent(event)
        self._show_recent()

    def _show_recent(self) -> None:
        now = datetime.now().astimezone()
        recent = [self._recent_entry(project, now) for project in self._context.workspace.recent]
        self._recent.set_entries(recent)
        self._recent_heading.setVisible(bool(recent))
        self._recent.setVisible(bool(recent))

    def _recent_entry(self, project: RecentProject, now: datetime) -> RecentEntry:
        catalog, summary = self._context.engines.catalog, project.summary
        tasks = {task.id: task.name for task in catalog.tasks} if catalog else {}
        methods = {method.id: method.name for method in catalog.methods} if catalog else {}
        parts = [tasks.get(project.task, ""), count("runs", summary.runs) if summary.runs else "no runs yet"]
        if summary.best is not None:
            best = f"best {summary.metric} {score(summary.best)}"
            method = methods.get(summary.method, "")
            parts.append(f"{best} with {method}" if method else best)
        words = ", ".join(part for part in parts if part)
        stack = project.stack
        return RecentEntry(
            folder=str(project.folder),
            name=project.name,
            summary=words[:1].upper() + words[1:],
            when=day(project.changed, now),
            view=StackView.from_facts(stack) if stack is not None else None,
        )

    # What the person does

    def choose_file(self) -> None:
        """Lets the person choose a file, without waiting for it."""
        ask_for_file(self, "Choose a file", self._context.engines.catalog, self.files_chosen.emit)

    def _forget(self, folder: str) -> None:
        for project in self._context.workspace.recent:
            if str(project.folder) == folder:
                self._context.workspace.forget(project.folder)

    def _toggle_projector(self) -> None:
        self._context.preferences.change(projector=not self._theme.projector)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """Shows where the file goes, wherever over the page it is."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()
            self._drop.set_dragged_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Looks as before."""
        self._drop.set_dragged_over(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """Takes a file that was dropped beside the drop zone."""
        self._drop.set_dragged_over(False)
        paths = dropped_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.files_chosen.emit(paths)

    # Look

    def _measure(self) -> None:
        px, layout = self._theme.px, self._context.layout
        wide, narrow = layout.is_wide, layout.is_narrow
        side, top = (px(56), px(56)) if wide else (px(20), px(16)) if narrow else (px(36), px(28))
        bottom = px(32) if wide else px(12) if narrow else px(20)
        self._page.setContentsMargins(side, top, side, bottom)
        self._page.setSpacing(px(16))
        self._columns.setSpacing(px(62) if wide else px(24) if narrow else px(40))
        self._left_box.setFixedWidth(px(436 if wide else 260 if narrow else 390))
        self._headline.set_role("title" if narrow else "headline" if wide else "hero")
        self._lead.set_role("body" if narrow else "lead")
        self._left.setSpacing(px(16) if wide else px(10))
        self._headline.setContentsMargins(0, px(18 if wide else 8 if not narrow else 2), 0, 0)
        self._lead.setContentsMargins(0, 0, 0, px(8 if wide else 4))
        self._brand.setSpacing(px(14))
        gap = px(12) if wide else px(4) if narrow else px(8)
        self._grid.setSpacing(gap)
        self._right.setSpacing(px(14) if wide else px(8) if narrow else px(12))
        for card in self._cards.values():
            card.set_card_height(82 if wide else 40 if narrow else 68)
        self._drop.set_compact(not wide)
        self._drop.set_narrow(narrow)
        lean = px(16) if wide else px(5) if narrow else px(8)
        self._strip_row.setContentsMargins(px(18), lean, px(16), lean)
        self._strip_row.setSpacing(px(14))
        self._projector.setText("Leave projector mode" if self._theme.projector else "Projector mode")


PAGE = PageEntry(
    id="welcome", title="Welcome", icon="data", order=0, build=WelcomePage, on_rail=False, needs_project=False
)
