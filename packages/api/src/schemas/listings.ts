import { CONTAINER_IMAGES_MAX } from '@rsm/domain/access/container-image';
import { z } from 'zod';
import { listingIdSchema, machineIdSchema } from '@rsm/domain/common/ids';
import { wipeStrategyKinds } from '@rsm/domain/data-wipes/data-wipe';
import {
  cancellationPolicies,
  DESCRIPTION_LENGTH_MAX,
  DURATION_MAX_DEFAULT_MS,
  DURATION_MIN_DEFAULT_MS,
  HORIZON_MS,
  listingStatuses,
  TITLE_LENGTH_MAX,
  visibilities,
} from '@rsm/domain/listings/listing';
import { FACET_VALUES_MAX, listingSorts } from '@rsm/domain/listings/listing-repository';
import { accessModes, machineStatuses, reachabilities } from '@rsm/domain/machines/machine';
import { CUDA_VERSION_FORM } from '@rsm/domain/machines/cuda-version';
import { diskKinds, machineFactsSchema } from '@rsm/domain/machines/machine-facts';
import { RELIABILITY_WHOLE_PPM } from '@rsm/domain/reliability/reliability';
import { benchmarkRead } from './benchmarks.ts';
import {
  currencyOutput,
  decimalOutput,
  idOutput,
  isoOutput,
  lineInput,
  microsOutput,
  moneyInput,
  pageFields,
  pageOf,
  pageRequest,
  textInput,
  timeOutput,
  timeRangeInput,
  timeRangeOutput,
} from './common.ts';
import { withoutUndefined } from './defined.ts';

const durationInput = z.int().min(1).max(HORIZON_MS);

const terms = {
  title: lineInput(TITLE_LENGTH_MAX),
  description: textInput(DESCRIPTION_LENGTH_MAX),
  pricePerHour: moneyInput,
  durationMinMs: durationInput,
  durationMaxMs: durationInput,
  cancellationPolicy: z.enum(cancellationPolicies),
  extraWipeStrategies: z
    .array(z.enum(wipeStrategyKinds))
    .max(wipeStrategyKinds.length)
    .refine((kinds) => new Set(kinds).size === kinds.length, { error: 'Must name each step once.' }),
  visibility: z.enum(visibilities),
} as const;

const LENGTHS = {
  path: ['durationMaxMs'],
  error: 'The longest booking must be at least as long as the shortest. Raise this or lower the other.',
};

/** All terms: an update replaces them together. */
export const listingTerms = z
  .strictObject(terms)
  .refine((value) => value.durationMaxMs >= value.durationMinMs, LENGTHS);

/** The terms of a new listing, with the product's defaults. */
export const listingTermsNew = z
  .strictObject({
    ...terms,
    description: terms.description.default(''),
    durationMinMs: terms.durationMinMs.default(DURATION_MIN_DEFAULT_MS),
    durationMaxMs: terms.durationMaxMs.default(DURATION_MAX_DEFAULT_MS),
    cancellationPolicy: terms.cancellationPolicy.default('flexible'),
    extraWipeStrategies: terms.extraWipeStrategies.default([]),
    visibility: terms.visibility.default('public'),
  })
  .refine((value) => value.durationMaxMs >= value.durationMinMs, LENGTHS);

export const listingCreate = z.strictObject({ machineId: machineIdSchema, terms: listingTermsNew });
export const listingUpdate = z.strictObject({ id: listingIdSchema, terms: listingTerms });
export const listingRef = z.strictObject({ id: listingIdSchema });
export const listingListMine = pageRequest;

/** A filter that is left out does not filter; absent and undefined say the same. */
const bytesMin = z.int().min(0).optional();
const scoreMin = z.int().min(0).max(1_000_000_000).optional();

const listingFilter = z
  .strictObject({
    text: lineInput(100).optional(),
    gpuModel: lineInput(100).optional(),
    gpuCountMin: z.int().min(0).max(64).optional(),
    gpuCountMax: z.int().min(0).max(64).optional(),
    vramBytesMin: bytesMin,
    cudaVersionMin: z
      .string()
      .trim()
      .regex(CUDA_VERSION_FORM, { error: 'Must be a CUDA version such as 12.4.' })
      .optional(),
    cpuThreadsMin: z.int().min(0).max(100_000).optional(),
    memoryBytesMin: bytesMin,
    diskFreeBytesMin: bytesMin,
    diskKind: z.enum(diskKinds).exclude(['unknown']).optional(),
    region: lineInput(60).optional(),
    pricePerHourMin: moneyInput.optional(),
    pricePerHourMax: moneyInput.optional(),
    /** The price of an hour divided by the number of GPUs; machines without one are left out. */
    pricePerGpuHourMax: moneyInput.optional(),
    cpuScoreMin: scoreMin,
    storageScoreMin: scoreMin,
    gpuScoreMin: scoreMin,
    networkScoreMin: scoreMin,
    /** Points of the CPU score for a currency unit an hour. */
    pricePerformanceMin: z.number().min(0).max(1_000_000_000).optional(),
    accessMode: z.enum(accessModes).optional(),
    /** Millionths; machines that are too new for a figure are left out. */
    reliabilityPpmMin: z.int().min(0).max(RELIABILITY_WHOLE_PPM).optional(),
    freeDuring: timeRangeInput({ durationMaxMs: HORIZON_MS, words: '180 days' }).optional(),
  })
  .default({})
  .transform(withoutUndefined);

export const listingSearch = z
  .strictObject({
    ...pageFields,
    filter: listingFilter,
    sort: z.enum(listingSorts).default('price_ascending'),
  })
  .prefault({});

export const listingFacets = z.strictObject({ filter: listingFilter }).prefault({});

export const listingBusyRanges = z.strictObject({
  id: listingIdSchema,
  range: timeRangeInput({ durationMaxMs: HORIZON_MS, words: '180 days' }),
});

export const listingRead = z.strictObject({
  id: idOutput,
  machineId: idOutput,
  providerId: idOutput,
  title: z.string(),
  description: z.string(),
  pricePerHourMicros: microsOutput,
  currency: currencyOutput,
  durationMinMs: z.int(),
  durationMaxMs: z.int(),
  cancellationPolicy: z.enum(cancellationPolicies),
  extraWipeStrategies: z.array(z.enum(wipeStrategyKinds)),
  visibility: z.enum(visibilities),
  status: z.enum(listingStatuses),
  createdAt: timeOutput,
  updatedAt: timeOutput,
});
export type ListingRead = z.infer<typeof listingRead>;
export const listingPage = pageOf(listingRead);

const { gpus, fingerprint: _fingerprint, ...publicFactFields } = machineFactsSchema.shape;

/** Facts for everybody: without what would name this one piece of hardware outside the market. */
export const machineFactsPublic = z.strictObject({
  ...publicFactFields,
  gpus: z.array(gpus.unwrap().element.omit({ uuid: true })).nullable(),
});

/** A listing with what stands behind it. */
export const listingDetailRead = z.strictObject({
  listing: listingRead,
  machine: z.strictObject({
    facts: machineFactsPublic.nullable(),
    factsReadAt: timeOutput.nullable(),
    declaredRegion: z.string(),
    accessMode: z.enum(accessModes),
    status: z.enum(machineStatuses),
    reachability: z.enum(reachabilities),
    verifiedAt: timeOutput.nullable(),
  }),
  providerName: z.string(),
  benchmarks: z.array(benchmarkRead),
  wipePlan: z.array(z.enum(wipeStrategyKinds)),
  /** Over 180 days, as computed last; `ppm` in millionths, null while the machine is new. */
  reliability: z.strictObject({ ppm: z.int().nullable(), computedAt: timeOutput.nullable() }),
  /** What a container here may be made from, the default first; empty for machines that give accounts. */
  images: z
    .array(
      z.strictObject({
        name: z.string(),
        reference: z.string(),
        cudaVersion: z.string().nullable(),
        frameworks: z.record(z.string(), z.string()),
        sizeBytes: z.int(),
        /** Null where nobody looked. */
        isOnMachine: z.boolean().nullable(),
        /** Why it can't be chosen here. */
        problem: z.string().nullable(),
      }),
    )
    .max(CONTAINER_IMAGES_MAX),
  imagesSeenAt: timeOutput.nullable(),
});
export type ListingDetailRead = z.infer<typeof listingDetailRead>;

/** A row of the market. JSON only. */
export const listingListItem = z.strictObject({
  id: idOutput,
  machineId: idOutput,
  title: z.string(),
  pricePerHour: decimalOutput,
  /** Null where there is no GPU. */
  pricePerGpuHour: decimalOutput.nullable(),
  currency: currencyOutput,
  region: z.string(),
  reachability: z.enum(reachabilities),
  accessMode: z.enum(accessModes),
  cpuModel: z.string().nullable(),
  cpuThreads: z.int().nullable(),
  memoryBytes: z.int().nullable(),
  diskFreeBytes: z.int().nullable(),
  /** The kind of the disk with the most free space. */
  diskKind: z.enum(diskKinds).nullable(),
  gpuModel: z.string().nullable(),
  gpuCount: z.int(),
  vramBytes: z.int().nullable(),
  cudaVersion: z.string().nullable(),
  cpuScore: z.int().nullable(),
  memoryScore: z.int().nullable(),
  storageScore: z.int().nullable(),
  /** Null where there is no GPU that can be measured. */
  gpuScore: z.int().nullable(),
  networkScore: z.int().nullable(),
  benchmarkedAt: isoOutput.nullable(),
  /** Millionths; null while the machine is new. */
  reliabilityPpm: z.int().nullable(),
  /** When the figure was computed. */
  reliabilityAt: isoOutput.nullable(),
  createdAt: isoOutput,
});
export type ListingListItem = z.infer<typeof listingListItem>;
export const listingListPage = pageOf(listingListItem);

const facet = z.array(z.strictObject({ value: z.string(), count: z.int() })).max(FACET_VALUES_MAX);

/** What a search finds, counted; the most common values first. JSON only. */
export const listingFacetsRead = z.strictObject({
  regions: facet,
  gpuModels: facet,
  total: z.int(),
  /** More than 10,000 are found: so many were counted, and every number means "and more". */
  isPart: z.boolean(),
});
export type ListingFacetsRead = z.infer<typeof listingFacetsRead>;

/** Taken ranges, without saying by whom. */
export const busyRangesRead = z.strictObject({ ranges: z.array(timeRangeOutput) });
