import type { ToolConsent } from '@rsm/domain/machines/machine-software';
import type { MachineTools } from '@rsm/domain/machines/machine-tools-service';
import type { MachineToolsRead, ToolConsentRead } from '../schemas/machine-tools.ts';
import { toTime, toTimeOrNull } from './common.ts';

export function toToolConsentRead(consent: ToolConsent): ToolConsentRead {
  return {
    consentedAt: toTime(consent.consentedAt),
    tools: [...consent.tools],
    packageManager: consent.packageManager,
    finishedAt: toTimeOrNull(consent.finishedAt),
    problem: consent.problem,
  };
}

export function toMachineToolsRead(tools: MachineTools): MachineToolsRead {
  return {
    packageManager: tools.packageManager,
    missingTools: [...tools.missingTools],
    seenAt: toTimeOrNull(tools.seenAt),
    consents: tools.consents.map(toToolConsentRead),
  };
}
