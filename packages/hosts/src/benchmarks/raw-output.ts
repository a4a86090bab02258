import { createHash } from 'node:crypto';
import { RAW_OUTPUT_BYTES_MAX } from '@rsm/domain/benchmarks/benchmark';

const CUT_NOTE = '\n[cut here: the output was longer than what is kept]\n';

/** Collects what the tools printed, each piece under a line that says which run it is from. */
export class RawOutput {
  #text = '';

  add(title: string, output: string): void {
    this.#text += `# ${title}\n${output.trimEnd()}\n\n`;
  }

  /** The text as it is kept, and its SHA-256. */
  finish(): { readonly rawOutput: string; readonly rawOutputSha256: string } {
    const bytes = Buffer.from(this.#text, 'utf8');
    const rawOutput =
      bytes.length <= RAW_OUTPUT_BYTES_MAX
        ? this.#text
        : bytes
            .subarray(0, RAW_OUTPUT_BYTES_MAX - CUT_NOTE.length)
            .toString('utf8')
            .replace(/\uFFFD$/, '') + CUT_NOTE;
    return { rawOutput, rawOutputSha256: createHash('sha256').update(rawOutput, 'utf8').digest('hex') };
  }
}
