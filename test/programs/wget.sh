# wget: what it does when things go well, and what it says when they do not.

build_wget() {
  fresh wget wget "$clang $plugin" || return 0
  (cd wget && ./configure --disable-nls --without-ssl --without-libpsl --disable-pcre --disable-pcre2 \
    --without-libuuid --disable-iri CC="$clang $plugin" &&
    make -C lib -j "$(nproc)" && make -C src -j "$(nproc)") >wget.log 2>&1 || failed wget.log
  built wget "$clang $plugin"
}

# Transfers that a cable or a power cut interrupts go on where they stopped.
write_wget_script() {
  echo "$web_functions" >wget-script.sh
  cat >>wget-script.sh <<'END'
wget() {
  command wget -nv "$@"
}
together() {
  for i in 1 2 3 4; do
    wget -O "together-$i" http://server/middle &
  done 2>&1 | sort
}
mirror() {
  wget -r -np -nH "$@" 2>&1 | grep -v '^Downloaded:'
}
behind() {
  wget -b "$@" | sed 's/pid .*/a process/'
}
try 1 wget http://server/small
try 2 wget -O small-6 'http://[fd00::2]/small'
try 3 wget -O folder-index http://server/folder
try 4 wget -O hops 'http://server/cgi-bin/hop?5'
try 5 wget -O too-many 'http://server/cgi-bin/hop?21'
try 6 wget http://server/nothing
try 7 wget http://10.0.0.2:81/small
try 8 wget 'http://[fd00::2]:81/small'
try 9 wget http://nowhere/small
try 10 wget http://10.0.0.77/small
try 15 wget 'http://[fd00::77]/small'
try 20 wget --connect-timeout=5 --tries=2 http://10.0.0.5/small
try 40 wget --read-timeout=3 --tries=2 http://server/cgi-bin/slow
try 60 wget -O slow http://server/cgi-bin/slow
try 90 wget -O answer --post-data 'a=1&b=2' http://10.0.0.2/cgi-bin/echo
try 100 wget --read-timeout=10 -O distant-large http://10.0.0.3/large
try 200 wget --read-timeout=10 -O mortal-large 'http://[fd00::4]/large'
try 300 wget -O rated --limit-rate=100k http://server/large
head -c 1500000 rated >continued
try 330 wget -c -O continued http://server/large
try 340 together
try 350 mirror http://server/folder/
try 360 wget -N http://server/small
try 361 behind -o log -O background http://server/large
try 370 cat answer log
echo nameserver 10.0.0.5 >/etc/resolv.conf
try 400 wget --dns-timeout=3 --tries=1 http://elsewhere.example/small
try 410 wget --tries=1 http://elsewhere.example/small
END
}

wgets() {
  web_servers
  actor client 0 PATH="$work/wget/src:/usr/bin" "$bin/sh" "$work/wget-script.sh"
}

step_wget() {
  write_web wget-web
  write_wget_script
  emulate wget wgets -p "$web/platform.xml" --stop 1000
  expect_transcript "$here/wget.expected" wget-1/client/sh.2.stdout
  local file
  for file in distant-large mortal-large rated continued background; do
    cmp "$web/site/large" "wget-1/client/$file"
  done
}
