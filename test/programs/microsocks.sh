# microsocks: clients fetch from four servers through two SOCKS5 proxies, one of which wants a password.

build_microsocks() {
  fresh microsocks microsocks "$clang $plugin" || return 0
  make -C microsocks -j "$(nproc)" CC="$clang $plugin" >microsocks.log 2>&1 || failed microsocks.log
  built microsocks "$clang $plugin"
}

# What a client's shell does: four files at a time, and then what cannot be had.
write_socks_script() {
  cat >microsocks-client.sh <<'END_OF_SCRIPT'
first=socks5h://node-4:1080 second=socks5h://me:secret@node-5:1080
for server in 0 1 2 3; do
  case $server in
  [02]) proxy=$first ;;
  *) proxy=$second ;;
  esac
  curl -s -f --proxy $proxy -o file-$server http://node-$server/file || echo "no file-$server" &
done
wait
fails() {
  curl -s -S "$@" 2>&1 && echo "curl $* should have failed"
  echo "    $?"
}
fails --proxy $first http://node-0:81/file
fails --proxy $first http://nowhere/file
fails --proxy $second http://10.0.0.77/file
fails --proxy socks5h://me:wrong@node-5:1080 http://node-0/file
fails --proxy socks5h://node-5:1080 http://node-0/file
END_OF_SCRIPT
}

socks_actors() {
  local server client
  for server in 0 1 2 3; do
    actor "node-$server" 0 "$bin/httpd" -f -p 0.0.0.0:80 -h "$work/microsocks-www/$server"
  done
  actor node-4 0 "$work/microsocks/microsocks"
  actor node-5 0 "$work/microsocks/microsocks" -u me -P secret
  for client in 6 7 8 9; do
    actor "node-$client" 1 PATH="$work/curl/root/bin:/usr/bin" "$bin/sh" "$work/microsocks-client.sh"
  done
}

step_microsocks() {
  local server client
  for server in 0 1 2 3; do
    mkdir -p "microsocks-www/$server"
    seq "$server" 4 640000 >"microsocks-www/$server/file"
  done
  write_socks_script
  emulate microsocks socks_actors -n 10 --stop 100 --bandwidth 10Mbps
  for client in 6 7 8 9; do
    for server in 0 1 2 3; do
      cmp "microsocks-www/$server/file" "microsocks-1/node-$client/file-$server"
    done
    # curl 8 says what 7 did in other words
    diff "$here/microsocks.expected" <(sed "s/cannot complete/Can't complete/" "microsocks-1/node-$client/sh.2.stdout")
  done
}
