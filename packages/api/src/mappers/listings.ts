import { toIso } from '@rsm/domain/common/instant';
import type { Listing } from '@rsm/domain/listings/listing';
import type { ListingFacets, ListingSummary } from '@rsm/domain/listings/listing-repository';
import type { ListingDetail } from '@rsm/domain/listings/listings-service';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import type { ListingDetailRead, ListingFacetsRead, ListingListItem, ListingRead } from '../schemas/listings.ts';
import { toBenchmarkRead } from './benchmarks.ts';
import { toDecimal, toIsoOrNull, toTime, toTimeOrNull } from './common.ts';

export function toListingRead(listing: Listing): ListingRead {
  return {
    id: listing.id,
    machineId: listing.machineId,
    providerId: listing.providerId,
    title: listing.title,
    description: listing.description,
    pricePerHourMicros: listing.pricePerHour,
    currency: listing.currency,
    durationMinMs: listing.durationMinMs,
    durationMaxMs: listing.durationMaxMs,
    cancellationPolicy: listing.cancellationPolicy,
    extraWipeStrategies: [...listing.extraWipeStrategies],
    visibility: listing.visibility,
    status: listing.status,
    createdAt: toTime(listing.createdAt),
    updatedAt: toTime(listing.updatedAt),
  };
}

export function toListingDetailRead(detail: ListingDetail): ListingDetailRead {
  const { machine } = detail;
  return {
    listing: toListingRead(detail.listing),
    machine: {
      facts: machine.facts === null ? null : toPublicFacts(machine.facts),
      factsReadAt: toTimeOrNull(machine.factsReadAt),
      declaredRegion: machine.declaredRegion,
      accessMode: machine.accessMode,
      status: machine.status,
      reachability: machine.reachability,
      verifiedAt: toTimeOrNull(machine.verifiedAt),
    },
    providerName: detail.providerName,
    benchmarks: detail.benchmarks.map((benchmark) => toBenchmarkRead(benchmark)),
    wipePlan: [...detail.wipePlan],
    reliability: { ppm: detail.reliability.ppm, computedAt: toTimeOrNull(detail.reliability.computedAt) },
    images: detail.images.map((image) => ({ ...image })),
    imagesSeenAt: toTimeOrNull(detail.imagesSeenAt),
  };
}

/** Facts without serial numbers: they would name this one piece of hardware outside the market. */
function toPublicFacts({ fingerprint: _fingerprint, gpus, ...facts }: MachineFacts) {
  return { ...facts, gpus: gpus === null ? null : gpus.map(({ uuid: _uuid, ...gpu }) => gpu) };
}

export function toListingListItem(summary: ListingSummary): ListingListItem {
  return {
    id: summary.id,
    machineId: summary.machineId,
    title: summary.title,
    pricePerHour: toDecimal(summary.pricePerHour),
    pricePerGpuHour: summary.pricePerGpuHour === null ? null : toDecimal(summary.pricePerGpuHour),
    currency: summary.currency,
    region: summary.region,
    reachability: summary.reachability,
    accessMode: summary.accessMode,
    cpuModel: summary.cpuModel,
    cpuThreads: summary.cpuThreads,
    memoryBytes: summary.memoryBytes,
    diskFreeBytes: summary.diskFreeBytes,
    diskKind: summary.diskKind,
    gpuModel: summary.gpuModel,
    gpuCount: summary.gpuCount,
    vramBytes: summary.vramBytes,
    cudaVersion: summary.cudaVersion,
    cpuScore: summary.cpuScore,
    memoryScore: summary.memoryScore,
    storageScore: summary.storageScore,
    gpuScore: summary.gpuScore,
    networkScore: summary.networkScore,
    benchmarkedAt: toIsoOrNull(summary.benchmarkedAt),
    reliabilityPpm: summary.reliabilityPpm,
    reliabilityAt: toIsoOrNull(summary.reliabilityAt),
    createdAt: toIso(summary.createdAt),
  };
}

export function toListingFacetsRead(facets: ListingFacets): ListingFacetsRead {
  const { gpuModels, isPart, regions, total } = facets;
  return { regions: [...regions], gpuModels: [...gpuModels], total, isPart };
}
