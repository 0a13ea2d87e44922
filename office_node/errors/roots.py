"""The three roots: the asker's fault, a far office's, or ours."""

from typing import ClassVar


class JejakError(Exception):
    """Root of everything that this system raises on purpose; its text is its code and its facts."""

    code: ClassVar[str] = "jejak-error"

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in vars(self).items() if value is not None)
        return f"{self.code} ({facts})" if facts else self.code


class AskerError(JejakError):
    """Who asked made the mistake; asking the same again gives the same."""

    code: ClassVar[str] = "asker-error"


class PeerError(JejakError):
    """A far office did not answer as it should. For a screening this is *unknown*."""

    code: ClassVar[str] = "peer-error"


class NodeError(JejakError):
    """This node cannot do its work; nobody who asks can mend it."""

    code: ClassVar[str] = "node-error"
