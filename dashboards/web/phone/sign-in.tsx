/** Sign-in on a phone: name, password, and why it did not work. */
import { type FormEvent, type ReactElement, useState } from "react";
import { postJson } from "../shared/api.ts";
import { SettingsBar } from "./settings.tsx";
import { failureText, usePhoneWords } from "./words.ts";

export function SignIn({ onSignedIn }: { readonly onSignedIn: () => void }): ReactElement {
  const words = usePhoneWords();
  const { t } = words;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, password] = [String(form.get("name")), String(form.get("password"))];
    setBusy(true);
    try {
      await postJson("/api/v1/session", { name, password });
      onSignedIn();
    } catch (error) {
      setFailure(failureText(words, error));
      setBusy(false);
    }
  };

  return (
    <main className="page">
      <header className="bar">
        <h1>{t("phone.title")}</h1>
      </header>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <label>
          <span>{t("sign-in.name")}</span>
          <input name="name" autoComplete="username" autoCapitalize="off" required />
        </label>
        <label>
          <span>{t("sign-in.password")}</span>
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {failure !== null && (
          <p className="failure" role="alert">
            {failure}
          </p>
        )}
        <button type="submit" className="button primary" disabled={busy}>
          {t(busy ? "sign-in.busy" : "sign-in.submit")}
        </button>
      </form>
      <SettingsBar />
    </main>
  );
}
