/**
 * Tests (试验) that are under way: what is expected and what has come, who is on site, until when; and
 * the two ways to end one.
 */
import { type ReactElement, useState } from "react";
import type { TestRow } from "#gateway/api/contract.ts";
import { formatClock, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { Frame } from "../frame.tsx";
import { ActButton } from "../parts.tsx";
import { PhoneOf } from "../phone-of.tsx";
import { useNow } from "../use-now.ts";
import { OpenTest } from "./open-test.tsx";
import "./tests.css";
import type { TestsWord } from "./words/zh.ts";

export function TestsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useWords<TestsWord>();
  const tests = useLiveValue((live) => live.tests);
  const [isNew, setNew] = useState(false);
  if (isNew) return <OpenTest onClose={() => setNew(false)} />;
  return (
    <Frame
      title={t("tests.title")}
      onClose={onClose}
      width={880}
      extra={
        <button type="button" className="button primary" onClick={() => setNew(true)}>
          {t("tests.new")}
        </button>
      }
    >
      <p className="muted">{t("tests.law")}</p>
      {tests.length === 0 && <p className="empty">{t("tests.none")}</p>}
      {tests.map((test) => (
        <OneTest key={test.id} test={test} />
      ))}
    </Frame>
  );
}

function OneTest({ test }: { readonly test: TestRow }): ReactElement {
  const { t, text } = useWords<TestsWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const now = useNow();
  const { id, siteName, endsAt, openedAt, expected, linkage, openedByName, openedBy } = test;
  const until = formatClock(endsAt, utcOffsetMin);
  const opened = formatClock(openedAt, utcOffsetMin);
  const came = expected.filter((one) => one.came).length;
  return (
    <section className="test" data-test={id}>
      <h3>
        {text(siteName)}{" "}
        <span>{t("tests.until", { at: until, left: formatLasting(endsAt - now) })}</span>
      </h3>
      <p className="muted">
        {t("tests.opened", { at: opened, name: openedByName ?? openedBy })} · {t("tests.linkage")}:{" "}
        {t(`tests.linkage.${linkage}`)} · {t("tests.progress", { came, count: expected.length })}
      </p>
      <Tester test={test} />
      <ul className="expected">
        {expected.map((one) => (
          <ExpectedLine key={`${one.device}#${one.point}`} test={id} one={one} now={now} />
        ))}
      </ul>
      <Ends test={id} />
    </section>
  );
}

function Tester({ test }: { readonly test: TestRow }): ReactElement {
  const { t } = useWords<TestsWord>();
  return (
    <p>
      {t("tests.tester")}: <strong>{test.testerName ?? test.tester}</strong>{" "}
      <PhoneOf person={test.tester} />
    </p>
  );
}

/** Points that a person presses: each press is announced. */
const isPress = (point: string): boolean => point === "press" || /_mcp\d+$/.test(point);
const announcedForMs = 120_000;

type LineProps = {
  readonly test: string;
  readonly one: TestRow["expected"][number];
  readonly now: number;
};

function ExpectedLine({ test, one, now }: LineProps): ReactElement {
  const { t, text } = useWords<TestsWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { device, point, announcedAt, came } = one;
  const isAnnounced = announcedAt !== null && now - announcedAt < announcedForMs;
  return (
    <li data-came={came}>
      <span className="expected-mark" aria-hidden="true">
        {came ? "✓" : "○"}
      </span>
      <span>{text(one.name)}</span>
      <span className="muted">{t(came ? "tests.came" : "tests.waits")}</span>
      {isPress(point) &&
        (isAnnounced ? (
          <span>{t("tests.announced", { at: formatClock(announcedAt, utcOffsetMin) })}</span>
        ) : (
          <ActButton command={{ command: "announce-press", test, device, point }}>
            {t("tests.announce")}
          </ActButton>
        ))}
    </li>
  );
}

function Ends({ test }: { readonly test: string }): ReactElement {
  const { t } = useWords<TestsWord>();
  const [asks, setAsks] = useState(false);
  return (
    <div className="test-ends">
      <ActButton look="danger" command={{ command: "end-test", test, fire: true }}>
        {t("tests.fire")}
      </ActButton>
      {asks ? (
        <>
          <span>{t("tests.end-ask")}</span>
          <ActButton look="primary" command={{ command: "end-test", test }}>
            {t("tests.end-yes")}
          </ActButton>
        </>
      ) : (
        <button type="button" className="button plain" onClick={() => setAsks(true)}>
          {t("tests.end")}
        </button>
      )}
    </div>
  );
}
