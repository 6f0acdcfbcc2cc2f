"""Every failure we expect, by name. The message is one sentence for a person: what is wrong and what to do."""


class SignpostError(Exception):
    """Something a person can act on. `str(error)` is the sentence they are shown; never a traceback."""


class SettingsError(SignpostError):
    """One or more settings are wrong or missing; all of them in one message, a line each."""


class BadInput(SignpostError):
    """A file or an argument is not what it should be."""


class BadField(BadInput):
    """One field of a form is not what it should be."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class ModelFileError(SignpostError):
    """The embedding model's files are missing, damaged, or not the ones they should be."""


class EmbeddingsUnavailable(SignpostError):
    """The embedder did not answer."""


class ReaderUnavailable(SignpostError):
    """The language model did not choose: late, down, over its budget, or wrong in form."""


class WriterUnavailable(SignpostError):
    """The language model worded nothing that may be shown; `tokens` is what it cost all the same."""

    def __init__(self, because: str, tokens: int = 0) -> None:
        super().__init__(because)
        self.tokens = tokens


class IndexUnavailable(SignpostError):
    """The vector index cannot be opened or reached."""


class IndexInUse(IndexUnavailable):
    """Another process owns the folder of the index."""


class DatabaseUnavailable(SignpostError):
    """The database is locked, read-only, full or out of reach."""


class AlreadyAsked(SignpostError):
    """This very message was taken before: a redelivery, or the twin of a mention."""

    def __init__(self, question_id: str) -> None:
        super().__init__("This question was already taken.")
        self.question_id = question_id


class NotFound(SignpostError):
    """There is no such question, escalation or item (any more)."""


class NotAllowed(SignpostError):
    """This person may not do this; the sentence says who may."""


class AlreadyDecided(SignpostError):
    """Somebody else decided this escalation first; the sentence says who and how."""


class SlackUnavailable(SignpostError):
    """Slack cannot be reached, or refuses our tokens."""
