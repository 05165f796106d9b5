# The network and the servers that wget and curl are tried on.
#
# client, 10.0.0.1 and fd00::1, is 10 ms and 10 Mbit/s away from each of:
#   server    which is always there
#   distant   whose cable fails from 101 to 130
#   mortal    whose power is cut at 201, and comes back at 210
#   lost      whose cable never works
# Their addresses go on from there. The first three run busybox's httpd on port 80.

web_hosts=(client server distant mortal lost)

# write_web DIRECTORY: writes the platform, and what the servers have: files of 12 bytes and 2 MB, a
# folder, and pages that take their time, or lead elsewhere.
write_web() {
  web=$1
  mkdir -p "$web/site/cgi-bin" "$web/site/folder"
  printf '101 0\n130 1\n' >"$web/distant-cable.state"
  printf '201 0\n210 1\n' >"$web/mortal.state"
  printf '0 0\n' >"$web/lost-cable.state"
  local host other number=0
  {
    echo '<?xml version="1.0"?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1"><zone id="web" routing="Full">'
    for host in "${web_hosts[@]}"; do
      number=$((number + 1))
      printf '<host id="%s" speed="1Gf"%s>\n' "$host" "$(web_state "$host")"
      printf '  <prop id="ip" value="10.0.0.%s"/><prop id="ipv6" value="fd00::%s"/>\n</host>\n' "$number" "$number"
    done
    # SimGrid 3.32 cannot turn off split-duplex links.
    for host in "${web_hosts[@]:1}"; do
      printf '<link id="%s-cable" bandwidth="10Mbps" latency="10ms"%s/>\n' "$host" "$(web_state "$host-cable")"
    done
    for host in "${web_hosts[@]:1}"; do
      printf '<route src="client" dst="%s"><link_ctn id="%s-cable"/></route>\n' "$host" "$host"
      for other in "${web_hosts[@]:1}"; do
        [[ $host < $other ]] || continue
        printf '<route src="%s" dst="%s"><link_ctn id="%s-cable"/><link_ctn id="%s-cable"/></route>\n' \
          "$host" "$other" "$host" "$other"
      done
    done
    echo '</zone></platform>'
  } >"$web/platform.xml"

  echo 'twelve byte' >"$web/site/small"
  seq 299000 >"$web/site/large"
  seq 38000 >"$web/site/middle"
  echo '<html><a href="leaf">leaf</a> <a href="../small">small</a></html>' >"$web/site/folder/index.html"
  echo leaf >"$web/site/folder/leaf"
  printf '#!/bin/sh\nsleep 20\nprintf "Content-Type: text/plain\\r\\n\\r\\nat last\\n"\n' >"$web/site/cgi-bin/slow"
  # Each leads to the one before: /cgi-bin/hop?3 to /cgi-bin/hop?2 and so on to /small.
  cat >"$web/site/cgi-bin/hop" <<'END'
#!/bin/sh
next="hop?$((QUERY_STRING - 1))"
[ "$QUERY_STRING" -gt 1 ] || next=../small
printf 'Status: 302 Found\r\nLocation: %s\r\n\r\n' "$next"
END
  printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n"\necho "$REQUEST_METHOD from $REMOTE_ADDR"\ncat\necho\n' \
    >"$web/site/cgi-bin/echo"
  printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n"\nwc -c\n' >"$web/site/cgi-bin/count"
  chmod +x "$web/site/cgi-bin/"*
}

# web_state NAME: the attribute of a host or a link that fails.
web_state() {
  [ ! -e "$web/$1.state" ] || printf ' state_file="%s.state"' "$1"
}

# web_servers: their part of a deployment.
web_servers() {
  local host
  for host in server distant mortal; do
    printf '<actor host="%s" function="%s" on_failure="RESTART">\n' "$host" "$bin/httpd"
    printf '  <argument value="%s"/>\n' -f -p '[::]:80' -h "$work/$web/site"
    echo '</actor>'
  done
}

# What scripts on the client have: "try DATE COMMAND..." runs a command at that date, and says how it
# ended, and when.
web_functions='
milliseconds() {
  set -- $(cat /proc/uptime)
  echo "$((${1%.*}${1#*.} * 10 - 1000000))"
}
try() {
  local date=$1 before status
  shift
  before=$((date * 1000 - $(milliseconds)))
  sleep "$(printf %d.%03d $((before / 1000)) $((before % 1000)))"
  echo "$*"
  "$@" </dev/null 2>&1
  status=$?
  echo "    $status after $(($(milliseconds) - date * 1000)) ms"
}
'

transcript_lines() {
  grep -v '^    [0-9]* after' "$1" | sed -E 's/(after [0-9]+)[0-9] m/\10 m/'
}

# expect_transcript EXPECTED FOUND: the same lines; how long commands took may differ by 30 ms and 3 %,
# how long they say that something took in its last digit.
expect_transcript() {
  diff <(transcript_lines "$1") <(transcript_lines "$2")
  paste -d ' ' <(grep '^    [0-9]* after' "$1") <(grep '^    [0-9]* after' "$2") |
    awk '$1 != $5 || $7 - $3 > 30 + 0.03 * $3 || $3 - $7 > 30 + 0.03 * $3 { print "expected and found:", $0; bad = 1 }
         END { exit bad }'
}
