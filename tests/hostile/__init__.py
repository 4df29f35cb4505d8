"""Files made to do harm: each is bounded in time and memory, runs nothing, and acts on nothing that shows it."""
