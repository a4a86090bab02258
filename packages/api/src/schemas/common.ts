import { z } from 'zod';
import type { Instant } from '@rsm/domain/common/instant';
import { instant } from '@rsm/domain/common/instant';
import { amountMicros, MICROS_PER_UNIT, ZERO_MICROS } from '@rsm/domain/common/money';
import type { AmountMicros } from '@rsm/domain/common/money';
import { PAGE_LIMIT_MAX } from '@rsm/domain/common/page';

/** No input at all. */
export const noInput = z.undefined({ error: 'This takes no input: leave it out.' }).or(z.strictObject({}));

/** The answer of a call that has nothing to tell but that it worked. */
export const done = z.strictObject({ done: z.literal(true) });

const PAGE_LIMIT_DEFAULT = 50;
const CURSOR_LENGTH_MAX = 400;

/** The fields that every list takes. `direction` is sent by the query library and says nothing here. */
export const pageFields = {
  limit: z.int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
  cursor: z
    .string()
    .max(CURSOR_LENGTH_MAX)
    .regex(/^[\x21-\x7e]+$/, { error: 'Is none that this server gave. Begin with the first page.' })
    .nullable()
    .default(null),
  direction: z.literal('forward').optional(),
} as const;

/** The request of a list without other fields; nothing at all asks for its first page. */
export const pageRequest = z.strictObject(pageFields).prefault({});

/** A page of items. `nextCursor` is null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item).max(PAGE_LIMIT_MAX), nextCursor: z.string().nullable() });
}

const TIME_SENTENCE = 'Must be a time with its zone, such as 2026-05-01T12:00:00Z.';

/** Times beyond these years are typing errors, and ISO 8601 writes years above 9999 in a form that Postgres does not read. */
const TIME_MIN = Date.UTC(2000, 0, 1);
const TIME_MAX = Date.UTC(2200, 0, 1);

/** A time from a client: a Date (through superjson) or an ISO 8601 text with its zone. */
export const timeInput = z
  .union([z.date({ error: TIME_SENTENCE }), z.iso.datetime({ offset: true, error: TIME_SENTENCE })], {
    error: TIME_SENTENCE,
  })
  .transform((value) => new Date(value).getTime())
  .refine((epochMs) => epochMs >= TIME_MIN && epochMs < TIME_MAX, {
    error: 'Must lie between the years 2000 and 2200.',
  })
  .transform((epochMs): Instant => instant(epochMs));

/** A time for a client. */
export const timeOutput = z.date();

/** A time in a hot list: ISO 8601 in UTC. */
export const isoOutput = z.iso.datetime();

/** A stretch of time of limited length, `end` not included. */
export function timeRangeInput(limit: { readonly durationMaxMs: number; readonly words: string }) {
  return z
    .strictObject({ start: timeInput, end: timeInput })
    .refine((range) => range.end > range.start, {
      path: ['end'],
      error: 'The end must lie after the start. Move the end later or the start earlier.',
    })
    .refine((range) => range.end - range.start <= limit.durationMaxMs, {
      path: ['end'],
      error: `The range may be ${limit.words} long at most. Ask for a shorter one.`,
    });
}

export const timeRangeOutput = z.strictObject({ start: timeOutput, end: timeOutput });

const MONEY_SENTENCE = 'Must be an amount such as 12 or 1.50, with a point and at most six decimals.';
const MONEY_LENGTH_MAX = 24;
/** A thousand milliards: far above every limit of the product, far below what a bigint column holds. */
const MONEY_MICROS_MAX = 1_000_000_000_000n * MICROS_PER_UNIT;

/** The exact count of millionths that a decimal text names, without a float on the way; null when it is none. */
export function parseMoney(text: string): AmountMicros | null {
  const match = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) return null;
  const [, units = '0', fraction = ''] = match;
  return amountMicros(BigInt(units) * MICROS_PER_UNIT + BigInt(fraction.padEnd(6, '0')));
}

const decimalInput = z
  .string({ error: MONEY_SENTENCE })
  .max(MONEY_LENGTH_MAX, { error: MONEY_SENTENCE })
  .trim()
  .regex(/^\d{1,12}(?:\.\d{1,6})?$/, { error: MONEY_SENTENCE });

const microsInput = z
  .bigint({ error: MONEY_SENTENCE })
  .min(0n, { error: 'Must not be negative.' })
  .max(MONEY_MICROS_MAX, { error: 'Is more than any amount here.' });

/** Money from a client, read exactly: a decimal text as people type it, or whole millionths as an answer gave them. */
export const moneyInput = z
  .union([decimalInput, microsInput], { error: MONEY_SENTENCE })
  .transform((value): AmountMicros =>
    typeof value === 'bigint' ? amountMicros(value) : (parseMoney(value) ?? ZERO_MICROS),
  );

/** Money for a client: whole millionths of the currency unit. The field's name ends in `Micros`. */
export const microsOutput = z.bigint();

/** Money in a hot list: a decimal text with two to six decimals. */
export const decimalOutput = z.string().regex(/^-?\d+\.\d{2,6}$/);

export const currencyOutput = z.string().regex(/^[A-Z]{3}$/);

/** An id for a client, as a plain text. */
export const idOutput = z.uuid();

const IDEMPOTENCY_KEY_SENTENCE =
  'Must be 8 to 100 letters, digits, "-" or "_" that name this one wish, and the same when it is sent again.';

/** Names one wish that moves money: sent again with the same key, it gives the same answer and moves nothing twice. */
export const idempotencyKeyInput = z
  .string({ error: IDEMPOTENCY_KEY_SENTENCE })
  .regex(/^[A-Za-z0-9_-]{8,100}$/, { error: IDEMPOTENCY_KEY_SENTENCE });

const CONTROL_SENTENCE = 'Must not hold control characters. Type the text anew.';

/** One line of text for people: trimmed, not empty, without control characters (Postgres takes no NUL in a text). */
export function lineInput(lengthMax: number) {
  return z
    .string()
    .trim()
    .min(1, { error: 'Must not be empty.' })
    .max(lengthMax)
    .regex(/^\P{Cc}*$/u, { error: CONTROL_SENTENCE });
}

/** Text of several lines for people: trimmed, may be empty. */
export function textInput(lengthMax: number) {
  return z
    .string()
    .trim()
    .max(lengthMax)
    .regex(/^(?:\P{Cc}|[\t\n\r])*$/u, { error: CONTROL_SENTENCE });
}

/** A text that a program made, such as a token: printable ASCII without spaces. */
export function tokenInput(lengthMax: number) {
  return z
    .string()
    .max(lengthMax)
    .regex(/^[\x21-\x7e]+$/, { error: 'Is not complete. Copy it again.' });
}

/** A reason that the people concerned can read. */
export const reasonInput = lineInput(500).min(3, { error: 'Give a reason that the people concerned can understand.' });
