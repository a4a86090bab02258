import type { StatementLineRead } from '@rsm/api/schemas/payments';
import type { BarUnit, MoneyBar } from './money-bars.tsx';

type Line = Pick<StatementLineRead, 'amountMicros' | 'at'>;

/**
 * Earnings per day or week, oldest first, up to now, with a bar for each stretch in which nothing was earned. A share is
 * earned when it is booked as pending; that it becomes available later moves it and earns nothing twice.
 * @param lines of the pending account
 */
export function earningsBars(lines: readonly Line[], step: BarUnit, count: number, now: Date): readonly MoneyBar[] {
  const starts = Array.from({ length: count }, (_, index) => stepStart(now, step, index - count + 1));
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? stepStart(now, step, 1);
    const amountMicros = lines
      .filter((line) => line.amountMicros > 0n && line.at >= start && line.at < end)
      .reduce((sum, line) => sum + line.amountMicros, 0n);
    return { startMs: start.getTime(), amountMicros };
  });
}

/** The start of the day or week that lies so many steps from now. Calendar days, so a change of the clocks moves nothing. */
function stepStart(now: Date, step: BarUnit, steps: number): Date {
  const monday = step === 'week' ? (now.getDay() + 6) % 7 : 0;
  const days = step === 'week' ? 7 * steps : steps;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - monday + days);
}

/** The platform fee of a booking, exactly: what the renter paid less the provider's share. */
export function feeMicros(chargedMicros: bigint, shareMicros: bigint): bigint {
  return chargedMicros - shareMicros;
}

/** Basis points as people read them: 1000 is 10 %. */
export function feePercentText(feeBasisPoints: number): string {
  return new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 }).format(
    feeBasisPoints / 10_000,
  );
}
