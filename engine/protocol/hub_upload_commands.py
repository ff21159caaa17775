"""Commands about giving a finished run to the Hugging Face hub."""

from __future__ import annotations

from engine.protocol.command_header import CommandHeader as _Command


class AskHubAccount(_Command, frozen=True, kw_only=True, tag="AskHubAccount"):
    """Say whose access token there is and what it may do. Answer: ``HubAccountTold``.

    Attributes:
        run: Folder of the run that is to be given away, so that its own texts can be looked through for
            personal data; empty for none.
    """

    run: str = ""


class KeepHubToken(_Command, frozen=True, kw_only=True, tag="KeepHubToken"):
    """Keep an access token in the system's keyring, once the hub knows it. Answer: ``HubAccountTold``.

    Attributes:
        token: The token. It is never written to a file, a log or an event.
        run: As in ``AskHubAccount``.
    """

    token: str
    run: str = ""

    def __repr__(self) -> str:
        """Leaves the token out."""
        return f"KeepHubToken(job_id={self.job_id!r})"


class ForgetHubToken(_Command, frozen=True, kw_only=True, tag="ForgetHubToken"):
    """Take the access token out of the system's keyring. Answer: ``HubAccountTold``.

    Attributes:
        run: As in ``AskHubAccount``.
    """

    run: str = ""


class UploadModel(_Command, frozen=True, kw_only=True, tag="UploadModel"):
    """Write a finished run in one form and put it on the hub, as a new model.

    Answers: stages, ``ExportItemWritten``, ``UploadProgressed``, then ``ModelUploaded``. All files arrive in
    one step at the end; when it is given up before, the new model is taken away again.

    Attributes:
        folder: The run's folder.
        kind: Id of the form.
        name: ``"owner/name"``; there must be none of that name.
        is_public: Whether everybody may see it.
        card: The model card's text where a person has edited it; empty for the one that Thaw writes.
    """

    folder: str
    kind: str
    name: str
    is_public: bool = False
    card: str = ""
