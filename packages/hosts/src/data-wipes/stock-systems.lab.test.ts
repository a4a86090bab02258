// @module-tag ci

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labNetwork, stockSystems, type Lab, type LabHost, type StockSystem } from '@rsm/lab';
import type { MachineTarget } from '@rsm/domain/machines/machine-host';
import { createMachineInspector } from '../machines/inspector.ts';
import { createOnboardingBlocks } from '../machines/onboarding.ts';
import { SshPool } from '../ssh/ssh-pool.ts';
import { anyMachine } from '../test-support/any-machine.ts';
import { anyWork, labGuard, openLab, pinnedKeyOf } from '../test-support/lab-machine.ts';
import { realClock, recordingLog } from '../test-support/ssh-peer.ts';
import { describeMatrix } from './testing/describe-matrix.ts';
import { accountStrategies, misbehaviours } from './testing/wipe-matrix.ts';

/** Systems whose packages nobody chose for these tests (packages/lab): what works on them was not made to work on them. */
const FIRST_UIDS: Readonly<Record<StockSystem, number>> = { bookworm: 2_420_001, trixie: 2_430_001, sid: 2_440_001 };

for (const system of stockSystems) {
  describe(`a stock ${system}`, () => {
    let lab: Lab;
    let host: LabHost;
    beforeAll(async () => {
      lab = await openLab();
      host = await lab.startHost({ flavour: 'stock', system });
    });
    afterAll(() => lab.stop());

    test('passes every check once the block was pasted', { tags: 'deep' }, async () => {
      const endpoint = { address: host.address, port: host.sshPort };
      const hostKey = await pinnedKeyOf(host);
      const { machine, controlPrivateKey, verifierPrivateKey } = anyMachine({
        control: endpoint,
        renter: endpoint,
        hostKey,
        sshUser: 'root',
      });
      const blocks = createOnboardingBlocks({ ourAddresses: [labNetwork] }).render({ machine });
      expect(await host.run(blocks.grant)).toMatchObject({ exitCode: 0, stderr: '' });
      const pool = new SshPool({ guard: labGuard(), log: recordingLog(), clock: realClock });
      const targetOf = (credential: MachineTarget['credential']): MachineTarget => ({
        machineId: machine.id,
        endpoint,
        sshUser: 'root',
        hostKey,
        credential,
        privateKey: credential === 'control' ? controlPrivateKey : verifierPrivateKey,
      });
      const inspector = createMachineInspector({ pool, clock: realClock });
      const { checks } = await inspector.inspect(
        targetOf('control'),
        targetOf('verifier'),
        machine,
        anyWork('inspect'),
      );
      pool.close();
      expect(checks.filter(({ passed }) => !passed).map(({ title, actual }) => `${title}: ${actual}`)).toEqual([]);
      expect(await host.run(blocks.takeAway)).toMatchObject({ exitCode: 0, stderr: '' });
    });
  });

  describeMatrix({
    name: `clean-ups of a stock ${system}`,
    strategies: accountStrategies,
    misbehaviours,
    firstUid: FIRST_UIDS[system],
    start: async (lab, persistent) => ({
      host: await lab.startHost({ flavour: 'stock', system, diskMb: 512, persistent }),
      image: null,
    }),
    sample: [],
  });
}
