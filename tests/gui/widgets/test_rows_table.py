"""The preview: virtual rows, filters, words cut whole, the role of a column."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.catalog import RoleEntry, RoleKind
from engine.protocol.repairs import Repair
from gui.look.theme import Theme
from gui.widgets.role_header import assign_role
from gui.widgets.row_menu import row_menu
from gui.widgets.rows_model import CellRole, RowsModel
from gui.widgets.rows_table import RowsTable, elide_words

ROLES = (RoleEntry(id="text", label="Text to read"), RoleEntry(id="label", label="Answer to learn"))
NAMES = ("message", "kind", "date")
ROWS = [
    ("See you at the cinema", "ham", "1"),
    ("Win a prize now", "spam", "2"),
    ("The prize goes to you,\nsaid the jury", "ham", "3"),
]


class CountingRows(list[tuple[str, ...]]):
    """Rows that count how often one is looked at."""

    looked_at = 0

    def __getitem__(self, place: Any) -> Any:
        self.looked_at += 1
        return super().__getitem__(place)


@pytest.fixture
def table(theme: Theme, qtbot: QtBot) -> RowsTable:
    table = RowsTable(theme)
    qtbot.addWidget(table)
    table.resize(900, 400)
    table.set_table(NAMES, ROWS)
    table.set_roles(ROLES, {"text": "message", "label": "kind"}, "label", {"ham": 1, "spam": 2})
    table.show()
    return table


def test_a_hundred_thousand_rows_are_shown_without_touching_most(theme: Theme, qtbot: QtBot) -> None:
    rows = CountingRows((f"text number {number}", "ham", "1") for number in range(100_000))
    table = RowsTable(theme)
    qtbot.addWidget(table)
    table.resize(900, 600)
    table.set_table(NAMES, rows)
    table.set_roles(ROLES, {"text": "message", "label": "kind"}, "label", {"ham": 1})
    table.show()
    table.grab()
    assert table.rows_model.rowCount() == 100_000
    assert rows.looked_at < 2_000
    last = table.rows_model.index(99_999, 1)
    assert last.data() == "text number 99999"
    assert table.rows_model.index(99_999, 0).data() == "100,000"


def test_cells_hold_number_text_class_and_words(table: RowsTable) -> None:
    model = table.rows_model
    assert model.columnCount() == 5
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in range(5)] == [
        "",
        "message",
        "kind",
        "date",
        "words",
    ]
    assert [model.index(1, column).data() for column in range(5)] == [
        "2",
        "Win a prize now",
        "spam",
        "2",
        "4",
    ]
    assert model.index(1, 2).data(CellRole.CLASS_NUMBER) == 2
    assert model.index(1, 1).data(CellRole.CLASS_NUMBER) is None
    assert model.index(2, 1).data() == "The prize goes to you, said the jury"
    assert model.index(2, 1).data(CellRole.FULL_TEXT) == "The prize goes to you,\nsaid the jury"


def test_search_and_label_filter_keep_the_files_row_numbers(table: RowsTable) -> None:
    model = table.rows_model
    model.set_filter("PRIZE", "")
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["2", "3"]
    model.set_filter("prize", "ham")
    assert [model.file_row(row) for row in range(model.rowCount())] == [3]
    model.set_filter("", "ham")
    assert [model.file_row(row) for row in range(model.rowCount())] == [1, 3]
    model.set_filter("nowhere", "")
    assert model.rowCount() == 0
    model.set_filter("", "")
    assert model.rowCount() == 3


def test_a_label_is_found_among_several_of_a_row(qtbot: QtBot) -> None:
    """A cell that is no label of its own holds several: a list, shown in words, or names between signs."""
    cells = ["price", "price help", "help; price", "time, price range", "pricey", "time", ""]
    model = RowsModel()
    model.set_table(("text", "topics"), [("a text", cell) for cell in cells])
    model.set_meaning(["text"], "topics", {"price": 1, "help": 2, "time": 3, "pricey": 4, "price range": 5})
    found = {}
    for label in ("price", "help", "time", "price range"):
        model.set_filter("", label)
        found[label] = [model.file_row(row) for row in range(model.rowCount())]
    assert found == {"price": [1, 2, 3], "help": [2, 3], "time": [4, 6], "price range": [4]}


def test_a_label_with_a_comma_is_not_taken_for_several(qtbot: QtBot) -> None:
    model = RowsModel()
    model.set_table(("text", "answer"), [("a", "yes"), ("b", "yes, please")])
    model.set_meaning(["text"], "answer", {"yes": 1, "yes, please": 2})
    model.set_filter("", "yes")
    assert [model.file_row(row) for row in range(model.rowCount())] == [1]


def test_without_a_text_column_there_are_no_words(qtbot: QtBot) -> None:
    model = RowsModel()
    model.set_table(NAMES, ROWS)
    assert model.words_column == -1
    assert model.columnCount() == 4


def test_a_double_click_asks_for_the_whole_text(table: RowsTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.text_requested) as asked:
        table.doubleClicked.emit(table.rows_model.index(2, 1))
    assert asked.args == [3, "message", "The prize goes to you,\nsaid the jury"]
    table.setCurrentIndex(table.rows_model.index(0, 0))
    with qtbot.waitSignal(table.text_requested) as asked:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert asked.args == [1, "message", "See you at the cinema"]


def test_choosing_a_role_in_the_menu_says_so(table: RowsTable, qtbot: QtBot) -> None:
    chip = table.role_header.chip("date")
    assert chip.role_label == "Ignore"
    assert chip.accessibleName() == "Role of the column date: Ignore"
    menu = chip.make_menu()
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts == ["Text to read", "Answer to learn", "Ignore"]
    with qtbot.waitSignal(table.role_chosen) as chosen:
        menu.actions()[1].trigger()
    assert chosen.args == ["date", "label"]
    with qtbot.assertNotEmitted(table.role_chosen, wait=50):
        next(action for action in menu.actions() if action.text() == "Ignore").trigger()


def test_chips_stand_in_their_columns(table: RowsTable) -> None:
    header = table.role_header
    for section, name in enumerate(NAMES, start=1):
        chip = header.chip(name)
        left = header.sectionViewportPosition(section)
        assert left <= chip.x() <= chip.geometry().right() <= left + header.sectionSize(section)
    wide = header.chip("message").width()
    assert wide == header.chip("message").sizeHint().width()


def test_columns_that_are_ignored_give_way_to_the_text(table: RowsTable) -> None:
    names = ("received", "sender", "message", "kind")
    rows = [("2026-01-05 09:00:00 in the morning", "somebody at example.org", "a text of words " * 9, "ham")]
    table.set_table(names, rows * 20)
    table.set_roles(ROLES, {"text": "message", "label": "kind"}, "label", {"ham": 1})
    header = table.role_header
    for column in (1, 2):
        assert table.columnWidth(column) == header.needed_width(names[column - 1])
    assert table.columnWidth(3) > table.columnWidth(1) + table.columnWidth(2)


def test_a_text_is_not_cut_short_where_the_table_is_scrolled_anyway(table: RowsTable) -> None:
    names = ("message", "kind", *(f"more.of_the_answer.{number}" for number in range(9)))
    table.set_table(names, [("a text of words " * 9, "ham", *["true"] * 9)] * 20)
    table.set_roles(ROLES, {"text": "message", "label": "kind"}, "label", {"ham": 1})
    assert table.columnWidth(1) >= 280
    table.set_table(names[:3], [("a text of words " * 9, "ham", "true")] * 20)
    table.set_roles(ROLES, {"text": "message", "label": "kind"}, "label", {"ham": 1})
    assert sum(map(table.columnWidth, range(5))) == table.viewport().width()


def test_names_of_columns_are_whole_or_in_their_tooltip(table: RowsTable, theme: Theme) -> None:
    question = "How satisfied are you with the service that you have received at our front desk?"
    names = ("comment", "satisfaction_with_staff", "identifier_of_respondent", question)
    table.set_table(names, [("a text of words", "5", "1", "yes")] * 20)
    table.set_roles(ROLES, {"text": "comment", "label": "satisfaction_with_staff"}, "label", {"5": 1})
    font = QFontMetrics(theme.font("bodyStrong"))
    assert table.columnWidth(2) >= font.horizontalAdvance(names[1]) + 24
    assert table.columnWidth(4) < font.horizontalAdvance(question) / 2
    told = table.rows_model.headerData(4, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert told == question


def test_texts_take_the_room_that_is_left(table: RowsTable) -> None:
    total = sum(table.columnWidth(column) for column in range(table.rows_model.columnCount()))
    assert total == table.viewport().width()
    assert table.columnWidth(1) > table.columnWidth(2)


@pytest.mark.parametrize(
    ("columns", "column", "role", "expected"),
    [
        ({"text": "a", "label": "b"}, "c", "label", {"text": "a", "label": "c"}),
        ({"text": "a", "label": "b"}, "b", "text", {"text": "b", "label": "a"}),
        ({"text": "a", "label": "b"}, "b", "", {"text": "a"}),
        ({"text": "a"}, "b", "label", {"text": "a", "label": "b"}),
        ({"text": "a", "label": "b"}, "a", "text", {"text": "a", "label": "b"}),
    ],
)
def test_a_role_moves_to_a_column(
    columns: dict[str, str], column: str, role: str, expected: dict[str, str]
) -> None:
    assert assign_role(columns, column, role) == expected


@given(
    st.dictionaries(st.sampled_from(["text", "label", "group"]), st.sampled_from("abcd")),
    st.sampled_from("abcd"),
    st.sampled_from(["", "text", "label", "group"]),
)
def test_a_column_never_has_two_roles(columns: dict[str, str], column: str, role: str) -> None:
    unique = {known: name for name, known in {name: known for known, name in columns.items()}.items()}
    changed = assign_role(unique, column, role)
    assert len(set(changed.values())) == len(changed)
    assert (changed.get(role) == column) if role else (column not in changed.values())


def test_texts_are_cut_between_words(theme: Theme) -> None:
    metrics = QFontMetrics(theme.font("body"))
    text = "several words that do not fit into the room"
    for width in range(60, metrics.horizontalAdvance(text), 7):
        cut = elide_words(text, metrics, width)
        assert cut.endswith("…")
        assert metrics.horizontalAdvance(cut) <= width
        kept = cut[:-1]
        assert text.startswith(kept + " ")
    assert elide_words(text, metrics, metrics.horizontalAdvance(text)) == text
    assert elide_words("x" * 500, metrics, 80).endswith("…")


def test_words_of_what_is_learned_do_not_count(table: RowsTable) -> None:
    table.set_table(["tokens", "tags"], [("West 5th Ave", "B-Way I-Way I-Way")])
    roles = (
        RoleEntry(id="tokens", label="Words", kind=RoleKind.WORDS),
        RoleEntry(id="tags", label="Tag of each word", kind=RoleKind.TAGS),
    )
    table.set_roles(roles, {"tokens": "tokens", "tags": "tags"}, "", {})
    model = table.rows_model
    assert model.data(model.index(0, model.words_column)) == "3"
    assert abs(table.columnWidth(1) - table.columnWidth(2)) <= 1  # tags need as much room as words


def test_a_repair_keeps_what_was_searched_for_and_the_place_in_the_table(theme: Theme, qtbot: QtBot) -> None:
    table = RowsTable(theme)
    qtbot.addWidget(table)
    table.resize(600, 300)
    rows = [(f"text {number}", "ham", "1") for number in range(1, 201)]
    table.set_table(NAMES, rows, range(1, 201))
    table.set_roles(ROLES, {"text": "message", "label": "kind"}, "label", {"ham": 1})
    table.show()
    table.setCurrentIndex(table.rows_model.index(120, 1))
    kept = [place for place in range(200) if place % 10]
    table.update_rows([rows[place] for place in kept], [place + 1 for place in kept])
    model = table.rows_model
    assert model.rowCount() == 180
    assert model.file_row(table.currentIndex().row()) == 122  # row 121 is gone, so the next one
    assert table.selected_rows() == (122,)
    assert table.visualRect(table.currentIndex()).intersects(table.viewport().rect())
    model.set_filter("text 19", "")
    table.update_rows(rows[:195], range(1, 196))
    assert [model.file_row(row) for row in range(model.rowCount())] == [19, *range(190, 196)]
    assert model.label_column == 2


def test_rows_are_chosen_and_removed_by_the_keyboard(table: RowsTable, qtbot: QtBot) -> None:
    table.setFocus()
    table.setCurrentIndex(table.rows_model.index(0, 1))
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(table.removal_requested) as asked:
        QTest.keyClick(table, Qt.Key.Key_Delete)
    assert asked.args == [(1, 2)]


def test_the_menu_of_rows_gives_labels_and_removes(theme: Theme, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen: list[Repair] = []
    menu = row_menu(parent, (2, 7), "kind", ["ham", "R&D"], chosen.append)
    labels = menu.findChild(QMenu, "answers")
    assert labels is not None
    assert [action.text() for action in labels.actions()] == ["ham", "R&&D"]
    labels.actions()[1].trigger()
    menu.actions()[-1].trigger()
    assert chosen == [
        Repair(kind="change_cells", columns=("kind",), values={"2": "R&D", "7": "R&D"}),
        Repair(kind="remove_rows", rows=(2, 7)),
    ]
    assert row_menu(parent, (2,), "", [], chosen.append).actions()[0].text() == "Remove row 2"


def test_a_list_is_not_changed_as_a_text_unless_it_is_words_or_tags(theme: Theme, qtbot: QtBot) -> None:
    table = RowsTable(theme)
    qtbot.addWidget(table)
    table.set_table(NAMES, ROWS, (), 0, ["message", "kind"])
    table.set_roles(ROLES, {"text": "message", "label": "kind"}, "label", {})
    assert [table.can_change(name) for name in NAMES] == [False, False, True]
    words = (RoleEntry(id="tokens", label="Words", kind=RoleKind.WORDS),)
    table.set_roles(words, {"tokens": "message"}, "", {})
    assert [table.can_change(name) for name in NAMES] == [True, False, True]
