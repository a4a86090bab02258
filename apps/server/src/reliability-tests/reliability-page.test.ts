import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bookingIdSchema } from '@rsm/domain/common/ids';
import { HOUR_MS, instant } from '@rsm/domain/common/instant';
import type { MachineDay } from '@rsm/domain/reliability/machine-day';
import { BROKEN_WEIGHT_HUNDREDTHS, brokenKinds, reliabilityOf } from '@rsm/domain/reliability/reliability';
import { describe, expect, it } from 'vitest';

/** Reads docs/reliability.md and computes every row of its tables with the function that machines are judged by. */
const page = readFileSync(join(import.meta.dirname, '../../../../docs/reliability.md'), 'utf8');
const day = instant(Date.UTC(2031, 0, 15));

/** The cells of the rows of the table that has this first column. */
function rowsOf(firstColumn: string): readonly (readonly string[])[] {
  const table = page.split('\n\n').find((block) => block.startsWith(`| ${firstColumn} `));
  const [, , ...lines] = (table ?? '').trim().split('\n');
  return lines.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim())); // prettier-ignore
}

const kindOf = (word: string) => {
  const kind = brokenKinds.find((known) => known === word);
  if (kind === undefined) throw new Error(`"${word}" is no way to break a booking.`);
  return kind;
};
const lengthMs = (cell = '') => Number(/^(\d+) h$/.exec(cell)?.[1]) * HOUR_MS;
const percent = (ppm: number) => (ppm / 10_000).toFixed(4);

describe('docs/reliability.md', () => {
  it('gives each kind of broken booking its weight', () => {
    const weights = rowsOf('what happened').map(([what = '', weight]) => [kindOf(what.split(':')[0] ?? ''), weight]);
    const inCode = brokenKinds.map((kind) => [kind, String(BROKEN_WEIGHT_HUNDREDTHS[kind] / 100)]);
    expect(Object.fromEntries(weights)).toEqual(Object.fromEntries(inCode));
  });

  const examples = rowsOf('up');
  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(10);
  });

  it.each(examples)('up %s, down %s, degraded %s, excused %s, kept %s, broken "%s"', (...cells) => {
    const [up, down, degraded, excused, kept, broken = '', byBookings, byMinutes, reliability] = cells;
    // The function knows days by their sums alone, so that one of 180 days' length stands for all of them.
    const days: readonly MachineDay[] = [
      {
        dayStart: day,
        upMs: lengthMs(up),
        downMs: lengthMs(down),
        degradedMs: lengthMs(degraded),
        excusedMs: lengthMs(excused),
      },
    ];
    const kinds = broken === '' ? [] : broken.split(', ').map(kindOf);
    const bookingId = bookingIdSchema.parse('019a0000-0000-7000-8000-000000000001');
    const figure = reliabilityOf({
      days,
      broken: kinds.map((kind) => ({ kind, bookingId, at: day })),
      keptBookings: Number(kept),
    });
    const lost = (isMinutes: boolean) =>
      percent(
        figure.losses
          .filter(({ kind }) => (kind === 'unusable_minutes') === isMinutes)
          .reduce((sum, { ppm }) => sum + ppm, 0),
      );
    expect([lost(false), lost(true), figure.ppm === null ? 'new' : percent(figure.ppm)]).toEqual([
      byBookings,
      byMinutes,
      reliability,
    ]);
  });
});
