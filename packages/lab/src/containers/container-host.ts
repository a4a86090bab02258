import type { ContainerEngine, HostOptions, LabHost } from '../hosts/lab-host.ts';
import type { Lab } from '../lab.ts';

/**
 * A small image from the host's own programs, as a tar, because a lab host reaches no registry: a shell, the everyday tools,
 * perl and the sftp-server.
 */
const MAKE_IMAGE = `
cd /root && mkdir -p image/bin image/etc image/tmp image/root image/var image/run && cp /bin/sh /bin/bash image/bin/
for name in bash sh ls cat id touch sleep ps mkdir rm cp stat chmod env head grep sed df hostname timeout setsid perl; do command -v "$name"; done > programs
echo /usr/lib/openssh/sftp-server >> programs
while read -r file; do echo "$file"; ldd "$file" 2>/dev/null | grep -oE '/[^ ]+'; done < programs | sort -u > files
perl -e 'print grep { /perl-base/ } @INC' >> files
echo 'root:x:0:0:root:/root:/bin/bash' > image/etc/passwd; echo 'root:x:0:' > image/etc/group
tar -cf image.tar -h --hard-dereference -T files -C image bin etc tmp root run var 2>/dev/null
`;

/** Prints the image's name with its digest. Docker knows one only of images that came from a registry. */
const IMPORT: Readonly<Record<ContainerEngine, string>> = {
  podman: `
podman import --quiet image.tar localhost/lab-image:1 >/dev/null 2>&1
rm -rf image image.tar files programs
podman image inspect localhost/lab-image:1 --format '{{index .RepoDigests 0}}'`,
  // The folders between are put into the tar: docker makes those that are missing for the machine's root alone.
  docker: `
mkdir tree && tar -x -C tree -f image.tar && tar -c -C tree -f image.tar .
docker-registry serve /etc/lab-registry.yml >/dev/null 2>&1 & registry=$!
tries=0; until bash -c ': < /dev/tcp/127.0.0.1/5000' 2>/dev/null || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done
name=localhost:5000/lab-image:1
docker import image.tar "$name" >/dev/null && docker push --quiet "$name" >/dev/null && docker pull --quiet "$name" >/dev/null
docker image inspect "$name" --format '{{index .RepoDigests 0}}'
kill "$registry"; rm -rf image image.tar files programs tree registry`,
};

/** A host with a container engine and one image on it; the answer names the image by its digest. */
export async function startContainerHost(
  lab: Lab,
  { engine = 'podman', ...options }: Pick<HostOptions, 'diskMb' | 'persistent'> & { engine?: ContainerEngine } = {},
): Promise<{ readonly host: LabHost; readonly image: string }> {
  const host = await lab.startHost({ ...options, flavour: 'debian', containers: engine });
  const { stdout, stderr } = await host.run(MAKE_IMAGE + IMPORT[engine]);
  const image = stdout.trim();
  if (!/^localhost(:5000)?\/lab-image@sha256:[0-9a-f]{64}$/.test(image))
    throw new Error(`no image: ${stdout} ${stderr}`);
  return { host, image };
}
