/** All keys of the desk, from the table that makes them work. */
import type { ReactElement } from "react";
import { useWords } from "../shared/i18n.ts";
import { Frame } from "./frame.tsx";
import type { IncidentWord } from "./incident/words/zh.ts";
import { deskKeys } from "./keys.ts";
import type { TrendsWord } from "./trends/words/zh.ts";
import type { DeskWord } from "./words/zh.ts";

export function HelpDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useWords<DeskWord | IncidentWord | TrendsWord>();
  return (
    <Frame title={t("help.title")} onClose={onClose} width={1120}>
      <dl className="help">
        {deskKeys.map(({ key, shown, does }) => (
          <div key={key}>
            <dt>
              <span className="key">{shown}</span>
            </dt>
            <dd>{t(`key.${does}`)}</dd>
          </div>
        ))}
      </dl>
      <p>
        <strong>{t("trends.title")}</strong> {t("trends.keys")}
      </p>
      <p className="muted">{t("watchesOnly")}</p>
    </Frame>
  );
}
