#!/bin/sh
# The engine runs this script in the package's folder during the installation, and returns its output if it fails. Without
# this script, an engine that cannot run the package reports a timeout after one minute.

refuse() {
  echo "kplug: $1" >&2
  exit 1
}

# Debian may have musl installed beside glibc, so the presence of musl proves nothing.
libc=glibc
case $(ldd --version 2>&1) in *musl*) libc=musl ;; esac
machine="$(uname -s) $(uname -m) $libc"

node=node
for own in node bun; do [ -x "./$own" ] && node="./$own"; done
if [ "$node" != node ]; then
  said=$("$node" -e 0 2>&1) ||
    refuse "the ${node#./} in the package does not start on this machine ($machine): $(echo "$said" | head -n 1); pack for this platform (Alpine also requires: apk add libstdc++)"
else
  command -v node >/dev/null 2>&1 ||
    refuse "this machine has no node on the PATH: install Node.js 20.19 or newer there (Alpine: apk add nodejs), or pack with --standalone"
  version=$(node -p process.versions.node 2>/dev/null) || refuse "the node on the PATH of this machine does not start"
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
    refuse "Node.js $version on this machine is too old: install 20.19 or newer"
  fi
  # The engine may later be restarted with another PATH. The supervisor then uses this path.
  command -v node >.node-path 2>/dev/null
fi

# Native code runs only on the platform that it was compiled for.
if [ -f lib/native-platform ]; then
  there=$(cat lib/native-platform)
  [ "$machine" = "$there" ] || refuse "the package contains native code for $there, but this machine is $machine: pack on such a machine"
fi

if [ -f lib/native-abi ]; then
  abi=$(cat lib/native-abi)
  here=$("$node" -p process.versions.modules)
  [ "$here" = "$abi" ] || refuse "the package contains native code for Node.js with ABI $abi, but $("$node" --version) on this machine has ABI $here: pack with that Node.js version"
fi

root=${KuiperBaseKey:-../../..}
home=${XDG_STATE_HOME:-$HOME/.local/state}
[ -w "$root/data" ] || mkdir -p "$home" 2>/dev/null ||
  refuse "plugins have no folder for their state: neither $root/data nor $home is writable"
exit 0
