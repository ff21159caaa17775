"""Finds the one constant that each file of a folder of plugins ends in, also in a frozen app."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.resources import files
from types import ModuleType
from typing import TypeVar

Constant = TypeVar("Constant")


def module_names(package: ModuleType) -> list[str]:
    """Returns the names of a package's modules, sorted, without those that start with ``_``.

    Args:
        package: An imported package.
    """
    names = {module.name for module in pkgutil.iter_modules(package.__path__)}
    if not names:  # a freezer whose importer does not list modules: look at the files beside it
        found = (entry.name.split(".") for entry in files(package).iterdir())
        names = {parts[0] for parts in found if parts[-1] in {"py", "pyc"}}
    return sorted(name for name in names if not name.startswith("_"))


def find_constants(package: ModuleType, name: str, kind: type[Constant]) -> Iterator[tuple[str, Constant]]:
    """Yields every module's constant of a name, with the module's name, in alphabetical order.

    Args:
        package: The folder of plugins.
        name: What the constant is called, e.g. ``"METHOD"``.
        kind: What it has to be.

    Raises:
        TypeError: When a module has no such constant, or one of another kind.
    """
    for module_name in module_names(package):
        module = importlib.import_module(f"{package.__name__}.{module_name}")
        constant = getattr(module, name, None)
        if not isinstance(constant, kind):
            raise TypeError(f"{module.__name__} must end in a constant {name} of type {kind.__name__}.")
        yield module_name, constant
