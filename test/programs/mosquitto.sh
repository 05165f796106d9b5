# mosquitto: two bridged brokers, publishers and subscribers of all qualities of service.

# As upstream builds it: with TLS, by the system's OpenSSL.
build_mosquitto() {
  fresh mosquitto mosquitto "$clang $plugin" || return 0
  local part
  (for part in lib client src; do
    make -C "mosquitto/$part" -j "$(nproc)" CC="$clang $plugin" CXX="$clang++ $plugin" WITH_CJSON=no \
      WITH_DOCS=no LDFLAGS="-Wl,-rpath,$work/mosquitto/lib" || exit
  done) >mosquitto.log 2>&1 || failed mosquitto.log
  built mosquitto "$clang $plugin"
}

# 2.0.11 loses messages beyond max_inflight_messages when it connects again, natively as well.
#
# Clients on the left talk to the left broker, those on the right to the right one; the cable between
# the brokers is cut from 60 to 120.
write_mosquitto() {
  printf '60 0\n120 1\n' >mosquitto-bridge.state
  cat >mosquitto-platform.xml <<'END'
<?xml version="1.0"?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1"><zone id="all" routing="Floyd">
<host id="left" speed="1Gf"/><host id="broker-left" speed="1Gf"/>
<host id="broker-right" speed="1Gf"/><host id="right" speed="1Gf"/>
<link id="lan-left" bandwidth="100Mbps" latency="1ms"/><link id="lan-right" bandwidth="100Mbps" latency="1ms"/>
<link id="bridge" bandwidth="10Mbps" latency="20ms" state_file="mosquitto-bridge.state"/>
<route src="left" dst="broker-left"><link_ctn id="lan-left"/></route>
<route src="broker-left" dst="broker-right"><link_ctn id="bridge"/></route>
<route src="broker-right" dst="right"><link_ctn id="lan-right"/></route>
</zone></platform>
END
  printf '%s\n' 'listener 1883' 'allow_anonymous true' 'max_inflight_messages 0' >mosquitto-left.conf
  cat mosquitto-left.conf - >mosquitto-right.conf <<'END'
connection bridge
address broker-left:1883
topic left/# in 2
topic right/# out 2
cleansession false
keepalive_interval 10
restart_timeout 5
END
}

# Five publishers on each side say 1 to 190, one a second; five subscribers on the other side listen.
messages() {
  local side other number quality client="$work/mosquitto/client"
  for side in left right; do
    other=right
    [ $side = left ] || other=left
    actor "broker-$side" 0 "$work/mosquitto/src/mosquitto" -c "$work/mosquitto-$side.conf"
    for number in 1 2 3 4 5; do
      quality=$((number % 3))
      actor $other 5 "$client/mosquitto_sub" -h "broker-$other" -i "listener-$number-$other" -q $quality \
        -t "$side/$number"
      actor $side 10.$number "$bin/sh" -c "for n in \$(seq 190); do echo \$n; sleep 1; done |
        $client/mosquitto_pub -h broker-$side -i speaker-$number-$side -q $quality -t $side/$number -l"
    done
  done
}

step_mosquitto() {
  write_mosquitto
  emulate mosquitto messages -p mosquitto-platform.xml --stop 280
  local side number heard
  for side in left right; do
    for number in 1 2 3 4 5; do
      heard=mosquitto-1/$side/mosquitto_sub.$((number + 1)).stdout
      case $((number % 3)) in
      0) # at most once: what is said in between is lost (2.0.21 keeps some while it tries to connect), nothing comes twice
        sort -nuc "$heard"
        diff <(seq 50) <(head -n 50 "$heard")
        diff <(seq 171 190) <(tail -n 20 "$heard")
        [ "$(wc -l <"$heard")" -lt 170 ]
        ;;
      1) diff <(seq 190) <(sort -nu "$heard") ;; # at least once
      2) diff <(seq 190) "$heard" ;;             # exactly once
      esac
    done
  done
}
