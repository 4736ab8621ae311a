"""Ours with a hash that costs nothing: how many would come in if hashing were free? Only for `bench.logins`."""

from config.settings import *  # noqa: F403 - settings are names of a module

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
