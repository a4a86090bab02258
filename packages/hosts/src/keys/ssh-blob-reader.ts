/** Reads the fields of an SSH key blob in order (RFC 4251, section 5). Throws RangeError when a field is not there. */
export class SshBlobReader {
  readonly #blob: Buffer;
  #at = 0;

  constructor(blob: Buffer) {
    this.#blob = blob;
  }

  /** A `string` as bytes. */
  bytes(): Buffer {
    if (this.#at + 4 > this.#blob.length) throw new RangeError('The key ends early.');
    const length = this.#blob.readUInt32BE(this.#at);
    const start = this.#at + 4;
    if (start + length > this.#blob.length) throw new RangeError('The key ends early.');
    this.#at = start + length;
    return this.#blob.subarray(start, start + length);
  }

  /** A `string` as text. */
  text(): string {
    return this.bytes().toString('latin1');
  }

  /** An `mpint` that is positive and in its shortest form. */
  positiveInteger(): bigint {
    const bytes = this.bytes();
    const first = bytes[0];
    if (first === undefined || first >= 0x80 || (first === 0 && (bytes[1] ?? 0) < 0x80)) {
      throw new RangeError('The number is not positive or not in its shortest form.');
    }
    return BigInt(`0x${bytes.toString('hex')}`);
  }

  /** Checks that nothing follows. */
  end(): void {
    if (this.#at !== this.#blob.length) throw new RangeError('Something follows the key.');
  }
}
