#!/bin/sh
# Choose new versions of all dependencies, for every supported Python and system: lock.sh PYTHON
# Only names, versions and hashes are written: no address of a registry, and no path of this machine.
set -eu

cd "$(dirname "$0")/.."
tools=.venv/lock-tools
[ -x "$tools/bin/uv" ] || { "$1" -m venv "$tools" && "$tools/bin/pip" install --quiet uv; }

compile() {
    output=$1
    shift
    "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --no-emit-index-url --no-emit-find-links --no-header --upgrade --output-file "$output" "$@"
}

compile requirements/serve.txt pyproject.toml requirements/build.in --extra postgresql
compile requirements/dev.txt pyproject.toml requirements/build.in --extra postgresql --group dev \
    --constraint requirements/serve.txt
