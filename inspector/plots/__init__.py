"""Results -> drawings on matplotlib's Axes: the same on screen, in a report and in a file. No Qt, no pyplot.

Each plot is a frozen value that knows its title, its numbers for a CSV, and what stands at a point; `draw_...` draws
it, `..._figure` makes a whole figure. `style` has what they share.
"""
