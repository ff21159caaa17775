"""Putting a run on the Hugging Face hub: who, under which name, what others will see, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QProgressBar, QWidget

from engine.protocol.catalog import Catalog
from engine.protocol.export_events import ExportsListed
from engine.protocol.hub_upload_events import HubAccountTold, ModelUploaded, UploadProgressed
from engine.protocol.problems import Action, Problem
from gui.look.texts import size
from gui.look.theme import Theme
from gui.state.hub_upload import HubAccount, HubUpload, hub_name
from gui.state.page_context import PageContext
from gui.views.hub_account_row import HubAccountRow
from gui.widgets.announce import announce
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button
from gui.widgets.cards import Card, Divider
from gui.widgets.labels import ThemedLabel
from gui.widgets.model_card_sheet import ModelCardSheet
from gui.widgets.segmented import Segmented
from gui.widgets.side_sheet import SideSheet
from gui.widgets.toggle import Toggle

_WIDTH = 460
_OPEN = Action(id="open_page", label="Open its page")
_COPY = Action(id="copy_address", label="Copy address")

_SEEN = (
    "The weights, the tokenizer, the names of the labels, and the model card, with the scores and the name "
    "of your data file. The texts that it has learned from are not sent."
)
_LEARNED = "A model can have learned single texts by heart, and one that writes may repeat them."
_KINDS = {
    "card": "numbers of cards",
    "account": "bank accounts",
    "phone": "phone numbers",
    "mail": "mail addresses",
}
_PRIVATE = "Private: only you see it, and whom you let in."
_PUBLIC = "Public: everybody sees it from the first moment, and may keep a copy for good."


class HubUploadSheet(SideSheet):
    """A sheet over the page.

    Args:
        theme: Colours, fonts, lengths.
        parent: The page it lies over.
        below: What of the page stays in sight above it.
        account: Whose token there is.
        upload: What is on its way.
        card: Returns the model card as the person has edited it; empty for Thaw's own.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        below: QWidget,
        account: HubAccount,
        upload: HubUpload,
        card: Callable[[], str],
    ) -> None:
        super().__init__(theme, "Put it on the Hub", _WIDTH, parent, below=below)
        self.set_names("hub_sheet", "close_hub", "hub_scroll")
        self._account, self._upload, self._card_text = account, upload, card
        self._run: Path | None = None
        self._run_name = self._page = ""
        self._told: HubAccountTold | None = None
        self._is_named = False
        self._build()
        self._connect()
        theme.changed.connect(self._measure)
        self._measure()
        self._show()

    def _build(self) -> None:
        theme = self._theme
        self._banner = Banner(theme, dismissable=True)
        self._banner.set_tight(True)
        self._who = HubAccountRow(theme, self._account, lambda: self._run)
        self._name = QLineEdit()
        self._name.setObjectName("hub_name")
        self._name.setAccessibleName("Name on the hub, with its owner")
        self._name.setPlaceholderText("owner/name")
        self._forms_title = ThemedLabel(theme, "What", "small", "text2", weight=600)
        self._forms_place = QHBoxLayout()
        self._forms: Segmented | None = None
        self._public = Toggle(theme, "Everybody may see it")
        self._public.setObjectName("hub_public")
        self._visibility = ThemedLabel(theme, _PRIVATE, "small", "text2", wrap=True)
        self._personal = ThemedLabel(theme, "", "small", "warn", wrap=True)
        self._personal.setObjectName("hub_personal")
        self._stage = ThemedLabel(theme, "", "small", "text2", wrap=True)
        self._stage.setObjectName("hub_stage")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._go = Button(theme, "Put it on the Hub", "secondary", "export")
        self._go.setObjectName("hub_go")
        self._stop = Button(theme, "Cancel", "quiet", "x")
        self._stop.setObjectName("hub_stop")
        buttons = QHBoxLayout()
        for button in (self._go, self._stop):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = self.inside
        column.addWidget(self._banner)
        column.addWidget(self._who)
        column.addWidget(Divider(theme))
        column.addWidget(ThemedLabel(theme, "Name", "small", "text2", weight=600))
        column.addWidget(self._name)
        column.addWidget(self._forms_title)
        column.addLayout(self._forms_place)
        column.addWidget(self._public)
        column.addWidget(self._visibility)
        column.addWidget(Divider(theme))
        column.addWidget(ThemedLabel(theme, "What others will see", "small", "text2", weight=600))
        column.addWidget(ThemedLabel(theme, _SEEN, "small", "text2", wrap=True))
        column.addWidget(ThemedLabel(theme, _LEARNED, "small", "text2", wrap=True))
        column.addWidget(self._personal)
        column.addStretch(1)
        for part in (self._stage, self._bar):  # below what scrolls: always in sight
            self._column.addWidget(part)
        self._column.addLayout(buttons)

    def _connect(self) -> None:
        self._name.textEdited.connect(self._take_name)
        self._public.toggled.connect(self._show)
        self._go.clicked.connect(self._start)
        self._stop.clicked.connect(self._upload.cancel)
        self._banner.action_chosen.connect(self._do)
        self._account.told.connect(self._take_account)
        self._account.failed.connect(self._banner.show_problem)
        self._upload.staged.connect(self._take_stage)
        self._upload.progressed.connect(self._take_progress)
        self._upload.uploaded.connect(self._take_upload)
        self._upload.ended.connect(self._take_end)

    # What is shown

    def set_run(self, folder: Path, name: str) -> None:
        """Takes over another run; nothing is asked before the sheet is opened."""
        self._run, self._run_name, self._is_named = folder, name, False
        if not self._upload.is_sending:
            self._banner.clear()
        if self.isVisible():
            self._account.ask(folder)
        self._show_name()

    def take_offers(self, listed: ExportsListed, catalog: Catalog | None) -> None:
        """Takes over in which forms the run can go there."""
        offered = {offer.kind for offer in listed.offers if not offer.reason}
        known = catalog.exports if catalog is not None else ()
        entries = [one for one in known if one.for_hub and one.on_page and one.id in offered]
        if self._forms is not None:
            self._forms_place.removeWidget(self._forms)
            self._forms.hide()
            self._forms.deleteLater()
        self._forms = None
        if entries:
            self._forms = Segmented(self._theme, [(one.id, one.name) for one in entries])
            self._forms.setAccessibleName("In which form")
            self._forms_place.addWidget(self._forms, 0, Qt.AlignmentFlag.AlignLeft)
        self._show()

    def open_sheet(self, setting: str = "") -> None:
        """Shows it, and asks whose token there is."""
        super().open_sheet(setting)
        if self._run is not None:
            self._account.ask(self._run)

    def _show_name(self) -> None:
        if not self._is_named:
            owner = self._told.owners[0] if self._told is not None and self._told.owners else ""
            self._name.setText(hub_name(owner, self._run_name))
        self._show()

    def _show(self) -> None:
        sending, told = self._upload.is_sending, self._told
        self._visibility.setText(_PUBLIC if self._public.isChecked() else _PRIVATE)
        personal = told.personal if told is not None else ()
        self._personal.setVisible(bool(personal))
        kinds = " and ".join(_KINDS.get(one, one) for one in personal)
        self._personal.setText(
            f"The texts of the final test hold {kinds}, so those that it has learned from will, too."
        )
        ready = told is not None and told.may_write and self._forms is not None and "/" in self._name.text()
        self._go.setEnabled(ready and not sending)
        self._go.setToolTip("" if ready else "It needs an access token that may write, and owner/name")
        self._go.set_busy(sending)
        self._stop.setVisible(sending)
        self._bar.setVisible(sending)
        self._stage.setVisible(bool(self._stage.text()))
        for part in (self._name, self._public, self._who, *([self._forms] if self._forms else [])):
            part.setEnabled(not sending)

    # What the person does

    def _take_name(self) -> None:
        self._is_named = True
        self._show()

    def _start(self) -> None:
        if self._run is None or self._forms is None or self._upload.is_sending:
            return
        self._banner.clear()
        self._bar.setRange(0, 0)
        self._upload.start(
            self._run,
            self._forms.current(),
            self._name.text().strip(),
            self._card_text(),
            is_public=self._public.isChecked(),
        )
        self._show()

    def _do(self, action: Action) -> None:
        if action.id == _OPEN.id:
            QDesktopServices.openUrl(QUrl(self._page))
        elif action.id == _COPY.id:
            QApplication.clipboard().setText(self._page)

    # What the engine says

    def _take_account(self, told: HubAccountTold) -> None:
        self._told = told
        self._show_name()

    def _take_stage(self, words: str) -> None:
        self._stage.setText(words)
        self._show()

    def _take_progress(self, progress: UploadProgressed) -> None:
        if progress.done:
            self._bar.setRange(0, max(1, progress.total // 1000))
            self._bar.setValue(progress.done // 1000)
            self._stage.setText(
                f"{size(progress.done)} of {size(progress.total)} · to {progress.host}"
                if progress.done < progress.total
                else "Waiting until the hub has put it in its place"
            )

    def _take_upload(self, uploaded: ModelUploaded) -> None:
        self._page = uploaded.page
        self._stage.setText("")
        seen = "everybody sees it" if uploaded.is_public else "only you see it"
        self._banner.show_message(
            "ok", "It is on the Hub", f"{uploaded.name}, {size(uploaded.size)}; {seen}.", (_OPEN, _COPY)
        )
        announce(self, f"{uploaded.name} is on the Hub.")
        self._show()

    def _take_end(self, problem: Problem | None) -> None:
        self._stage.setText("" if problem else "Given up. Nothing of it is on the hub.")
        if problem is not None:
            self._banner.show_problem(problem)
        self._show()

    def _measure(self) -> None:
        self.inside.setSpacing(self._theme.px(8))
        self._name.setFont(self._theme.font("body"))


def hub_upload_sheet(
    context: PageContext, page: QWidget, below: QWidget, card: ModelCardSheet
) -> HubUploadSheet:
    """Makes the sheet for a page.

    Args:
        context: What the page works with.
        page: The page.
        below: What of it stays in sight.
        card: Where the person edits the model card.
    """
    account, upload = HubAccount(context.engines, page), HubUpload(context.engines, page)
    return HubUploadSheet(context.theme, page, below, account, upload, lambda: card.text)


class HubUploadCard(Card):
    """What the hub is, and the button that opens the sheet.

    Args:
        theme: Colours, fonts, lengths.
        sheet: What it opens.
        parent: Owner.
    """

    def __init__(self, theme: Theme, sheet: HubUploadSheet, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Hugging Face Hub", parent=parent)
        words = "Puts this run where others can load it by its name. Private unless you say otherwise."
        put = Button(theme, "Put it on the Hub", "secondary", "export", size="small")
        put.setObjectName("put_on_hub")
        put.clicked.connect(sheet.toggle_sheet)
        self.body.addWidget(ThemedLabel(theme, words, "small", "text2", wrap=True))
        self.body.addWidget(put, 0, Qt.AlignmentFlag.AlignLeft)
