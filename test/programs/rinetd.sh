# rinetd: 51 streams at a time through three rules of one gateway, which change in the middle.

build_rinetd() {
  fresh rinetd rinetd "$clang $plugin" || return 0
  (cd rinetd && autoreconf -fi && ./configure CC="$clang $plugin" && make -j "$(nproc)") >rinetd.log 2>&1 ||
    failed rinetd.log
  built rinetd "$clang $plugin"
}

# forwards FILE SERVER SERVER SERVER: where the ports 8000 to 8002 of the gateway lead.
forwards() {
  {
    printf '%s\n' 'logfile /var/log/rinetd.log' 'pidlogfile /run/rinetd.pid' 'deny 10.0.0.9'
    printf '0.0.0.0 %s %s 80\n' 8000 "$2" 8001 "$3" 8002 "$4"
  } >"$1"
}

forward_actors() {
  local host
  for host in 0 1 2; do
    actor "node-$host" 0 "$bin/httpd" -f -p 0.0.0.0:80 -h "$work/rinetd-www/$host"
  done
  # The gateway turns two rules round while streams pass.
  actor node-3 0 "$bin/cp" "$work/rinetd-first.conf" rinetd.conf
  actor node-3 0.1 "$work/rinetd/rinetd" -c rinetd.conf
  actor node-3 10 "$bin/sh" -c "cp $work/rinetd-second.conf rinetd.conf; kill -HUP \$(cat /run/rinetd.pid)"
  for host in 4 5 6; do
    actor "node-$host" 1 "$bin/sh" "$work/rinetd-client.sh" before
    actor "node-$host" 11 "$bin/sh" "$work/rinetd-client.sh" after
  done
  actor node-7 12 "$bin/wget" -q -O mine http://node-3:8000/16
  actor node-8 12 "$bin/sh" -c '! wget -O - http://node-3:8000/16'
  actor node-3 60 "$bin/sh" -c "kill \$(cat /run/rinetd.pid)"
}

# fetched_from SERVER SERVER SERVER: the sums that a client has then got.
fetched_from() {
  local port file server
  server=("$@")
  for port in 0 1 2; do
    for file in $(seq -w 16); do
      echo "800$port/$file $(sha256sum <"rinetd-www/${server[port]}/$file")"
    done
    echo "800$port/17 $(sha256sum </dev/null)" # there is no such file
  done
}

step_rinetd() {
  local server file
  for server in 0 1 2; do
    mkdir -p "rinetd-www/$server"
    for file in $(seq -w 16); do
      seq "$server" $((20 - 10#$file)) 200000 >"rinetd-www/$server/$file"
    done
  done
  forwards rinetd-first.conf node-0 node-1 node-2
  forwards rinetd-second.conf node-1 node-0 node-2
  cat >rinetd-client.sh <<'END_OF_SCRIPT'
for port in 8000 8001 8002; do
  for file in $(seq -w 17); do
    (wget -q -O - http://node-3:$port/$file | sha256sum | sed "s|^|$port/$file |") &
  done
done | sort >$1
END_OF_SCRIPT
  emulate rinetd forward_actors -n 9 --bandwidth 10Mbps --stop 100
  fetched_from 0 1 2 >rinetd-before
  fetched_from 1 0 2 >rinetd-after
  for client in 4 5 6; do
    diff rinetd-before "rinetd-1/node-$client/before"
    diff rinetd-after "rinetd-1/node-$client/after"
  done
  cmp rinetd-www/1/16 rinetd-1/node-7/mine
}
