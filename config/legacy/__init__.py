"""The gallery of the older backend moves in: people, designs, hearts, switches, and the pictures where they lie.

`reading` opens what was exported (`dumps`, `exports`, or a SQLite file) as a database with the tables of `schema`;
`moving` brings one after the other in one transaction: `room`, `people`, `pictures`, `designs`, `hearts`, `options`.
`values` reads single values, `storing` writes rows, `reporting` tells what became of them, `earlier` remembers the last
time.
"""
