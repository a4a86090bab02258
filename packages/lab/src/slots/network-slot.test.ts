import { describe, expect, it } from 'vitest';
import { networkSlot, slotsEnd } from './network-slot.ts';

describe('a network slot', () => {
  it('is a /30 of its own: the machine below, the host above', () => {
    expect(networkSlot(0)).toMatchObject({ gateway: '10.219.0.1', address: '10.219.0.2' });
    expect(networkSlot(64)).toMatchObject({ gateway: '10.219.1.1', address: '10.219.1.2' });
    expect(networkSlot(slotsEnd - 1)).toMatchObject({ gateway: '10.219.255.253', address: '10.219.255.254' });
  });

  it('has a name that fits a network interface (15 characters, netdevice(7))', () => {
    expect(networkSlot(slotsEnd - 1).interfaceName.length).toBeLessThanOrEqual(15);
  });

  it.each([-1, slotsEnd, 0.5, Number.NaN])('refuses number %s', (index) => {
    expect(() => networkSlot(index)).toThrow(`slot ${index}: 0 to 16383`);
  });
});
