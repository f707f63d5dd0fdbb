#!/bin/sh
# The engine runs this in the package's folder when it installs it, and hands back at once what is said here. Without it
# a machine that cannot run the package would mean a minute of silence.

refuse() {
  echo "kplug: $1" >&2
  exit 1
}

node=node
if [ -x ./node ]; then
  node=./node
  ./node -e 0 2>/dev/null || refuse "the Node.js in the package does not start on this machine ($(uname -m)): pack for its architecture and C library"
else
  command -v node >/dev/null 2>&1 ||
    refuse "no node on the PATH of this machine: install Node.js 20.19 or newer there (Alpine: apk add nodejs), or pack with --standalone"
  version=$(node -p process.versions.node 2>/dev/null) || refuse "the node on the PATH of this machine does not start"
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
    refuse "Node.js $version on this machine is too old: the package needs 20.19 or newer"
  fi
  # An engine may be started again where node is not on its PATH.
  command -v node >.node-path 2>/dev/null
fi

# What was compiled runs on the kind of machine that it was compiled for.
if [ -f lib/native-platform ]; then
  libc=glibc
  for file in /lib/ld-musl-*; do [ -e "$file" ] && libc=musl; done
  here="$(uname -s) $(uname -m) $libc"
  there=$(cat lib/native-platform)
  [ "$here" = "$there" ] || refuse "the package holds native code for $there, and this machine is $here: pack on such a machine"
fi

if [ -f lib/native-abi ]; then
  abi=$(cat lib/native-abi)
  here=$("$node" -p process.versions.modules)
  [ "$here" = "$abi" ] || refuse "the package holds native code for Node.js with ABI $abi, and $("$node" --version) of this machine has ABI $here: pack with that Node.js"
fi

root=${KuiperBaseKey:-../../..}
home=${XDG_STATE_HOME:-$HOME/.local/state}
[ -w "$root/data" ] || mkdir -p "$home" 2>/dev/null ||
  refuse "no place for the state of plugins: neither $root/data nor $home can be written"
exit 0
