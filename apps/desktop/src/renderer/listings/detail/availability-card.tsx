import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { formatDateTime, ZONE } from '../../format/time.ts';
import { Button } from '../../ui/button.tsx';
import { TitledCard } from '../../ui/card.tsx';
import { cn } from '../../ui/class-names.ts';
import { ErrorNote, Skeleton } from '../../ui/states.tsx';
import type { Range } from '../booking/booking-wish.ts';
import { dayCells, dayWords, localMidnight, type DayCell } from './availability.ts';

const LENGTHS = [14, 30] as const;
/** Bookings end at most so many days from now: there is nothing to see behind. */
const DAYS_MAX = 180;

const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dayOfMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

/** Which days are free. A day can be chosen as the start of the booking. */
export function AvailabilityCard({
  busy,
  error,
  onRetry,
  now,
  onStart,
}: {
  readonly busy: readonly Range[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly now: Date;
  /** Takes a moment as the start of the booking; null where nobody can book. */
  readonly onStart: ((start: Date) => void) | null;
}) {
  const [length, setLength] = useState<(typeof LENGTHS)[number]>(14);
  const [offset, setOffset] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const first = localMidnight(now, offset);
  const cells = useMemo(
    () => (busy === undefined ? [] : dayCells(new Date(first.getTime()), length, busy, now)),
    // The day decides, not its object.
    [busy, first.getTime(), length, now],
  );
  const last = cells.at(-1);
  const day = cells.find((cell) => cell.start.getTime() === chosen);
  const move = (days: number): void => {
    setOffset(Math.min(Math.max(0, offset + days), DAYS_MAX - length));
    setChosen(null);
  };
  return (
    <TitledCard
      title="Availability"
      description={`Taken times include the clean-up. Days in your zone, ${ZONE}.`}
      actions={
        <div className="flex items-center gap-1.5">
          {LENGTHS.map((days) => (
            <Button
              key={days}
              size="sm"
              variant={length === days ? 'secondary' : 'ghost'}
              aria-pressed={length === days}
              onClick={() => setLength(days)}
            >
              {days} days
            </Button>
          ))}
          <Button
            size="iconSm"
            variant="ghost"
            aria-label="Earlier days"
            disabled={offset === 0}
            onClick={() => move(-length)}
          >
            <ChevronLeft aria-hidden />
          </Button>
          <Button
            size="iconSm"
            variant="ghost"
            aria-label="Later days"
            disabled={offset >= DAYS_MAX - length}
            onClick={() => move(length)}
          >
            <ChevronRight aria-hidden />
          </Button>
        </div>
      }
    >
      {busy === undefined && error === null && <Skeleton className="h-36" />}
      {busy === undefined && error !== null && <ErrorNote error={error} onRetry={onRetry} />}
      {busy !== undefined && last !== undefined && (
        <>
          <p className="mb-2 text-[13px] text-muted-foreground" role="status">
            {dayOfMonth.format(first)} to {dayOfMonth.format(last.start)}: {summaryWords(cells)}
          </p>
          <DayGrid cells={cells} chosen={chosen} onChoose={setChosen} />
          <div role="status" className="mt-3 min-h-9 text-sm">
            {day === undefined ? (
              <span className="text-[13px] text-muted-foreground">
                Choose a day to see its hours. The bar under each day runs from midnight to midnight; filled parts are
                taken.
              </span>
            ) : (
              <span className="flex flex-wrap items-center gap-3">
                <span>
                  <span className="font-medium">{longDay.format(day.start)}</span>: {dayWords(day)}.
                </span>
                {onStart !== null && day.firstFree !== null && (
                  <Button size="sm" onClick={() => day.firstFree !== null && onStart(day.firstFree)}>
                    Start {day.firstFree <= now ? 'now' : formatDateTime(day.firstFree)}
                  </Button>
                )}
              </span>
            )}
          </div>
          <details className="mt-2">
            <summary className="w-fit text-[13px] font-medium text-primary-text">As a list</summary>
            <ul className="mt-1 columns-1 text-[13px] sm:columns-2">
              {cells.map((cell) => (
                <li key={cell.start.getTime()}>
                  {weekday.format(cell.start)} {dayOfMonth.format(cell.start)}: {dayWords(cell)}
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </TitledCard>
  );
}

function summaryWords(cells: readonly DayCell[]): string {
  const count = (state: DayCell['state']): number => cells.filter((cell) => cell.state === state).length;
  const [free, partly, taken] = [count('free'), count('partly'), count('taken')];
  if (free === cells.length) return 'free all the time.';
  return `${String(free)} ${free === 1 ? 'day' : 'days'} free, ${String(partly)} partly taken, ${String(taken)} taken.`;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** One stop for the Tab key; arrows move between the days. */
function DayGrid({
  cells,
  chosen,
  onChoose,
}: {
  readonly cells: readonly DayCell[];
  readonly chosen: number | null;
  readonly onChoose: (day: number) => void;
}) {
  const grid = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(Math.max(0, focused + step), cells.length - 1);
    setFocused(next);
    grid.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div ref={grid} role="group" aria-label="Days" className="grid grid-cols-7 gap-1.5" onKeyDown={onKeyDown}>
      {cells.map((cell, index) => {
        const key = cell.start.getTime();
        return (
          <button
            key={key}
            type="button"
            tabIndex={index === Math.min(focused, cells.length - 1) ? 0 : -1}
            aria-pressed={chosen === key}
            aria-label={`${longDay.format(cell.start)}: ${dayWords(cell)}`}
            onFocus={() => setFocused(index)}
            onClick={() => onChoose(key)}
            className={cn(
              'min-w-0 rounded-md border px-1.5 py-1 text-left hover:bg-muted',
              chosen === key && 'border-primary bg-primary-soft',
            )}
          >
            <span className="block truncate text-[11px] text-muted-foreground">{weekday.format(cell.start)}</span>
            <span className="block truncate text-xs font-medium">{dayOfMonth.format(cell.start)}</span>
            <span className="relative mt-1 block h-1.5 overflow-hidden rounded-full bg-success-soft">
              {cell.taken.map((part) => (
                <span
                  key={part.start.getTime()}
                  className="absolute inset-y-0 bg-foreground/70"
                  style={{ left: `${String(part.from * 100)}%`, width: `${String((part.to - part.from) * 100)}%` }}
                />
              ))}
            </span>
            <span className="mt-0.5 block truncate text-[11px] text-muted-foreground">
              {cell.state === 'partly' ? 'partly' : dayWords(cell)}
            </span>
          </button>
        );
      })}
    </div>
  );
}
