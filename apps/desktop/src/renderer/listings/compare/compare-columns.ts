import type { ListingDetailRead } from '@rsm/api/schemas/listings';
import type { BenchmarkKind } from '@rsm/domain/benchmarks/benchmark';
import { formatMoney, unitsOf } from '../../format/money.ts';
import { formatBytes, formatInteger } from '../../format/size.ts';
import { formatDate, formatDuration } from '../../format/time.ts';
import { accessModeWords, cancellationPolicyWords } from '../../format/words.ts';
import { figure, measurementName } from '../../benchmarks/benchmark-words.ts';
import { reliabilityWords } from '../../reliability/reliability-words.ts';
import { diskKindWords } from '../market/listing-words.ts';
import { pricePerGpuHour, pricePerScore, roundedForDisplay } from '../price-performance.ts';
import { methodOf, scoreOf, type CompareCell, type CompareColumn } from './compare-rows.ts';

const UNKNOWN = 'could not be read';
const NOT_MEASURED = 'not measured';

type Facts = NonNullable<ListingDetailRead['machine']['facts']>;

const factsOf = (detail: ListingDetailRead): Facts | null => detail.machine.facts;
const money = (detail: ListingDetailRead, micros: bigint | null, none: string) =>
  micros === null
    ? { text: none }
    : { text: formatMoney(roundedForDisplay(micros), detail.listing.currency), amount: unitsOf(micros) };
const bytes = (value: number | undefined) =>
  value === undefined ? { text: UNKNOWN } : { text: formatBytes(value), amount: value };
/** Scores stand for the same thing only when they were measured in the same way. */
const ofMethod = (detail: ListingDetailRead, kind: BenchmarkKind, cell: CompareCell): CompareCell => {
  const method = methodOf(detail, kind);
  return method === undefined ? cell : { ...cell, method };
};
const score = (detail: ListingDetailRead, kind: BenchmarkKind): CompareCell => {
  const value = scoreOf(detail, kind);
  return value === null
    ? { text: NOT_MEASURED }
    : ofMethod(detail, kind, { text: formatInteger(value), amount: value });
};
/** A score never stands without the figures it comes from. */
const figures = (detail: ListingDetailRead, kind: BenchmarkKind) => {
  const result = detail.benchmarks.find((benchmark) => benchmark.kind === kind)?.result ?? null;
  if (result === null) return { text: NOT_MEASURED };
  return {
    text: result.measurements
      .map(({ name, median, unit }) => `${measurementName(name)}: ${figure(median, unit)}`)
      .join('\n'),
  };
};

/** What is compared, in groups. The order is the one in which people choose: price, speed, hardware, terms. */
export const COMPARE_GROUPS: readonly { readonly title: string; readonly columns: readonly CompareColumn[] }[] = [
  {
    title: 'Price',
    columns: [
      {
        label: 'Price per hour',
        best: 'lowest',
        of: (detail) => money(detail, detail.listing.pricePerHourMicros, ''),
      },
      {
        label: 'Per GPU-hour',
        best: 'lowest',
        of: (detail) =>
          money(
            detail,
            pricePerGpuHour(detail.listing.pricePerHourMicros, factsOf(detail)?.gpus?.length ?? 0),
            'no GPU',
          ),
      },
      {
        label: 'Per 1000 CPU points',
        best: 'lowest',
        of: (detail) =>
          ofMethod(
            detail,
            'cpu',
            money(detail, pricePerScore(detail.listing.pricePerHourMicros, scoreOf(detail, 'cpu')), NOT_MEASURED),
          ),
      },
    ],
  },
  {
    title: 'Measured speed',
    columns: [
      { label: 'CPU score', best: 'highest', of: (detail) => score(detail, 'cpu') },
      { label: 'CPU figures', of: (detail) => figures(detail, 'cpu') },
      { label: 'Storage score', best: 'highest', of: (detail) => score(detail, 'storage') },
      { label: 'Storage figures', of: (detail) => figures(detail, 'storage') },
      { label: 'Memory score', best: 'highest', of: (detail) => score(detail, 'memory') },
      { label: 'Memory figures', of: (detail) => figures(detail, 'memory') },
      { label: 'Network score', best: 'highest', of: (detail) => score(detail, 'network') },
      { label: 'Network figures', of: (detail) => figures(detail, 'network') },
      { label: 'GPU score', best: 'highest', of: (detail) => score(detail, 'gpu') },
      { label: 'GPU figures', of: (detail) => figures(detail, 'gpu') },
      {
        label: 'Measured on',
        of: (detail) => {
          const newest = detail.benchmarks[0]?.finishedAt ?? null;
          return { text: newest === null ? NOT_MEASURED : formatDate(newest) };
        },
      },
    ],
  },
  {
    title: 'Reliability, over 180 days',
    columns: [
      {
        label: 'Reliability',
        best: 'highest',
        of: ({ reliability: { ppm } }) => ({ text: reliabilityWords(ppm), amount: ppm }),
      },
      {
        label: 'Computed on',
        of: ({ reliability: { computedAt } }) => ({ text: computedAt === null ? 'not yet' : formatDate(computedAt) }),
      },
    ],
  },
  {
    title: 'Hardware, as read',
    columns: [
      { label: 'Processor', of: (detail) => ({ text: factsOf(detail)?.cpu?.model ?? UNKNOWN }) },
      {
        label: 'CPU threads',
        best: 'highest',
        of: (detail) => {
          const threads = factsOf(detail)?.cpu?.threads;
          return threads === undefined ? { text: UNKNOWN } : { text: formatInteger(threads), amount: threads };
        },
      },
      { label: 'Memory', best: 'highest', of: (detail) => bytes(factsOf(detail)?.memory?.totalBytes) },
      {
        label: 'Free disk',
        best: 'highest',
        of: (detail) => {
          const free = factsOf(detail)?.disks?.map(({ freeBytes }) => freeBytes) ?? [];
          return bytes(free.length === 0 ? undefined : Math.max(...free));
        },
      },
      {
        label: 'Kind of disk',
        of: (detail) => {
          const kinds = new Set(factsOf(detail)?.disks?.map(({ kind }) => diskKindWords[kind]));
          return { text: kinds.size === 0 ? UNKNOWN : [...kinds].join(', ') };
        },
      },
      {
        label: 'GPU',
        of: (detail) => {
          const gpus = factsOf(detail)?.gpus ?? null;
          if (gpus === null) return { text: UNKNOWN };
          const [first] = gpus;
          return { text: first === undefined ? 'none' : `${String(gpus.length)} × ${first.model}` };
        },
      },
      {
        label: 'VRAM each',
        best: 'highest',
        of: (detail) => {
          const [first] = factsOf(detail)?.gpus ?? [];
          return first === undefined ? { text: 'no GPU' } : bytes(first.vramBytes ?? undefined);
        },
      },
      {
        label: 'Highest CUDA',
        of: (detail) => {
          const [first] = factsOf(detail)?.gpus ?? [];
          return { text: first === undefined ? 'no GPU' : (first.cudaVersion ?? UNKNOWN) };
        },
      },
      { label: 'System', of: (detail) => ({ text: factsOf(detail)?.os?.prettyName ?? UNKNOWN }) },
      { label: 'Virtualisation', of: (detail) => ({ text: factsOf(detail)?.virtualization ?? UNKNOWN }) },
    ],
  },
  {
    title: 'Terms',
    columns: [
      { label: 'Access', of: (detail) => ({ text: accessModeWords[detail.machine.accessMode] }) },
      { label: 'Region (declared)', of: (detail) => ({ text: detail.machine.declaredRegion }) },
      {
        label: 'Cancelling',
        of: (detail) => ({ text: cancellationPolicyWords[detail.listing.cancellationPolicy].label }),
      },
      { label: 'Shortest booking', of: (detail) => ({ text: formatDuration(detail.listing.durationMinMs) }) },
      { label: 'Longest booking', of: (detail) => ({ text: formatDuration(detail.listing.durationMaxMs) }) },
      { label: 'Provider', of: (detail) => ({ text: detail.providerName }) },
    ],
  },
];
