import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import { readOnly } from '../../ssh/command-template.ts';
import { UnreadableFact, type FactReader } from './fact-reader.ts';

/** The kernel counts in kibibytes, whatever its “kB” says (proc_meminfo(5)). */
export const memoryReader: FactReader<NonNullable<MachineFacts['memory']>> = {
  fact: 'memory',
  template: readOnly("grep -E '^(MemTotal|SwapTotal):' /proc/meminfo"),
  parse(stdout) {
    const total = kibibytes(stdout, 'MemTotal');
    if (total === null) throw new UnreadableFact('/proc/meminfo did not say how much memory there is');
    return { totalBytes: total * 1024, swapBytes: (kibibytes(stdout, 'SwapTotal') ?? 0) * 1024 };
  },
};

function kibibytes(stdout: string, name: string): number | null {
  const match = new RegExp(`^${name}:\\s+(\\d{1,15}) kB$`, 'm').exec(stdout);
  return match === null ? null : Number(match[1]);
}
