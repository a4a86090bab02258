import type { AccessMode } from '../machines/machine.ts';
import { unreachable } from '../common/domain-error.ts';
import type { WipeStrategyKind } from './data-wipe.ts';
import { wipeStrategyKinds } from './data-wipe.ts';

/** The steps that an access mode always needs, in the order in which they run. */
export function basePlanFor(accessMode: AccessMode): readonly WipeStrategyKind[] {
  switch (accessMode) {
    case 'unix_user':
      return ['ssh_key_removal', 'home_directory_purge', 'user_deletion'];
    case 'container':
      return ['container_destroy'];
    default:
      return unreachable(accessMode);
  }
}

/** The plan of a wipe: the base plan with what provider and renter add. Additions can't drop or reorder a base step. */
export function wipePlanFor(
  accessMode: AccessMode,
  additions: readonly WipeStrategyKind[],
): readonly WipeStrategyKind[] {
  const wanted = new Set<WipeStrategyKind>([...basePlanFor(accessMode), ...additions]);
  return wipeStrategyKinds.filter((kind) => wanted.has(kind));
}
