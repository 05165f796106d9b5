# libev: the example of its manual, and all its watchers with each of its backends.

build_libev() {
  fresh libev libev "$clang $plugin" || return 0
  (cd libev && ./configure --disable-shared CC="$clang $plugin" &&
    make -j "$(nproc)" ACLOCAL=: AUTOMAKE=: AUTOCONF=: AUTOHEADER=: &&
    sed -n '/^=head2 EXAMPLE PROGRAM/,/^=head1/s/^   //p' ev.pod >example.c &&
    for program in example.c "$here/libev-watchers.c"; do
      $clang $plugin -O2 -I. "$program" .libs/libev.a -lm -o "$(basename "$program" .c)" || exit
    done) >libev.log 2>&1 || failed libev.log
  built libev "$clang $plugin"
}

# watchers HOST BACKEND: the program, with a file that changes, signals and two clients.
watchers() {
  actor "$1" 10 "$bin/sh" -c "exec 2>&1; mkdir /watched; $work/libev/libev-watchers $2 /watched/file 7000 & watcher=\$!
    sleep 3.5; printf hello >/watched/file
    sleep 0.7; kill -USR1 \$watcher
    sleep 0.7; printf ', world' >>/watched/file
    sleep 2.1; rm /watched/file
    sleep 6; kill -INT \$watcher
    wait \$watcher"
  actor node-3 12 "$bin/sh" -c "(sleep 0.5; echo one; sleep 1.6; echo three) | nc $1 7000"
  actor node-3 12 "$bin/sh" -c "(sleep 1.1; echo two) | nc $1 7000"
}

backends=(select poll epoll)

events() {
  local i
  actor node-3 0 "$bin/sh" -c "sleep 9 | $work/libev/example"
  actor node-3 0 "$bin/sh" -c "(sleep 2; echo) | $work/libev/example"
  for i in 0 1 2; do
    watchers "node-$i" "${backends[i]}"
  done
}

step_libev() {
  emulate libev events -n 4
  local i
  for i in 0 1 2; do
    echo "${backends[i]}"
    diff "$here/libev.expected" libev-1/node-$i/sh.2.stdout
  done
  expect 'example, too late' "$(cat libev-1/node-3/sh.2.stdout)" timeout
  expect 'example, in time' "$(cat libev-1/node-3/sh.3.stdout)" 'stdin ready'
}
