import { describe, expect, it } from 'vitest';
import { networkErrors, networksIn, openingsOf } from './renter-network-draft.ts';

describe('the networks that a provider types', () => {
  it('are taken one a line, or with commas or spaces between', () => {
    expect(networksIn(' 10.20.0.0/16\n\nfd12::/48, 10.1.0.0/24 ')).toEqual([
      '10.20.0.0/16',
      'fd12::/48',
      '10.1.0.0/24',
    ]);
    expect(networksIn(' \n ')).toEqual([]);
  });

  it('are named in the error with what was typed', () => {
    const message = 'Must be a network such as 10.20.0.0/16 or fd12:3456::/48.';
    const networks = ['10.20.0.0/16', 'storage.example.org'];
    expect(networkErrors(networks, [{ path: 'network.allowedNetworks.1', message }])).toBe(
      `“storage.example.org”: ${message}`,
    );
    expect(networkErrors(networks, [{ path: 'network.allowedNetworks', message: 'Too many.' }])).toBe('Too many.');
    expect(networkErrors(networks, [{ path: 'id', message: 'Gone.' }])).toBeUndefined();
  });
});

describe('what a setting opens', () => {
  const textsOf = (allowedNetworks: string[], mailAllowed = false) => openingsOf({ allowedNetworks, mailAllowed });

  it('is nothing at first', () => {
    expect(textsOf([])).toEqual([]);
  });

  it('is said for each network with its size', () => {
    expect(textsOf(['10.20.0.0/16'])[0]?.text).toContain('10.20.0.0/16 (65,536 addresses)');
    expect(textsOf(['10.20.0.7/32'])[0]?.text).toContain('(one address)');
    expect(textsOf(['fd12:3456::/48'])[0]).toEqual({
      text: 'Everything at fd12:3456::/48, on every port and without asking anybody.',
      isRisky: false,
    });
  });

  it.each(['169.254.169.254/32', '169.254.0.0/16', '0.0.0.0/0'])(
    'is a risk where it holds the metadata address: %s',
    (network) => {
      expect(textsOf([network])[0]).toMatchObject({ isRisky: true });
    },
  );

  it('is a risk with port 25', () => {
    expect(textsOf(['169.254.170.0/24'], true).map(({ isRisky }) => isRisky)).toEqual([false, true]);
  });
});
