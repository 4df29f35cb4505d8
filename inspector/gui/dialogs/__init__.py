"""Dialogs: a form over the options class of a job, checked while it is filled; and what they remember."""
