# djbdns: an authoritative server and a cache answer over UDP and TCP as tinydns-get does natively.

build_djbdns() {
  fresh djbdns djbdns "$clang $plugin" || return 0
  (cd djbdns && echo "$clang $plugin -std=gnu89 -O2 -include errno.h" >conf-cc && echo "$clang" >conf-ld &&
    make -j "$(nproc)") >djbdns.log 2>&1 || failed djbdns.log
  built djbdns "$clang $plugin"
}

# Addresses, mail exchangers, names of addresses, and texts that do not fit into a datagram.
write_zone() {
  local i zone long
  long=$(printf '%090d' $(seq 8))
  for zone in example 1.10.in-addr.arpa; do
    echo "&$zone:10.0.0.1:a"
    echo "Z$zone:a.ns.$zone:hostmaster.$zone:2020010101"
  done
  for i in $(seq 40); do
    echo "=host$i.example:10.1.0.$i:$((600 + i))"
  done
  for i in $(seq 20); do
    echo "@mail$i.example:10.1.1.$i:$i:$((i % 5))"
    echo "'text$i.example:$i $long"
  done
}

# The 100 questions, as arguments of dnsq and its like.
questions() {
  local i
  for i in $(seq 40); do
    echo "a host$i.example"
  done
  for i in $(seq 20); do
    echo "mx mail$i.example"
    echo "ptr $i.0.1.10.in-addr.arpa"
    [ $((i % 2)) = 0 ] || echo "txt text$i.example"
  done
  for i in $(seq 10); do
    echo "a nobody$i.example"
  done
}

# ask COMMAND [SERVER]: asks it all.
dns_functions='
ask() {
  local type name
  while read type name; do
    "$1" $type $name $2 || return
  done <"$questions"
}
'

# answers AGE: names, types and data of the answers and the time to live they had AGE seconds ago.
answers() {
  awk -v age="$1" '/^answer:/ { $3 += age }
    /^answer:|records, response/ { sub(/.*records/, ""); sub(/ authoritative,/, ""); print }'
}

# tinydns on node-0, with axfrdns for TCP, dnscache on node-1, clients on the others.
dns() {
  local programs=PATH="$work/djbdns:/usr/bin" dns="$work/djbdns" client
  local root=(ROOT=/service UID=1000 GID=1000)
  actor node-0 0 "$programs" "$bin/sh" -c \
    "mkdir /service && cd /service && cp $work/djbdns-zone data && tinydns-data"
  actor node-0 1 "${root[@]}" IP=10.0.0.1 "$dns/tinydns"
  actor node-0 1 "${root[@]}" TCPREMOTEIP=10.0.0.9 TCPREMOTEPORT=1 AXFR= \
    "$bin/nc" -ll -p 53 -e "$dns/axfrdns"
  actor node-1 0 "$bin/sh" -c "mkdir -p /service/ip /service/servers && cd /service && touch ip/10 &&
    echo 10.0.0.1 | tee servers/example servers/1.10.in-addr.arpa >servers/@"
  actor node-1 1 "$programs" "${root[@]}" IP=10.0.0.2 IPSEND='0.0.0.0' CACHESIZE=1000000 \
    "$bin/sh" -c "head -c 128 /dev/urandom | exec dnscache"
  actor node-2 2 "$programs" questions="$work/djbdns-questions" "$bin/sh" -c "$dns_functions ask dnsq 10.0.0.1"
  for client in 2 3 4; do
    actor "node-$client" "${client}0" "$programs" DNSCACHEIP=10.0.0.2 questions="$work/djbdns-questions" \
      "$bin/sh" -c "$dns_functions ask dnsqr"
  done
}

step_djbdns() {
  mkdir -p djbdns-native
  write_zone | tee djbdns-native/data >djbdns-zone
  questions >djbdns-questions
  (cd djbdns-native && ../djbdns/tinydns-data &&
    PATH=$work/djbdns:$PATH questions=../djbdns-questions sh -c "$dns_functions ask tinydns-get") >djbdns-expected
  emulate djbdns dns -n 5 --stop 100
  cmp djbdns-native/data.cdb djbdns-1/node-0/service/data.cdb
  diff djbdns-expected djbdns-1/node-2/sh.2.stdout
  # The cache gives the same answers, its time to live less the seconds since it has them.
  local client age=0 out
  for out in node-2/sh.103.stdout node-3/sh.2.stdout node-4/sh.2.stdout; do
    diff <(answers 0 <djbdns-expected) <(answers "$age" <"djbdns-1/$out")
    age=$((age + 10))
  done
  expect 'questions that the cache passed on' "$(grep -c '^tx ' djbdns-1/node-1/sh.*.stderr)" 100
}
