"""Collects what is wrong with one file while it is being read."""

from bot.domain import Finding, Severity


class Report:
    """The findings about one file. Reading goes on after each: a fault costs a field, not the file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._findings: list[Finding] = []

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found so far, each fault once, in the order of reading."""
        return tuple(dict.fromkeys(self._findings))

    def error(self, code: str, problem: str, mend: str, line: int | None = None) -> None:
        """The file, or a part of it, could not be used."""
        self._findings.append(Finding(self.path, line, Severity.ERROR, code, problem, mend))

    def warning(self, code: str, problem: str, mend: str, line: int | None = None) -> None:
        """Used, but not to the standard."""
        self._findings.append(Finding(self.path, line, Severity.WARNING, code, problem, mend))
