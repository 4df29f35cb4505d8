"""The tabs and docks of the window, each with its parts: they show what the session has and ask it for more."""
