import { createHash } from 'node:crypto';

export const LEAF_BYTES = 256;
const WORD_BYTES = 4;

export interface MerkleProof {
  readonly root: string;
  readonly samples: readonly { readonly leaf: string; readonly path: readonly string[] }[];
}

/**
 * The results that a proof shows, by the number of the thread. The root picks which leaves have to be shown, and whoever changes a
 * result changes the root. That is no bar against trying: who left out a share `q` of the threads can vary what stands in their
 * place, and finds a root that picks none of them after (1 - q) ** -samples tries (docs/benchmark-method.md says how many those are).
 *
 * @returns null when a path does not lead to the root, or leaves are missing
 */
export function readProof(proof: MerkleProof, threads: number, samples: number): Map<number, number> | null {
  const leaves = (threads * WORD_BYTES) / LEAF_BYTES;
  const depth = Math.log2(leaves);
  if (!Number.isInteger(depth) || proof.samples.length !== samples) return null;
  const root = Buffer.from(proof.root, 'hex');
  const values = new Map<number, number>();
  for (const [number, { leaf, path }] of proof.samples.entries()) {
    const content = Buffer.from(leaf, 'hex');
    const { at, word } = pickOf(root, number, leaves);
    if (content.length !== LEAF_BYTES || path.length !== depth) return null;
    let hash = sha256([0], content);
    for (const [level, sibling] of path.entries()) {
      const other = Buffer.from(sibling, 'hex');
      hash = Math.floor(at / 2 ** level) % 2 === 0 ? sha256([1], hash, other) : sha256([1], other, hash);
    }
    if (!hash.equals(root)) return null;
    values.set((at * LEAF_BYTES) / WORD_BYTES + word, content.readUInt32LE(word * WORD_BYTES));
  }
  return values;
}

function pickOf(root: Buffer, number: number, leaves: number): { readonly at: number; readonly word: number } {
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(number);
  const picked = createHash('sha256').update(root).update(counter).digest();
  return { at: picked.readUInt32BE(0) % leaves, word: picked.readUInt8(4) % (LEAF_BYTES / WORD_BYTES) };
}

function sha256(prefix: readonly number[], ...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256').update(Buffer.from(prefix));
  for (const part of parts) hash.update(part);
  return hash.digest();
}
