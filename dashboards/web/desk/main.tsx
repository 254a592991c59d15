/** Entry of the desk (值班台): the words, the look, the live connection and the sound, then the page. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../shared/tokens.css";
import "./desk.css";
import "./list.css";
import "./card.css";
import "./map.css";
import "./orders.css";
import "./overlay.css";
import "./called/called.css";
import "./flood/flood.css";
import "./incident/incident.css";
import "./shelf/shelf.css";
import "./narrow.css";
import { startWords } from "../shared/i18n.ts";
import { LiveContext, LiveStore } from "../shared/live.ts";
import { seatOf } from "../shared/seat.ts";
import { applyTheme, readTheme } from "../shared/theme.ts";
import { hotWorkEn } from "../shared/words/hot-work-en.ts";
import { hotWorkZh } from "../shared/words/hot-work-zh.ts";
import { App } from "./app.tsx";
import { en as calledEn } from "./called/words/en.ts";
import { zh as calledZh } from "./called/words/zh.ts";
import { en as deviceEn } from "./device/words/en.ts";
import { zh as deviceZh } from "./device/words/zh.ts";
import { ErrorBoundary } from "./error-boundary.tsx";
import { en as figuresEn } from "./figures/words/en.ts";
import { zh as figuresZh } from "./figures/words/zh.ts";
import { en as floodEn } from "./flood/words/en.ts";
import { zh as floodZh } from "./flood/words/zh.ts";
import { en as forceEn } from "./force/words/en.ts";
import { zh as forceZh } from "./force/words/zh.ts";
import { en as permitEn } from "./hot-work/words/en.ts";
import { zh as permitZh } from "./hot-work/words/zh.ts";
import { en as incidentEn } from "./incident/words/en.ts";
import { zh as incidentZh } from "./incident/words/zh.ts";
import { en as recordEn } from "./record/words/en.ts";
import { zh as recordZh } from "./record/words/zh.ts";
import { en as reportEn } from "./report/words/en.ts";
import { zh as reportZh } from "./report/words/zh.ts";
import { en as roadsEn } from "./roads/words/en.ts";
import { zh as roadsZh } from "./roads/words/zh.ts";
import { en as rulesEn } from "./rules/words/en.ts";
import { zh as rulesZh } from "./rules/words/zh.ts";
import { en as shelfEn } from "./shelf/words/en.ts";
import { zh as shelfZh } from "./shelf/words/zh.ts";
import { en as testsEn } from "./tests/words/en.ts";
import { zh as testsZh } from "./tests/words/zh.ts";
import { en as trendsEn } from "./trends/words/en.ts";
import { zh as trendsZh } from "./trends/words/zh.ts";
import { DeskSound } from "./use-sound.ts";
import { en } from "./words/en.ts";
import { zh } from "./words/zh.ts";

startWords({
  zh: {
    ...zh,
    ...deviceZh,
    ...figuresZh,
    ...floodZh,
    ...forceZh,
    ...incidentZh,
    ...reportZh,
    ...roadsZh,
    ...recordZh,
    ...rulesZh,
    ...testsZh,
    ...trendsZh,
    ...shelfZh,
    ...calledZh,
    ...hotWorkZh,
    ...permitZh,
  },
  en: {
    ...en,
    ...deviceEn,
    ...figuresEn,
    ...floodEn,
    ...forceEn,
    ...incidentEn,
    ...reportEn,
    ...roadsEn,
    ...recordEn,
    ...rulesEn,
    ...testsEn,
    ...trendsEn,
    ...shelfEn,
    ...calledEn,
    ...hotWorkEn,
    ...permitEn,
  },
});
applyTheme(readTheme());

const seat = seatOf(localStorage);
const store = new LiveStore({ seat });
const sound = new DeskSound(store);
store.start();
sound.start();

const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>
        <QueryClientProvider client={queries}>
          <LiveContext value={store}>
            <App seat={seat} sound={sound} />
          </LiveContext>
        </QueryClientProvider>
      </ErrorBoundary>
    </StrictMode>,
  );
}
