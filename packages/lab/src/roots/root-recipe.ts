import { createHash } from 'node:crypto';

/** Systems whose packages nobody chose for the lab: what the distribution itself installs, and what a provider adds by hand. */
export const stockSystems = ['bookworm', 'trixie', 'sid'] as const;
export type StockSystem = (typeof stockSystems)[number];

/** The file systems hosts start from. `debian` builds on `bare`, `podman` and `docker` on `debian`. */
export type RootName = 'bare' | 'debian' | 'podman' | 'docker' | `stock-${StockSystem}`;

export interface RootRecipe {
  name: RootName;
  /** The root this one starts as a copy of; without one it is bootstrapped. */
  base: RootName | undefined;
  /** Bootstrapped as the release itself wants it, with what its packages recommend, instead of the least. */
  stock?: StockSystem;
  packages: readonly string[];
  /** Shell run inside the root, as root, after the packages are in. */
  setup: string;
}

/** The Debian release of every root. Its systemd still boots where the machine below has version 1 control groups. */
export const debianSuite = 'bookworm';

const shaped: Readonly<Record<'bare' | 'debian' | 'podman' | 'docker', RootRecipe>> = {
  bare: {
    name: 'bare',
    base: undefined,
    packages: [
      'systemd-sysv',
      'dbus',
      'libpam-systemd',
      'openssh-server',
      'iproute2',
      'iputils-ping',
      'procps',
      'kmod',
      'nftables',
      'tzdata',
      'ca-certificates',
    ],
    setup: '',
  },
  debian: {
    name: 'debian',
    base: 'bare',
    packages: [
      'sudo',
      'cron',
      'at',
      'rsync',
      'python3',
      'sysbench',
      'fio',
      'iperf3',
      'less',
      'lsof',
      'pciutils',
      'dmidecode',
      'ncurses-term',
    ],
    // An ordinary administrator as a provider has one: sudo without a password, no key yet, no password login.
    setup: [
      'useradd --create-home --shell /bin/bash --password "*" provider',
      'echo "provider ALL=(ALL:ALL) NOPASSWD: ALL" > /etc/sudoers.d/provider',
      'chmod 0440 /etc/sudoers.d/provider',
    ].join('\n'),
  },
  podman: {
    name: 'podman',
    base: 'debian',
    packages: ['podman', 'crun', 'netavark', 'aardvark-dns', 'iptables'],
    // A container inside a lab host can't set limits, kernel settings or keyrings, nor make control groups of its own,
    // and an overlay on an overlay is refused. These settings belong to the lab; a real host has none of them.
    setup: [
      'mkdir -p /etc/containers',
      "printf '%s\\n' '[containers]' 'default_ulimits = []' 'default_sysctls = []' 'keyring = false'" +
        " 'cgroups = \"disabled\"' '[engine]' 'runtime = \"crun\"' '[network]' 'network_backend = \"netavark\"'" +
        ' > /etc/containers/containers.conf',
      "printf '%s\\n' '[storage]' 'driver = \"vfs\"' 'runroot = \"/run/containers/storage\"'" +
        ' \'graphroot = "/var/lib/containers/storage"\' > /etc/containers/storage.conf',
    ].join('\n'),
  },
  docker: {
    name: 'docker',
    base: 'debian',
    // The registry runs on the host itself: an image has a digest of its name only once it has been in one.
    packages: ['docker.io', 'docker-registry', 'iptables'],
    // Root inside is nobody outside, as we ask of every provider; an overlay on an overlay is refused.
    setup: [
      'mkdir -p /etc/docker',
      'echo \'{ "userns-remap": "default", "storage-driver": "vfs" }\' > /etc/docker/daemon.json',
      'systemctl enable docker.service',
      'systemctl disable docker-registry.service',
      "printf '%s\\n' 'version: 0.1' 'storage: { filesystem: { rootdirectory: /root/registry } }'" +
        ' \'http: { addr: "127.0.0.1:5000" }\' > /etc/lab-registry.yml',
    ].join('\n'),
  },
};

/**
 * What a provider adds to a stock system: the door through which it is reached, what most servers have (a renter could leave nothing
 * with at otherwise), and what the remedies of the checks name, whether or not the release brings it by itself.
 */
const addedByHand = ['openssh-server', 'sudo', 'cron', 'at', 'nftables', 'python3'] as const;

function stockRecipe(name: RootName, stock: StockSystem): RootRecipe {
  return { name, base: undefined, stock, packages: addedByHand, setup: '' };
}

const recipes: Readonly<Record<RootName, RootRecipe>> = {
  ...shaped,
  'stock-bookworm': stockRecipe('stock-bookworm', 'bookworm'),
  'stock-trixie': stockRecipe('stock-trixie', 'trixie'),
  'stock-sid': stockRecipe('stock-sid', 'sid'),
};

export function rootRecipe(name: RootName): RootRecipe {
  return recipes[name];
}

/** A short hash of everything that goes into the root, its bases included: the root's version in the cache. */
export function recipeVersion(name: RootName): string {
  const chain: RootRecipe[] = [];
  for (let next: RootName | undefined = name; next !== undefined; next = recipes[next].base) chain.push(recipes[next]);
  return createHash('sha256').update(JSON.stringify({ debianSuite, chain })).digest('hex').slice(0, 12);
}
