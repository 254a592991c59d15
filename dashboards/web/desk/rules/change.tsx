/**
 * Other rules, before they are in force: from a pack in force, a file or what is pasted. They are checked
 * (each error with file and line), compared, tried out over stored samples, adopted, and taken back.
 */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useCallback, useEffect, useState } from "react";
import type { RulesLook } from "#gateway/api/contract.ts";
import { adoptReasons } from "#rules/reasons.ts";
import { useWords } from "../../shared/i18n.ts";
import { useDesk } from "../acts.ts";
import { Choices } from "../choices.tsx";
import { type Refusal, toRefusal } from "../refusal.ts";
import { Backtest } from "./backtest.tsx";
import { draft, useDraft } from "./draft.ts";
import { Problem } from "./problem.tsx";
import { SourceFields } from "./source.tsx";
import { adopt, look, type Source, useMayChange } from "./use-rules.ts";
import type { RulesWord } from "./words/zh.ts";

/** What was adopted last, and what was in force before it. */
type Done = { readonly hash: string; readonly before: string | null; readonly undone: boolean };

export function Change(): ReactElement {
  const { t } = useWords<RulesWord>();
  const mayChange = useMayChange();
  const { source, looked } = useDraft();
  const [refusal, refuse] = useState<Refusal | null>(null);
  const [isChecking, setChecking] = useState(false);
  const [done, setDone] = useState<Done | null>(null);
  const check = useCallback(async (of: Source): Promise<void> => {
    refuse(null);
    setDone(null);
    setChecking(true);
    try {
      const seen = await look(of);
      // Somebody may have typed on meanwhile: then it says nothing of what stands there.
      if (draft.now().source === of) draft.put({ looked: seen });
    } catch (error) {
      refuse(toRefusal(error));
    }
    setChecking(false);
  }, []);
  // A set that nobody has to write is checked at once.
  useEffect(() => {
    if (mayChange && source && !("texts" in source) && !draft.now().looked) void check(source);
  }, [mayChange, source, check]);
  if (!mayChange) return <p className="empty">{t("rules.only-admin")}</p>;
  const isReady = source !== null && looked !== null && looked.hash !== null;
  const isOther = isReady && looked.hash !== looked.base;
  return (
    <>
      <p className="muted">{t("rules.law")}</p>
      <SourceFields source={source} />
      {source && (
        <p className="rule-acts">
          <button
            type="button"
            className="button primary"
            disabled={isChecking || ("texts" in source && source.texts.length === 0)}
            onClick={() => void check(source)}
          >
            {t(isChecking ? "rules.checking" : "rules.check")}
          </button>
        </p>
      )}
      <Problem refusal={refusal} />
      {done && <Adopted done={done} onDone={setDone} onRefused={refuse} />}
      {looked && <Looked looked={looked} />}
      <Backtest looked={looked} />
      {isOther && (
        <Adopt
          source={source}
          looked={looked}
          onRefused={refuse}
          onDone={(hash) => {
            setDone({ hash, before: looked.base, undone: false });
            draft.begin({});
          }}
        />
      )}
    </>
  );
}

function Looked({ looked }: { readonly looked: RulesLook }): ReactElement {
  const { t, text, language } = useWords<RulesWord>();
  const { faults, moreFaults, changes, added, changed, gone } = looked;
  if (faults.length > 0) {
    return (
      <section className="rules-faults">
        <h2 className="problem">{t("rules.faults", { count: faults.length + moreFaults })}</h2>
        <ul>
          {faults.map(({ file, line, key, message, zh }) => (
            <li key={`${file} ${line} ${key} ${message}`}>
              <button
                type="button"
                className="link-button"
                disabled={line === null}
                onClick={() => showLine(file, line ?? 1)}
              >
                {file}
                {line === null ? "" : ` · ${t("rules.line", { line })}`} · {key}
              </button>
              <span>{language === "zh" ? (zh ?? message) : message}</span>
            </li>
          ))}
        </ul>
        {moreFaults > 0 && <p>{t("rules.more-faults", { count: moreFaults })}</p>}
      </section>
    );
  }
  if (changes.length === 0) return <p className="rules-note">{t("rules.no-change")}</p>;
  const more = added + changed + gone - changes.length;
  return (
    <section className="rules-difference">
      <h2>{t("rules.changes", { added, changed, gone })}</h2>
      {changes.map(({ kind, pack, rule, name, keys }) => (
        <article key={`${pack}/${rule}`} data-change={kind}>
          <h3>
            {t(`rules.${kind}`)} · {pack}/{rule} {text(name)}
          </h3>
          {kind !== "gone" && (
            <table>
              <tbody>
                {keys.map(({ key, label, before, after }) => (
                  <tr key={key}>
                    <th scope="row">{text(label)}</th>
                    {kind === "changed" && (
                      <td className="rules-before">{before ? text(before) : t("rules.absent")}</td>
                    )}
                    <td>{after ? text(after) : t("rules.absent")}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </article>
      ))}
      {more > 0 && <p>{t("rules.more-faults", { count: more })}</p>}
    </section>
  );
}

/** Selects a line of a text that stands on the page. */
function showLine(file: string, line: number): void {
  const field = document.querySelector<HTMLTextAreaElement>(
    `textarea[data-file="${CSS.escape(file)}"]`,
  );
  if (!field) return;
  const before = field.value.split("\n").slice(0, line - 1);
  const from = before.reduce((sum, { length }) => sum + length + 1, 0);
  const end = field.value.indexOf("\n", from);
  field.focus();
  field.setSelectionRange(from, end < 0 ? field.value.length : end);
  const lineHeight = Number.parseFloat(getComputedStyle(field).lineHeight);
  field.scrollTop = Math.max(0, (line - 4) * lineHeight);
}

type AdoptProps = {
  readonly source: Source;
  readonly looked: RulesLook;
  readonly onRefused: (refusal: Refusal | null) => void;
  readonly onDone: (hash: string) => void;
};

function Adopt({ source, looked, onRefused, onDone }: AdoptProps): ReactElement {
  const { t } = useWords<RulesWord>();
  const { seat } = useDesk();
  const { reason } = useDraft();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    const { base, hash } = looked;
    if (reason === null || hash === null || isBusy) return;
    setBusy(true);
    onRefused(null);
    try {
      await adopt({ seat, source, base, hash, reason });
      await queries.invalidateQueries({ queryKey: ["rules"] });
      onDone(hash);
    } catch (error) {
      onRefused(toRefusal(error));
    }
    setBusy(false);
  };
  return (
    <section className="rules-adopt">
      <Choices
        label={t("rules.reason")}
        columns={4}
        choices={adoptReasons.map((value) => ({ value, label: t(`rules.reason.${value}`) }))}
        value={reason}
        onChoose={(value) => draft.put({ reason: value })}
      />
      <p className="rule-acts">
        <button
          type="button"
          className="button primary big"
          disabled={reason === null || isBusy}
          onClick={() => void run()}
        >
          {t(isBusy ? "rules.adopting" : "rules.adopt")}
        </button>
      </p>
    </section>
  );
}

type AdoptedProps = {
  readonly done: Done;
  readonly onDone: (done: Done) => void;
  readonly onRefused: (refusal: Refusal | null) => void;
};

/** Undo is a roll-back: what was in force before comes again by an adoption of its own. */
function Adopted({ done, onDone, onRefused }: AdoptedProps): ReactElement {
  const { t } = useWords<RulesWord>();
  const { seat } = useDesk();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const { hash, before, undone } = done;
  const undo = async (): Promise<void> => {
    if (before === null || isBusy) return;
    setBusy(true);
    onRefused(null);
    try {
      const source = { adopted: before };
      const shown = await look(source);
      // Whatever somebody else has adopted since is not taken back unseen.
      if (shown.base !== hash || shown.hash === null) draft.begin({ source, looked: shown });
      else {
        await adopt({ seat, source, base: shown.base, hash: shown.hash, reason: "undo" });
        onDone({ ...done, undone: true });
      }
      await queries.invalidateQueries({ queryKey: ["rules"] });
    } catch (error) {
      onRefused(toRefusal(error));
    }
    setBusy(false);
  };
  return (
    <p className="rules-note" role="status">
      {undone ? t("rules.undone") : t("rules.adopted", { hash: hash.slice(0, 8) })}{" "}
      {!undone && before !== null && (
        <button type="button" className="button" disabled={isBusy} onClick={() => void undo()}>
          {t("rules.undo")}
        </button>
      )}
    </p>
  );
}
