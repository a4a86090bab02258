import {
  STAND_IN_SECRET_KEY,
  STAND_IN_WEBHOOK_SECRETS,
  startStripeStandIn,
  type StripeStandIn,
} from '@rsm/integrations/testing';
import { WEBHOOKS_PATH } from '../../http/processor-webhooks.ts';

/** Stripe, the banks behind it and the people on its pages, for an installation that takes cards through it. */
export interface StripeWorld {
  readonly standIn: StripeStandIn;
  /** What an installation needs to talk to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Brings what happened to a server, as Stripe's webhooks do. @throws Error when it is not taken */
  tell(serverUrl: string): Promise<void>;
  close(): Promise<void>;
}

export async function startStripeWorld(): Promise<StripeWorld> {
  const standIn = await startStripeStandIn();
  return {
    standIn,
    env: {
      STRIPE_SECRET_KEY: STAND_IN_SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: STAND_IN_WEBHOOK_SECRETS.join(','),
      STRIPE_API_BASE_URL: standIn.url,
      STRIPE_PAYOUT_COUNTRY: 'DE',
    },
    tell: async (serverUrl) => {
      const statuses = await standIn.deliverNew(`${serverUrl}${WEBHOOKS_PATH}/stripe`);
      const refused = statuses.find((status) => status >= 300);
      if (refused !== undefined) throw new Error(`A webhook was answered with ${String(refused)}.`);
    },
    close: async () => standIn.close(),
  };
}
