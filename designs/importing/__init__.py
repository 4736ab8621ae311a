"""A catalogue comes in as a file, and goes out as the same one.

`columns` knows the names, `reading` turns a file (`texts`, `workbooks`) into rows, `understanding` a row into facts,
`writing` facts into designs, chunk by chunk; `running` does all of it and reports, `jobs` does it for the admin.
`exporting` is the way back.
"""
