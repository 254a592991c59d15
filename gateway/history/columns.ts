/** How a batch of the log is written down: by columns, as JSON. */

/** Columns of a batch: series, ms after the first, quality (and whether it is late), value. */
export type Columns = {
  readonly at: number;
  readonly s: number[];
  readonly t: number[];
  readonly q: number[];
  readonly v: (number | string | null)[];
};

export const lateBit = 8;
