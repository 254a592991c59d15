/** Somebody who searches without a pause, then pages through all sites; tells how long each took. */
type Start = { readonly url: string; readonly cookie: string; readonly rounds: number };

/** Times in ms. */
export type Found = {
  readonly firstMs: number;
  readonly searches: readonly number[];
  readonly pages: readonly number[];
};

const words = ["纺织", "firm 17", "印染 3", "firm-99999", "nobody"];

async function search({ url, cookie, rounds }: Start): Promise<Found> {
  const get = async (query: string) => {
    const began = performance.now();
    const answer = await fetch(`${url}/api/v1/sites?${query}`, { headers: { cookie } });
    if (answer.status !== 200) throw new Error(await answer.text());
    const page = (await answer.json()) as { total: number; next: string | null };
    return { ms: performance.now() - began, ...page };
  };
  const first = await get("q=firm");
  const searches: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    searches.push((await get(`q=${encodeURIComponent(words[n % words.length] ?? "")}`)).ms);
  }
  const pages: number[] = [];
  for (let after: string | null = "baolong"; after !== null && pages.length < rounds; ) {
    const page = await get(`limit=200&after=${after}`);
    pages.push(page.ms);
    after = page.next;
  }
  return { firstMs: first.ms, searches, pages };
}

process.once("message", async (start: Start) => {
  const found = await search(start);
  process.send?.(found, () => process.exit(0));
});
