"""Frozen features the usual ways: sentence-transformers with scikit-learn, and SetFit's head.

Both read the training, validation and test rows once, as Thaw does, and solve a logistic regression with
the same strength. Nothing of Thaw is imported.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.metadata
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

_PARTS = ("train", "validation", "test")


def with_scikit_learn(body: Any, solver: LogisticRegression, lesson: dict[str, Any]) -> dict[str, Any]:
    """Returns what is said to the validation and test rows, after encoding each part by itself."""
    read = {name: body.encode(lesson["texts"][name], show_progress_bar=False) for name in _PARTS}
    solver.fit(read["train"], _labels(lesson, "train"))
    return {name: solver.predict(read[name]) for name in _PARTS[1:]}


def with_setfit(body: Any, solver: LogisticRegression, lesson: dict[str, Any]) -> dict[str, Any]:
    """Returns what a SetFit model says whose body stays as it is."""
    model = sys.modules["setfit"].SetFitModel(model_body=body, model_head=solver)
    model.fit(lesson["texts"]["train"], _labels(lesson, "train"), num_epochs=1)
    return {name: model.predict(lesson["texts"][name], use_labels=False) for name in _PARTS[1:]}


KINDS: dict[str, Callable[..., dict[str, Any]]] = {
    "sentence_transformers": with_scikit_learn,
    "setfit": with_setfit,
}


def _labels(lesson: dict[str, Any], part: str) -> list[int]:
    return [row["labels"] for row in lesson["parts"][part]]


def main() -> None:
    """Learns once and prints what it took as JSON."""
    # It is in the other environment only.
    from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found]  # in an environment of its own

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kind", choices=[*KINDS])
    parser.add_argument("lesson", type=Path)
    chosen = parser.parse_args()
    lesson = json.loads(chosen.lesson.read_text(encoding="utf-8"))
    settings = lesson["settings"]
    if chosen.kind == "setfit":
        importlib.import_module("setfit")  # before the clock starts
    with contextlib.redirect_stdout(sys.stderr):
        on_card = str(lesson["device"]).startswith("cuda")
        body = SentenceTransformer(lesson["model"], device=lesson["device"])
        body.max_seq_length = int(settings["max_length"])
        solver = LogisticRegression(C=float(settings["inverse_regularization"]), max_iter=100)
        began = time.perf_counter()
        said = KINDS[chosen.kind](body, solver, lesson)
        seconds = time.perf_counter() - began
    scores = {
        name: float(f1_score(_labels(lesson, name), answers, average="macro"))
        for name, answers in said.items()
    }
    packages = ("torch", "transformers", "sentence-transformers", "scikit-learn", "setfit")
    side = {
        "seconds": seconds,
        "steps": 0,
        "rows": len(lesson["parts"]["train"]),
        "curve": [(seconds, scores["validation"])],
        "score": scores["test"],
        "peak": sys.modules["torch"].cuda.max_memory_reserved() / 1e6 if on_card else 0.0,
        "versions": {
            name: importlib.metadata.version(name)
            for name in packages
            if name != "setfit" or chosen.kind == "setfit"
        },
    }
    print(json.dumps(side))


if __name__ == "__main__":
    main()
