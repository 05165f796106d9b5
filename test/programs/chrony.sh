# chrony: daemons steer clocks that are off and run too fast or slow.

# As Debian configures it, but for what needs more libraries (NTS, other hashes, system call filter).
build_chrony() {
  fresh chrony chrony "$clang $plugin" || return 0
  (cd chrony && CC="$clang $plugin" ./configure --sysconfdir=/etc/chrony --with-user=_chrony \
    --chronyrundir=/run/chrony --with-ntp-era=0 --enable-ntp-signd --with-hwclockfile=/etc/adjtime \
    --with-pidfile=/run/chrony/chronyd.pid --host-system=Linux --disable-nts --disable-sechash \
    --disable-readline && make -j "$(nproc)") >chrony.log 2>&1 || failed chrony.log
  # shellcheck disable=SC2086
  $clang $plugin -O2 "$here/clock.c" -o chrony/clock
  built chrony "$clang $plugin"
}

chrony_clients=(ahead behind far)

# The clocks of the clients are off; to the last of them packets take different times, and 1 of 20 is lost.
chrony_platform() {
  cat <<'XML'
<?xml version="1.0"?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  <zone id="net" routing="Full">
    <host id="server" speed="1Gf"/>
    <host id="ahead" speed="1Gf"><prop id="clock_offset" value="2.5"/><prop id="clock_drift" value="100"/></host>
    <host id="behind" speed="1Gf"><prop id="clock_offset" value="-0.3"/><prop id="clock_drift" value="-50"/></host>
    <host id="far" speed="1Gf"><prop id="clock_offset" value="-3600"/><prop id="clock_drift" value="-400"/></host>
    <link id="lan" bandwidth="100Mbps" latency="1ms"/>
    <link id="wan" bandwidth="10Mbps" latency="20ms">
      <prop id="loss" value="5%"/><prop id="jitter" value="2ms"/>
    </link>
    <route src="server" dst="ahead"><link_ctn id="lan"/></route>
    <route src="server" dst="behind"><link_ctn id="lan"/></route>
    <route src="server" dst="far"><link_ctn id="wan"/></route>
    <route src="ahead" dst="behind"><link_ctn id="lan"/></route>
    <route src="ahead" dst="far"><link_ctn id="wan"/></route>
    <route src="behind" dst="far"><link_ctn id="wan"/></route>
  </zone>
</platform>
XML
}

chrony_actors() {
  local client date
  actor server 0-2190 "$work/chrony/chronyd" -f "$work/chrony-server.conf"
  for client in "${chrony_clients[@]}"; do
    actor "$client" 0-2050 "$work/chrony/chronyd" -f "$work/chrony-client.conf"
    actor "$client" 1 "$work/chrony/chronyc" waitsync 100 0.001
    actor "$client" 2000 "$work/chrony/chronyc" -c tracking
  done
  actor ahead 2100-2190 "$work/chrony/chronyd" -f "$work/chrony-client.conf"
  # What the clocks show at the same instants.
  for client in server "${chrony_clients[@]}"; do
    for date in 0 1000 1500 2000; do
      actor "$client" "$date" "$work/chrony/clock"
    done
  done
}

# clock HOST N: what its clock showed the nth time.
clock() {
  find "chrony-1/$1" -name 'clock.*.stdout' | sort -t. -k2n | sed -n "$2p" | xargs cat
}

# tracked HOST FIELD: of the report of chronyc, or none.
tracked() {
  cat "chrony-1/$1"/chronyc.*.stdout | awk -F, -v field="$2" 'NF == 14 { print $field }'
}

step_chrony() {
  local client time
  chrony_platform >chrony-platform.xml
  printf '%s\n' 'local stratum 1' allow >chrony-server.conf
  printf '%s\n' 'server server iburst minpoll 4 maxpoll 6' 'makestep 1 3' rtcsync lock_all \
    'driftfile /var/log/chrony/drift' 'log tracking' 'logdir /var/log/chrony' >chrony-client.conf
  mkdir -p chrony-root/etc
  printf '%s\n' root:x:0:0::/:/bin/sh _chrony:x:101:101::/:/bin/sh >chrony-root/etc/passwd
  printf '%s\n' root:x:0: _chrony:x:101: >chrony-root/etc/group
  emulate chrony chrony_actors -p chrony-platform.xml --root chrony-root --stop 2200
  near 'clock of ahead before' "$(clock ahead 1)" 1577836802.5 0.00001
  near 'clock of far before' "$(clock far 1)" 1577833200 0.00001
  for client in "${chrony_clients[@]}"; do
    for time in 2 3 4; do
      near "clock of $client" "$(clock "$client" "$time")" "$(clock server "$time")" 0.001
    done
    near "what is left to correct on $client" "$(tracked "$client" 5)" 0 0.001
  done
  # Parts per million by which the clocks run too fast, of what they show.
  near 'frequency of ahead' "$(tracked ahead 8)" 99.99 0.1
  near 'frequency of behind' "$(tracked behind 8)" -50.0025 0.1
  near 'frequency of far' "$(tracked far 8)" -400.16 2
  # Started again, it knows.
  grep -q 'Frequency 99.99[0-9]* +/- [0-9.]* ppm read from /var/log/chrony/drift' chrony-1/ahead/var/log/syslog
}
