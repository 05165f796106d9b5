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
    $tests spawn_setuid_setgid && chown -R nobody:65534 ."
  actor node-0 10 "$bin/sh" -c "cd /uv && $tests; true" | sed 's,</actor>,<prop id="user" value="nobody"/>&,'
}

# All pass (410 in Debian 12, 444 in 13), as they do natively. Some of them skip what they test, there as here:
# what is for Windows or wants root (first run above), a terminal, recursive watches.
step_libuv() {
  emulate libuv uv_tests -n 1
  local all=libuv-1/node-0/sh.9.stdout
  grep -A 20 '^not ok' "$all" || true
  expect 'tests that pass' "$(grep -c '^ok ' "$all")" "$(sed -n 's/^1\.\.//p' "$all")"
  expect 'tests as root' "$(cat libuv-1/node-0/sh.2.stdout)" 'ok 1 - spawn_setuid_setgid'
}
