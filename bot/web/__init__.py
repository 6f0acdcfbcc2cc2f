"""The leaders' dashboard: a door for browsers. It calls use cases and draws what they say."""
