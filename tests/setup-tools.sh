#!/usr/bin/env bash
# Installs what the tests hold the program against (DuckDB, arrow-rs, Polars, hyparquet, s3rver and vocabularies for node) into tests/.tools, which git
# ignores. A second run does nothing. Without node or npm the tests that need it say that they are left out; where CI=true that is an
# error.
set -euo pipefail
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools="$tests/.tools"

without_tools() {
  echo "tests: $1"
  if [ "${CI:-}" = true ]; then exit 4; fi
  echo "tests: the tests that read and write files with DuckDB, arrow-rs, Polars and hyparquet, or a bucket of s3rver, will be left out"
  exit 0
}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  without_tools "node and npm are missing; on Debian and Ubuntu: apt-get install -y nodejs npm"
fi
if cmp -s "$tests/node/package-lock.json" "$tools/installed.json"; then exit 0; fi
echo "tests: installing DuckDB, arrow-rs, Polars, hyparquet, s3rver and vocabularies for node into tests/.tools"
mkdir -p "$tools"
cp "$tests/node/package.json" "$tests/node/package-lock.json" "$tools/"
# Not `npm ci`: it demands that the lock list DuckDB for every platform, and not every registry carries them all.
(cd "$tools" && npm install --no-audit --no-fund --loglevel=error) || without_tools "npm could not install tests/node/package.json"
cp "$tests/node/package-lock.json" "$tools/installed.json"
