"""Stands in for llama.cpp's converter, which no package brings: a small Llama as GGUF, by ggml-org's library.

``STAND_IN`` in the environment says how: ``well``, ``wrong`` (a matrix upside down), ``broken``, ``slow``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import gguf
from safetensors.numpy import load_file


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--outfile", type=Path)
    parser.add_argument("--outtype")
    asked = parser.parse_args()
    mode = os.environ.get("STAND_IN", "well")
    if os.environ.get("HF_TOKEN"):
        sys.exit("A token came through.")
    if mode == "broken":
        sys.exit("BPE pre-tokenizer was not recognized - update get_vocab_base_pre()")
    if mode == "slow":
        asked.outfile.write_bytes(b"half")
        Path(os.environ["STAND_IN_PID"]).write_text(str(os.getpid()))
        time.sleep(60)
    write(asked.folder, asked.outfile, eight_bits=asked.outtype == "q8_0", wrong=mode == "wrong")


def write(folder: Path, to: Path, *, eight_bits: bool, wrong: bool) -> None:
    config = json.loads((folder / "config.json").read_text())
    heads, blocks = config["num_attention_heads"], config["num_hidden_layers"]
    writer = gguf.GGUFWriter(to, "llama")
    writer.add_name("stand-in")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(blocks)
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(config["hidden_size"] // heads)
    writer.add_vocab_size(config["vocab_size"])
    pieces = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(sorted(pieces, key=pieces.__getitem__))
    writer.add_token_scores([0.0] * len(pieces))
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, blocks)
    for name, tensor in load_file(folder / "model.safetensors").items():
        if name.endswith(("q_proj.weight", "k_proj.weight")):  # as llama.cpp turns pairs of numbers
            rows, columns = tensor.shape
            tensor = (
                tensor.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)
            )
        if wrong and name.endswith("v_proj.weight"):
            tensor = tensor[::-1].copy()
        new_name = names.get_name(name, try_suffixes=(".weight",))
        assert new_name, name
        if eight_bits and tensor.ndim == 2:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(new_name, gguf.quants.quantize(tensor, kind), raw_dtype=kind)
        else:
            writer.add_tensor(new_name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
