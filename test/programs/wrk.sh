# wrk: load on three servers, whose figures follow from the platform; its scripts run in Debian's LuaJIT.

build_wrk() {
  fresh wrk wrk "$clang $plugin" || return 0
  make -C wrk -j "$(nproc)" CC="$clang $plugin" WITH_LUAJIT=/usr WITH_OPENSSL=/usr VER=debian >wrk.log 2>&1 || failed wrk.log
  built wrk "$clang $plugin"
}

# What the script asks for differs in each thread and request; what it got is said at the end: requests, microseconds,
# bytes, errors, the extremes of what a request took, and what the threads got of which status, with how many bytes.
write_wrk() {
  mkdir -p wrk-site
  echo hello >wrk-site/small
  head -c 100000 /dev/zero >wrk-site/large
  printf 'server.port = 8080\nserver.document-root = "%s"\nserver.max-keep-alive-requests = 65535\n' "$work/wrk-site" \
    >wrk-lighttpd.conf
  cat >wrk.lua <<'END'
local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init(arguments)
  path, asked, good, bad, size = arguments[1], 0, 0, 0, 0
end

function request()
  asked = asked + 1
  if asked % 10 == 0 then return wrk.format("GET", string.format("/absent/%d/%d", number, asked)) end
  return wrk.format("GET", path)
end

function response(status, headers, body)
  if status == 200 then
    good = good + 1
    size = size + #body
  elseif status == 404 then
    bad = bad + 1
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("all %d %d %d %d %d %d\n", summary.requests, summary.duration, summary.bytes,
    e.connect + e.read + e.write + e.timeout, latency.min, latency.max))
  for number, thread in ipairs(threads) do
    io.write(string.format("thread %d %d %d %d\n", number, thread:get("good"), thread:get("bad"), thread:get("size")))
  end
end
END
}

# wrk_load DATE CONNECTIONS URL [OPTION...]: ten seconds of load, from two threads.
wrk_load() {
  actor node-3 "$1" "$work/wrk/wrk" -t 2 -c "$2" -d 10 --latency "$3" "${@:4}"
}

wrk_lighttpd() {
  actor node-0 0-100 "$work/builds/lighttpd/out/src/lighttpd" -D -f "$work/wrk-lighttpd.conf" -m "$work/builds/lighttpd/out/src"
}

wrk_servers() {
  wrk_lighttpd
  actor node-1 0-100 "$work/builds/civetweb/out/src/civetweb" -listening_ports 8080 -document_root "$work/wrk-site" \
    -enable_keep_alive yes -num_threads 20
  actor node-2 0-100 "$bin/httpd" -f -p 8080 -h "$work/wrk-site"
  wrk_load 1 20 http://node-0:8080/small
  wrk_load 21 20 http://node-1:8080/small
  wrk_load 41 4 http://node-2:8080/small
  actor node-3 61 "$bin/sh" -c "$work/wrk/wrk http://node-0:8081/small 2>&1 || echo status \$?"
}

wrk_scripted() {
  wrk_lighttpd
  wrk_load 1 4 http://node-0:8080/large -s "$work/wrk.lua" -- /large
}

# wrk_bounded FILE AT_MOST: that many requests, or up to four in a hundred fewer, half of them and more within 3 % of
# 20 ms (the servers compute, and what depends on the compiler's version); no errors.
wrk_bounded() {
  near "requests, $1" "$(sed -nE 's/^ *([0-9]+) requests in 10\.10s.*/\1/p' "$1")" $(($2 * 98 / 100)) $(($2 * 2 / 100))
  near "their latency, $1" "$(sed -nE 's/^ *50% *([0-9.]+)ms/\1/p' "$1")" 20.25 0.3
  [[ $(<"$1") != *errors* && $(<"$1") != *Non-2xx* ]]
}

step_wrk() {
  write_wrk
  # With a round trip of 20 ms, one request at a time on each connection, in 10.1 seconds.
  emulate wrk wrk_servers -n 4 --latency 10ms
  wrk_bounded wrk-1/node-3/wrk.2.stdout $((20 * 505))
  wrk_bounded wrk-1/node-3/wrk.5.stdout $((20 * 505))
  # This one closes each connection: the next one takes another round trip.
  wrk_bounded wrk-1/node-3/wrk.8.stdout $((4 * 505 / 2))
  expect 'a closed port' "$(cat wrk-1/node-3/sh.11.stdout)" "$(printf '%s\n' \
    'unable to connect to node-0:8081 Connection refused' 'status 1')"

  # Large answers fill the link, of whose packets 1448 bytes in 1500 are counted.
  emulate wrk-scripted wrk_scripted -n 4 --latency 10ms --bandwidth 10Mbps
  awk '$1 == "all" { all = $2; rate = $4 / $3 * 8; errors = $5 }
    $1 == "thread" { n += $3 + $4; if ($5 != $3 * 100000 || $4 < int(($3 + $4) / 10) - 1 || $4 > ($3 + $4) / 10 + 1) bad = 1 }
    END { exit bad || n == 0 || n != all || errors != 0 || rate < 9.4 || rate > 9.66 }' wrk-scripted-1/node-3/wrk.2.stdout ||
    { echo 'wrk: unexpected:'; failed wrk-scripted-1/node-3/wrk.2.stdout; }
}
