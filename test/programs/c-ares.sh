# c-ares: its example programs ask djbdns' servers on other hosts, by UDP and TCP. The first is silent.

build_c_ares() {
  fresh c-ares c-ares "$clang $plugin" || return 0
  (cd c-ares && ./configure --disable-shared --disable-tests CC="$clang $plugin" &&
    make -j "$(nproc)" ACLOCAL=: AUTOMAKE=: AUTOCONF=: AUTOHEADER=:) >c-ares.log 2>&1 || failed c-ares.log
  built c-ares "$clang $plugin"
}

# djbdns' zone, and one that says in which countries addresses are: host3's is France.
write_countries() {
  write_zone
  cat <<'END'
:host3.example:28:\375\000\000\000\000\000\000\000\000\000\000\000\000\000\000\063
Calias.example:host4.example:600
&countries.nerd.dk:10.0.0.1:a
Zcountries.nerd.dk:a.ns.countries.nerd.dk:hostmaster.countries.nerd.dk:2020010101
C3.0.1.10.zz.countries.nerd.dk:zzfr.countries.nerd.dk
+zzfr.countries.nerd.dk:127.0.0.250
END
}

# tinydns and axfrdns on node-0, one that knows nothing and does not answer on node-1, dnscache on node-2,
# the programs on node-3.
ares() {
  local root=(ROOT=/service UID=1000 GID=1000) dns="$work/djbdns"
  actor node-0 0 PATH="$dns:/usr/bin" "$bin/sh" -c \
    "mkdir /service && cd /service && cp $work/c-ares-zone data && tinydns-data"
  actor node-0 1 "${root[@]}" IP=10.0.0.1 "$dns/tinydns"
  actor node-0 1 "${root[@]}" TCPREMOTEIP=10.0.0.9 TCPREMOTEPORT=1 "$bin/nc" -ll -p 53 -e "$dns/axfrdns"
  actor node-1 0 "$bin/mkdir" /service
  actor node-1 1 "${root[@]}" IP=10.0.0.2 "$dns/tinydns"
  actor node-2 0 "$bin/sh" -c "mkdir -p /service/ip /service/servers && cd /service && touch ip/10 &&
    echo 10.0.0.1 | tee servers/example servers/1.10.in-addr.arpa servers/countries.nerd.dk >servers/@"
  actor node-2 1 PATH="$dns:/usr/bin" "${root[@]}" IP=10.0.0.3 IPSEND=0.0.0.0 CACHESIZE=1000000 \
    "$bin/sh" -c 'head -c 128 /dev/urandom | exec dnscache'
  actor node-3 2 PATH="$work/c-ares/src/tools:/usr/bin" "$bin/sh" -c "exec 2>&1
    printf 'nameserver 10.0.0.%d\n' 2 3 >/etc/resolv.conf
    date +%s
    ahost host3.example alias.example 10.1.0.3 nobody.example
    date +%s
    ahost -t aaaa host3.example
    ahost -s example host5
    adig -t mx mail1.example
    date +%s
    adig -s 10.0.0.1 -t txt text1.example
    adig -s 10.0.0.1 -t ptr -x 10.1.0.3
    adig -s 10.0.0.1 -t soa example
    date +%s
    acountry 10.1.0.3 host3.example
    date +%s"
}

step_c_ares() {
  write_countries >c-ares-zone
  emulate c-ares ares -n 4 --stop 100
  sed '/^id: /d' c-ares-1/node-3/sh.2.stdout | diff "$here/c-ares.expected" -
}
