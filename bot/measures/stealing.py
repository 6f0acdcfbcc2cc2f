"""Which items take each other's questions. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain import ItemId


@dataclass(frozen=True)
class Pair:
    """Two items, of which the first took more of the other's questions than the other way round, or as many."""

    taker: ItemId
    loser: ItemId
    taken: int  # questions of the loser that the taker won
    taken_back: int  # questions of the taker that the loser won

    @property
    def count(self) -> int:
        """Questions that went to the wrong one of the two."""
        return self.taken + self.taken_back


def pairs(theft: Iterable[tuple[ItemId, ItemId]]) -> list[Pair]:
    """From (winner, the right one) of each question that went wrong; the busiest pair first."""
    counts = Counter(one for one in theft if one[0] != one[1])
    both = {tuple(sorted(one)) for one in counts}
    found = [_pair(first, second, counts) for first, second in both]
    return sorted(found, key=lambda pair: (-pair.count, pair.taker, pair.loser))


def _pair(first: ItemId, second: ItemId, counts: Counter[tuple[ItemId, ItemId]]) -> Pair:
    taken, back = counts[first, second], counts[second, first]
    return Pair(first, second, taken, back) if taken >= back else Pair(second, first, back, taken)
