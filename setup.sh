#!/bin/sh
# Installs the named parts into .venv and node_modules: setup.sh PART…
# A part is a requirements file, "node" (the packages of package.json) or "browser" (a Chromium).
# It does nothing if all is up to date. Two runs at the same time wait for each other; an interrupted one starts over.
set -eu
cd "$(dirname "$0")"

# The file that marks a part as up to date.
mark() {
    case $1 in
        node) echo "node_modules/.ready-$(digest package.json package-lock.json .npmrc)" ;;
        browser) echo ".venv/ready-browser-$(digest)" ;;
        *) echo ".venv/ready-$1-$(digest "$1")" ;;
    esac
}

digest() {
    cat setup.sh "$@" | sha256sum | cut -c1-16
}

is_ready() {
    for part in "$@"; do
        [ -e "$(mark "$part")" ] || return 1
    done
}

is_ready "$@" && exit 0

# The lock is beside .venv, not in it, because .venv may be removed and made anew.
exec 9>.venv.lock
if command -v flock >/dev/null; then flock 9; fi

find_python() {
    for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$python"
            return
        fi
    done
    echo "set-up needs Python 3.11 or newer and found none; install it, or say where it is: make PYTHON=/path/to/python3" >&2
    return 1
}

make_venv() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$python cannot make virtual environments; install its venv module (on Debian: apt-get install python3-venv)" >&2
        exit 1
    fi
    echo "setting up .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
}

pip_install() {
    for file in "$@"; do
        set -- "$@" --requirement "$file"
        shift
    done
    # Compiling now takes seconds, which Python does bit by bit as modules are first used, unless it is told not to.
    [ -n "${PYTHONDONTWRITEBYTECODE:-}" ] || set -- --no-compile "$@"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes "$@"
}

node_is_new_enough() {
    command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 22 ? 1 : 0)' 2>/dev/null
}

install_node_packages() {
    if ! node_is_new_enough; then
        is_ready requirements-node.txt || { pip_install requirements-node.txt && touch "$(mark requirements-node.txt)"; }
        PATH=$PWD/.venv/bin:$PATH
    fi
    if ! npm ci >.venv/npm.log 2>&1; then
        echo "npm could not install the packages of package-lock.json; see .venv/npm.log" >&2
        exit 1
    fi
}

has_browser() {
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

install_browser() {
    has_browser && return
    .venv/bin/python -m playwright install chromium >.venv/browser.log 2>&1 && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update && apt-get install --yes --no-install-recommends chromium chromium-headless-shell; } >>.venv/browser.log 2>&1 && return
    fi
    echo "no Chromium is installed, and none could be downloaded (see .venv/browser.log); install chromium or google-chrome" >&2
    exit 1
}

.venv/bin/python -c 'import pip' 2>/dev/null || make_venv
requirements=
for part in "$@"; do
    case $part in *.txt) requirements="$requirements $part" ;; esac
done
# shellcheck disable=SC2086 # the names of our files hold no spaces
if ! is_ready $requirements; then
    echo "setting up$requirements"
    # Marks of other versions of these files are no longer true.
    for file in $requirements; do rm -f ".venv/ready-$file"-*; done
    pip_install $requirements
    for file in $requirements; do touch "$(mark "$file")"; done
fi
for part in "$@"; do
    if [ "$part" = node ] && ! is_ready node; then
        echo "setting up node_modules"
        install_node_packages
        touch "$(mark node)"
    elif [ "$part" = browser ] && ! is_ready browser; then
        install_browser
        touch "$(mark browser)"
    fi
done
