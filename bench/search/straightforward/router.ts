import { initTRPC, TRPCError } from '@trpc/server';
import type { CreateFastifyContextOptions } from '@trpc/server/adapters/fastify';
import { jwtVerify, type CryptoKey } from 'jose';
import superjson from 'superjson';
import { z } from 'zod';
import { Listing, User, type Machine } from './models.ts';

const filterSchema = z.object({
  gpuModel: z.string().optional(),
  gpuCountMin: z.int().optional(),
  pricePerHourMax: z.string().optional(),
  region: z.string().optional(),
  reliabilityPpmMin: z.int().optional(),
});
const searchSchema = z.object({
  limit: z.int().min(1).max(100),
  sort: z.enum(['price_ascending', 'reliability_descending']),
  filter: filterSchema,
});
const rowSchema = z.object({
  id: z.uuid(),
  machineId: z.uuid(),
  title: z.string(),
  pricePerHour: z.bigint(),
  currency: z.string(),
  region: z.string(),
  reachability: z.string(),
  accessMode: z.string(),
  cpuModel: z.string().nullable(),
  cpuThreads: z.int().nullable(),
  memoryBytes: z.bigint().nullable(),
  diskFreeBytes: z.bigint().nullable(),
  gpuModel: z.string().nullable(),
  gpuCount: z.int(),
  vramBytes: z.bigint().nullable(),
  cpuScore: z.int().nullable(),
  memoryScore: z.int().nullable(),
  storageScore: z.int().nullable(),
  reliabilityPpm: z.int().nullable(),
  benchmarkedAt: z.date().nullable(),
  createdAt: z.date(),
});

const t = initTRPC
  .context<{ readonly authorization: string | undefined; readonly publicKey: CryptoKey }>()
  .create({ transformer: superjson });

/** The token's signature and the person's row, for every call. */
const signedIn = t.procedure.use(async ({ ctx, next }) => {
  const token = ctx.authorization?.replace(/^Bearer /, '') ?? '';
  const { payload } = await jwtVerify(token, ctx.publicKey);
  const user = await User.query().findOne({ subject: payload.sub ?? '' });
  if (user?.status !== 'active') throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next({ ctx: { user } });
});

export const straightforwardRouter = t.router({
  listings: t.router({
    search: signedIn
      .input(searchSchema)
      .output(z.object({ items: z.array(rowSchema) }))
      .query(async ({ input }) => ({ items: (await search(input)).map(toRow) })),
  }),
});

export const contextOf =
  (publicKey: CryptoKey) =>
  ({ req }: CreateFastifyContextOptions) => ({ authorization: req.headers.authorization, publicKey });

async function search({ filter, limit, sort }: z.infer<typeof searchSchema>): Promise<readonly Listing[]> {
  let query = Listing.query()
    .withGraphJoined('machine')
    .where({ 'listings.status': 'active', visibility: 'public' })
    .where({ 'machine.status': 'verified', 'machine.reachability': 'reachable' })
    .limit(limit);
  if (filter.gpuModel !== undefined) query = query.where('machine.gpu_model', 'ilike', `%${filter.gpuModel}%`);
  if (filter.region !== undefined) query = query.where('machine.declared_region', 'ilike', `%${filter.region}%`);
  if (filter.gpuCountMin !== undefined) query = query.where('machine.gpu_count', '>=', filter.gpuCountMin);
  if (filter.reliabilityPpmMin !== undefined) {
    query = query.where('machine.reliability_ppm', '>=', filter.reliabilityPpmMin);
  }
  if (filter.pricePerHourMax !== undefined) {
    query = query.where('price_per_hour_micros', '<=', Math.round(Number(filter.pricePerHourMax) * 1_000_000));
  }
  if (sort === 'price_ascending') return query.orderBy('price_per_hour_micros').orderBy('listings.id');
  return query.orderByRaw('machine.reliability_ppm DESC NULLS LAST').orderBy('listings.id');
}

function toRow(listing: Listing): z.infer<typeof rowSchema> {
  const { machine }: { readonly machine: Machine } = listing;
  const wide = (value: string | null): bigint | null => (value === null ? null : BigInt(value));
  return {
    id: listing.id,
    machineId: listing.machine_id,
    title: listing.title,
    pricePerHour: BigInt(listing.price_per_hour_micros),
    currency: listing.currency,
    region: machine.declared_region,
    reachability: machine.reachability,
    accessMode: machine.access_mode,
    cpuModel: machine.cpu_model,
    cpuThreads: machine.cpu_threads,
    memoryBytes: wide(machine.memory_bytes),
    diskFreeBytes: wide(machine.disk_free_bytes),
    gpuModel: machine.gpu_model,
    gpuCount: machine.gpu_count,
    vramBytes: wide(machine.vram_bytes),
    cpuScore: machine.cpu_score,
    memoryScore: machine.memory_score,
    storageScore: machine.storage_score,
    reliabilityPpm: machine.reliability_ppm,
    benchmarkedAt: machine.benchmarked_at,
    createdAt: listing.created_at,
  };
}
