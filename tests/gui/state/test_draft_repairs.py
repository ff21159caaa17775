"""What a problem suggests, done to the draft."""

from __future__ import annotations

import msgspec
import pytest

from engine.protocol.catalog import Catalog
from engine.protocol.config import SplitConfig
from engine.protocol.problems import Action, Problem
from engine.protocol.split_problems import row_limit_too_small, split_out_of_range
from gui.state.draft_repairs import repair_draft
from gui.state.project import Project
from tests.gui.sample_facts import CATALOG

USE_BUILT_IN = Action(id="use_built_in_model", label="Use the built-in model")


def catalog(network: str) -> Catalog:
    """The made-up catalog, its task on a network, with a model for each of two networks."""
    (reader,) = CATALOG.models
    reader = msgspec.structs.replace(reader, networks=("encoder",))
    writer = msgspec.structs.replace(reader, id="writer", networks=("encoder", "causal_lm"))
    task = msgspec.structs.replace(CATALOG.tasks[0], network=network)
    return msgspec.structs.replace(CATALOG, tasks=(task,), models=(reader, writer))


@pytest.mark.parametrize(
    ("network", "model"), [("encoder", "minilm"), ("causal_lm", "writer"), ("seq2seq_lm", "minilm")]
)
def test_the_built_in_model_is_one_that_can_do_the_task(network: str, model: str, project: Project) -> None:
    project.use_catalog(catalog(network))
    project.set_model("/somewhere/else")
    assert repair_draft(USE_BUILT_IN, project, project.catalog)
    assert project.choices.model == model
    named = msgspec.structs.replace(USE_BUILT_IN, arguments={"model": "writer"})
    assert repair_draft(named, project, project.catalog)
    assert project.choices.model == "writer"


def _do(problem: Problem, project: Project) -> None:
    assert repair_draft(problem.actions[0], project, CATALOG)


def test_rows_are_divided_as_a_problem_suggests_and_back(project: Project) -> None:
    project.change_split(SplitConfig(test=0.9, seed=4), None)
    _do(split_out_of_range(0.15, 0.9), project)
    assert project.data is not None
    assert project.data.split == SplitConfig(seed=4)
    in_folds = Action(id="change_split", label="", arguments={"folds": "5", "part_column": ""})
    assert repair_draft(in_folds, project, CATALOG)
    assert project.data.split == SplitConfig(seed=4, folds=5, part_column="")
    project.undo_stack.clear()
    _do(row_limit_too_small(2, 3), project)
    assert project.data.row_limit == 3
    project.undo_stack.undo()
    assert project.data.row_limit is None
