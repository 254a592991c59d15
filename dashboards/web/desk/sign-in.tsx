/** The door: name and password. The gesture that sends them also lets the page sound. */
import { type FormEvent, type ReactElement, useState } from "react";
import type { SessionView } from "#gateway/api/contract.ts";
import { getJson, postJson } from "../shared/api.ts";
import { setLanguage, useWords } from "../shared/i18n.ts";
import { refusalLines, toRefusal } from "./refusal.ts";
import type { DeskWord } from "./words/zh.ts";

type Props = {
  readonly unreachable: boolean;
  readonly onSignedIn: (session: SessionView) => void;
};

export function SignIn({ unreachable, onSignedIn }: Props): ReactElement {
  const words = useWords<DeskWord>();
  const { t, language } = words;
  const [busy, setBusy] = useState(false);
  const [lines, setLines] = useState<readonly string[]>([]);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setLines([]);
    try {
      const body = { name: String(fields.get("name")), password: String(fields.get("password")) };
      await postJson("/api/v1/session", body);
      onSignedIn(await getJson<SessionView>("/api/v1/session"));
    } catch (error) {
      setLines(refusalLines(toRefusal(error), words));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="whole-page">
      <form className="sign-in" onSubmit={(event) => void submit(event)}>
        <h1>{t("sign-in.title")}</h1>
        {unreachable && <p className="sign-in-problem">{t("sign-in.unreachable")}</p>}
        <label>
          {t("sign-in.name")}
          <input name="name" autoComplete="username" required maxLength={64} />
        </label>
        <label>
          {t("sign-in.password")}
          <input
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={1024}
          />
        </label>
        <div role="alert">
          {lines.map((line) => (
            <p className="sign-in-problem" key={line}>
              {line}
            </p>
          ))}
        </div>
        <button type="submit" className="button primary" disabled={busy}>
          {t("sign-in.do")}
        </button>
        <p className="sign-in-foot">
          <button
            type="button"
            className="link"
            onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
          >
            {t("head.language")}
          </button>
          <a href="/plain">{t("sign-in.plain")}</a>
        </p>
        <p className="muted">{t("watchesOnly")}</p>
      </form>
    </main>
  );
}
