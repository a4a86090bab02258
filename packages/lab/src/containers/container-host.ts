import type { HostOptions, LabHost } from '../hosts/lab-host.ts';
import type { Lab } from '../lab.ts';

/**
 * A small image from the host's own programs, imported as a tar, because a lab host reaches no registry: a shell, the everyday tools,
 * perl and the sftp-server. Prints its name with the digest.
 */
const IMPORT_IMAGE = `
cd /root && mkdir -p image/bin image/etc image/tmp image/root image/var image/run && cp /bin/sh /bin/bash image/bin/
for name in bash sh ls cat id touch sleep ps mkdir rm cp stat chmod env head grep sed df hostname timeout setsid perl; do command -v "$name"; done > programs
echo /usr/lib/openssh/sftp-server >> programs
while read -r file; do echo "$file"; ldd "$file" 2>/dev/null | grep -oE '/[^ ]+'; done < programs | sort -u > files
perl -e 'print grep { /perl-base/ } @INC' >> files
echo 'root:x:0:0:root:/root:/bin/bash' > image/etc/passwd; echo 'root:x:0:' > image/etc/group
tar -cf image.tar -h --hard-dereference -T files -C image bin etc tmp root run var 2>/dev/null
podman import --quiet image.tar localhost/lab-image:1 >/dev/null 2>&1
rm -rf image image.tar files programs
podman image inspect localhost/lab-image:1 --format '{{index .RepoDigests 0}}'`;

/** A host with podman and one image on it; the answer names the image by its digest. */
export async function startContainerHost(
  lab: Lab,
  options: Pick<HostOptions, 'diskMb' | 'persistent'> = {},
): Promise<{ readonly host: LabHost; readonly image: string }> {
  const host = await lab.startHost({ ...options, flavour: 'debian', containers: true });
  const { stdout, stderr } = await host.run(IMPORT_IMAGE);
  const image = stdout.trim();
  if (!/^localhost\/lab-image@sha256:[0-9a-f]{64}$/.test(image)) throw new Error(`no image: ${stdout} ${stderr}`);
  return { host, image };
}
