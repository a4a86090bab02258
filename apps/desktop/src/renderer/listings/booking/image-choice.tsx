import type { ListingDetailRead } from '@rsm/api/schemas/listings';
import { formatRelative } from '../../format/time.ts';
import { Field, Select } from '../../ui/field.tsx';
import { imageStateWords, imageWords, type OfferedImage } from './image-words.ts';

/** The image that a draft stands for: the one that was chosen, or the first that can be used here. */
export function chosenImage(images: readonly OfferedImage[], reference: string): OfferedImage | null {
  const usable = images.filter(({ problem }) => problem === null);
  return usable.find((image) => image.reference === reference) ?? usable[0] ?? null;
}

/** What the container is made from; nothing for machines that give accounts. */
export function ImageChoice({
  images,
  seenAt,
  chosen,
  error,
  onChange,
}: {
  readonly images: ListingDetailRead['images'];
  readonly seenAt: Date | null;
  readonly chosen: string;
  readonly error: string | undefined;
  readonly onChange: (reference: string) => void;
}) {
  if (images.length === 0) return null;
  const image = chosenImage(images, chosen);
  const age = seenAt === null ? null : formatRelative(seenAt);
  const hint = image === null ? 'None of the images can be used on this machine.' : imageStateWords(image, age);
  return (
    <Field label="Image of the container" error={error} hint={hint}>
      {(control) => (
        <Select {...control} value={image?.reference ?? ''} onChange={(event) => onChange(event.target.value)}>
          {image === null && <option value="">None</option>}
          {images.map((one) => (
            <option key={one.reference} value={one.reference} disabled={one.problem !== null} title={one.reference}>
              {imageWords(one)}
              {one.problem === null ? '' : ` – ${one.problem}`}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
