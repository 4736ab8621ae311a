"""The rooms of config/testing as fixtures; config/testing/plugin.py has set the environment before."""

ROOMS = ["ground", "cast", "servers", "browser", "s3", "pictures", "gallery"]  # each before those that import it
pytest_plugins = [f"config.testing.{room}" for room in ROOMS]
