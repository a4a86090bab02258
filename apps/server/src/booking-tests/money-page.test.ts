import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { extensionAmount, feeOf, quoteAmount } from '@rsm/domain/bookings/booking-price';
import type { EndReason, PriceSegment } from '@rsm/domain/bookings/booking';
import { cancellationCharge } from '@rsm/domain/bookings/cancellation';
import { startOutcome } from '@rsm/domain/bookings/late-start';
import { costOfUse, divide, releaseEverything, settle } from '@rsm/domain/bookings/settlement';
import { bookingIdSchema, earningIdSchema } from '@rsm/domain/common/ids';
import { instant, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { refundParts } from '@rsm/domain/disputes/dispute-refund';
import { SETTLEMENT_PERIOD_MS } from '@rsm/domain/earnings/earning';
import { planTakingBack } from '@rsm/domain/earnings/taking-back';
import { cancellationPolicies } from '@rsm/domain/listings/listing';
import { describe, expect, it } from 'vitest';

/** Reads docs/money.md and computes every row of its examples with the functions that bookings are charged with. */
const page = readFileSync(join(import.meta.dirname, '../../../../docs/money.md'), 'utf8');

type Row = Readonly<Record<string, string>>;
interface Table {
  readonly columns: string;
  readonly rows: readonly Row[];
}

const cellsOf = (line: string) => line.split('|').slice(1, -1).map((cell) => cell.trim()); // prettier-ignore

function tablesOf(text: string): readonly Table[] {
  const blocks = text.split('\n\n').filter((block) => block.startsWith('|'));
  return blocks.map((block) => {
    const [head = '', , ...lines] = block.trim().split('\n');
    const names = cellsOf(head);
    const rows = lines.map((line) =>
      Object.fromEntries(cellsOf(line).map((cell, index) => [names[index] ?? '', cell])),
    );
    return { columns: names.join(' | '), rows };
  });
}

const cell = (row: Row, name: string): string => {
  const value = row[name];
  if (value === undefined) throw new Error(`The table has no column "${name}".`);
  return value;
};

/** `2.50` in whole units, as millionths. */
function money(row: Row, name: string) {
  const [units = '', fraction = ''] = cell(row, name).split('.');
  return amountMicros(BigInt(units) * 1_000_000n + BigInt(fraction.padEnd(6, '0')));
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10 min`, in milliseconds. */
function length(row: Row, name: string): number {
  const [count, unit = ''] = cell(row, name).split(' ');
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN);
  if (!Number.isSafeInteger(ms)) throw new Error(`"${cell(row, name)}" is no length of time.`);
  return ms;
}

function written(amount: bigint): string {
  const fraction = (amount % 1_000_000n).toString().padStart(6, '0').replace(/0{1,4}$/, ''); // prettier-ignore
  return `${String(amount / 1_000_000n)}.${fraction}`;
}

const start = instant(Date.UTC(2031, 0, 15, 12));
const segment = (fromMs: number, untilMs: number, pricePerHour: PriceSegment['pricePerHour']): PriceSegment => ({
  start: plusMs(start, fromMs),
  end: plusMs(start, untilMs),
  pricePerHour,
});
const policyOf = (row: Row) => {
  const policy = cancellationPolicies.find((one) => one === cell(row, 'policy'));
  if (policy === undefined) throw new Error(`"${cell(row, 'policy')}" is no policy.`);
  return policy;
};
const endReasons: Readonly<Record<string, EndReason>> = {
  itself: 'expired',
  you: 'ended',
  'the fault': 'interrupted',
  'the check': 'handover',
  'the provider': 'provider',
};

function useOf(row: Row): Readonly<Record<string, bigint>> {
  const priceSegments = [segment(0, length(row, 'length'), money(row, 'price per hour'))];
  const readyMs = length(row, 'access worked after');
  const down = { start: plusMs(start, readyMs), end: plusMs(start, readyMs + length(row, 'down')) };
  const endReason = endReasons[cell(row, 'ended by')];
  if (endReason === undefined) throw new Error(`Nobody is called "${cell(row, 'ended by')}".`);
  const { charged, released } = settle({
    booking: {
      start,
      end: plusMs(start, length(row, 'length')),
      priceSegments,
      cancellationPolicy: policyOf(row),
      holdAmount: quoteAmount(priceSegments),
      feeBasisPoints: 1_000,
    },
    readyAt: plusMs(start, readyMs),
    usedUntil: plusMs(start, length(row, 'ended after')),
    endReason,
    minutes: down.end > down.start ? [{ kind: 'down', range: down }] : [],
  });
  return { charged, released };
}

function takingBackOf(row: Row): Readonly<Record<string, bigint>> {
  const [booking, other] = [1, 2].map((end) => bookingIdSchema.parse(`019a0000-0000-7000-8000-00000000000${String(end)}`)); // prettier-ignore
  if (booking === undefined || other === undefined) throw new Error('There are two bookings.');
  const taken = amountMicros(0n);
  const held = [
    { id: earningIdSchema.parse(other), bookingId: other, amount: money(row, 'held of others'), taken },
    { id: earningIdSchema.parse(booking), bookingId: booking, amount: money(row, 'held of this booking'), taken },
  ];
  const plan = planTakingBack({
    amount: money(row, 'has to give back'),
    bookingId: booking,
    held,
    available: money(row, 'available'),
  });
  const from = (id: string) => plan.fromHeld.find((part) => part.earningId === id)?.amount ?? 0n;
  return {
    'from this booking': from(booking),
    'from available': plan.fromAvailable,
    'from others': from(other),
    owed: plan.owed,
  };
}

const feeBasisPointsOf = (row: Row) => Number(cell(row, 'basis points'));

/** What the page's tables of examples compute, by their columns. */
const examples: Readonly<Record<string, (row: Row) => Readonly<Record<string, bigint | string>>>> = {
  'price per hour | length | maximum': (row) => ({
    maximum: quoteAmount([segment(0, length(row, 'length'), money(row, 'price per hour'))]),
  }),
  'price per hour | length | price of the extension | longer by | added to the maximum': (row) => {
    const endMs = length(row, 'length');
    const added = segment(endMs, endMs + length(row, 'longer by'), money(row, 'price of the extension'));
    return { 'added to the maximum': extensionAmount([segment(0, endMs, money(row, 'price per hour'))], added) };
  },
  'price per hour | length | access worked after | ended after | down | ended by | policy | charged | released': useOf,
  'maximum | policy | booked before | before the start | charged | released': (row) => {
    const holdAmount = money(row, 'maximum');
    const now = plusMs(start, -length(row, 'before the start'));
    const createdAt = plusMs(now, -length(row, 'booked before'));
    const charged = cancellationCharge({ cancellationPolicy: policyOf(row), createdAt, start, holdAmount }, now);
    const { released } = divide(charged, { holdAmount, feeBasisPoints: 1_000 }, []);
    return { charged, released };
  },
  'length | after the start | the machine | what happens': (row) => ({
    'what happens': startOutcome(
      { start, end: plusMs(start, length(row, 'length')) },
      plusMs(start, length(row, 'after the start')),
      cell(row, 'the machine') === 'is quarantined',
    ),
  }),
  'maximum | charged | released': (row) => {
    const { charged, released } = releaseEverything({ holdAmount: money(row, 'maximum'), feeBasisPoints: 1_000 }, []);
    return { charged, released };
  },
  'charge | basis points | fee | share': (row) => {
    const charge = money(row, 'charge');
    const fee = feeOf(charge, feeBasisPointsOf(row));
    return { fee, share: charge - fee };
  },
  'price per hour | weeks | down | charged so far': (row) => {
    const priceSegments = [segment(0, 180 * 86_400_000, money(row, 'price per hour'))];
    const downMs = length(row, 'down');
    const cost = costOfUse({
      booking: { priceSegments, holdAmount: quoteAmount(priceSegments) },
      readyAt: start,
      until: plusMs(start, Number(cell(row, 'weeks')) * SETTLEMENT_PERIOD_MS),
      minutes: downMs === 0 ? [] : [{ kind: 'down', range: { start, end: plusMs(start, downMs) } }],
    });
    return { 'charged so far': cost };
  },
  'charge | basis points | went back before | goes back | from the platform | from the provider': (row) => {
    const booking = { chargedAmount: money(row, 'charge'), feeBasisPoints: feeBasisPointsOf(row) };
    const { fee, share } = refundParts(booking, money(row, 'went back before'), money(row, 'goes back'));
    return { 'from the platform': fee, 'from the provider': share };
  },
  'has to give back | held of this booking | available | held of others | from this booking | from available | from others | owed':
    takingBackOf,
};

/** Tables of rules, in words: their examples follow them. */
const inWords = [
  'policy | of the rest between your end and the booked end',
  'policy | free until | then 50 % until | then',
] as const;

// Payouts have a test of their own.
const tables = tablesOf(page.split('\n## Payouts\n')[0] ?? '');
const computed = tables.filter(({ columns }) => examples[columns] !== undefined);

describe('the page about money', () => {
  it('has no table that is not computed, and no computation without its table', () => {
    const found = new Set(tables.map(({ columns }) => columns));
    expect([...found].toSorted()).toEqual([...Object.keys(examples), ...inWords].toSorted());
  });

  it.each(
    computed.flatMap(({ columns, rows }) => rows.map((row) => [Object.values(row).join(' | '), columns, row] as const)),
  )('%s', (_line, columns, row) => {
    const result = examples[columns]?.(row) ?? {};
    for (const [name, value] of Object.entries(result)) {
      expect(cell(row, name), name).toBe(typeof value === 'bigint' ? written(value) : value);
    }
  });

  it('goes red when a figure of it is wrong', () => {
    const [row] =
      tablesOf('| price per hour | length | maximum |\n| - | - | - |\n| 2.50 | 1 h | 2.51 |')[0]?.rows ?? [];
    if (row === undefined) throw new Error('The table has a row.');
    expect(written(BigInt(examples['price per hour | length | maximum']?.(row)['maximum'] ?? 0n))).not.toBe(
      row['maximum'],
    );
  });
});
