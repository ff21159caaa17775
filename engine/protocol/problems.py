"""Problems: what can go wrong, in words a person can act on.

A problem says what happened (``title``), why with the person's own names and numbers (``reason``),
one next step (``fix``) and what is safe. Functions that make a particular problem stand in the
``*_problems`` modules beside this one, one for each part of the work, so that every sentence a
person may read about trouble is found in this room.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from engine.protocol.repairs import Repair


class Severity(StrEnum):
    """How much a problem stands in the way."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """A button that does the fix.

    Attributes:
        id: What to do: ``choose_column``, ``choose_file``, ``choose_folder``, ``choose_encoding``,
            ``choose_sheet``, ``choose_header_row``,
            ``use_built_in_model``, ``change_settings``, ``set_settings``, ``resume``, ``show_data``,
            ``continue_anyway``, ``copy_details``, ``use_method``, ``train_again``,
            ``restart_engine``, ``save_project``, ``open_project``, ``show_folder``, ``use_device``,
            ``download_model``, ``download_data_set``, ``search_models``, ``open_page``, ``repair``,
            ``undo_repair``, ``change_split``, ``use_rows``, ``train_missing_folds``.
        label: The words on the button, a verb first.
        arguments: What the action needs, e.g. ``{"method": "lora"}`` or ``{"batch_size": "8"}``.
        note: What it costs and what it keeps, one sentence.
        repair: The step that ``repair`` adds to those of the data.
    """

    id: str
    label: str
    arguments: dict[str, str] = {}
    note: str = ""
    repair: Repair | None = None


class ComparedTexts(msgspec.Struct, frozen=True, kw_only=True):
    """Two texts of a file, to be shown side by side.

    Attributes:
        rows: Their row numbers.
        texts: What they say, letter by letter; very long ones are cut.
        alike: How alike they are, 0 to 1.
    """

    rows: tuple[int, int]
    texts: tuple[str, str]
    alike: float


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that went wrong or deserves a look.

    Attributes:
        code: A stable name, e.g. ``"no_such_column"``.
        title: What happened, one short sentence.
        reason: Why, with the person's own file names and numbers.
        fix: One next step.
        safe: What is safe, e.g. ``"Your file was not changed."``; may be empty.
        severity: Error, warning or note.
        actions: Buttons, the suggested one first.
        rows: Row numbers of the file (the first row of data is 1; in a workbook as its program numbers
            them), at most the first 100.
        row_count: How many rows it concerns in all.
        setting: The setting or role that it concerns, for a message under that field.
        compared: Texts that it is about, two by two, the most telling pair first; a few at most.
        details: Technical text for *Copy details*; never shown by itself.
    """

    code: str
    title: str
    reason: str
    fix: str
    safe: str = ""
    severity: Severity = Severity.ERROR
    actions: tuple[Action, ...] = ()
    rows: tuple[int, ...] = ()
    row_count: int = 0
    setting: str = ""
    compared: tuple[ComparedTexts, ...] = ()
    details: str = ""
