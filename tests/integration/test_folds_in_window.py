"""All folds from the window over the real engine: the same numbers as from the command line."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot
from typer.testing import CliRunner

from engine.command_line.commands import app
from engine.protocol.config import SplitConfig
from engine.protocol.run_files import read_run
from gui.engine_client.engines import Engines
from gui.look.theme import Theme
from gui.main_window import MainWindow
from gui.pages.results import ResultsPage
from gui.pages.setup import SetupPage
from gui.state.preferences import MotionChoice, Preferences
from gui.state.workspace import Workspace
from gui.widgets.buttons import Button

pytestmark = pytest.mark.timeout(400)
SLOW = 120_000
"""Milliseconds that an engine may take to load its libraries while other tests use both cores."""
QUICK = {"epochs": 1, "batch_size": 16}


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The window, with an engine that warms up."""
    monkeypatch.setenv("THAW_HOME", str(tmp_path / "home"))
    preferences = Preferences()
    preferences.change(motion=MotionChoice.REDUCED)
    engines = Engines()
    engines.start()
    window = MainWindow(Theme(), engines, Workspace(preferences), preferences)
    qtbot.addWidget(window, before_close_func=_end)
    window.resize(1366, 688)
    window.show()
    return window


def _end(window: MainWindow) -> None:
    window.switch.stop_all()
    window.closing.is_settled = True
    window._engines.shut_down(3.0)


def test_the_window_reaches_what_the_command_line_reaches(
    qtbot: QtBot, window: MainWindow, moods_csv: Path, small_bert: Path, tmp_path: Path
) -> None:
    window.open_path(str(moods_csv))
    qtbot.waitUntil(lambda: window.switch.opened is not None, timeout=SLOW)
    opened = window.switch.opened
    assert opened is not None
    project, runs = opened.project, opened.runs
    qtbot.waitUntil(lambda: project.draft is not None and project.prepared is not None, timeout=SLOW)
    project.set_model(str(small_bert))
    project.set_method("feature_based")
    project.set_settings(dict(QUICK))
    project.change_split(SplitConfig(folds=2, fold=1), None)
    qtbot.waitUntil(lambda: project.is_checked, timeout=SLOW)
    window.go_to("setup")
    page = window.pages.currentWidget()
    assert isinstance(page, SetupPage)
    page.findChild(Button, "train_one_fold").click()  # type: ignore[union-attr]  # it is there
    qtbot.waitUntil(lambda: len(runs.finished) == 1 and runs.active is None, timeout=SLOW)
    qtbot.waitUntil(lambda: page.start.text() == "Train the missing fold", timeout=SLOW)

    window.go_to("setup")
    page.start.click()
    qtbot.waitUntil(lambda: len(runs.finished) == 2 and runs.active is None, timeout=2 * SLOW)
    assert [run.config.data.split.fold for run in runs.runs] == [1, 0]
    window.go_to("results")
    results = window.pages.currentWidget()
    assert isinstance(results, ResultsPage)
    qtbot.waitUntil(lambda: results.one._pooling.pooled is not None, timeout=SLOW)
    pooled = results.one._pooling.pooled
    assert pooled is not None
    assert results.one.folds.together.isVisible()
    assert pooled.rows == 80

    settings = [word for name, value in QUICK.items() for word in ("--set", f"{name}={value}")]
    words = ["train", "--data", moods_csv, "--model", small_bert, "--method", "feature_based", *settings]
    out = tmp_path / "runs"
    told = CliRunner().invoke(
        app, [*map(str, words), "--all-folds", "--split", "folds=2", "--out", str(out), "--json"]
    )
    assert told.exit_code == 0, told.output
    summary = msgspec.json.decode(told.stdout_bytes.splitlines()[-1])
    same = msgspec.json.decode(msgspec.json.encode(pooled))
    for name in ("metric", "rows", "wrong", "folds", "mean", "spread", "pooled"):
        assert same[name] == summary[name], name
    assert read_run(min(out.iterdir())).settings == runs.runs[1].config.settings
