import { z } from 'zod';
import { markJsonOnly } from '../transport/json-only.ts';
import type { Json } from '../transport/json-only.ts';
import { t } from '../trpc.ts';
import { providerProcedure, publicProcedure, signedInProcedure } from './procedures.ts';

/** A list that is asked for all the time: its type admits JSON only (times as ISO texts, money as decimal texts). */
export type HotListSchema = z.ZodType<{ readonly [key: string]: Json }>;

/** Marks the answer once the output schema has looked at it, so that the transformer leaves it alone. */
const sendAsJson = t.middleware(async ({ next }) => {
  const result = await next();
  if (!result.ok || typeof result.data !== 'object' || result.data === null) return result;
  return { ...result, data: markJsonOnly(result.data) };
});

/** Hot lists by policy. Output schemas are compiled, since they run over every row. */
export const hotListProcedure = <Schema extends HotListSchema>(outputSchema: Schema) =>
  signedInProcedure.use(sendAsJson).output(z.compile(outputSchema));

export const publicHotListProcedure = <Schema extends HotListSchema>(outputSchema: Schema) =>
  publicProcedure.use(sendAsJson).output(z.compile(outputSchema));

export const providerHotListProcedure = <Schema extends HotListSchema>(outputSchema: Schema) =>
  providerProcedure.use(sendAsJson).output(z.compile(outputSchema));
