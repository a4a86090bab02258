import type { HandoverCheck } from '@rsm/domain/handovers/handover';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import { cleanText } from '../machines/facts/fact-reader.ts';

/** The parts of the facts that the fingerprint is made of, as a person reads them. */
const parts = {
  cpu: (facts: MachineFacts) =>
    facts.cpu === null
      ? null
      : `${facts.cpu.model}, ${String(facts.cpu.cores)} cores, ${String(facts.cpu.threads)} threads`,
  memory: (facts: MachineFacts) =>
    facts.memory === null ? null : `${(facts.memory.totalBytes / 1_073_741_824).toFixed(1)} GiB of memory`,
  disks: (facts: MachineFacts) =>
    facts.disks
      ?.map((disk) => `${disk.mountPoint} (${disk.kind} ${disk.fileSystem}, ${(disk.sizeBytes / 1e9).toFixed(1)} GB)`)
      .toSorted()
      .join(', ') ?? null,
  gpus: (facts: MachineFacts) =>
    facts.gpus === null
      ? null
      : facts.gpus
          .map((gpu) => `${gpu.model}${gpu.uuid === null ? '' : ` ${gpu.uuid}`}`)
          .toSorted()
          .join(', ') || 'no GPU',
  virtualization: (facts: MachineFacts) => facts.virtualization,
} as const;
type Part = keyof typeof parts;

/** The machine must be what its listing shows. What could not be read this time is no proof of a change. */
export function judgeFacts(listed: MachineFacts | null, found: MachineFacts): HandoverCheck {
  const required = 'the hardware that the listing shows';
  const names = Object.keys(parts).filter((name): name is Part => name in parts);
  const unread = names.filter((name) => found[name] === null && listed !== null && listed[name] !== null);
  if (listed === null || unread.length > 0) {
    const actual = listed === null ? 'there are no facts to compare with' : `could not be read: ${unread.join(', ')}`;
    return { id: 'facts', actual, required, verdict: 'not_measured' };
  }
  if (found.fingerprint === listed.fingerprint)
    return { id: 'facts', actual: 'as listed', required, verdict: 'passed' };
  const changed = names.filter((name) => parts[name](found) !== parts[name](listed));
  const told = changed.map(
    (name) => `${parts[name](found) ?? 'unknown'} instead of ${parts[name](listed) ?? 'unknown'}`,
  );
  return {
    id: 'facts',
    actual: cleanText(told.join('; '), 500) || 'other hardware',
    required,
    verdict: 'failed',
  };
}
