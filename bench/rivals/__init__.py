"""Other ways to build the same doors on the same database; README.md says what each does and does not."""
