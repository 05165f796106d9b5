# ctorrent: BitTorrent, from one seed to nine others, with a tracker that is a CGI script.

# Two of its own mistakes are mended, which only compilers and heaps other than Debian's let show: at the end of a download
# it writes through a variable that has no value yet, and reads an array that it has just deleted.
ctorrent_mended=(
  -e 's/^  if( u->next->offset == firstoff )/  if( len > 1 \&\& u->next->offset == firstoff )/'
  -e 's/^  delete \[\]data;/  piece = mark < slots ? data[mark].idx : BTCONTENT.GetNPieces();\n&/'
  -e 's/^  return (mark < slots) ? data\[mark\].idx : BTCONTENT.GetNPieces();/  return piece;/'
)

build_ctorrent() {
  fresh ctorrent ctorrent "$clang $plugin ${ctorrent_mended[*]}" || return 0
  sed -i "${ctorrent_mended[@]}" ctorrent/btrequest.cpp ctorrent/peerlist.cpp
  (cd ctorrent && ./configure CC="$clang $plugin" CXX="$clang++ $plugin" --with-ssl=no &&
    make -j "$(nproc)") >ctorrent.log 2>&1 || failed ctorrent.log
  built ctorrent "$clang $plugin ${ctorrent_mended[*]}"
}

# write_tracker DIRECTORY: a site whose cgi-bin/announce tells each peer of all so far, in bencode (a string is its length,
# a colon and its bytes): four bytes of address and two of port each.
write_tracker() {
  mkdir -p "$1/cgi-bin"
  cat >"$1/cgi-bin/announce" <<'END'
#!/bin/sh
port=${QUERY_STRING##*&port=}
port=${port%%&*}
peer=$(printf '\\0%o' $(echo "$REMOTE_ADDR" | tr . ' ') $((port / 256)) $((port % 256)))
until mkdir /var/announcing 2>/dev/null; do sleep 0.01; done
grep -qxsF "$peer" /var/peers || echo "$peer" >>/var/peers
printf 'Content-Type: text/plain\r\n\r\nd8:intervali10e5:peers%d:%be' $(($(wc -l </var/peers) * 6)) \
  "$(tr -d '\n' </var/peers)"
rmdir /var/announcing
END
  chmod +x "$1/cgi-bin/announce"
}

# The seed makes the torrent, which the others fetch from it. Programs choose their names by date and number of process:
# all begin at another date.
swarm() {
  local peer ctorrent="$work/ctorrent/ctorrent"
  actor node-0 0-60 "$bin/httpd" -f -p 0.0.0.0:80 -h "$work/swarm-site"
  actor node-1 0-60 "$bin/httpd" -f -p 0.0.0.0:80 -h /
  actor node-1 0-60 "$bin/sh" -c "cp $work/swarm-site/file . &&
    $ctorrent -t -u http://node-0/cgi-bin/announce -s file.torrent file && exec $ctorrent file.torrent"
  for peer in 2 3 4 5 6 7 8 9 10; do
    actor "node-$peer" "2.$peer-60" "$bin/sh" -c "wget -q http://node-1/file.torrent &&
      exec $ctorrent -X 'cut -d . -f 1 /proc/uptime >ended' file.torrent"
  done
}

step_ctorrent() {
  write_tracker swarm-site
  seq 2236040 >swarm-site/file
  emulate swarm swarm -n 11 --bandwidth 8Mbps --latency 10ms
  local peer
  for peer in 2 3 4 5 6 7 8 9 10; do
    cmp swarm-site/file "swarm-1/node-$peer/file"
    # One copy takes 17.4 seconds, nine from the seed alone would take 156.
    near "what node-$peer took (s)" $(($(cat "swarm-1/node-$peer/ended") - 1002)) 25 7
  done
  near 'what the seed gave (MB)' "$(tr '\r' '\n' <swarm-1/node-1/sh.3.stdout | sed -nE 's/.* 0MB,([0-9]+)MB .*/\1/p' | tail -n 1)" 24 8
}
