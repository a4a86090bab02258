import type { MachineCheck } from '@rsm/domain/machines/machine';
import { command } from '../../ssh/command-template.ts';
import { linesOf, sectionOf } from '../facts/fact-reader.ts';
import { check } from './machine-checks.ts';

/** Asks the runtime itself, as root. Its client may make its own folders on the way, so this is no command that only looks. */
export const observeContainers = command(
  `image={image}
runtime=podman; command -v podman >/dev/null || runtime=docker
echo '=== runtime'; if command -v "$runtime" >/dev/null; then echo "$runtime"; "$runtime" --version 2>/dev/null; fi
echo '=== tools'; for tool in sudo visudo; do command -v "$tool" >/dev/null || echo "$tool"; done
echo '=== works'; if problem=$("$runtime" info 2>&1 >/dev/null); then echo yes; else printf '%s\\n' "$problem" | head -n 2; fi
echo '=== userns'
if [ "$runtime" = podman ]; then echo yes; elif docker info --format '{{.SecurityOptions}}' 2>/dev/null | grep -q 'name=userns'; then echo yes; fi
echo '=== image'; if "$runtime" image inspect "$image" >/dev/null 2>&1; then echo yes; fi
echo '=== gpus'
if [ -e /dev/nvidia0 ]; then
  echo there
  if [ "$runtime" = podman ]; then grep -lqs 'nvidia.com/gpu' /etc/cdi/* /var/run/cdi/* && echo passed
  else docker info --format '{{.Runtimes}}' 2>/dev/null | grep -q nvidia && echo passed; fi
fi
exit 0`,
  { timeoutMs: 60_000 },
);

/** Which of the operator's images lie on the machine. As above, the runtime's client may make its own folders on the way. */
export const observeImages = command(
  `images={images}
runtime=podman; command -v podman >/dev/null || runtime=docker
command -v "$runtime" >/dev/null || exit 0
for image in $images; do if "$runtime" image inspect "$image" >/dev/null 2>&1; then echo "$image"; fi; done
exit 0`,
  { timeoutMs: 60_000 },
);

/** Only what was asked for counts, whatever else is printed. */
export function parseImages(output: string, asked: readonly string[]): readonly string[] {
  const printed = new Set(linesOf(output));
  return asked.filter((image) => printed.has(image));
}

const INSTALL = 'apt-get install podman crun netavark aardvark-dns sudo';

/** Whether a machine can give containers: judged from what `observeContainers` printed; the first thing that is in the way is named. */
export function judgeContainers(output: string, image: string | null): MachineCheck {
  const section = (name: string): string[] => linesOf(sectionOf(output, name) ?? '');
  const [runtime, version = ''] = section('runtime');
  const [missing] = section('tools');
  const [works = 'it does not answer'] = section('works');
  const gpus = section('gpus');
  const problem = ((): readonly [actual: string, remedy: string] | null => {
    if (image === null)
      return ['this installation has no image for containers', 'Ask the operator to name one in CONTAINER_IMAGES.'];
    if (runtime === undefined) return ['neither podman nor docker is there', `Install podman: ${INSTALL}.`];
    if (missing !== undefined) return [`${missing} is missing`, `Install it: ${INSTALL}.`];
    if (works !== 'yes')
      return [
        `${runtime} does not work: ${works.slice(0, 200)}`,
        `Run \`${runtime} info\` as root and mend what it says.`,
      ];
    if (section('userns').length === 0)
      return [
        'docker makes root inside a container root on the machine',
        'Install podman, or set "userns-remap": "default" in /etc/docker/daemon.json and restart docker.',
      ];
    if (section('image').length === 0)
      return ['the image is not on the machine', `Run as root: ${runtime} pull ${image}`];
    if (gpus.length === 1)
      return [
        `${runtime} does not know the GPUs`,
        'Install the NVIDIA Container Toolkit; for podman then run: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml',
      ];
    return null;
  })();
  return check({
    id: 'containers',
    title: 'Containers',
    actual: problem?.[0] ?? `${version}, with the image`,
    required: 'podman, or docker with user namespaces, works as root, knows the GPUs and has the image; sudo is there',
    passed: problem === null,
    remedy: problem?.[1] ?? '',
  });
}
