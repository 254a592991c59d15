/**
 * The screens' files: desk and phone as they were built, with what a browser may load spelled out. No
 * host but this one is ever asked for anything.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import staticFiles from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";

const folder = join(import.meta.dirname, "../../dashboards/web/dist");

/** The map's worker is made from a blob; styles of components are written by scripts of ours. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const notBuilt = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>firelink</title></head>
<body><p>页面尚未构建:npm run build:web。平台照常记录和调派;<a href="/plain">简易页面</a></p>
<p>The pages are not built: npm run build:web. The gateway records and orders as always;
<a href="/plain">plain page</a></p></body></html>
`;

export async function fileRoutes(server: FastifyInstance): Promise<void> {
  const isBuilt = existsSync(join(folder, "desk.html"));
  if (isBuilt) {
    // Routes are ours, so that each of them declares what it is; the package only sends.
    await server.register(staticFiles, {
      root: folder,
      serve: false,
      preCompressed: true,
      cacheControl: false,
    });
  }
  const page = (name: string) => async (_request: unknown, reply: FastifyReply) => {
    reply.headers({ "content-security-policy": policy, "cache-control": "no-store" });
    if (!isBuilt) return reply.type("text/html; charset=utf-8").send(notBuilt);
    return reply.sendFile(name);
  };
  const enter = { schema: { hide: true }, config: { action: "enter" } } as const;
  server.get("/", enter, page("desk.html"));
  server.get("/desk", enter, page("desk.html"));
  server.get("/phone", enter, page("phone.html"));
  if (!isBuilt) return;
  // Names carry the hash of their content: what has been loaded once stays right for ever.
  server.get<{ Params: { "*": string } }>("/assets/*", enter, (request, reply) => {
    reply.headers({
      "content-security-policy": policy,
      "cache-control": "public, max-age=31536000, immutable",
    });
    return reply.sendFile(`assets/${request.params["*"]}`);
  });
}
