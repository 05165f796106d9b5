# curl, the tool and its library: what they do when things go well, and what they say when not.

# The tool and the library it is linked with are where they say that they are.
build_curl() {
  fresh curl curl "$clang $plugin" || return 0
  (cd curl && ./configure --prefix="$work/curl/root" --disable-static --disable-ldap --disable-manual --enable-ipv6 \
    --without-ssl --without-libpsl --without-brotli --without-zstd --without-libidn2 --without-nghttp2 --without-librtmp \
    CC="$clang $plugin" &&
    make -C lib -j "$(nproc)" install && make -C src -j "$(nproc)" install) >curl.log 2>&1 || failed curl.log
  built curl "$clang $plugin"
}

write_curl_script() {
  echo "$web_functions" >curl-script.sh
  cat >>curl-script.sh <<'END'
curl() {
  command curl --no-progress-meter "$@"
}
shown='%{remote_ip} %{http_code} %{num_redirects} %{size_download}\n'
resume() {
  until curl -C - --connect-timeout 5 --speed-limit 1 --speed-time 5 "$@"; do sleep 1; done
}
try 1 curl -w "$shown" http://10.0.0.2/small
try 2 curl -w "$shown" 'http://[fd00::2]/small'
try 3 curl -w "$shown" -L http://10.0.0.2/folder
try 4 curl -w "$shown" -L 'http://10.0.0.2/cgi-bin/hop?5'
try 5 curl -L --max-redirs 3 'http://server/cgi-bin/hop?5'
try 6 curl -f http://server/nothing
try 7 curl http://10.0.0.2:81/small
try 8 curl 'http://[fd00::2]:81/small'
try 9 curl http://nowhere/small
try 10 curl http://10.0.0.77/small
try 15 curl 'http://[fd00::77]/small'
try 20 curl --connect-timeout 5 http://10.0.0.5/small
try 30 curl --max-time 3 http://server/cgi-bin/slow
try 40 curl --speed-limit 1000 --speed-time 5 http://server/cgi-bin/slow
try 50 curl --retry 3 --retry-connrefused http://10.0.0.2:81/small
try 60 curl --data 'a=1&b=2' http://10.0.0.2/cgi-bin/echo
try 61 curl -w '%{local_port}\n' --local-port 5000-5009 http://server/small
try 62 curl -w "$shown" --resolve 'both:80:[fd00::5],10.0.0.2' http://both/small
try 63 curl --etag-save tag http://server/small
try 64 curl -w '%{http_code}\n' --etag-compare tag http://server/small
try 65 curl -I -o headers -w '%{http_code} %{content_type}\n' http://server/nothing
try 70 curl -o fetched http://server/large
try 75 curl --limit-rate 100k --data-binary @fetched http://server/cgi-bin/count
try 100 resume -o distant-large http://10.0.0.3/large
try 200 resume -o mortal-large 'http://[fd00::4]/large'
head -c 1500000 fetched >continued
try 300 curl -C - -o continued http://server/large
try 310 curl -Z --parallel-max 4 -o 'parallel-#1' 'http://server/middle?[1-8]' -o none http://nowhere/small
try 320 curl -Z --parallel-immediate -o 'slow-#1' 'http://server/cgi-bin/slow?[1-20]'
echo nameserver 10.0.0.5 >/etc/resolv.conf
try 400 curl --connect-timeout 3 http://elsewhere.example/small
try 410 curl http://elsewhere.example/small
echo through a pipe | curl -T - telnet://10.0.0.2:2300
END
}

curls() {
  web_servers
  actor server 0 "$bin/nc" -l -p 2300 -e "$bin/head" -n 1
  actor client 0 PATH="$work/curl/root/bin:/usr/bin" "$bin/sh" "$work/curl-script.sh"
}

# Its first number: 8 has other words, takes a second more to find a transfer slow, and would serve pages
# one after the other unless told not to wait (--parallel-immediate).
curl_version() {
  sed -n 's/^#define LIBCURL_VERSION_MAJOR //p' curl/include/curl/curlver.h
}

step_curl() {
  write_web curl-web
  write_curl_script
  emulate curl curls --cpu none -p "$web/platform.xml" --stop 1000
  expect_transcript "$here/curl-$(curl_version).expected" curl-1/client/sh.2.stdout
  local file
  for file in distant-large mortal-large fetched continued; do
    cmp "$web/site/large" "curl-1/client/$file"
  done
  for file in 1 2 3 4 5 6 7 8; do
    cmp "$web/site/middle" "curl-1/client/parallel-$file"
  done
}
