"""A library and a history of any size, made by code: the same seed gives the same texts.

Each skill is put together from sections of the real skills in this repository, with a subject of its own (a task, a
team, a made-up product) worked into the sentences, so that lengths, headings and the growth of the vocabulary are
those of real skills. Nobody could work by them; the ranker cannot tell.
"""

import csv
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain import Confirmed, ItemId, PersonId
from bot.library import loading
from tests.conftest import ROOT

LIBRARIES = (ROOT, ROOT / "tests" / "gold" / "insurance" / "library")
SECTIONS = (10, 14)  # of a skill
PASSAGES = 23  # of a skill, on average


def _listed(text: str) -> list[str]:
    return text.split("|")


TASKS = _listed(
    "plan|check|rewrite|price|compare|audit|forecast|schedule|translate|summarise|approve|archive|onboard|"
    "brief|reconcile|estimate|negotiate|publish|migrate|survey|rank|draft|review|escalate"
)
THINGS = _listed(
    "invoices|job adverts|sales calls|renewals|press notes|survey answers|meeting notes|supplier contracts|"
    "refunds|test plans|landing pages|travel costs|stock counts|release notes|interview guides|budgets|"
    "campaign reports|customer stories|incident reports|price lists|partner letters|training plans|shift rotas|"
    "product tours"
)
TEAMS = _listed("sales|support|finance|people|legal|marketing|product|operations|logistics|research")
OPENINGS = _listed(
    "how do i|anyone know how to|need to|quick one, who can|whats the way to|am i meant to|can something"
)
TAILS = _listed(
    "before friday|without the agency|for the board|again and again|in one go|from a pdf|for the new region"
)
SYLLABLES = _listed("ba|co|di|fe|gu|la|mo|na|pe|qui|ra|so|ti|vu|za|lor|men|tris|vex")


@dataclass(frozen=True)
class _Section:
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Subject:
    name: str  # of the folder
    task: str
    thing: str
    team: str
    product: str


def write(root: Path, skills: int) -> None:
    """Writes a library of so many skills under `root`, which is replaced."""
    shutil.rmtree(root, ignore_errors=True)
    sections, descriptions = _sources()
    for number in range(skills):
        subject = _subject(number)
        folder = root / "skills" / subject.team / subject.name
        folder.mkdir(parents=True)
        text = _skill(subject, sections, descriptions, random.Random(number))
        (folder / "SKILL.md").write_text(text, encoding="utf-8")


def history(skills: int, size: int) -> list[Confirmed]:
    """`size` past questions, all different; a few skills get many of them and most get few."""
    chance = random.Random(size)
    weights = [1 / (rank + 10) for rank in range(skills)]
    return [
        Confirmed(_question(number, place, chance), _id(place), PersonId(f"U{number % 500}"))
        for number, place in enumerate(chance.choices(range(skills), weights, k=size))
    ]


def questions() -> list[str]:
    """What is asked while time is taken: the gold sets' questions, of the length that hurried people write."""
    found = []
    for file in (ROOT / "tests" / "gold" / "starter.csv", ROOT / "tests" / "gold" / "insurance" / "questions.csv"):
        with file.open(encoding="utf-8", newline="") as rows:
            found += [row["question"] for row in csv.DictReader(rows)]
    return found


def _question(number: int, place: int, chance: random.Random) -> str:
    subject = _subject(place)
    what = f"{subject.task} the {subject.thing}" if chance.random() < 0.5 else f"deal with {subject.product}"
    words = [chance.choice(OPENINGS), what, chance.choice(TAILS), f"from {subject.team}", _product(number)]
    return " ".join(words)


def _sources() -> tuple[list[_Section], list[str]]:
    skills = [skill for root in LIBRARIES for skill in loading.load(root).skills.values()]
    sections = [
        _Section(section.heading, tuple(line for line in section.text.splitlines() if line.strip()))
        for skill in skills
        for section in skill.sections
    ]
    return [one for one in sections if one.heading and one.lines], [skill.description for skill in skills]


def _id(place: int) -> ItemId:
    subject = _subject(place)
    return ItemId(f"skill:{subject.team}/{subject.name}")


def _subject(number: int) -> _Subject:
    task, thing = TASKS[number % len(TASKS)], THINGS[number * 7 // 5 % len(THINGS)]
    team, product = TEAMS[number * 3 % len(TEAMS)], _product(number)
    return _Subject(f"{task}-{thing.replace(' ', '-')}-{product.lower()}", task, thing, team, product)


def _product(number: int) -> str:
    chance = random.Random(f"product {number}")
    return "".join(chance.choice(SYLLABLES) for _ in range(3)).capitalize() + str(number)


def _skill(subject: _Subject, sections: list[_Section], descriptions: list[str], chance: random.Random) -> str:
    about = " ".join(_reworded(chance.choice(descriptions), subject, chance).split())
    title = f"{subject.task.capitalize()} {subject.thing} with {subject.product}"
    body = "\n\n".join(_sections(subject, sections, chance))
    return f'---\nname: {subject.name}\ndescription: "{about.replace(chr(34), "")}"\n---\n\n# {title}\n\n{body}\n'


def _sections(subject: _Subject, sections: list[_Section], chance: random.Random) -> Iterator[str]:
    for section in chance.sample(sections, chance.randint(*SECTIONS)):
        lines = [_reworded(line, subject, chance) for line in section.lines]
        yield "\n".join([f"## {section.heading}", "", *lines])


def _reworded(line: str, subject: _Subject, chance: random.Random) -> str:
    """The line with a word or two of the subject in the place of its own."""
    words = line.split(" ")
    for word in (subject.thing, subject.product, subject.team):
        at = chance.randrange(len(words))
        if len(words) > 6 and words[at].isalpha():
            words[at] = word
    return " ".join(words)
