/** The state of a link in words, and how long until a device that is left alone is asked again. */
import type { ReactElement } from "react";
import type { LinkView } from "#gateway/api/contract.ts";
import { useWords } from "../../shared/i18n.ts";
import type { DeviceWord } from "./words/zh.ts";

type Props = {
  readonly link: LinkView;
  /** How long ago that was true, ms. */
  readonly sinceMs: number;
};

export function LinkState({ link, sinceMs }: Props): ReactElement {
  const { t } = useWords<DeviceWord>();
  const { state, failures, why, nextTryInMs, heartbeatFrozen } = link;
  const isFrozen = state === "live" && heartbeatFrozen;
  const word = isFrozen ? t("device-link.frozen") : t(`device-link.${state}`, { failures });
  const waits = nextTryInMs === null ? null : Math.ceil((nextTryInMs - sinceMs) / 1000);
  return (
    <span
      className="link-state"
      data-link-state={isFrozen ? "frozen" : state}
      data-failures={failures}
    >
      <strong>{word}</strong>
      {waits !== null && (
        <span>
          {" "}
          · {waits > 0 ? t("device-link.next", { seconds: waits }) : t("device-link.now")}
        </span>
      )}
      {why && <span className="muted"> {why}</span>}
    </span>
  );
}
