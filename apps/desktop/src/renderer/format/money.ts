const MICROS_PER_UNIT = 1_000_000n;
/** Prices per second end in millionths; more than this is never shown. */
const FRACTION_DIGITS_MAX = 6;

/**
 * Millionths of a currency unit, or a decimal text of a list, in the person's own notation. Exact: the text is formatted, never
 * a float (Intl.NumberFormat takes decimal strings).
 */
export function formatMoney(amount: bigint | string, currency: string): string {
  const decimal = typeof amount === 'bigint' ? decimalOf(amount) : amount;
  const formatter = formatterOf(currency);
  return isNumeric(decimal) ? formatter.format(decimal) : decimal;
}

/** Making one costs far more than using it, and lists have an amount in each row. */
const formatters = new Map<string, Intl.NumberFormat>();

function formatterOf(currency: string): Intl.NumberFormat {
  const known = formatters.get(currency);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    maximumFractionDigits: FRACTION_DIGITS_MAX,
  });
  formatters.set(currency, made);
  return made;
}

function isNumeric(text: string): text is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(text);
}

/** The exact decimal text of millionths, without trailing zeros beyond two places. */
export function decimalOf(amountMicros: bigint): string {
  const negative = amountMicros < 0n;
  const absolute = negative ? -amountMicros : amountMicros;
  const fraction = (absolute % MICROS_PER_UNIT)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${negative ? '-' : ''}${(absolute / MICROS_PER_UNIT).toString()}.${fraction}`;
}

const MICROS_PER_CENT = 10_000n;

/** Whole cents, half up, for a part of a price that nobody pays by itself, such as its tax. */
export function toCents(amountMicros: bigint): bigint {
  const cents = (amountMicros * 2n + MICROS_PER_CENT) / (MICROS_PER_CENT * 2n);
  return cents * MICROS_PER_CENT;
}

/** For charts only, where a pixel is coarser than a float. */
export function unitsOf(amountMicros: bigint): number {
  return Number(amountMicros) / Number(MICROS_PER_UNIT);
}
