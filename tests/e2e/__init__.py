"""The program as a person uses it: a real window on a virtual screen, by mouse and keyboard alone."""
