#!/bin/sh
# Installs the rivals of `python -m bench diff` here: .venv and node_modules. Does nothing if all is up to date.
# What cannot be installed is said, and is no error: the benchmark then names it as not installed.
set -eu
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
mark=.ready-$(cat set_up.sh requirements.txt package.json package-lock.json .npmrc | sha256sum | cut -c1-16)
[ -e "$mark" ] && exit 0
rm -rf .venv node_modules .ready-*
"$root/.venv/bin/python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt \
    || { echo "the Python rivals could not be installed" >&2; exit 0; }
# Where the machine has no Node, requirements-node.txt brings it.
PATH=$PATH:$root/.venv/bin npm ci >npm.log 2>&1 \
    || { echo "npm could not install the rivals; see bench/rivals/npm.log" >&2; exit 0; }
touch "$mark"
