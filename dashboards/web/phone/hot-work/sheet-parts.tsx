/** What every question before an act is given, and how it goes out. */
import type { ReactElement } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import type { HotWorkForm } from "#gateway/api/hot-work-form-contract.ts";
import { parties } from "#rules/hot-work/permit.ts";
import type { ActBody } from "./use-permits.ts";
import { useHotWords } from "./words.ts";

export type SheetProps = {
  readonly permit: PermitView;
  readonly form: HotWorkForm | null;
  /** Of who acts: a firm signs for the firm, officials for officials. */
  readonly role: string;
  /** Gateway time. */
  readonly now: number;
  readonly utcOffsetMin: number;
  readonly onSend: (act: ActBody) => void;
};
/** Parties that have not signed. */
export function partiesLeft({ check }: PermitView): string[] {
  return parties.filter(
    (party) => check?.parties.find((one) => one.party === party)?.result === null,
  );
}

export function Send({
  onSend,
  disabled = false,
}: {
  readonly onSend: () => void;
  readonly disabled?: boolean;
}): ReactElement {
  const { t } = useHotWords();
  return (
    <button
      type="button"
      className="button answer primary"
      data-does="send"
      disabled={disabled}
      onClick={onSend}
    >
      {t("pin.submit")}
    </button>
  );
}
