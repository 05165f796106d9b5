# tinyproxy: clients fetch from three origin servers through two proxies, one after the other.

build_tinyproxy() {
  fresh tinyproxy tinyproxy "$clang $plugin" || return 0
  (cd tinyproxy && ./configure --disable-manpage_support CC="$clang $plugin" &&
    make -j "$(nproc)") >tinyproxy.log 2>&1 || failed tinyproxy.log
  built tinyproxy "$clang $plugin"
}

# proxy_configuration PORT [DIRECTIVE...]
proxy_configuration() {
  printf '%s\n' "Port $1" 'Timeout 60' 'LogFile "tinyproxy.log"' 'LogLevel Connect' 'MaxClients 50' \
    'ViaProxyName "proxy"' 'PidFile "tinyproxy.pid"' "${@:2}"
}

proxies() {
  local origin client file
  for origin in 0 1 2; do
    actor "node-$origin" 0 "$bin/httpd" -f -p 0.0.0.0:80 -h "$work/www/$origin"
  done
  # The second becomes a daemon.
  actor node-3 0 "$work/tinyproxy/src/tinyproxy" -d -c "$work/first.conf"
  actor node-4 0 "$work/tinyproxy/src/tinyproxy" -c "$work/second.conf"
  for client in 5 6 7; do
    for origin in 0 1 2; do
      for file in small large; do
        actor "node-$client" 1 http_proxy=http://node-3:8888 "$bin/wget" -q -O \
          "$file-$origin" "http://node-$origin/$file"
      done
    done
    actor "node-$client" 30 http_proxy=http://node-3:8888 "$bin/sh" -c \
      '! wget -O missing http://node-0/missing'
  done
}

step_tinyproxy() {
  local origin client file
  for origin in 0 1 2; do
    mkdir -p "www/$origin"
    echo "this is origin $origin" >"www/$origin/small"
    seq "$((origin + 1))" 3 300000 >"www/$origin/large"
  done
  proxy_configuration 8888 'Upstream http node-4:8889' >first.conf
  proxy_configuration 8889 >second.conf
  emulate tinyproxy proxies -n 8 --stop 60
  for client in 5 6 7; do
    for origin in 0 1 2; do
      for file in small large; do
        cmp "www/$origin/$file" "tinyproxy-1/node-$client/$file-$origin"
      done
    done
    grep -q 404 "tinyproxy-1/node-$client"/*.stderr
  done
}
