import { z } from 'zod';

/** So many networks one machine may open to its renters. */
export const RENTER_NETWORKS_MAX = 16;

export const renterNetworkSchema = z.strictObject({
  /** Private, carrier, link-local or metadata networks that renters may reach, in CIDR notation. Everything else of that kind is closed. */
  allowedNetworks: z
    .array(
      z
        .union([z.cidrv4(), z.cidrv6()], { error: 'Must be a network such as 10.20.0.0/16 or fd12:3456::/48.' })
        .readonly(),
    )
    .max(RENTER_NETWORKS_MAX)
    .readonly(),
  /** Whether renters may deliver mail themselves, by port 25. */
  mailAllowed: z.boolean(),
});

/**
 * What a provider lets the renters of a machine reach beside the public internet (product.md, Access). Kept per machine; it
 * holds for every booking that starts, and for a running one from its next extension on.
 */
export type RenterNetwork = z.infer<typeof renterNetworkSchema>;

/** Nothing but the public internet, and no port 25: how every machine begins. */
export const CLOSED_RENTER_NETWORK: RenterNetwork = Object.freeze({ allowedNetworks: [], mailAllowed: false });
