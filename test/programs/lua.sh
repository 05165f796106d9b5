# Lua, as redis brings it.

# make_lua DIRECTORY COMPILER. It includes a header of redis.
make_lua() {
  fresh "$1" redis "$2" || return 0
  make -C "$1/deps/lua/src" -j "$(nproc)" CC="$2" MYLIBS=-lm lua >"$1.log" 2>&1 || failed "$1.log"
  built "$1" "$2"
}

build_lua() {
  make_lua lua "$clang $plugin"
  make_lua lua-plain "$clang"
}

# What a program of the tests prints; addresses, the program's path, printf.lua's date and fib.lua's
# CPU time are not part of the result.
lua_output() {
  local program=$1
  shift
  "$@" "$program" <sort.lua 2>&1 |
    sed -E "s/0x[0-9a-f]+/ADDRESS/g; s/^[^ :]*lua: /lua: /; s/ on [A-Z][a-z]+ .* 20[0-9]+$/ on DATE/
            $([ "$program" = fib.lua ] && echo 's/\t[0-9.e-]+\t([0-9]+)$/\tTIME\t\1/')"
}

step_lua_tests() {
  cd "$work/lua/deps/lua/test"
  local count=0 program way
  for program in *.lua; do
    [ "$program" != life.lua ] || continue # paints for minutes
    lua_output "$program" "$work/lua-plain/deps/lua/src/lua" >"$work/lua-expected" || true
    for way in "" "$simterpose displaced"; do
      # shellcheck disable=SC2086
      lua_output "$program" $way "$work/lua/deps/lua/src/lua" >"$work/lua-found" || true
      diff "$work/lua-expected" "$work/lua-found" || { echo "$program differs (${way:-native})"; exit 1; }
    done
    count=$((count + 1))
  done
  echo "$count programs"
  [ "$count" -ge 15 ]
}
