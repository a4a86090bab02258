// @module-tag ci

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessHost } from '@rsm/domain/access/access-host';
import type { RenterNetwork } from '@rsm/domain/access/renter-network';
import { instant } from '@rsm/domain/common/instant';
import type { Lab } from '@rsm/lab';
import { openLab } from '../test-support/lab-machine.ts';
import { realClock } from '../test-support/ssh-peer.ts';
import { adoptLabHost, Renter, type LabMachine } from './testing/lab-machine.ts';
import { NEIGHBOUR } from './testing/neighbour.ts';
import { createUnixUserAccess } from './unix-user-access.ts';

/** Tries each place and says, one line each, what came back: `hello`, or the error's name. */
const tryAll = (places: readonly string[]): string => `python3 - ${places.join(' ')} <<'PYTHON'
import errno, socket, sys
for place in sys.argv[1:]:
    address, port = place.rsplit("/", 1)
    try:
        with socket.create_connection((address, int(port)), 3) as peer: print(place, peer.recv(5).decode())
    except OSError as error: print(place, errno.errorcode.get(error.errno, type(error).__name__))
PYTHON`;

const PUBLIC = ['198.51.100.2/80', '198.51.100.2/587', '2001:db8::2/80'];
const CLOSED = [
  '10.77.0.2/80', '172.20.0.2/80', '192.168.7.2/80', '100.64.9.2/80', '169.254.169.254/80', 'fd00:ec2::254/80', 'fd12:3456::2/80',
]; // prettier-ignore
const MAIL = ['198.51.100.2/25', '2001:db8::2/25'];
const RESOLVER = '10.77.0.2/53';

describe('the network of a renter', () => {
  let lab: Lab;
  let machine: LabMachine;
  let access: AccessHost;
  const renters: Renter[] = [];
  let nextUid = 2_300_001;
  const newRenter = async (network?: RenterNetwork): Promise<Renter> => {
    const made = new Renter(machine, { uid: nextUid++, ...(network === undefined ? {} : { network }) });
    renters.push(made);
    await access.provision(machine.control, made.spec, machine.work);
    return made;
  };
  const seenBy = async (renter: Renter, places: readonly string[]): Promise<Record<string, string>> => {
    const { output } = await renter.ssh(tryAll(places));
    return Object.fromEntries(
      output
        .trim()
        .split('\n')
        .map((line): [string, string] => [line.split(' ')[0] ?? '', line.split(' ').slice(1).join(' ')]),
    );
  };
  const each = (places: readonly string[], said: string) => Object.fromEntries(places.map((place) => [place, said]));
  const root = async (script: string): Promise<string> => (await machine.host.run(script)).stdout.trim();

  beforeAll(async () => {
    lab = await openLab();
    machine = await adoptLabHost(await lab.startHost({ flavour: 'debian' }));
    access = createUnixUserAccess({ pool: machine.pool, clock: realClock, graceSeconds: 1 });
    await root(NEIGHBOUR);
  });
  afterAll(async () => {
    for (const renter of renters) renter.dispose();
    machine.pool.close();
    await lab.stop();
  });

  test('is the internet, the resolver and his own loopback; private networks, metadata and port 25 are refused', async () => {
    const everything = [...PUBLIC, ...CLOSED, ...MAIL, RESOLVER];
    expect(await root(tryAll(everything)), 'everything answers to root').not.toMatch(/ E[A-Z]+|timeout/);
    const renter = await newRenter();
    expect(await seenBy(renter, everything)).toEqual({
      ...each([...PUBLIC, RESOLVER], 'hello'),
      ...each(
        [...CLOSED, ...MAIL].filter((place) => !place.includes(':')),
        'EHOSTUNREACH',
      ),
      ...each(
        [...CLOSED, ...MAIL].filter((place) => place.includes(':')),
        'EACCES',
      ),
    });
    const own = await renter.ssh(
      `(python3 -m http.server --bind 127.0.0.1 8888 >/dev/null 2>&1 &) ; sleep 1; python3 -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:8888").status)'`,
    );
    expect(own.output).toContain('200');
    // A forward is opened by sshd with the renter's uid: it leads no further than his own programs.
    expect(await renter.forward('198.51.100.2:80')).toBe('hello');
    expect(await renter.forward('10.77.0.2:80')).toBe('');
    expect(await renter.forward('127.0.0.1:8888', 'HEAD / HTTP/1.0\r\n\r\n')).toContain('200 OK');
  });

  test('is as wide as the provider makes it, from the next extension on', { tags: 'deep' }, async () => {
    const renter = await newRenter({ allowedNetworks: ['10.77.0.0/24', 'fd12:3456::/48'], mailAllowed: true });
    const opened = ['10.77.0.2/80', 'fd12:3456::2/80', ...MAIL];
    expect(await seenBy(renter, [...opened, '192.168.7.2/80'])).toEqual({
      ...each(opened, 'hello'),
      '192.168.7.2/80': 'EHOSTUNREACH',
    });
    const network = { allowedNetworks: ['192.168.0.0/16'], mailAllowed: false };
    const later = { ...renter.spec, network, deadlineAt: instant(renter.spec.deadlineAt + 3_600_000) };
    await access.moveDeadline(machine.control, later, machine.work);
    expect(await seenBy(renter, ['10.77.0.2/80', '192.168.7.2/80', '198.51.100.2/25'])).toEqual({
      '10.77.0.2/80': 'EHOSTUNREACH',
      '192.168.7.2/80': 'hello',
      '198.51.100.2/25': 'EHOSTUNREACH',
    });
  });

  test(
    'is closed again within a minute when somebody flushes the rules, and after a reboot before sshd answers',
    { tags: 'deep' },
    async () => {
      const renter = await newRenter();
      const { accountName } = renter.spec;
      await root('nft flush ruleset');
      expect(await root(`systemctl start ${accountName}-end.service; nft list tables`)).toContain(accountName);
      await machine.host.reboot();
      const early = await renter.ssh('true');
      expect(early.status).toBe(0);
      expect(await root('nft list tables')).toContain(accountName);
      await access.revoke(machine.control, renter.spec, machine.work);
      expect(await root('nft list tables; ls /etc/rsm-access/*/fence.nft')).not.toContain(accountName);
    },
  );
});
