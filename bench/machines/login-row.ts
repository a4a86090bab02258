import type { Row } from '../frame/row.ts';
import { besideOf } from '../frame/row.ts';
import { quantileOf, spreadOf } from '../frame/spread.ts';
import { withLab } from './lab.ts';
import { openSshTo, type OpenSsh } from './openssh.ts';
import { withRentedMachine, type RentedMachine } from './rented-machine.ts';

/** Issue and quality.md */
const RATIO_MAX = 2;
const P50_MS_MAX = 3_000;
const P99_MS_MAX = 10_000;
const ROUNDS = 7;

/** From the booking to the first login with the real `ssh` program, beside an administrator's own commands for the same access. */
export const loginRow: Row = {
  name: 'login',
  title: 'Booking to the first SSH login against bare SSH commands by hand',
  run: async ({ quick, say }) =>
    withLab(say, async (lab) =>
      withRentedMachine(lab, say, async (machine) => {
        const openssh = await openSshTo(machine.host);
        try {
          const rounds: { readonly product: number; readonly beside: number }[] = [];
          for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
            rounds.push({ product: await byProduct(machine), beside: await byHand(machine, openssh, round) });
            say(JSON.stringify(rounds.at(-1)));
          }
          const { beside, product, ratio } = besideOf(rounds);
          return [
            {
              what: 'booking to SSH login',
              unit: 'ms',
              measured: spreadOf(product),
              beside: { what: 'by hand', measured: spreadOf(beside) },
              ratio: spreadOf(ratio),
              goals: [
                { atMost: P50_MS_MAX, of: 'figure' as const },
                { atMost: RATIO_MAX, of: 'ratio' as const },
              ],
            },
            {
              what: 'booking to SSH login, slowest',
              unit: 'ms',
              measured: spreadOf([quantileOf(product, 0.99)]),
              goals: [{ atMost: P99_MS_MAX, of: 'figure' as const }],
            },
          ];
        } finally {
          await openssh.discard();
        }
      }),
    ),
};

/** Books, waits for access, logs in; then ends the booking and waits for the clean-up, which is not counted. */
async function byProduct({ book, computer, freeCalendar, renter, until }: RentedMachine): Promise<number> {
  const begin = performance.now();
  const { id } = await book();
  await until(id, 'active');
  const connection = await renter.bookings.connection.query({ id });
  await computer.ssh(connection, 'true');
  const took = performance.now() - begin;
  await renter.bookings.endEarly.mutate({ id });
  await until(id, 'completed');
  await freeCalendar();
  return took;
}

/**
 * What an administrator types for an account with a key, an end and a fence, one command after the other, each over a connection
 * of its own; and the login that follows. Less than the product does: no proof of the hardware, nothing is read back.
 */
async function byHand(machine: RentedMachine, openssh: OpenSsh, round: number): Promise<number> {
  const name = `hand${String(round)}`;
  const { identity, publicKey } = await openssh.makeKey(name);
  const begin = performance.now();
  const commands = [
    'test -z "$(who)"; id; uname -a; free; df /; nproc',
    `useradd --create-home --shell /bin/bash ${name}`,
    `install -d -m 700 -o ${name} -g ${name} /home/${name}/.ssh`,
    `cat > /home/${name}/.ssh/authorized_keys <<'EOF'\n${publicKey}EOF`,
    `chown ${name}: /home/${name}/.ssh/authorized_keys`,
    `nft add table inet ${name}; nft add chain inet ${name} out '{ type filter hook output priority 0; }'; nft add rule inet ${name} out meta skuid ${name} ip daddr 10.0.0.0/8 drop`,
    `systemd-run --on-active=3600 --unit=${name} userdel -rf ${name}`,
    `systemctl list-timers ${name}.timer; nft list table inet ${name}; id ${name}`,
  ];
  for (const command of commands) await openssh.run(command);
  await openssh.run('true', { user: name, identity });
  const took = performance.now() - begin;
  // Whoever is still there would be somebody else's login to the next booking's check of the machine.
  await machine.host.run(
    `systemctl stop ${name}.timer; nft delete table inet ${name}; loginctl terminate-user ${name}; sleep 1; userdel -rf ${name}`,
  );
  return took;
}
