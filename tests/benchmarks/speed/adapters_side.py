"""Bottleneck adapters by the ``adapters`` library, in its own environment: it wants an older transformers.

Nothing of Thaw is imported; the lesson says what Thaw's run reads. The network has the same mean-pooled
head, and the adapters stand where Thaw puts them (Houlsby 2019), as wide and with the same bend.
"""

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

from tests.benchmarks.speed.trainer_run import train, what_learns


class PooledModel(nn.Module):
    """A network with a linear head on the mean over a text's word pieces."""

    _keys_to_ignore_on_save = None  # the Trainer asks every model for it

    def __init__(self, backbone: Any, classes: int) -> None:
        super().__init__()
        self.backbone = backbone
        self.dropout = nn.Dropout(getattr(backbone.config, "hidden_dropout_prob", 0.0))
        self.head = nn.Linear(backbone.config.hidden_size, classes)
        nn.init.normal_(self.head.weight, std=getattr(backbone.config, "initializer_range", 0.02))
        nn.init.zeros_(self.head.bias)

    def state_dict(self, *given: Any, **named: Any) -> Any:
        """Returns what learns: the library, too, saves that only."""
        return what_learns(self, super().state_dict(*given, **named))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, labels: torch.Tensor | None = None
    ) -> dict[str, torch.Tensor]:
        """Returns logits, and the loss where there are labels."""
        hidden = self.backbone(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask[..., None].to(hidden.dtype)
        logits = self.head(self.dropout((hidden * mask).sum(dim=1) / mask.sum(dim=1)))
        if labels is None:
            return {"logits": logits}
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


def main() -> None:
    """Trains once and prints what it took as JSON."""
    import adapters  # type: ignore[import-not-found]  # it is in the other environment
    from transformers import AutoModel, PreTrainedTokenizerFast

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("lesson", type=Path)
    lesson = json.loads(parser.parse_args().lesson.read_text(encoding="utf-8"))
    schedule, settings = lesson["schedule"], lesson["settings"]
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as folder:
        torch.manual_seed(int(schedule["seed"]))
        backbone = AutoModel.from_pretrained(lesson["model"], dtype=torch.float32, add_pooling_layer=False)
        adapters.init(backbone)
        shape = adapters.DoubleSeqBnConfig(
            reduction_factor=int(settings["reduction_factor"]), non_linearity="gelu"
        )
        backbone.add_adapter("own", config=shape)
        backbone.train_adapter("own")
        backbone.set_active_adapters("own")
        model = PooledModel(backbone, lesson["classes"])
        body = [one for one in backbone.parameters() if one.requires_grad]
        decay = float(schedule["weight_decay"])
        groups = [
            {
                "params": [one for one in some if (one.dim() > 1) is decays],
                "lr": float(schedule[rate]),
                "weight_decay": decay if decays else 0.0,
            }
            for some, rate in ((body, "learning_rate"), ([*model.head.parameters()], "head_learning_rate"))
            for decays in (True, False)
        ]
        # It only pads, and its class may be one that the older transformers does not know.
        file = str(Path(lesson["model"]) / "tokenizer.json")
        padding = {"tokenizer_file": file, "pad_token": lesson["pad_token"]}
        tokenizer = PreTrainedTokenizerFast(**padding)  # type: ignore[no-untyped-call]  # the library has no types
        schedule |= {"device": lesson["device"], "sixteen_bits": False}
        side = train(model, groups, tokenizer, lesson["parts"], schedule, Path(folder))
    side["versions"]["adapters"] = importlib.metadata.version("adapters")
    print(json.dumps(side))


if __name__ == "__main__":
    main()
