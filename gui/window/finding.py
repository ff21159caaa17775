"""What *Find anything* lists, and where each of it leads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from gui.engine_client.engines import Engines
from gui.look.keys import key_words
from gui.state.page_context import OpenProject
from gui.state.run_words import run_name
from gui.widgets.search_entries import SearchEntry
from gui.window.commands import WindowCommand
from gui.window.page_stage import PageStage


class Finding(QObject):
    """Pages and what stands on them, commands, runs and methods; ids are ``"kind:id"``.

    Args:
        stage: The pages.
        commands: What the window can do.
        engines: Know the catalog.
        opened: Returns the open project.
        choose_run: Shows a run by its id.
    """

    def __init__(
        self,
        stage: PageStage,
        commands: Sequence[WindowCommand],
        engines: Engines,
        opened: Callable[[], OpenProject | None],
        choose_run: Callable[[str], None],
    ) -> None:
        super().__init__(stage)
        self._stage = stage
        self._commands = commands
        self._engines = engines
        self._opened = opened
        self._choose_run = choose_run

    def entries(self) -> list[SearchEntry]:
        """Returns everything that can be found now."""
        return [*self._pages(), *self._actions(), *self._of_project(), *self._on_pages()]

    def go_to(self, entry_id: str) -> None:
        """Goes where an entry leads, or does what it says."""
        kind, _, name = entry_id.partition(":")
        opened = self._opened()
        if kind == "page":
            self._stage.go_to(name)
        elif kind == "on_page":
            self._stage.show_entry(*name.split(":", 1))
        elif kind == "command":
            next(command for command in self._commands if command.id == name).do()
        elif kind == "run":
            self._choose_run(name)
        elif kind == "method" and opened is not None:
            opened.project.set_method(name)
            self._stage.go_to("setup")

    def _pages(self) -> list[SearchEntry]:
        keys = {step.id: key_words(f"Ctrl+{number}") for number, step in enumerate(self._stage.steps, 1)}
        return [
            SearchEntry(f"page:{page.id}", "Page", page.title, icon=page.icon, keys=keys.get(page.id, ""))
            for page in self._stage.entries.values()
        ]

    def _actions(self) -> list[SearchEntry]:
        return [
            SearchEntry(
                f"command:{command.id}",
                "Action",
                command.title,
                icon=command.icon,
                keys=key_words(command.keys[0]) if command.keys else "",
                keywords=command.keywords,
            )
            for command in self._commands
            if command.title
        ]

    def _of_project(self) -> list[SearchEntry]:
        opened, catalog = self._opened(), self._engines.catalog
        if opened is None:
            return []
        runs = [
            SearchEntry(f"run:{run.run_id}", "Run", run_name(run, catalog), detail=run.note, icon="train")
            for run in reversed(opened.runs.runs)
        ]
        methods = [
            SearchEntry(f"method:{method.id}", "Method", method.name, method.summary, "layers")
            for method in (catalog.methods if catalog else ())
        ]
        return runs + methods

    def _on_pages(self) -> list[SearchEntry]:
        return [
            SearchEntry(
                f"on_page:{page_id}:{one.id}",
                one.kind,
                one.title,
                one.detail,
                "help" if one.kind == "Help" else "sliders",
                keywords=one.keywords,
            )
            for page_id, one in self._stage.findable()
        ]
