"""Qt item models over records: one model and one view serve every table of the window, flat or in groups.

`RecordModel` holds no row objects: numpy arrays say which record stands in which row. Sorting and filtering happen in
it, since Qt's proxy model needs 20 seconds for what takes a tenth of one here (100,000 rows).
"""
