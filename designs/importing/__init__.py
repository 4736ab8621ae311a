"""A catalogue comes in as a file, and goes out as the same one.

`columns` knows the names, `reading` turns a file into rows, `understanding` a row into facts, `writing` facts into
designs, chunk by chunk; `running` does all of it and keeps a `report`. `exporting` is the way back.
"""
