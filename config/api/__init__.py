"""The floor: what is true for every door of the API, whichever app it belongs to."""
