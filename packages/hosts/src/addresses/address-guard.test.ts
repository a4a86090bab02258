import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createAddressGuard, type AddressGuardOptions } from './address-guard.ts';

function guard(options: Partial<AddressGuardOptions> = {}) {
  return createAddressGuard({
    machineNetworks: [],
    mode: 'production',
    ownNetworks: () => ['198.18.7.5/24'],
    ...options,
  });
}

const refused: unknown = expect.objectContaining({ code: 'invalid_address', field: 'address' });

/** A resolver that never answers. */
const silentResolver = (): Promise<readonly string[]> => new Promise(() => undefined);
/** A resolver that makes everything public, as inet_aton(3) would for some spellings. */
const publicResolver = async (): Promise<readonly string[]> => ['8.8.8.8'];

/** The guard's answer for a name with these addresses. */
const checkName = (...addresses: string[]) => guard({ resolve: async () => addresses }).check('machine.example');

/** Named as widely as the operator can, so that what is still refused is refused always. */
const WIDEST = [
  '10.0.0.0/8',
  '127.0.0.0/8',
  '169.0.0.0/8',
  '100.0.0.0/8',
  '224.0.0.0/8',
  '168.0.0.0/8',
  '192.0.0.0/8',
  'fd00::/16',
  'fe80::/16',
  'fd20::/16',
  '2002::/16',
  '64::/16',
  '2001::/16',
  'ff02::/16',
];

describe('the address guard', () => {
  it.each(['8.8.8.8', '93.184.215.14', '2606:4700:4700::1111', '2A00:1450:4001:80f::200e'])(
    'lets the public address %s through',
    async (address) => {
      await expect(guard().check(address)).resolves.toMatchObject({ ip: address.toLowerCase() });
    },
  );

  it.each([
    ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1']],
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    [
      'link-local and metadata',
      [
        '169.254.169.254',
        '169.254.0.1',
        'fe80::1',
        'fd00:ec2::254',
        'fd20:ce::254',
        '100.100.100.200',
        '168.63.129.16',
        '192.0.0.192',
      ],
    ],
    ['carrier NAT', ['100.64.0.1', '100.127.255.255']],
    ['unspecified and broadcast', ['0.0.0.0', '0.1.2.3', '255.255.255.255', '::']],
    ['multicast', ['224.0.0.1', '239.255.255.255', 'ff02::1']],
    [
      'reserved, documentation and benchmarking',
      [
        '192.0.0.1',
        '192.0.2.1',
        '198.51.100.1',
        '203.0.113.1',
        '198.18.0.1',
        '240.0.0.1',
        '2001:db8::1',
        '2001:2::1',
        '5f00::1',
        'fec0::1',
        '4000::1',
      ],
    ],
    [
      'IPv4 inside IPv6',
      [
        '::ffff:127.0.0.1',
        '::ffff:8.8.8.8',
        '::ffff:a9fe:a9fe',
        '::127.0.0.1',
        '64:ff9b::7f00:1',
        '64:ff9b::808:808',
        '64:ff9b:1::7f00:1',
        '2002:7f00:1::',
        '2002:808:808::1',
        '2001:0:7f00:1::1',
        '::ffff:0:127.0.0.1',
      ],
    ],
  ])('refuses %s addresses', async (_kind, addresses) => {
    const answers = await Promise.allSettled(addresses.map((address) => guard().check(address)));
    expect(answers).toEqual(addresses.map(() => ({ status: 'rejected', reason: refused })));
  });

  it.each([
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '127.0.1',
    '10.1',
    '0',
    '0x',
    '8.8.8.0x8',
    '127.0.0.1.',
    'foo.1',
    '[::1]',
    '[2606:4700:4700::1111]',
    'fe80::1%eth0',
    '2606:4700::1%1',
    '١٢٧.0.0.1',
    '127。0。0。1',
    'a b',
    'user@host',
    'host:22',
    'http://host',
    '-host',
    'a..b',
    '',
    'x'.repeat(254),
  ])('refuses the spelling %j, even where a resolver would read it', async (spelling) => {
    await expect(guard({ resolve: publicResolver }).check(spelling)).rejects.toEqual(refused);
  });

  it('lets a named network through, and nothing beside it', async () => {
    const named = guard({ machineNetworks: ['10.20.0.0/16', 'fd12:3456::/48'] });
    await expect(named.check('10.20.3.4')).resolves.toMatchObject({ ip: '10.20.3.4', family: 4 });
    await expect(named.check('fd12:3456::9')).resolves.toMatchObject({ family: 6 });
    await expect(named.check('10.21.0.1')).rejects.toEqual(refused);
    await expect(named.check('fd12:3457::9')).rejects.toEqual(refused);
    await expect(named.check('::ffff:10.20.3.4')).rejects.toEqual(refused);
  });

  it.each([
    '127.0.0.1',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '224.0.0.1',
    'fe80::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    '2002:a00:1::',
    '64:ff9b::a00:1',
    '2001:0:a00:1::1',
    'ff02::1',
  ])('refuses %s whatever is named, in both modes', async (address) => {
    await expect(guard({ machineNetworks: WIDEST }).check(address)).rejects.toEqual(refused);
    await expect(guard({ machineNetworks: WIDEST, mode: 'demo' }).check(address)).rejects.toEqual(refused);
  });

  it('refuses the server’s own networks in production even when they are named', async () => {
    const options = {
      machineNetworks: ['10.9.0.0/16'],
      ownNetworks: () => ['10.9.1.5/24', '93.184.215.1/24', '2606:4700::5/64'],
    };
    await expect(guard(options).check('10.9.1.77')).rejects.toEqual(refused);
    await expect(guard(options).check('93.184.215.14')).rejects.toEqual(refused);
    await expect(guard(options).check('2606:4700::6')).rejects.toEqual(refused);
    await expect(guard(options).check('10.9.2.77')).resolves.toBeDefined();
    await expect(guard({ ...options, mode: 'demo' }).check('10.9.1.77')).resolves.toBeDefined();
  });

  it('asks the operating system for its own networks when not told', async () => {
    const own = Object.values(networkInterfaces())
      .flat()
      .find((address) => address !== undefined && !address.internal && address.family === 'IPv4');
    // A machine without any network has no own one to refuse; loopback is covered above.
    const address = own?.address ?? '127.0.0.1';
    await expect(
      createAddressGuard({ machineNetworks: [`${address}/32`], mode: 'production' }).check(address),
    ).rejects.toEqual(refused);
  });

  it('dials only what it checked: one refused answer refuses the name', async () => {
    await expect(checkName('93.184.215.14', '2606:4700:4700::1111')).resolves.toMatchObject({
      host: 'machine.example',
      ip: '93.184.215.14',
      family: 4,
    });
    await expect(checkName('2606:4700:4700::1111')).resolves.toMatchObject({ family: 6 });
    await expect(checkName('93.184.215.14', '10.0.0.1')).rejects.toEqual(refused);
    await expect(checkName('93.184.215.14', '::1')).rejects.toEqual(refused);
    await expect(checkName()).rejects.toEqual(refused);
    await expect(checkName(...Array.from({ length: 33 }, (_, index) => `93.184.215.${index}`))).rejects.toEqual(
      refused,
    );
  });

  it('resolves once per dial, so a rebinding name is judged by the address that is used', async () => {
    const sequence = [['93.184.215.14'], ['127.0.0.1']];
    let asked = 0;
    const rebinding = guard({ resolve: async () => sequence[asked++] ?? [] });
    await expect(rebinding.check('rebind.example')).resolves.toMatchObject({ ip: '93.184.215.14' });
    expect(asked).toBe(1);
    await expect(rebinding.check('rebind.example')).rejects.toEqual(refused);
  });

  it('refuses localhost as the system resolves it', async () => {
    await expect(guard().check('localhost')).rejects.toEqual(refused);
  });

  it('does not wait for ever for a resolver, and stops waiting when aborted', async () => {
    await expect(guard({ resolve: silentResolver, resolveTimeoutMs: 20 }).check('slow.example')).rejects.toEqual(
      refused,
    );
    const abort = new AbortController();
    const waiting = guard({ resolve: silentResolver }).check('slow.example', { signal: abort.signal });
    abort.abort(new Error('shutdown'));
    await expect(waiting).rejects.toThrow('shutdown');
  });

  it.each(['10.20.0.0', '10.20.0.0/33', 'ten', '', '0.0.0.0/0', '10.0.0.0/7', '::/0', 'fd00::/15'])(
    'refuses to be made with the network %j',
    (network) => {
      expect(() => guard({ machineNetworks: [network] })).toThrow(RangeError);
    },
  );
});
