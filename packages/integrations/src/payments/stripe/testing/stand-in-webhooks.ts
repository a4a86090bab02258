import { createHmac } from 'node:crypto';
import type { StandInEvent } from './stand-in-store.ts';

export interface Delivery {
  readonly body: Uint8Array;
  /** The header `stripe-signature`. */
  readonly signature: string;
}

/** Signs an event as Stripe does (docs.stripe.com/webhooks/signature, "Verify manually"), without the SDK. */
export function signEvent(event: unknown, secret: string, atSeconds: number): Delivery {
  const text = JSON.stringify(event, null, 2);
  const hash = createHmac('sha256', secret).update(`${atSeconds}.${text}`).digest('hex');
  return { body: new TextEncoder().encode(text), signature: `t=${atSeconds},v1=${hash}` };
}

/** Posts a delivery to a webhook's address, as Stripe does; the status of the answer decides whether it comes again. */
export async function postDelivery({ body, signature }: Delivery, address: string): Promise<number> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
    body: new Uint8Array(body),
    signal: AbortSignal.timeout(DELIVERY_MS_MAX),
  });
  await response.arrayBuffer();
  return response.status;
}

const DELIVERY_MS_MAX = 10_000;

/** Which secret an event is signed with: the endpoint for connected accounts has one of its own. */
export function isOfConnectedAccount({ account, object }: StandInEvent): boolean {
  return account !== undefined || object === 'v2.core.event';
}
