import type { MachineToolsRead, ToolConsentRead } from '@rsm/api/schemas/machine-tools';
import { formatDateTimeZone } from '../format/time.ts';

/** The tools with the versions that would come: `sysbench 1.0.20, fio (newest of the machine’s sources)`. */
export function namedTools(tools: MachineToolsRead['missingTools']): string {
  return tools
    .map(({ tool, version }) => (version === null ? `${tool} (newest of the machine’s sources)` : `${tool} ${version}`))
    .join(', ');
}

/** What came of the last consent. */
export function consentWords(consent: ToolConsentRead): string {
  const what = `Installing ${namedTools(consent.tools)} was allowed on ${formatDateTimeZone(consent.consentedAt)}`;
  if (consent.finishedAt === null) return `${what}. It is being done …`;
  return consent.problem === null ? `${what}. It was done.` : `${what}. It was not done: ${consent.problem}`;
}
