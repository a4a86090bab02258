import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { createKeyPairMaker } from './key-pair-maker.ts';

describe('bug: ssh2 makes one unreadable ed25519 key in 256', () => {
  it('every pair that we make can be read by ssh2, also with leading zero bytes', () => {
    const maker = createKeyPairMaker();
    let leadingZeros = 0;
    for (let made = 0; made < 3_000; made += 1) {
      const pair = maker.make('test');
      const parsed = ssh2.utils.parseKey(pair.privateKey);
      if (parsed instanceof Error) throw new Error(`pair ${made}: ${parsed.message}`);
      const blob = parsed.getPublicSSH();
      expect(`ssh-ed25519 ${blob.toString('base64')} test`).toBe(pair.publicKey);
      if (blob[19] === 0) leadingZeros += 1;
    }
    // 3,000 pairs have none with a leading zero in one run of 125,000: (255/256)^3000.
    expect(leadingZeros).toBeGreaterThan(0);
  });
});
