/** What others charge for the like, per hour in millionths of the currency unit. */
export interface PriceQuartiles {
  readonly count: number;
  readonly minimumMicros: bigint;
  readonly lowerMicros: bigint;
  readonly medianMicros: bigint;
  readonly upperMicros: bigint;
  readonly maximumMicros: bigint;
}

/**
 * Quartiles by linear interpolation between neighbours (Hyndman & Fan 1996, type 7, as spreadsheets do it), in whole
 * millionths. Null when there is nothing to compare.
 */
export function priceQuartiles(pricesMicros: readonly bigint[]): PriceQuartiles | null {
  const sorted = pricesMicros.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return null;
  const quarter = (quarters: number): bigint => {
    const position = (sorted.length - 1) * quarters;
    const below = sorted[Math.floor(position / 4)] ?? first;
    const above = sorted[Math.ceil(position / 4)] ?? last;
    return below + ((above - below) * BigInt(position % 4)) / 4n;
  };
  return {
    count: sorted.length,
    minimumMicros: first,
    lowerMicros: quarter(1),
    medianMicros: quarter(2),
    upperMicros: quarter(3),
    maximumMicros: last,
  };
}

interface Hardware {
  readonly gpuModel: string | null;
  readonly gpuCount: number;
  readonly cpuThreads: number | null;
}

interface Offer extends Hardware {
  readonly machineId: string;
  readonly pricePerHourMicros: bigint;
}

/** Threads between half and double count as the same class. */
export function threadsClass(cpuThreads: number): { readonly min: number; readonly max: number } {
  return { min: Math.max(1, Math.ceil(cpuThreads / 2)), max: cpuThreads * 2 };
}

/** What a machine's GPUs are: their one model and how many of it; the first model decides when they differ. */
export function hardwareOf(
  facts: {
    readonly cpu: { readonly threads: number } | null;
    readonly gpus: readonly { readonly model: string }[] | null;
  } | null,
): Hardware {
  const gpus = facts?.gpus ?? [];
  return { gpuModel: gpus[0]?.model ?? null, gpuCount: gpus.length, cpuThreads: facts?.cpu?.threads ?? null };
}

/**
 * The prices of comparable machines of others. With GPUs: the same model, each price turned into the price of as many GPUs
 * as this machine has. Without: no GPU and about as many threads.
 */
export function comparablePrices(
  own: Hardware & { readonly machineId: string },
  offers: readonly Offer[],
): readonly bigint[] {
  const others = offers.filter((offer) => offer.machineId !== own.machineId);
  if (own.gpuModel !== null) {
    return others
      .filter((offer) => offer.gpuModel === own.gpuModel && offer.gpuCount > 0)
      .map((offer) => (offer.pricePerHourMicros * BigInt(own.gpuCount)) / BigInt(offer.gpuCount));
  }
  if (own.cpuThreads === null) return [];
  const { min, max } = threadsClass(own.cpuThreads);
  return others
    .filter(
      ({ cpuThreads, gpuCount }) => gpuCount === 0 && cpuThreads !== null && cpuThreads >= min && cpuThreads <= max,
    )
    .map((offer) => offer.pricePerHourMicros);
}
