"""(IA)³: the weights stay; learned vectors make keys, values and feed-forward stronger or weaker."""

from __future__ import annotations

from engine.contracts import Method, Settings, TaskModel
from engine.models.inserts import keeps_weights_transposed, piece_paths, wrap
from engine.models.parts import ATTENTIONS, FEED_FORWARD, Role
from engine.protocol.catalog import MethodGroup
from engine.training_fields import recommended


def apply(model: TaskModel, _settings: Settings) -> TaskModel:
    """Puts a scaling vector on keys, values and the inside of feed-forward, and freezes the rest.

    Liu et al. 2022, section 3.3: what keys and values say is multiplied, and what goes into the last
    matrix of feed-forward. The vectors start at one, so that the model at first says what it said.
    Where query, key and value are one matrix (GPT-2) its whole output is multiplied, as peft does.
    """
    from peft import IA3Config  # a quarter of a second, and most runs need none of it

    keys_and_values = (Role.KEY, Role.VALUE, Role.QUERY_KEY_VALUE)
    inside = piece_paths(model.backbone, (FEED_FORWARD,), (Role.DOWN,))
    return wrap(
        model,
        IA3Config(
            target_modules=[*piece_paths(model.backbone, ATTENTIONS, keys_and_values), *inside],
            feedforward_modules=inside,
            fan_in_fan_out=keeps_weights_transposed(model.backbone),
        ),
    )


METHOD = Method(
    id="ia3",
    name="(IA)³",
    summary="The weights stay; vectors that scale keys, values and feed-forward learn.",
    group=MethodGroup.INSERTS,
    reference="Liu et al. 2022, Few-Shot Parameter-Efficient Fine-Tuning Is Better and Cheaper",
    settings=(
        recommended("epochs", 6, source="Liu 2022 trains 1,000 steps"),
        recommended(
            "learning_rate",
            3e-2,
            source="Measured on the first sample; Liu 2022, section 3.4, for a larger model: 3e-3",
        ),
    ),
    apply=apply,
)
