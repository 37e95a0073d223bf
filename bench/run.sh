#!/usr/bin/env bash
# Benchmarks. micro: parsing, segments, plans, rendering; year: each report over a week and a year of
# --chats N chats (10,000,000 if not said); import: generated chats through the program into a store.
set -euo pipefail
what=${1:-micro}
shift || true
[ -f build/bench/build.ninja ] || cmake --preset bench >/dev/null
cmake --build build/bench >&2
grep -m1 'model name' /proc/cpuinfo || true
case "$what" in
  micro)
    for benchmark in build/bench/*_bench; do
      [ "$(basename "$benchmark")" = year_bench ] && continue
      printf '\n%s\n' "$(basename "$benchmark")"
      "$benchmark" --benchmark_repetitions=3 --benchmark_report_aggregates_only=true \
        --benchmark_min_time=0.1 "$@" | grep -E 'median|^Benchmark|error' || true
    done
    ;;
  year) build/bench/year_bench "$@" ;;
  import)
    chats=${1:-1000000}
    data=$(mktemp -d -t chatreports-bench-XXXXXX)
    trap 'rm -rf "$data"' EXIT
    build/bench/chatreports generate --chats "$chats" --days 365 --agents 200 >"$data/chats.ndjson"
    printf '%s bytes of NDJSON a chat\n' "$(($(stat -c %s "$data/chats.ndjson") / chats))"
    time build/bench/chatreports import --data "$data/data" --license 1 "$data/chats.ndjson"
    printf '%s bytes of disk a chat\n' "$(($(du -sb "$data/data" | cut -f1) / chats))"
    ;;
  *)
    echo "usage: ./dev bench [micro | year [--chats N] | import [CHATS]]" >&2
    exit 2
    ;;
esac
