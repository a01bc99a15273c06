#!/bin/sh
# Makes .venv with everything the suite needs: setup.sh REQUIREMENTS…
# Costs nothing when it is up to date; two at the same time wait for each other; an interrupted one starts again.
set -eu
cd "$(dirname "$0")"

wanted=$(cat setup.sh "$@" | sha256sum | cut -c1-16)
ready=.venv/ready-$wanted
[ -e "$ready" ] && exit 0

# The lock lies beside .venv, which is removed and made anew.
exec 9>.venv.lock
if command -v flock >/dev/null; then flock 9; fi
[ -e "$ready" ] && exit 0

find_python() {
    for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$python"
            return
        fi
    done
    echo "set-up needs Python 3.11 or newer and found none; install it, or name it: make PYTHON=/path/to/python3" >&2
    return 1
}
python=$(find_python)
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$python cannot make virtual environments; install its venv module (on Debian: apt-get install python3-venv)" >&2
    exit 1
fi

echo "setting up .venv with $("$python" --version)"
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    rm -rf .venv
    "$python" -m venv .venv
fi
# A stamp of other requirements no longer tells the truth.
rm -f .venv/ready-*
for file in "$@"; do
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$file"
done
touch "$ready"
