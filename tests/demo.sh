#!/usr/bin/env bash
# The demo: sample chats, a server, a token, a first report; with --live, chats that go on. Everything
# lives in a folder that goes away at the end. CHATREPORTS_LISTEN=HOST:PORT chooses another address
# than 127.0.0.1:8080.
set -euo pipefail
once=
live=
live_flags=()
while [ $# -gt 0 ]; do
  case "$1" in
    --once) once=yes ;;
    --live) live=yes ;;
    --speed | --seconds)
      [ $# -ge 2 ] || { echo "$1 needs a number" >&2; exit 2; }
      live_flags+=("$1" "$2")
      shift
      ;;
    *)
      echo "usage: ./dev demo [--once | --live [--speed N] [--seconds N]]" >&2
      exit 2
      ;;
  esac
  shift
done
program=$PWD/build/release/chatreports
listen=${CHATREPORTS_LISTEN:-127.0.0.1:8080}
data=$(mktemp -d -t chatreports-demo-XXXXXX)
server=
player=
finish() {
  [ -z "$player" ] || kill -INT "$player" 2>/dev/null || true
  [ -z "$server" ] || kill -TERM "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  rm -rf "$data"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

printf '\nMaking 20,000 sample chats of the last 30 days, and importing them\n'
"$program" generate --chats 20000 --days 30 --seed 1 |
  "$program" import --data "$data" --license 1 -
token=$("$program" token create --data "$data" --license 1)

"$program" serve --data "$data" --listen "$listen" &
server=$!
for _ in $(seq 100); do
  curl -s -o /dev/null "http://$listen/" && break
  kill -0 "$server" 2>/dev/null || exit 1
  sleep 0.1
done

url=http://$listen/v3.4/reports/chats/total_chats
question='{"distribution":"day","timezone":"Europe/Warsaw"}'
cat <<TEXT

Serving on http://$listen, with the token

  $token

Total chats of the last seven days, by day in Warsaw:

  curl -X POST $url \\
    -H 'Authorization: Bearer $token' -H 'Content-Type: application/json' \\
    -d '$question'

TEXT
curl -s -X POST "$url" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
  -d "$question" | sed -e 's/^/  /' -e 's/"records":{/&\n    /' -e 's/},"/},\n    "/g' -e 's/}}}*$/}\n  }}/'
[ -z "$once" ] || { echo; exit 0; }
printf '\n\nCtrl-C ends the demo.\n'
if [ -n "$live" ]; then
  secret=$("$program" webhook create --data "$data" --license 1)
  token=$("$program" token create --data "$data" --license 1 --scope reports_read --scope reports_write)
  printf '\nChats go on, told by webhooks. Of the last 24 hours:\n\n'
  python3 tests/live_demo.py --program "$program" --address "$listen" --secret "$secret" \
    --token "$token" "${live_flags[@]}" &
  player=$!
  wait "$player" || true
  exit 0
fi
wait "$server"
