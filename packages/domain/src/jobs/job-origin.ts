import { z } from 'zod';
import type { JobName } from './job.ts';

/** Beside the fields of a payload, of which none has this name. */
const ORIGIN_FIELD = 'requestId';
const originSchema = z.string().min(1).max(100);

/** These ask for themselves again for as long as the installation runs: nobody's request is behind their hundredth run. */
const ENDLESS: ReadonlySet<JobName> = new Set([
  'machine.probe',
  'machine.reliability',
  'benchmarks.remeasure',
  'processor.reconcile',
  'documents.issue',
  'payouts.run',
  'sweep',
]);

/** A job's payload as it is written down: with the number of the request that caused it, for the log alone. */
export function withOrigin(name: JobName, payload: unknown, requestId: string | null): unknown {
  if (requestId === null || ENDLESS.has(name) || typeof payload !== 'object' || payload === null) return payload;
  return { ...payload, [ORIGIN_FIELD]: requestId };
}

/** Takes apart what `withOrigin` has put together. What is no number of a request is left out, and never refuses a job. */
export function splitOrigin(written: unknown): { readonly payload: unknown; readonly requestId: string | null } {
  if (typeof written !== 'object' || written === null || !(ORIGIN_FIELD in written)) {
    return { payload: written, requestId: null };
  }
  const { [ORIGIN_FIELD]: origin, ...payload } = written;
  return { payload, requestId: originSchema.safeParse(origin).data ?? null };
}
