# Pseudo-terminals: busybox's telnetd with login and shell behind it, and script.

# typed SECONDS LINE...: types the lines, one a second.
typed() {
  local line
  printf 'sleep %s; ' "$1"
  for line in "${@:2}"; do
    printf "printf '%s'; sleep 1; " "$line"
  done
}

# A user gets in at the second attempt, and interrupts what does not end; another one comes meanwhile.
# telnet exits with 1 when the server closes.
telnet_hosts() {
  local password='$5$simterpose$9kpM7wCYm2glypg87zQL7CilFFQmTAHC4lzLFj1FMtB' # sesame
  actor node-0 0 "$bin/sh" -c "mkdir -p /etc /home/ali && chown 1000:1000 /home/ali && cd /etc &&
    printf '%s\n' root:x:0:0::/:/bin/sh ali:x:1000:1000::/home/ali:/bin/sh >passwd &&
    echo 'ali:$password:1::::::' >shadow && echo welcome >issue.net && : >motd && exec telnetd -F"
  actor node-1 1 "$bin/sh" -c "($(typed 1 'ali\n' 'wrong\n') $(typed 5 'ali\n' 'sesame\n' 'tty; id; pwd\n' \
    'sleep 100\n' '\003' 'echo $?\n' 'echo typ\177ing | tee file\n' 'stty size; exit\n')) | telnet node-0 || [ \$? = 1 ]"
  actor node-2 10 "$bin/sh" -c "($(typed 1 'ali\n' 'sesame\n' 'tty; who; exit\n')) | telnet node-0 || [ \$? = 1 ]"
}

# shown HOST: what its terminal showed, without what the shell asks the terminal for, and < for erasing.
shown() {
  sed -e 's/\r//g' -e 's/\x1b\[6n//g' -e 's/\x08\x1b\[J/</g' "telnet-1/$1/sh.2.stdout"
}

# What comes after the shell's greeting.
write_shown() {
  cat >telnet-node-1.expected <<'END'
$ tty; id; pwd
/dev/pts/0
uid=1000(ali) gid=1000 groups=1000
/home/ali
$ sleep 100
^C
$ echo $?
130
$ echo typ<ing | tee file
tying
$ stty size; exit
24 80
Connection closed by foreign host
END
  cat >telnet-node-2.expected <<'END'
$ tty; who; exit
/dev/pts/1
ali             pts/0           00:00   Jan  1 00:00:10  [::ffff:10.0.0.2]:32768
ali             pts/1           00:00   Jan  1 00:00:12  [::ffff:10.0.0.3]:32768
Connection closed by foreign host
END
}

step_telnet() {
  write_shown
  emulate telnet telnet_hosts -n 3 --stop 60
  local host
  for host in node-1 node-2; do
    shown $host | sed -n '/^\$ /,$p' | diff telnet-$host.expected -
  done
  expect 'logins' "$(shown node-1 | grep -c '^node-0 login: ali$')" 2
  expect 'refusals' "$(shown node-1 | grep -cx 'Login incorrect')" 1
  ! grep -q sesame telnet-1/node-[12]/sh.2.stdout
  expect 'the file' "$(cat telnet-1/node-0/home/ali/file)" tying
}

# ---- script ----

# A session that is recorded: what is shown, and what it finds of the terminal.
write_recorded() {
  cat >recorded.sh <<'END'
{ sleep 1; echo some text; } |
  script -q -c 'test -t 0 && test -t 1 && echo on a terminal; head -n 1 | tr a-z A-Z' typed
cat typed
stty </dev/null 2>/dev/null || echo no terminal
END
}

recorded() {
  actor node-0 0 "$bin/sh" "$work/recorded.sh"
}

step_script() {
  write_recorded
  emulate script recorded -n 1
  rm -rf script-native
  mkdir script-native
  (cd script-native && env -i PATH="$bin" timeout 20 "$bin/sh" ../recorded.sh >../script-expected 2>&1)
  diff script-expected script-1/node-0/sh.2.stdout
}
