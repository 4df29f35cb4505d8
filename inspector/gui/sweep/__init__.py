"""The Sweep window: makes and edits a plan, runs it beside the window's other work, follows its pipelines."""
