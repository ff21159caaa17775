"""The value that the layer map draws."""

from __future__ import annotations

from engine.protocol.stack import InsertFacts, InsertKind, LayerKind
from gui.widgets.layer_map_rows import HeatFacts, Strip, heat_text
from gui.widgets.layer_map_view import StackView
from gui.widgets.layer_map_words import row_tooltip
from tests.gui.sample_facts import (
    BLOCK,
    block_ids,
    bottleneck_stack,
    freeze_stack,
    layer_changes,
    lora_stack,
    parts,
    stack,
)


def test_rows_come_from_the_facts_bottom_first() -> None:
    view = StackView.from_facts(freeze_stack())
    assert [row.id for row in view.rows] == ["embeddings", *block_ids(), "head"]
    assert [row.trainable for row in view.rows] == [False] * 4 + [True] * 4
    assert view.blocks == 6
    assert view.trainable_parameters == 3 * BLOCK + 770


def test_the_thaw_line_counts_the_rows_below_it() -> None:
    assert StackView.from_facts(freeze_stack()).thaw_index == 4
    assert StackView.from_facts(stack()).thaw_index == 7
    assert StackView.from_facts(stack(["embeddings", *block_ids()])).thaw_index == 0
    custom = StackView.from_facts(stack(["block.2", "block.5"]))
    assert not custom.is_contiguous
    assert custom.thaw_index == 2


def test_inserts_and_heat_have_no_thaw_line() -> None:
    assert StackView.from_facts(freeze_stack()).shows_thaw_line
    assert not StackView.from_facts(bottleneck_stack()).shows_thaw_line
    assert not StackView.from_facts(freeze_stack(), HeatFacts()).shows_thaw_line


def test_a_wish_changes_the_picture_and_its_counts_before_the_engine_answers() -> None:
    view = StackView.from_facts(freeze_stack()).with_states(
        {"block.3": True, "block.6": False, "head": False}
    )
    assert [row.id for row in view.rows if row.trainable] == ["block.3", "block.4", "block.5", "head"]
    assert view.trainable_parameters == 3 * BLOCK + 770


def test_heat_says_what_is_frozen_what_is_new_and_how_much_the_rest_changed() -> None:
    view = StackView.from_facts(freeze_stack(), HeatFacts.from_changes(layer_changes()))
    texts = {row.id: heat_text(row) for row in view.rows}
    assert texts["block.3"] == "0 %"
    assert texts["block.6"] == "3.41 %"
    assert texts["head"] == "new"
    assert len(view.rows[-2].history) == 12
    before = StackView.from_facts(freeze_stack(), HeatFacts.from_changes([]))
    assert heat_text(before.rows[-2]) == "…"


def test_a_frozen_layer_that_moved_is_not_hidden() -> None:
    view = StackView.from_facts(freeze_stack(), HeatFacts({"block.1": 0.5}))
    assert heat_text(view.rows[1]) == "0.50 %"
    view = StackView.from_facts(freeze_stack(), HeatFacts({"block.1": 9.99, "block.2": 22.84}))
    assert [heat_text(row) for row in view.rows[1:3]] == ["9.99 %", "23 %"]


def test_many_equal_blocks_become_groups_that_open() -> None:
    facts = stack(block_ids(32)[24:], blocks=32)
    view = StackView.from_facts(facts)
    assert [row.title for row in view.rows] == [
        "Word embeddings",
        "Blocks 1–24, frozen",
        "Blocks 25–32, trainable",
        "Task head",
    ]
    assert view.rows[1].parameters == 24 * BLOCK
    assert view.rows[1].ids[-1] == "block.24"
    opened = StackView.from_facts(facts, open_groups={"block.25"})
    assert len(opened.rows) == 11
    assert len(StackView.from_facts(stack(blocks=24)).rows) == 26


def test_shared_layers_say_so() -> None:
    view = StackView.from_facts(stack(blocks=1, times=12))
    assert view.rows[1].title == "Block 1 × 12, shared"


def test_inserts_stand_among_the_pieces_of_an_opened_block() -> None:
    row = StackView.from_facts(lora_stack()).rows[1]
    labels = [piece.label for piece in row.pieces if piece.is_new]
    assert labels == ["Low-rank update on query", "Low-rank update on value"]
    assert row.new_parameters == 12_288
    assert [piece.label for piece in row.parts[0].pieces][:4] == ["Query", "Key", "Value", "Output"]


def test_a_part_of_which_only_norms_or_biases_move_carries_a_strip() -> None:
    from msgspec.structs import replace

    def with_pieces(piece_id: str, moving: int) -> StackView:
        attention = parts(False)[0]
        pieces = tuple(
            replace(piece, trainable_parameters=moving if piece.id == piece_id else 0)
            for piece in attention.pieces
        )
        part = replace(attention, pieces=pieces, trainable_parameters=moving)
        facts = stack()
        block = replace(facts.layers[1], parts=(part,), trainable_parameters=moving)
        return StackView.from_facts(replace(facts, layers=(facts.layers[0], block, *facts.layers[2:])))

    assert with_pieces("attention.norm", 768).rows[1].parts[0].strip is Strip.NORM
    biased = with_pieces("attention.query", 384)
    assert biased.rows[1].parts[0].strip is Strip.BIAS
    assert not biased.rows[1].trainable
    assert not biased.shows_thaw_line


def test_what_thaws_later_is_frozen_until_then_and_says_when() -> None:
    from msgspec.structs import replace

    facts = stack(["embeddings", *block_ids()])
    layers = tuple(
        replace(layer, thaws_at=1.0 if layer.id in ("block.5", "block.6") else 2.0)
        if not layer.is_new
        else layer
        for layer in facts.layers
    )
    facts = replace(facts, layers=layers)
    setup = StackView.from_facts(facts)
    assert [row.scheduled for row in setup.rows] == [*["epoch 3"] * 5, *["epoch 2"] * 2, ""]
    assert [row.trainable for row in setup.rows] == [*[False] * 7, True]
    assert not setup.shows_thaw_line
    assert {part.strip for row in setup.rows for part in row.parts} == {Strip.NONE}
    assert not any(piece.trainable for row in setup.rows for piece in row.pieces)
    assert setup.trainable_parameters == facts.total_parameters
    assert "It thaws at epoch 2." in row_tooltip(setup, setup.rows[6], interactive=False)
    short = replace(facts, layers=tuple(replace(one, thaws_at=0.3334) for one in layers))
    assert StackView.from_facts(short).rows[0].scheduled == "epoch 0.3"
    later = StackView.from_facts(facts, epoch=1.0)
    assert [row.trainable for row in later.rows] == [*[False] * 5, True, True, True]
    assert {row.scheduled for row in StackView.from_facts(facts, epoch=2.0).rows} == {""}


def test_tags_of_words_are_counted_as_kinds_too() -> None:
    """Data counts kinds, the head has two tags for most of them; both numbers stand side by side."""
    tags = StackView.from_facts(stack(classes=("B-LOC", "B-PER", "I-LOC", "O")))
    head = tags.rows[-1]
    assert head.detail == "384 numbers → 4 labels, 2 kinds"
    assert "It knows 2 kinds: B- tags the first word" in row_tooltip(tags, head, interactive=True)
    assert "kinds" not in row_tooltip(tags, tags.rows[1], interactive=True)
    labels = StackView.from_facts(stack(classes=("ham", "spam")))
    assert labels.rows[-1].detail == "384 numbers → 2 labels"


def test_every_insert_has_words() -> None:
    for kind in InsertKind:
        facts = stack(inserts=[InsertFacts(kind=kind, part="attention", parameters=10)])
        assert any(piece.is_new and piece.label for piece in StackView.from_facts(facts).rows[1].pieces)
    assert StackView.from_facts(stack()).rows[0].kind is LayerKind.EMBEDDINGS
