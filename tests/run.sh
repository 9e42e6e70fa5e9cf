#!/usr/bin/env bash
# Sets up, builds, and runs all tests; ends with `N passed, N failed`.
#   bash tests/run.sh [--golden]    --golden: only the tests against golden data (VLMQ_FIXTURES, by default ../shared/fixtures)
#   VLMQ_FUZZ=100000 bash tests/run.sh      tries that many damaged inputs of each reader (nightly) instead of 2,000;
#                                           VLMQ_FUZZ_SEED=N begins with the seed N, so that no two nights try the same
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../pipelines/setup.sh"
filter=()
case "${1:-}" in
  "") ;;
  --golden) filter=(-trait "Category=Golden") ;;
  *) echo "usage: bash tests/run.sh [--golden]" >&2; exit 2 ;;
esac
setup test
cd "$vlmq_root"
bash tests/setup-tools.sh >&2
echo "building …" >&2
dotnet build VlmQ.sln -c Release -v q --nologo >&2

log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0
if [ "${#filter[@]}" -eq 0 ]; then
  if dotnet tool restore >"$log" 2>&1 && dotnet csharpier check . >>"$log" 2>&1; then
    passed=1
    echo "format: 1 passed, 0 failed"
  else
    failed=1
    echo "format: 0 passed, 1 failed; 'dotnet tool restore && dotnet csharpier format .' mends it"
    cat "$log"
  fi
fi
for project in tests/*.Tests; do
  name=$(basename "$project")
  ended=0
  "$project/bin/Release/net10.0/$name" -noLogo -noColor "${filter[@]}" >"$log" 2>&1 || ended=$?
  if summary=$(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1) && [ -n "$summary" ]; then
    read -r total errors fails skips < <(tr -dc '0-9 \n' <<<"$summary" | tr -s ' ' | sed 's/^ //')
    bad=$((errors + fails)) good=$((total - fails - skips))
    if [ "$ended" -ne 0 ] && [ "$bad" -eq 0 ] && [ "$total" -gt 0 ]; then bad=1; fi
  else
    bad=1 good=0 skips=0
    echo "$name: the test process ended with code $ended and no summary"
  fi
  echo "$name: $good passed, $bad failed, $skips left out"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skips))
  if [ "$bad" -ne 0 ]; then cat "$log"; fi
  grep -E 'Left out' "$log" || true
done
if [ "$skipped" -ne 0 ]; then echo "$skipped left out"; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
