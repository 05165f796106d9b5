# netcat-traditional: listens, connects, scans, gives up; TCP and UDP.

# make's target for Linux, as Debian calls it.
build_netcat() {
  fresh netcat netcat "$clang $plugin" || return 0
  make -C netcat linux CC="$clang $plugin -std=gnu89 -Wno-int-conversion -O2" STATIC='' \
    DFLAGS='-DLINUX -DTELNET -DGAPING_SECURITY_HOLE -DIP_TOS -DDEBIAN_VERSION=\"debian\"' >netcat.log 2>&1 ||
    failed netcat.log
  built netcat "$clang $plugin"
}

write_netcat_script() {
  echo "$web_functions" >netcat-client.sh
  cat >>netcat-client.sh <<'END_OF_SCRIPT'
from() {
  local text=$1
  shift
  printf "$text" | "$@"
}
numbers() {
  seq 100000 | "$@"
}
try 1 numbers nc -q 1 node-0 2000
try 10 from 'to be echoed\n' nc -q 1 node-0 2001
try 20 from 'to be raised\n' nc -q 1 node-0 2002
try 30 from 'a datagram\n' nc -u -q 1 node-0 2003
try 40 from '1\n2\n3\n' nc -i 1 -q 0 node-0 2004
try 50 nc -v -w 3 node-0 2005
try 60 nc -v node-0 9
try 61 nc -v -n 10.0.0.1 9
try 62 nc -v -w 2 10.0.0.77 80
try 70 nc -v 10.0.0.77 80
try 80 nc -v nowhere 80
try 81 nc -v -z node-0 2005-2009
try 82 nc -v -v -n -z 10.0.0.1 2007-2009
try 90 from 'from a port of its own\n' nc -v -n -p 5000 -s 10.0.0.2 -q 1 10.0.0.1 2006
try 100 from 'to all\n' nc -u -b -q 1 255.255.255.255 2010
try 110 from 'two\nlines\n' nc -C -o dump -q 1 node-0 2007
try 120 nc -v -u -z -w 1 node-0 2010-2012
cat dump
END_OF_SCRIPT
}

netcat_actors() {
  local path=PATH=$work/netcat:/usr/bin
  listens() {
    actor node-0 "$1" "$path" "$bin/sh" -c "nc $2 >port-$3 2>&1"
  }
  listens 0 '-l -p 2000' 2000
  listens 9 '-v -l -p 2001 -e /bin/cat' 2001
  listens 19 "-l -p 2002 -c 'tr a-z A-Z'" 2002
  listens 29 '-v -u -l -p 2003 -w 4' 2003
  listens 39 '-l -p 2004' 2004
  listens 49 '-v -l -p 2005' 2005
  listens 79 '-v -l -p 2007' 2005-again
  listens 89 '-v -n -l -p 2006' 2006
  listens 99 '-u -l -p 2010 -w 4' 2010
  listens 109 '-l -p 2007' 2007
  listens 119 '-u -l -p 2011 -w 4' 2011
  actor node-2 99 "$path" "$bin/sh" -c 'nc -u -l -p 2010 -w 4 >port-2010'
  actor node-1 0 "$path" "$bin/sh" "$work/netcat-client.sh"
}

step_netcat() {
  write_netcat_script
  emulate netcat netcat_actors -n 3 --bandwidth 10Mbps --stop 200
  diff "$here/netcat.expected" <(cat netcat-1/node-1/sh.2.stdout; tail netcat-1/node-[02]/port-20* | tr '\0' 0)
  seq 100000 | cmp - netcat-1/node-0/port-2000
}
