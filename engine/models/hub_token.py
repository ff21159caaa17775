"""The access token for the Hugging Face hub: in the system's keyring, or where the hub's own tools look.

It is given to the hub alone: never to a file, a log, an event or another process.
"""

from __future__ import annotations

import functools
import os
from urllib.parse import urlsplit

from huggingface_hub import constants, get_token

from engine.errors import EngineError
from engine.protocol import upload_problems
from engine.protocol.hub_upload_events import TokenPlace

_SERVICE = "Thaw: Hugging Face hub"
_VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")


def find_token() -> tuple[str | None, TokenPlace]:
    """Returns the token and where it is: a variable goes before the keyring, a file comes last."""
    token = get_token()
    if token and any(os.environ.get(name) for name in _VARIABLES):
        return token, TokenPlace.VARIABLE
    if kept := _kept(constants.ENDPOINT):
        return kept, TokenPlace.KEYRING
    return token, TokenPlace.FILE if token else TokenPlace.NONE


def look_again() -> None:
    """Lets the keyring be asked anew: another engine process may have put a token there, or taken it out."""
    _kept.cache_clear()


def can_keep() -> bool:
    """Returns whether this system has a keyring."""
    import keyring
    from keyring.backends import fail, null

    return not isinstance(keyring.get_keyring(), (fail.Keyring, null.Keyring))


def keep_token(token: str) -> None:
    """Puts a token into the keyring.

    Raises:
        EngineError: When there is none, or it says no.
    """
    import keyring
    from keyring.errors import KeyringError

    if not can_keep():
        raise EngineError(upload_problems.no_keyring(""))
    try:
        keyring.set_password(_SERVICE, _host(constants.ENDPOINT), token)
    except KeyringError as error:
        raise EngineError(upload_problems.no_keyring(str(error))) from error
    finally:
        look_again()


def forget_token() -> None:
    """Takes the token out of the keyring; does nothing where there is none.

    Raises:
        EngineError: When the keyring says no.
    """
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        keyring.delete_password(_SERVICE, _host(constants.ENDPOINT))
    except PasswordDeleteError:
        return
    except KeyringError as error:
        raise EngineError(upload_problems.no_keyring(str(error))) from error
    finally:
        look_again()


@functools.lru_cache(maxsize=4)
def _kept(endpoint: str) -> str | None:
    """Asks the keyring once: it may ask the person, and each file of a download needs the token."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, _host(endpoint))
    except (KeyringError, OSError, RuntimeError):  # a session bus that is gone, for example
        return None


def _host(endpoint: str) -> str:
    return urlsplit(endpoint).netloc
