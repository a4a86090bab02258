import { machineIdSchema } from '@rsm/domain/common/ids';
import { DEFAULT_SSH_LIMITS, SshPool, createAddressGuard, hostKeyOf, readOnly } from '@rsm/hosts';
import { labNetwork, type LabHost } from '@rsm/lab';
import { systemClock } from '@rsm/server/bench';
import { v7 } from 'uuid';
import { besideOf, type Figure, type Row } from '../frame/row.ts';
import { quantileOf, spreadOf } from '../frame/spread.ts';
import { withLab } from './lab.ts';
import { openSshTo, type OpenSsh } from './openssh.ts';

/** quality.md */
const P50_MS_MAX = 5;
const RATIO_MIN = 3;

interface Sizes {
  readonly rounds: number;
  readonly commands: number;
}
const FULL: Sizes = { rounds: 5, commands: 100 };
const QUICK: Sizes = { rounds: 1, commands: 3 };

const nothing = readOnly('true', {});

/** A command on a connection that is open already, one after the other, beside the `ssh` program with a shared connection. */
export const sshRow: Row = {
  name: 'ssh',
  title: 'A command on a pooled connection against OpenSSH with ControlMaster',
  run: async ({ quick, say }) =>
    withLab(say, async (lab) => {
      const host = await lab.startHost({ flavour: 'debian' });
      const openssh = await openSshTo(host);
      try {
        return await measure(host, openssh, quick ? QUICK : FULL);
      } finally {
        await openssh.discard();
      }
    }),
};

async function measure(host: LabHost, openssh: OpenSsh, { commands, rounds }: Sizes): Promise<readonly Figure[]> {
  const pool = new SshPool({
    guard: createAddressGuard({ machineNetworks: [labNetwork], mode: 'demo' }),
    log: { record: () => undefined },
    clock: systemClock,
    limits: DEFAULT_SSH_LIMITS,
  });
  const key = (await host.hostKeys()).find(({ type }) => type === 'ssh-ed25519');
  if (key === undefined) throw new Error('The host has no ed25519 key.');
  const session = pool.session(
    {
      machineId: machineIdSchema.parse(v7()),
      endpoint: { address: host.address, port: host.sshPort },
      sshUser: 'root',
      hostKey: hostKeyOf(Buffer.from(key.key, 'base64')),
      credential: 'control',
      privateKey: openssh.privateKey,
    },
    { purpose: 'bench', signal: new AbortController().signal },
  );
  const product = async (): Promise<unknown> => session.run(nothing, {});
  const beside = async (): Promise<unknown> => openssh.runOverMaster('true');
  try {
    for (const warm of [product, beside]) for (let count = 0; count < 3; count += 1) await warm();
    const pairs: { readonly product: readonly number[]; readonly beside: readonly number[] }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      pairs.push({ product: await timesOf(product, commands), beside: await timesOf(beside, commands) });
    }
    const at = (share: number) =>
      besideOf(
        pairs.map((pair) => ({ product: quantileOf(pair.product, share), beside: quantileOf(pair.beside, share) })),
      );
    const [p50, p99] = [at(0.5), at(0.99)];
    return [
      {
        what: 'command on an open connection, p50',
        unit: 'ms',
        measured: spreadOf(p50.product),
        beside: { what: 'ssh with ControlMaster', measured: spreadOf(p50.beside) },
        ratio: spreadOf(p50.ratio.map((ratio) => 1 / ratio)),
        goals: [
          { atMost: P50_MS_MAX, of: 'figure' },
          { atLeast: RATIO_MIN, of: 'ratio' },
        ],
      },
      {
        what: 'command on an open connection, p99',
        unit: 'ms',
        measured: spreadOf(p99.product),
        beside: { what: 'ssh with ControlMaster', measured: spreadOf(p99.beside) },
        ratio: spreadOf(p99.ratio.map((ratio) => 1 / ratio)),
        goals: [],
      },
    ];
  } finally {
    pool.close();
  }
}

async function timesOf(run: () => Promise<unknown>, count: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let done = 0; done < count; done += 1) {
    const begin = performance.now();
    await run();
    took.push(performance.now() - begin);
  }
  return took;
}
