from hypothesis import given
from hypothesis import strategies as st

from bot.library.cutting import cut
from bot.library.markdown import bullets, first_paragraph, in_words, parse_sections, title_of


def test_a_hash_inside_code_is_no_heading() -> None:
    body = "Opening\n\n# One\n```sh\n# no heading\n```\n~~~\n## nor this\n~~~\n    # nor this\n\nTwo\n---\nend"
    assert [(s.heading, s.level) for s in parse_sections(body)] == [("", 0), ("One", 1), ("Two", 2)]
    assert "# no heading" in parse_sections(body)[1].text


def test_headings_are_read_without_their_markup() -> None:
    assert parse_sections("## **Bold** and `code` [link](x) ##")[0].heading == "Bold and code link"


def test_a_heading_in_a_quotation_or_a_list_belongs_to_its_section() -> None:
    assert len(parse_sections("# A\n> # quoted\n\n- # listed\n")) == 1


def test_the_title_is_the_first_short_heading_else_the_name_in_words() -> None:
    assert title_of(parse_sections("## Sub\n# The title"), "a-b") == "The title"
    assert title_of(parse_sections(f"# {'long ' * 20}"), "campaign-brief") == "Campaign brief"
    assert in_words("campaign_brief-v2") == "Campaign brief v2"


def test_questions_are_read_from_every_kind_of_bullet() -> None:
    text = '# Q\nintro\n- one\n* "two"\n+ “three”\n1. four\n2) five\n   goes on\n- [ ] six\n-\nnot this\n'
    assert bullets(text) == ("one", "two", "three", "four", "five goes on", "six")


def test_the_first_paragraph_skips_code_and_tables() -> None:
    assert first_paragraph(parse_sections("# T\n```\ncode\n```\n\n| a |\n\nWords\nhere.\n\nMore")) == "Words here."


@given(st.text(alphabet="ab#`~->=| \n\t1.*", max_size=200))
def test_no_word_of_a_body_is_lost(body: str) -> None:
    sections = parse_sections(body)
    kept = "".join(s.heading + s.text for s in sections)
    assert sum(map(kept.count, "ab1")) == sum(map(body.count, "ab1"))


@given(st.text(alphabet="ab.!`\n |-", max_size=400), st.integers(5, 60))
def test_stretches_are_short_and_hold_every_letter_in_order(text: str, longest: int) -> None:
    stretches = cut(text, longest)
    assert all(len(stretch) <= longest for stretch in stretches)
    assert "".join("".join(stretches).split()) == "".join(text.split())


def test_paragraphs_are_kept_whole_where_they_fit() -> None:
    assert cut("First one.\n\nSecond one.\n\nThird one.", 26) == ("First one.\n\nSecond one.", "Third one.")


def test_long_paragraphs_are_cut_after_a_sentence() -> None:
    assert cut("One is here. Two is there. Three.", 20) == ("One is here.", "Two is there. Three.")


def test_code_is_cut_between_its_lines_only() -> None:
    code = "\n".join(["```", *(f"line {n}. and; more" for n in range(40)), "```"])
    lines = set(code.split("\n"))
    assert all(line in lines for stretch in cut(code, 100) for line in stretch.split("\n"))
