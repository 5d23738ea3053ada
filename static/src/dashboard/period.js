import { deserializeDate, serializeDate } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/** How many days back the buttons look. */
export const PERIODS = [7, 30, 90];
const USUAL = 30;
/** What the address says instead of days: it cannot say 0. */
const CUSTOM = "custom";
/** Up to how many days a graph has a bar for each day, and for each week. */
const MAX_DAYS = 92;
const MAX_WEEKS = 400;

/**
 * What is chosen on the page: `days` until today; with 0 of them from the day `first` to the day
 * `last`, each of which is null if it is open. `accountId` is 0 for all marketplaces.
 */
export const usualChoice = () => ({ days: USUAL, first: null, last: null, accountId: 0 });

/** The choice as the page's address says it: nothing of what is chosen anyway. */
export function toAddress({ days, first, last, accountId }) {
    const day = (date) => (!days && date ? serializeDate(date) : undefined);
    return {
        days: days === USUAL ? undefined : days || CUSTOM,
        first: day(first),
        last: day(last),
        account: accountId || undefined,
    };
}

/** The choice that an address says; what makes no sense there is as if it said nothing. */
export function fromAddress({ days, first, last, account }) {
    const choice = { ...usualChoice(), accountId: Number(account) || 0 };
    if (PERIODS.includes(days)) {
        return { ...choice, days };
    }
    if (days === CUSTOM) {
        return { ...choice, days: 0, first: readDay(first), last: readDay(last) };
    }
    return choice;
}

function readDay(text) {
    const date = deserializeDate(String(text ?? ""));
    return date.isValid ? date : null;
}

/** The first moment of the chosen period, null if it is open, and the one after its last. */
export function periodOf({ days, first, last }) {
    const today = DateTime.local().startOf("day");
    const end = ((!days && last) || today).startOf("day").plus({ days: 1 });
    return [days ? end.minus({ days }) : first && first.startOf("day"), end];
}

/** What a graph of a period has a bar for. */
export function intervalOf(begin, end) {
    const days = Math.round(end.diff(begin, "days").days);
    if (days <= MAX_DAYS) {
        return "day";
    }
    return days <= MAX_WEEKS ? "week" : "month";
}
