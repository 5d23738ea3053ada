#!/usr/bin/env bash
# Take a part out of an order at the seller, as a marketplace does.
#
#   export MARKETPLACE_URL=https://odoo.example.com/marketplace/CODE
#   export MARKETPLACE_APP_KEY=... MARKETPLACE_APP_TOKEN=...
#   ./change.sh ORDER CHANGE SKU QUANTITY   # asks for it
#   ./change.sh ORDER CHANGE                # asks for the confirmation
#
# ORDER is the order's ID at the marketplace, CHANGE that of the change (any new one), SKU the item's.
# Prints the status and the answer, and ends with
#
#   0   the change is on record; the answer says how far it has come
#   11  the change that is to be confirmed has never been asked for
#   12  refused: nothing was taken out
#   13  the call is not acceptable
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

order=$1 change=$2
body='{"agreementType": "Confirmation"}'
if (($# > 2)); then
    item="{\"id\": $(json "$3"), \"quantity\": $4}"
    body="{\"agreementType\": \"Acknowledgment\", \"remove\": {\"items\": [$item]}}"
fi

# The secrets come in by standard input: everybody can read a command's arguments.
answer=$(
    curl --silent --show-error --max-time 60 \
        --request PATCH "$MARKETPLACE_URL/pvt/orders/$(encoded "$order")/changes/$(encoded "$change")" \
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
    202) [[ $answer == *'"receipt":'* ]] || exit 14 ;; # not from the endpoint
    404) [[ $answer == *:unknown-change\"* ]] && exit 11 || exit 13 ;;
    409) exit 12 ;;
    429 | 5*) exit 14 ;;
    *) exit 13 ;;
esac
