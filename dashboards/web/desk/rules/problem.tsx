/** A no of the gateway, where it was asked. */
import type { ReactElement } from "react";
import { useWords } from "../../shared/i18n.ts";
import { type Refusal, refusalLines } from "../refusal.ts";
import type { DeskWord } from "../words/zh.ts";

export function Problem({ refusal }: { readonly refusal: Refusal | null }): ReactElement {
  const words = useWords<DeskWord>();
  return (
    <div role="alert">
      {refusal &&
        refusalLines(refusal, words).map((line) => (
          <p className="problem" key={line}>
            {line}
          </p>
        ))}
    </div>
  );
}
