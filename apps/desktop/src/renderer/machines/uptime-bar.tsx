import type { MinuteKind } from '@rsm/domain/machines/machine-minutes';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { Skeleton } from '../ui/states.tsx';
import { uptimeSegments, uptimeSentence, uptimeSums, type UptimeSpan } from './uptime-segments.ts';

const DAY_MS = 86_400_000;
/** Machines are probed about twice a minute; the bar moves on so often. */
const STEP_MS = 60_000;
/** Each minute asks a new question, whose answer is of no use once it is over. */
const KEPT_MS = 5 * STEP_MS;

const BAR_HEIGHT = 28;
/** Colour alone would not tell the kinds apart, so each has its own height. */
const KINDS: Readonly<Record<MinuteKind, { readonly height: number; readonly className: string }>> = {
  up: { height: BAR_HEIGHT, className: 'fill-success' },
  degraded: { height: BAR_HEIGHT * 0.6, className: 'fill-warning' },
  down: { height: BAR_HEIGHT * 0.35, className: 'fill-danger' },
  not_measured: { height: 3, className: 'fill-input' },
};

const floorToStep = (timeMs: number): number => Math.floor(timeMs / STEP_MS) * STEP_MS;

/** The last 24 hours of a machine, minute by minute, as a bar and in words. */
export function UptimeBar({
  machineId,
  withWords = true,
}: {
  readonly machineId: string;
  readonly withWords?: boolean;
}) {
  const trpc = useTRPC();
  const [endMs, setEndMs] = useState(() => floorToStep(Date.now()));
  useEffect(() => {
    const timer = window.setInterval(() => setEndMs(floorToStep(Date.now())), STEP_MS);
    return () => window.clearInterval(timer);
  }, []);
  const range = { start: new Date(endMs - DAY_MS), end: new Date(endMs) };
  const minutes = useQuery(
    trpc.machines.listMinutes.queryOptions(
      { id: machineId, range },
      { placeholderData: keepPreviousData, gcTime: KEPT_MS, meta: { passing: true } },
    ),
  );
  if (minutes.data === undefined) {
    if (minutes.isError)
      return <p className="text-[13px] text-muted-foreground">Its minutes can’t be read at the moment.</p>;
    return <Skeleton className="h-7 w-full" />;
  }
  const sentence = uptimeSentence(uptimeSums(minutes.data.spans, range));
  return (
    <figure className="min-w-0">
      <MinutesBar spans={minutes.data.spans} range={range} label={`Last 24 hours: ${sentence}`} />
      {withWords && <figcaption className="mt-1 text-xs text-muted-foreground">{sentence}</figcaption>}
    </figure>
  );
}

/** Minutes as a bar, from the start of the range to its end. */
export function MinutesBar({
  spans,
  range,
  label,
}: {
  readonly spans: readonly UptimeSpan[];
  readonly range: UptimeSpan['range'];
  /** The bar in words. */
  readonly label: string;
}) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 100 ${String(BAR_HEIGHT)}`}
      preserveAspectRatio="none"
      className="block h-7 w-full"
    >
      {uptimeSegments(spans, range).map(({ kind, startPercent, widthPercent }) => (
        <rect
          key={startPercent}
          x={startPercent}
          width={widthPercent}
          y={BAR_HEIGHT - KINDS[kind].height}
          height={KINDS[kind].height}
          className={KINDS[kind].className}
        />
      ))}
    </svg>
  );
}

/** What the heights and colours of the bar mean. */
export function UptimeLegend() {
  const words = { up: 'up', degraded: 'degraded', down: 'down', not_measured: 'not measured' } as const;
  const kinds = ['up', 'degraded', 'down', 'not_measured'] as const;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted-foreground">
      {kinds.map((kind) => (
        <li key={kind} className="flex items-end gap-1.5">
          <svg viewBox={`0 0 10 ${String(BAR_HEIGHT)}`} className="h-4 w-2" preserveAspectRatio="none" aria-hidden>
            <rect
              width="10"
              y={BAR_HEIGHT - KINDS[kind].height}
              height={KINDS[kind].height}
              className={KINDS[kind].className}
            />
          </svg>
          {words[kind]}
        </li>
      ))}
    </ul>
  );
}
