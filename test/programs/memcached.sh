# memcached, with libevent built by us: servers under load, times to live, counters.

build_memcached() {
  make_libevent
  fresh memcached memcached "$clang $plugin" || return 0
  (cd memcached && ./configure --with-libevent="$work/libevent/root" CC="$clang $plugin" \
    LDFLAGS="-Wl,-rpath,$work/libevent/root/lib" &&
    make -j "$(nproc)" ACLOCAL=: AUTOMAKE=: AUTOCONF=: AUTOHEADER=: memcached) >memcached.log 2>&1 || failed memcached.log
  # shellcheck disable=SC2086
  $clang $plugin -O2 "$here/cache-load.c" -o memcached/cache-load
  built memcached "$clang $plugin"
}

# talk DATE LINE...: commands that node-4 sends to node-0 at that date.
talk() {
  local date=$1
  shift
  actor node-4 "$date" "$bin/sh" -c "printf '%s\r\n' ${*@Q} quit | nc node-0 11211"
}

# Four servers with a counter each, eight clients that work on all of them; keys that live for some
# seconds of simulated time.
caches() {
  local host
  for host in 0 1 2 3; do
    actor "node-$host" 0 "$work/memcached/memcached" -u root -t 4
    actor node-4 1 "$bin/sh" -c "printf 'set counter 0 0 1\r\n0\r\nquit\r\n' | nc node-$host 11211"
  done
  for host in 4 5 6 7; do
    actor "node-$host" 2 "$work/memcached/cache-load" "first-$host" 2000 node-0 node-1 node-2 node-3
    actor "node-$host" 2 "$work/memcached/cache-load" "second-$host" 2000 node-0 node-1 node-2 node-3
  done
  for host in 0 1 2 3; do
    actor node-4 100 "$bin/sh" -c "printf 'stats\r\nget counter\r\nquit\r\n' | nc node-$host 11211"
  done
  talk 110 'set short 0 5 1' a 'set long 0 100 1' b 'set forever 0 0 1' c
  talk 114 'get short long forever'
  talk 116 'get short long forever' 'touch long 1000'
  talk 300 'get short long forever'
  talk 1200 'get short long forever'
}

# stats NAME: what the servers count together, one server's report being in each stdout.
stats() {
  cat memcached-1/node-4/sh.*.stdout | tr -d '\r' |
    awk -v name="$1" '$1 == "STAT" && $2 == name { n += $3 } END { print n + 0 }'
}

# counters: the sum of the servers' counters.
counters() {
  cat memcached-1/node-4/sh.*.stdout | tr -d '\r' |
    awk '/^VALUE counter/ { getline; n += $1 } END { print n }'
}

# alive: the keys that node-4's last four commands found, each followed by a dot.
alive() {
  local file
  for file in $(ls memcached-1/node-4/sh.*.stdout | sort -t . -k 2n | tail -n 4); do
    tr -d '\r' <"$file" | sed -n 's/^VALUE \([a-z]*\) .*/\1/p; s/^END/./p'
  done | tr '\n' ' '
}

# did WHAT: how often the clients did it.
did() {
  cat memcached-1/node-*/cache-load.*.stdout |
    awk -v what="$1" '{ for (i = 1; i < NF; i += 2) if ($i == what) n += $(i + 1) } END { print n + 0 }'
}

step_memcached() {
  emulate memcached caches -n 8 --stop 1300
  expect clients "$(cat memcached-1/node-*/cache-load.*.stdout | wc -l)" 8
  # The counters themselves were set, and are read once each.
  expect 'values set' "$(stats cmd_set)" "$(($(did set) + 4))"
  expect 'values found' "$(stats get_hits)" "$(did hit)"
  expect 'values not found' "$(stats get_misses)" "$(did miss)"
  expect 'values deleted' "$(stats delete_hits)" "$(did delete)"
  expect 'counters increased' "$(stats incr_hits)" "$(did incr)"
  expect 'values' "$(stats curr_items)" "$(($(did stored) + 4))"
  expect 'sum of counters' "$(counters)" "$(did incr)"
  expect 'times to live' "$(alive)" 'short long forever . long forever . long forever . forever . '
}
