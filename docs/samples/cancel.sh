#!/usr/bin/env bash
# Cancel an order at the seller, as a marketplace does.
#
#   export MARKETPLACE_URL=https://odoo.example.com/marketplace/CODE
#   export MARKETPLACE_APP_KEY=... MARKETPLACE_APP_TOKEN=...
#   ./cancel.sh ORDER [REQUEST]
#
# ORDER is the order's ID at the marketplace, REQUEST the cancellation request's, if it has one.
# Prints the status and the answer, and ends with
#
#   0   the order is cancelled
#   10  the seller is still deciding: ask again later
#   11  the seller does not know the order yet, and will cancel it when it arrives
#   12  refused, or two orders were named: nothing was cancelled
#   13  the request is not acceptable
#   14  no answer, or an error at the seller's: repeat the call later, which is always safe
set -euo pipefail

# A text as a JSON string; IDs hold no control characters.
json() {
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

# A text as a part of a path: every byte that is not plain as %XX.
encoded() {
    local LC_ALL=C text=$1 i byte code
    for ((i = 0; i < ${#text}; i++)); do
        byte=${text:i:1}
        case $byte in
            [A-Za-z0-9._~-]) printf %s "$byte" ;;
            *)
                printf -v code %d "'$byte"
                printf %%%02X "$((code & 255))"
                ;;
        esac
    done
}

order=$1
body="{\"marketplaceOrderId\": $(json "$order")"
if [[ -n ${2:-} ]]; then
    body+=", \"cancellationRequestId\": $(json "$2")"
fi
body+="}"

# The secrets come in by standard input: everybody can read a command's arguments.
answer=$(
    curl --silent --show-error --max-time 60 \
        --request POST "$MARKETPLACE_URL/pvt/orders/$(encoded "$order")/cancel" \
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
    200)
        [[ -n $answer ]] || exit 10
        [[ $answer == *'"receipt":'* ]] || exit 14 # not from the endpoint
        ;;
    404) [[ $answer == *:unknown-order\"* ]] && exit 11 || exit 13 ;;
    409) exit 12 ;;
    5*) exit 14 ;;
    *) exit 13 ;;
esac
