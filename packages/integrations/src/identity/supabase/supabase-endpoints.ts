import type { Clock, Instant } from '@rsm/domain/common/instant';
import { MINUTE_MS } from '@rsm/domain/common/instant';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(50) });
const settingsSchema = z.object({ mailer_autoconfirm: z.boolean() });

const SETTINGS_AGE_MS_MAX = 10 * MINUTE_MS;

export interface SupabaseEndpointsOptions {
  readonly authUrl: string;
  readonly publishableKey: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** The two public documents of a project that the official client does not read. */
export function createSupabaseEndpoints({ authUrl, publishableKey, fetch, clock }: SupabaseEndpointsOptions) {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`${authUrl}${path}`, { headers: { apikey: publishableKey } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
    return response.json();
  };
  let settings: { readonly confirmsEmail: boolean; readonly readAt: Instant } | undefined;

  return {
    loadKeySet: async (): Promise<JSONWebKeySet> => keySetSchema.parse(await get('/.well-known/jwks.json')),

    /**
     * Whether the project lets people in only after they confirmed their address. The access token itself says nothing
     * that can be trusted: `user_metadata.email_verified` can be set by the person. When unknown: no.
     */
    async confirmsEmail(): Promise<boolean> {
      if (settings === undefined || clock.now() - settings.readAt > SETTINGS_AGE_MS_MAX) {
        const confirmsEmail = await get('/settings')
          .then((answer) => !settingsSchema.parse(answer).mailer_autoconfirm)
          .catch(() => undefined);
        if (confirmsEmail === undefined) return false;
        settings = { confirmsEmail, readAt: clock.now() };
      }
      return settings.confirmsEmail;
    },
  };
}
