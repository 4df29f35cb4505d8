"""Hours of use in minutes: `python -m tests.soak` (`make soak`) opens, selects, closes and runs jobs, many times."""
