# aria2: BitTorrent in C++, from one seed to nine others, two of which are ctorrent; and one file by HTTP in pieces.

build_aria2() {
  fresh aria2 aria2 "$clang $plugin" || return 0
  # With its own digests, big numbers and ciphers: the libraries that could do it are many.
  (cd aria2 && ./configure CC="$clang $plugin" CXX="$clang++ $plugin" CFLAGS=-O2 CXXFLAGS=-O2 --disable-nls --disable-metalink \
    --disable-websocket --without-gnutls --without-openssl --without-sqlite3 --without-libxml2 --without-libexpat \
    --without-libcares --without-libssh2 --without-libnettle --without-libgmp --without-libgcrypt --without-libz &&
    make -C src -j "$(nproc)") >aria2.log 2>&1 || failed aria2.log
  built aria2 "$clang $plugin"
}

# As in ctorrent.sh, whose tracker this is, and whose ctorrent makes the torrent.
aria2_swarm() {
  local peer ctorrent="$work/ctorrent/ctorrent" aria2
  aria2="$work/aria2/src/aria2c --no-conf --enable-dht=false --bt-enable-lpd=false --file-allocation=none --disable-ipv6 \
--listen-port=6881 --summary-interval=0 --show-console-readout=false"
  actor node-0 0-80 "$bin/httpd" -f -p 0.0.0.0:80 -h "$work/aria2-site"
  actor node-1 0-80 "$bin/httpd" -f -p 0.0.0.0:80 -h /
  actor node-1 0-80 "$bin/sh" -c "cp $work/aria2-site/file . &&
    $ctorrent -t -u http://node-0/cgi-bin/announce -s file.torrent file &&
    exec $aria2 --seed-ratio=0 --check-integrity=true file.torrent"
  for peer in 2 3 4 5 6 7 8; do
    actor "node-$peer" "2.$peer-80" "$bin/sh" -c "wget -q http://node-1/file.torrent && exec $aria2 --seed-ratio=0 \
      --on-bt-download-complete=/bin/ended file.torrent"
  done
  for peer in 9 10; do
    actor "node-$peer" "2.$peer-80" "$bin/sh" -c "wget -q http://node-1/file.torrent &&
      exec $ctorrent -X 'cut -d . -f 1 /proc/uptime >ended' file.torrent"
  done
  actor node-11 50 "$bin/sh" -c "$aria2 -x 4 -s 4 -k 1M http://node-1/file && cut -d . -f 1 /proc/uptime >ended"
}

step_aria2() {
  write_tracker aria2-site
  seq 2236040 >aria2-site/file
  rm -rf aria2-root
  cp -a root aria2-root
  printf '#!/bin/sh\ncut -d . -f 1 /proc/uptime >ended\n' >aria2-root/usr/bin/ended
  chmod +x aria2-root/usr/bin/ended
  emulate aria2 aria2_swarm -n 12 --bandwidth 8Mbps --latency 10ms --root aria2-root
  local peer
  for peer in 2 3 4 5 6 7 8 9 10 11; do
    cmp aria2-site/file "aria2-1/node-$peer/file"
  done
  # One copy takes 17.4 seconds.
  for peer in 2 3 4 5 6 7 8; do
    near "what node-$peer took (s)" $(($(cat "aria2-1/node-$peer/ended") - 1002)) 26 8
  done
  near 'what HTTP took (s)' $(($(cat aria2-1/node-11/ended) - 1050)) 17 1
}
