"""Whose access token for the hub there is, or a field to enter one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine.protocol.hub_upload_events import HubAccountTold, TokenPlace
from gui.look.theme import Theme
from gui.state.hub_upload import HubAccount
from gui.widgets.buttons import Button
from gui.widgets.labels import ThemedLabel

_PLACES = {
    TokenPlace.VARIABLE: "HF_TOKEN",
    TokenPlace.KEYRING: "the keyring of this computer",
    TokenPlace.FILE: "the file of: hf auth login",
}


class HubAccountRow(QWidget):
    """The top of the sheet.

    Args:
        theme: Colours, fonts, lengths.
        account: Asks the engine.
        run: Returns the folder of the run that is to be given away.
        parent: Owner.
    """

    def __init__(
        self,
        theme: Theme,
        account: HubAccount,
        run: Callable[[], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._account, self._run = theme, account, run
        self._page = ""
        self._words = ThemedLabel(theme, "Asking the hub who you are", "body", "text", wrap=True)
        self._words.setObjectName("hub_account")
        self._token = QLineEdit()
        self._token.setObjectName("hub_token")
        self._token.setAccessibleName("Access token")
        self._token.setPlaceholderText("hf_…")
        self._token.setEchoMode(QLineEdit.EchoMode.Password)
        self._keep = Button(theme, "Keep it", "secondary", size="small")
        self._keep.setObjectName("keep_token")
        self._make = Button(theme, "Make a token", "quiet", size="small")
        self._make.setObjectName("make_token")
        self._forget = Button(theme, "Forget the token", "quiet", size="small")
        self._forget.setObjectName("forget_token")
        self._line = QHBoxLayout()
        self._line.addWidget(self._token, 1)
        self._line.addWidget(self._keep)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self._make)
        self._buttons.addWidget(self._forget)
        self._buttons.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._words)
        self._column.addLayout(self._line)
        self._column.addLayout(self._buttons)
        self._token.textChanged.connect(lambda text: self._keep.setEnabled(bool(text.strip())))
        self._token.returnPressed.connect(self._enter)
        self._keep.clicked.connect(self._enter)
        self._forget.clicked.connect(self._drop)
        self._make.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._page)))
        account.told.connect(self._show)
        account.failed.connect(lambda _problem: self._ask_for_one("The hub did not say who you are."))
        theme.changed.connect(self._measure)
        self._measure()
        self._show_parts(asks=False, forgets=False)

    def _enter(self) -> None:
        token, run = self._token.text().strip(), self._run()
        self._token.clear()  # it is the keyring's now, not the window's
        if token and run is not None:
            self._words.setText("Asking the hub about the token")
            self._account.keep(token, run)

    def _drop(self) -> None:
        if (run := self._run()) is not None:
            self._account.forget(run)

    def _show(self, told: HubAccountTold) -> None:
        self._page = told.token_page
        if not told.user:
            enter = (
                "enter it here; it is kept in the keyring of this computer."
                if told.can_keep
                else "set HF_TOKEN to it before Thaw starts: this computer has no keyring that could keep it."
            )
            self._ask_for_one(
                f"{told.host} has to know who you are. Make an access token there that may write, and {enter}"
            )
            self._token.setEnabled(told.can_keep)
            return
        words = f"You are {told.user} on {told.host}. The token comes from {_PLACES.get(told.place, '')}."
        if not told.may_write:
            words += " It may only read: make one that may write."
        self._words.setText(words)
        self._show_parts(asks=not told.may_write, forgets=told.place is TokenPlace.KEYRING)

    def _ask_for_one(self, words: str) -> None:
        self._words.setText(words)
        self._show_parts(asks=True, forgets=False)

    def _show_parts(self, *, asks: bool, forgets: bool) -> None:
        self._token.setVisible(asks)
        self._keep.setVisible(asks)
        self._keep.setEnabled(bool(self._token.text().strip()))
        self._make.setVisible(asks and bool(self._page))
        self._forget.setVisible(forgets)

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(6))
        self._line.setSpacing(px(6))
        self._token.setFont(self._theme.font("body"))
