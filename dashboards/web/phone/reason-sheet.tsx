/** Why a station cannot turn out: one of a closed list, for the journal holds codes only. */
import type { ReactElement } from "react";
import type { ReplyBody } from "#gateway/api/contract.ts";
import { refusalReasons } from "#rules/reasons.ts";
import { Sheet } from "./sheet.tsx";
import { usePhoneWords } from "./words.ts";

type Props = {
  readonly onChoose: (reason: NonNullable<ReplyBody["reason"]>) => void;
  readonly onBack: () => void;
};

export function ReasonSheet({ onChoose, onBack }: Props): ReactElement {
  const { t } = usePhoneWords();
  return (
    <Sheet title={t("answer.why")} onBack={onBack}>
      <p className="muted">{t("answer.why-hint")}</p>
      {refusalReasons.map((reason) => (
        <button
          key={reason}
          type="button"
          className="button answer"
          data-reason={reason}
          onClick={() => onChoose(reason)}
        >
          {t(`refusal.${reason}`)}
        </button>
      ))}
    </Sheet>
  );
}
