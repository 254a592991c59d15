/**
 * Two entries, desk and phone, built into `dist/` for the gateway to serve from `/`. Nothing is
 * inlined: the content security policy knows no inline script. What is built is compressed once here
 * and not at each request.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;
const root = resolve(here, "../..");
const compressible = /\.(js|mjs|css|html|svg|json)$/;

export default defineConfig({
  root: here,
  base: "/",
  appType: "mpa",
  plugins: [react(), compressed()],
  // `#rules/…` of package.json, said again for whoever opens this folder with another root.
  resolve: { alias: [{ find: /^#rules\//, replacement: `${root}/rules/` }] },
  build: {
    target: ["chrome115", "edge115", "firefox121", "safari17"],
    outDir: "dist",
    emptyOutDir: true,
    assetsDir: "assets",
    // A data: URL in a script would be one more thing the policy has to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { input: [join(here, "desk.html"), join(here, "phone.html")] },
  },
  worker: { format: "es" },
  server: {
    host: "127.0.0.1",
    fs: { allow: [root] },
    proxy: { "/api": "http://127.0.0.1:8080", "/print": "http://127.0.0.1:8080" },
  },
});

/** Writes `.br` and `.gz` beside every text file of the build. */
function compressed(): Plugin {
  return {
    name: "firelink-compressed",
    apply: "build",
    writeBundle({ dir }) {
      if (!dir) return;
      for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
        if (!compressible.test(name)) continue;
        const bytes = readFileSync(join(dir, name));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(bytes, { params }));
        writeFileSync(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      }
    },
  };
}
