"""What a problem suggests, done to the draft."""

from __future__ import annotations

import msgspec
import pytest

from engine.protocol.catalog import Catalog
from engine.protocol.problems import Action
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
