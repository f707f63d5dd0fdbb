#!/bin/sh
# The executable of a package: it starts the host, and another one when that dies.
# The engine kills this shell, without a word: the host has to go with it, also when it is busy.

folder="${0%/*}"
host="$folder/host.cjs"
alive="$folder/.alive-$$"
running="$folder/.running-$$"
# A package may bring its own.
node=node
[ ! -x "$folder/node" ] || node="$folder/node"

# 4 and 5 are the ends of a pipe that is open for writing in this shell alone. 3 is a file for the host to note in what
# is running. None of them keeps a name.
if ! mkfifo -m 600 "$alive" || ! : >"$running"; then exec "$node" "$host" "$@"; fi
exec 3<>"$running" 4<>"$alive" 5<"$alive"

export KPLUG_ENGINE_PID="$PPID" KPLUG_TAKEOVER=
while :; do
  "$node" "$host" "$@" 4>&- 5<&- &
  child=$!
  trap 'kill -TERM $child' TERM INT
  { read -r _; kill -KILL $child; } <&5 3>&- 4>&- 5<&- 2>/dev/null &
  guard=$!
  # Here it costs no time of the start.
  [ -n "$KPLUG_TAKEOVER" ] || rm -f "$alive" "$running"
  wait $child
  code=$?
  # A signal for this shell ends the wait, too.
  while kill -0 $child 2>/dev/null; do wait $child; done
  kill $guard
  # Node is not there.
  [ $code -eq 126 ] || [ $code -eq 127 ] && exit $code
  # Without its engine a host ends by itself. One that dies before it can tell has no use either.
  kill -0 "$PPID" 2>/dev/null || exit 1
  # The first successor comes at once. Where each dies in turn, they come more slowly.
  [ -z "$KPLUG_TAKEOVER" ] || sleep 1
  KPLUG_TAKEOVER=$code
done
