/**
 * What a list showed, frame by frame: the page notes its first row in every animation frame and after
 * every change of the document, and the browser hands over the pictures it has drawn.
 */
import type { CDPSession, Page } from "playwright-core";

export type Frame = {
  /** ms since the page began. */
  readonly at: number;
  /** A frame that was drawn, or a change of the document between two of them. */
  readonly kind: "frame" | "change";
  readonly first: string | null;
  readonly priority: string | null;
  /** Rows that are fires, wherever they stand; and how many things the list says it has. */
  readonly fires: number;
  readonly count: string;
};

/** Runs in the page before its own program, hence a text. */
const watch = `
  globalThis.frames = [];
  const look = (kind) => {
    const rows = document.querySelectorAll(".rows .row");
    const head = document.querySelector(".rows > li > button");
    frames.push({
      at: performance.now(),
      kind,
      first: head?.dataset.key ?? (head ? "group" : null),
      priority: head?.dataset.priority ?? null,
      fires: [...rows].filter((row) => /^(P0|P1-fire)$/.test(row.dataset.priority)).length,
      count: document.querySelector(".list .panel-head .muted")?.textContent ?? "",
    });
  };
  const next = () => { look("frame"); requestAnimationFrame(next); };
  requestAnimationFrame(next);
  new MutationObserver(() => look("change"))
    .observe(document, { childList: true, subtree: true, attributes: true });
`;

export async function recordFrames(page: Page): Promise<void> {
  await page.addInitScript({ content: watch });
}

export function framesOf(page: Page): Promise<Frame[]> {
  return page.evaluate<Frame[]>("globalThis.frames");
}

/** Pictures of the page as the browser drew them, oldest first. */
export class Screencast {
  readonly #session: CDPSession;
  readonly #pictures: string[] = [];

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async start(page: Page): Promise<Screencast> {
    const session = await page.context().newCDPSession(page);
    const cast = new Screencast(session);
    session.on("Page.screencastFrame", ({ data, sessionId }) => {
      cast.#pictures.push(data);
      // The next one is sent when this one has been taken.
      void session.send("Page.screencastFrameAck", { sessionId }).catch(() => {});
    });
    await session.send("Page.startScreencast", { format: "png", everyNthFrame: 1 });
    return cast;
  }

  async stop(): Promise<readonly string[]> {
    await this.#session.send("Page.stopScreencast");
    return this.#pictures;
  }
}

/** The colour of one point in each picture, as CSS writes it; a page of the browser decodes them. */
export async function coloursAt(
  reader: Page,
  pictures: readonly string[],
  { x, y }: { readonly x: number; readonly y: number },
): Promise<string[]> {
  const colours: string[] = [];
  for (const data of pictures) {
    const script = `(async () => {
      const bytes = Uint8Array.from(atob("${data}"), (c) => c.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const drawing = new OffscreenCanvas(1, 1).getContext("2d");
      drawing.drawImage(picture, -${Math.round(x)}, -${Math.round(y)});
      const [r, g, b] = drawing.getImageData(0, 0, 1, 1).data;
      return "rgb(" + r + ", " + g + ", " + b + ")";
    })()`;
    colours.push(await reader.evaluate<string>(script));
  }
  return colours;
}
