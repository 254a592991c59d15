/** An expired session still acts, by the PIN of a person; it takes a few seconds, not a sign-in. */
import { type FormEvent, type ReactElement, useEffect, useState } from "react";
import type { DeskPeople, SessionView } from "#gateway/api/contract.ts";
import { getJson } from "../shared/api.ts";
import { Sheet } from "./sheet.tsx";
import type { Answers } from "./use-answers.ts";
import { failureText, usePhoneWords } from "./words.ts";

type Props = {
  readonly answers: Answers;
  readonly asks: NonNullable<Answers["asks"]>;
  readonly session: SessionView;
};

export function PinSheet({ answers, asks, session }: Props): ReactElement {
  const words = usePhoneWords();
  const { t } = words;
  const own = [{ id: session.person.id, name: session.person.name, role: session.person.role }];
  const [people, setPeople] = useState<DeskPeople["people"]>(own);
  const [person, setPerson] = useState(session.acting.id);
  const [pin, setPin] = useState("");

  useEffect(() => {
    // Without the list there is still the person who signed in.
    getJson<DeskPeople>("/api/v1/people").then(
      (all) => setPeople((before) => (all.people.length > 0 ? all.people : before)),
      () => undefined,
    );
  }, []);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void answers.send(asks.answer, { person, pin });
    setPin("");
  };
  return (
    <Sheet title={t("pin.title")} onBack={answers.withdraw}>
      <form className="form" onSubmit={submit}>
        <p className="strong">{t(`reply.${asks.answer.reply}`)}</p>
        <label>
          <span>{t("pin.person")}</span>
          <select value={person} onChange={(event) => setPerson(event.target.value)}>
            {people.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t("pin.pin")}</span>
          <input
            type="password"
            inputMode="numeric"
            autoComplete="off"
            pattern="[0-9]{4,8}"
            required
            value={pin}
            onChange={(event) => setPin(event.target.value)}
          />
        </label>
        {asks.failure !== null && (
          <p className="failure" role="alert">
            {failureText(words, asks.failure)}
          </p>
        )}
        <button type="submit" className="button answer primary">
          {t("pin.submit")}
        </button>
      </form>
    </Sheet>
  );
}
