# What the steps of ./run share: builds, deployments written as shell, runs made twice, checks.
#
# The working directory and the variables top, build, work, simterpose, clang and plugin are ./run's.

# fresh DIRECTORY PACKAGE HOW: a copy of a Debian package's source to build in; false if it has been
# built already in the same way, by the same plugin.
fresh() {
  "$top/scripts/debian-source" "$2" "$top/build/programs-source"
  [ "$(cat "$1/.built" 2>/dev/null)" != "$(stamp "$3")" ] || return 1
  rm -rf "${work:?}/$1"
  cp -a "$top/build/programs-source/$2" "$1"
}

stamp() {
  echo "$1"
  sha256sum "$build/plugin/simterpose.so"
}

# built DIRECTORY HOW: says so.
built() {
  stamp "$2" >"$1/.built"
}

# side_by_side FUNCTION...: runs them, as many at a time as there are processors; false if one failed.
side_by_side() {
  local function running=0 status=0
  for function; do
    if [ "$running" = "$(nproc)" ]; then
      wait -n || status=$?
      running=$((running - 1))
    fi
    "$function" &
    running=$((running + 1))
  done
  for (( ; running > 0; running--)); do
    wait -n || status=$?
  done
  return "$status"
}

# failed LOG: shows its end.
failed() {
  tail -n 20 "$1"
  exit 1
}

escape() {
  local text=${1//&/'&amp;'} # quoted: & is the match in bash 5.2
  text=${text//</'&lt;'}
  text=${text//\"/'&quot;'}
  printf '%s' "${text//$'\n'/'&#10;'}"
}

# actor HOST START[-KILL] [NAME=VALUE...] PROGRAM [ARGUMENT...]: one process of a deployment, from one
# date (to another, when its power is cut), with variables of its environment.
actor() {
  local host=$1 dates=$2 variables=()
  shift 2
  while [[ $1 == [A-Za-z_]*=* ]]; do
    variables+=("$1")
    shift
  done
  printf '<actor host="%s" function="%s" start_time="%s"' "$host" "$(escape "$1")" "${dates%-*}"
  [[ $dates != *-* ]] || printf ' kill_time="%s"' "${dates#*-}"
  printf '>\n'
  shift
  local argument variable
  for argument; do
    printf '  <argument value="%s"/>\n' "$(escape "$argument")"
  done
  for variable in "${variables[@]}"; do
    printf '  <prop id="env:%s" value="%s"/>\n' "${variable%%=*}" "$(escape "${variable#*=}")"
  done
  printf '</actor>\n'
}

# emulate NAME FUNCTION [OPTION...]: runs the deployment that FUNCTION prints.
emulate() {
  {
    echo '<?xml version="1.0"?><platform version="4.1">'
    "$2"
    echo '</platform>'
  } >"$1.xml"
  twice "$1" "${@:3}"
}

# twice NAME [OPTION...]: runs NAME.xml twice, side by side, into NAME-1 and NAME-2: it must succeed and
# write the same bytes both times. All hosts have busybox's applets in /bin.
twice() {
  local before=${EPOCHREALTIME/./} other
  "$simterpose" run --quiet --root root -d "$1.xml" -o "$1-2" "${@:2}" 2>"$1-2.log" &
  other=$!
  "$simterpose" run --quiet --root root -d "$1.xml" -o "$1-1" "${@:2}"
  wait "$other"
  echo "$1: $(((${EPOCHREALTIME/./} - before) / 1000)) ms"
  # diff finds that two sockets differ.
  diff <(cd "$1-1" && find . -type s,p | sort) <(cd "$1-2" && find . -type s,p | sort)
  find "$1-1" "$1-2" -type s,p -delete
  diff -r --no-dereference "$1-1" "$1-2"
}

# expect WHAT FOUND EXPECTED
expect() {
  [ "$2" = "$3" ] || { echo "$1: expected '$3', found '$2'"; exit 1; }
}

# near WHAT FOUND EXPECTED TOLERANCE: one number, that far from what is expected at most.
near() {
  awk -v found="$2" -v expected="$3" -v tolerance="$4" 'BEGIN {
    exit !(found ~ /^-?[0-9.]+$/ && found - expected <= tolerance && expected - found <= tolerance) }' ||
    { echo "$1: expected $3 +- $4, found '$2'"; exit 1; }
}
