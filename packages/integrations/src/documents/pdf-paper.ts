import { fileURLToPath } from 'node:url';
import type PdfDocument from 'pdfkit';

type Pdf = InstanceType<typeof PdfDocument>;

/** DejaVu has Latin, Greek and Cyrillic letters and the signs of currencies; the fonts built into PDF have only western ones. */
const FONTS = {
  plain: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf')),
  bold: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf')),
} as const;

export const INK = '#111827';
export const FAINT = '#6b7280';
const RULE = '#d1d5db';

/** A4 in points, with room for a footer below the text. */
export const PAPER = { left: 50, right: 545, top: 50, bottom: 770, footer: 795 } as const;
/** One cell of text is cut here: a row must fit on a page whatever somebody wrote. */
const CELL_LENGTH_MAX = 1_200;

export interface TextStyle {
  readonly size?: number;
  readonly font?: keyof typeof FONTS;
  readonly color?: string;
  readonly align?: 'left' | 'right';
}

/** A sheet on which text is put at places. It knows where the next free line is, and begins a new page when nothing fits. */
export class PdfPaper {
  readonly #pdf: Pdf;
  /** Where the next thing goes. */
  y: number = PAPER.top;
  /** What is put on top of each page that `need` begins. */
  onNewPage: (() => void) | null = null;

  constructor(pdf: Pdf) {
    this.#pdf = pdf;
    for (const [name, path] of Object.entries(FONTS)) pdf.registerFont(name, path);
  }

  /** Begins a new page when less than `height` is left. */
  need(height: number): void {
    if (this.y + height <= PAPER.bottom) return;
    this.#pdf.addPage();
    this.y = PAPER.top;
    this.onNewPage?.();
  }

  /** Puts text into a column, from `y` on. */
  put(words: string, x: number, y: number, width: number, style: TextStyle = {}): void {
    const printed = this.#styled(words, style);
    this.#pdf.fillColor(style.color ?? INK).text(printed, x, y, { width, align: style.align ?? 'left' });
  }

  /** The same, and returns its height. */
  text(words: string, x: number, y: number, width: number, style: TextStyle = {}): number {
    this.put(words, x, y, width, style);
    return this.heightOf(words, width, style);
  }

  heightOf(words: string, width: number, style: TextStyle = {}): number {
    return this.#pdf.heightOfString(this.#styled(words, style), { width });
  }

  rule(): void {
    this.#pdf.moveTo(PAPER.left, this.y).lineTo(PAPER.right, this.y).lineWidth(0.5).strokeColor(RULE).stroke();
  }

  /** Fills the dark cells of a square grid of that size, such as a QR code. */
  cells(rows: readonly (readonly boolean[])[], x: number, y: number, size: number): void {
    const side = size / rows.length;
    for (const [down, row] of rows.entries()) {
      for (const [right, isDark] of row.entries()) {
        if (isDark) this.#pdf.rect(x + right * side, y + down * side, side, side);
      }
    }
    this.#pdf.fill(INK);
  }

  /** Puts something on every page, once all of them are there. */
  onEveryPage(draw: (page: number, pages: number) => void): void {
    const { count, start } = this.#pdf.bufferedPageRange();
    for (let index = 0; index < count; index += 1) {
      this.#pdf.switchToPage(start + index);
      draw(index + 1, count);
    }
  }

  #styled(words: string, style: TextStyle): string {
    this.#pdf.font(style.font ?? 'plain').fontSize(style.size ?? 9);
    const line = words.replaceAll(/\p{Cc}+/gu, ' ');
    return line.length > CELL_LENGTH_MAX ? `${line.slice(0, CELL_LENGTH_MAX)}…` : line;
  }
}
