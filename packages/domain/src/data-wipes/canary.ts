import type { Booking } from '../bookings/booking.ts';
import type { DataWipeId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { SecretPlace } from '../common/secret-box.ts';
import type { AccessMode } from '../machines/machine.ts';
import type { MachineTarget, RemoteWork } from '../machines/machine-host.ts';

/** Where markers are planted, as the renter sees his machine: in a container these lie inside it. */
export const canaryPlaces = ['home', 'tmp', 'var_tmp', 'dev_shm'] as const;
export type CanaryPlace = (typeof canaryPlaces)[number];

/** As people write them. */
export const canaryPlaceWords: Readonly<Record<CanaryPlace, string>> = {
  home: 'the home',
  tmp: '/tmp',
  var_tmp: '/var/tmp',
  dev_shm: '/dev/shm',
};

/** A marker as it lies on a machine: a file of one line. Lives in memory only. */
export interface CanaryMark {
  readonly place: CanaryPlace;
  readonly name: string;
  readonly content: string;
}

/** A marker that was read back. Its hashes say to whoever kept a copy that it was this one, and tell nobody else what to look for. */
export interface PlantedCanary {
  readonly place: CanaryPlace;
  /** SHA-256 of the file's name and of its content, hexadecimal. */
  readonly nameSha256: string;
  readonly contentSha256: string;
}

/** The markers of one booking. Names and contents derive from the seed, which is sealed: nobody who reads the rows knows them. */
export interface CanaryRecord {
  readonly seedSealed: string;
  /** When planting was over, well or not; null when it was begun and nobody knows how it ended. */
  readonly plantedAt: Instant | null;
  readonly planted: readonly PlantedCanary[];
  /** Why not all of them are there; null when they are. */
  readonly note: string | null;
}

/** What a report says about markers, whatever was found. */
export interface CanaryStatement {
  readonly planted: boolean;
  readonly note: string;
  readonly markers: readonly PlantedCanary[];
}

/** Where a booking's seed is sealed. */
export function canarySeedPlace(dataWipeId: DataWipeId): SecretPlace {
  return { table: 'wipe_canaries', row: dataWipeId, column: 'seed_sealed' };
}

/** Plants markers with the renter's own rights: as his account, or inside his container. Strategies know nothing of it. */
export interface CanaryPlanter {
  /** 32 random bytes, hexadecimal. */
  newSeed(): string;
  /** The markers that a seed stands for, one per place; the same ones whenever it is asked. */
  marksOf(seed: string): readonly CanaryMark[];
  /**
   * May be repeated: what is there already is success. Answers the markers that were read back.
   * @throws DomainError when the machine can't be talked to, or the access has ended
   */
  plant(
    target: MachineTarget,
    access: { readonly accountName: string; readonly uid: number; readonly mode: AccessMode },
    marks: readonly CanaryMark[],
    work: RemoteWork,
  ): Promise<readonly PlantedCanary[]>;
}

/** Says plainly whether there were markers at all. */
export function canaryStatementOf(
  booking: Pick<Booking, 'canaryConsent' | 'readyAt'>,
  record: CanaryRecord | null,
): CanaryStatement {
  const not = (why: string): CanaryStatement => ({ planted: false, note: `not planted: ${why}`, markers: [] });
  if (!booking.canaryConsent) return not('the renter did not agree to markers');
  if (record === null) return not(booking.readyAt === null ? 'access never worked' : 'it was not begun');
  if (record.plantedAt === null)
    return {
      planted: false,
      note: 'planting was begun and not confirmed; what could have been planted was looked for',
      markers: [],
    };
  if (record.planted.length === 0) return not(record.note ?? 'the machine did not confirm any');
  const places = `${String(record.planted.length)} of ${String(canaryPlaces.length)} markers were planted at the start`;
  return {
    planted: true,
    note: record.note === null ? places : `${places}: ${record.note}`,
    markers: record.planted,
  };
}
