#!/usr/bin/env bash
# Benchmarks. micro: parsing, segments, plans, rendering; year: each report over a week and a year of
# --chats N chats (10,000,000 if not said); import: generated chats through the program into a store;
# live: webhooks at a steady rate into a server that has CHATS chats (1,000,000 if not said), while
# reports are asked; more flags go to live_bench. http: requests a second for a week's total_chats over CHATS
# chats (1,000,000 if not said), and for Boost.Beast's least. growth: time, memory and start of the engine for
# 10 thousand chats, ten times as many, and so on, or for the numbers that are given. peers: the same chats in
# DuckDB, ClickHouse, Debian's ClickHouse server, PostgreSQL and SQLite, 1,000,000 unless --chats says otherwise; all answers are compared. attack: the worst that one token and nobody's token can do, and
# how long another licence waits meanwhile; flags and names go to attack.py.
set -euo pipefail
what=${1:-micro}
shift || true
[ -f build/bench/build.ninja ] || cmake --preset bench >/dev/null
cmake --build build/bench >&2
grep -m1 'model name' /proc/cpuinfo || true

# Serves $data/data with the build under test, and waits until it answers reports: sets server and port.
serve() {
  build/bench/chatreports serve --data "$data/data" --listen 127.0.0.1:0 "$@" 2>"$data/log" &
  server=$!
  until port=$(sed -n 's|.*serving .* on http://127.0.0.1:\([0-9]*\).*|\1|p' "$data/log") && [ -n "$port" ]; do
    kill -0 "$server"
    sleep 0.2
  done
}

case "$what" in
  micro)
    for benchmark in build/bench/*_bench; do
      # Those of this folder measure other things.
      case "$(basename "$benchmark")" in year_bench | live_bench | questions_bench) continue ;; esac
      printf '\n%s\n' "$(basename "$benchmark")"
      "$benchmark" --benchmark_repetitions=3 --benchmark_report_aggregates_only=true \
        --benchmark_min_time=0.1 "$@" | grep -E 'median|^Benchmark|error' || true
    done
    ;;
  year) build/bench/year_bench "$@" ;;
  attack) /usr/bin/python3 -W ignore bench/attack.py build/bench/chatreports "$@" ;;
  import)
    chats=${1:-1000000}
    data=$(mktemp -d -t chatreports-bench-XXXXXX)
    trap 'rm -rf "$data"' EXIT
    build/bench/chatreports generate --chats "$chats" --days 365 --agents 200 >"$data/chats.ndjson"
    printf '%s bytes of NDJSON a chat\n' "$(($(stat -c %s "$data/chats.ndjson") / chats))"
    time build/bench/chatreports import --data "$data/data" --license 1 "$data/chats.ndjson"
    printf '%s bytes of disk a chat\n' "$(($(du -sb "$data/data" | cut -f1) / chats))"
    ;;
  live)
    chats=1000000
    case "${1:-}" in [0-9]*) chats=$1 && shift ;; esac
    data=$(mktemp -d -t chatreports-bench-XXXXXX)
    server=
    finish() {
      [ -z "$server" ] || { kill -TERM "$server" && wait "$server"; } || true
      rm -rf "$data"
    }
    trap finish EXIT
    program=build/bench/chatreports
    "$program" generate --chats "$chats" --days 365 --agents 200 |
      "$program" import --data "$data/data" --license 1 - >&2
    sync  # so that the disk has nothing else to do
    secret=$("$program" webhook create --data "$data/data" --license 1)
    token=$("$program" token create --data "$data/data" --license 1)
    # The first start makes the engine's files, and has to write them beside all else.
    for _ in first second; do
      [ -z "$server" ] || { kill -TERM "$server" && wait "$server"; } || true
      serve --max-kept-bytes 0
    done
    printf '%s chats are there before\n' "$chats"
    build/bench/live_bench --port "$port" --secret "$secret" --token "$token" "$@"
    ;;
  http)
    chats=${1:-1000000}
    data=$(mktemp -d -t chatreports-bench-XXXXXX)
    server=
    hello=
    finish() {
      [ -z "$server" ] || { kill -TERM "$server" $hello && wait "$server" $hello; } 2>/dev/null || true
      rm -rf "$data"
    }
    trap finish EXIT
    program=build/bench/chatreports
    "$program" generate --chats "$chats" --days 365 --agents 200 --end 2022-01-01T00:00:00Z |
      "$program" import --data "$data/data" --license 1 - >&2
    TOKEN=$("$program" token create --data "$data/data" --license 1)
    export TOKEN
    requests_per_second() { wrk -t1 -c16 -d3 "$@" | sed -n 's|Requests/sec: *||p; /Non-2xx/p'; }
    hello_port=$((20000 + RANDOM % 10000))
    for kept in 0 $((32 << 20)); do
      serve --max-kept-bytes "$kept"
      build/bench/hello_http "$hello_port" &
      hello=$!
      sleep 0.5
      for _ in 1 2 3; do
        printf 'hello %s, total_chats of a week (answers kept: %s bytes) %s\n' \
          "$(requests_per_second "http://127.0.0.1:$hello_port/")" "$kept" \
          "$(requests_per_second -s bench/total_chats.lua "http://127.0.0.1:$port/")"
      done
      kill -TERM "$server" "$hello" && wait "$server" "$hello" || true
    done
    ;;
  growth)
    folder=$(mktemp -d -t chatreports-bench-XXXXXX)
    trap 'rm -rf "$folder"' EXIT
    [ $# -gt 0 ] || set -- 10000 100000 1000000 10000000
    for chats in "$@"; do
      # Made, and then taken up from files. A line a question: the engine's median and p99, and those of
      # the whole way, in microseconds.
      build/bench/questions_bench --chats "$chats" --folder "$folder/$chats" --questions /dev/null
      build/bench/questions_bench --folder "$folder/$chats" --questions bench/growth_questions.tsv
      printf '%s bytes of files a chat\n' "$(($(du -sb "$folder/$chats" | cut -f1) / chats))"
      rm -rf "${folder:?}/$chats"
    done
    ;;
  peers)
    npm install --prefix bench/peers --no-audit --no-fund --no-package-lock >&2
    work=$(mktemp -d -t chatreports-bench-XXXXXX)
    chmod 755 "$work"  # PostgreSQL's user looks into it
    trap 'rm -rf "$work"' EXIT
    node bench/peers/peers.js --programs build/bench --work "$work" "$@"
    ;;
  *)
    echo "usage: ./dev bench [micro | year [--chats N] | import [CHATS] | live [CHATS] | http [CHATS] | growth [CHATS…] | peers [--chats N]]" >&2
    exit 2
    ;;
esac
