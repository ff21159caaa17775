"""Whether a model was made from the very rows that it is to learn from."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from engine.contracts import BaseModel
from engine.models.sources import built_in_models
from engine.protocol import check_problems
from engine.protocol.config import RunConfig, SplitConfig
from engine.protocol.problems import Problem


def known_rows(run: RunConfig, base: BaseModel) -> list[Problem]:
    """Returns what is to be said where Thaw made the model from rows of the very file that was chosen.

    Args:
        run: What was chosen.
        base: The base model.
    """
    built_in = built_in_models().get(run.model)
    if built_in is None or not built_in.learned_from:
        return []
    path = Path(run.data.path).expanduser()
    if path.is_dir():
        return []
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != built_in.learned_from:
            return []
    usual = SplitConfig()
    chosen = run.data.split
    if msgspec.structs.replace(chosen, part_column=chosen.part_column or None) == usual:
        return [check_problems.rows_known_already(model=base.facts.name)]
    words = f"{usual.validation:.0%} validation, {usual.test:.0%} test, seed {usual.seed}".replace("%", " %")
    return [check_problems.known_rows_are_tested(model=base.facts.name, usual=words)]
