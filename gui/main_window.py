"""The window: which page is shown, what the keys do, what happens on closing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import QApplication

import gui.pages
from engine.protocol.catalog import SampleEntry
from engine.protocol.problems import Action, Problem
from gui.engine_client.engines import Engines
from gui.look.theme import Theme
from gui.state.page_context import PageContext
from gui.state.preferences import Preferences
from gui.state.run_status import RunStatus
from gui.state.workspace import Workspace
from gui.widgets.file_dialog import ask_for_file, ask_for_folder
from gui.widgets.shell import AppShell
from gui.window.closing import Closing
from gui.window.commands import WindowCommand, install_shortcuts
from gui.window.device_link import DeviceLink
from gui.window.file_opening import FileOpening
from gui.window.finding import Finding
from gui.window.gathering import Gathering
from gui.window.geometry import restore_geometry, save_geometry
from gui.window.hub_opening import HubOpening
from gui.window.look_link import LookLink
from gui.window.page_registry import find_pages
from gui.window.page_stage import PageStage
from gui.window.pasting import Pasting
from gui.window.project_switch import ProjectSwitch, first_page
from gui.window.run_link import RunLink

HOME = "welcome"


class MainWindow(AppShell):
    """Ties frame, pages and state together; what is shown in them is theirs.

    Args:
        theme: Where colours and lengths come from.
        engines: The engine processes; the caller starts them.
        workspace: All projects.
        preferences: What the person prefers on this computer.

    Attributes:
        switch: Which project is open.
        stage: The pages.
        closing: What becomes of runs when the window is closed.
    """

    def __init__(
        self, theme: Theme, engines: Engines, workspace: Workspace, preferences: Preferences
    ) -> None:
        super().__init__(theme)
        self._theme = theme
        self._engines = engines
        self._workspace = workspace
        self._preferences = preferences
        self.switch = ProjectSwitch(engines, workspace, self)
        self._gathering = Gathering(self.open_path, self.show_problem)
        self._hub = HubOpening(theme, engines, self._ground, self.banner, self.open_path, self._act)
        self.stage = PageStage(
            self,
            find_pages(gui.pages),
            PageContext(theme, engines, workspace, preferences),
            {
                "go_requested": self.go_to,
                "sample_chosen": self.open_sample,
                "files_chosen": self._gathering.open,
                "folder_requested": self.choose_folder,
                "hub_requested": self._hub.open,
                "project_chosen": self.open_path,
                "problem_raised": self.show_problem,
            },
        )
        self._files = FileOpening(engines, self.banner, self)
        self._pasting = Pasting(self._gathering.open, self.show_problem)
        self._run_link: RunLink | None = None
        self._look = LookLink(theme, preferences, self)
        self.closing = Closing(self, theme, self.switch, engines, preferences, self.banner)
        self._device = DeviceLink(self.top_bar, engines, preferences, self.switch)
        self._commands = self._make_commands()
        install_shortcuts(self, self._commands)
        self._finding = Finding(
            self.stage, self._commands, engines, lambda: self.switch.opened, self._choose_run
        )
        self._connect_frame()
        self._show_recent()
        self._show_project()
        self.show_home()
        restore_geometry(self, preferences)

    def _connect_frame(self) -> None:
        top, engines = self.top_bar, self._engines
        self.rail.page_requested.connect(self.go_to)
        self.rail.help_requested.connect(lambda: self.go_to("help"))
        self.rail.settings_requested.connect(lambda: self.go_to("settings"))
        self.files_dropped.connect(self._gathering.open)
        self.banner.action_chosen.connect(self._act)
        self.search.chosen.connect(self._finding.go_to)
        top.home_requested.connect(self.show_home)
        top.new_requested.connect(self.show_home)
        top.open_requested.connect(self.choose_file)
        top.folder_requested.connect(self.choose_folder)
        top.hub_requested.connect(self._hub.open)
        top.paste_requested.connect(self._pasting.paste)
        top.recent_requested.connect(self.open_path)
        top.renamed.connect(self._rename)
        top.save_copy_requested.connect(self.switch.save_copy)
        top.show_folder_requested.connect(self._show_project_folder)
        top.projector_toggle_requested.connect(self._look.toggle_projector)
        top.theme_toggle_requested.connect(self._look.toggle_dark)
        self._files.was_read.connect(self.switch.open_file)
        self._files.left_aside.connect(self.show_problem)
        self.switch.changed.connect(self._take_project)
        self.switch.file_opened.connect(lambda: self.go_to("data"))
        self.switch.copying.progressed.connect(self.copying_bar.show_percent)
        self.copying_bar.stop_requested.connect(self.switch.copying.cancel)
        self.switch.problem_raised.connect(self.show_problem)
        self._workspace.recent_changed.connect(self._show_recent)
        engines.problem_raised.connect(self.show_problem)
        engines.warm_changed.connect(self._take_warm)

    def _make_commands(self) -> list[WindowCommand]:
        look, paste = self._look, self._pasting.paste
        table: list[WindowCommand] = [
            WindowCommand("open", "Open a file or a project", ("Ctrl+O",), "folder", self.choose_file),
            WindowCommand(
                "folder", "Open a folder of texts", ("Ctrl+Shift+O",), "folder", self.choose_folder
            ),
            WindowCommand("hub", "Open a data set of the hub", ("Ctrl+Shift+H",), "search", self._hub.open),
            WindowCommand("paste", "Paste a table or a text", ("Ctrl+V",), "copy", paste, "clipboard"),
            WindowCommand("new", "New project", ("Ctrl+N",), "plus", self.show_home, "start sample"),
            WindowCommand("copy", "Save a copy of the project", ("Ctrl+S",), "save", self.switch.save_copy),
            WindowCommand("primary", "", ("Ctrl+Return", "Ctrl+Enter"), "", self.stage.press_primary),
            WindowCommand("stop", "Stop and keep best", ("Ctrl+.",), "stop", self.stop_run, "end training"),
            WindowCommand("undo", "Undo", ("Ctrl+Z",), "undo", self.undo),
            WindowCommand("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", self.redo),
            WindowCommand("theme", "Light or dark", ("Ctrl+Shift+L",), "moon", look.toggle_dark),
            WindowCommand(
                "projector", "Projector mode", ("Ctrl+Shift+P",), "projector", look.toggle_projector
            ),
            WindowCommand("full_screen", "Full screen", ("F11",), "eye", self.toggle_full_screen),
            WindowCommand("larger", "Larger text", ("Ctrl++", "Ctrl+="), "plus", self.enlarge_text),
            WindowCommand("smaller", "Smaller text", ("Ctrl+-",), "minus", self.shrink_text),
            WindowCommand("usual", "Usual text size", ("Ctrl+0",), "search", self.reset_text_size),
            WindowCommand("help", "", ("F1",), "help", lambda: self.go_to("help")),
        ]
        for number, step in enumerate(self.stage.steps, start=1):
            go = partial(self.go_to, step.id)
            table.append(WindowCommand(f"go_{step.id}", "", (f"Ctrl+{number}",), step.icon, go))
        return table

    # --- projects -----------------------------------------------------------------------------------

    def open_sample(self, sample: SampleEntry) -> None:
        """Opens a copy of a sample on Setup, ready to train."""
        if self.switch.open_sample(sample):
            self.go_to("setup")

    def open_path(self, path: str) -> None:
        """Opens a project; a data file opens as a new one on Data as soon as it was read."""
        place = Path(path)
        problem = None if self._workspace.is_project(place) else self._workspace.why_no_data(place)
        if problem is not None:
            self.show_problem(problem)
        elif not self._workspace.is_project(place):
            self._files.open(place)
        elif self.switch.open_project(place) and self.switch.opened is not None:
            self.go_to(first_page(self.switch.opened))

    def open_left_training(self) -> None:
        """Opens the project whose run went on when the window was closed, to see how far it is."""
        folder = self._preferences.values.left_training
        self._preferences.change(left_training="")
        if folder and self._workspace.is_project(Path(folder)):
            self.open_path(folder)
            self.go_to("train")

    def choose_file(self) -> None:
        """Lets the person choose a file or a project, without waiting for it."""
        title = "Open a file or a project"
        ask_for_file(self, title, self._engines.catalog, self._gathering.open, projects=True)

    def choose_folder(self) -> None:
        """Lets the person choose a folder of texts, without waiting for it."""
        ask_for_folder(self, "Open a folder of texts", self.open_path)

    def go_to(self, page_id: str) -> None:
        """Shows a page; one that cannot work yet says why instead."""
        self.stage.go_to(page_id)

    def show_home(self) -> None:
        """Shows the start page; the open project stays open."""
        self.go_to(HOME)

    def _take_project(self) -> None:
        """Another project is open: its pages replace those of the last one."""
        opened = self.switch.opened
        if opened is None:
            return
        if self._run_link is not None:
            self._run_link.close()
        self._files.forget()
        self.banner.clear()
        project, runs = opened.project, opened.runs
        self.stage.set_context(
            PageContext(self._theme, self._engines, self._workspace, self._preferences, opened=opened)
        )
        self._run_link = RunLink(runs, project, self._engines, self.transport, self.drawer, self)
        self._run_link.page_requested.connect(self.go_to)
        runs.run_added.connect(self._show_new_run)
        for signal in (project.name_changed, project.saved, project.save_failed):
            signal.connect(self._show_project)
        self._show_project()

    def _rename(self, name: str) -> None:
        if self.switch.opened is not None:
            self.switch.opened.project.rename(name)

    def _show_project_folder(self) -> None:
        if self.switch.opened is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.switch.opened.project.folder)))

    # --- finding ------------------------------------------------------------------------------------

    def toggle_search(self) -> None:
        """Opens or closes *Find anything*, with what can be found now."""
        self.search.set_entries(self._finding.entries())
        super().toggle_search()

    def _choose_run(self, run_id: str) -> None:
        if self._run_link is not None:
            self._run_link.choose(run_id)

    # --- keys ---------------------------------------------------------------------------------------

    def stop_run(self) -> None:
        """Stops the run that trains and keeps its best."""
        if self.switch.opened is not None:
            self.switch.opened.runs.stop()

    def undo(self) -> None:
        """Brings back the run that was just deleted, else takes the last choice back."""
        if self.drawer.deleting:
            self.drawer.undo_delete()
        elif self.switch.opened is not None:
            self.switch.opened.project.undo_stack.undo()

    def redo(self) -> None:
        """Makes the last choice that was taken back again."""
        if self.switch.opened is not None:
            self.switch.opened.project.undo_stack.redo()

    def toggle_full_screen(self) -> None:
        """Fills the screen, or leaves it."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def enlarge_text(self) -> None:
        """Makes everything a step larger."""
        self._preferences.step_text_size(1)

    def shrink_text(self) -> None:
        """Makes everything a step smaller."""
        self._preferences.step_text_size(-1)

    def reset_text_size(self) -> None:
        """Takes the usual size."""
        self._preferences.step_text_size(0)

    # --- what the frame shows -----------------------------------------------------------------------

    def show_problem(self, problem: Problem) -> None:
        """Shows a problem that concerns the whole window, above the page."""
        self.banner.show_problem(problem)

    def _take_warm(self, warm: bool) -> None:
        shown = self.banner.problem
        if warm and shown is not None and shown.code.startswith("engine_"):
            self.banner.clear()
        if self._run_link is not None:
            self._run_link.show_transport()

    def _show_new_run(self, run: RunStatus) -> None:
        QTimer.singleShot(0, self, lambda: self.go_to("train") if run is self._current_run() else None)

    def _current_run(self) -> RunStatus | None:
        return self.switch.opened.runs.current if self.switch.opened is not None else None

    def _show_project(self) -> None:
        opened = self.switch.opened
        name = opened.project.name if opened else ""
        self.top_bar.set_project(name)
        self.top_bar.set_saved(opened.project.saved_words if opened else "")
        self.setWindowTitle(f"{name} – Thaw" if name else "Thaw")
        shown = self.banner.problem
        if opened is not None and opened.project.is_saved and shown and shown.code == "project_not_saved":
            self.banner.clear()

    def _show_recent(self) -> None:
        self.top_bar.set_recent([(str(one.folder), one.name) for one in self._workspace.recent])

    def _act(self, action: Action) -> None:
        """Does what a button of the window's banner says."""
        folder = action.arguments.get("folder", "")
        match action.id:
            case "restart_engine":
                self.banner.clear()
                self._engines.restart()
            case "save_project" if self.switch.opened is not None:
                self.switch.opened.project.save()
            case "choose_file":
                self.choose_file()
            case "choose_encoding":
                self._files.choose_encoding()
            case "save_copy":
                self.switch.save_copy()
            case "open_project":
                self.open_path(folder)
            case "show_folder":
                QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
            case "copy_details" if self.banner.problem is not None:
                QApplication.clipboard().setText(self.banner.problem.details)
            case _:
                pass

    # --- closing ------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Closes; asks first while a run trains. A second wish to close is not argued with."""
        if self.switch.active_runs and not self.closing.is_settled:
            event.ignore()
            self.closing.ask()
            return
        save_geometry(self, self._preferences)
        self.hide()
        self.stage.close()
        if self._run_link is not None:
            self._run_link.close()
            self._run_link = None
        self.switch.close()
        self._engines.shut_down()
        event.accept()
