#!/bin/sh
# Run by the engine when it installs the package. Says in one sentence what this machine lacks: without it the engine
# would wait a minute for a process that cannot start, and say nothing of why.
refuse() {
  echo "kplug: $1" >&2
  exit 1
}

if ! command -v node >/dev/null 2>&1; then
  refuse "no node on this machine's PATH: install Node.js 20.19 or newer (Alpine: apk add nodejs; Debian: from nodesource), or pack with --standalone"
fi
version=$(node -p process.versions.node 2>/dev/null) || refuse "the node on this machine's PATH does not start"
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
  refuse "Node.js $version on this machine is too old: the package needs 20.19 or newer"
fi
exit 0
