# iperf 2: what it reports over TCP and UDP equals what the link carries.

build_iperf() {
  fresh iperf iperf "$clang $plugin" || return 0
  (cd iperf && autoreconf -fi && ./configure CC="$clang $plugin" CXX="${clang/clang/clang++} $plugin" &&
    make -j "$(nproc)") >iperf.log 2>&1 || failed iperf.log
  built iperf "$clang $plugin"
}

iperf=$work/iperf/src/iperf

# iperf_run NAME 'SERVER OPTIONS' 'CLIENT OPTIONS' [OPTION OF RUN...]: a server on node-0, whose reports go
# to NAME-1/server, and a client on node-1 a second later.
iperf_run() {
  local server client
  read -ra server <<<"$2"
  read -ra client <<<"$3"
  iperf_actors() {
    actor node-0 0 "$iperf" -s -f k "${server[@]}"
    actor node-1 1 "$iperf" -c node-0 -f k "${client[@]}"
  }
  emulate "$1" iperf_actors --stop 100 "${@:4}"
  cat "$1-1"/node-0/*.stdout >"$1-1/server"
  cat "$1-1"/node-1/*.stdout >"$1-1/client"
}

# rates FILE ID: the bandwidths (kbit/s) in the final reports of a stream, or SUM.
rates() {
  sed -nE "s/^\[ *\*?$2\] 0\.00-.* ([0-9.]+) Kbits\/sec.*/\1/p" "$1"
}

# One stream and four over a link of so many Mbit/s, of which 1448 of 1500 bytes are payload.
iperf_tcp() {
  local expected stream
  expected=$(($1 * 1000 * 1448 / 1500))
  iperf_run "iperf-tcp-$1" '' '-t 10' -n 2 --bandwidth "$1Mbps"
  near "one stream over $1 Mbit/s" "$(rates "iperf-tcp-$1-1/server" 1)" "$expected" $((expected / 50))
  near "the client of it" "$(rates "iperf-tcp-$1-1/client" 1)" "$expected" $((expected / 50))
  iperf_run "iperf-tcp-$1-four" '' '-t 10 -P 4' -n 2 --bandwidth "$1Mbps"
  near "four streams over $1 Mbit/s" "$(rates "iperf-tcp-$1-four-1/server" SUM)" "$expected" $((expected / 50))
  for stream in 1 2 3 4; do
    near "stream $stream of 4" "$(rates "iperf-tcp-$1-four-1/server" "$stream")" $((expected / 4)) $((expected / 200))
  done
}

step_iperf_tcp() {
  iperf_tcp 10
  iperf_tcp 100
  # Both directions of a link, at once and one after the other.
  local both expected=$((10000 * 1448 / 1500))
  for both in d r; do
    iperf_run "iperf-tcp-$both" '' "-t 10 -$both" -n 2 --bandwidth 10Mbps
    near "-$both: there" "$(rates "iperf-tcp-$both-1/server" 1)" "$expected" $((expected / 50))
    near "-$both: back" "$(rates "iperf-tcp-$both-1/client" 2)" "$expected" $((expected / 50))
  done
}

# Two hosts, with an interface of 100 Mbit/s each, and 10 Mbit/s between them.
narrow_platform() {
  cat <<'XML'
<?xml version="1.0"?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  <zone id="narrow" routing="Full">
    <host id="node-0" speed="1Gf"/>
    <host id="node-1" speed="1Gf"/>
    <link id="cable-0" bandwidth="100Mbps" latency="100us" sharing_policy="SPLITDUPLEX"/>
    <link id="middle" bandwidth="10Mbps" latency="5ms" sharing_policy="SPLITDUPLEX"/>
    <link id="cable-1" bandwidth="100Mbps" latency="100us" sharing_policy="SPLITDUPLEX"/>
    <route src="node-0" dst="node-1">
      <link_ctn id="cable-0" direction="UP"/><link_ctn id="middle" direction="UP"/><link_ctn id="cable-1" direction="DOWN"/>
    </route>
  </zone>
</platform>
XML
}

# udp FILE FIELD: of the server's final report: rate (kbit/s), jitter (ms), lost (%).
udp() {
  sed -nE 's|^\[ +1\] 0\.00-.* ([0-9.]+) Kbits/sec +([0-9.]+) ms +[0-9]+/ *[0-9]+ \(([0-9.e-]+)%\).*|\1 \2 \3|p' "$1" |
    awk -v field="$2" 'BEGIN { n["rate"] = 1; n["jitter"] = 2; n["lost"] = 3 } { print $n[field] }'
}

step_iperf_udp() {
  iperf_run iperf-udp '-u' '-u -b 9m -t 10' -n 2 --bandwidth 10Mbps
  near 'rate below the link' "$(udp iperf-udp-1/server rate)" 9000 180
  near 'jitter below the link (ms)' "$(udp iperf-udp-1/server jitter)" 0 0.2
  near 'lost below the link (%)' "$(udp iperf-udp-1/server lost)" 0 0
  iperf_run iperf-udp-loss '-u' '-u -b 9m -t 10' -n 2 --bandwidth 10Mbps --loss 5%
  near 'lost by chance (%)' "$(udp iperf-udp-loss-1/server lost)" 5 1
  # 20 Mbit/s in datagrams of 1470 bytes, each 1498 with its headers, go into 10 Mbit/s.
  narrow_platform >iperf-narrow.xml
  iperf_run iperf-udp-narrow '-u' '-u -b 20m -t 10' -p iperf-narrow.xml
  near 'rate through a narrow link' "$(udp iperf-udp-narrow-1/server rate)" $((10000 * 1470 / 1498)) 196
  near 'lost before a narrow link (%)' "$(udp iperf-udp-narrow-1/server lost)" 50.9 1
}
