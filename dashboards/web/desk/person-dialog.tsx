/** Who acts: pick a name by its number, type the PIN, Enter. Three seconds, no sign-out. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, type InputRef } from "antd";
import { type ReactElement, useId, useRef, useState } from "react";
import type { DeskPeople, SessionView } from "#gateway/api/contract.ts";
import { getJson, postJson } from "../shared/api.ts";
import { useWords } from "../shared/i18n.ts";
import { type ByPin, type Command, type Signed, useDesk } from "./acts.ts";
import { Choices } from "./choices.tsx";
import { Frame, useActHere } from "./frame.tsx";
import { type Refusal, toRefusal } from "./refusal.ts";
import type { DeskWord } from "./words/zh.ts";

type SignatureProps = {
  readonly label: string;
  readonly onChange: (by: ByPin | null) => void;
  readonly except?: string;
  readonly first?: boolean;
};

const pinPattern = /^[0-9]{4,8}$/;

/** A person and a PIN; null until both are whole. The choice of a name moves on to the PIN. */
export function Signature({ label, onChange, except, first }: SignatureProps): ReactElement {
  const { t } = useWords<DeskWord>();
  const [person, setPerson] = useState<string | null>(null);
  const [pin, setPin] = useState("");
  const field = useRef<InputRef>(null);
  const pinId = useId();
  const people = useQuery({
    queryKey: ["people"],
    queryFn: ({ signal }) => getJson<DeskPeople>("/api/v1/people", signal),
    staleTime: 60_000,
  });
  const tell = (who: string | null, digits: string): void => {
    onChange(who !== null && pinPattern.test(digits) ? { person: who, pin: digits } : null);
  };
  if (people.isPending) return <p className="muted">{t("dialog.loading")}</p>;
  if (people.isError) return <p className="problem">{t("refused.unreachable")}</p>;
  const choices = people.data.people
    .filter(({ id }) => id !== except)
    .map(({ id, name }) => ({ value: id, label: name }));
  if (choices.length === 0) return <p className="problem">{t("person.none")}</p>;
  return (
    <>
      <Choices
        label={label}
        choices={choices}
        value={person}
        columns={2}
        first={first ?? false}
        onChoose={(value) => {
          setPerson(value);
          tell(value, pin);
          field.current?.focus();
        }}
      />
      <div className="pin">
        <label htmlFor={pinId}>{t("person.pin")}</label>
        <Input
          id={pinId}
          ref={field}
          size="large"
          type="password"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          value={pin}
          onChange={(event) => {
            const digits = event.target.value.replace(/\D/g, "");
            setPin(digits);
            tell(person, digits);
          }}
        />
      </div>
    </>
  );
}

type PersonProps = { readonly onClose: () => void; readonly onSignOut: () => Promise<void> };

export function PersonDialog({ onClose, onSignOut }: PersonProps): ReactElement {
  const { t } = useWords<DeskWord>();
  const queries = useQueryClient();
  const [by, setBy] = useState<ByPin | null>(null);
  const change = async (): Promise<Refusal | null> => {
    try {
      await postJson("/api/v1/session/acting", by);
      const session = await getJson<SessionView>("/api/v1/session");
      queries.setQueryData(["session"], session);
      return null;
    } catch (error) {
      return toRefusal(error);
    }
  };
  return (
    <Frame
      title={t("person.title")}
      onClose={onClose}
      does={{ label: t("person.change"), run: change, ready: by !== null }}
      extra={
        <Button size="large" type="text" onClick={() => void onSignOut()}>
          {t("person.signed-out")}
        </Button>
      }
    >
      <Signature label={t("person.choose")} onChange={setBy} first />
    </Frame>
  );
}

type PinProps = {
  readonly command: Command;
  readonly signed: Signed;
  readonly onClose: () => void;
};

/** The session has expired, or may only read: the act waits for whoever signs it. */
export function PinDialog({ command, signed, onClose }: PinProps): ReactElement {
  const { t } = useWords<DeskWord>();
  const act = useActHere();
  const [by, setBy] = useState<ByPin | null>(null);
  return (
    <Frame
      title={t("pin.title")}
      onClose={onClose}
      does={{
        label: t("pin.do"),
        ready: by !== null,
        run: () => (by ? act(command, { ...signed, by }) : Promise.resolve(null)),
      }}
    >
      <SignHere onChange={setBy} first />
    </Frame>
  );
}

/** Why a PIN is asked for, and by whom; for a dialog that asks other things as well. */
export function SignHere({
  onChange,
  first = false,
}: Pick<SignatureProps, "onChange" | "first">): ReactElement {
  const { t } = useWords<DeskWord>();
  const { session } = useDesk();
  return (
    <>
      <p className="muted">
        {t("pin.why")} ({session.person.name})
      </p>
      <Signature label={t("person.choose")} onChange={onChange} first={first} />
    </>
  );
}
