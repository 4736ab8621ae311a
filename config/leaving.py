"""A server that was told to stop says so first, and goes on answering until proxies have looked elsewhere."""

import threading

begun = threading.Event()
