/** Words of a step: options by their name, and times. */
export function option(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

export function signed(text: string): number {
  return text.startsWith("-") ? -duration(text.slice(1)) : duration(text);
}

/** `20s`, `10min`, `25h` in ms. */
export function duration(text: string): number {
  const match = /^(\d+)(ms|s|min|h)$/.exec(text);
  if (!match) throw new Error(`${text} is no duration; write 20s, 10min or 25h`);
  const unit = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }[match[2] as "s"];
  return Number(match[1]) * unit;
}
