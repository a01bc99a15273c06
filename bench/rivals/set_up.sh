#!/bin/sh
# Installs the rivals of docs/benchmarks.md here: .venv, node_modules and pgtap. Does nothing if all is up to date.
# What cannot be installed is said, and is no error: the benchmark then names it as not installed.
set -eu
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
mark=.ready-$(cat set_up.sh requirements.txt package.json package-lock.json .npmrc | sha256sum | cut -c1-16)
[ -e "$mark" ] && exit 0
rm -rf .venv node_modules pgtap .ready-*

# pgTAP and pg_prove from the distribution's packages, unpacked here: nothing is installed on the machine. pgTAP is SQL,
# so that of another version of PostgreSQL serves. Where that is impossible, those on the PATH are used, if any.
unpack_pgtap() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    packages=$(apt-cache search --names-only '^postgresql-[0-9]+-pgtap$' | cut -d' ' -f1 | tail -1)
    [ -n "$packages" ] || return 1
    mkdir -p pgtap/packages
    (cd pgtap/packages && apt-get download "$packages" libtap-parser-sourcehandler-pgtap-perl) || return 1
    for file in pgtap/packages/*.deb; do dpkg-deb --extract "$file" pgtap || return 1; done
    rm -r pgtap/packages
}

complete=yes
if ! unpack_pgtap >pgtap.log 2>&1; then
    rm -rf pgtap
    command -v pg_prove >/dev/null || { complete=; echo "pgTAP could not be had; see bench/rivals/pgtap.log (apt-get update first?)" >&2; }
fi
"$root/.venv/bin/python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt \
    || { complete=; echo "the Python rivals could not be installed" >&2; }
# Where the machine has no Node, requirements-node.txt brings it.
PATH=$PATH:$root/.venv/bin npm ci >npm.log 2>&1 \
    || { complete=; echo "npm could not install the rivals; see bench/rivals/npm.log" >&2; }
[ -z "$complete" ] || touch "$mark"
