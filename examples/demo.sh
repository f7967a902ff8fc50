#!/usr/bin/env bash
# What `make demo` runs: builds the two binaries, serves a copy of examples/quickstart on ephemeral
# loopback ports in front of real targets, sends requests, and swaps a route under load. It checks
# what it shows: exit 0 means that all of it was true. Whatever it starts, it ends.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

place=$(mktemp -d "${TMPDIR:-/tmp}/pointsman-demo.XXXXXX")
conf=$place/conf artifact=$place/edge.artifact admin=$place/state/admin.sock
declare -A started=()                 # by pid; what was waited for leaves

step() { printf '\n== %s\n' "$*"; }
show() { printf '   %s\n' "$*"; }
indent() { sed 's/^/   /'; }
fail() {
    printf '\ndemo: %s\n' "$*" >&2
    [ ! -s "$place/pointsmand.log" ] || sed 's/^/   pointsmand: /' "$place/pointsmand.log" >&2
    exit 1
}
end_all() {
    local code=$?
    trap - EXIT
    for pid in "${!started[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${!started[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$place"
    exit "$code"
}
trap end_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# The first value of a key in JSON: json KEY < TEXT.
json() { grep -o "\"$1\": *\(\"[^\"]*\"\|[^,}]*\)" | head -n 1 | sed "s/^\"$1\": *//; s/^\"//; s/\"\$//"; }

# Waits, at most 10 s, until a command succeeds; ends early when the process is gone.
await() {
    local pid=$1
    shift
    for _ in $(seq 100); do
        "$@" >/dev/null 2>&1 && return 0
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

step "Building pointsman, pointsmand and the example target (release)"
cargo build --release --locked --package pointsman-compiler --package pointsman-dataplane \
    --package pointsman-examples
bin=${CARGO_TARGET_DIR:-target}/release

step "Starting targets"
cp -R examples/quickstart "$conf"
declare -A origin=()
for port in $(grep -rhoE '\bport = [0-9]+' "$conf" --include='*.toml' | grep -oE '[0-9]+' | sort -un); do
    name=$(printf "\\$(printf '%03o' $((97 + ${#origin[@]})))")
    "$bin/origin" --name "$name" >"$place/origin.$name" &
    started[$!]=$name
    await $! grep -q : "$place/origin.$name" || fail "target $name did not start"
    address=$(cat "$place/origin.$name")
    origin[$name]=$address
    find "$conf" -name '*.toml' -exec sed -i -E "s/\bport = $port\b/port = @${address##*:}/" {} +
    show "target $name listens on $address"
done
# The copy differs from the example in addresses alone.
find "$conf" -name '*.toml' -exec sed -i -E \
    -e 's/\bport = @/port = /' \
    -e 's/\bhost = "[^"]*"(, port| *$)/host = "127.0.0.1"\1/' \
    -e 's/^( *)address = .*/\1address = "127.0.0.1:0"/' {} +

step "Compiling examples/quickstart"
"$bin/pointsman" validate "$conf" | indent || fail "it should be valid"
"$bin/pointsman" compile "$conf" -o "$artifact" | indent || fail "it should compile"

step "Starting pointsmand"
"$bin/pointsmand" serve --artifact "$artifact" --state "$place/state" \
    >"$place/access.log" 2>"$place/pointsmand.log" &
edge=$!
started[$edge]=pointsmand
await "$edge" "$bin/pointsmand" status --admin "$admin" --json || fail "pointsmand did not start"
status=$("$bin/pointsmand" status --admin "$admin" --json)
address=$(json address <<<"$status")
first=$(json content_id <<<"$status")
show "serves artifact $first on http://$address with $(json workers <<<"$status") workers" \
    "over $(json driver <<<"$status")"

# How many connections the targets have counted, those of this question included.
connections() {
    local sum=0 name seen
    for name in "${!origin[@]}"; do
        seen=$(curl -sS "http://${origin[$name]}/" | sed -n '1s/.*connection \([0-9]*\),.*/\1/p')
        sum=$((sum + seen))
    done
    echo "$sum"
}

# Sends one request and shows who answers it: ask STATUS METHOD URL [curl's options].
ask() {
    local wanted=$1 method=$2 url=$3 why route sent answer status host received
    shift 3
    host=${url#http://}
    host=${host%%/*}
    printf '\n   > %s %s\n' "$method" "$url"
    why=$("$bin/pointsman" explain "$conf" "$method $url" --json) || fail "explain failed"
    route=$(json route <<<"$why")
    if [ "$route" = null ]; then
        show "  route     none: $(json reason <<<"$why")"
    else
        show "  route     $route, to backend $(json backend <<<"$why")"
    fi
    answer=$(curl -sS -X "$method" -H "Host: $host" -w '\n%{http_code}' "$@" \
        "http://$address/${url#http://*/}")
    status=${answer##*$'\n'}
    show "  status    $status"
    [ "$status" = "$wanted" ] || fail "expected status $wanted"
    [ "$route" != null ] || return 0
    # The target's text: who it is, the request line, the fields, an empty line, the body's length.
    sed -n -e '1s/^target \([^,]*\).*/     target    \1/p' -e '2s/^/     received  /p' \
        -e '3,/^$/s/^./               &/p' <<<"$answer"
    received=$(sed -n 2p <<<"$answer")
    sent=$(grep -o '"sent": *{[^}]*}' <<<"$why" | json path)
    [ "$received" = "$method $sent HTTP/1.1" ] || fail "explain said that $sent would be sent"
}

step "Sending requests"
before=$(connections)
ask 404 GET 'http://subdomain.domain.tld/api/users/seven/bills'
[ "$(connections)" = $((before + ${#origin[@]})) ] || fail "a target was connected to"
show "  no target was connected to"
ask 405 DELETE 'http://subdomain.domain.tld/api/users/42/bills'
ask 200 GET 'http://subdomain.domain.tld/api/users/42/bills?x=1'
ask 200 POST 'http://shop.domain.tld/cart?item=7' --data 'quantity=2'
ask 200 GET 'http://shop.domain.tld/images/logo.png'

url='http://subdomain.domain.tld/api/users/42/bills?x=1'
step "Swapping a route under load: v1 becomes v2 in the root of a backend"
"$bin/load" --address "$address" --url "$url" --connections 16 --seconds 4 >"$place/load" &
load=$!
started[$load]=load
sleep 1
sed -i 's#/apis/v1/#/apis/v2/#' "$conf/pointsman.toml"
result=0
finding=$("$bin/pointsman" compile "$conf" -o "$artifact" 2>&1) || result=$?
[ "$result" = 1 ] || fail "a test of the configuration still expects v1"
show "refused at first, since a test still expects v1:"
show "  ${finding%%$'\n'*}"
sed -i 's#/apis/v1/#/apis/v2/#' "$conf/routes/users.toml"
"$bin/pointsman" compile "$conf" -o "$artifact" | indent || fail "the edit should compile"
"$bin/pointsmand" reload --admin "$admin" | indent || fail "the new artifact should be taken"
second=$("$bin/pointsmand" status --admin "$admin" --json | json content_id)
[ "$second" != "$first" ] || fail "the artifact did not change"
show "now serves artifact $second"
result=0
wait "$load" || result=$?
unset "started[$load]"
indent <"$place/load"
[ "$result" = 0 ] || fail "the swap cost requests or connections"
grep -q '^answers .*/apis/v1/' "$place/load" || fail "the old artifact answered nothing"
grep -q '^answers .*/apis/v2/' "$place/load" || fail "the new artifact answered nothing"

if [ -t 0 ] && [ -t 1 ]; then
    step "Still serving"
    show "try:   curl -i -H 'Host: subdomain.domain.tld' 'http://$address/api/users/7/bills'"
    show "       $bin/pointsmand status --admin $admin"
    show "stop:  press Enter"
    read -r || true
fi

step "Draining"
"$bin/pointsmand" drain --admin "$admin" --wait | indent || fail "drain failed"
result=0
wait "$edge" || result=$?
unset "started[$edge]"
[ "$result" = 0 ] || fail "pointsmand ended with $result: it had to cut something"
show "all requests were finished; pointsmand ended with 0"
