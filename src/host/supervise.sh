#!/bin/sh
# The executable of a package: the supervisor. It starts the host, and restarts it after a crash or when it hangs.
# The engine kills this shell with SIGKILL. The host must then exit too, even if it is busy.

folder="${0%/*}"
host="$folder/host.cjs"
# The package's folder may be read-only.
place="$folder"
[ -w "$folder" ] || place=$(mktemp -d)
alive="$place/.alive-$$"
running="$place/.running-$$"
beats="$place/.beats-$$"
# The host is restarted if it does not respond for this many seconds.
silence="${KPLUG_SILENCE:-30}"
# A plugin that a debugger has paused is not a hang.
[ -z "$KPLUG_INSPECT" ] || silence=1000000
# A package may include its own runtime. Otherwise node is on the PATH, or where install.sh found it.
node=node
if [ -x "$folder/node" ]; then
  node="$folder/node"
elif [ -x "$folder/bun" ]; then
  node="$folder/bun"
elif ! command -v node >/dev/null 2>&1 && [ -r "$folder/.node-path" ]; then
  read -r node <"$folder/.node-path"
fi

# In the file behind descriptor 3, the host records what is running. In the file behind 6, it counts seconds. 4 and 5 are
# the ends of a pipe that only this shell holds open for writing. All three are unlinked.
# Not ":", with which a shell exits if it cannot write.
if ! true >"$running" || ! true >"$beats"; then exec "$node" "$host" "$@"; fi
exec 3<>"$running" 6<>"$beats"

# Kills a host whose count stands still: at once if the engine has exited, otherwise after $silence seconds.
watch() {
  counted= silent=0
  while sleep 2 >/dev/null 2>&1; do
    # The host has not written a count yet.
    read -r count </dev/fd/6 || continue
    if [ "$count" = "$counted" ]; then silent=$((silent + 2)); else silent=0; fi
    counted=$count
    if [ $silent -ge "$silence" ]; then
      echo "[error] supervisor: the host did not respond for $silent s because a plugin blocks it: restarting the host"
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
  # Done here, because before the start it would delay the host.
  if [ -z "$KPLUG_TAKEOVER" ]; then
    # Without the pipe, a host whose supervisor is killed exits by itself, unless a plugin blocks it.
    if mkfifo -m 600 "$alive"; then exec 4<>"$alive" 5<"$alive"; fi
    rm -f "$alive" "$running" "$beats"
    [ "$place" = "$folder" ] || rmdir "$place"
  fi
  { watch $child; } 3>&- 4>&- 5<&- 2>/dev/null &
  watch=$!
  { read -r _; kill -KILL $child $watch; } <&5 3>&- 4>&- 5<&- 6>&- 2>/dev/null &
  guard=$!
  started=$(date +%s)
  wait $child
  code=$?
  # A signal to this shell interrupts "wait".
  while kill -0 $child 2>/dev/null; do wait $child; done
  kill $guard $watch 2>/dev/null
  [ -z "$ending" ] || exit $code
  # 126 and 127: Node.js cannot be started.
  [ $code -eq 126 ] || [ $code -eq 127 ] && exit $code
  # Without an engine, no host is needed.
  kill -0 "$PPID" 2>/dev/null || exit 1
  # The first restarts are immediate. After repeated crashes within seconds, the supervisor pauses between restarts.
  if [ $(($(date +%s) - started)) -lt 3 ]; then quick=$((quick + 1)); else quick=0; fi
  if [ $quick -gt 30 ]; then sleep 10; elif [ $quick -gt 5 ]; then sleep 1; fi
  KPLUG_TAKEOVER=$code
done
