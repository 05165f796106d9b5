# libuv: all of its own tests on an emulated host.

build_libuv() {
  fresh libuv libuv1 "$clang $plugin" || return 0
  (cmake -G Ninja -S libuv -B libuv/build -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$clang" \
    -DCMAKE_C_FLAGS="$plugin" && ninja -C libuv/build -j "$(nproc)" uv_run_tests) >libuv.log 2>&1 || failed libuv.log
  built libuv "$clang $plugin"
}

# It refuses to run as root, but one test wants that. Some read and write files where they are run.
uv_tests() {
  local tests=$work/libuv/build/uv_run_tests
  actor node-0 0 UV_RUN_AS_ROOT=1 "$bin/sh" -c "mkdir -p /uv/test && cd /uv && cp -r $work/libuv/test/fixtures test &&
    $tests spawn_setuid_setgid && chown -R nobody ."
  actor node-0 10 "$bin/sh" -c "cd /uv && $tests; true" | sed 's,</actor>,<prop id="user" value="nobody"/>&,'
}

# Of its 410 tests, all of which pass natively, these fail:
#   poll_oob tcp_oob   the network has no urgent data
# Others skip what they test: what is for Windows or wants root (first run above), a terminal, the Internet,
# recursive watches; and natively as here those of IPv6 where interfaces have no such address.
libuv_failing='poll_oob|tcp_oob'

step_libuv() {
  emulate libuv uv_tests -n 1
  local all=libuv-1/node-0/sh.9.stdout
  grep -A 20 '^not ok' "$all" || true
  expect 'other tests that fail' "$(grep '^not ok' "$all" | grep -vE " - ($libuv_failing)\$")" ''
  expect 'tests' "$(grep -cE '^(not )?ok [0-9]+ - ' "$all")" 410
  expect 'tests as root' "$(cat libuv-1/node-0/sh.2.stdout)" 'ok 1 - spawn_setuid_setgid'
}
