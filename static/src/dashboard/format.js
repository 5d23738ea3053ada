import { formatCurrency } from "@web/core/currency";

const { Settings } = luxon;

/** Seconds in each unit, largest first. */
const UNITS = { day: 86400, hour: 3600, minute: 60, second: 1 };

const format = (value, options) =>
    new Intl.NumberFormat(Settings.defaultLocale || undefined, options).format(value);

export const formatCount = (count) => format(count, { maximumFractionDigits: 0 });

/** A share as people read it; an em dash where there is nothing to have a share of. */
export function formatShare(part, whole) {
    return whole ? format(part / whole, { style: "percent", maximumFractionDigits: 1 }) : "—";
}

/** The change of a number, with its sign. */
export function formatChange(now, before) {
    return format((now - before) / before, {
        style: "percent",
        maximumFractionDigits: 0,
        signDisplay: "exceptZero",
    });
}

/** A duration in its two largest units; less than a second is "< 1 sec". */
export function formatDuration(hours) {
    let seconds = Math.round(hours * 3600);
    if (seconds < 1) {
        return `< ${format(1, { style: "unit", unit: "second", unitDisplay: "short" })}`;
    }
    const parts = [];
    for (const [unit, size] of Object.entries(UNITS)) {
        const count = Math.floor(seconds / size);
        if (count || parts.length) {
            parts.push([count, unit]);
        }
        seconds %= size;
    }
    return parts
        .slice(0, 2)
        .filter(([count]) => count)
        .map(([count, unit]) => format(count, { style: "unit", unit, unitDisplay: "short" }))
        .join(" ");
}

/** Amounts of several currencies are not added up. */
export function formatAmounts(amounts) {
    return Object.entries(amounts)
        .map(([currencyId, amount]) =>
            formatCurrency(amount, Number(currencyId), {
                humanReadable: amount >= 1e6,
                trailingZeros: false,
                digits: amount >= 1e6 ? [16, 2] : [16, 0],
            })
        )
        .join(" + ");
}
