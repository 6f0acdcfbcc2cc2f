import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scrubbing import REMOVED, scrub

# Joined from parts, so that no scanner of this repository takes them for real ones.
SLACK_TOKEN = "xoxb-" + "123456789012-123456789012-abcdefghijklmnopqrstuvwx"
AWS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"
GITHUB_TOKEN = "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789"
WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
KEY_BLOCK = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"can I paste {SLACK_TOKEN} into claude", SLACK_TOKEN),
        (f"my key is {AWS_KEY} ok?", AWS_KEY),
        (f"{GITHUB_TOKEN} does not work", GITHUB_TOKEN),
        (f"what is this? {WEB_TOKEN}", WEB_TOKEN),
        (f"here: {KEY_BLOCK} what now", "MIIEow"),
        ("password: hunter2 does it work with zapier", "hunter2"),
        ('it says password = "hunter22"', "hunter22"),
        ("the pw is Sup3rS3cret! where do I store it", "Sup3rS3cret"),
        ("api_key=abcd-efgh-ijkl", "abcd-efgh-ijkl"),
        ("postgres://admin:s3cretpw@db:5432/crm how do I connect", "s3cretpw"),
    ],
)
def test_a_secret_is_taken_out_and_the_question_stays(text: str, secret: str) -> None:
    scrubbed = scrub(text)
    assert secret not in scrubbed
    assert REMOVED in scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "which tool should I use to turn webinar recordings into a blog post?",
        "the password is wrong, who resets it?",
        "is my token expired?",
        "does HubSpot work with Mailchimp for 12,000 contacts?",
        "see https://docs.example.com/document/d/quarterly-campaign-plan-2026/edit",
        "who owns C0AIOPS and U0ADA on 2026-11-23 10:15?",
    ],
)
def test_an_ordinary_question_is_left_alone(text: str) -> None:
    assert scrub(text) == text


@given(st.text(max_size=300))
def test_scrubbing_twice_is_scrubbing_once(text: str) -> None:
    assert scrub(scrub(text)) == scrub(text)
