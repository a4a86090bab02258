import { z } from 'zod';

/** So many images one installation may allow. */
export const CONTAINER_IMAGES_MAX = 20;

/** An image that containers may be made from: named by its digest, so that it is the same on every machine and on every day. */
export const containerImageSchema = z.strictObject({
  /** As people read it, such as `PyTorch 2.4 on CUDA 12.4`. */
  name: z.string().min(1).max(80),
  /** What the runtime is asked for. A tag can be moved, a digest cannot. */
  reference: z
    .string()
    .max(300)
    .regex(/^[a-z0-9][a-z0-9._:/-]*@sha256:[0-9a-f]{64}$/, {
      error: 'Must be an image with its digest, name@sha256:….',
    }),
  /** Null for an image without CUDA. */
  cudaVersion: z.string().max(20).nullable(),
  /** Frameworks and their versions, such as `{"pytorch": "2.4.1"}`. */
  frameworks: z.record(z.string().max(40), z.string().max(40)),
  /** What it takes on a machine's disk. */
  sizeBytes: z.int().positive(),
});

export type ContainerImage = z.infer<typeof containerImageSchema>;
/** An image as a booking keeps it, whatever becomes of the operator's list. */
export type ChosenImage = Pick<ContainerImage, 'name' | 'reference'>;
export const containerImagesSchema = z.array(containerImageSchema).max(CONTAINER_IMAGES_MAX);
