"""The desktop: a double-click on a model file opens it with this program. Data and files only; no Qt, no window.

`association` installs, removes and tells; `document_types` says which files these are, for every system alike.
"""
