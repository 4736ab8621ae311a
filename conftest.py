"""The rooms of config/testing as fixtures; config/testing/plugin.py has set the environment before."""

pytest_plugins = ["config.testing.cast", "config.testing.servers", "config.testing.browser"]
