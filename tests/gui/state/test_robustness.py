"""Which runs can be compared while noise comes over what they read, and what that says."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.protocol.commands import CancelJob, PreviewNoise
from engine.protocol.config import SplitConfig
from engine.protocol.results import NoisePoint, Score
from gui.engine_client.engines import Engines
from gui.pages.results import PAGE, ResultsPage
from gui.state import robustness
from gui.state.noise_trial import NoiseTrial
from gui.state.page_context import PageContext
from gui.state.project import Project
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.test_results import add_run
from tests.gui.recorded_events import NOISY, result
from tests.gui.sample_facts import CATALOG

METRIC = CATALOG.tasks[0].metrics[0]


def tried(last: float, noise: str = "typos", rows: int = 465):
    """Returns a result that was tried with noise."""
    points = [
        NoisePoint(share=share, scores={"macro_f1": Score(value=value, low=value - 0.02, high=value + 0.02)})
        for share, value in ((0.0, 0.95), (0.3, last))
    ]
    scores = {**result().scores, **points[0].scores}
    tested = msgspec.structs.replace(result(), scores=scores)
    return msgspec.structs.replace(tested, by_noise=tuple(points), noise=noise, noise_rows=rows)


@pytest.fixture
def page(context: PageContext, qtbot: QtBot) -> ResultsPage:
    made = PAGE.build(context)
    assert isinstance(made, ResultsPage)
    qtbot.addWidget(made)
    made.resize(1364, 808)
    made.show()
    qtbot.waitUntil(lambda: context.engines.catalog is not None)
    return made


def test_checked_runs_with_the_same_noise_stand_in_one_chart(page: ResultsPage, context: PageContext) -> None:
    kinds = [tried(0.70), tried(0.80), tried(0.85, noise="OCR confusions"), result(), tried(0.75)]
    added = [add_run(context, f"run {number}", one, color=number) for number, one in enumerate(kinds, 1)]
    first, second, _, old, last = added
    page.show_run(last)
    shown = page.one.robustness.plot.noise_curves
    assert [one.number for one in shown] == [5, 1, 2]
    assert page.one.robustness.accessibleDescription() == (
        "Macro F1 with more and more noise. "
        "Every run reads all 465 texts of the final test with the same noise. Upright lines: the 95 % "
        "interval of this run's score. 1 more run was tried with other noise."
    )
    assert not page.one.robustness.isVisible()
    page.one.below._segments["robustness"].click()
    assert page.one.robustness.isVisible()
    assert not page.one.answers.isVisible()
    page.one.confusion.pair_chosen.emit(("happy", "upset"))  # who clicks a cell wants to see its texts
    assert page.one.answers.isVisible()
    page.one.below._segments["robustness"].click()
    context.runs.set_checked(first, False)
    assert robustness.compared(last, context.runs.finished).runs == (last, second)
    page.show_run(old)
    assert not page.one.robustness.plot.isVisible()


def test_runs_with_other_test_rows_are_not_compared(context: PageContext) -> None:
    """Folds have tests of one size, and of other rows."""
    first, second, third = (add_run(context, f"run {last}", tried(last)) for last in (0.70, 0.80, 0.79))
    for run, fold in ((first, 0), (second, 1), (third, 0)):
        data = msgspec.structs.replace(run.config.data, split=SplitConfig(folds=5, fold=fold))
        run.config = msgspec.structs.replace(run.config, data=data)
    assert robustness.compared(first, context.runs.finished) == robustness.Compared((first, third))


def test_runs_that_learned_another_column_are_not_compared(context: PageContext) -> None:
    first, second, third = (add_run(context, f"run {last}", tried(last)) for last in (0.70, 0.80, 0.79))
    data = msgspec.structs.replace(second.config.data, columns={"text": "comment", "label": "class"})
    second.config = msgspec.structs.replace(second.config, data=data)
    assert robustness.compared(first, context.runs.finished) == robustness.Compared((first, third))
    assert robustness.compared(second, context.runs.finished) == robustness.Compared((second,))


def test_the_finding_says_who_holds_best_and_whether_that_is_sure(context: PageContext) -> None:
    first, second, third = (add_run(context, f"run {last}", tried(last)) for last in (0.70, 0.80, 0.79))
    said = robustness.finding((first,), METRIC, CATALOG, context.runs.names(CATALOG))
    assert said.startswith(
        "Macro F1 goes from 0.950 without noise to 0.700 with typos at 30 %. Train on noisy"
    )
    unmoved = add_run(context, "unmoved", tried(0.95))
    said = robustness.finding((unmoved,), METRIC, CATALOG, context.runs.names(CATALOG))
    assert said == "Macro F1 stays at 0.950 with typos at 30 %. This noise does it no harm."
    better = add_run(context, "better", tried(0.97))
    said = robustness.finding((better,), METRIC, CATALOG, context.runs.names(CATALOG))
    assert said.endswith(
        "goes from 0.950 without noise to 0.970 with typos at 30 %. This noise does it no harm."
    )
    said = robustness.finding((first, second), METRIC, CATALOG, context.runs.names(CATALOG))
    assert said.endswith("holds better there: 0.800.")
    said = robustness.finding((third, second), METRIC, CATALOG, context.runs.names(CATALOG))
    assert said.endswith("holds better there: 0.800, though their intervals overlap.")
    said = robustness.finding((second, first), METRIC, CATALOG, context.runs.names(CATALOG))
    assert said.endswith("No other run holds better there.")


def test_some_of_many_rows_are_told_as_such() -> None:
    some = msgspec.structs.replace(tried(0.7, rows=500), rows=2_000)
    assert robustness.conditions(some, 0, "posts").startswith(
        "Every run reads 500 posts of the 2,000 posts of the final test with the same noise."
    )


def test_only_the_last_wish_for_noisy_texts_counts(
    qtbot: QtBot, project: Project, engines: Engines, fake_clients: list[FakeClient]
) -> None:
    qtbot.waitUntil(lambda: engines.is_warm)
    qtbot.waitUntil(lambda: bool(project.task))
    trial = NoiseTrial(project, engines, engines, debounce=0)
    with qtbot.waitSignal(trial.previewed) as told:
        trial.ask({"noise_share": 0.1})
        trial.ask({"noise_share": 0.2})
    assert told.args == [NOISY]
    asked = [one for client in fake_clients for one in client.commands if isinstance(one, PreviewNoise)]
    assert [one.settings for one in asked] == [{"noise_share": 0.2}]
    assert not [one for client in fake_clients for one in client.commands if isinstance(one, CancelJob)]


def test_a_curve_of_other_words_than_the_final_test_says_so() -> None:
    assert "clean at every rate" not in robustness.conditions(tried(0.7), 0, "posts")
    other = tried(0.7)
    final = {"macro_f1": Score(value=0.9, low=0.88, high=0.92)}
    told = robustness.conditions(msgspec.structs.replace(other, scores=final), 0, "posts")
    assert "Only words that noise leaves clean at every rate are judged" in told
