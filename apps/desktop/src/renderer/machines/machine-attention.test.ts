import { describe, expect, it } from 'vitest';
import { attentionOf, compareByAttention } from './machine-attention.ts';

const verified = {
  status: 'verified',
  hostKeyState: 'pinned',
  quarantineReason: null,
  reachability: 'reachable',
  lastError: null,
} as const;

describe('what a machine needs', () => {
  it('is nothing while it is on the market', () => {
    expect(attentionOf(verified, { status: 'active' })).toBeNull();
  });

  it('is the changed host key before all else', () => {
    const machine = {
      ...verified,
      status: 'quarantined',
      hostKeyState: 'changed',
      quarantineReason: 'host_key_changed',
    } as const;
    expect(attentionOf(machine, { status: 'active' })).toMatchObject({ rank: 0, goTo: 'connect' });
  });

  it('names why it is in quarantine', () => {
    const machine = { ...verified, status: 'quarantined', quarantineReason: 'wipe' } as const;
    expect(attentionOf(machine, null)?.text).toBe('Off the market: its last clean-up is not verified.');
  });

  it('says what went wrong while it is being connected', () => {
    const machine = { ...verified, status: 'connecting', hostKeyState: 'none', lastError: 'Nothing answers.' } as const;
    expect(attentionOf(machine, null)).toMatchObject({ text: 'Nothing answers.', goTo: 'connect' });
  });

  it('is an offer when it has none, a draft or a pause', () => {
    expect(attentionOf(verified, null)?.goTo).toBe('connect');
    expect(attentionOf(verified, { status: 'archived' })?.goTo).toBe('connect');
    expect(attentionOf(verified, { status: 'draft' })?.action).toBe('Publish it');
    expect(attentionOf(verified, { status: 'paused' })?.tone).toBe('warning');
  });

  it('is never asked of a retired machine', () => {
    expect(attentionOf({ ...verified, status: 'retired', hostKeyState: 'changed' }, null)).toBeNull();
  });
});

describe('the order of the list', () => {
  const row = (name: string, machine: Partial<Parameters<typeof attentionOf>[0]>) => ({
    machine: { name, status: verified.status, ...machine },
    attention: attentionOf({ ...verified, ...machine }, { status: 'active' }),
  });

  it('puts trouble first, then names, then what is retired', () => {
    const rows = [
      row('b', {}),
      row('old', { status: 'retired' }),
      row('lost', { reachability: 'unreachable' }),
      row('a', {}),
      row('dirty', { status: 'quarantined', quarantineReason: 'wipe' }),
    ];
    expect(rows.toSorted(compareByAttention).map((each) => each.machine.name)).toEqual([
      'dirty',
      'lost',
      'a',
      'b',
      'old',
    ]);
  });
});
