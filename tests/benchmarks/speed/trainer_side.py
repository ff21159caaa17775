"""The other side of most rows: the network that Thaw builds, with the same head, trained by the Trainer."""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.contracts import TaskModel
from engine.training.optimizer import parameter_groups
from tests.benchmarks.speed.lesson import read_setup, rows_of, schedule_of
from tests.benchmarks.speed.trainer_run import train, what_learns


class Plain(nn.Module):
    """A model of Thaw's as the Trainer wants one: named inputs, and a dictionary that comes out."""

    _keys_to_ignore_on_save = None  # the Trainer asks every model for it

    def __init__(self, model: TaskModel) -> None:
        super().__init__()
        self.model = model

    def state_dict(self, *given: Any, **named: Any) -> Any:
        """Returns what learns: peft, too, saves that only."""
        return what_learns(self, super().state_dict(*given, **named))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, labels: torch.Tensor | None = None
    ) -> dict[str, Any]:
        """Returns loss and logits."""
        batch = {"input_ids": input_ids, "attention_mask": attention_mask}
        output = self.model(batch if labels is None else {**batch, "labels": labels})
        return {"loss": output.loss, "logits": output.logits}


def main() -> None:
    """Trains once and prints what it took as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("asked", type=Path, help="JSON with data, method, model, settings, device")
    parser.add_argument("--sixteen-bits", action="store_true", help="compute in bfloat16")
    chosen = parser.parse_args()
    asked = json.loads(chosen.asked.read_text(encoding="utf-8"))
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as folder:
        setup = read_setup(asked)
        torch.manual_seed(setup.run.seed)
        model = setup.build_model()
        setup.task.begin(model, setup.asked["train"])
        groups = parameter_groups(model, setup.settings)
        tokenizer = setup.asked["train"].tokenizer
        schedule = schedule_of(setup) | {"device": str(setup.device), "sixteen_bits": chosen.sixteen_bits}
        side = train(Plain(model), groups, tokenizer, rows_of(setup), schedule, Path(folder))
    if "peft" in sys.modules:
        side["versions"]["peft"] = importlib.metadata.version("peft")
    print(json.dumps(side))


if __name__ == "__main__":
    main()
