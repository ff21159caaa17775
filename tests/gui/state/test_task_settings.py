"""Settings of the task itself: chosen once, they hold for every method, and the rows are read by them."""

from __future__ import annotations

import msgspec
import pytest

from engine.protocol.config import RunConfig
from engine.protocol.data_facts import ColumnFacts
from engine.protocol.fields import Choice, ChoiceField
from engine.protocol.problems import Action
from gui.state.draft_repairs import repair_draft
from gui.state.project import Project
from tests.gui.recorded_events import table
from tests.gui.sample_facts import CATALOG

ANSWERS = ChoiceField(
    name="answers",
    label="Answers",
    help="What stands in the column of answers.",
    section="task",
    default="one",
    choices=(Choice("one", "One label"), Choice("several", "Several labels")),
)
TASK = msgspec.structs.replace(CATALOG.tasks[0], fields=(ANSWERS,))
WITH_SETTING = msgspec.structs.replace(CATALOG, tasks=(TASK, *CATALOG.tasks[1:]))
SEVERAL = Action(id="set_settings", label="Several labels", arguments={"answers": "several"})


@pytest.fixture
def ready(project: Project) -> Project:
    project.use_catalog(WITH_SETTING)
    project.set_task(TASK.id)
    return project


def test_a_finding_about_the_answers_sets_what_holds_for_every_method(ready: Project) -> None:
    assert repair_draft(SEVERAL, ready, WITH_SETTING)
    assert ready.task_settings == {"answers": "several"}
    for method in ("low_rank", "thaw_all"):
        ready.set_method(method)
        assert ready.draft is not None
        assert ready.draft.settings == {"answers": "several"}


def test_it_stands_beside_the_methods_own_and_goes_with_undo(ready: Project) -> None:
    ready.set_method("low_rank")
    ready.set_settings({"answers": "several", "rank": 4})
    assert ready.settings == {"answers": "several", "rank": 4}
    assert ready.choices.settings == {"low_rank": {"rank": 4}}
    ready.undo_stack.undo()
    assert ready.settings == {}


def test_back_to_recommended_takes_both_back(ready: Project) -> None:
    ready.set_settings({"answers": "several"})
    ready.reset_settings()
    assert ready.settings == {}


def test_a_runs_setup_comes_back_in_its_places(ready: Project) -> None:
    assert ready.data is not None
    settings = {"answers": "several", "rank": 2}
    ready.take_choices_of(RunConfig(data=ready.data, task=TASK.id, method="low_rank", settings=settings))
    assert ready.task_settings == {"answers": "several"}
    assert ready.choices.settings["low_rank"] == {"rank": 2}


def test_a_column_of_lists_chooses_several_labels_and_leaves_with_the_column(project: Project) -> None:
    label = msgspec.structs.replace(TASK.roles[1], of_lists={"answers": "several"})
    task = msgspec.structs.replace(TASK, roles=(TASK.roles[0], label))
    project.use_catalog(msgspec.structs.replace(CATALOG, tasks=(task, *CATALOG.tasks[1:])))
    lists = ColumnFacts(name="aspects", role="label", reason="lists", is_list=True, holds_lists=True)
    facts = msgspec.structs.replace(table(), columns=(*table().columns[:1], lists))
    text = facts.columns[0].name
    assert project.choices.data is not None
    unread = msgspec.structs.replace(project.choices.data, columns={})
    project._apply({"data": unread})
    project.take_table(facts)
    assert project.task_settings == {"answers": "several"}
    project.reset_settings()
    assert project.task_settings == {"answers": "several"}  # what the column asks for is recommended
    project.set_columns({"text": text, "label": text})
    assert project.task_settings == {}
    project.undo_stack.undo()
    assert project.task_settings == {"answers": "several"}
    project.set_settings({"answers": "one"})
    project.set_columns({"text": "", "label": "aspects"})
    assert project.task_settings == {"answers": "several"}


def test_other_rows_are_read_when_it_changes(ready: Project) -> None:
    told: list[bool] = []
    ready.data_changed.connect(lambda: told.append(True))
    ready.set_settings({"answers": "several"})
    assert told
