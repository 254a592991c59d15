/** A real proxy before a server: hands on, or answers itself with what it was told to refuse with. */
import http from "node:http";

export type Refusal = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Proxy = {
  readonly url: string;
  /** From now on; null: hands on. */
  refuse: Refusal | null;
  /** What it has answered writes with, and when. */
  readonly answers: { readonly status: number; readonly at: number }[];
  readonly close: () => Promise<void>;
};

export async function startProxy(upstream: string): Promise<Proxy> {
  const answers: Proxy["answers"] = [];
  const server = http.createServer((request, response) => {
    const isWrite = request.method === "POST";
    const note = (status: number): void => {
      if (isWrite) answers.push({ status, at: performance.now() });
    };
    if (proxy.refuse && isWrite) {
      const { status, headers } = proxy.refuse;
      note(status);
      request.resume();
      response.writeHead(status, headers).end(JSON.stringify({ message: "refused on purpose" }));
      return;
    }
    const { method, headers } = request;
    const onward = http.request(upstream + request.url, { method, headers }, (answer) => {
      note(answer.statusCode ?? 0);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502).end());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const proxy: Proxy = {
    url: `http://127.0.0.1:${port}`,
    refuse: null,
    answers,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
