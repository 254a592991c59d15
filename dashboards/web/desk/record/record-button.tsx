/** On a card: the way to its record. */
import type { ReactElement } from "react";
import { useWords } from "../../shared/i18n.ts";
import { KeyCap } from "../parts.tsx";
import { showRecord } from "./use-shown.ts";
import type { RecordWord } from "./words/zh.ts";

export function RecordButton({ incident }: { readonly incident: string }): ReactElement {
  const { t } = useWords<RecordWord>();
  return (
    <button
      type="button"
      className="button small quiet"
      data-does="record"
      onClick={() => showRecord(incident)}
    >
      {t("record.open")} <KeyCap does="record" />
    </button>
  );
}
