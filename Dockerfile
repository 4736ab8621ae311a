FROM python:3.12-slim AS builder

WORKDIR /app
RUN python -m venv --without-pip /venv
COPY requirements.txt ./
RUN pip --python /venv/bin/python --disable-pip-version-check install \
    --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt

COPY manage.py ./
COPY config ./config
COPY accounts ./accounts
COPY uploads ./uploads
COPY designs ./designs
COPY favorites ./favorites
COPY templates ./templates
# The values are for this one command and stay out of the image. Bytecode is made here because the server runs without
# the right to write it; chmod, because a strict umask on the building machine would hide the files from the server.
RUN ENVIRONMENT=production DATA_DIR=/tmp/build COMPRESS_STATIC=1 \
    SECRET_KEY=only-for-collectstatic JWT_SECRET=only-for-collectstatic \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /venv/bin/python -m compileall -q . \
    && chmod -R a+rX .


FROM python:3.12-slim

RUN groupadd --gid 10001 gallery \
    && useradd --uid 10001 --gid gallery --no-log-init --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin gallery \
    && install --directory --owner=gallery --group=gallery --mode=0750 /data
COPY --from=builder /venv /venv
COPY --from=builder /app /app

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    TASKS=worker \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
# Without a ProxyHandler of its own, urllib would ask an HTTP_PROXY of the environment for 127.0.0.1.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os; from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:' + os.environ['PORT'] + '/livez', timeout=4)"]
CMD ["gunicorn", "-c", "config/gunicorn.conf.py", "config.wsgi"]
