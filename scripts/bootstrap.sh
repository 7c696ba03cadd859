# Sourced by systole, test, plots and format: installs what is missing, configures and builds. Says nothing while all goes well,
# but for one line when something slow begins.

systole_root=$(readlink -f "${BASH_SOURCE[0]}")
systole_root=${systole_root%/scripts/bootstrap.sh}

systole_packages=(
  g++ cmake ninja-build pkg-config ccache python3 python3-jsonschema python3-yaml
  libsystemc-dev libyaml-cpp-dev libspdlog-dev libfmt-dev nlohmann-json3-dev libcli11-dev catch2
  libmuparser-dev zlib1g-dev
  libjs-vega # the charts of report.html, embedded at build time
  libdnnl-dev ocl-icd-opencl-dev # oneDNN's CMake files look for OpenCL
)
# Tests that need these are skipped where they cannot be had.
systole_test_packages=(valgrind "slurm-wlm munge" python3-matplotlib python3-clang)

say() { printf 'systole: %s\n' "$*" >&2; }

# run_quietly LOG COMMAND…: shows what the command printed only if it fails.
run_quietly() {
  local log=$1
  shift
  "$@" </dev/null >"$log" 2>&1 && return
  cat "$log" >&2
  say "failed: $*"
  return 1
}

# ensure_packages PACKAGE…: installs those that are missing. Where there is no apt, that is left to the user.
ensure_packages() {
  if ! command -v apt-get >/dev/null; then
    say "no apt-get here, so these Debian packages (or their like) are up to you: $*"
    return
  fi
  local installed package missing=() as_root=()
  # shellcheck disable=SC2016  # dpkg-query's own variables
  installed=" $(dpkg-query -W -f '${Package}:${db:Status-Status} ' "$@" 2>/dev/null || true)"
  for package in "$@"; do
    [[ $installed == *" $package:installed "* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      say "not root and no sudo; have root run: apt-get install --no-install-recommends ${missing[*]}"
      return 1
    fi
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  mkdir -p "$systole_root/build"
  run_quietly "$systole_root/build/apt.log" "${as_root[@]}" apt-get update || return
  run_quietly "$systole_root/build/apt.log" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"
}

# ensure_browser: the tests open reports in one. Where it cannot be had they say that they are skipped.
ensure_browser() {
  command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null && return
  mkdir -p "$systole_root/build" || return
  (flock 9 && ensure_packages chromium-headless-shell) 9>"$systole_root/build/.lock"
}

# What a finished build rests on besides the sources: the place, the wanted packages, the installed ones.
build_key() {
  local packages_state=none
  [[ -e /var/lib/dpkg/status ]] && packages_state=$(stat -c '%d:%i:%Y' /var/lib/dpkg/status)
  printf '%s\n%s\n%s' "$systole_root" "${systole_packages[*]}" "$packages_state"
}

# is_fresh STAMP: true if the program was built by build_key's means and no source has changed since. Change times, not
# modification times: a file copied or moved in keeps its old modification time.
is_fresh() {
  local stamp=$1 changed
  [[ -r $stamp && -x ${stamp%/*}/sim/systole && $(<"$stamp") == "$(build_key)" ]] || return
  changed=$(cd -- "$systole_root" && find CMakeLists.txt CMakePresets.json models sim -cnewer "$stamp" -print -quit) || return
  [[ -z $changed ]]
}

# run_ninja DIR TARGET…: a counter on a terminal, nothing elsewhere; errors in full, warnings in one line each.
run_ninja() {
  local dir=$1 log=$1/build.log line status
  shift
  NINJA_STATUS='[%f/%t] ' ninja -C "$dir" "$@" </dev/null 2>&1 | while IFS= read -r line; do
    printf '%s\n' "$line"
    [[ -t 2 && $line =~ ^\[([0-9]+/[0-9]+)\] ]] && printf '\r\033[Ksystole: building %s' "${BASH_REMATCH[1]}" >&2
  done >"$log"
  status=${PIPESTATUS[0]}
  [[ -t 2 ]] && printf '\r\033[K' >&2
  if ((status)); then
    grep -v '^\[[0-9]*/[0-9]*\] ' "$log" >&2
    return 1
  fi
  grep -F 'warning:' "$log" >&2
  return 0
}

# build_locked PRESET TARGET…: the build proper.
build_locked() {
  local preset=$1 dir=$systole_root/build/$1 configure=()
  shift
  ensure_packages "${systole_packages[@]}" || return
  mkdir -p "$dir" || return
  build_key >"$dir/.started" || return
  if [[ ! -e $dir/build.ninja || $systole_root/CMakePresets.json -nt $dir/build.ninja ]]; then
    configure=(cmake --preset "$preset")
  elif ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$systole_root" "$dir/CMakeCache.txt"; then
    configure=(cmake --fresh --preset "$preset") # the checkout was moved or copied
  fi
  if ((${#configure[@]})); then
    say "building ($preset), which takes a few minutes the first time"
    (cd -- "$systole_root" && run_quietly "$dir/configure.log" "${configure[@]}") || return
  fi
  run_ninja "$dir" "$@" || { say "the build failed; its log is $dir/build.log" && return 1; }
  mv -f "$dir/.started" "$dir/.built" # as old as the beginning of the build: what was edited meanwhile is newer
}

# build PRESET TARGET…: one at a time, however many ask. `build release systole` returns at once when nothing changed.
build() {
  local stamp=$systole_root/build/$1/.built
  [[ $* == "$1 systole" ]] && is_fresh "$stamp" && return
  mkdir -p "$systole_root/build" || return
  (
    flock 9
    [[ $* == "$1 systole" ]] && is_fresh "$stamp" && exit
    build_locked "$@"
  ) 9>"$systole_root/build/.lock"
}
