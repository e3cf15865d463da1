# Switchhook as a container: built from the lock file, run as an unprivileged user on a read-only file system.
# The journal and the state live on the volume /data; everything else may be read-only.

FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /switchhook
# The dependencies first: they change seldom, so that this layer is reused.
COPY deploy/requirements.lock deploy/requirements-build.lock deploy/
RUN /switchhook/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r deploy/requirements.lock
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY service service
COPY handlers handlers
RUN python -m venv /tools \
 && /tools/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r deploy/requirements-build.lock \
 && /tools/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /switchhook/bin/pip install --no-cache-dir --no-deps /wheels/*.whl \
 && /switchhook/bin/python -m compileall -q /switchhook/lib

FROM python:3.13-slim
COPY --from=build /switchhook /switchhook
RUN groupadd --gid 10001 switchhook \
 && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin switchhook \
 && install -d -o switchhook -g switchhook /data
# By number, so that whoever runs it can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV PATH=/switchhook/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SWITCHHOOK_INGRESS__JOURNAL=/data/journal.db \
    SWITCHHOOK_STATE__PATH=/data/state.db \
    SWITCHHOOK_LOG_FORMAT=json \
    SWITCHHOOK_SETTINGS=/etc/switchhook/switchhook.toml
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["switchhook", "health"]
# A stop drains running handlers: give it longer than worker.drain (10 s).
STOPSIGNAL SIGTERM
ENTRYPOINT ["switchhook"]
CMD ["run"]
