"""A model of a billion random weights: how fast a large one learns does not depend on what it knows."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from engine.models.sources import resolve
from tests.benchmarks.speed.plan import MINILM


def make_large_model(folder: Path, words: str = MINILM, *, blocks: int = 16, width: int = 2048) -> int:
    """Saves a random network of Llama 3.2's shape at 1 B.

    Args:
        folder: Where to; nothing is done where a model is there already.
        words: Id or folder of the model whose word pieces it reads.
        blocks: How many.
        width: Of its hidden states.

    Returns:
        How many numbers it has.
    """
    tokenizer = AutoTokenizer.from_pretrained(resolve(words).folder)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=blocks,
        num_attention_heads=width // 64,
        num_key_value_heads=width // 256,
        max_position_embeddings=512,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=True,
    )
    with torch.device("meta"):
        numbers = LlamaForCausalLM(config).num_parameters()
    if not (folder / "model.safetensors").is_file():
        with torch.device("cuda" if torch.cuda.is_available() else "cpu"), torch.random.fork_rng():
            torch.manual_seed(0)
            network = LlamaForCausalLM(config)
        network.cpu().save_pretrained(folder, max_shard_size="100GB")
        tokenizer.save_pretrained(folder)
    return int(numbers)


def main() -> None:
    """Makes one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    print(f"{make_large_model(parser.parse_args().folder):,} numbers")


if __name__ == "__main__":
    main()
