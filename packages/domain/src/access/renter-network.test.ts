import { describe, expect, test } from 'vitest';
import { CLOSED_RENTER_NETWORK, RENTER_NETWORKS_MAX, renterNetworkSchema } from './renter-network.ts';

describe('what a provider opens to renters', () => {
  test('is a list of networks, at first an empty one', () => {
    expect(renterNetworkSchema.parse(CLOSED_RENTER_NETWORK)).toEqual({ allowedNetworks: [], mailAllowed: false });
    const network = { allowedNetworks: ['10.20.0.0/16', 'fd12:3456::/48', '169.254.169.254/32'], mailAllowed: true };
    expect(renterNetworkSchema.parse(network)).toEqual(network);
  });

  test.each([
    '10.20.0.0',
    '10.20.0.0/33',
    'fd12::/129',
    'storage.example.org',
    '10.0.0.0/8 }; drop',
    '',
    '10.0.0.0/8, 0.0.0.0/0',
  ])('is never “%s”, and the error names the entry', (text) => {
    const parsed = renterNetworkSchema.safeParse({ allowedNetworks: ['10.1.0.0/16', text], mailAllowed: false });
    expect(parsed.error?.issues[0]).toMatchObject({
      path: ['allowedNetworks', 1],
      message: 'Must be a network such as 10.20.0.0/16 or fd12:3456::/48.',
    });
  });

  test('is no longer than its limit', () => {
    const allowedNetworks = Array.from({ length: RENTER_NETWORKS_MAX + 1 }, (_, index) => `10.${index}.0.0/16`);
    expect(renterNetworkSchema.safeParse({ allowedNetworks, mailAllowed: false }).success).toBe(false);
  });
});
