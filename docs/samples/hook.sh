#!/usr/bin/env bash
# Tell the seller that an order has changed, as a VTEX store's Orders hook does.
#
#   export MARKETPLACE_URL=https://odoo.example.com/marketplace/CODE
#   export MARKETPLACE_APP_KEY=... MARKETPLACE_APP_TOKEN=...
#   ./hook.sh               # the ping of the hook's set-up
#   ./hook.sh ORDER STATE   # a notification
#
# ORDER is the order's ID at the marketplace, STATE what it has entered, such as canceled. Odoo reads
# the order there afterwards: a notification alone changes nothing. Prints the status and the answer,
# and ends with
#
#   0   the call was taken
#   13  the call is not acceptable
#   14  no answer, or an error at the seller's: repeat the call later, which is always safe
set -euo pipefail

# A text as a JSON string; IDs hold no control characters.
json() {
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

body='{"hookConfig": "ping"}'
if (($#)); then
    body="{\"Domain\": \"Marketplace\", \"OrderId\": $(json "$1"), \"State\": $(json "$2")}"
fi

# The secrets come in by standard input: everybody can read a command's arguments.
answer=$(
    curl --silent --show-error --max-time 60 \
        --request POST "$MARKETPLACE_URL/hook" \
        --header 'Content-Type: application/json' \
        --header @- \
        --data "$body" \
        --write-out '\n%{http_code}' <<END
X-VTEX-API-AppKey: $MARKETPLACE_APP_KEY
X-VTEX-API-AppToken: $MARKETPLACE_APP_TOKEN
END
) || exit 14
status=${answer##*$'\n'}
answer=${answer%$'\n'*}
echo "$status $answer"

case $status in
    200) [[ -z $answer ]] || exit 14 ;; # not from the endpoint
    429 | 5*) exit 14 ;;
    *) exit 13 ;;
esac
