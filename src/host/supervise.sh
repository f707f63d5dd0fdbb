#!/bin/sh
# The executable of a package. It starts the host, and another one if that dies or stands still.
# The engine kills this shell without a word. The host has to go with it, also when it is busy.

folder="${0%/*}"
host="$folder/host.cjs"
# A package may lie where nothing can be written.
place="$folder"
[ -w "$folder" ] || place=$(mktemp -d)
alive="$place/.alive-$$"
running="$place/.running-$$"
beats="$place/.beats-$$"
# Seconds without a sign of life after which the host is replaced.
silence="${KPLUG_SILENCE:-30}"
# A plugin that a debugger has paused does not block the host.
[ -z "$KPLUG_INSPECT" ] || silence=1000000
# A package may bring its own runtime. Else node is on the PATH, or where it was when the package was installed.
node=node
if [ -x "$folder/node" ]; then
  node="$folder/node"
elif [ -x "$folder/bun" ]; then
  node="$folder/bun"
elif ! command -v node >/dev/null 2>&1 && [ -r "$folder/.node-path" ]; then
  read -r node <"$folder/.node-path"
fi

# 4 and 5 are the ends of a pipe that only this shell has open for writing. 3 is a file in which the host notes what is
# running, 6 one in which it counts its seconds. None of them keeps a name.
if ! mkfifo -m 600 "$alive" || ! : >"$running" || ! : >"$beats"; then exec "$node" "$host" "$@"; fi
exec 3<>"$running" 4<>"$alive" 5<"$alive" 6<>"$beats"

# Ends a host that does not count on: at once if the engine is gone, else after some time.
watch() {
  counted= silent=0
  while sleep 2 >/dev/null 2>&1; do
    # Without a count there is nothing to judge by.
    read -r count </dev/fd/6 || continue
    if [ "$count" = "$counted" ]; then silent=$((silent + 2)); else silent=0; fi
    counted=$count
    if [ $silent -ge "$silence" ]; then
      echo "[error] supervisor: the host stood still for $silent s: a plugin blocks it, so it is replaced"
    elif [ $silent -eq 0 ] || kill -0 "$KPLUG_ENGINE_PID"; then
      continue
    fi
    kill -KILL "$1"
    return
  done
}

export KPLUG_ENGINE_PID="$PPID" KPLUG_TAKEOVER= KPLUG_BEATS=6
ending= quick=0
while :; do
  "$node" "$host" "$@" 4>&- 5<&- &
  child=$!
  trap 'ending=1; kill -TERM $child' TERM INT
  { watch $child; } 3>&- 4>&- 5<&- 2>/dev/null &
  watch=$!
  { read -r _; kill -KILL $child $watch; } <&5 3>&- 4>&- 5<&- 6>&- 2>/dev/null &
  guard=$!
  # Here it costs no time of the start.
  if [ -z "$KPLUG_TAKEOVER" ]; then
    rm -f "$alive" "$running" "$beats"
    [ "$place" = "$folder" ] || rmdir "$place"
  fi
  started=$(date +%s)
  wait $child
  code=$?
  # A signal for this shell ends the wait, too.
  while kill -0 $child 2>/dev/null; do wait $child; done
  kill $guard $watch 2>/dev/null
  [ -z "$ending" ] || exit $code
  # Node.js is not there.
  [ $code -eq 126 ] || [ $code -eq 127 ] && exit $code
  # Without its engine a host ends by itself. One that dies before it sees that has no use either.
  kill -0 "$PPID" 2>/dev/null || exit 1
  # A successor starts at once. If one after the other dies within seconds, there are pauses.
  if [ $(($(date +%s) - started)) -lt 3 ]; then quick=$((quick + 1)); else quick=0; fi
  if [ $quick -gt 30 ]; then sleep 10; elif [ $quick -gt 5 ]; then sleep 1; fi
  KPLUG_TAKEOVER=$code
done
