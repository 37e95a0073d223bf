#!/usr/bin/env bash
# The demo behind `./dev demo`; see usage below. Everything lives in a folder that goes away at the
# end, however the demo ends.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: ./dev demo [--once | --connect | --live [--speed N] [--seconds N]]

Installs what is missing, builds, makes 20,000 sample chats, serves them on 127.0.0.1:8080, and asks
for a first report. Ctrl-C ends it and leaves nothing behind.

  --once       end after the first report
  --connect    begin without chats: connect to a stand-in for a LiveChat account, and show the first
               reports while the rest comes in
  --live       let chats go on, told by webhooks as they happen, and print a line of what the
               reports make of them
  --speed N    with --live: begin a day ago and live N times as fast until it has come to now
  --seconds N  with --live: end after N seconds

CHATREPORTS_LISTEN=HOST:PORT serves on another address; port 0 lets the system choose one.
TEXT
}

refuse() {
  printf './dev demo: %s\n' "$1" >&2
  echo './dev demo --help says what there is.' >&2
  exit 2
}

is_positive_number() { [[ $1 =~ ^[0-9]{1,6}(\.[0-9]{1,6})?$ && $1 =~ [1-9] ]]; }

once=
live=
connect=
live_flags=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --once) once=yes ;;
    --connect) connect=yes ;;
    --live) live=yes ;;
    --speed | --seconds)
      [ $# -ge 2 ] || refuse "$1 needs a number"
      is_positive_number "$2" || refuse "$1 needs a number greater than 0, not \"$2\""
      live_flags+=("$1" "$2")
      shift
      ;;
    *) refuse "unexpected argument \"$1\"" ;;
  esac
  shift
done
[ -z "$once" ] || [ -z "$live" ] || refuse '--once and --live exclude each other'
[ -z "$connect" ] || [ -z "$once$live" ] || refuse '--connect excludes --once and --live'
[ -n "$live" ] || [ ${#live_flags[@]} -eq 0 ] || refuse "${live_flags[0]} needs --live"

listen=${CHATREPORTS_LISTEN:-127.0.0.1:8080}
program=${CHATREPORTS_PROGRAM:-}
# The demo's server has its own settings, whatever the environment says of another one.
while read -r variable; do unset "$variable"; done < <(compgen -e CHATREPORTS_ || true)

data=
server=
address=
# Ends a child and waits for its end. It may be so young that it loses a signal.
end() {
  local tries
  for ((tries = 0; tries < 100; ++tries)); do
    ((tries % 10 != 0)) || kill -TERM "$1" 2>/dev/null || break
    sleep 0.05
    kill -0 "$1" 2>/dev/null || break
    sleep 0.05
  done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}
finish() {
  trap '' INT TERM HUP
  local child
  for child in $(jobs -p); do end "$child"; done
  [ -z "$data" ] || rm -rf "$data"
}
# Runs a command so that a signal is obeyed at once, and `finish` knows of the command.
run() {
  "$@" &
  wait $!
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

if ! [[ $listen =~ ^.+:[0-9]{1,5}$ ]]; then
  port=8080
  [[ ! $listen =~ ^[0-9]{1,5}$ ]] || port=$listen
  printf './dev demo: CHATREPORTS_LISTEN is "%s", which is not an address; write HOST:PORT, such as 127.0.0.1:%s\n' \
    "$listen" "$port" >&2
  exit 2
fi

is_taken() {
  cat <<TEXT >&2
Another program uses $listen. Serve the demo on another address, for example:

  CHATREPORTS_LISTEN=HOST:PORT ./dev demo
  CHATREPORTS_LISTEN=127.0.0.1:8081 ./dev demo

TEXT
  exit 1
}

# Connects and sends nothing. `timeout` because a host elsewhere may not answer.
host=${listen%:*}
host=${host#[}
host=${host%]}
port=${listen##*:}
if [ "$port" != 0 ] &&
  timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>/dev/null; then
  is_taken
fi

if [ -z "$program" ]; then
  ./dev prepare-demo
  program=$PWD/build/release/chatreports
fi

# The name is known before the folder is there, so that a signal in between leaves no folder.
folder=${TMPDIR:-/tmp}/chatreports-demo-$$-$RANDOM$RANDOM
data=$folder
mkdir -m 700 "$folder" || { data=; exit 1; }

umask 077

if [ -n "$connect" ]; then
  printf '\nMaking 20,000 sample chats of the last 90 days, for a stand-in of a LiveChat account\n'
else
  printf '\nMaking 20,000 sample chats of the last 90 days, and importing them\n'
fi
run "$program" generate --chats 20000 --days 90 --seed 1 >"$data/chats.ndjson"
if [ -n "$connect" ]; then
  mkdir "$data/data"
  python3 -u tests/stand_in_livechat.py "$data/chats.ndjson" >"$data/stand-in" &
  stand_in=$!
else
  run "$program" import --data "$data/data" --license 1 "$data/chats.ndjson"
fi
run "$program" token create --data "$data/data" --license 1 >"$data/token"
token=$(<"$data/token")

: >"$data/log"  # it is read before the server may have begun
"$program" serve --data "$data/data" --listen "$listen" 2>>"$data/log" &
server=$!

# Nothing is sent before our own server says where it listens: the address may have been taken by
# another program meanwhile.
until address=$(sed -n 's|.* info listening on \([^; ]*\);.*|\1|p' "$data/log") && [ -n "$address" ]; do
  if ! kill -0 "$server" 2>/dev/null; then
    if grep -q 'in use' "$data/log"; then is_taken; fi
    cat "$data/log" >&2
    exit 1
  fi
  sleep 0.1
done
server_has_ended() {
  echo 'The server has ended. Its log:' >&2
  cat "$data/log" >&2
  exit 1
}
until [ "$(curl -s -o /dev/null --noproxy '*' --max-time 5 -w '%{http_code}' "http://$address/readyz")" = 200 ]; do
  kill -0 "$server" 2>/dev/null || server_has_ended
  sleep 0.1
done

if [ -n "$connect" ]; then
  until api=$(<"$data/stand-in") && [ -n "$api" ]; do
    kill -0 "$stand_in" 2>/dev/null || { echo 'The stand-in has ended.' >&2; exit 1; }
    sleep 0.1
  done
  python3 -c 'import sys; sys.path.insert(0, "tests"); from stand_in_livechat import ACCOUNT_ID, TOKEN
print(f"{ACCOUNT_ID}:{TOKEN}")' >"$data/credentials"
  cat <<TEXT

A stand-in for a LiveChat account answers on $api. The server runs and has no chats. Connecting:

  chatreports connect livechat --license 1 --api $api --credentials FILE

TEXT
  run "$program" connect livechat --data "$data/data" --license 1 --api "$api" \
    --credentials "$data/credentials" --requests-per-minute 400
fi

page_status=$(curl -s -o /dev/null --noproxy '*' --max-time 5 -w '%{http_code}' "http://$address/" || true)
if [ "$page_status" = 200 ]; then
  cat <<TEXT

The reports in a browser, signed in:

  http://$address/#token=$token
TEXT
fi
url=http://$address/v3.4/reports/chats/total_chats
question='{"distribution":"day","timezone":"Europe/Warsaw"}'
cat <<TEXT

Serving on http://$address, with the token

  $token

Total chats of the last seven days, by day in Warsaw:

  curl -X POST $url \\
    -H 'Authorization: Bearer $token' -H 'Content-Type: application/json' \\
    -d '$question'

TEXT
# The token is read from a file: arguments can be seen by other users.
printf 'header = "Authorization: Bearer %s"\n' "$token" >"$data/header"
about() { curl -sS --config "$data/header" --noproxy '*' --max-time 10 "http://$address/v1/about"; }
if [ -n "$connect" ]; then
  until answer=$(about) && [[ $answer == *'"first_chat":"'* ]]; do
    kill -0 "$server" 2>/dev/null || server_has_ended
    sleep 0.2
  done
fi
run curl -sS --config "$data/header" --noproxy '*' --max-time 60 -o "$data/answer" \
  -w '%{http_code}' -X POST "$url" -H 'Content-Type: application/json' -d "$question" \
  >"$data/status" || server_has_ended
status=$(<"$data/status")
if [ "$status" != 200 ]; then
  printf 'The answer is no report, but %s:\n\n' "$status" >&2
  cat "$data/answer" >&2
  echo >&2
  exit 1
fi
# As the server writes it, with a day a line.
python3 -c '
import json, sys
def text(value):
    return json.dumps(value, separators=(",", ":"))
report = json.load(sys.stdin)
rows = [f"      {text(day)}:{text(row)}" for day, row in report.pop("records").items()]
members = [f"    {text(name)}:{text(value)}" for name, value in report.items()]
members.append("    \"records\":{\n" + ",\n".join(rows) + "\n    }")
print("  {\n" + ",\n".join(members) + "\n  }\n")
' <"$data/answer"
[ -z "$once" ] || exit 0
if [ -n "$connect" ]; then
  printf 'The newest chats came first, and reports have them. The rest comes in, as chatreports info says:\n\n'
  until grep -q ': all chats are in' "$data/info" 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || server_has_ended
    run "$program" info --data "$data/data" >"$data/info"
    sed -n '/^  chats:/p; /^  fetched/p' "$data/info"
    run sleep 3
  done
  printf '\nAll chats are in. Ctrl-C ends the demo.\n'
  wait "$server" || true
  server_has_ended
fi

echo 'Ctrl-C ends the demo.'
if [ -n "$live" ]; then
  run "$program" webhook create --data "$data/data" --license 1 >"$data/secret"
  run "$program" token create --data "$data/data" --license 1 \
    --scope reports_read --scope reports_write >"$data/token"
  printf '\nChats go on, told by webhooks. The last 24 hours:\n\n'
  LIVE_DEMO_SECRET=$(<"$data/secret") LIVE_DEMO_TOKEN=$(<"$data/token") run python3 \
    tests/live_demo.py --program "$program" --address "$address" "${live_flags[@]}"
  exit
fi
wait "$server" || true
server_has_ended
