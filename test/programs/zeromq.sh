# zeromq: its own tests, in C++, and news among ten hosts.

# With what its tests want: what is a draft, and no libraries beyond libstdc++. In C++20, as its
# allocator, a std::allocator by another name, is none for libstdc++ 14 before.
build_zeromq() {
  fresh zeromq zeromq3 "$clang $plugin" || return 0
  (cmake -S zeromq -B zeromq/build -G Ninja -Wno-dev -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$clang" \
    -DCMAKE_CXX_COMPILER="$clang++" -DCMAKE_C_FLAGS="$plugin" -DCMAKE_CXX_FLAGS="$plugin -std=gnu++20" -DENABLE_DRAFTS=ON \
    -DENABLE_PRECOMPILED=OFF -DWITH_LIBSODIUM=OFF -DWITH_LIBBSD=OFF -DWITH_TLS=OFF -DWITH_DOCS=OFF \
    -DWITH_PERF_TOOL=OFF &&
    ninja -C zeromq/build) >zeromq.log 2>&1 || failed zeromq.log
  # shellcheck disable=SC2086
  $clang++ $plugin -std=c++17 -O2 -Izeromq/include "$here/news.cpp" -o zeromq/news -Lzeromq/build/lib \
    -Wl,-rpath,"$work/zeromq/build/lib" -lzmq
  built zeromq "$clang $plugin"
}

# ---- its tests ----

zeromq_tests() {
  find zeromq/build/bin -name '*test_*' -printf '%f\n' | LC_ALL=C sort
}

# Each on a host of its own, which is left without sockets: diff cannot compare them.
zeromq_hosts() {
  local name host=0
  for name in $(zeromq_tests); do
    actor "node-$host" 0 "$bin/sh" -c "timeout 300 $work/zeromq/build/bin/$name; echo ended $name \$?
      find . -type s -exec rm {} +"
    host=$((host + 1))
  done
}

# Those that take no minute, at the same time: they hardly compute.
zeromq_natively() {
  local name
  for name in $(zeromq_tests | grep -vx -e test_heartbeats -e test_security_zap); do
    (
      cd zeromq-native/files
      status=0
      timeout 40 "../../zeromq/build/bin/$name" >"../$name" 2>&1 || status=$?
      echo "ended $name $status" >>"../$name"
    ) &
  done
  wait
}

# zeromq_ended FILE...: lines "NAME STATUS"; 77 is that of a test that does not apply.
zeromq_ended() {
  sed -n 's/^ended //p' "$@" | LC_ALL=C sort
}

# zeromq_listed: the names in zeromq.expected.
zeromq_listed() {
  sed -n 's/^\(test_.*\): .*/\1/p' "$here/zeromq.expected" | tr ' ' '\n'
}

# not_ended_well FILE: the names of the rest.
not_ended_well() {
  sed -n '/ 0$/!s/ .*//p' "$1"
}

# What passes natively passes emulated, but for what zeromq.expected lists, with the reasons.
step_zeromq_tests() {
  rm -rf zeromq-native
  mkdir -p zeromq-native/files
  zeromq_natively &
  local native=$!
  emulate zeromq-tests zeromq_hosts -n "$(zeromq_tests | wc -l)"
  wait "$native"
  zeromq_ended zeromq-tests-1/*/sh.2.stdout >zeromq-emulated.ended
  zeromq_ended zeromq-native/*test_* >zeromq-native.ended
  expect 'tests that ran' "$(cut -d ' ' -f 1 zeromq-emulated.ended)" "$(zeromq_tests)"
  echo "emulated $(grep -c ' 0$' zeromq-emulated.ended) of $(wc -l <zeromq-emulated.ended) pass," \
    "natively $(grep -c ' 0$' zeromq-native.ended) of $(wc -l <zeromq-native.ended)"
  expect 'unlisted failures' "$(LC_ALL=C comm -23 <(not_ended_well zeromq-emulated.ended) \
    <({ not_ended_well zeromq-native.ended && zeromq_listed; } | LC_ALL=C sort))" ''
}

# ---- news ----

# All publish, and hear all others; the last one comes late.
news() {
  local me topics=(even odd) start
  for me in 0 1 2 3 4 5 6 7 8 9; do
    start=0
    [ $me != 9 ] || start=1.5
    # shellcheck disable=SC2046
    actor "node-$me" $start "$work/zeromq/news" "node-$me" "${topics[me % 2]}" \
      $(seq -f 'node-%.0f' 0 9 | grep -vx "node-$me")
  done
}

step_zeromq_news() {
  emulate zeromq-news news -n 10 --latency 20ms --bandwidth 10Mbps
  local me
  for me in 0 1 2 3 4 5 6 7 8; do
    # Half of the messages, in order.
    expect "what node-$me heard" "$(cut -d ' ' -f 1-4 "zeromq-news-1/node-$me/news.2.stdout")" \
      "$(seq -f 'node-%.0f' 0 9 | grep -vx "node-$me" | sed "s/\$/ 50 $((2 - me % 2)) $((100 - me % 2))/")"
  done
  # What was said before it came it has not heard.
  expect 'peers of node-9' "$(grep -cE '^node-[0-8] [12][0-9] [3-7][0-9] 99 ' zeromq-news-1/node-9/news.2.stdout)" 9
  # 20 ms, and what nine messages of one date take to leave and to be dealt with.
  awk '$5 < 20000 || $6 > 22000 { print FILENAME ": " $0; bad = 1 } END { exit bad }' zeromq-news-1/*/news.2.stdout
}
