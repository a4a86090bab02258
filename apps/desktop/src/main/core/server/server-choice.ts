import { z } from 'zod';
import { BridgeRefusal, refusal } from '../errors/bridge-refusal.ts';
import { apiRefusal } from '../errors/api-refusal.ts';
import type { KeptFile } from '../files/kept-file.ts';
import type { FetchPort, Ports } from '../ports.ts';
import { createApiClient } from './api-client.ts';
import { serverOriginOf } from './server-address.ts';

export interface ServerChoice {
  /** The chosen server's origin; null before the first choice. */
  current(): Promise<string | null>;
  /**
   * Checks that one of our servers answers at the address, and keeps it.
   * @throws BridgeRefusal invalid_address, not_our_server (field `url`), client_too_old, offline
   */
  choose(text: string): Promise<string>;
}

/** As much of the answer as tells one of our servers, of any version, from another program that speaks tRPC. */
const infoSchema = z.object({ version: z.string(), oldestClientVersion: z.string(), currency: z.string() });
const settingsSchema = z.object({ version: z.literal(1), server: z.string().nullable() });

export function createServerChoice(options: {
  readonly file: KeptFile;
  readonly version: string;
  readonly fetch: FetchPort;
  readonly log: Ports['log'];
  /** What the program was started for; it goes before what was kept, and is not kept. */
  readonly preset: string | null;
}): ServerChoice {
  const { file, version, fetch, log } = options;
  let known: Promise<string | null> | null = null;

  async function kept(): Promise<string | null> {
    if (options.preset !== null) {
      try {
        return serverOriginOf(options.preset);
      } catch (error) {
        log({ event: 'file_unreadable', detail: 'preset server', error });
      }
    }
    try {
      const text = await file.read();
      if (text === null) return null;
      const { server } = settingsSchema.parse(JSON.parse(text));
      // Checked again: the file may have been written by hand.
      return server === null ? null : serverOriginOf(server);
    } catch (error) {
      log({ event: 'file_unreadable', detail: 'settings', error });
      return null;
    }
  }

  const current = async (): Promise<string | null> => (known ??= kept());

  return {
    current,
    choose: async (text) => {
      const origin = serverOriginOf(text);
      await askWhoIsThere({ origin, version, fetch });
      await file.write(JSON.stringify({ version: 1, server: origin } satisfies z.infer<typeof settingsSchema>));
      known = Promise.resolve(origin);
      return origin;
    },
  };
}

async function askWhoIsThere(server: {
  readonly origin: string;
  readonly version: string;
  readonly fetch: FetchPort;
}): Promise<void> {
  const noMarketplace = (cause: unknown): BridgeRefusal =>
    refusal('not_our_server', `What answers at ${server.origin} is no marketplace.`, {
      field: 'url',
      remedy: 'Check the address, then try again.',
      cause,
    });
  let info: unknown;
  try {
    info = await createApiClient({ ...server, accessToken: null }).server.info.query();
  } catch (error) {
    const { error: answer } = apiRefusal(error);
    if (answer.code === 'client_too_old') throw new BridgeRefusal(answer, error);
    throw answer.code === 'offline'
      ? refusal('offline', `No marketplace answers at ${server.origin}.`, {
          field: 'url',
          remedy: 'Check the address and your connection, then try again.',
          cause: error,
        })
      : noMarketplace(error);
  }
  const read = infoSchema.safeParse(info);
  if (!read.success) throw noMarketplace(read.error);
}
