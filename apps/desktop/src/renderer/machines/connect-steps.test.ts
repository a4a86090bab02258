import { describe, expect, it } from 'vitest';
import { connectSteps, currentStep, isDone, isOpen, type ConnectProgress } from './connect-steps.ts';

const fresh: ConnectProgress = { machine: null, isPasted: false, benchmarkStatuses: [], listingStatus: null };
const connecting: ConnectProgress = { ...fresh, machine: { status: 'connecting', hostKeyState: 'none' } };
const pinned: ConnectProgress = { ...fresh, machine: { status: 'connecting', hostKeyState: 'pinned' } };
const verified: ConnectProgress = { ...fresh, machine: { status: 'verified', hostKeyState: 'pinned' } };

describe('connecting a machine', () => {
  it('goes step by step', () => {
    expect(currentStep(fresh)).toBe('address');
    expect(currentStep(connecting)).toBe('block');
    expect(currentStep({ ...connecting, isPasted: true })).toBe('host-key');
    expect(currentStep(pinned)).toBe('checks');
    expect(currentStep(verified)).toBe('benchmarks');
    expect(currentStep({ ...verified, benchmarkStatuses: ['succeeded'] })).toBe('listing');
    expect(currentStep({ ...verified, benchmarkStatuses: ['succeeded'], listingStatus: 'active' })).toBe('done');
  });

  it('goes on behind the block when the key was confirmed elsewhere', () => {
    expect(isDone('block', pinned)).toBe(true);
  });

  it('does not count a benchmark that only runs or failed, nor a draft', () => {
    expect(currentStep({ ...verified, benchmarkStatuses: ['running', 'failed'] })).toBe('benchmarks');
    expect(currentStep({ ...verified, benchmarkStatuses: ['succeeded'], listingStatus: 'draft' })).toBe('listing');
  });

  it('goes back to the key when it changed after all was done', () => {
    const changed: ConnectProgress = {
      machine: { status: 'quarantined', hostKeyState: 'changed' },
      isPasted: true,
      benchmarkStatuses: ['succeeded'],
      listingStatus: 'active',
    };
    expect(currentStep(changed)).toBe('host-key');
  });

  it('does not ask for the block again when the key changed, wherever the wizard is opened', () => {
    for (const hostKeyState of ['changed', 'scanned'] as const) {
      expect(currentStep({ ...fresh, machine: { status: 'quarantined', hostKeyState } })).toBe('host-key');
    }
  });

  it('opens the offer while the machine is measured, and leaves it open when that fails', () => {
    expect(isOpen('listing', verified)).toBe(false);
    for (const status of ['queued', 'running', 'failed'] as const) {
      const begun: ConnectProgress = { ...verified, benchmarkStatuses: [status] };
      expect(currentStep(begun)).toBe('benchmarks');
      expect(isOpen('listing', begun)).toBe(true);
      expect(isOpen('done', begun)).toBe(false);
    }
  });

  it('opens no offer while the checks or the key are not done, whatever was measured before', () => {
    expect(isOpen('listing', { ...pinned, benchmarkStatuses: ['failed'] })).toBe(false);
    const unconfirmed: ConnectProgress = { ...fresh, machine: { status: 'verified', hostKeyState: 'changed' } };
    expect(isOpen('listing', { ...unconfirmed, benchmarkStatuses: ['running'] })).toBe(false);
  });

  it('opens no step before its turn', () => {
    expect(connectSteps.filter((step) => isOpen(step, pinned))).toEqual(['address', 'block', 'host-key', 'checks']);
  });
});
