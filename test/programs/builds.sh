# Build systems: programs whose builds are told a compiler in the four usual ways, none of which knows of Simterpose. The
# build directory is installed first, so that it is what users have.

build_builds() {
  local prefix=$work/builds/prefix
  [ "$(cat builds/.built 2>/dev/null)" != "$(stamp builds)" ] || return 0
  rm -rf builds
  mkdir -p builds
  cmake --install "$build" --prefix "$prefix" >builds/install.log
  (
    set -e
    PATH=$prefix/bin:$PATH
    for package in microsocks rinetd civetweb lighttpd; do
      "$top/scripts/debian-source" "$package" "$top/build/programs-source"
      cp -a "$top/build/programs-source/$package" builds/
    done
    make -C builds/microsocks CC=simterpose-cc
    (cd builds/rinetd && autoreconf -fi && CC=simterpose-cc ./configure && make)
    cmake -S builds/civetweb -B builds/civetweb/out -DCMAKE_TOOLCHAIN_FILE="$prefix/lib/cmake/simterpose/simterpose-toolchain.cmake" \
      -DCMAKE_BUILD_TYPE=Release -DCIVETWEB_BUILD_TESTING=OFF -DCIVETWEB_ENABLE_SSL=OFF -DCIVETWEB_ENABLE_CXX=OFF \
      -DCIVETWEB_ENABLE_ASAN=OFF
    cmake --build builds/civetweb/out -j "$(nproc)"
    (cd builds/lighttpd && CC=simterpose-cc meson setup out -Dwith_pcre2=false -Dwith_pcre=disabled -Dwith_zlib=disabled -Dmoduledir=lib &&
      ninja -C out)
  ) >builds.log 2>&1 || failed builds.log
  built builds builds
}

built_programs() {
  actor node-0 0-60 "$work/builds/microsocks/microsocks" -p 1080
  actor node-0 0-60 "$work/builds/civetweb/out/src/civetweb" -listening_ports 8080 -document_root "$work/builds/www"
  actor node-1 0-60 "$work/builds/rinetd/rinetd" -f -c "$work/builds/rinetd.conf"
  actor node-1 0-60 "$work/builds/lighttpd/out/src/lighttpd" -D -f "$work/builds/lighttpd.conf" -m "$work/builds/lighttpd/out/src"
  actor node-2 1 "$bin/wget" -q -O page http://node-1:8081/greeting
  actor node-2 2 "$bin/wget" -q -O other http://node-1:8082/greeting
}

step_builds() {
  mkdir -p builds/www
  echo "0.0.0.0 8081 node-0 8080" >builds/rinetd.conf
  echo "hello from both" >builds/www/greeting
  printf 'server.port = 8082\nserver.document-root = "%s"\n' "$work/builds/www" >builds/lighttpd.conf
  emulate builds-run built_programs -n 3 --latency 10ms
  expect "civetweb's page, through rinetd" "$(cat builds-run-1/node-2/page)" "hello from both"
  expect "lighttpd's page" "$(cat builds-run-1/node-2/other)" "hello from both"
}
