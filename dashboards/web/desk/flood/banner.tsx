/** 报警泛滥, said in the bar of states: what is otherwise while it lasts. */
import type { ReactElement } from "react";
import { floodOf } from "../../shared/flood.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import type { FloodWord } from "./words/zh.ts";

export function FloodBanner(): ReactElement | null {
  const { t } = useWords<FloodWord>();
  const isFlood = useLiveValue((live) => floodOf(live) !== null);
  if (!isFlood) return null;
  return (
    <span className="flood-banner" role="alert">
      <strong>{t("flood.banner")}</strong>
      <span className="flood-law">{t("flood.law")}</span>
    </span>
  );
}
