"""The radar in Slack: a list for each ring, and what moved. Pure."""

from collections.abc import Sequence

from bot.domain import Ring
from bot.reasoning import radar as drawing
from bot.reasoning.radar import Blip, Radar
from bot.slack import blocks, kit
from bot.slack.blocks import Message, Names
from bot.slack.kit import Block

_RINGS = {Ring.ADOPT: "Adopt", Ring.TRIAL: "Trial", Ring.ASSESS: "Assess", Ring.HOLD: "Hold"}


def radar(found: Radar, names: Names) -> Message:
    """Every ring that has tools, trials that wait for a decision in bold; what moved comes last."""
    parts = [kit.header("Tool radar")]
    for title, blips in [*((_RINGS[ring], blips) for ring, blips in found.rings.items()), ("No ring", found.unplaced)]:
        if blips:
            parts.append(kit.section(f"*{title}* ({len(blips)})"))
            parts += _ring(blips, names)
    moved = [blocks.line(drawing.moved_in_words(move), 200) for move in found.moved[: kit.LINES]]
    parts.append(kit.section(f"*Moved in the last 90 days*\n{kit.bullets(moved) if moved else 'Nothing.'}"))
    parts.append(kit.context("Questions: answers of the last 90 days that stood on the tool."))
    total = sum(map(len, found.rings.values())) + len(found.unplaced)
    return Message(f"Tool radar: {total} tools", parts[:49])


def _ring(blips: Sequence[Blip], names: Names) -> list[Block]:
    """A line for each tool of which there is something to say; the names of the others in one."""
    telling = [blip for blip in blips if blip.questions or blip.test or blip.trial_until]
    lines = [_line(blip, names) for blip in telling]
    quiet = ", ".join(blip.title for blip in blips if blip not in telling)
    lines += [f"Without questions or tests: {blocks.line(quiet, 2000)}"] if quiet else []
    return [kit.section(kit.bullets(lines[at : at + kit.LINES])) for at in range(0, len(lines), kit.LINES)]


def _line(blip: Blip, names: Names) -> str:
    tester = names.get((blip.test.tester if blip.test else None) or "", "")
    words = blocks.line(drawing.in_words(blip, tester), 250)
    return f"{blocks.line(blip.title, 80)}: " + (f"*{words}*" if blip.undecided else words)
