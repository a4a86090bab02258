import { describe, expect, it } from 'vitest';
import { judgeContainers } from './container-check.ts';

const IMAGE = `localhost/any@sha256:${'a'.repeat(64)}`;
const good = `=== runtime
podman
podman version 4.3.1
=== tools
=== works
yes
=== userns
yes
=== image
yes
=== gpus
`;

describe('the check of containers', () => {
  it('passes on a machine with podman and the image, and on one whose GPUs the runtime knows', () => {
    expect(judgeContainers(good, IMAGE)).toMatchObject({
      passed: true,
      actual: 'podman version 4.3.1, with the image',
      remedy: null,
    });
    expect(judgeContainers(`${good}there\npassed\n`, IMAGE).passed).toBe(true);
  });

  it.each([
    ['no image on the list', good, null, 'no image', 'CONTAINER_IMAGES'],
    [
      'no runtime',
      good.replace('podman\npodman version 4.3.1\n', ''),
      IMAGE,
      'neither podman nor docker',
      'apt-get install podman',
    ],
    ['no sudo', good.replace('=== tools\n', '=== tools\nsudo\n'), IMAGE, 'sudo is missing', 'apt-get install'],
    [
      'a runtime that does not work',
      good.replace('works\nyes', 'works\nError: no newuidmap'),
      IMAGE,
      'Error: no newuidmap',
      'podman info',
    ],
    ['docker with root outside', good.replace('userns\nyes', 'userns'), IMAGE, 'root on the machine', 'userns-remap'],
    [
      'no image on the machine',
      good.replace('image\nyes', 'image'),
      IMAGE,
      'not on the machine',
      `podman pull ${IMAGE}`,
    ],
    ['GPUs that nobody passes through', `${good}there\n`, IMAGE, 'does not know the GPUs', 'nvidia-ctk cdi generate'],
  ])('fails for %s, with the way out', (_case, output, image, actual, remedy) => {
    const judged = judgeContainers(output, image);
    expect(judged.passed).toBe(false);
    expect(judged.actual).toContain(actual);
    expect(judged.remedy).toContain(remedy);
  });
});
