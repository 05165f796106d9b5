# watch.sh SIMTERPOSE: changes what a lab is made of, file by file, while --watch runs it.
timeout 100 "$1" run --watch lab.yaml >watched 2>&1 &
watching=$!

# Waits until the line has been said so many times.
until_said() {
  for _ in $(seq 300); do
    [ "$(cat "${3-watched}" 2>/dev/null | grep -c "$2")" -ge "$1" ] && return
    sleep 0.1
  done
  echo "not said $1 times: $2"
  kill $watching
  exit 1
}

until_said 1 'waiting until'
echo '#define TEXT "second"' >text.h
until_said 2 'waiting until'
sed 's/second/third/' text.h >new.h && mv new.h text.h
until_said 3 'waiting until'
echo 'int main(' >broken.c
sed -i 's/say.c/broken.c/' lab.yaml
until_said 4 'waiting until'
sed -i 's/broken.c/say.c/; s/run: say/run: say long/' lab.yaml
until_said 1 'fourth' simterpose-out/node-0/say.2.stdout
sed -i 's/say long/say/' lab.yaml
until_said 5 'waiting until'
kill $watching
wait $watching
echo "ended by $(($? - 128))"
