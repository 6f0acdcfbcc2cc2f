"""The command `signpost teach`. PyTorch is imported inside it, and only there."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli import terminal
from bot.errors import BadInput
from bot.retrieval.model_sources import MODELS


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("teach")(teach)


def teach(
    library: Annotated[list[Path], typer.Option(metavar="DIR", help="A library; may be given several times.")],
    questions: Annotated[
        list[Path], typer.Option(metavar="FILE.csv", help="Its questions: columns question, expected; note optional.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE.safetensors", help="What was learned, a few MB.")],
    cards: Annotated[
        list[Path] | None, typer.Option(metavar="FILE.jsonl", help="Items written to teach with, and their questions.")
    ] = None,
    without: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE.txt", help="Ids that are not taught, one a line, to measure with."),
    ] = None,
    base: Annotated[Literal["minilm", "mpnet"], typer.Option(help="The published model that is taught.")] = "mpnet",
    on_top: Annotated[
        bool, typer.Option("--on-top", help="Begin with what Signpost ships, for a team's own questions.")
    ] = False,
    passes: Annotated[int, typer.Option(min=1, max=20, help="How often each question is seen.")] = 3,
    seed: Annotated[int, typer.Option(help="The same seed and data make the same file on the same machine.")] = 7,
) -> None:
    """Fit the local embedding model to questions whose answer is known. Try it with `eval --embeddings FILE`."""
    from bot.retrieval import teaching

    if len(library) != len(questions):
        raise BadInput("Give one --questions for each --library, in the same order.")
    settings = terminal.settings()
    with terminal.bars() as report:
        teaching.teach(
            list(zip(library, questions, strict=True)),
            out,
            settings.model_cache,
            cards=cards or [],
            without={id for file in without or [] for id in _ids(file)},
            base=MODELS[base],
            on_top=on_top,
            passes=passes,
            seed=seed,
            model_file=settings.model_file,
            report=report,
        )
    typer.echo(
        f"Written to {out}. Try it: signpost eval --embeddings {out} --questions FILE.csv, with --compare to the rows"
        f" of a run without it. Switch it on with EMBEDDINGS={out}, and off by taking that setting away."
    )


def _ids(path: Path) -> frozenset[str]:
    try:
        return frozenset(path.read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"--without names {path}, which cannot be read: {error}.") from error
