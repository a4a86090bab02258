/** Sizes in pixels that Windows looks for: lists and the task bar at each of its scales, and 256 for large views. */
export const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256] as const;

/**
 * The types of an .icns that hold a PNG, with their size in pixels: 16, 32, 128, 256 and 512 points for screens of double density,
 * and the last three for others. Small icons of other screens are drawn from the double ones; the types that would hold them as PNG
 * (`icp4`, `icp5`) are not read in application bundles.
 */
export const ICNS_TYPES = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
] as const;

export interface SizedPng {
  readonly size: number;
  readonly png: Buffer;
}

const ICO_HEADER_BYTES = 6;
const ICO_ENTRY_BYTES = 16;
const ICO_LARGEST = 256;

/** Puts PNGs into the container of Windows: a directory with an entry for each, and then the files themselves. */
export function makeIco(pictures: readonly SizedPng[]): Buffer {
  const header = Buffer.alloc(ICO_HEADER_BYTES);
  // Reserved, the type "icon", the number of pictures.
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = ICO_HEADER_BYTES + ICO_ENTRY_BYTES * pictures.length;
  const entries = pictures.map(({ png, size }) => {
    if (size > ICO_LARGEST) throw new Error(`An .ico holds at most ${ICO_LARGEST} pixels, but this is ${size}.`);
    const entry = Buffer.alloc(ICO_ENTRY_BYTES);
    // A size is one byte, and 0 stands for 256.
    entry.writeUInt8(size % ICO_LARGEST, 0);
    entry.writeUInt8(size % ICO_LARGEST, 1);
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6);
    entry.writeUInt32LE(png.length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += png.length;
    return entry;
  });
  return Buffer.concat([header, ...entries, ...pictures.map(({ png }) => png)]);
}

/** Puts PNGs into the container of macOS: each behind its type and length, all behind the magic word and the whole length. */
export function makeIcns(pictures: readonly SizedPng[]): Buffer {
  const chunks = ICNS_TYPES.map(([type, size]) => {
    const picture = pictures.find((candidate) => candidate.size === size);
    if (picture === undefined) throw new Error(`There is no picture of ${size} pixels for ${type}.`);
    return icnsChunk(type, picture.png);
  });
  return icnsChunk('icns', Buffer.concat(chunks));
}

/** A word of four letters, the length of everything with these eight bytes, and the content. */
function icnsChunk(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(head.length + content.length, 4);
  return Buffer.concat([head, content]);
}
