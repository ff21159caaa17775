"""Starting the app: nothing heavy in the window's process, and words where there is no display."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtWidgets import QWidget

import gui.pages
from gui.state.page_context import PageEntry
from gui.window.page_registry import find_pages

ROOT = Path(__file__).parents[2]


def _python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    return subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=ROOT,
        env=inherited | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_window_never_loads_a_model() -> None:
    found = _python(
        "import sys, gui.app, gui.main_window, gui.pages\n"
        "from gui.window.page_registry import find_pages\n"
        "find_pages(gui.pages)\n"
        "print([name for name in ('torch', 'transformers', 'datasets', 'peft', 'accelerate', 'sklearn')"
        " if name in sys.modules])"
    )
    assert found.stdout.strip() == "[]", found.stderr


def test_without_a_display_it_says_what_to_do_instead() -> None:
    found = _python(
        "import sys; sys.argv = ['thaw']; from gui.__main__ import main; sys.exit(main())", QT_QPA_PLATFORM=""
    )
    assert found.returncode == 2
    assert "no display" in found.stderr
    assert "thaw-engine train" in found.stderr
    assert "Traceback" not in found.stderr


def test_help_needs_no_qt() -> None:
    found = _python(
        "import sys; from gui.__main__ import main\n"
        "try: main(['--help'])\n"
        "finally: print('PySide6' in sys.modules)"
    )
    assert "--sample ID" in found.stdout
    assert found.stdout.strip().endswith("False")


def test_all_pages_are_found_in_the_order_of_the_rail() -> None:
    rail = [page.id for page in find_pages(gui.pages) if page.on_rail]
    assert rail == ["data", "setup", "train", "results", "try", "export"]


def _package(folder: Path, files: dict[str, str]) -> ModuleType:
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    package = ModuleType(folder.name)
    package.__path__ = [str(folder)]
    return package


_PAGE = (
    "from PySide6.QtWidgets import QWidget\n"
    "from gui.state.page_context import PageEntry\n"
    "PAGE = PageEntry(id='{id}', title='New', icon='data', order=7, build=lambda context: QWidget())\n"
)


def test_a_new_page_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = _package(tmp_path / "new_pages", {"lab": _PAGE.format(id="lab"), "_parts": "raise SystemExit"})
    monkeypatch.setitem(sys.modules, "new_pages", package)
    (page,) = find_pages(package)
    assert isinstance(page, PageEntry)
    assert (page.id, page.title) == ("lab", "New")
    assert page.build is not QWidget


def test_a_page_without_its_constant_or_with_a_taken_id_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = _package(tmp_path / "odd_pages", {"lab": "PAGES = 3"})
    monkeypatch.setitem(sys.modules, "odd_pages", package)
    with pytest.raises(TypeError, match=r"odd_pages.lab must end in a constant PAGE"):
        find_pages(package)
    twice = _package(tmp_path / "twin_pages", {name: _PAGE.format(id="lab") for name in ("one", "two")})
    monkeypatch.setitem(sys.modules, "twin_pages", twice)
    with pytest.raises(TypeError, match="a page 'lab' already"):
        find_pages(twice)


def test_no_widget_ties_a_lambda_to_what_outlives_it() -> None:
    """Qt lets go of a bound method when its widget is deleted; of a lambda it does not know whose it is."""
    lasting = re.compile(
        r"(context|engines|workspace|preferences|layout|project|runs|advisor|theme)\.\w+\.connect\(\s*lambda"
    )
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for folder in ("pages", "widgets")
        for path in sorted((ROOT / "gui" / folder).glob("*.py"))
        for match in lasting.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
