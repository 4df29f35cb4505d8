"""Results -> files, each written beside its place and moved into it (`atomic_file`), nothing replaced unasked.

C arrays (`c_array`), tables as CSV and JSON, pictures, the report of a sweep (`html_report` from `report` and its
parts), node data for Model Explorer.
"""
