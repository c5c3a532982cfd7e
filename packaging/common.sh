# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the scripts beside it: finds and installs dependencies, configures and compiles a preset.
# Callers set $me, the name their messages begin with. Everything is said on stderr.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
list=packaging/dependencies
[[ -z ${Torch_DIR:-} ]] || Torch_DIR=$(realpath -m -- "$Torch_DIR")
cd "$root"

say() { printf '%s: %s\n' "$me" "$*" >&2; }
fail() { say "$*"; exit 1; }

# One maker at a time of whatever lies in build/NAME; ends with the calling subshell.
lock() {
    mkdir -p build
    exec 9>"build/.$1.lock"
    flock --nonblock 9 || { say "waiting for another run that works on build/$1"; flock 9; }
}

# dependencies apt|pip GROUP: the packages of the list, a line each.
dependencies() { awk -v kind="$1" -v group="$2" '$1 == kind && $2 == group { print $3 }' "$list"; }

# install_apt GROUP…: installs the groups' apt packages that dpkg does not know as installed; needs root only then.
install_apt() {
    local group wanted missing as_root=() command
    mapfile -t wanted < <(for group; do dependencies apt "$group"; done)
    if ! command -v dpkg-query >/dev/null; then
        say "no dpkg here: what $list names must be installed by hand"
        return
    fi
    mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}" | sort) <(
        dpkg-query --show --showformat '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null |
            awk '$2 == "installed" { print $1 }' | sort -u))
    [[ ${#missing[@]} -gt 0 ]] || return 0

    command=(apt-get install --yes --no-install-recommends "${missing[@]}")
    if [[ $(id -u) -ne 0 ]]; then
        sudo -n true 2>/dev/null || fail "installing needs root, run: sudo sh -c 'apt-get update && ${command[*]}'"
        as_root=(sudo -n)
    fi
    say "installing ${missing[*]}"
    as_root+=(env DEBIAN_FRONTEND=noninteractive)
    { "${as_root[@]}" apt-get --quiet update && "${as_root[@]}" "${command[@]}"; } >&2 ||
        fail "apt cannot install ${missing[*]} (its reason is above; is the network reachable?)"
}

# The Python that virtual environments are made with: the system's, for which the list installs venv, or else any.
find_python() {
    local python
    for python in /usr/bin/python3 python3; do
        "$python" -c 'import ensurepip, venv' 2>/dev/null && { printf '%s\n' "$python"; return; }
    done
    return 1
}

# install_pip GROUP DIRECTORY: a virtual environment with exactly the group's packages, made again when the list changed
# or when it was left half-made. Its file .holds is written last and says what it holds.
install_pip() (
    local python wanted holds
    mapfile -t wanted < <(dependencies pip "$1")
    holds=$2/.holds
    [[ -f $holds && $(<"$holds") == "${wanted[*]}" ]] && return
    lock "$(basename "$2")"
    [[ -f $holds && $(<"$holds") == "${wanted[*]}" ]] && return
    python=$(find_python) || fail "no Python that can make virtual environments (install python3-venv)"
    say "making $2 with ${wanted[*]}"
    rm -rf -- "$2"
    "$python" -m venv "$2" >&2 || fail "$python cannot make $2"
    "$2/bin/python" -m pip install --disable-pip-version-check --progress-bar off "${wanted[@]}" >&2 ||
        fail "pip cannot install ${wanted[*]} (its reason is above; is the package index reachable?)"
    printf '%s\n' "${wanted[*]}" >"$holds"
)

# Prints the directory of TorchConfig.cmake: the user's, or the virtual environment's, made first if need be.
find_torch() {
    local found
    if [[ -n ${Torch_DIR:-} ]]; then
        [[ -f $Torch_DIR/TorchConfig.cmake ]] ||
            fail "Torch_DIR=$Torch_DIR holds no TorchConfig.cmake (expected LIBTORCH/share/cmake/Torch)"
        printf '%s\n' "$Torch_DIR"
        return
    fi
    install_pip build build/venv || exit
    found=$(printf '%s\n' build/venv/lib/python3*/site-packages/torch/share/cmake/Torch/TorchConfig.cmake)
    [[ -f $found ]] || fail "build/venv holds no LibTorch; remove it and run again"
    realpath -- "$(dirname "$found")"
}

# How many compilers may run at once: one for each processor, but 1.5 GB of memory for each.
parallel_jobs() {
    local processors kilobytes limit fitting
    processors=$(nproc)
    kilobytes=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
    limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
    [[ $limit =~ ^[0-9]+$ && $((limit / 1024)) -lt $kilobytes ]] && kilobytes=$((limit / 1024))
    fitting=$((kilobytes / 1500000))
    printf '%s\n' "$((fitting < 1 ? 1 : fitting < processors ? fitting : processors))"
}

# build_preset PRESET [TARGET…]: configures when something that Ninja does not watch has changed, then compiles.
build_preset() {
    local preset=$1 torch_dir state stamp=build/$1/.configured fresh=()
    shift
    torch_dir=$(find_torch) || exit
    state=$(printf '%s\n' "$root" "$torch_dir" "$(command -v cmake ninja)"
        cat CMakePresets.json "$torch_dir"/*Version.cmake 2>/dev/null || true)
    if [[ ! -f $stamp || ! -f build/$preset/build.ninja || $(<"$stamp") != "$state" ]]; then
        # LibTorch's own find results are cached: another LibTorch needs an empty cache.
        [[ -f $stamp ]] && fresh=(--fresh) && printf 'failed\n' >"$stamp"
        cmake --preset "$preset" "${fresh[@]}" -DTorch_DIR="$torch_dir" >&2 || fail "cmake cannot configure preset $preset"
        printf '%s\n' "$state" >"$stamp"
    fi
    # Relative paths let the build directories of a checkout share one compiler cache, precompiled headers and all.
    CCACHE_BASEDIR=$root cmake --build --preset "$preset" --parallel "${CMAKE_BUILD_PARALLEL_LEVEL:-$(parallel_jobs)}" \
        ${1:+--target "$@"} >&2 || fail "preset $preset does not compile"
}
