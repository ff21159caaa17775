"""Export: a run goes to the hub only when the person says so, private unless it is said otherwise."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QProgressBar
from pytestqt.qtbot import QtBot

from engine.protocol.commands import CancelJob
from engine.protocol.hub_upload_commands import KeepHubToken, UploadModel
from engine.protocol.upload_problems import name_taken
from gui.pages.export import PAGE, ExportPage
from gui.state.hub_upload import hub_name
from gui.state.page_context import PageContext
from gui.views.hub_upload_sheet import HubUploadSheet
from gui.widgets.basics import Banner, Button, ThemedLabel
from gui.widgets.toggle import Toggle
from tests.gui.fake_engine import FakeClient


@pytest.fixture
def page(context: PageContext, qtbot: QtBot) -> ExportPage:
    """The page with one finished run and the sheet open."""
    page = PAGE.build(context)
    assert isinstance(page, ExportPage)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    qtbot.waitUntil(lambda: context.engines.catalog is not None and context.project.draft is not None)
    draft = context.project.draft
    assert draft is not None
    with qtbot.waitSignal(context.runs.run_ended):
        context.runs.start(draft)
    qtbot.waitUntil(lambda: page.findChild(Button, "segment_small_part") is not None or _forms(page) != [])
    find(page, Button, "put_on_hub").click()
    qtbot.waitUntil(lambda: find(page, QLineEdit, "hub_token").isVisible())
    return page


def _forms(page: ExportPage) -> list[str]:
    return [
        child.objectName() for child in page.findChildren(object) if child.objectName().startswith("segment_")
    ]


def find(page, kind, name):
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def sheet(page: ExportPage) -> HubUploadSheet:
    return find(page, HubUploadSheet, "hub_sheet")


def words(page: ExportPage) -> str:
    return "\n".join(label.text() for label in sheet(page).findChildren(ThemedLabel) if label.isVisible())


def sent(clients: list[FakeClient], kind):
    return [one for client in clients for one in client.commands if isinstance(one, kind)]


def sign_in(page: ExportPage, qtbot: QtBot) -> None:
    find(page, QLineEdit, "hub_token").setText(" hf_secret ")
    find(page, Button, "keep_token").click()
    qtbot.waitUntil(lambda: find(page, Button, "hub_go").isEnabled())


def test_without_a_token_nothing_can_be_sent_and_it_is_said_how_to_get_one(page, fake_clients):
    assert not find(page, Button, "hub_go").isEnabled()
    assert "has to know who you are" in words(page)
    assert find(page, Button, "make_token").isVisible()
    assert find(page, QLineEdit, "hub_token").echoMode() is QLineEdit.EchoMode.Password


def test_a_token_is_handed_to_the_keyring_and_not_kept_in_the_window(page, fake_clients, qtbot):
    sign_in(page, qtbot)
    assert [one.token for one in sent(fake_clients, KeepHubToken)] == ["hf_secret"]
    assert find(page, QLineEdit, "hub_token").text() == ""
    assert "You are ada" in words(page)
    assert "phone numbers and mail addresses" in words(page)
    assert find(page, QLineEdit, "hub_name").text().startswith("ada/")
    find(page, Button, "forget_token").click()
    qtbot.waitUntil(lambda: not find(page, Button, "hub_go").isEnabled())


def test_a_run_goes_there_private_with_its_card(page, fake_clients, qtbot):
    sign_in(page, qtbot)
    assert sorted(_forms(page)) == ["segment_small_part", "segment_whole"]
    find(page, QLineEdit, "hub_name").setText("ada/mine")
    find(page, Button, "hub_go").click()
    banner = sheet(page).findChild(Banner)
    qtbot.waitUntil(lambda: banner.isVisible())
    (one,) = sent(fake_clients, UploadModel)
    assert (one.kind, one.name, one.is_public, one.card) == ("small_part", "ada/mine", False, "")
    assert "only you see it" in banner.accessibleName() + banner.accessibleDescription() + words(page)
    banner.action_chosen.emit(next(a for a in banner_actions(page)))
    assert QApplication.clipboard().text() == "https://huggingface.co/ada/mine"


def banner_actions(page):
    from gui.views import hub_upload_sheet

    return [hub_upload_sheet._COPY]


def test_public_is_said_out_loud(page, fake_clients, qtbot):
    sign_in(page, qtbot)
    assert "only you see it" in words(page)
    find(page, Toggle, "hub_public").click()
    assert "everybody sees it from the first moment" in words(page)
    find(page, Button, "hub_go").click()
    qtbot.waitUntil(lambda: sent(fake_clients, UploadModel) != [])
    assert sent(fake_clients, UploadModel)[0].is_public


def test_it_can_be_given_up_within_a_file(page, fake_clients, qtbot):
    for client in fake_clients:
        client.export_waits = True
    sign_in(page, qtbot)
    find(page, Button, "hub_go").click()
    qtbot.waitUntil(lambda: "31 MB of 91 MB" in words(page))
    bar = sheet(page).findChild(QProgressBar)
    assert bar.value() / bar.maximum() == pytest.approx(31 / 91, abs=0.01)
    assert not find(page, QLineEdit, "hub_name").isEnabled()
    find(page, Button, "hub_stop").click()
    qtbot.waitUntil(lambda: sent(fake_clients, CancelJob) != [])
    qtbot.waitUntil(lambda: "Nothing of it is on the hub" in words(page))


def test_what_was_in_the_way_is_told_in_the_sheet(page, fake_clients, qtbot):
    for client in fake_clients:
        client.export_problem = name_taken("ada/mine")
    sign_in(page, qtbot)
    find(page, Button, "hub_go").click()
    qtbot.waitUntil(lambda: "There is a model called ada/mine already" in words(page))
    assert find(page, Button, "hub_go").isEnabled()


@pytest.mark.parametrize(
    ("run", "name"),
    [
        ("LoRA r 8", "ada/lora-r-8"),
        ("Größe / zwei", "ada/gr-e-zwei"),
        ("…", "ada/model"),
        ("a--b..c", "ada/a-b-c"),
    ],
)
def test_a_run_gets_a_name_that_the_hub_takes(run, name):
    assert hub_name("ada", run) == name
