import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import { formatBytes, formatInteger } from '../format/size.ts';

/** The hardware in one line, as read; null while nothing was read. */
export function hardwareLine(facts: MachineFacts | null): string | null {
  if (facts === null) return null;
  const parts: string[] = [];
  const gpus = facts.gpus ?? [];
  const [gpu] = gpus;
  if (gpu !== undefined) parts.push(`${formatInteger(gpus.length)} × ${gpu.model}`);
  if (facts.cpu !== null) parts.push(`${facts.cpu.model}, ${formatInteger(facts.cpu.threads)} threads`);
  if (facts.memory !== null) parts.push(`${formatBytes(facts.memory.totalBytes)} memory`);
  if (facts.os !== null) parts.push(facts.os.prettyName);
  return parts.length === 0 ? null : parts.join(' · ');
}
