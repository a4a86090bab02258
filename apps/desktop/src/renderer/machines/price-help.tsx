import { parseMoney } from '@rsm/api/schemas/common';
import type { ListingListItem } from '@rsm/api/schemas/listings';
import type { MachineRead } from '@rsm/api/schemas/machines';
import { useQuery } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { decimalOf, formatMoney, unitsOf } from '../format/money.ts';
import { formatInteger } from '../format/size.ts';
import { Button } from '../ui/button.tsx';
import { Loading } from '../ui/states.tsx';
import { comparablePrices, hardwareOf, priceQuartiles, threadsClass, type PriceQuartiles } from './price-quartiles.ts';

/** At most so many pages of the market are read for a comparison; the cheapest come first. */
const PAGES_MAX = 5;
const PAGE_ITEMS = 100;
const COUNT_FOR_QUARTERS = 4;

/** What comparable machines cost at the moment, from the market itself. It says how many were compared. */
export function PriceHelp({
  machine,
  currency,
  price,
  onUse,
}: {
  readonly machine: MachineRead;
  readonly currency: string;
  /** The price that is typed, in millionths; null while it is none. */
  readonly price: bigint | null;
  readonly onUse: (price: string) => void;
}) {
  const hardware = hardwareOf(machine.facts);
  const market = useComparable(machine.id, hardware);
  if (market.data === undefined) {
    if (!market.isError) return <Loading label="Comparing prices" rows={1} />;
    return <p className="text-[13px] text-muted-foreground">What others charge can’t be read at the moment.</p>;
  }
  const likes = likesText(hardware);
  const quartiles = priceQuartiles(market.data);
  if (quartiles === null) {
    return (
      <p className="text-[13px]">
        Nobody else offers a machine with {likes} at the moment, so there is no price to compare with.
      </p>
    );
  }
  const money = (micros: bigint): string => formatMoney(micros, currency);
  return (
    <div className="flex flex-col gap-3">
      <p className="text-[13px]">
        Compared with {formatInteger(quartiles.count)} {quartiles.count === 1 ? 'machine' : 'machines'} of others with{' '}
        {likes}
        {quartiles.count < COUNT_FOR_QUARTERS ? ': too few to say much' : ''}.{' '}
        {quartiles.count > 1 &&
          `The middle half costs ${money(quartiles.lowerMicros)} to ${money(quartiles.upperMicros)} per hour, all of them ${money(quartiles.minimumMicros)} to ${money(quartiles.maximumMicros)}.`}
      </p>
      {quartiles.count > 1 && <QuartileLine quartiles={quartiles} price={price} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button size="sm" onClick={() => onUse(decimalOf(quartiles.medianMicros))}>
          {quartiles.count === 1 ? 'Use its price' : 'Use the middle'}: {money(quartiles.medianMicros)}
        </Button>
        {price !== null && <p className="text-[13px] text-muted-foreground">{positionText(price, quartiles)}</p>}
      </div>
    </div>
  );
}

function useComparable(machineId: string, hardware: ReturnType<typeof hardwareOf>) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const { gpuModel, cpuThreads } = hardware;
  return useQuery({
    queryKey: [...trpc.listings.search.pathKey(), 'price-help', machineId, gpuModel, cpuThreads],
    meta: { passing: true },
    queryFn: async ({ signal }): Promise<readonly bigint[]> => {
      const filter =
        gpuModel !== null ? { gpuModel } : cpuThreads !== null ? { cpuThreadsMin: threadsClass(cpuThreads).min } : {};
      const offers: ListingListItem[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const answer = await client.listings.search.query(
          { filter, sort: 'price_ascending', limit: PAGE_ITEMS, cursor },
          { signal },
        );
        offers.push(...answer.items);
        cursor = answer.nextCursor;
        if (cursor === null) break;
      }
      const priced = offers.flatMap((offer) => {
        const pricePerHourMicros = parseMoney(offer.pricePerHour);
        return pricePerHourMicros === null ? [] : [{ ...offer, pricePerHourMicros }];
      });
      return comparablePrices({ ...hardware, machineId }, priced);
    },
  });
}

function likesText({ gpuModel, gpuCount, cpuThreads }: ReturnType<typeof hardwareOf>): string {
  if (gpuModel !== null) return `the same GPU (${gpuModel}), per GPU and for ${formatInteger(gpuCount)} of them`;
  if (cpuThreads === null) return 'the like';
  const { min, max } = threadsClass(cpuThreads);
  return `${formatInteger(min)} to ${formatInteger(max)} threads and no GPU`;
}

function positionText(price: bigint, quartiles: PriceQuartiles): string {
  if (price < quartiles.minimumMicros) return 'Yours is below all of them.';
  if (price > quartiles.maximumMicros) return 'Yours is above all of them.';
  // A quarter of two or three machines is none.
  if (quartiles.count < COUNT_FOR_QUARTERS) return 'Yours lies among them.';
  if (price < quartiles.lowerMicros) return 'Yours is among the cheapest quarter.';
  if (price > quartiles.upperMicros) return 'Yours is among the dearest quarter.';
  return 'Yours is in the middle half.';
}

/** The range, its middle half and one's own price on one line. The sentence above says the same. */
function QuartileLine({ quartiles, price }: { readonly quartiles: PriceQuartiles; readonly price: bigint | null }) {
  const low = unitsOf(price !== null && price < quartiles.minimumMicros ? price : quartiles.minimumMicros);
  const high = unitsOf(price !== null && price > quartiles.maximumMicros ? price : quartiles.maximumMicros);
  const x = (micros: bigint): number => (high === low ? 50 : 2 + ((unitsOf(micros) - low) / (high - low)) * 96);
  return (
    <svg viewBox="0 0 100 12" preserveAspectRatio="none" className="h-6 w-full" aria-hidden>
      <rect
        x={x(quartiles.minimumMicros)}
        width={x(quartiles.maximumMicros) - x(quartiles.minimumMicros)}
        y="5.5"
        height="1"
        className="fill-input"
      />
      <rect
        x={x(quartiles.lowerMicros)}
        width={Math.max(0.5, x(quartiles.upperMicros) - x(quartiles.lowerMicros))}
        y="3"
        height="6"
        className="fill-primary-soft stroke-primary"
        strokeWidth="1"
        vectorEffect="non-scaling-stroke"
      />
      <rect x={x(quartiles.medianMicros) - 0.15} width="0.3" y="3" height="6" className="fill-primary" />
      {price !== null && <rect x={x(price) - 0.3} width="0.6" y="0" height="12" className="fill-chart-3" />}
    </svg>
  );
}
