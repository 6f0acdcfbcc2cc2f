"""The three words a decision may have, in a rule and for a class of data: read without ever loosening one."""

ALLOWED, ALLOWED_IF, NOT_ALLOWED = "allowed", "allowed if", "not allowed"
_SAME = {"yes": ALLOWED, "true": ALLOWED, "no": NOT_ALLOWED, "false": NOT_ALLOWED, "forbidden": NOT_ALLOWED}
MEND = "Write `allowed`, `allowed if …` with the condition, or `not allowed`."


def parse_decision(text: str) -> tuple[str, bool]:
    """The decision in its standard wording, and whether it was written so.

    What cannot be understood is kept as it was written; it never begins with the word `allowed`.
    """
    words = " ".join(text.split())
    low = words.lower()
    if low in (ALLOWED, NOT_ALLOWED):
        return low, low == words
    if low.startswith(ALLOWED_IF + " "):
        return ALLOWED_IF + words[len(ALLOWED_IF) :], True
    if low.startswith(ALLOWED):  # "allowed for marketing", "allowed, but ask first": a condition by another name
        condition = words[len(ALLOWED) :].strip(" ,;:-")
        return f"{ALLOWED_IF} {'the owner agrees' if condition.lower() in ('', 'if') else condition}", False
    if low.startswith(NOT_ALLOWED):
        return NOT_ALLOWED, False
    return _SAME.get(low, words), False
