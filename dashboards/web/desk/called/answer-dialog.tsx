/** 代录召集答复: what somebody who is called has said by telephone or radio, entered by the desk. */
import { useQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { type ReactElement, useState } from "react";
import type { CalledPeople, IncidentCard } from "#gateway/api/contract.ts";
import { callAnswers } from "#rules/call-out/call-out.ts";
import { reportedVia } from "#rules/dispatch/order.ts";
import { getJson } from "../../shared/api.ts";
import { useWords } from "../../shared/i18n.ts";
import { Choices } from "../choices.tsx";
import { Frame, useActHere } from "../frame.tsx";
import type { CalledWord } from "./words/zh.ts";

type Props = { readonly card: IncidentCard; readonly onClose: () => void };
type Called = CalledPeople["people"][number];
type Answer = (typeof callAnswers)[number];
type Via = (typeof reportedVia)[number];

const shownAtMost = 8;

export function AnswerDialog({ card, onClose }: Props): ReactElement {
  const { t, rule } = useWords<CalledWord>();
  const act = useActHere();
  const read = useQuery({
    queryKey: ["called", card.id, card.callOuts],
    queryFn: ({ signal }) =>
      getJson<CalledPeople>(`/api/v1/incidents/${encodeURIComponent(card.id)}/called`, signal),
  });
  const people = read.data?.people ?? [];
  const [who, setWho] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [via, setVia] = useState<Via>("phone");
  const [reporter, setReporter] = useState<string | null>(null);
  const person = people.find((one) => keyOf(one) === who) ?? null;
  const choose = (key: string): void => {
    setWho(key);
    setAnswer(null);
    setReporter(null);
  };
  return (
    <Frame
      title={`${t("answer.ask")} · ${card.number}`}
      onClose={onClose}
      width={680}
      does={{
        label: t("answer.enter"),
        ready: person !== null && answer !== null,
        run: async () =>
          person && answer
            ? act({
                ...{ command: "answer-call-out", callOut: person.callOut, person: person.person },
                ...{ answer, via, reportedBy: reporter ?? person.person },
              })
            : null,
      }}
    >
      {read.isError && <p className="problem">{t("answer.failed")}</p>}
      {read.isSuccess && people.length === 0 && <p className="problem">{t("answer.nobody")}</p>}
      {people.length > 0 && <Who people={people} chosen={who} onChoose={choose} />}
      {person && (
        <>
          <Choices
            label={t("answer.said")}
            columns={3}
            choices={callAnswers.map((value) => ({
              value,
              label: rule(`call-answer.${value}`),
              disabled: person.answer === "arrived" || person.answer === value,
            }))}
            value={answer}
            onChoose={(value) => setAnswer(value as Answer)}
          />
          <Choices
            label={t("radio.via")}
            columns={2}
            choices={reportedVia.map((value) => ({ value, label: t(`radio.via.${value}`) }))}
            value={via}
            onChoose={(value) => setVia(value as Via)}
          />
          <Reporters people={people} of={person} chosen={reporter} onChoose={setReporter} />
        </>
      )}
    </Frame>
  );
}

const keyOf = ({ callOut, person }: Called): string => `${callOut} ${person}`;

type WhoProps = {
  readonly people: readonly Called[];
  readonly chosen: string | null;
  readonly onChoose: (key: string) => void;
};

/** Found by a part of the name or the roster: 140 people are no list. */
function Who({ people, chosen, onChoose }: WhoProps): ReactElement {
  const { t, text, rule } = useWords<CalledWord>();
  const [search, setSearch] = useState("");
  const found = people.filter((one) => matches(one, search, text(one.of)));
  const left = found.length - shownAtMost;
  return (
    <>
      <Input
        size="large"
        allowClear
        autoFocus
        placeholder={t("answer.search")}
        aria-label={t("answer.search")}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      {found.length === 0 && <p className="problem">{t("answer.no-match")}</p>}
      <Choices
        label={t("answer.who")}
        choices={found.slice(0, shownAtMost).map((one) => ({
          value: keyOf(one),
          label: one.name,
          note: `${text(one.of)} · ${one.answer === null ? t("called.silent") : rule(`call-answer.${one.answer}`)}`,
        }))}
        value={chosen}
        onChoose={onChoose}
      />
      {left > 0 && <p className="muted">{t("answer.more", { count: left })}</p>}
    </>
  );
}

function matches(one: Called, search: string, roster: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [one.name, one.person, roster].some((word) => word.toLowerCase().includes(wanted));
}

type ReporterProps = {
  readonly people: readonly Called[];
  readonly of: Called;
  readonly chosen: string | null;
  readonly onChoose: (person: string) => void;
};

/** Mostly the person itself; else somebody of the same roster, who speaks for several. */
function Reporters({ people, of, chosen, onChoose }: ReporterProps): ReactElement {
  const { t, text } = useWords<CalledWord>();
  const others = people.filter((one) => one !== of && text(one.of) === text(of.of));
  return (
    <Choices
      label={t("radio.reporter")}
      columns={2}
      choices={[
        { value: of.person, label: t("answer.itself", { name: of.name }) },
        ...others.slice(0, 5).map(({ person, name }) => ({ value: person, label: name })),
      ]}
      value={chosen ?? of.person}
      onChoose={onChoose}
    />
  );
}
