# Dependencies are installed into a virtual environment, the code lies beside it and is run from its folder: that is
# where it finds prompts/ and alembic/. Same Python as the tests.
FROM python:3.11-slim-trixie AS build

# The package itself goes again, only its dependencies stay; a change of code does not install them anew.
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot/__init__.py bot/
RUN python -m venv --without-pip /venv \
    && pip --python /venv install --no-cache-dir --no-compile -c constraints.txt '.[postgres,speed,media,activity]' \
    && pip --python /venv uninstall --yes ted-coach

WORKDIR /app
COPY bot bot
COPY prompts prompts
COPY alembic alembic
# By hash and never checked again: file times do not survive every copy of an image, and nothing here changes. The
# load leaves the world's towns behind, which nobody may do later.
RUN python -m compileall -q --invalidation-mode unchecked-hash /venv/lib . \
    && /venv/bin/python -c 'from bot.places.atlas import load; load()'


FROM python:3.11-slim-trixie

LABEL org.opencontainers.image.title="ted-coach" \
      org.opencontainers.image.licenses="MIT"

# The base image comes without bytecode for Python's own library: every start would compile it, every health check too.
RUN python -m compileall -q --invalidation-mode unchecked-hash \
        -x '/(site-packages|ensurepip|idlelib|lib2to3|pydoc_data|tkinter|turtledemo)/' /usr/local/lib/python3.* \
    && groupadd --gid 10001 coach \
    && useradd --no-log-init --uid 10001 --gid coach --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin coach \
    && install -d -o coach -g coach -m 0700 /app/data

COPY --from=build /venv /venv
COPY --from=build /app /app

ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
USER 10001:10001

# The only place that is written to, besides /tmp.
VOLUME /app/data

STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=2 \
    CMD ["python", "-m", "bot", "doctor", "--alive"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
