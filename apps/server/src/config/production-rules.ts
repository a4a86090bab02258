import { BlockList, isIP } from 'node:net';
import type { ConfigProblem, Environment, VariableName } from './environment.ts';

export interface ProductionFacts {
  /** Effective user id; undefined where the system has none. */
  readonly uid: number | undefined;
  /** Where the demo keeps the keys it has made. */
  readonly generatedSecretsDir: string;
}

type Rule = (values: Environment, facts: ProductionFacts) => readonly ConfigProblem[];

const problem = (variable: string, message: string, remedy: string): ConfigProblem => ({ variable, message, remedy });

/** Names that mean this machine to a browser: there, and only there, plain HTTP is a secure context. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const noLab: Rule = (values) =>
  values.RSM_LAB === 'on'
    ? [problem('RSM_LAB', 'The lab is a fixture and no isolation; production never starts it.', 'Leave RSM_LAB out.')]
    : [];

const noTestProcessor: Rule = (values) =>
  values.PAYMENT_PROCESSOR === 'test'
    ? [
        problem(
          'PAYMENT_PROCESSOR',
          'The test processor takes card numbers that everybody knows and moves no money.',
          'Use PAYMENT_PROCESSOR=manual, where an admin credits wallets with a reason, or stripe.',
        ),
      ]
    : [];

const publicUrl: Rule = ({ PUBLIC_URL: url }) => {
  if (url === undefined) {
    return [
      problem(
        'PUBLIC_URL',
        'It is missing: links in mails, and the issuer of tokens and certificates, are made from it.',
        'Set it to the address people use, such as https://machines.example.org.',
      ),
    ];
  }
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopbackHost(hostname)
    ? [problem('PUBLIC_URL', 'Tokens and passwords would travel in plain text.', 'Use https://, with TLS in front.')]
    : [];
};

const notRoot: Rule = (_values, { uid }) =>
  uid === 0
    ? [
        problem(
          'user',
          'The server runs as root, so a flaw in it would own the machine.',
          'Start it as a user without privileges (systemd: User=, Docker: USER).',
        ),
      ]
    : [];

/** Refused whatever is named: loopback, link-local and cloud metadata. Their sources: RFC 1122, RFC 3927, RFC 4291. */
const NEVER_A_MACHINE = [
  ['127.0.0.0', 8, 'ipv4'],
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
] as const;

function overlaps(network: string, [address, bits, family]: (typeof NEVER_A_MACHINE)[number]): boolean {
  const [own = '', ownBits = ''] = network.split('/');
  if ((isIP(own) === 4 ? 'ipv4' : 'ipv6') !== family) return false;
  // Two networks share an address exactly when one of them holds the first address of the other.
  const inner = new BlockList();
  inner.addSubnet(address, bits, family);
  const outer = new BlockList();
  outer.addSubnet(own, Number(ownBits), family);
  return inner.check(own, family) || outer.check(address, family);
}

const machineNetworks: Rule = ({ MACHINE_NETWORKS: networks }) =>
  (networks ?? [])
    .filter((network) => NEVER_A_MACHINE.some((range) => overlaps(network, range)))
    .map((network) =>
      problem(
        'MACHINE_NETWORKS',
        `${network} covers loopback, link-local or metadata addresses, which are refused in production whatever is named.`,
        'Name only the private networks that your machines are in.',
      ),
    );

const controlAddresses: Rule = (values) =>
  values.CONTROL_ADDRESSES === undefined
    ? [
        problem(
          'CONTROL_ADDRESSES',
          'It is missing: the keys that providers paste are limited to the addresses our connections come from.',
          'Set it to the public addresses of your workers, such as 203.0.113.7,203.0.113.8.',
        ),
      ]
    : [];

const someMail: Rule = (values) =>
  values.SMTP_URL === undefined && values.MAIL_DIR === undefined
    ? [
        problem(
          'SMTP_URL',
          'It is missing: people could neither confirm an address nor reset a password.',
          'Set it to your mail server, such as smtps://user:password@mail.example.org:465, or set MAIL_DIR to collect mails in a folder.',
        ),
      ]
    : [];

const ownSecret =
  (name: 'SECRETS_KEKS' | 'CERTIFICATE_SIGNING_KEY' | 'SESSION_SECRET', what: string, command: string): Rule =>
  (values, { generatedSecretsDir }) => {
    const file = values[`${name}_FILE`];
    if (values[name] === undefined && file === undefined) {
      const remedy = `Make one with \`${command}\`, keep a copy in a safe place, and set ${name} or ${name}_FILE.`;
      return [problem(name, `It is missing (${what}); production generates no keys.`, remedy)];
    }
    if (file?.startsWith(`${generatedSecretsDir}/`)) {
      const remedy = `Make a fresh one with \`${command}\` outside ${generatedSecretsDir}.`;
      return [problem(`${name}_FILE`, 'It names a key that the demo has generated.', remedy)];
    }
    return [];
  };

const rules: readonly { readonly about: readonly VariableName[]; readonly rule: Rule }[] = [
  { about: ['RSM_LAB'], rule: noLab },
  { about: ['PAYMENT_PROCESSOR'], rule: noTestProcessor },
  { about: ['PUBLIC_URL'], rule: publicUrl },
  { about: [], rule: notRoot },
  { about: ['MACHINE_NETWORKS'], rule: machineNetworks },
  { about: ['CONTROL_ADDRESSES'], rule: controlAddresses },
  { about: ['SMTP_URL', 'MAIL_DIR'], rule: someMail },
  {
    about: ['SECRETS_KEKS', 'SECRETS_KEKS_FILE'],
    rule: ownSecret('SECRETS_KEKS', 'it seals the keys of machines', 'echo "1:$(openssl rand -base64 32)"'),
  },
  {
    about: ['CERTIFICATE_SIGNING_KEY', 'CERTIFICATE_SIGNING_KEY_FILE'],
    rule: ownSecret('CERTIFICATE_SIGNING_KEY', 'it signs the wipe certificates', 'openssl genpkey -algorithm ed25519'),
  },
  {
    about: ['SESSION_SECRET', 'SESSION_SECRET_FILE'],
    rule: ownSecret('SESSION_SECRET', 'it signs the sessions', 'openssl rand -base64 48'),
  },
];

/** Everything production refuses. Variables that could not be read at all were reported before and are left out. */
export function productionProblems(
  values: Environment,
  invalid: ReadonlySet<string>,
  facts: ProductionFacts,
): readonly ConfigProblem[] {
  return rules
    .filter(({ about }) => !about.some((name) => invalid.has(name)))
    .flatMap(({ rule }) => rule(values, facts));
}
