/**
 * Where things stand in the picture of a pump room: pool on the left, pumps, headers, the far ends;
 * on a phone from top to bottom. Units are those of the viewBox; letters are 15 high in both.
 */
type At = { readonly x: number; readonly y: number };
export type Tank = At & { readonly width: number; readonly height: number };

export type Band = {
  /** The pumps, top to bottom: duty, standby, jockey. */
  readonly pumps: readonly At[];
  readonly header: At & { readonly top: number; readonly bottom: number };
  /** Where the figures of the network stand, and how wide they may be. */
  readonly figures: At & { readonly width: number };
};

export type Layout = {
  readonly width: number;
  readonly height: number;
  readonly pool: Tank;
  readonly roofTank: Tank;
  readonly suction: { readonly x: number; readonly top: number; readonly bottom: number };
  /** From the pool to the suction pipe. */
  readonly outlet: string;
  readonly hydrant: Band;
  readonly sprinkler: Band;
};

function band(
  x: number,
  top: number,
  step: number,
  header: number,
  figures: Band["figures"],
): Band {
  const pumps = [0, 1, 2].map((i) => ({ x, y: top + i * step }));
  const [first, , last] = pumps;
  return {
    pumps,
    header: { x: header, y: top + step, top: first?.y ?? top, bottom: last?.y ?? top },
    figures,
  };
}

export const wide: Layout = {
  width: 1000,
  height: 420,
  pool: { x: 16, y: 56, width: 120, height: 330 },
  roofTank: { x: 780, y: 172, width: 204, height: 56 },
  suction: { x: 170, top: 50, bottom: 370 },
  outlet: "M136 350 H170",
  hydrant: band(222, 50, 60, 560, { x: 590, y: 62, width: 394 }),
  sprinkler: band(222, 250, 60, 560, { x: 590, y: 262, width: 394 }),
};

export const narrow: Layout = {
  width: 400,
  height: 800,
  pool: { x: 16, y: 30, width: 230, height: 84 },
  roofTank: { x: 270, y: 30, width: 114, height: 84 },
  suction: { x: 30, top: 114, bottom: 620 },
  outlet: "",
  hydrant: band(76, 160, 60, 384, { x: 70, y: 340, width: 314 }),
  sprinkler: band(76, 500, 60, 384, { x: 70, y: 680, width: 314 }),
};
