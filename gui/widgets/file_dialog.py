"""The system's dialogs for choosing a file of texts or a project, and where rows are saved."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.protocol.catalog import Catalog

_ALL = "All files (*)"
_FORMS = ("CSV, for spreadsheets (*.csv)", "JSON lines (*.jsonl)", "Parquet (*.parquet)")


def file_filters(catalog: Catalog | None, *, projects: bool = False) -> str:
    """Returns what a dialog offers, e.g. ``"Texts (*.csv *.xlsx);;All files (*)"``.

    Args:
        catalog: Knows how files end that can be read; ``None`` while the engine is not ready.
        projects: Whether projects may be chosen too.
    """
    if catalog is None:
        return _ALL
    patterns = " ".join(f"*{ending}" for ending in catalog.file_endings)
    texts = f"Texts and projects ({patterns} project.toml)" if projects else f"Texts ({patterns})"
    return f"{texts};;{_ALL}"


def ask_where_to_save(parent: QWidget, name: str, take: Callable[[str], object]) -> None:
    """Lets the person choose where rows go, without waiting for it.

    Args:
        parent: Where it belongs.
        name: Of the new file, without its ending.
        take: Called with the path that was chosen.
    """
    dialog = QFileDialog(parent, "Save the rows", f"{name}.csv", ";;".join(_FORMS))
    dialog.setObjectName("save_dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(take)
    dialog.open()


def ask_for_folder(parent: QWidget, title: str, take: Callable[[str], object]) -> None:
    """Lets the person choose a folder, without waiting for it.

    Args:
        parent: Where it belongs.
        title: E.g. ``"Open a folder of texts"``.
        take: Called with the path that was chosen.
    """
    dialog = QFileDialog(parent, title)
    dialog.setObjectName("folder_dialog")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, on=True)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(take)
    dialog.open()


def ask_for_file(
    parent: QWidget,
    title: str,
    catalog: Catalog | None,
    take: Callable[[list[str]], object],
    *,
    projects: bool = False,
) -> None:
    """Lets the person choose, without waiting for it.

    Args:
        parent: Where it belongs.
        title: E.g. ``"Open a file"``.
        catalog: Knows how files end that can be read.
        take: Called with the paths that were chosen.
        projects: Whether projects may be chosen too.
    """
    dialog = QFileDialog(parent, title, "", file_filters(catalog, projects=projects))
    dialog.setObjectName("file_dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(take)
    dialog.open()
