import type { ServerInfoSource } from '../services.ts';
import type { ServerInfoRead } from '../schemas/server.ts';
import { toTime } from './common.ts';

export function toServerInfoRead(source: ServerInfoSource): ServerInfoRead {
  return {
    version: source.version,
    oldestClientVersion: source.oldestClientVersion,
    mode: source.mode,
    currency: source.currency,
    tax: { name: source.tax.name, basisPoints: source.tax.basisPoints },
    processorNotice: source.processorNotice,
    cardPayments: source.cardPayments,
    time: toTime(source.clock.now()),
  };
}
