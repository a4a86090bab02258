import { DomainError } from '../common/domain-error.ts';
import { cudaVersionNumber } from '../machines/cuda-version.ts';
import type { Machine } from '../machines/machine.ts';
import type { ChosenImage, ContainerImage } from './container-image.ts';

/**
 * The image that a booking's container is made from: the one that was asked for, or the first of the operator's list. Null where no
 * container is given.
 * @param onMachine the images that were seen on the machine; null where nobody looked yet
 * @throws DomainError invalid_input (containerImage)
 */
export function chooseImage(
  images: readonly ContainerImage[],
  machine: Pick<Machine, 'accessMode' | 'facts'>,
  onMachine: readonly string[] | null,
  wanted: string | null,
): ChosenImage | null {
  if (machine.accessMode !== 'container') {
    if (wanted === null) return null;
    throw refused(
      'This machine gives accounts, not containers, so no image can be chosen.',
      'Leave the image out, or choose a listing with "Container (root inside)".',
    );
  }
  const image = wanted === null ? images[0] : images.find(({ reference }) => reference === wanted);
  if (image === undefined) {
    // Without any the machine could not be verified; the access says so if the list was emptied since.
    if (wanted === null) return null;
    throw refused('This server allows no such image.', chooseFrom(images, machine, onMachine));
  }
  const problem = imageProblem(image, machine, onMachine);
  if (problem !== null) throw refused(problem, chooseFrom(images, machine, onMachine));
  return { name: image.name, reference: image.reference };
}

/** Why an image can't be used on a machine, as a sentence; null when it can. */
export function imageProblem(
  image: ContainerImage,
  machine: Pick<Machine, 'facts'>,
  onMachine: readonly string[] | null,
): string | null {
  const needed = image.cudaVersion === null ? null : cudaVersionNumber(image.cudaVersion);
  for (const { cudaVersion } of machine.facts?.gpus ?? []) {
    const reached = cudaVersion === null ? null : cudaVersionNumber(cudaVersion);
    if (needed !== null && reached !== null && reached < needed) {
      return `"${image.name}" needs CUDA ${image.cudaVersion ?? ''}, and the driver of this machine reaches ${cudaVersion ?? ''}.`;
    }
  }
  if (onMachine !== null && !onMachine.includes(image.reference)) return `"${image.name}" is not on this machine.`;
  return null;
}

function chooseFrom(
  images: readonly ContainerImage[],
  machine: Pick<Machine, 'facts'>,
  onMachine: readonly string[] | null,
): string {
  const usable = images.filter((image) => imageProblem(image, machine, onMachine) === null);
  if (usable.length === 0) return 'Choose another listing: none of the images can be used on this machine.';
  return `Choose one of: ${usable.map(({ name }) => name).join(', ')}.`;
}

function refused(message: string, remedy: string): DomainError {
  return new DomainError('invalid_input', message, { field: 'containerImage', remedy });
}
