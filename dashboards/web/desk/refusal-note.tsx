/** The gateway's no, over the page until it was read: what, why, what is allowed. */
import type { ReactElement } from "react";
import { useWords } from "../shared/i18n.ts";
import { type Refusal, refusalLines } from "./refusal.ts";
import type { DeskWord } from "./words/zh.ts";

type Props = { readonly refusal: Refusal; readonly onClose: () => void };

export function RefusalNote({ refusal, onClose }: Props): ReactElement {
  const words = useWords<DeskWord>();
  return (
    <div className="refusal" role="alert">
      <div>
        <strong>{words.t("refused.title")}</strong>
        {refusalLines(refusal, words).map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <button type="button" className="button" onClick={onClose}>
        {words.t("refused.close")}{" "}
        <span className="key" aria-hidden="true">
          Esc
        </span>
      </button>
    </div>
  );
}
