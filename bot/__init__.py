"""Signpost: which tool or skill should I use? Answered in Slack, or handed to the one person who knows."""

__version__ = "0.1.0"
