# Asio, as C++ programs use it: threads, timers, signals, names and sockets behind one loop.

build_asio() {
  local how="$clang $plugin $(sha256sum <"$here/asio-echo.cpp")"
  [ "$(cat asio/.built 2>/dev/null)" != "$(stamp "$how")" ] || return 0
  mkdir -p asio
  # shellcheck disable=SC2086
  $clang++ $plugin -std=c++17 -O2 -pthread "$here/asio-echo.cpp" -o asio/asio-echo
  built asio "$how"
}

# The third client says nothing: it is given up after two seconds.
asio_hosts() {
  actor node-0 0-10 "$work/asio/asio-echo" 7000
  actor node-1 0.5 "$work/asio/asio-echo" node-0 7000
  actor node-2 0.5 "$work/asio/asio-echo" node-0 7000
  actor node-3 0.5 "$bin/sh" -c "sleep 5 | nc node-0 7000"
}

step_asio() {
  emulate asio asio_hosts -n 4 --latency 5ms
  local host
  for host in node-1 node-2; do
    diff - "asio-1/$host/asio-echo.2.stdout" <<'END'
connected to 10.0.0.1:7000: Success
hello 0 after 10 ms
hello 1 after 10 ms
hello 2 after 10 ms
END
  done
  diff - <(LC_ALL=C sort asio-1/node-0/asio-echo.2.stdout) <<'END'
session ended: End of file
session ended: End of file
session ended: Operation aborted.
signal 15
END
}
