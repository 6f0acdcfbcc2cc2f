"""Which kind of account: a person's own, a team's, or the company's. Pure."""

from bot.domain import ToolNote

TIERS = ("consumer", "team", "enterprise")
_TIER_WORDS = {
    **dict.fromkeys(("free", "personal", "private", "own", "plus", "consumer"), ("consumer",)),
    "team": ("team",),
    **dict.fromkeys(("enterprise", "corporate"), ("enterprise",)),
    **dict.fromkeys(("company", "work", "business"), ("team", "enterprise")),
    "pro": TIERS,  # vendors sell it to people and to companies alike
}


def tier_in(word: str) -> tuple[str, ...]:
    """The tiers that an edition word can mean; none for any other word."""
    return _TIER_WORDS.get(word, ())


def tier_of(note: ToolNote) -> tuple[str, ...]:
    """The tier that a tool's own title names."""
    return next((tier for word in note.title.lower().split()[1:] if (tier := tier_in(word))), ())
