# redis: its own tests, the demo, what its benchmark measures, saving, rewriting its log, fail-over by sentinels.

build_redis() {
  fresh redis redis "$clang $plugin" || return 0
  make -C redis -j "$(nproc)" CC="$clang $plugin" MALLOC=libc REDIS_CFLAGS=-DREDIS_TEST >redis.log 2>&1 ||
    failed redis.log
  built redis "$clang $plugin"
}

redis=$work/redis/src
redis_options=(--bind '0.0.0.0' --protected-mode no --enable-debug-command yes
  --enable-protected-configs yes)

step_redis_tests() {
  local way
  for way in "" "$simterpose displaced"; do
    # shellcheck disable=SC2086
    $way ./redis/src/redis-server test all >redis-tests.log 2>&1 || failed redis-tests.log
    tail -n 1 redis-tests.log
    grep -qE '^[1-9][0-9]* tests, .*, 0 failed' redis-tests.log
  done
}

# ---- the demo's deployment ----

step_redis_emulated() {
  sed "s|../../build/demo/redis|$work/redis|" "$top/examples/redis/deployment.xml" >redis-emulated.xml
  twice redis-emulated -p "$top/platforms/lan.xml"
  # 50 clients and a round trip of 2 ms: at most 25,000 requests a second, and not many fewer
  grep -ah 'requests per second' redis-emulated-1/client/redis-benchmark.2.stdout |
    awk '{ n++; if ($3 > 25000 || $3 < 24000) bad = 1 } END { exit bad || n != 3 }'
  grep -q 'it works' redis-emulated-1/admin/*.stdout
}

# ---- what the benchmark says of the network ----

benchmark_latency() {
  actor node-0 0 "$redis/redis-server" "${redis_options[@]}" --save ''
  actor node-1 1 "$redis/redis-benchmark" -h node-0 -t set,get -c 1 -n 200
  actor node-1 10 "$redis/redis-benchmark" -h node-0 -t set,get -c 50 -n 10000
  actor node-1 20 "$redis/redis-benchmark" -h node-0 -t set,get -c 50 -n 80000 -P 16
}

# benchmark_said RUN FILE: its summaries: test, requests per second, and the latencies (ms) min, p50, p95, p99, max.
benchmark_said() {
  tr '\r' '\n' <"$1/node-1/redis-benchmark.$2.stdout" | awk '
    /^====== / { test = $2 }
    /throughput summary/ { rate = $3 }
    /avg  *min  *p50/ { getline; print test, rate, $2, $3, $4, $5, $6 }'
}

# as_the_link RUN SLACK: all latencies are those of the link, 5 ms and 100 Mbit/s, or longer by SLACK (ms) at
# most. Without computing, the requests of all clients travel at the same time, and so do the answers: SET takes 45
# bytes and 5, GET 36 and 9, those of one client in one packet with 52 bytes of headers. To connect takes a round
# trip more. The benchmark tells latencies by the ends of ranges of 8 us, or of 16 below the least one. Computing
# takes the clients out of step: they may be faster than that, but not than a round trip.
as_the_link() {
  local file clients pipeline rounds
  while read -r file clients pipeline rounds; do
    benchmark_said "$1" "$file" | awk -v clients="$clients" -v pipeline="$pipeline" -v rounds="$rounds" -v slack="$2" '
      {
        took = 10 + clients * (pipeline * ($1 == "SET" ? 45 + 5 : 36 + 9) + 2 * 52) * 8 / 100e3
        least = slack > 0 ? 10 : took - 0.016
        rate = clients * pipeline * rounds / (rounds * took + 10) * 1000
        print clients " clients,", pipeline, "requests at a time:", $0, "by the link:", rate, took
        for (i = 3; i <= 7; i++)
          bad += $i < least || $i > took + slack + 0.008
        bad += $2 < rate * (1 - slack / 10 - 0.001) || $2 > rate * (took / least + 0.001)
        lines++
      }
      END { exit bad || lines != 2 }' || { echo "$1: not the latencies of the link"; exit 1; }
  done <<'END'
2 1 1 200
3 50 1 200
4 50 16 100
END
}

step_redis_latency() {
  local network=(-n 2 --latency 5ms --bandwidth 100Mbps --stop 40)
  emulate redis-latency benchmark_latency "${network[@]}" --cpu none
  as_the_link redis-latency-1 0
  emulate redis-latency-counted benchmark_latency "${network[@]}" --cpu counted
  as_the_link redis-latency-counted-1 1.5
}

# ---- saving ----

# cli START COMMAND...: redis-cli on node-1 talks to the server on node-0 at a date.
cli() {
  actor node-1 "$1" "$redis/redis-cli" -h node-0 "${@:2}"
}

# said NAME FILE: what a process of the first run wrote, without carriage returns.
said() {
  tr -d '\r' <"$1-1/$2"
}

# Two counters go up together; saves under that load must see both or neither.
count_together='redis.call("incr", "first") redis.call("incr", "second")'

bgsave() {
  actor node-0 0 "$redis/redis-server" "${redis_options[@]}" --save '' --dbfilename loaded.rdb \
    --rdb-key-save-delay 20
  actor node-2 1 "$redis/redis-benchmark" -h node-0 -t set,lpush -r 50000 -n 40000 -d 100 -q
  actor node-3 1 "$redis/redis-benchmark" -h node-0 -c 10 -n 20000 -q eval "$count_together" 0
  cli 2 bgsave
  cli 60 config set dbfilename final.rdb
  cli 61 bgsave
  cli 65 debug digest
  cli 66 info persistence
  cli 67 shutdown nosave
  # The files, each loaded by another process.
  actor node-0 70 "$redis/redis-server" "${redis_options[@]}" --save '' --dbfilename final.rdb
  cli 75 debug digest
  cli 76 shutdown nosave
  actor node-0 80 "$redis/redis-server" "${redis_options[@]}" --save '' --dbfilename loaded.rdb
  cli 85 mget first second
  cli 86 dbsize
  cli 87 shutdown nosave
}

step_redis_bgsave() {
  emulate redis-bgsave bgsave -n 4
  local digest
  digest=$(said redis-bgsave node-1/redis-cli.5.stdout)
  [[ $digest =~ ^[0-9a-f]{40}$ && $digest != 0000* ]] || { echo "no digest: $digest"; exit 1; }
  expect 'digest of the loaded dump' "$(said redis-bgsave node-1/redis-cli.8.stdout)" "$digest"
  said redis-bgsave node-1/redis-cli.6.stdout | grep -q 'rdb_last_bgsave_status:ok'
  local counters
  counters=$(said redis-bgsave node-1/redis-cli.10.stdout | sort -u)
  [[ $counters =~ ^[0-9]+$ && $counters -gt 0 && $counters -lt 20000 ]] ||
    { echo "a dump made under load has counters $counters"; exit 1; }
}

aof() {
  local server=("$redis/redis-server" "${redis_options[@]}" --save '' --appendonly yes)
  actor node-0 0-20 "${server[@]}"
  actor node-2 1 "$redis/redis-benchmark" -h node-0 -t set,lpush -r 20000 -n 40000 -d 100 -q
  actor node-3 1 "$redis/redis-benchmark" -h node-0 -c 10 -n 10000 -q eval "$count_together" 0
  cli 2 bgrewriteaof
  cli 14 mget first second
  cli 15 debug digest
  cli 16 info persistence
  # Its power is cut at 20.
  actor node-0 25 "${server[@]}"
  cli 30 debug digest
  cli 31 bgrewriteaof
  cli 35 shutdown
  actor node-0 40 "${server[@]}"
  cli 45 debug digest
  cli 46 shutdown
}

step_redis_aof() {
  emulate redis-aof aof -n 4
  local digest file
  digest=$(said redis-aof node-1/redis-cli.4.stdout)
  [[ $digest =~ ^[0-9a-f]{40}$ && $digest != 0000* ]] || { echo "no digest: $digest"; exit 1; }
  for file in 6 9; do
    expect "digest after restart" "$(said redis-aof "node-1/redis-cli.$file.stdout")" "$digest"
  done
  expect "counters" "$(said redis-aof node-1/redis-cli.3.stdout | sort -u)" 10000
  said redis-aof node-1/redis-cli.5.stdout | grep -q 'aof_last_bgrewrite_status:ok'
  ls redis-aof-1/node-0/appendonlydir | grep -q 'appendonly.aof.3.base.rdb'
}

# ---- fail-over ----

# Writes numbers to the primary that a sentinel names, and counts on those that a replica has
# confirmed; reads them all back in the end.
write_sentinel_client() {
  cat >sentinel-client.sh <<'END'
primary=10.0.0.1 asked=0
for i in $(seq 800); do
  case $(printf 'set key:%s %s\nwait 1 500\n' $i $i | redis-cli -h $primary 2>/dev/null | xargs) in
  'OK 1' | 'OK 2') echo $i >>confirmed ;;
  *)
    primary=$(redis-cli -h node-$((3 + asked % 3)) -p 26379 sentinel get-master-addr-by-name cache | head -n 1)
    asked=$((asked + 1))
    ;;
  esac
  sleep 0.1
done
sed 's/^/get key:/' confirmed | redis-cli -h $primary >found
cmp confirmed found && echo "all found, on $primary"
END
}

# A primary (node-0), two replicas, three sentinels (node-3 to node-5) and a client; the primary's power
# is cut at 60, and it comes back at 90. Sentinels that start at the same instant would stay in step
# and each vote for itself.
sentinel() {
  local server=("$redis/redis-server" "${redis_options[@]}" --save '') host
  actor node-0 0-60 "${server[@]}"
  actor node-1 1 "${server[@]}" --replicaof 10.0.0.1 6379
  actor node-2 1 "${server[@]}" --replicaof 10.0.0.1 6379
  for host in 3 4 5; do
    actor "node-$host" "$((host + 3)).$host" "$redis/redis-sentinel" "$work/sentinel.conf" --bind '0.0.0.0'
  done
  actor node-6 10 PATH="$redis:/usr/bin" "$bin/sh" "$work/sentinel-client.sh"
  actor node-0 90 "${server[@]}"
}

step_redis_sentinel() {
  write_sentinel_client
  cat >sentinel.conf <<'END'
sentinel monitor cache 10.0.0.1 6379 2
sentinel down-after-milliseconds cache 3000
sentinel failover-timeout cache 20000
END
  emulate redis-sentinel sentinel -n 7 --stop 200
  grep -q '+switch-master cache 10.0.0.1 6379 10.0.0.[23] 6379' redis-sentinel-1/node-3/redis-sentinel.2.stdout
  grep -qE 'all found, on 10.0.0.[23]' redis-sentinel-1/node-6/sh.2.stdout
  # Writes went on until the fall, and after the election.
  [ "$(head -n 1 redis-sentinel-1/node-6/confirmed)" -lt 10 ]
  [ "$(wc -l <redis-sentinel-1/node-6/confirmed)" -gt 600 ]
  grep -q 'Connecting to MASTER' redis-sentinel-1/node-0/redis-server.*.stdout
}
