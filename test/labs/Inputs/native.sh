# Each lab in small, on this machine. Everything ends by itself or is ended here.
trap 'kill $(jobs -p) 2>/dev/null' EXIT
peers() { for ((i = 0; i < $2; i++)); do printf 'localhost:%d ' $(($1 + i)); done; }
end() { kill "$@" 2>/dev/null; wait "$@" 2>/dev/null; }

01-echo/server 17000 & server=$!
echo "echo: $(01-echo/client localhost:17000 | tail -n 1)"
end $server

for kind in iterative forking threads polling epolling; do
  02-servers/$kind 17001 & server=$!
  echo "servers: $kind $(02-servers/load localhost:17001 4 10 300)"
  end $server
done

03-clocks/timeserver 17002 & server=$!
echo "clocks: $(03-clocks/cristian localhost:17002 2 | tail -n 1)"
end $server
causal=()
for i in 0 1 2; do 03-clocks/causal $i $((17010 + i)) 4 $(peers 17010 3) >causal.$i & causal+=($!); done
wait "${causal[@]}"
echo "causal: $(grep -l 'V=' causal.? | wc -l) processes have talked"

for kind in bully ring; do
  nodes=()
  for i in 0 1 2; do 04-election/$kind $i $((17020 + i)) $(peers 17020 3) >$kind.$i & nodes+=($!); done
  for ((tries = 0; tries < 100; tries++)); do
    [ "$(grep -l 'the leader is 2' $kind.? | wc -l)" = 3 ] && break
    sleep 0.1
  done
  end "${nodes[@]}"
  echo "$kind: $(grep -l 'the leader is 2' $kind.? | wc -l) follow 2"
done

for kind in token ricart; do
  nodes=()
  05-exclusion/resource 17030 9 >$kind.resource & resource=$!
  for i in 0 1 2; do 05-exclusion/$kind $i $((17031 + i)) 3 localhost:17030 $(peers 17031 3) >/dev/null & nodes+=($!); done
  wait $resource
  end "${nodes[@]}"
  echo "$kind: $(cat $kind.resource)"
done

nodes=()
for i in 0 1 2 3; do 06-gossip/swim $i 4 localhost 17040 5 1 >gossip.$i & nodes+=($!); done
wait "${nodes[@]}"
echo "gossip: $(grep -l rumour gossip.? | wc -l) have heard the rumour"

nodes=()
for i in 1 2 3; do 07-commit/participant 1705$i participant.$i localhost:17050 2 >/dev/null & nodes+=($!); done
07-commit/coordinator 17050 coordinator.log 2 $(peers 17051 3) >/dev/null
wait "${nodes[@]}"
echo "commit: $(grep -lE '^(commit|abort|no) 2' participant.? | wc -l) participants have ended 2 transactions"

nodes=()
for i in 0 1 2; do 08-raft/raft $i raft.$i safe $(peers 17060 3) >/dev/null & nodes+=($!); done
08-raft/judge 17070 2 >raft.judge & judge=$!
for i in 0 1; do 08-raft/client $i 20 50 localhost:17070 $(peers 17060 3) >/dev/null & done
wait $judge
end "${nodes[@]}"
echo "raft: $(tail -n 1 raft.judge)"

nodes=()
for i in 0 1 2; do 09-chord/chord localhost:$((17080 + i)) localhost:17080 30 & nodes+=($!); done >/dev/null
09-chord/chord localhost:17083 localhost:17080 14 20 5 9 >chord.last
end "${nodes[@]}"
echo "chord: $(tail -n 1 chord.last)"

10-swarm/tracker 17090 & nodes=($!)
10-swarm/peer 17091 localhost:17090 8 seed >/dev/null & nodes+=($!)
sleep 0.2
for i in 2 3 4; do 10-swarm/peer 1709$i localhost:17090 8 >swarm.$i & nodes+=($!); done
for ((tries = 0; tries < 100; tries++)); do
  [ "$(cat swarm.? | grep -c right)" = 3 ] && break
  sleep 0.1
done
end "${nodes[@]}"
echo "swarm: $(cat swarm.? | grep -c right) copies are right"

11-fairness/sink 17100 2 >fairness & sink=$!
sleep 0.2
11-fairness/source localhost:17100 1
wait $sink
echo "fairness: $(wc -l <fairness) seconds"
