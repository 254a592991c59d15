/** Entry of the phone (站点手机): theme and words first, so that nothing flashes; then the page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startWords } from "../shared/i18n.ts";
import { applyTheme, readTheme } from "../shared/theme.ts";
import "../shared/tokens.css";
import { App } from "./app.tsx";
import "./phone.css";
import { en } from "./words/en.ts";
import { zh } from "./words/zh.ts";

applyTheme(readTheme());
startWords({ zh, en });
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
