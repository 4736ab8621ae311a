"""How gunicorn serves us: `gunicorn -c config/gunicorn.conf.py config.wsgi`. Values come from the environment."""

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path
from threading import Thread
from typing import Any

from django.core.exceptions import ImproperlyConfigured

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.apps import apps
from django.conf import settings

try:
    settings.configured or settings.SECRET_KEY  # noqa: B018 - loads the settings
except ImproperlyConfigured as error:
    sys.exit(f"The server cannot start: {error}")

bind = f"{settings.HOST}:{settings.PORT}"
worker_class = "config.gunicorn_worker.Worker"
workers = settings.WEB_WORKERS
threads = settings.WEB_THREADS
preload_app = False  # each worker opens its own pool of connections
timeout = settings.WEB_TIMEOUT
graceful_timeout = 25  # hosts kill after 30
keepalive = 75  # longer than the idle timeout of common proxies
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
forwarded_allow_ips = ""  # Django reads X-Forwarded-Proto itself when TRUSTED_PROXIES says so; SCRIPT_NAME is nobody's
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - heartbeats; a slow disk must not kill workers
logconfig_dict = settings.LOGGING
control_socket_disable = True  # signals are enough, and it would write outside DATA_DIR
logger_class = "config.gunicorn_worker.Logger"
proc_name = "design-gallery"

if settings.METRICS and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # it is there when a new master takes over
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="gallery-figures-", dir=worker_tmp_dir)


# So long a thread that comes back from the database waits for its turn; with Python's 5 ms some wait for many turns.
SWITCH_SECONDS = 0.001


def when_ready(server: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    if settings.LOG_FORMAT == "json":  # a collector reads this
        return
    shown = "localhost" if settings.HOST in {"127.0.0.1", "0.0.0.0"} else settings.HOST
    base = f"http://{shown}:{settings.PORT}"
    docs = f"  API docs  {base}/docs\n" if settings.DOCS else ""
    sys.stderr.write(f"\n{settings.APP_NAME} is ready.\n{docs}  Admin     {base}/admin/\n  Health    {base}/health\n\n")


def post_worker_init(worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    sys.setswitchinterval(SWITCH_SECONDS)
    from designs import index  # noqa: PLC0415 - needs the models

    Thread(target=index.keep_ready, args=[settle], name="index", daemon=True).start()


def settle() -> None:
    """What stands by now stands to the end. To look for garbage among all of it, again and again, would stop every
    thread of this process for a tenth of a second."""
    gc.collect()
    gc.freeze()
    from config.crew import database  # noqa: PLC0415 - needs the settings

    database.measure()  # it is there, as the index has just been read


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    from config.shares import shares  # noqa: PLC0415 - as the workers know it

    shares.leave(worker.age)
    if settings.METRICS:
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - only where somebody asks

        mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    if settings.METRICS:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def worker_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """What this worker kept in its memory of searches is written before it goes."""
    if apps.ready:  # it may never have come so far
        from designs import searches  # noqa: PLC0415 - needs the models

        searches.flush()
