# libevent: its own tests; memcached is linked with it.

# build_memcached waits for it.
make_libevent() {
  fresh libevent libevent "$clang $plugin" || return 0
  (cd libevent && ./configure --prefix="$work/libevent/root" --disable-static --disable-openssl \
    --disable-samples CC="$clang $plugin" &&
    make -j "$(nproc)" ACLOCAL=: AUTOMAKE=: AUTOCONF=: AUTOHEADER=: install) >libevent.log 2>&1 || failed libevent.log
  built libevent "$clang $plugin"
}

# Without two tests that fail:
#   bufferevent_connect_hostname_emfile  names resolve although no descriptor is left to open /etc/hosts
#   getaddrinfo_cancel_stress            counts on 1,000 answers taking longer than timers: here they take no time
regress() {
  actor node-0 0 "$work/libevent/test/.libs/regress" \
    :dns/bufferevent_connect_hostname_emfile :dns/getaddrinfo_cancel_stress
}

step_libevent() {
  emulate libevent regress -n 1
  cat libevent-1/node-0/regress.2.stdout
  grep -qE '^31[0-9] tests ok' libevent-1/node-0/regress.2.stdout
}
