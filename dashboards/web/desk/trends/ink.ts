/** Colours of the chart, read from the theme: a canvas knows no variables. */
export type Ink = {
  readonly text: string;
  readonly grid: string;
  readonly gap: string;
  /** Behind a word on a shade. */
  readonly plate: string;
  readonly mark: string;
  readonly font: string;
  readonly lines: readonly string[];
  readonly bands: readonly string[];
  /** Between a limit and where it is right again. */
  readonly deadBands: readonly string[];
};

const curves = 8;

/** The second four have the first four's colours, and dashes: nobody tells eight colours apart. */
export function dashOf(i: number): number[] {
  return i < curves / 2 ? [] : [6, 4];
}

export function inkOf(): Ink {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (value: string): string => {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const own = Array.from({ length: curves }, (_, i) => `var(--trend-${(i % (curves / 2)) + 1})`);
  const ink = {
    text: colour("var(--text-muted)"),
    grid: colour("var(--border)"),
    gap: colour("color-mix(in srgb, var(--border-strong) 28%, transparent)"),
    plate: colour("var(--surface-raised)"),
    mark: colour("var(--p0)"),
    font: `12px ${getComputedStyle(document.documentElement).getPropertyValue("--font")}`,
    lines: own.map(colour),
    bands: own.map((of) => colour(`color-mix(in srgb, ${of} 22%, transparent)`)),
    deadBands: own.map((of) => colour(`color-mix(in srgb, ${of} 9%, transparent)`)),
  };
  probe.remove();
  return ink;
}
