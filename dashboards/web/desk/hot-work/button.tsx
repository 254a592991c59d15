/** The way to hot work in the header: how much burns on purpose now, and what stands still. */
import type { ReactElement } from "react";
import { KeyCap } from "../parts.tsx";
import { groupOf } from "./permits.ts";
import { useFollowPermits, usePermits } from "./use-permits.ts";
import { showHotWork } from "./use-shown.ts";
import { usePermitWords } from "./words.ts";

export function HotWorkButton(): ReactElement {
  const { t } = usePermitWords();
  useFollowPermits();
  const permits = usePermits().data?.permits ?? [];
  const stopped = permits.filter((one) => groupOf(one) === "stopped").length;
  const atWork = permits.filter((one) => groupOf(one) === "at-work").length;
  return (
    <button type="button" className="button quiet" onClick={() => showHotWork()}>
      {t("hot-work.title")}
      {atWork > 0 && <span> · {t("permit.button-count", { count: atWork })}</span>}
      {stopped > 0 && (
        <strong className="problem"> · {t("permit.button-stopped", { count: stopped })}</strong>
      )}{" "}
      <KeyCap does="hot-work" />
    </button>
  );
}
