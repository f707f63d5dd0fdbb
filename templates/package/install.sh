#!/bin/sh
# The engine runs this in the package's folder when it installs it, and hands back at once what is said here. Without it
# a machine that cannot run the package would mean a minute of silence.

refuse() {
  echo "kplug: $1" >&2
  exit 1
}

# A Debian may have musl installed beside its own library.
libc=glibc
case $(ldd --version 2>&1) in *musl*) libc=musl ;; esac
machine="$(uname -s) $(uname -m) $libc"

node=node
for own in node bun; do [ -x "./$own" ] && node="./$own"; done
if [ "$node" != node ]; then
  said=$("$node" -e 0 2>&1) ||
    refuse "the ${node#./} in the package does not start on this machine ($machine): $(echo "$said" | head -n 1); pack for this kind of machine (on Alpine it also needs: apk add libstdc++)"
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
  there=$(cat lib/native-platform)
  [ "$machine" = "$there" ] || refuse "the package holds native code for $there, and this machine is $machine: pack on a machine of this kind"
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
