"""Loads adapters that Thaw has written for AdapterHub with the ``adapters`` library itself, and compares.

The library wants an older transformers than Thaw has, so it lives in an environment of its own:

    python -m venv adapters-env && adapters-env/bin/pip install "adapters==1.3.0" torch
    THAW_ADAPTERS_PYTHON=adapters-env/bin/python python -m pytest tests/engine/export/test_adapterhub.py

The test runs this file there. It reads ``cases.json`` in a folder and, for each case, asks the base model
with the loaded adapter, as the plain network and as the library's own class with heads; it prints a line of
JSON: name → largest difference of the last hidden states, and of the logits where the head could be written
too, from those that Thaw has saved.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Compares each case."""
    import adapters
    import torch
    from transformers import AutoModel

    folder = Path(sys.argv[1])
    found = {}
    for case in json.loads((folder / "cases.json").read_text()):
        inputs = {name: torch.tensor(rows) for name, rows in case["inputs"].items()}
        wanted = torch.tensor(case["hidden"])
        plain = AutoModel.from_pretrained(case["base"], dtype=torch.float32)
        adapters.init(plain)
        own = adapters.AutoAdapterModel.from_pretrained(case["base"], dtype=torch.float32)
        apart = []
        for model in (plain, own):
            for safe in (False, True):
                missing: dict[str, list[str]] = {}
                name = model.load_adapter(
                    case["folder"],
                    load_as=f"thaw_{safe}",
                    with_head=False,
                    use_safetensors=safe,
                    loading_info=missing,
                    set_active=True,
                )
                if missing.get("missing_keys") or missing.get("unexpected_keys"):
                    raise SystemExit(f"{case['name']}: {missing}")
                model.set_active_adapters(name)
                model.eval()
                with torch.no_grad():
                    hidden = model.base_model(**inputs).last_hidden_state
                    model.set_active_adapters(None)
                    bare = model.base_model(**inputs).last_hidden_state
                if float((hidden - bare).abs().max()) < 1e-4:
                    raise SystemExit(f"{case['name']}: the adapter says nothing.")
                apart.append(float((hidden - wanted).abs().max()))
        if "logits" in case:
            name = own.load_adapter(case["folder"], load_as="with_head", set_active=True)
            own.eval()
            with torch.no_grad():
                logits = own(**inputs, head=name).logits
            apart.append(float((logits - torch.tensor(case["logits"])).abs().max()))
        found[case["name"]] = max(apart)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
