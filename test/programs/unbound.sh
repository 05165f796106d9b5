# unbound and dnsmasq: resolvers over three authoritative servers (tinydns), one of which is cut off.

build_unbound() {
  fresh unbound unbound "$clang $plugin" || return 0
  (cd unbound && ./configure --disable-shared --disable-flto --disable-rpath --without-libevent --with-pthreads \
    --with-pidfile= --with-chroot-dir= --with-username= CC="$clang $plugin" &&
    make -j "$(nproc)" unbound) >unbound.log 2>&1 || failed unbound.log
  built unbound "$clang $plugin"
}

build_dnsmasq() {
  fresh dnsmasq dnsmasq "$clang $plugin" || return 0
  make -C dnsmasq -j "$(nproc)" CC="$clang $plugin" >dnsmasq.log 2>&1 || failed dnsmasq.log
  built dnsmasq "$clang $plugin"
}

zones=(alpha beta gamma)

# write_resolved DIRECTORY: zones, questions, the platform. gamma's cable is cut from 100 to 200.
write_resolved() {
  local zone number=3
  resolved=$1
  mkdir -p "$resolved"
  printf '100 0\n200 1\n' >"$resolved/gamma.state"
  {
    echo '<?xml version="1.0"?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1"><zone id="all" routing="Floyd">
<host id="resolver" speed="1Gf" core="4"><prop id="ip" value="10.0.0.1"/></host>
<host id="client-1" speed="1Gf"><prop id="ip" value="10.0.0.2"/></host>
<host id="client-2" speed="1Gf"><prop id="ip" value="10.0.0.3"/></host>'
    for zone in "${zones[@]}"; do
      number=$((number + 1))
      echo "<host id=\"$zone\" speed=\"1Gf\"><prop id=\"ip\" value=\"10.0.0.$number\"/></host>"
    done
    for zone in client-1 client-2 "${zones[@]}"; do
      printf '<link id="cable-%s" bandwidth="10Mbps" latency="10ms"%s/>\n' "$zone" \
        "$([ "$zone" != gamma ] || echo ' state_file="gamma.state"')"
    done
    for zone in client-1 client-2 "${zones[@]}"; do
      echo "<route src=\"resolver\" dst=\"$zone\"><link_ctn id=\"cable-$zone\"/></route>"
    done
    echo '</zone></platform>'
  } >"$resolved/platform.xml"
  number=3
  for zone in "${zones[@]}"; do
    number=$((number + 1))
    mkdir -p "$resolved/$zone"
    {
      echo "&$zone:10.0.0.$number:a"
      echo "Z$zone:a.ns.$zone:hostmaster.$zone:2020010101"
      seq 1 20 | sed "s/.*/+host&.$zone:10.$number.0.&:60/"
      echo "@$zone:10.$number.1.1:mail:10:60"
      echo "+late.$zone:10.$number.0.99:60"
      echo "+target.$zone:10.$number.0.98:60"
      echo "Calias.$zone:target.$zone:60"
    } >"$resolved/$zone/data"
    (cd "$resolved/$zone" && "$work/djbdns/tinydns-data")
    seq 1 20 | sed "s/.*/a host&.$zone/"
    echo "mx $zone"
    echo "a alias.$zone"
    echo "a nobody.$zone"
  done >"$resolved/questions"
}

# resolved_hosts NAME PROGRAM [ARGUMENT...]: the deployment; the resolver is given, and a name that libc's
# resolver gets through it.
resolved_hosts() {
  local programs=PATH="$work/djbdns:/usr/bin" zone number=3 ask="$dns_functions ask dnsqr" name=$1
  shift
  for zone in "${zones[@]}"; do
    number=$((number + 1))
    actor "$zone" 0 ROOT="$work/$resolved/$zone" UID=0 GID=0 IP="10.0.0.$number" "$work/djbdns/tinydns"
  done
  actor resolver 1 "$@"
  for number in 1 2; do
    actor "client-$number" "${number}0" "$programs" DNSCACHEIP=10.0.0.1 questions="$work/$resolved/questions" \
      "$bin/sh" -c "$ask"
  done
  # By the resolver of libc: nobody listens there.
  actor client-1 30 "$bin/sh" -c 'echo nameserver 10.0.0.1 >/etc/resolv.conf; ! wget "http://$0/"' "$name"
  # While gamma is cut off: of another zone, cached, not cached; and later.
  actor client-1 90 "$bin/nslookup" -type=a host2.gamma 10.0.0.1
  actor client-1 110 "$bin/nslookup" -type=a late.alpha 10.0.0.1
  actor client-1 112 "$bin/nslookup" -type=a host2.gamma 10.0.0.1
  actor client-1 120 "$bin/sh" -c '! nslookup -type=a late.gamma 10.0.0.1'
  actor client-1 400 "$bin/nslookup" -type=a late.gamma 10.0.0.1
}

# answered NAME ADDRESS COUNT: so many nslookups got it.
answered() {
  expect "$1" "$(grep -hA 1 "^Name:.$1\$" "$out"/client-1/nslookup.*.stdout | grep -cx "Address: $2")" "$3"
}

# check_resolved NAME QUESTIONS FAILURE: in its output, answers are those that tinydns-get gives natively, in time.
check_resolved() {
  local zone out=$1-1 client
  for zone in "${zones[@]}"; do
    (cd "$resolved/$zone" && grep "$zone\$" ../questions | grep -v alias | while read -r type name; do
      "$work/djbdns/tinydns-get" "$type" "$name"
    done)
  done | answers 0 >"$resolved/expected"
  for client in 1 2; do
    awk '/^[0-9]+ alias/ { skip = 1 } /^[0-9]+ nobody/ { skip = 0 } !skip' "$out/client-$client"/sh.2.stdout |
      answers $((10 * client - 10)) | sed 's/ 6[12] / 60 /' | diff "$resolved/expected" - # 8 to 10 s later
    expect 'aliases' "$(grep -c '^answer: alias' "$out/client-$client"/sh.2.stdout)" 3
  done
  answered host2.gamma 10.6.0.2 2
  answered late.alpha 10.4.0.99 1
  answered late.gamma 10.6.0.99 1
  expect 'failures' "$(cat "$out"/client-1/sh.*.stdout | grep -cFx "$3")" 1
  # Everything was asked once.
  expect 'questions to alpha' "$(grep -c ' + 0' "$out"/alpha/tinydns.*.stderr)" "$2"
}

unbound_resolved() {
  resolved_hosts alias.beta "$work/unbound/unbound" -d -c "$work/$resolved/unbound.conf"
}

step_unbound() {
  write_resolved unbound-zones
  cat >"$resolved/unbound.conf" <<'END'
server:
  interface: 0.0.0.0
  access-control: 10.0.0.0/8 allow
  num-threads: 2
  use-syslog: no
  directory: ""
  username: ""
  chroot: ""
  pidfile: ""
  outgoing-range: 200
  module-config: iterator
stub-zone:
  name: alpha
  stub-addr: 10.0.0.4
stub-zone:
  name: beta
  stub-addr: 10.0.0.5
stub-zone:
  name: gamma
  stub-addr: 10.0.0.6
END
  emulate unbound unbound_resolved -p "$resolved/platform.xml" --stop 600
  # With the targets of aliases.
  check_resolved unbound 25 "** server can't find late.gamma: SERVFAIL"
  grep -q 'alias.beta (10.5.0.98:80)' unbound-1/client-1/sh.*.stderr
}

dnsmasq_resolved() {
  resolved_hosts host1.beta "$work/dnsmasq/src/dnsmasq" --keep-in-foreground --conf-file="$work/$resolved/dnsmasq.conf"
}

step_dnsmasq() {
  write_resolved dnsmasq-zones
  cat >"$resolved/dnsmasq.conf" <<'END'
no-resolv
server=/alpha/10.0.0.4
server=/beta/10.0.0.5
server=/gamma/10.0.0.6
cache-rr=MX
log-queries
log-facility=-
END
  emulate dnsmasq dnsmasq_resolved -p "$resolved/platform.xml" --stop 600
  check_resolved dnsmasq 24 ';; connection timed out; no servers could be reached'
}
