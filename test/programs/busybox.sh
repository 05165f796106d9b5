# busybox: its shell running scripts, its httpd with CGI, its own tests.

bin=$work/root/usr/bin

# With Debian's configuration, and what it leaves out that terminals are for: applets are found in PATH and
# run by exec. They go to root/usr/bin, before the machine's own for the emulated hosts.
build_busybox() {
  local more='TELNETD|FEATURE_TELNETD_STANDALONE|SCRIPT'
  fresh busybox busybox "$clang $plugin $more" || return 0
  sed -E "s/^# (CONFIG_($more)) is not set/\1=y/; s/^(CONFIG_FEATURE_TELNETD_PORT_DEFAULT)=0/\1=23/" \
    busybox/debian/config/pkg/deb >busybox/.config
  (cd busybox && make oldconfig </dev/null &&
    make -j "$(nproc)" HOSTCC=gcc CC="$clang $plugin" SKIP_STRIP=y busybox) >busybox.log 2>&1 || failed busybox.log
  local applet
  rm -rf root
  mkdir -p root/usr/bin
  ln -s usr/bin root/bin
  cp busybox/busybox root/usr/bin
  for applet in $(busybox/busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "root/usr/bin/$applet"
  done
  built busybox "$clang $plugin $more"
}

# What a script may use: pipelines, here-documents, background jobs, traps, other programs.
write_script() {
  cat >script.sh <<'END'
echo "on $(hostname) at $(date -u +%H:%M:%S), shell $$"

# pipelines and command substitution
seq 1 1000 | grep 7 | sed 's/7/seven/' | sort -r | head -n 3
sum=$(seq 1 100 | awk '{ n += $1 } END { print n }')
echo "sum $sum, $(echo "$sum" | tr 0-9 a-j | rev)"

# here-documents, with and without expansion
tr a-z A-Z <<TEXT
the sum is $sum
TEXT
cat <<'TEXT' | wc -l
$sum stays
as it is
TEXT

# background jobs: side by side
start=$(date +%s)
for i in 3 1 2; do
  (sleep "0.$((i * 3))"; echo "job $i") &
done
wait
sleep 1 && echo late &
wait $!
[ $(($(date +%s) - start)) -le 2 ] && echo "all in two seconds"

# exit statuses, traps, signals
(exit 3); echo "status $?"
false | true; echo "pipeline $?"
trap 'echo got USR1' USR1
kill -USR1 $$
(trap 'echo term; exit 7' TERM; sleep 60 & wait) &
sleep 0.2
kill $!
wait $!
echo "killed: $?"
sleep 100 & kill -9 $!; wait $! 2>/dev/null; echo "killed: $?"
trap 'echo bye' EXIT

# files, find, xargs
mkdir -p tree/a/b tree/c
for f in tree/one tree/a/two tree/a/b/three tree/c/four; do echo "content of $f" >$f; done
ln -s ../one tree/c/link
find tree -type f | sort | xargs wc -c
find tree -name '*o*' -exec grep -l content {} + | sort
tar cf - tree | gzip | gunzip | tar tf - | sort | md5sum
for f in tree/*/*; do [ -L $f ] && echo "$f -> $(readlink $f)"; done
printf '%s\n' b a c | while read -r x; do echo "<$x>"; done | sort | paste -s -d ' '
yes | head -n 20000 | wc -c
dd if=/dev/zero bs=1k count=64 2>/dev/null | od -A d | tail -n 1
mkfifo pipe; (echo through a fifo >pipe) & cat pipe; rm pipe
set -- $(ls tree); echo "$# entries: $*"
f() { local v=$1; echo "f $v $(echo nested $(echo deeper))"; }
f x
exec 3>out.txt; echo three >&3; exec 3>&-; cat out.txt
if [ -e /proc/$$/status ]; then grep -c . /proc/$$/status >/dev/null && echo has /proc; fi
END
}

scripts() {
  actor node-0 0 "$bin/sh" "$work/script.sh"
  actor node-1 10 "$bin/sh" "$work/script.sh"
}

step_shell() {
  write_script
  emulate shell scripts -n 2
  rm -rf shell-native
  mkdir shell-native
  (cd shell-native && env -i PATH="$bin" "$bin/sh" ../script.sh >../shell-expected 2>&1)
  diff <(tail -n +2 shell-expected) <(tail -n +2 shell-1/node-1/sh.2.stdout)
}

# A server whose pages are made by shell scripts, and clients that post to a counter and read it.
write_site() {
  mkdir -p site/cgi-bin
  echo 'plain page' >site/index.html
  cat >site/cgi-bin/hello <<'END'
#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
echo "$REQUEST_METHOD from $REMOTE_ADDR to $SERVER_PROTOCOL, query '$QUERY_STRING'"
env | grep -c '^HTTP_'
END
  cat >site/cgi-bin/add <<'END'
#!/bin/sh
# One line per post, under a lock.
read -r line
until mkdir /var/counting 2>/dev/null; do sleep 0.05; done
echo "$line" >>/var/count
sleep 0.1
printf 'Content-Type: text/plain\r\n\r\n'
echo "line $(wc -l </var/count): $line"
rmdir /var/counting
END
  printf '#!/bin/sh\nexit 1\n' >site/cgi-bin/broken
  chmod +x site/cgi-bin/*
}

cgi() {
  local client
  actor node-0 0 "$bin/httpd" -f -p 0.0.0.0:80 -h "$work/site"
  for client in 1 2 3; do
    actor "node-$client" 1 "$bin/sh" -c '
      wget -q -O - http://node-0/
      wget -q -O - "http://node-0/cgi-bin/hello?me={host}&n=1"
      for i in 1 2 3 4 5; do
        wget -q -O - --post-data "post $i of {host}" http://node-0/cgi-bin/add &
      done
      wait
      wget -O - http://node-0/cgi-bin/absent || wget -O - http://node-0/cgi-bin/broken || echo both fail'
  done
}

step_cgi() {
  write_site
  emulate cgi cgi -n 4 --stop 60
  local client
  for client in 1 2 3; do
    grep -qx 'plain page' "cgi-1/node-$client/sh.2.stdout"
    grep -qx "GET from 10.0.0.$((client + 1)) to HTTP/1.1, query 'me=node-$client&n=1'" "cgi-1/node-$client/sh.2.stdout"
    grep -qx 'both fail' "cgi-1/node-$client/sh.2.stdout"
  done
  # Each of the 15 posts got a number of its own.
  expect 'posts' "$(cat cgi-1/node-?/sh.2.stdout | sed -n 's/^line \(.*\):.*/\1/p' | sort -n | tr '\n' ' ')" \
    "$(seq 1 15 | tr '\n' ' ')"
  expect 'lines' "$(sort cgi-1/node-0/var/count | uniq | wc -l)" 15
}

# ---- busybox's own tests ----

# Takes the tests to $1 and runs them there, whatever the shell's PATH has.
write_suite() {
  cat >suite.sh <<END
set -e
mkdir -p "\$1"
cp -r $work/busybox/testsuite $work/busybox/.config "\$1"
ln -s $bin/busybox "\$1/busybox"
cd "\$1/testsuite"
export SKIP_KNOWN_BUGS=y SKIP_INTERNET_TESTS=y SHELL=/bin/sh ECHO=/bin/echo LANG=C.UTF-8 LC_ALL=C.UTF-8
./runtest || true
rm -rf "\$1"
END
}

suite() {
  actor node-0 0 "$bin/sh" "$work/suite.sh" /suite
}

# results FILE KIND: the names of the tests that ended so.
results() {
  sed -n "s/^$2: //p" "$1"
}

step_busybox_tests() {
  write_suite
  rm -rf suite
  env -i PATH="$bin" "$bin/sh" suite.sh "$work/suite" >suite.native 2>&1 </dev/null &
  local native=$!
  emulate busybox-tests suite -n 1
  wait "$native"
  local emulated=busybox-tests-1/node-0/sh.2.stdout
  # One test needs a /bin/false that is not busybox: the machine's, if run natively. One fails where the
  # machine's name has no domain and no address.
  local different=(-e 'start-stop-daemon with both -x and -a' -e hostname-d-works)
  diff <(results suite.native FAIL | grep -vx "${different[@]}") <(results "$emulated" FAIL | grep -vx "${different[@]}")
  diff <(results suite.native SKIPPED) <(results "$emulated" SKIPPED)
  echo "$(results "$emulated" PASS | wc -l) passed, $(results "$emulated" FAIL | wc -l) failed"
  [ "$(results "$emulated" PASS | wc -l)" -gt 800 ]
}
