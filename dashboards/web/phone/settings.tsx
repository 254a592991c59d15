/** Language and light or dark: two switches, each named by what it is now. */
import { type ReactElement, useState } from "react";
import { setLanguage } from "../shared/i18n.ts";
import { applyTheme, nextTheme, readTheme } from "../shared/theme.ts";
import { usePhoneWords } from "./words.ts";

export function SettingsBar(): ReactElement {
  const { language, t } = usePhoneWords();
  const [theme, setTheme] = useState(readTheme);
  const other = language === "zh" ? "en" : "zh";
  const turn = (): void => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  return (
    <div className="settings">
      <button type="button" className="button" lang={other} onClick={() => setLanguage(other)}>
        {t(`language.${other}`)}
      </button>
      <button type="button" className="button" onClick={turn}>
        {t("theme.label")}: {t(`theme.${theme}`)}
      </button>
    </div>
  );
}
