/** Entry of the phone (站点, 园区, 监护人): theme and words first, so that nothing flashes; then the page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startWords } from "../shared/i18n.ts";
import { applyTheme, readTheme } from "../shared/theme.ts";
import "../shared/tokens.css";
import { hotWorkEn } from "../shared/words/hot-work-en.ts";
import { hotWorkZh } from "../shared/words/hot-work-zh.ts";
import { App } from "./app.tsx";
import "./phone.css";
import "./hot-work/hot-work.css";
import { en as pagesEn } from "./hot-work/words/en.ts";
import { zh as pagesZh } from "./hot-work/words/zh.ts";
import { en } from "./words/en.ts";
import { zh } from "./words/zh.ts";

applyTheme(readTheme());
startWords({
  zh: { ...zh, ...hotWorkZh, ...pagesZh },
  en: { ...en, ...hotWorkEn, ...pagesEn },
});
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
