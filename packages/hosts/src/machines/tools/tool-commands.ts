import { benchmarkTools, packageManagers, type MachineSoftware } from '@rsm/domain/machines/machine-software';
import { command, readOnly } from '../../ssh/command-template.ts';
import { linesOf, sectionOf } from '../facts/fact-reader.ts';

const VERSION_LENGTH_MAX = 80;

/**
 * Which tools of benchmarks are missing, what would install them, and which version the machine's own lists offer. The lists are read as
 * they lie there: nothing is fetched, and apt-cache is told to keep its index in memory (apt.conf(5), Dir::Cache).
 */
export const observeTools = readOnly(
  `echo '=== manager'
if command -v apt-get >/dev/null 2>&1; then echo apt; elif command -v dnf >/dev/null 2>&1; then echo dnf; elif command -v apk >/dev/null 2>&1; then echo apk; fi
echo '=== missing'
for tool in sysbench fio iperf3; do command -v "$tool" >/dev/null 2>&1 || echo "$tool"; done
echo '=== candidates'
export LC_ALL=C; set -- sysbench fio iperf3; open='{'
if command -v apt-cache >/dev/null 2>&1; then
  apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy "$@" 2>/dev/null |
    awk '/^[^ ]/ { name = $1 } $1 == "Candidate:" && $2 != "(none)" { print name, $2 }'
elif command -v dnf >/dev/null 2>&1; then
  dnf -q -C repoquery --latest-limit 1 --qf "%\${open}name}: %\${open}version}-%\${open}release}\\n" "$@" 2>/dev/null
elif command -v apk >/dev/null 2>&1; then
  apk policy "$@" 2>/dev/null | awk '/ policy:$/ { name = $1; next } name != "" { print name ": " $1; name = "" }'
fi
exit 0`,
  { timeoutMs: 60_000 },
);

/**
 * Installs what of the named tools is missing and touches nothing else: no recommended packages, and nothing is removed for it
 * (apt-get(8), --no-remove; dnf and apk do neither by themselves). An installation that was cut off is completed first, so it may be
 * repeated. Lists that cannot be renewed are no reason to stop: the package may be in those that are there.
 */
export const installTools = command(
  `manager={manager}; tools={tools}; wanted=
for tool in $tools; do command -v "$tool" >/dev/null 2>&1 || wanted="$wanted $tool"; done
if [ -z "$wanted" ]; then echo 'all of it is there'; exit 0; fi
case $manager in
  apt)
    export DEBIAN_FRONTEND=noninteractive
    dpkg --configure -a --force-confdef --force-confold || exit 75
    apt-get update -q || echo 'the package lists could not be renewed' >&2
    apt-get install -q -y --no-install-recommends --no-remove -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \\
      -o DPkg::Lock::Timeout=120 $wanted || exit 75 ;;
  dnf) dnf install -q -y --setopt=install_weak_deps=False $wanted || exit 75 ;;
  apk) apk add -q $wanted || exit 75 ;;
esac`,
  { expectedExitCodes: [0, 75], timeoutMs: 600_000 },
);

/** Reads what `observeTools` printed; what it does not name with certainty is not taken for a version. */
export function parseTools(stdout: string): Pick<MachineSoftware, 'packageManager' | 'missingTools'> {
  const section = (name: string): string[] => linesOf(sectionOf(stdout, name) ?? '');
  const candidates = new Map(
    section('candidates').flatMap((line) => {
      const [, name, version] = /^([a-z0-9]+):? +([A-Za-z0-9][A-Za-z0-9.:+~-]*?):?$/.exec(line) ?? [];
      return name === undefined || version === undefined ? [] : [[name, version] as const];
    }),
  );
  const missing = new Set(section('missing'));
  return {
    packageManager: packageManagers.find((manager) => manager === section('manager')[0]) ?? null,
    missingTools: benchmarkTools
      .filter((tool) => missing.has(tool))
      .map((tool) => ({ tool, version: candidates.get(tool)?.slice(0, VERSION_LENGTH_MAX) ?? null })),
  };
}
