import { keySetRead } from '@rsm/api/schemas/data-wipes';
import { createStore, get, update, type UseStore } from 'idb-keyval';
import { z } from 'zod';

/** A report and the keys as they were published when it was first seen. Enough to check it without any network. */
const keptReportSchema = z.object({
  bookingId: z.string(),
  jws: z.string(),
  keySet: keySetRead,
  keptAtMs: z.number(),
});
export type KeptReport = z.infer<typeof keptReportSchema>;

/** The part of a data base that is used. */
export interface ReportShelf {
  read(bookingId: string): Promise<unknown>;
  write(bookingId: string, change: (old: unknown) => KeptReport): Promise<void>;
}

/** Reports stay on this computer until its data are cleared, also when the lists of the program are not kept any more. */
export function indexedDbShelf(): ReportShelf {
  // Made at first use: a window that never sees a report needs no data base.
  let store: UseStore | null = null;
  const open = (): UseStore => (store ??= createStore('rsm-reports', 'reports'));
  return {
    read: async (bookingId) => get<unknown>(bookingId, open()),
    write: async (bookingId, change) => update<unknown>(bookingId, change, open()),
  };
}

/** The kept report of a booking; null when there is none, or none that this version can read. */
export async function readKept(shelf: ReportShelf, bookingId: string): Promise<KeptReport | null> {
  return keptReportSchema.safeParse(await shelf.read(bookingId)).data ?? null;
}

/**
 * Keeps a report. The keys that came with its first sight stay: a server that publishes other ones later can't make a forged copy
 * pass. A later report of the same booking (the clean-up ran again) takes its place, and keys of a new name are added. Only the end of a
 * key is learned later: it takes away trust and can't give any.
 */
export async function keepReport(shelf: ReportShelf, report: KeptReport): Promise<void> {
  await shelf.write(report.bookingId, (old) => {
    const kept = keptReportSchema.safeParse(old).data;
    if (kept === undefined) return report;
    const known = new Set(kept.keySet.keys.map(({ kid }) => kid));
    const ends = new Map(report.keySet.keys.map(({ exp, kid }) => [kid, exp]));
    const before = kept.keySet.keys.map((key) => withEnd(key, ends.get(key.kid)));
    const keys = [...before, ...report.keySet.keys.filter(({ kid }) => !known.has(kid))];
    return { ...report, keySet: { keys }, keptAtMs: kept.jws === report.jws ? kept.keptAtMs : report.keptAtMs };
  });
}

type KeptKey = KeptReport['keySet']['keys'][number];

/** The earlier end, when one is known. */
function withEnd(key: KeptKey, end: number | undefined): KeptKey {
  return end === undefined ? key : { ...key, exp: Math.min(end, key.exp ?? end) };
}
