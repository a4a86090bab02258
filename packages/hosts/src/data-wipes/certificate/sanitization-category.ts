import type { WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import { unreachable } from '@rsm/domain/common/domain-error';

export const mediumKinds = ['hdd', 'ssd', 'nvme', 'virtual', 'unknown'] as const;
export type MediumKind = (typeof mediumKinds)[number];

export const techniques = [
  'file_deletion',
  'file_overwrite',
  'medium_overwrite',
  'block_erase',
  'cryptographic_erase',
] as const;
export type Technique = (typeof techniques)[number];

/** NIST SP 800-88 Rev. 2 knows Clear, Purge and Destroy; `none` is what does not reach any of them. */
export const sanitizationCategories = ['none', 'clear', 'purge', 'destroy'] as const;
export type SanitizationCategory = (typeof sanitizationCategories)[number];

/**
 * The highest category that a technique may claim on a medium. *Clear* means sanitizing all user-addressable locations of the medium
 * (NIST SP 800-88), so removing or overwriting single files is none of them on any medium: free blocks, slack, journals, snapshots and
 * copies of a file stay. On a virtual or unknown disk nothing is claimed, because what lies below cannot be seen. Overwriting a whole
 * solid-state medium misses what is not addressable and is Clear at most; the device's own erase commands can reach Purge.
 */
const categories: Readonly<Record<Technique, Readonly<Record<MediumKind, SanitizationCategory>>>> = {
  file_deletion: { hdd: 'none', ssd: 'none', nvme: 'none', virtual: 'none', unknown: 'none' },
  file_overwrite: { hdd: 'none', ssd: 'none', nvme: 'none', virtual: 'none', unknown: 'none' },
  medium_overwrite: { hdd: 'clear', ssd: 'clear', nvme: 'clear', virtual: 'none', unknown: 'none' },
  block_erase: { hdd: 'none', ssd: 'purge', nvme: 'purge', virtual: 'none', unknown: 'none' },
  cryptographic_erase: { hdd: 'purge', ssd: 'purge', nvme: 'purge', virtual: 'none', unknown: 'none' },
};

export function categoryOf(medium: MediumKind, technique: Technique): SanitizationCategory {
  return categories[technique][medium];
}

/** What a strategy does to a medium. All that exist today delete files. */
export function techniqueOf(strategy: WipeStrategyKind): Technique {
  switch (strategy) {
    case 'ssh_key_removal':
    case 'home_directory_purge':
    case 'user_deletion':
    case 'container_destroy':
      return 'file_deletion';
    default:
      return unreachable(strategy);
  }
}
